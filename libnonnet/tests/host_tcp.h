/*
 * A TCP peer by hand, for the host of host.h and host6.h: segments are built, sent to it, and what
 * it sends is taken apart. Whoever it asks for on its link answers.
 */
#ifndef NONNET_TESTS_HOST_TCP_H
#define NONNET_TESTS_HOST_TCP_H

#include "host6.h"

#include <nonnet/tcp.h>
#include <nonnet/tcp_wire.h>

#define SYN NONNET_TCP_SYN
#define ACK NONNET_TCP_ACK
#define FIN NONNET_TCP_FIN
#define RST NONNET_TCP_RST

static const struct nonnet_address host4 = {4, {192, 0, 2, 1}};
static const struct nonnet_address peer4 = {4, {192, 0, 2, 2}};

/* A segment that the host sent. */
struct segment {
    struct nonnet_tcp_header h;
    struct nonnet_address source;
    struct nonnet_address destination;
    bool dont_fragment;
    size_t packet_len;
    uint16_t checksum;
    size_t len; /* of the payload */
    uint8_t data[2000];
    struct frame frame;
};

/* One side of a connection that the test plays. */
struct peer {
    struct host *host;
    struct nonnet_address own;
    struct nonnet_address other;
    uint16_t port;
    uint16_t other_port;
    uint32_t seq;  /* of what it sends next */
    uint32_t next; /* what it has got so far */
    uint16_t window;
    bool timestamps;
};

static inline struct peer peer_of(struct host *h, bool six, uint16_t port, uint16_t other_port)
{
    return (struct peer){.host = h,
                         .own = six ? peer6 : peer4,
                         .other = six ? host_global : host4,
                         .port = port,
                         .other_port = other_port,
                         .seq = 1000,
                         .window = 60000};
}

static inline struct frame frame_tcp(const struct peer *p, const struct nonnet_tcp_header *h,
                                     const void *data, size_t len)
{
    static uint8_t bytes[65536];
    struct frame f;
    size_t head = nonnet_tcp_header_len(h);
    ck_assert_int_eq(nonnet_tcp_header_encode(h, bytes, sizeof bytes), NONNET_OK);
    if (len > 0)
        memcpy(bytes + head, data, len);
    if (p->own.version == 4) {
        struct ipv4_spec s = {.protocol = 6};
        memcpy(s.source, p->own.octet, 4);
        memcpy(s.destination, p->other.octet, 4);
        f = frame_ipv4(s, bytes, head + len);
    } else {
        f = frame_ipv6(PEER_MAC, &p->own, &p->other, 6, 64, bytes, head + len);
    }
    frame_checksum(&f, head + len, NONNET_TCP_CHECKSUM_OFFSET, 6);
    return f;
}

static inline struct nonnet_tcp_header peer_header(const struct peer *p, uint8_t flags)
{
    return (struct nonnet_tcp_header){.source_port = p->port,
                                      .destination_port = p->other_port,
                                      .seq = p->seq,
                                      .ack = (flags & ACK) ? p->next : 0,
                                      .flags = flags,
                                      .window = p->window};
}

/* Sends a segment as it is; the peer's own numbers stay. */
static inline void peer_send_header(const struct peer *p, const struct nonnet_tcp_header *h,
                                    const void *data, size_t len)
{
    struct frame f = frame_tcp(p, h, data, len);
    host_input(p->host, &f);
}

/* Sends a segment that follows the ones before. */
static inline void peer_send(struct peer *p, uint8_t flags, const void *data, size_t len)
{
    struct nonnet_tcp_header h = peer_header(p, flags);
    peer_send_header(p, &h, data, len);
    p->seq += (uint32_t)len + !!(flags & SYN) + !!(flags & FIN);
}

/* Answers a question for a station: everybody is at PEER_MAC. Returns whether it was one. */
static inline bool host_answer_neighbour(struct host *h, const struct frame *f)
{
    if (frame_get16(f, 12) == 0x0806) {
        host_answer_arp(h, f->bytes + 38, PEER_MAC);
        return true;
    }
    if (frame_get16(f, 12) != 0x86dd || f->bytes[20] != 58 || f->bytes[54] != 135)
        return false;
    struct nonnet_address target = {.version = 6};
    memcpy(target.octet, f->bytes + 62, 16);
    struct frame na = frame_na(h, &target, 0x60000000, PEER_MAC, false);
    host_input(h, &na);
    return true;
}

/* Whether the checksum of a segment that was sent is right, and the one zero that is TCP's. */
static inline bool segment_sum_is_right(const struct segment *s, size_t at, size_t len)
{
    struct nonnet_checksum c;
    struct nonnet_ipv4_address s4, d4;
    struct nonnet_ipv6_address s6, d6;

    nonnet_checksum_init(&c);
    if (s->source.version == 4) {
        memcpy(&s4, s->source.octet, 4);
        memcpy(&d4, s->destination.octet, 4);
        nonnet_checksum_add_ipv4_pseudo(&c, &s4, &d4, 6, (uint16_t)len);
    } else {
        memcpy(&s6, s->source.octet, 16);
        memcpy(&d6, s->destination.octet, 16);
        nonnet_checksum_add_ipv6_pseudo(&c, &s6, &d6, 6, (uint32_t)len);
    }
    nonnet_checksum_add(&c, s->frame.bytes + at, len);
    return nonnet_checksum_finish(&c) == 0 && s->checksum != 0xffff;
}

/* The next TCP segment that the host sends; false if it sends none. */
static inline bool host_segment(struct host *h, struct segment *s)
{
    while (host_output(h, &s->frame)) {
        const uint8_t *ip = s->frame.bytes + 14;
        size_t head;
        if (host_answer_neighbour(h, &s->frame))
            continue;
        s->dont_fragment = false;
        memset(&s->source, 0, sizeof s->source);
        memset(&s->destination, 0, sizeof s->destination);
        if (frame_get16(&s->frame, 12) == 0x0800 && ip[9] == 6) {
            head = 20;
            s->packet_len = frame_get16(&s->frame, 16);
            s->dont_fragment = (ip[6] & 0x40) != 0;
            s->source = nonnet_address_ipv4(ip[12], ip[13], ip[14], ip[15]);
            s->destination = nonnet_address_ipv4(ip[16], ip[17], ip[18], ip[19]);
        } else if (frame_get16(&s->frame, 12) == 0x86dd && ip[6] == 6) {
            head = 40;
            s->packet_len = frame_get16(&s->frame, 18) + 40u;
            s->source.version = s->destination.version = 6;
            memcpy(s->source.octet, ip + 8, 16);
            memcpy(s->destination.octet, ip + 24, 16);
        } else {
            continue;
        }
        size_t len = s->packet_len - head;
        s->checksum = frame_get16(&s->frame, 14 + head + NONNET_TCP_CHECKSUM_OFFSET);
        ck_assert_int_eq(nonnet_tcp_header_decode(&s->h, ip + head, len), NONNET_OK);
        ck_assert(segment_sum_is_right(s, 14 + head, len));
        s->len = len - s->h.header_len;
        ck_assert_uint_le(s->len, sizeof s->data);
        memcpy(s->data, ip + head + s->h.header_len, s->len);
        return true;
    }
    return false;
}

static inline bool host_is_silent_in_tcp(struct host *h)
{
    static struct segment s;
    return !host_segment(h, &s);
}

/* The next segment must be there and have these flags, PSH not counted. */
static inline const struct segment *host_sends(struct host *h, uint8_t flags)
{
    static struct segment s;
    ck_assert(host_segment(h, &s));
    ck_assert_uint_eq(s.h.flags & ~NONNET_TCP_PSH, flags);
    return &s;
}

/* The peer takes what comes and acknowledges it, until the host has nothing to say at once. */
static inline size_t peer_take_all(struct peer *p)
{
    static struct segment s;
    size_t total = 0;
    bool any = true;
    while (any) {
        any = false;
        while (host_segment(p->host, &s)) {
            if (s.h.seq == p->next && (s.len > 0 || (s.h.flags & FIN))) {
                p->next += (uint32_t)s.len + !!(s.h.flags & FIN);
                total += s.len;
                any = true;
            }
        }
        if (any)
            peer_send(p, ACK, NULL, 0);
    }
    return total;
}

static inline void host_tcp_configure(struct host *h)
{
    host6_configure(h);
}

/* Both families, nothing to say: 192.0.2.1/24 and 2001:db8::1/64. */
static inline void host_tcp_ready_with(struct host *h, uint32_t flags)
{
    host_start(h, NONNET_INTERFACE_IPV6 | flags);
    ck_assert_int_eq(nonnet_interface_address_add(h->stack, h->interface, &host_global, 64,
                                                  NONNET_ADDRESS_UNPROBED, h->now),
                     NONNET_OK);
    host_use_ipv4(h);
    host_wait(h, 3 * S);
    host_discard_output(h);
    (void)host_events(h);
}

static inline void host_tcp_ready(struct host *h)
{
    host_tcp_ready_with(h, 0);
}

static inline void host_tcp(struct host *h)
{
    host_tcp_configure(h);
    host_tcp_ready(h);
}

static inline struct nonnet_tcp_listener_handle host_listen(struct host *h, bool six, uint16_t port,
                                                            uint16_t backlog)
{
    struct nonnet_endpoint at = {{.version = six ? 6 : 4}, port};
    struct nonnet_tcp_listener_handle l;
    ck_assert_int_eq(nonnet_tcp_listen(h->stack, &at, backlog, NULL, &l), NONNET_OK);
    return l;
}

/* The peer's SYN is answered, and its ACK completes the handshake. */
static inline void peer_opens(struct peer *p)
{
    struct nonnet_tcp_header syn = peer_header(p, SYN);
    syn.has_mss = true;
    syn.mss = 1400;
    syn.sack_permitted = true;
    peer_send_header(p, &syn, NULL, 0);
    p->seq++;
    const struct segment *s = host_sends(p->host, SYN | ACK);
    ck_assert_uint_eq(s->h.ack, p->seq);
    p->next = s->h.seq + 1;
    peer_send(p, ACK, NULL, 0);
}

/* And the host's user takes the connection. */
static inline struct nonnet_tcp_handle peer_opens_accepted(struct peer *p,
                                                           struct nonnet_tcp_listener_handle l)
{
    struct nonnet_tcp_handle socket;
    peer_opens(p);
    ck_assert_int_eq(nonnet_tcp_accept(p->host->stack, l, &socket, NULL), NONNET_OK);
    return socket;
}

/* The host calls the peer, whose SYN-ACK offers an MSS of 1400 and SACK. */
static inline struct nonnet_tcp_handle host_calls(struct peer *p,
                                                  const struct nonnet_tcp_options *options)
{
    struct host *h = p->host;
    struct nonnet_endpoint to = {p->own, p->port};
    struct nonnet_interface_handle any = {0};
    struct nonnet_tcp_handle socket;
    ck_assert_int_eq(nonnet_tcp_connect(h->stack, NULL, &to, any, options, &socket, h->now),
                     NONNET_OK);
    const struct segment *s = host_sends(h, SYN);
    p->other_port = s->h.source_port;
    p->next = s->h.seq + 1;
    struct nonnet_tcp_header answer = peer_header(p, SYN | ACK);
    answer.has_mss = true;
    answer.mss = 1400;
    answer.sack_permitted = true;
    peer_send_header(p, &answer, NULL, 0);
    p->seq++;
    (void)host_sends(h, ACK);
    return socket;
}

/* The flags of the events of one socket that wait; those of others are forgotten. */
static inline uint32_t socket_events(struct host *h, struct nonnet_tcp_handle socket)
{
    struct nonnet_event event;
    uint32_t flags = 0;
    while (nonnet_stack_event(h->stack, &event)) {
        if (event.source == NONNET_EVENT_TCP && event.tcp.id == socket.id)
            flags |= event.flags;
    }
    return flags;
}

static inline enum nonnet_tcp_state socket_state(struct host *h, struct nonnet_tcp_handle socket)
{
    struct nonnet_tcp_info info;
    ck_assert_int_eq(nonnet_tcp_info(h->stack, socket, &info), NONNET_OK);
    return info.state;
}

static inline uint32_t socket_write(struct host *h, struct nonnet_tcp_handle socket,
                                    const void *data, uint32_t len)
{
    uint32_t written;
    int rc = nonnet_tcp_write(h->stack, socket, data, len, &written);
    ck_assert(rc == NONNET_OK || rc == NONNET_E_FULL);
    return written;
}

#endif
