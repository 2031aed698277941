/*
 * What host.h has for IPv6: a host with fe80::/10 and 2001:db8::1/64, its peer 2001:db8::2 and a
 * router.
 */
#ifndef NONNET_TESTS_HOST6_H
#define NONNET_TESTS_HOST6_H

#include "host.h"

static const struct nonnet_address host_global = {6, {0x20, 1, 0xd, 0xb8, [15] = 1}};
static const struct nonnet_address peer6 = {6, {0x20, 1, 0xd, 0xb8, [15] = 2}};
static const struct nonnet_address far6 = {6, {0x20, 1, 0xd, 0xb8, 0xff, [15] = 9}};
static const struct nonnet_address gateway6 = {6, {0xfe, 0x80, [15] = 0xfe}};
static const struct nonnet_address all_nodes6 = {6, {0xff, 2, [15] = 1}};

static inline void host6_configure(struct host *h)
{
    host_configure(h);
}

/* A host whose addresses are ready, and that has nothing to say at the moment. */
static inline void host6_ready(struct host *h, uint32_t flags)
{
    host6_configure(h);
    host_start(h, NONNET_INTERFACE_IPV6 | flags);
    ck_assert_int_eq(nonnet_interface_address_add(h->stack, h->interface, &host_global, 64,
                                                  NONNET_ADDRESS_UNPROBED, h->now),
                     NONNET_OK);
    host_wait(h, 3 * S);
    host_discard_output(h);
    (void)host_events(h);
}

static inline struct nonnet_address host6_address(struct host *h, size_t index)
{
    struct nonnet_address_info info;
    ck_assert_int_eq(nonnet_interface_address(h->stack, h->interface, index, &info), NONNET_OK);
    return info.address;
}

static inline bool host6_usable(struct host *h, size_t index)
{
    struct nonnet_address_info info;
    return nonnet_interface_address(h->stack, h->interface, index, &info) == NONNET_OK &&
           info.state != NONNET_ADDRESS_TENTATIVE;
}

/* The checksum over an ICMPv6 message right behind the header: 0 if it is right. */
static inline uint16_t host6_sum(const struct frame *f)
{
    struct nonnet_checksum c;
    struct nonnet_ipv6_address s, d;
    memcpy(&s, f->bytes + 22, 16);
    memcpy(&d, f->bytes + 38, 16);
    nonnet_checksum_init(&c);
    nonnet_checksum_add_ipv6_pseudo(&c, &s, &d, 58, (uint32_t)f->len - 54);
    nonnet_checksum_add(&c, f->bytes + 54, f->len - 54);
    return nonnet_checksum_finish(&c);
}

/* Takes all that was sent; returns how many were ICMPv6 messages of this type. */
static inline unsigned host6_count_sent(struct host *h, uint8_t type)
{
    struct frame f;
    unsigned count = 0;
    while (host_output(h, &f))
        count += f.bytes[14 + 6] == 58 && f.bytes[54] == type;
    return count;
}

static inline struct frame frame_ipv6(const char *from, const struct nonnet_address *source,
                                      const struct nonnet_address *destination, uint8_t next_header,
                                      uint8_t hop_limit, const void *payload, size_t len)
{
    char group[6] = {0x33, 0x33};
    memcpy(group + 2, destination->octet + 12, 4);
    struct frame f = frame_ethernet(destination->octet[0] == 0xff ? group : HOST_MAC, from, 0x86dd);
    struct nonnet_ipv6_header h = {
        .payload_len = (uint16_t)len, .next_header = next_header, .hop_limit = hop_limit};
    memcpy(h.source.octet, source->octet, 16);
    memcpy(h.destination.octet, destination->octet, 16);
    ck_assert_int_eq(nonnet_ipv6_encode(&h, f.bytes + f.len, sizeof f.bytes - f.len), NONNET_OK);
    f.len += 40;
    if (len > 0)
        frame_put(&f, payload, len);
    return f;
}

static inline struct frame frame_udp6(const struct nonnet_address *source,
                                      const struct nonnet_address *destination, uint16_t from,
                                      uint16_t to, const void *data, size_t len)
{
    static uint8_t bytes[65536];
    size_t n = udp_bytes(bytes, from, to, data, len);
    struct frame f = frame_ipv6(PEER_MAC, source, destination, 17, 64, bytes, n);
    frame_checksum(&f, n, 6, 17);
    return f;
}

static inline struct frame frame_icmpv6_from(const char *mac, const struct nonnet_address *source,
                                             const struct nonnet_address *destination,
                                             uint8_t hop_limit, uint8_t type, uint8_t code,
                                             uint32_t word, const void *data, size_t len)
{
    struct frame f = frame_ipv6(mac, source, destination, 58, hop_limit, NULL, 0);
    uint8_t head[4] = {type, code};
    frame_put(&f, head, 4);
    frame_put32(&f, word);
    frame_put(&f, data, len);
    frame_set16(&f, 18, (uint16_t)(8 + len));
    frame_checksum(&f, 8 + len, 2, 58);
    return f;
}

static inline struct frame frame_icmpv6(const struct nonnet_address *source,
                                        const struct nonnet_address *destination, uint8_t type,
                                        uint8_t code, uint32_t word, const void *data, size_t len)
{
    return frame_icmpv6_from(PEER_MAC, source, destination, 64, type, code, word, data, len);
}

/*
 * A neighbour solicitation: from somebody with his station, or (NULL) from nobody, perhaps with a
 * nonce.
 */
static inline struct frame frame_ns(struct host *h, const struct nonnet_address *target,
                                    const struct nonnet_address *source, const char *nonce)
{
    static const struct nonnet_address nobody = {.version = 6};
    struct nonnet_address group = {6, {0xff, 2, [11] = 1, [12] = 0xff}};
    uint8_t data[24];
    size_t len = 16;
    (void)h;
    memcpy(group.octet + 13, target->octet + 13, 3);
    memcpy(data, target->octet, 16);
    if (source || nonce) {
        memcpy(data + 16, source ? "\1\1" PEER_MAC : "\16\1", source ? 8 : 2);
        if (!source)
            memcpy(data + 18, nonce, 6);
        len = 24;
    }
    return frame_icmpv6_from(PEER_MAC, source ? source : &nobody, &group, 255, 135, 0, 0, data,
                             len);
}

/* A neighbour advertisement of the target, to all nodes or to the host's global address. */
static inline struct frame frame_na(struct host *h, const struct nonnet_address *target,
                                    uint32_t flags, const char *mac, bool to_all)
{
    uint8_t data[24];
    (void)h;
    memcpy(data, target->octet, 16);
    memcpy(data + 16, "\2\1", 2);
    memcpy(data + 18, mac, 6);
    return frame_icmpv6_from(PEER_MAC, target, to_all ? &all_nodes6 : &host_global, 255, 136, 0,
                             flags, data, sizeof data);
}

/* A router advertisement with hop limit 77, the router's station, and 2001:db8:1::/64. */
static inline struct frame frame_ra(struct host *h, uint16_t lifetime_s, uint32_t valid_s,
                                    uint32_t preferred_s)
{
    static const char prefix[8] = "\x20\x01\x0d\xb8\0\1\0";
    struct frame o = {.len = 0};
    (void)h;
    frame_put32(&o, 0);
    frame_put32(&o, 0);
    frame_put(&o, "\1\1" GATEWAY_MAC, 8);
    frame_put(&o, "\3\4\x40\xc0", 4);
    frame_put32(&o, valid_s);
    frame_put32(&o, preferred_s);
    frame_put32(&o, 0);
    frame_put(&o, prefix, 8);
    frame_put(&o, "\0\0\0\0\0\0\0\0", 8);
    return frame_icmpv6_from(GATEWAY_MAC, &gateway6, &all_nodes6, 255, 134, 0,
                             77u << 24 | lifetime_s, o.bytes, o.len);
}

static inline struct frame frame_redirect(struct host *h, const struct nonnet_address *from,
                                          const struct nonnet_address *target,
                                          const struct nonnet_address *destination)
{
    uint8_t data[32];
    (void)h;
    memcpy(data, target->octet, 16);
    memcpy(data + 16, destination->octet, 16);
    return frame_icmpv6_from(GATEWAY_MAC, from, &host_global, 255, 137, 0, 0, data, sizeof data);
}

/* A general query of MLDv2. */
static inline struct frame frame_mld_query(struct host *h, uint16_t delay_ms)
{
    (void)h;
    struct frame f = frame_ipv6(GATEWAY_MAC, &gateway6, &all_nodes6, 0, 1, "\x3a\0\5\2\0\0\1\0", 8);
    size_t start = f.len;
    frame_put(&f, "\x82\0\0\0", 4);
    frame_put16(&f, delay_ms);
    frame_put(&f,
              "\0\0"
              "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
              "\2\x7d\0\0",
              22);
    frame_set16(&f, 18, (uint16_t)(f.len - 54));
    frame_checksum(&f, f.len - start, 2, 58);
    return f;
}

/* Cuts `len` bytes at `offset` out of the payload of a frame without extension headers. */
static inline struct frame frame_fragment6(const struct frame *whole, uint32_t id, size_t offset,
                                           size_t len, bool more)
{
    struct frame f = {.len = 0};
    frame_put(&f, whole->bytes, 54);
    f.bytes[14 + 6] = 44;
    frame_put(&f, whole->bytes + 14 + 6, 1);
    frame_put(&f, "", 1);
    frame_put16(&f, (uint16_t)(offset | more));
    frame_put32(&f, id);
    frame_put(&f, whole->bytes + 54 + offset, len);
    frame_set16(&f, 18, (uint16_t)(f.len - 54));
    return f;
}

/* The host asks for its peer and is told. */
static inline void host6_learn_peer(struct host *h)
{
    struct nonnet_udp_handle socket = host_udp(h, 6, 1);
    struct nonnet_udp_message m = {.peer = {peer6, 9}};
    ck_assert_int_eq(nonnet_udp_send(h->stack, socket, &m, NULL, 0, h->now), NONNET_OK);
    struct frame na = frame_na(h, &peer6, 0x60000000, PEER_MAC, false);
    host_input(h, &na);
    host_discard_output(h);
    ck_assert_int_eq(nonnet_udp_close(h->stack, socket), NONNET_OK);
}

/* Receives a datagram; its length, or -1 if there is none. */
static inline int host6_receive(struct host *h, struct nonnet_udp_handle socket)
{
    uint8_t data[4096];
    size_t len;
    int rc = nonnet_udp_receive(h->stack, socket, data, sizeof data, &len, NULL);
    return rc == NONNET_OK ? (int)len : -1;
}

#endif
