/*
 * Reports of group membership, so that switches and routers let the link's groups through to us:
 * RFC 3810. The groups are the solicited-node groups of our addresses; of all nodes nobody reports
 * (section 6).
 */
#include "ip/address.h"
#include "ip/output.h"
#include "ndp/ndp.h"
#include "wire/icmp.h"

#define PROTOCOL_ICMPV6 58

#define RECORD_LEN         20
#define RECORDS_MAX        16 /* of one report */
#define RECORD_IS_EXCLUDE  2
#define RECORD_TO_EXCLUDE  4
#define ROBUSTNESS         2
#define UNSOLICITED_SPREAD US_PER_S /* section 9.11 */
#define QUERY_LEN_MLD1     24
#define QUERY_LEN_MIN      28
#define QUERY_DELAY_MAX    SECONDS(30)

static const struct nonnet_address all_mld2_routers = {6, {0xff, 2, [15] = 0x16}};
static const struct nonnet_address all_nodes = {6, {0xff, 2, [15] = 1}};

static bool has_group(const struct address *a, uint8_t interface,
                      const struct nonnet_address *group)
{
    if (!a->used || a->interface != interface || a->ip.version != 6)
        return false;
    struct nonnet_address own = nonnet_address_solicited_node(&a->ip);
    return address_equal(&own, group);
}

bool nonnet_mld_is_member(const struct nonnet_stack *stack, uint8_t interface,
                          const struct nonnet_address *group)
{
    if (address_equal(group, &all_nodes))
        return true;
    for (uint16_t i = 0; i < stack->config.naddresses; i++) {
        if (has_group(&stack->addresses[i], interface, group))
            return true;
    }
    return false;
}

/* Whether an address before this one has the same group, which is reported once. */
static bool group_is_reported(const struct nonnet_stack *stack, uint16_t index,
                              const struct nonnet_address *group)
{
    for (uint16_t i = 0; i < index; i++) {
        if (has_group(&stack->addresses[i], stack->addresses[index].interface, group))
            return true;
    }
    return false;
}

static void report_send(struct nonnet_stack *stack, const struct interface *interface,
                        const uint8_t *records, uint16_t nrecords)
{
    const struct address *source = NULL;
    struct ip_send send = {
        .path = {.interface = interface->index,
                 .mtu = interface->ipv6_mtu,
                 .next_hop = all_mld2_routers,
                 .source = {.version = 6}},
        .destination = all_mld2_routers,
        .protocol = PROTOCOL_ICMPV6,
        .hop_limit = 1,
        .router_alert = true,
        .owner = PACKET_CONTROL,
        .checksum = IP_CHECKSUM_PSEUDO,
        .checksum_at = ICMP_CHECKSUM_OFFSET,
        .head_len = ICMP_HEADER_LEN,
        .body = records,
        .body_len = (size_t)nrecords * RECORD_LEN,
    };
    struct icmp_header h = {.type = ICMPV6_MLD2_REPORT, .word = nrecords};

    /* RFC 3590: from the unspecified address as long as there is no link-local one. */
    source = nonnet_source_select(stack, &all_mld2_routers, &all_mld2_routers, interface->index);
    if (source && nonnet_address_is_link_local(&source->ip))
        send.path.source = source->ip;
    icmp_encode(&h, send.head);
    (void)nonnet_ip_send_control(stack, &send);
}

/* Reports all groups of an interface, in as many messages as it takes. */
static void groups_report(struct nonnet_stack *stack, const struct interface *interface,
                          uint8_t kind)
{
    uint8_t records[RECORDS_MAX * RECORD_LEN];
    struct byte_writer w = byte_writer(records, sizeof records);
    uint16_t nrecords = 0;

    for (uint16_t i = 0; i < stack->config.naddresses; i++) {
        const struct address *a = &stack->addresses[i];
        if (!a->used || a->interface != interface->index || a->ip.version != 6)
            continue;
        struct nonnet_address group = nonnet_address_solicited_node(&a->ip);
        if (group_is_reported(stack, i, &group))
            continue;
        byte_writer_u8(&w, kind);
        byte_writer_u8(&w, 0);
        byte_writer_u16(&w, 0);
        byte_writer_copy(&w, group.octet, sizeof group.octet);
        if (++nrecords == RECORDS_MAX) {
            report_send(stack, interface, records, nrecords);
            w = byte_writer(records, sizeof records);
            nrecords = 0;
        }
    }
    if (nrecords > 0)
        report_send(stack, interface, records, nrecords);
}

void nonnet_mld_groups_changed(struct nonnet_stack *stack, struct interface *interface)
{
    if ((interface->config.flags & NONNET_INTERFACE_IPV6) == 0 ||
        interface->config.link != NONNET_LINK_ETHERNET)
        return;
    interface->reports_left = ROBUSTNESS;
    interface->report_at = stack->now;
}

void nonnet_mld_tick(struct nonnet_stack *stack, struct interface *interface)
{
    if (interface->report_at <= stack->now) {
        groups_report(stack, interface, RECORD_TO_EXCLUDE);
        interface->reports_left--;
        interface->report_at =
            interface->reports_left > 0
                ? stack_after(stack, nonnet_stack_random(stack, UNSOLICITED_SPREAD))
                : NONNET_NEVER;
    }
    if (interface->query_answer_at <= stack->now) {
        interface->query_answer_at = NONNET_NEVER;
        groups_report(stack, interface, RECORD_IS_EXCLUDE);
    }
}

/* Section 5.1.3: a code above 32767 has an exponent. */
static uint32_t delay_ms_of(uint16_t code)
{
    if (code < 32768)
        return code;
    return (uint32_t)((code & 0xfff) | 0x1000) << ((code >> 12 & 7) + 3);
}

void nonnet_mld_input(struct nonnet_stack *stack, const struct delivery *d)
{
    struct interface *interface = &stack->interfaces[d->interface];
    struct byte_reader r = byte_reader(d->payload, d->len);
    struct nonnet_address group = {.version = 6};

    /* Section 6.2: from the link, with a router alert. */
    if (d->hop_limit != 1 || !nonnet_address_is_link_local(&d->source) || !d->router_alert) {
        stack_count(stack, NONNET_COUNT_DROP_NDP_HOP_LIMIT);
        return;
    }
    (void)byte_reader_u32(&r);
    uint32_t delay_ms = delay_ms_of(byte_reader_u16(&r));
    (void)byte_reader_u16(&r);
    byte_reader_copy(&r, group.octet, sizeof group.octet);
    if (r.failed || (d->len != QUERY_LEN_MLD1 && d->len < QUERY_LEN_MIN)) {
        stack_count(stack, NONNET_COUNT_DROP_NDP_MALFORMED);
        return;
    }
    if (!nonnet_address_is_unspecified(&group) &&
        !nonnet_mld_is_member(stack, d->interface, &group)) {
        stack_count(stack, NONNET_COUNT_DROP_NDP_IGNORED);
        return;
    }
    uint64_t most = earlier((uint64_t)delay_ms * US_PER_MS, QUERY_DELAY_MAX);
    uint64_t at = stack_after(stack, nonnet_stack_random(stack, (uint32_t)most));
    interface->query_answer_at = earlier(interface->query_answer_at, at);
}
