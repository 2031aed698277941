/*
 * Neighbour solicitations and advertisements: RFC 4861 section 7.
 */
#include "ip/neighbour.h"

#include "ip/address.h"
#include "ip/output.h"
#include "ndp/ndp.h"
#include "wire/icmp.h"

#define PROTOCOL_ICMPV6 58

static const struct nonnet_address all_nodes = {6, {0xff, 2, [15] = 1}};

void nonnet_ndp_send(struct nonnet_stack *stack, uint8_t interface, const struct ndp_message *m,
                     const struct nonnet_address *source, const struct nonnet_address *destination,
                     const struct nonnet_mac *link)
{
    struct ip_send send = {
        .path = {.interface = interface,
                 .mtu = stack->interfaces[interface].ipv6_mtu,
                 .next_hop = *destination,
                 .source = *source},
        .destination = *destination,
        .protocol = PROTOCOL_ICMPV6,
        .hop_limit = HOP_LIMIT_MAX,
        .owner = PACKET_CONTROL,
        .link = link,
        .checksum = IP_CHECKSUM_PSEUDO,
        .checksum_at = ICMP_CHECKSUM_OFFSET,
    };

    send.head_len = nonnet_ndp_encode(m, send.head);
    (void)nonnet_ip_send_control(stack, &send);
}

void nonnet_ndp_solicit(struct nonnet_stack *stack, uint8_t index, const struct nonnet_address *ip,
                        const struct nonnet_address *asker, const struct nonnet_mac *to)
{
    const struct interface *interface = &stack->interfaces[index];
    struct ndp_message m = {.type = ICMPV6_NEIGHBOUR_SOLICITATION,
                            .target = *ip,
                            .has_source_mac = true,
                            .source_mac = interface->config.mac};
    struct nonnet_address group = nonnet_address_solicited_node(ip);
    const struct address *a = nonnet_address_find(stack, asker, index);

    if (!a || !address_is_usable(a))
        a = nonnet_source_select(stack, ip, ip, index);
    if (a)
        nonnet_ndp_send(stack, index, &m, &a->ip, to ? ip : &group, to);
}

/* RFC 4861 section 7.2.4. What has no source address is told to everybody. */
static void solicitation_answer(struct nonnet_stack *stack, const struct ndp_message *m,
                                const struct delivery *d)
{
    const struct interface *interface = &stack->interfaces[d->interface];
    bool anonymous = nonnet_address_is_unspecified(&d->source);
    struct ndp_message answer = {.type = ICMPV6_NEIGHBOUR_ADVERTISEMENT,
                                 .target = m->target,
                                 .solicited = !anonymous,
                                 .override = true,
                                 .has_target_mac = interface->config.link == NONNET_LINK_ETHERNET,
                                 .target_mac = interface->config.mac};

    nonnet_ndp_send(stack, d->interface, &answer, &m->target, anonymous ? &all_nodes : &d->source,
                    !anonymous && m->has_source_mac ? &m->source_mac : NULL);
}

/* RFC 4861 section 7.1.1. */
static bool solicitation_is_valid(const struct ndp_message *m, const struct delivery *d)
{
    struct nonnet_address group = nonnet_address_solicited_node(&m->target);

    if (!nonnet_address_is_unspecified(&d->source))
        return true;
    return address_equal(&d->destination, &group) && !m->has_source_mac;
}

static void solicitation_input(struct nonnet_stack *stack, const struct ndp_message *m,
                               const struct delivery *d)
{
    struct address *a = nonnet_address_find(stack, &m->target, d->interface);

    if (!solicitation_is_valid(m, d)) {
        stack_count(stack, NONNET_COUNT_DROP_NDP_MALFORMED);
        return;
    }
    if (!a) {
        stack_count(stack, NONNET_COUNT_DROP_NDP_IGNORED);
        return;
    }
    if (!address_is_usable(a)) {
        nonnet_dad_hear(stack, a, m, d);
        return;
    }
    if (m->has_source_mac) {
        struct neighbour_news news = {.ip = &d->source, .mac = &m->source_mac, .override = true};
        (void)nonnet_neighbour_hear(stack, d->interface, &news);
    }
    solicitation_answer(stack, m, d);
}

static void advertisement_input(struct nonnet_stack *stack, const struct ndp_message *m,
                                const struct delivery *d)
{
    struct address *a = nonnet_address_find(stack, &m->target, d->interface);
    struct neighbour_news news = {
        .ip = &m->target,
        .mac = m->has_target_mac ? &m->target_mac : NULL,
        .solicited = m->solicited,
        .override = m->override,
        .is_router = m->router,
        .says_router = true,
    };

    /* Section 7.1.2: what everybody is told is no answer. */
    if (nonnet_address_is_unspecified(&d->source) || (d->group && m->solicited))
        stack_count(stack, NONNET_COUNT_DROP_NDP_MALFORMED);
    else if (a && !address_is_usable(a))
        nonnet_dad_hear(stack, a, m, d);
    else if (a)
        stack_count(stack,
                    NONNET_COUNT_ADDRESS_CONFLICTS); /* RFC 4862 section 5.4.4 leaves it at that */
    else if (!nonnet_neighbour_hear(stack, d->interface, &news))
        stack_count(stack, NONNET_COUNT_DROP_NDP_IGNORED);
}

void nonnet_ndp_input(struct nonnet_stack *stack, const struct delivery *d)
{
    struct ndp_message m;

    if (d->hop_limit != HOP_LIMIT_MAX) {
        stack_count(stack, NONNET_COUNT_DROP_NDP_HOP_LIMIT);
        return;
    }
    if (d->fragment) { /* RFC 6980 */
        stack_count(stack, NONNET_COUNT_DROP_NDP_FRAGMENTED);
        return;
    }
    if (nonnet_ndp_decode(&m, d->payload, d->len) != NONNET_OK) {
        stack_count(stack, NONNET_COUNT_DROP_NDP_MALFORMED);
        return;
    }
    switch (m.type) {
    case ICMPV6_NEIGHBOUR_SOLICITATION:
        solicitation_input(stack, &m, d);
        break;
    case ICMPV6_NEIGHBOUR_ADVERTISEMENT:
        advertisement_input(stack, &m, d);
        break;
    case ICMPV6_ROUTER_ADVERTISEMENT:
        nonnet_router_advertised(stack, &m, d);
        break;
    case ICMPV6_REDIRECT:
        nonnet_router_redirected(stack, &m, d);
        break;
    default:
        stack_count(stack, NONNET_COUNT_DROP_NDP_IGNORED); /* solicitations are for routers */
    }
}

void nonnet_ndp_link_up(struct nonnet_stack *stack, struct interface *interface)
{
    if ((interface->config.flags & NONNET_INTERFACE_IPV6) == 0)
        return;
    interface->solicit_wait_us = 0;
    nonnet_slaac_link_local(stack, interface); /* routers are asked for when it is ready */
}

void nonnet_ndp_tick(struct nonnet_stack *stack)
{
    nonnet_slaac_tick(stack); /* first: a new address has a group to report */
    for (uint16_t i = 0; i < stack->config.ninterfaces; i++) {
        struct interface *interface = &stack->interfaces[i];
        if (!interface->used || !interface->up)
            continue;
        nonnet_mld_tick(stack, interface);
        if (interface->solicit_at <= stack->now)
            nonnet_router_solicit(stack, interface);
    }
}

uint64_t nonnet_ndp_deadline(const struct nonnet_stack *stack)
{
    uint64_t due = nonnet_slaac_deadline(stack);

    for (uint16_t i = 0; i < stack->config.ninterfaces; i++) {
        const struct interface *interface = &stack->interfaces[i];
        if (!interface->used || !interface->up)
            continue;
        due = earlier(due, interface->solicit_at);
        due = earlier(due, interface->report_at);
        due = earlier(due, interface->query_answer_at);
    }
    return due;
}
