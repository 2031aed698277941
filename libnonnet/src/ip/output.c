#include "ip/output.h"

#include <nonnet/checksum.h>
#include <nonnet/ipv4.h>
#include <nonnet/ipv6.h>

#include "ip/address.h"
#include "ip/neighbour.h"
#include "stack/packet.h"
#include "wire/ethernet.h"

#define PROTOCOL_UDP      17
#define PAYLOAD_LEN_MAX   65535u
#define HOP_BY_HOP_LEN    8
#define IDENTIFICATION_IN (1 + 16 + 16 + 1)

uint8_t nonnet_hop_limit(const struct nonnet_stack *stack, uint8_t interface, uint8_t version)
{
    return version == 4 ? IPV4_TTL : stack->interfaces[interface].hop_limit;
}

uint32_t nonnet_identification(struct nonnet_stack *stack, const struct nonnet_address *source,
                               const struct nonnet_address *destination, uint8_t protocol)
{
    uint8_t input[IDENTIFICATION_IN];
    struct byte_writer w = byte_writer(input, sizeof input);

    byte_writer_u8(&w, destination->version);
    byte_writer_copy(&w, source->octet, sizeof source->octet);
    byte_writer_copy(&w, destination->octet, sizeof destination->octet);
    byte_writer_u8(&w, protocol);
    uint64_t hash = nonnet_stack_hash(stack, input, sizeof input);
    return (uint32_t)(hash >> 32) + stack->identifications[hash & (NIDENTIFICATIONS - 1)]++;
}

/* Of UDP in one packet a device may finish it, and then finds the pseudo-header's sum. */
static void checksum_begin(struct ip_send *s)
{
    struct nonnet_checksum c;

    nonnet_checksum_init(&c);
    nonnet_address_pseudo_sum(&c, &s->path.source, &s->destination, s->protocol,
                              s->head_len + s->body_len);
    struct byte_writer w = byte_writer(s->head + s->checksum_at, 2);
    byte_writer_u16(&w, (uint16_t)~nonnet_checksum_finish(&c));
}

static bool is_left_to_device(const struct nonnet_stack *stack, const struct ip_send *s)
{
    const struct interface *interface = &stack->interfaces[s->path.interface];

    return s->protocol == PROTOCOL_UDP && s->checksum == IP_CHECKSUM_PSEUDO &&
           (interface->config.offload.flags & NONNET_OFFLOAD_CHECKSUM) != 0;
}

static void checksum_fill(struct ip_send *s)
{
    struct nonnet_checksum c;

    nonnet_checksum_init(&c);
    if (s->checksum == IP_CHECKSUM_PSEUDO)
        nonnet_address_pseudo_sum(&c, &s->path.source, &s->destination, s->protocol,
                                  s->head_len + s->body_len);
    nonnet_checksum_add(&c, s->head, s->head_len);
    nonnet_checksum_add(&c, s->body, s->body_len);
    uint16_t sum = nonnet_checksum_finish(&c);
    if (sum == 0 && s->protocol == PROTOCOL_UDP)
        sum = 0xffff; /* RFC 768 */
    struct byte_writer w = byte_writer(s->head + s->checksum_at, 2);
    byte_writer_u16(&w, sum);
}

/* Copies bytes [from, from + len) of head and body. */
static void message_copy(const struct ip_send *s, size_t from, uint8_t *out, size_t len)
{
    if (from < s->head_len) {
        size_t part = s->head_len - from < len ? s->head_len - from : len;
        memcpy(out, s->head + from, part);
        from += part;
        out += part;
        len -= part;
    }
    if (len > 0)
        memcpy(out, s->body + (from - s->head_len), len);
}

/* One packet of a message: the bytes from `offset` on, and whether others follow. */
struct piece {
    uint32_t offset;
    uint32_t len;
    bool more;
    bool fragment;
    bool partial; /* its checksum is the device's to finish */
    uint32_t id;
};

static size_t ipv4_header_write(const struct ip_send *s, const struct piece *p, uint8_t *out,
                                size_t size)
{
    struct nonnet_ipv4_header h = {
        .total_len = (uint16_t)(NONNET_IPV4_HEADER_MIN + p->len),
        .id = (uint16_t)p->id,
        .fragment_offset = (uint16_t)p->offset,
        .dont_fragment = s->dont_fragment,
        .more_fragments = p->more,
        .header_len = NONNET_IPV4_HEADER_MIN,
        .ttl = s->hop_limit,
        .protocol = s->protocol,
    };
    memcpy(h.source.octet, s->path.source.octet, sizeof h.source.octet);
    memcpy(h.destination.octet, s->destination.octet, sizeof h.destination.octet);
    return nonnet_ipv4_encode(&h, out, size) == NONNET_OK ? NONNET_IPV4_HEADER_MIN : 0;
}

/* A hop-by-hop header with the router alert of MLD (RFC 2711 section 2.1, value 0) and padding. */
static void router_alert_write(struct byte_writer *w, uint8_t next_header)
{
    static const uint8_t options[6] = {5, 2, 0, 0, 1, 0};

    byte_writer_u8(w, next_header);
    byte_writer_u8(w, 0);
    byte_writer_copy(w, options, sizeof options);
}

static size_t ipv6_header_write(const struct ip_send *s, const struct piece *p, uint8_t *out,
                                size_t size)
{
    size_t extension = p->fragment       ? NONNET_IPV6_FRAGMENT_LEN
                       : s->router_alert ? HOP_BY_HOP_LEN
                                         : 0;
    struct nonnet_ipv6_header h = {
        .payload_len = (uint16_t)(extension + p->len),
        .next_header = s->protocol,
        .hop_limit = s->hop_limit,
    };
    struct nonnet_ipv6_fragment f = {
        .id = p->id, .offset = (uint16_t)p->offset, .more = p->more, .next_header = s->protocol};

    if (extension > 0)
        h.next_header = p->fragment ? NONNET_IPV6_FRAGMENT : NONNET_IPV6_HOP_BY_HOP;
    memcpy(h.source.octet, s->path.source.octet, sizeof h.source.octet);
    memcpy(h.destination.octet, s->destination.octet, sizeof h.destination.octet);
    if (nonnet_ipv6_encode(&h, out, size) != NONNET_OK)
        return 0;
    uint8_t *after = out + NONNET_IPV6_HEADER_LEN;
    size_t room = size - NONNET_IPV6_HEADER_LEN;
    if (p->fragment && nonnet_ipv6_fragment_encode(&f, after, room) != NONNET_OK)
        return 0;
    if (extension > 0 && !p->fragment) {
        struct byte_writer w = byte_writer(after, room);
        router_alert_write(&w, s->protocol);
    }
    return NONNET_IPV6_HEADER_LEN + extension;
}

/* Sends one piece; there is a packet for it, and it fits. */
static void piece_send(struct nonnet_stack *stack, const struct ip_send *s, const struct piece *p)
{
    struct packet *packet = nonnet_packet_new(stack, s->owner, s->socket);
    size_t size = stack->config.mtu_max;
    bool ipv4 = s->destination.version == 4;

    if (!packet)
        return;
    size_t header = ipv4 ? ipv4_header_write(s, p, packet->bytes, size)
                         : ipv6_header_write(s, p, packet->bytes, size);
    message_copy(s, p->offset, packet->bytes + header, p->len);
    packet->len = (uint32_t)header + p->len;
    packet->checksum_start = p->partial ? (uint16_t)header : 0;
    packet->checksum_offset = s->checksum_at;
    packet->ethertype = ipv4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6;
    packet->interface = s->path.interface;
    if (s->link) {
        packet->destination = *s->link;
        nonnet_packet_send(stack, packet);
    } else {
        nonnet_neighbour_send(stack, packet, &s->path.next_hop, &s->path.source);
    }
}

/* Bytes of message that a packet holds: alone, or as a fragment (a multiple of 8). */
static uint32_t room_alone(const struct ip_send *s)
{
    uint32_t header = s->destination.version == 4 ? NONNET_IPV4_HEADER_MIN : NONNET_IPV6_HEADER_LEN;
    return s->path.mtu - header - (s->router_alert ? HOP_BY_HOP_LEN : 0);
}

static uint32_t room_of_fragment(const struct ip_send *s)
{
    uint32_t header = s->destination.version == 4
                          ? NONNET_IPV4_HEADER_MIN
                          : NONNET_IPV6_HEADER_LEN + NONNET_IPV6_FRAGMENT_LEN;
    return (s->path.mtu - header) & ~(uint32_t)7;
}

static int fragments_send(struct nonnet_stack *stack, const struct ip_send *s, uint32_t len,
                          uint32_t id)
{
    uint32_t room = room_of_fragment(s);
    size_t count = 0;
    unsigned most =
        s->owner == PACKET_UDP ? nonnet_packets_per_socket(stack) : stack->config.npackets / 2u;

    for (uint32_t at = 0; at < len; at += room)
        count++;
    if (count > most)
        return NONNET_E_TOO_LONG;
    if (!nonnet_packets_available(stack, s->owner, s->socket, count)) {
        if (s->socket && s->socket->wants == 0)
            stack->nwanting++;
        if (s->socket)
            s->socket->wants = (uint16_t)count;
        return NONNET_E_FULL;
    }
    for (uint32_t at = 0; at < len; at += room) {
        bool more = len - at > room;
        struct piece p = {
            .offset = at, .len = more ? room : len - at, .more = more, .fragment = true, .id = id};
        piece_send(stack, s, &p);
    }
    return NONNET_OK;
}

int nonnet_ip_send(struct nonnet_stack *stack, struct ip_send *s)
{
    size_t len = s->head_len + s->body_len;
    bool ipv4 = s->destination.version == 4;

    if (len > PAYLOAD_LEN_MAX - (ipv4 ? NONNET_IPV4_HEADER_MIN : NONNET_IPV6_FRAGMENT_LEN))
        return NONNET_E_TOO_LONG;
    bool whole = len <= room_alone(s);
    if (!whole && (s->dont_fragment || s->router_alert))
        return NONNET_E_TOO_LONG;
    if (whole && !nonnet_packets_available(stack, s->owner, s->socket, 1)) {
        if (s->socket && s->socket->wants == 0) {
            stack->nwanting++;
            s->socket->wants = 1;
        }
        return NONNET_E_FULL;
    }
    bool partial = whole && is_left_to_device(stack, s);
    if (partial)
        checksum_begin(s);
    else if (s->checksum != IP_CHECKSUM_NONE)
        checksum_fill(s);
    /*
     * RFC 6864 section 4.1: nothing will cut a packet that says so, and it needs no identification.
     */
    uint32_t id = 0;
    if (ipv4 ? !s->dont_fragment : !whole)
        id = nonnet_identification(stack, &s->path.source, &s->destination, s->protocol);
    if (!whole)
        return fragments_send(stack, s, (uint32_t)len, id);
    struct piece p = {.len = (uint32_t)len, .partial = partial, .id = id};
    piece_send(stack, s, &p);
    return NONNET_OK;
}

bool nonnet_ip_send_control(struct nonnet_stack *stack, struct ip_send *s)
{
    if (nonnet_ip_send(stack, s) == NONNET_OK)
        return true;
    stack_count(stack, NONNET_COUNT_DROP_PACKETS_FULL);
    return false;
}
