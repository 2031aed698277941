#include "ip/input.h"

#include <nonnet/checksum.h>
#include <nonnet/ipv4.h>
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

/* Offsets in headers, of what is looked at before they are decoded. */
#define IPV4_FRAGMENT_AT    6
#define IPV4_FRAGMENT       0x3fffu /* more fragments, and their offset */
#define IPV4_PROTOCOL_AT    9
#define IPV6_NEXT_HEADER_AT 6
#define TCP_HEADER_LEN_AT   12

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

/*
 * Whether the device answers for the checksum of the protocol whose header is at `header`. One that
 * the sender did not finish must be the one that this protocol has: another would be somebody's
 * tunnel, and its outer checksum is unknown.
 */
static bool word_is_of(const struct link_word *link, const uint8_t *header, uint16_t offset)
{
    return link->verified || (link->partial == header && link->partial_offset == offset);
}

static size_t link_header_len(const struct interface *interface)
{
    return interface->config.link == NONNET_LINK_ETHERNET ? ETHERNET_HEADER_LEN : 0;
}

static void link_input(struct nonnet_stack *stack, struct interface *interface,
                       const uint8_t *frame, size_t len, struct link_word *link)
{
    size_t header = link_header_len(interface);

    if (!interface->up)
        stack_count(stack, NONNET_COUNT_DROP_LINK_DOWN);
    else if (len > header + interface->config.mtu && !link->joined)
        stack_count(stack, NONNET_COUNT_DROP_FRAME_LONG);
    else if (header > 0)
        ethernet_input(stack, interface, frame, len, link);
    else
        bare_input(stack, interface, frame, len, link);
}

void nonnet_frame_input(struct nonnet_stack *stack, struct interface *interface,
                        const uint8_t *frame, size_t len, const struct nonnet_frame *said)
{
    struct link_word link = link_word_of(interface, frame, len, said);
    link_input(stack, interface, frame, len, &link);
}

/* ---- frames in parts ---- */

/* More than a frame may have, if it has more. */
static size_t parts_len(const struct nonnet_part *parts, size_t nparts)
{
    size_t len = 0;

    for (size_t i = 0; i < nparts && len <= NONNET_OFFLOAD_FRAME_MAX; i++)
        len +=
            parts[i].len <= NONNET_OFFLOAD_FRAME_MAX ? parts[i].len : NONNET_OFFLOAD_FRAME_MAX + 1;
    return len;
}

/*
 * Where the TCP header begins in the packet at the reader, behind the `at` bytes of its link header;
 * 0 if no TCP header follows the network header, or this is a fragment.
 */
static size_t tcp_header_at(struct byte_reader r, size_t at)
{
    const uint8_t *ip = byte_reader_take(&r, NONNET_IPV4_HEADER_MIN);

    if (!ip)
        return 0;
    if (ip[0] >> 4 == 6)
        return ip[IPV6_NEXT_HEADER_AT] == PROTOCOL_TCP ? at + NONNET_IPV6_HEADER_LEN : 0;
    bool fragment = ((ip[IPV4_FRAGMENT_AT] << 8 | ip[IPV4_FRAGMENT_AT + 1]) & IPV4_FRAGMENT) != 0;
    return ip[0] >> 4 == 4 && ip[IPV4_PROTOCOL_AT] == PROTOCOL_TCP && !fragment
               ? at + (size_t)(ip[0] & 0xf) * 4
               : 0;
}

/* The type of an Ethernet frame is that of the packet's version, or bytes of it would be taken for another's. */
static bool type_is_right(const uint8_t *frame)
{
    unsigned type = (unsigned)frame[ETHERNET_HEADER_LEN - 2] << 8 | frame[ETHERNET_HEADER_LEN - 1];
    return type == (frame[ETHERNET_HEADER_LEN] >> 4 == 4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);
}

bool nonnet_parts_can_be_input(const struct interface *interface, const struct nonnet_part *parts,
                               size_t nparts, const struct nonnet_frame *said)
{
    size_t len = parts_len(parts, nparts), link_header = link_header_len(interface);

    if (nparts == 0 || len > NONNET_OFFLOAD_FRAME_MAX)
        return false;
    struct byte_reader r = byte_reader(parts[0].data, parts[0].len);
    (void)byte_reader_take(&r, link_header);
    size_t at = tcp_header_at(r, link_header);
    if (at == 0 || parts[0].len < at + NONNET_TCP_HEADER_MIN)
        return false;
    const uint8_t *tcp = parts[0].data + at;
    if (link_header > 0 && !type_is_right(parts[0].data))
        return false;
    if (parts[0].len < at + (size_t)(tcp[TCP_HEADER_LEN_AT] >> 4) * 4)
        return false;
    struct link_word link = link_word_of(interface, parts[0].data, len, said);
    return word_is_of(&link, tcp, NONNET_TCP_CHECKSUM_OFFSET);
}

void nonnet_parts_input(struct nonnet_stack *stack, struct interface *interface,
                        const struct nonnet_part *parts, size_t nparts,
                        const struct nonnet_frame *said)
{
    size_t len = parts_len(parts, nparts);
    struct link_word link = link_word_of(interface, parts[0].data, len, said);

    link.rest = parts + 1;
    link.head_end = parts[0].data + parts[0].len;
    link_input(stack, interface, parts[0].data, len, &link);
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

static bool is_vouched_for(const struct delivery *d)
{
    uint16_t offset =
        d->protocol == PROTOCOL_TCP ? NONNET_TCP_CHECKSUM_OFFSET : UDP_CHECKSUM_OFFSET;

    if (!d->link || (d->protocol != PROTOCOL_TCP && d->protocol != PROTOCOL_UDP))
        return false;
    return word_is_of(d->link, d->payload, offset);
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
