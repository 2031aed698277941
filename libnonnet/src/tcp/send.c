/*
 * Segments on their way out. They are made when the interface asks for a frame, straight from the
 * connection's buffer; so none waits anywhere but in its connection.
 */
#include "tcp/host.h"

#include <nonnet/checksum.h>
#include <nonnet/ipv4.h>
#include <nonnet/ipv6.h>

#include "ip/address.h"
#include "ip/neighbour.h"
#include "ip/output.h"
#include "stack/packet.h"
#include "tcp/internal.h"
#include "tcp/tcp.h"
#include "wire/ethernet.h"

#define PROTOCOL_TCP 6

bool nonnet_tcp_answer(struct nonnet_stack *stack, const struct nonnet_endpoint *local,
                       const struct nonnet_endpoint *peer, uint8_t interface,
                       const struct nonnet_tcp_header *header)
{
    struct ip_send send = {
        .destination = peer->address,
        .protocol = PROTOCOL_TCP,
        .hop_limit = nonnet_hop_limit(stack, interface, peer->address.version),
        .dont_fragment = true,
        .owner = PACKET_CONTROL,
        .checksum = IP_CHECKSUM_PSEUDO,
        .checksum_at = NONNET_TCP_CHECKSUM_OFFSET,
        .head_len = nonnet_tcp_header_len(header),
    };
    const struct address *a = nonnet_address_find(stack, &local->address, interface);

    if (!a || !address_is_usable(a) ||
        nonnet_path_find(stack, &peer->address, interface, &send.path) != NONNET_OK ||
        nonnet_tcp_header_encode(header, send.head, sizeof send.head) != NONNET_OK) {
        stack_count(stack, NONNET_COUNT_DROP_TCP_UNROUTED);
        return false;
    }
    send.path.source = local->address;
    if (!nonnet_ip_send_control(stack, &send))
        return false;
    stack_count(stack, NONNET_COUNT_SEGMENTS_OUT);
    return true;
}

void nonnet_tcp_send_reset(struct nonnet_stack *stack, struct tcp_socket *s)
{
    struct tcp_segment segment;

    if (s->tcp.reset_pending && nonnet_connection_output(&s->tcp, stack->now, &segment))
        (void)nonnet_tcp_answer(stack, &s->local, &s->peer, s->interface, &segment.header);
}

static size_t ipv4_write(const struct tcp_socket *s, uint8_t hop_limit, size_t len, uint8_t *out)
{
    struct nonnet_ipv4_header h = {
        .total_len = (uint16_t)(NONNET_IPV4_HEADER_MIN + len),
        .dont_fragment = true, /* and so no identification: RFC 6864 section 4.1 */
        .header_len = NONNET_IPV4_HEADER_MIN,
        .ttl = hop_limit,
        .protocol = PROTOCOL_TCP,
    };

    __builtin_memcpy(h.source.octet, s->local.address.octet, sizeof h.source.octet);
    __builtin_memcpy(h.destination.octet, s->peer.address.octet, sizeof h.destination.octet);
    return nonnet_ipv4_encode(&h, out, NONNET_IPV4_HEADER_MIN) == NONNET_OK ? NONNET_IPV4_HEADER_MIN
                                                                            : 0;
}

static size_t ipv6_write(const struct tcp_socket *s, uint8_t hop_limit, size_t len, uint8_t *out)
{
    struct nonnet_ipv6_header h = {
        .payload_len = (uint16_t)len,
        .next_header = PROTOCOL_TCP,
        .hop_limit = hop_limit,
    };

    __builtin_memcpy(h.source.octet, s->local.address.octet, sizeof h.source.octet);
    __builtin_memcpy(h.destination.octet, s->peer.address.octet, sizeof h.destination.octet);
    return nonnet_ipv6_encode(&h, out, NONNET_IPV6_HEADER_LEN) == NONNET_OK ? NONNET_IPV6_HEADER_LEN
                                                                            : 0;
}

/* If a device finishes it, the field has the pseudo-header's sum alone. */
static void checksum_write(const struct tcp_socket *s, uint8_t *segment, size_t len, bool partial)
{
    struct nonnet_checksum c;

    nonnet_checksum_init(&c);
    nonnet_address_pseudo_sum(&c, &s->local.address, &s->peer.address, PROTOCOL_TCP, len);
    if (!partial)
        nonnet_checksum_add(&c, segment, len);
    uint16_t sum = nonnet_checksum_finish(&c);
    struct byte_writer w = byte_writer(segment + NONNET_TCP_CHECKSUM_OFFSET, 2);
    byte_writer_u16(&w, partial ? (uint16_t)~sum : sum);
}

static size_t ip_header_len(const struct tcp_socket *s)
{
    return s->peer.address.version == 4 ? NONNET_IPV4_HEADER_MIN : NONNET_IPV6_HEADER_LEN;
}

/*
 * Writes the packet of a segment, which fits the MTU, or of a train, which fits its room; returns
 * its length.
 */
static size_t packet_write(const struct nonnet_stack *stack, const struct tcp_socket *s,
                           const struct tcp_segment *segment, bool partial, uint8_t *out)
{
    const struct tcp_slices *payload = &segment->payload;
    size_t head = nonnet_tcp_header_len(&segment->header);
    size_t len = head + payload->len[0] + payload->len[1];
    uint8_t hop_limit = nonnet_hop_limit(stack, s->interface, s->peer.address.version);
    size_t at = s->peer.address.version == 4 ? ipv4_write(s, hop_limit, len, out)
                                             : ipv6_write(s, hop_limit, len, out);

    if (nonnet_tcp_header_encode(&segment->header, out + at, head) != NONNET_OK)
        return 0; /* cannot be: the connection counts its options */
    for (int i = 0; i < 2; i++) {
        if (payload->len[i] > 0)
            memcpy(out + at + head + (i == 0 ? 0 : payload->len[0]), payload->data[i],
                   payload->len[i]);
    }
    checksum_write(s, out + at, len, partial);
    return at + len;
}

/* Sends a packet by the way of all others, where it can wait for the neighbour. No train does. */
static void packet_detour(struct nonnet_stack *stack, struct tcp_socket *s, const uint8_t *bytes,
                          size_t len, bool partial)
{
    struct packet *packet =
        len <= stack->config.mtu_max ? nonnet_packet_new(stack, PACKET_CONTROL, NULL) : NULL;

    if (!packet) {
        stack_count(stack, NONNET_COUNT_DROP_PACKETS_FULL);
        return;
    }
    memcpy(packet->bytes, bytes, len);
    packet->len = (uint32_t)len;
    packet->checksum_start = partial ? (uint16_t)ip_header_len(s) : 0;
    packet->checksum_offset = NONNET_TCP_CHECKSUM_OFFSET;
    packet->ethertype = s->peer.address.version == 4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6;
    packet->interface = s->interface;
    nonnet_neighbour_send(stack, packet, &s->path.next_hop, &s->path.source);
}

/* Of a train the packets count that it will be cut into. */
static void sent_note(struct nonnet_stack *stack, struct tcp_socket *s,
                      const struct tcp_segment *segment, size_t len)
{
    uint32_t payload = segment->payload.len[0] + segment->payload.len[1];

    if (segment->each > 0) {
        stack->counters[NONNET_COUNT_SEGMENTS_OUT] += payload / segment->each - 1;
        len -= payload - segment->each;
    }
    if (payload > 0)
        nonnet_tcp_path_sent(s, (uint32_t)len, segment->header.seq + payload);
}

/* What the device has to do with the frame of a segment. */
static void frame_describe(const struct tcp_socket *s, const struct tcp_segment *segment,
                           size_t header, struct nonnet_frame *said)
{
    size_t start = header + ip_header_len(s);

    said->flags = NONNET_FRAME_PARTIAL;
    said->checksum_start = (uint16_t)start;
    said->checksum_offset = NONNET_TCP_CHECKSUM_OFFSET;
    if (segment->each == 0)
        return;
    said->flags |=
        s->peer.address.version == 4 ? NONNET_FRAME_SEGMENTS_IPV4 : NONNET_FRAME_SEGMENTS_IPV6;
    said->segment_len = (uint16_t)segment->each;
    said->header_len = (uint16_t)(start + nonnet_tcp_header_len(&segment->header));
}

/*
 * Makes a frame of a segment, at `frame` with room for `header` bytes and the MTU, or the train.
 * Returns its length, or 0 if the packet took another way or none.
 */
static size_t frame_write(struct nonnet_stack *stack, struct tcp_socket *s,
                          const struct tcp_segment *segment, size_t header, uint8_t *frame,
                          struct nonnet_frame *said)
{
    const struct nonnet_interface_config *config = &stack->interfaces[s->interface].config;
    struct ethernet_header h = {.source = config->mac,
                                .type =
                                    s->peer.address.version == 4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6};
    bool partial = said && (config->offload.flags & NONNET_OFFLOAD_CHECKSUM) != 0;

    size_t len = packet_write(stack, s, segment, partial, frame + header);
    if (len == 0)
        return 0;
    sent_note(stack, s, segment, len);
    if (header > 0) {
        if (!nonnet_neighbour_station(stack, s->interface, &s->path.next_hop, &s->path.source,
                                      &h.destination)) {
            packet_detour(stack, s, frame + header, len, partial);
            return 0;
        }
        ethernet_encode(&h, frame);
    }
    if (partial)
        frame_describe(s, segment, header, said);
    return header + len;
}

/*
 * Bytes of options and payload that may go out as one frame of at most `size` bytes: 0 unless the
 * device cuts it, and the neighbour's station is known, as a train cannot wait.
 */
static uint32_t train_room(const struct nonnet_stack *stack, const struct tcp_socket *s,
                           size_t header, size_t size)
{
    const struct nonnet_offload *offload = &stack->interfaces[s->interface].config.offload;
    uint32_t cuts =
        s->peer.address.version == 4 ? NONNET_OFFLOAD_SEGMENT_IPV4 : NONNET_OFFLOAD_SEGMENT_IPV6;

    if ((offload->flags & cuts) == 0)
        return 0;
    if (header > 0 && !nonnet_neighbour_is_known(stack, s->interface, &s->path.next_hop))
        return 0;
    size_t most = size < offload->frame_max ? size : offload->frame_max;
    return (uint32_t)(most - header - ip_header_len(s) - NONNET_TCP_HEADER_MIN);
}

/* The next segment of a socket that may be sent, or false; then the socket may be gone. */
static bool segment_next(struct nonnet_stack *stack, struct tcp_socket *s,
                         struct tcp_segment *segment)
{
    struct tcp_host *host = stack->tcp;
    struct tcp_list *ready = &host->ready[s->interface];

    list_remove(ready, host->ready_links, s->index);
    if (!nonnet_connection_output(&s->tcp, stack->now, segment)) {
        (void)nonnet_tcp_socket_settle(stack, s);
        return false;
    }
    list_append(ready, host->ready_links, s->index); /* behind the others */
    nonnet_tcp_due_lower(host, s);
    return true;
}

int nonnet_tcp_output(struct nonnet_stack *stack, struct interface *interface, uint8_t *frame,
                      size_t size, size_t *len, struct nonnet_frame *said)
{
    size_t header = interface->config.link == NONNET_LINK_ETHERNET ? ETHERNET_HEADER_LEN : 0;
    struct tcp_host *host = stack->tcp;
    struct tcp_segment segment;

    if (!host || !interface->up)
        return NONNET_E_EMPTY;
    while (host->ready[interface->index].first != LIST_END) {
        struct tcp_socket *s = &host->sockets[host->ready[interface->index].first];
        bool routed = nonnet_tcp_path_refresh(stack, s);
        *len = header + s->path.mtu;
        if (routed && size < *len)
            return NONNET_E_NO_SPACE;
        s->tcp.train_room = routed && said ? train_room(stack, s, header, size) : 0;
        if (!segment_next(stack, s, &segment))
            continue;
        stack_count(stack, NONNET_COUNT_SEGMENTS_OUT);
        if (!routed) {
            stack_count(stack, NONNET_COUNT_DROP_TCP_UNROUTED);
            continue;
        }
        *len = frame_write(stack, s, &segment, header, frame, said);
        if (*len > 0) {
            stack_count(stack, NONNET_COUNT_FRAMES_OUT);
            return NONNET_OK;
        }
    }
    return nonnet_packet_output(stack, interface, frame, size, len, said);
}
