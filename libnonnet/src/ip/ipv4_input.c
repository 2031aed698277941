/*
 * IPv4 packets that arrive. The order of the checks: the header by itself, the source by itself,
 * whether the destination is ours, whether the source can come that way; only then is memory spent
 * on a packet.
 */
#include "ip/input.h"

#include <nonnet/ipv4.h>

#include "dhcp/dhcpv4.h"
#include "ip/address.h"
#include "ip/reassembly.h"
#include "ip/route.h"
#include "wire/udp.h"

#define PROTOCOL_AT 9 /* offset in the header */

static void header_bad(struct nonnet_stack *stack, int result)
{
    if (result == NONNET_E_CHECKSUM)
        stack_count(stack, NONNET_COUNT_DROP_IP_CHECKSUM);
    else if (result == NONNET_E_UNSUPPORTED)
        stack_count(stack, NONNET_COUNT_DROP_IP_VERSION);
    else
        stack_count(stack, NONNET_COUNT_DROP_IP_MALFORMED);
}

/* RFC 1122 section 3.2.1.3: who can be a source. Returns false after counting. */
static bool source_check(struct nonnet_stack *stack, const struct interface *interface,
                         const struct nonnet_address *source)
{
    if (!nonnet_address_is_host(source) ||
        nonnet_address_is_subnet_broadcast(stack, source, interface->index)) {
        stack_count(stack, NONNET_COUNT_DROP_MARTIAN_SOURCE);
        return false;
    }
    if (nonnet_address_find(stack, source, NO_INTERFACE)) {
        stack_count(stack, NONNET_COUNT_DROP_OWN_SOURCE);
        return false;
    }
    return true;
}

enum reach { REACH_NONE, REACH_HOST, REACH_GROUP };

/* 224.0.0.1 is the one group that every host is a member of (RFC 1112 section 4). */
static enum reach destination_reach(const struct nonnet_stack *stack,
                                    const struct interface *interface,
                                    const struct nonnet_address *destination)
{
    static const struct nonnet_address all_hosts = {4, {224, 0, 0, 1}};
    const struct address *a = nonnet_address_find(stack, destination, interface->index);

    if (a && address_is_usable(a))
        return REACH_HOST;
    if (nonnet_address_is_limited_broadcast(destination) ||
        address_equal(destination, &all_hosts) ||
        nonnet_address_is_subnet_broadcast(stack, destination, interface->index))
        return REACH_GROUP;
    return REACH_NONE;
}

static void packet_deliver(struct nonnet_stack *stack, const struct interface *interface,
                           const struct nonnet_ipv4_header *h, const uint8_t *packet, bool group,
                           const struct link_word *link)
{
    struct delivery d = {
        .interface = interface->index,
        .protocol = h->protocol,
        .hop_limit = h->ttl,
        .ecn = h->ecn,
        .group = group,
        .source = nonnet_address_from_ipv4(h->source),
        .destination = nonnet_address_from_ipv4(h->destination),
        .protocol_at = PROTOCOL_AT,
        .packet = packet,
        .packet_len = h->total_len,
        .payload = packet + h->header_len,
        .len = (size_t)h->total_len - h->header_len,
        .link = link,
    };
    nonnet_deliver(stack, &d);
}

static void fragment_input(struct nonnet_stack *stack, const struct interface *interface,
                           const struct nonnet_ipv4_header *h, const uint8_t *packet, bool group)
{
    struct fragment f = {
        .interface = interface->index,
        .protocol = h->protocol,
        .group = group,
        .ecn = h->ecn,
        .id = h->id,
        .source = nonnet_address_from_ipv4(h->source),
        .destination = nonnet_address_from_ipv4(h->destination),
        .offset = h->fragment_offset,
        .more = h->more_fragments,
        .data = packet + h->header_len,
        .len = (uint32_t)h->total_len - h->header_len,
        .headers = packet,
        .headers_len = h->header_len,
    };
    struct nonnet_ipv4_header whole;
    size_t len;

    const uint8_t *datagram = nonnet_reassembly_add(stack, &f, &len, &group);
    if (datagram && nonnet_ipv4_decode(&whole, datagram, len) == NONNET_OK)
        packet_deliver(stack, interface, &whole, datagram, group, NULL);
}

/* What a server of DHCP tells a host without an address comes from where there is no route to. */
static bool is_from_dhcp(const struct interface *interface, const struct nonnet_ipv4_header *h,
                         const uint8_t *packet)
{
    static const uint8_t everybody[4] = {255, 255, 255, 255};
    struct udp_header udp;

    return h->protocol == 17 && !h->more_fragments && h->fragment_offset == 0 &&
           memcmp(h->destination.octet, everybody, sizeof everybody) == 0 &&
           udp_decode(&udp, packet + h->header_len, (size_t)h->total_len - h->header_len) ==
               NONNET_OK &&
           nonnet_dhcpv4_expects(interface, udp.source, udp.destination);
}

/*
 * Whether a packet may come from its source, through this interface, to this host; and to a group of
 * it. Returns false after counting.
 */
static bool ends_check(struct nonnet_stack *stack, const struct interface *interface,
                       const struct nonnet_ipv4_header *h, const uint8_t *packet, bool *group)
{
    struct nonnet_address source = nonnet_address_from_ipv4(h->source);
    struct nonnet_address destination = nonnet_address_from_ipv4(h->destination);
    bool group_frame = *group;

    *group = false;
    if (!group_frame && nonnet_ends_are_known(stack, interface->index, &source, &destination))
        return true;
    if (!source_check(stack, interface, &source))
        return false;
    enum reach reach = destination_reach(stack, interface, &destination);
    if (reach == REACH_NONE) {
        stack_count(stack, NONNET_COUNT_DROP_NOT_OURS);
        return false;
    }
    if (reach == REACH_HOST && group_frame) {
        stack_count(stack, NONNET_COUNT_DROP_UNICAST_IN_GROUP_FRAME); /* RFC 1122 section 3.3.6 */
        return false;
    }
    *group = reach == REACH_GROUP;
    bool reverse = nonnet_path_is_reverse(stack, &source, interface->index);
    if (!reverse && !is_from_dhcp(interface, h, packet)) {
        stack_count(stack, NONNET_COUNT_DROP_REVERSE_PATH);
        return false;
    }
    if (reach == REACH_HOST && reverse)
        nonnet_ends_remember(stack, interface->index, &source, &destination);
    return true;
}

void nonnet_ipv4_input(struct nonnet_stack *stack, struct interface *interface,
                       const uint8_t *packet, size_t len, const struct link_word *link)
{
    struct nonnet_ipv4_header h;
    bool group = link->group;
    int rc = nonnet_ipv4_decode(&h, packet, len);

    if (rc != NONNET_OK) {
        header_bad(stack, rc);
        return;
    }
    if (nonnet_ipv4_is_source_routed(&h)) {
        stack_count(stack, NONNET_COUNT_DROP_SOURCE_ROUTE);
        return;
    }
    if (!ends_check(stack, interface, &h, packet, &group))
        return;
    if (!h.more_fragments && h.fragment_offset == 0)
        packet_deliver(stack, interface, &h, packet, group, link);
    else if (link->joined)
        stack_count(stack, NONNET_COUNT_DROP_FRAME_LONG);
    else
        fragment_input(stack, interface, &h, packet, group);
}
