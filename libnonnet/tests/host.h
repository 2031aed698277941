/*
 * A host under test: a stack on one Ethernet interface, frames that a peer sends it, and what it
 * sends back. Everything is deterministic: entropy comes from check_seed().
 */
#ifndef NONNET_TESTS_HOST_H
#define NONNET_TESTS_HOST_H

#include <check_main.h>

#include <nonnet/checksum.h>
#include <nonnet/ipv4.h>
#include <nonnet/ipv6.h>
#include <nonnet/stack.h>
#include <nonnet/udp.h>

#define MS 1000ull
#define S  1000000ull

#define HOST_MAC    "\x02\x00\x00\x00\x00\x01"
#define PEER_MAC    "\x02\x00\x00\x00\x00\x02"
#define GATEWAY_MAC "\x02\x00\x00\x00\x00\xfe"

struct host {
    struct nonnet_config config;
    struct nonnet_stack *stack;
    struct nonnet_interface_handle interface;
    void *arena;
    uint64_t now;
    uint64_t random;
};

struct frame {
    size_t len;
    uint8_t bytes[66000];
};

static inline void host_entropy(void *context, uint8_t *out, size_t len)
{
    struct host *h = context;
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)check_random(&h->random);
}

/* Not a secure function: one that depends on every byte. */
static inline uint64_t host_hash(void *context, const uint8_t key[NONNET_KEY_LEN],
                                 const uint8_t *data, size_t len)
{
    uint64_t state;
    (void)context;
    memcpy(&state, key, sizeof state);
    for (size_t i = 0; i < len; i++) {
        state ^= data[i];
        state = check_random(&state);
    }
    return state;
}

/* Fills in the configuration; change it before host_start(). */
static inline void host_configure(struct host *h)
{
    memset(h, 0, sizeof *h);
    h->random = check_seed();
    h->now = 1000 * S;
    nonnet_config_default(&h->config);
    h->config.environment.context = h;
    h->config.environment.entropy = host_entropy;
    h->config.environment.keyed_hash = host_hash;
}

/* The arena has exactly the size asked for, so that the sanitizer sees whoever leaves it. */
static inline void host_create(struct host *h)
{
    size_t size = nonnet_stack_size(&h->config);
    ck_assert_uint_gt(size, 0);
    h->arena = aligned_alloc(NONNET_ARENA_ALIGN, size);
    ck_assert_ptr_nonnull(h->arena);
    ck_assert_int_eq(nonnet_stack_init(&h->stack, &h->config, h->arena, size, h->now), NONNET_OK);
}

static inline struct nonnet_mac mac_from(const char *bytes)
{
    struct nonnet_mac mac;
    memcpy(mac.octet, bytes, sizeof mac.octet);
    return mac;
}

static inline void host_start(struct host *h, uint32_t flags)
{
    struct nonnet_interface_config c = {.link = NONNET_LINK_ETHERNET,
                                        .flags = flags,
                                        .mtu = h->config.mtu_max,
                                        .mac = mac_from(HOST_MAC)};
    host_create(h);
    ck_assert_int_eq(nonnet_interface_add(h->stack, &c, &h->interface), NONNET_OK);
    ck_assert_int_eq(nonnet_interface_set_link(h->stack, h->interface, true, h->now), NONNET_OK);
}

/* 192.0.2.1/24 that needs no probing, with 192.0.2.254 as its gateway. */
static inline void host_use_ipv4(struct host *h)
{
    struct nonnet_address own = nonnet_address_ipv4(192, 0, 2, 1);
    struct nonnet_route route = {.prefix = {.version = 4},
                                 .gateway = nonnet_address_ipv4(192, 0, 2, 254)};
    ck_assert_int_eq(nonnet_interface_address_add(h->stack, h->interface, &own, 24,
                                                  NONNET_ADDRESS_UNPROBED, h->now),
                     NONNET_OK);
    ck_assert_int_eq(nonnet_route_add(h->stack, h->interface, &route), NONNET_OK);
}

/* A host with an IPv4 address, ready to talk. */
static inline void host_ipv4(struct host *h)
{
    host_configure(h);
    host_start(h, 0);
    host_use_ipv4(h);
}

static inline void host_end(struct host *h)
{
    free(h->arena);
}

static inline uint64_t host_count(const struct host *h, enum nonnet_counter counter)
{
    return nonnet_stack_counter(h->stack, counter);
}

static inline void host_input(struct host *h, const struct frame *f)
{
    /* A copy of exactly its length, gone after the call: nobody may look at it later. */
    uint8_t *copy = malloc(f->len > 0 ? f->len : 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, f->bytes, f->len);
    ck_assert_int_eq(nonnet_stack_input(h->stack, h->interface, copy, f->len, h->now), NONNET_OK);
    free(copy);
}

/* The next frame that the host sends. */
static inline bool host_output(struct host *h, struct frame *f)
{
    int rc =
        nonnet_stack_output(h->stack, h->interface, f->bytes, sizeof f->bytes, &f->len, h->now);
    ck_assert(rc == NONNET_OK || rc == NONNET_E_EMPTY);
    return rc == NONNET_OK;
}

static inline bool host_is_silent(struct host *h)
{
    struct frame f;
    return !host_output(h, &f);
}

static inline void host_discard_output(struct host *h)
{
    struct frame f;
    while (host_output(h, &f))
        continue;
}

/* Lets time pass, doing what is due when it is due. What is sent stays in the queue. */
static inline void host_wait(struct host *h, uint64_t us)
{
    uint64_t end = h->now + us;
    for (;;) {
        uint64_t due = nonnet_stack_deadline(h->stack);
        if (due > end)
            break;
        h->now = due > h->now ? due : h->now;
        nonnet_stack_tick(h->stack, h->now);
        ck_assert_uint_gt(nonnet_stack_deadline(h->stack), h->now);
    }
    h->now = end;
    nonnet_stack_tick(h->stack, h->now);
}

/* The flags of all events of the interface that wait. */
static inline uint32_t host_events(struct host *h)
{
    struct nonnet_event event;
    uint32_t flags = 0;
    while (nonnet_stack_event(h->stack, &event))
        flags |= event.flags;
    return flags;
}

static inline void frame_put(struct frame *f, const void *bytes, size_t len)
{
    ck_assert_uint_le(f->len + len, sizeof f->bytes);
    memcpy(f->bytes + f->len, bytes, len);
    f->len += len;
}

static inline void frame_put16(struct frame *f, uint16_t v)
{
    uint8_t bytes[2] = {(uint8_t)(v >> 8), (uint8_t)v};
    frame_put(f, bytes, 2);
}

static inline void frame_put32(struct frame *f, uint32_t v)
{
    frame_put16(f, (uint16_t)(v >> 16));
    frame_put16(f, (uint16_t)v);
}

static inline void frame_set16(struct frame *f, size_t at, uint16_t v)
{
    f->bytes[at] = (uint8_t)(v >> 8);
    f->bytes[at + 1] = (uint8_t)v;
}

static inline uint16_t frame_get16(const struct frame *f, size_t at)
{
    return (uint16_t)(f->bytes[at] << 8 | f->bytes[at + 1]);
}

static inline uint32_t frame_get32(const struct frame *f, size_t at)
{
    return (uint32_t)frame_get16(f, at) << 16 | frame_get16(f, at + 2);
}

static inline struct frame frame_ethernet(const char *to, const char *from, uint16_t type)
{
    struct frame f = {.len = 0};
    frame_put(&f, to, 6);
    frame_put(&f, from, 6);
    frame_put16(&f, type);
    return f;
}

static inline struct frame frame_arp(const char *to, const char *from, uint16_t operation,
                                     const uint8_t sender[4], const char *target_mac,
                                     const uint8_t target[4])
{
    struct frame f = frame_ethernet(to, from, 0x0806);
    frame_put(&f, "\0\1\x08\0\6\4", 6);
    frame_put16(&f, operation);
    frame_put(&f, from, 6);
    frame_put(&f, sender, 4);
    frame_put(&f, target_mac, 6);
    frame_put(&f, target, 4);
    return f;
}

/* How an IPv4 packet of the peer looks; zeros are replaced by what the name says. */
struct ipv4_spec {
    const char *mac;        /* HOST_MAC */
    const char *from;       /* PEER_MAC */
    uint8_t source[4];      /* 192.0.2.2 */
    uint8_t destination[4]; /* 192.0.2.1 */
    uint8_t protocol;
    uint16_t id;
    uint16_t offset;
    bool more;
    uint8_t options_len;
    uint8_t options[40];
    uint8_t ecn;
};

static inline struct frame frame_ipv4(struct ipv4_spec s, const void *payload, size_t len)
{
    static const uint8_t any[4];
    struct frame f = frame_ethernet(s.mac ? s.mac : HOST_MAC, s.from ? s.from : PEER_MAC, 0x0800);
    struct nonnet_ipv4_header h = {
        .source = {{192, 0, 2, 2}},
        .destination = {{192, 0, 2, 1}},
        .total_len = (uint16_t)(20 + s.options_len + len),
        .id = s.id,
        .fragment_offset = s.offset,
        .more_fragments = s.more,
        .header_len = (uint8_t)(20 + s.options_len),
        .ecn = s.ecn,
        .ttl = 64,
        .protocol = s.protocol,
    };
    if (memcmp(s.source, any, 4) != 0)
        memcpy(h.source.octet, s.source, 4);
    if (memcmp(s.destination, any, 4) != 0)
        memcpy(h.destination.octet, s.destination, 4);
    memcpy(h.options, s.options, s.options_len);
    ck_assert_int_eq(nonnet_ipv4_encode(&h, f.bytes + f.len, sizeof f.bytes - f.len), NONNET_OK);
    f.len += h.header_len;
    frame_put(&f, payload, len);
    return f;
}

/* Fills in the checksum, at `at` in the last `len` bytes of an IPv4 or IPv6 frame. */
static inline void frame_checksum(struct frame *f, size_t len, size_t at, uint8_t protocol)
{
    struct nonnet_checksum c;
    struct nonnet_ipv4_address s4, d4;
    struct nonnet_ipv6_address s6, d6;
    size_t start = f->len - len;

    frame_set16(f, start + at, 0);
    nonnet_checksum_init(&c);
    if (frame_get16(f, 12) == 0x0800) {
        memcpy(&s4, f->bytes + 14 + 12, 4);
        memcpy(&d4, f->bytes + 14 + 16, 4);
        if (protocol != 1)
            nonnet_checksum_add_ipv4_pseudo(&c, &s4, &d4, protocol, (uint16_t)len);
    } else {
        memcpy(&s6, f->bytes + 14 + 8, 16);
        memcpy(&d6, f->bytes + 14 + 24, 16);
        nonnet_checksum_add_ipv6_pseudo(&c, &s6, &d6, protocol, (uint32_t)len);
    }
    nonnet_checksum_add(&c, f->bytes + start, len);
    frame_set16(f, start + at, nonnet_checksum_finish(&c));
}

/* UDP header and data, with a checksum of 0. */
static inline size_t udp_bytes(uint8_t *out, uint16_t from, uint16_t to, const void *data,
                               size_t len)
{
    uint16_t fields[3] = {from, to, (uint16_t)(8 + len)};
    for (int i = 0; i < 3; i++) {
        out[2 * i] = (uint8_t)(fields[i] >> 8);
        out[2 * i + 1] = (uint8_t)fields[i];
    }
    out[6] = out[7] = 0;
    memcpy(out + 8, data, len);
    return 8 + len;
}

static inline struct frame frame_udp(struct ipv4_spec s, uint16_t from, uint16_t to,
                                     const void *data, size_t len)
{
    static uint8_t bytes[65536];
    size_t n = udp_bytes(bytes, from, to, data, len);
    s.protocol = 17;
    struct frame f = frame_ipv4(s, bytes, n);
    frame_checksum(&f, n, 6, 17);
    return f;
}

static inline struct frame frame_icmp(struct ipv4_spec s, uint8_t type, uint8_t code, uint32_t word,
                                      const void *data, size_t len)
{
    static uint8_t bytes[65536];
    bytes[0] = type;
    bytes[1] = code;
    bytes[2] = bytes[3] = 0;
    for (int i = 0; i < 4; i++)
        bytes[4 + i] = (uint8_t)(word >> (24 - 8 * i));
    memcpy(bytes + 8, data, len);
    s.protocol = 1;
    struct frame f = frame_ipv4(s, bytes, 8 + len);
    frame_checksum(&f, 8 + len, 2, 1);
    return f;
}

/*
 * The host learns who the peer (192.0.2.2) or the gateway is, by asking when it has something to
 * send.
 */
static inline void host_answer_arp(struct host *h, const uint8_t ip[4], const char *mac)
{
    static const uint8_t own[4] = {192, 0, 2, 1};
    struct frame f = frame_arp(HOST_MAC, mac, 2, ip, HOST_MAC, own);
    host_input(h, &f);
}

static inline struct nonnet_udp_handle host_udp(struct host *h, uint8_t version, uint16_t port)
{
    struct nonnet_udp_handle socket;
    struct nonnet_endpoint local = {.port = port};
    ck_assert_int_eq(nonnet_udp_open(h->stack, version, &socket), NONNET_OK);
    ck_assert_int_eq(nonnet_udp_bind(h->stack, socket, &local), NONNET_OK);
    return socket;
}

#endif
