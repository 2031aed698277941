#include "ip/input.h"

#include <nonnet/checksum.h>
#include <nonnet/ipv6.h>
#include <nonnet/tcp_wire.h>

#include "ip/address.h"
#include "ip/arp.h"
#include "ip/icmp.h"
#include "wire/ethernet.h"
#include "wire/icmp.h"
#include "wire/udp.h"

#define PROTOCOL_ICMPV4 1
#define PROTOCOL_TCP    6
#define PROTOCOL_UDP    17
#define PROTOCOL_ICMPV6 58

#define LET_IN_LIFETIME SECONDS(1)

static void bare_input(struct nonnet_stack *stack, struct interface *interface,
                       const uint8_t *packet, size_t len, const struct link_word *link)
{
    if (len == 0)
        stack_count(stack, NONNET_COUNT_DROP_FRAME_SHORT);
    else if (packet[0] >> 4 == 4)
        nonnet_ipv4_input(stack, interface, packet, len, link);
    else if (packet[0] >> 4 == 6)
        nonnet_ipv6_input(stack, interface, packet, len, link);
    else
        stack_count(stack, NONNET_COUNT_DROP_IP_VERSION);
}

static void ethernet_input(struct nonnet_stack *stack, struct interface *interface,
                           const uint8_t *frame, size_t len, struct link_word *link)
{
    struct ethernet_header h;
    int rc = ethernet_decode(&h, frame, len);

    if (rc != NONNET_OK) {
        stack_count(stack, rc == NONNET_E_TRUNCATED ? NONNET_COUNT_DROP_FRAME_SHORT
                                                    : NONNET_COUNT_DROP_ETHERTYPE);
        return;
    }
    link->group = mac_is_group(&h.destination);
    if (!link->group && !mac_equal(&h.destination, &interface->config.mac)) {
        stack_count(stack, NONNET_COUNT_DROP_FRAME_OTHER);
        return;
    }
    if (mac_is_group(&h.source) || mac_equal(&h.source, &interface->config.mac)) {
        stack_count(stack, NONNET_COUNT_DROP_FRAME_SOURCE);
        return;
    }
    frame += ETHERNET_HEADER_LEN;
    len -= ETHERNET_HEADER_LEN;
    switch (h.type) {
    case ETHERTYPE_IPV4:
        nonnet_ipv4_input(stack, interface, frame, len, link);
        break;
    case ETHERTYPE_IPV6:
        nonnet_ipv6_input(stack, interface, frame, len, link);
        break;
    case ETHERTYPE_ARP:
        nonnet_arp_input(stack, interface, frame, len);
        break;
    default:
        stack_count(stack, NONNET_COUNT_DROP_ETHERTYPE);
    }
}

/* Takes over what the interface lets its device say. */
static struct link_word link_word_of(const struct interface *interface, const uint8_t *frame,
                                     size_t len, const struct nonnet_frame *said)
{
    uint32_t offloads = interface->config.offload.flags;
    struct link_word link = {0};

    if (!said)
        return link;
    link.joined =
        (offloads & NONNET_OFFLOAD_JOINED) != 0 && (said->flags & NONNET_FRAME_SEGMENTS) != 0;
    if ((offloads & NONNET_OFFLOAD_VERIFIED) == 0)
        return link;
    link.verified = (said->flags & NONNET_FRAME_VERIFIED) != 0;
    if ((said->flags & NONNET_FRAME_PARTIAL) != 0 && said->checksum_start < len) {
        link.partial = frame + said->checksum_start;
        link.partial_offset = said->checksum_offset;
    }
    return link;
}

void nonnet_frame_input(struct nonnet_stack *stack, struct interface *interface,
                        const uint8_t *frame, size_t len, const struct nonnet_frame *said)
{
    size_t header = interface->config.link == NONNET_LINK_ETHERNET ? ETHERNET_HEADER_LEN : 0;
    struct link_word link = link_word_of(interface, frame, len, said);

    if (!interface->up)
        stack_count(stack, NONNET_COUNT_DROP_LINK_DOWN);
    else if (len > header + interface->config.mtu && !link.joined)
        stack_count(stack, NONNET_COUNT_DROP_FRAME_LONG);
    else if (header > 0)
        ethernet_input(stack, interface, frame, len, &link);
    else
        bare_input(stack, interface, frame, len, &link);
}

bool nonnet_ends_are_known(const struct nonnet_stack *stack, uint8_t interface,
                           const struct nonnet_address *source,
                           const struct nonnet_address *destination)
{
    const struct let_in *l = &stack->let_in;
    return l->until > stack->now && l->epoch == stack->path_epoch && l->interface == interface &&
           address_equal(&l->source, source) && address_equal(&l->destination, destination);
}

void nonnet_ends_remember(struct nonnet_stack *stack, uint8_t interface,
                          const struct nonnet_address *source,
                          const struct nonnet_address *destination)
{
    stack->let_in = (struct let_in){.interface = interface,
                                    .epoch = stack->path_epoch,
                                    .source = *source,
                                    .destination = *destination,
                                    .until = stack_after(stack, LET_IN_LIFETIME)};
}

static void protocol_unknown(struct nonnet_stack *stack, const struct delivery *d)
{
    stack_count(stack, NONNET_COUNT_DROP_PROTOCOL);
    if (d->source.version == 4)
        nonnet_icmp_error(stack, d, ICMPV4_UNREACHABLE, ICMPV4_PROTOCOL_UNREACHABLE, 0);
    else
        nonnet_icmp_error(stack, d, ICMPV6_PARAMETER_PROBLEM, NONNET_IPV6_PROBLEM_NEXT_HEADER,
                          d->protocol_at);
}

/*
 * Whether the device answers for the checksum. One that the sender did not finish must be the one
 * that this protocol has: another would be somebody's tunnel, and its outer checksum is unknown.
 */
static bool is_vouched_for(const struct delivery *d)
{
    uint16_t offset =
        d->protocol == PROTOCOL_TCP ? NONNET_TCP_CHECKSUM_OFFSET : UDP_CHECKSUM_OFFSET;

    if (!d->link || (d->protocol != PROTOCOL_TCP && d->protocol != PROTOCOL_UDP))
        return false;
    return d->link->verified ||
           (d->link->partial == d->payload && d->link->partial_offset == offset);
}

uint16_t nonnet_delivery_sum(const struct delivery *d, size_t len)
{
    struct nonnet_checksum c;

    if (is_vouched_for(d))
        return 0;
    nonnet_checksum_init(&c);
    nonnet_address_pseudo_sum(&c, &d->source, &d->destination, d->protocol, len);
    nonnet_checksum_add(&c, d->payload, len);
    return nonnet_checksum_finish(&c);
}

void nonnet_deliver(struct nonnet_stack *stack, const struct delivery *d)
{
    if (d->link && d->link->joined && d->protocol != PROTOCOL_TCP)
        stack_count(stack, NONNET_COUNT_DROP_FRAME_LONG); /* of nothing else there are trains */
    else if (d->protocol == PROTOCOL_UDP)
        nonnet_udp_input(stack, d);
    else if (d->protocol == PROTOCOL_TCP && stack->tcp)
        nonnet_tcp_input(stack, d);
    else if (d->protocol == PROTOCOL_ICMPV4 && d->source.version == 4)
        nonnet_icmpv4_input(stack, d);
    else if (d->protocol == PROTOCOL_ICMPV6 && d->source.version == 6)
        nonnet_icmpv6_input(stack, d);
    else if (d->protocol == NONNET_IPV6_NO_NEXT_HEADER && d->source.version == 6)
        stack_count(stack, NONNET_COUNT_DROP_PROTOCOL); /* RFC 8200 section 4.7: in silence */
    else
        protocol_unknown(stack, d);
}
