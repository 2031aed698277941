/*
 * IPv6 packets that arrive, in the order of ipv4_input.c: the header and the source by themselves,
 * whether the packet is for us and can come that way, then its chain of headers.
 */
#include "ip/input.h"

#include <nonnet/ipv6.h>

#include "ip/address.h"
#include "ip/icmp.h"
#include "ip/reassembly.h"
#include "ip/route.h"
#include "ndp/ndp.h"
#include "wire/icmp.h"

#define AT_NEXT_HEADER  6
#define PROTOCOL_ICMPV6 58

static struct nonnet_address source_of(const struct nonnet_ipv6_header *h)
{
    return nonnet_address_from_ipv6(&h->source);
}

/* Returns false after counting. An address that is being probed for is no one's yet. */
static bool source_check(struct nonnet_stack *stack, const struct nonnet_address *source)
{
    if (!nonnet_address_is_host(source) && !nonnet_address_is_unspecified(source)) {
        stack_count(stack, NONNET_COUNT_DROP_MARTIAN_SOURCE);
        return false;
    }
    const struct address *own = nonnet_address_find(stack, source, NO_INTERFACE);
    if (own && address_is_usable(own)) {
        stack_count(stack, NONNET_COUNT_DROP_OWN_SOURCE);
        return false;
    }
    return true;
}

/* The octet that named the header at `offset`, in a chain that was walked. */
static uint32_t named_at(const uint8_t *packet, const struct nonnet_ipv6_chain *chain,
                         uint32_t offset)
{
    uint32_t at = AT_NEXT_HEADER;

    for (uint32_t next = NONNET_IPV6_HEADER_LEN; next < offset;) {
        at = next;
        if (chain->is_fragment && next == chain->fragment_offset)
            next += NONNET_IPV6_FRAGMENT_LEN;
        else
            next += 8 + (uint32_t)packet[next + 1] * 8;
    }
    return at;
}

static struct delivery delivery_of(const struct interface *interface,
                                   const struct nonnet_ipv6_header *h, const uint8_t *packet,
                                   bool group)
{
    return (struct delivery){
        .interface = interface->index,
        .protocol = h->next_header,
        .hop_limit = h->hop_limit,
        .ecn = h->ecn,
        .group = group,
        .source = source_of(h),
        .destination = nonnet_address_from_ipv6(&h->destination),
        .packet = packet,
        .packet_len = (size_t)NONNET_IPV6_HEADER_LEN + h->payload_len,
        .payload = packet + NONNET_IPV6_HEADER_LEN,
        .len = h->payload_len,
    };
}

static void chain_deliver(struct nonnet_stack *stack, struct delivery *d,
                          const struct nonnet_ipv6_chain *chain)
{
    d->protocol = chain->protocol;
    d->fragment = d->fragment || chain->is_fragment;
    d->router_alert = chain->router_alert;
    d->protocol_at = named_at(d->packet, chain, chain->upper_offset);
    d->payload = d->packet + chain->upper_offset;
    d->len = chain->upper_len;
    nonnet_deliver(stack, d);
}

/* Walks the chain. Returns false after counting and answering. */
static bool chain_check(struct nonnet_stack *stack, const struct delivery *d,
                        const struct nonnet_ipv6_header *h, struct nonnet_ipv6_chain *chain)
{
    int rc = nonnet_ipv6_chain_walk(chain, h, d->packet, d->packet_len);

    if (rc == NONNET_OK)
        return true;
    stack_count(stack, rc == NONNET_E_UNSUPPORTED ? NONNET_COUNT_DROP_IP_OPTION
                                                  : NONNET_COUNT_DROP_IP_MALFORMED);
    if (rc != NONNET_E_INVALID && chain->problem != NONNET_IPV6_PROBLEM_NONE)
        nonnet_icmp_error(stack, d, ICMPV6_PARAMETER_PROBLEM, (uint8_t)chain->problem,
                          chain->problem_pointer);
    return false;
}

static void datagram_deliver(struct nonnet_stack *stack, const struct interface *interface,
                             const uint8_t *packet, size_t len, bool group)
{
    struct nonnet_ipv6_header h;
    struct nonnet_ipv6_chain chain;

    if (nonnet_ipv6_decode(&h, packet, len) != NONNET_OK) {
        stack_count(stack, NONNET_COUNT_DROP_IP_MALFORMED);
        return;
    }
    struct delivery d = delivery_of(interface, &h, packet, group);
    if (!chain_check(stack, &d, &h, &chain))
        return;
    d.fragment = true;
    if (chain.is_fragment)
        stack_count(stack, NONNET_COUNT_DROP_FRAGMENT_MALFORMED); /* fragments in a fragment */
    else
        chain_deliver(stack, &d, &chain);
}

static void fragment_input(struct nonnet_stack *stack, const struct interface *interface,
                           const struct delivery *d, const struct nonnet_ipv6_chain *chain)
{
    uint32_t data = chain->fragment_offset + NONNET_IPV6_FRAGMENT_LEN;
    struct fragment f = {
        .interface = interface->index,
        .group = d->group,
        .ecn = d->ecn,
        .more = chain->fragment.more,
        .id = chain->fragment.id,
        .source = d->source,
        .destination = d->destination,
        .offset = chain->fragment.offset,
        .data = d->packet + data,
        .len = (uint32_t)d->packet_len - data,
        .headers = d->packet,
        .headers_len = chain->fragment_offset,
        .named_at = (uint16_t)named_at(d->packet, chain, chain->fragment_offset),
        .next_header = chain->fragment.next_header,
    };
    bool group;
    size_t len;

    const uint8_t *datagram = nonnet_reassembly_add(stack, &f, &len, &group);
    if (datagram)
        datagram_deliver(stack, interface, datagram, len, group);
}

/* Whether the destination is this host's. Counts if not. */
static bool destination_check(struct nonnet_stack *stack, const struct interface *interface,
                              const struct nonnet_address *destination, bool group_frame)
{
    const struct address *a = nonnet_address_find(stack, destination, interface->index);

    if (nonnet_address_is_multicast(destination)) {
        if (nonnet_mld_is_member(stack, interface->index, destination))
            return true;
        stack_count(stack, NONNET_COUNT_DROP_NOT_OURS);
        return false;
    }
    if (!a || !address_is_usable(a)) {
        stack_count(stack, NONNET_COUNT_DROP_NOT_OURS);
        return false;
    }
    if (group_frame) {
        stack_count(stack, NONNET_COUNT_DROP_UNICAST_IN_GROUP_FRAME);
        return false;
    }
    return true;
}

/*
 * Whether a packet may come from its source, through this interface, to this host. Returns false
 * after counting.
 */
static bool ends_check(struct nonnet_stack *stack, const struct interface *interface,
                       const struct nonnet_address *source,
                       const struct nonnet_address *destination, bool group_frame)
{
    if (!group_frame && nonnet_ends_are_known(stack, interface->index, source, destination))
        return true;
    if (!source_check(stack, source) ||
        !destination_check(stack, interface, destination, group_frame))
        return false;
    if (nonnet_address_is_unspecified(source)) /* only a host that has no address yet has none */
        return true;
    if (!nonnet_path_is_reverse(stack, source, interface->index)) {
        stack_count(stack, NONNET_COUNT_DROP_REVERSE_PATH);
        return false;
    }
    if (!group_frame && !nonnet_address_is_multicast(destination))
        nonnet_ends_remember(stack, interface->index, source, destination);
    return true;
}

void nonnet_ipv6_input(struct nonnet_stack *stack, struct interface *interface,
                       const uint8_t *packet, size_t len, const struct link_word *link)
{
    struct nonnet_ipv6_header h;
    struct nonnet_ipv6_chain chain;
    int rc = nonnet_ipv6_decode(&h, packet, len);

    if (rc != NONNET_OK || (interface->config.flags & NONNET_INTERFACE_IPV6) == 0) {
        stack_count(stack, rc == NONNET_E_TRUNCATED ? NONNET_COUNT_DROP_IP_MALFORMED
                                                    : NONNET_COUNT_DROP_IP_VERSION);
        return;
    }
    struct nonnet_address source = source_of(&h);
    struct nonnet_address destination = nonnet_address_from_ipv6(&h.destination);
    if (!ends_check(stack, interface, &source, &destination, link->group))
        return;
    bool nobody = nonnet_address_is_unspecified(&source);
    struct delivery d =
        delivery_of(interface, &h, packet, nonnet_address_is_multicast(&destination));
    d.link = link;
    if (!chain_check(stack, &d, &h, &chain))
        return;
    if (nobody && (chain.protocol != PROTOCOL_ICMPV6 || chain.is_fragment))
        stack_count(stack, NONNET_COUNT_DROP_MARTIAN_SOURCE);
    else if (chain.is_fragment && link->joined)
        stack_count(stack, NONNET_COUNT_DROP_FRAME_LONG);
    else if (chain.is_fragment && !chain.is_atomic)
        fragment_input(stack, interface, &d, &chain);
    else
        chain_deliver(stack, &d, &chain);
}
