/*
 * A router and servers of DHCPv6, played for the host of host6.h, and what its client said to them.
 */
#ifndef NONNET_TESTS_DHCPV6_LAB_H
#define NONNET_TESTS_DHCPV6_LAB_H

#include "host6.h"

#include <nonnet/dhcpv6.h>

#define FLAG_MANAGED 0x800000u
#define FLAG_OTHER   0x400000u

#define DUID_OURS  "\0\3\0\1" HOST_MAC
#define DUID_FIRST "\0\3\0\1\2\0\0\0\0\xf1"
#define NO_DUID    "\0\0"
#define DUID_OTHER "\0\3\0\1\2\0\0\0\0\xf2"
#define IAID       0x00000001u /* of HOST_MAC */

enum {
    SOLICIT = 1,
    ADVERTISE = 2,
    REQUEST = 3,
    RENEW = 5,
    REBIND = 6,
    REPLY = 7,
    RELEASE = 8,
    DECLINE = 9,
    INFORMATION_REQUEST = 11,
};

/* What the client said, as far as a server looks at it. */
struct said {
    uint8_t type;
    uint32_t xid;
    bool has_client;
    uint8_t server[10];
    bool has_server;
    bool has_ia;
    bool has_address;
    uint8_t address[16];
    uint16_t elapsed;
    uint16_t options[8];
    size_t noptions;
};

/* What the server says, of the association above unless it is left out. */
struct says {
    uint8_t type;
    uint32_t xid;
    const char *client; /* NULL: DUID_OURS */
    const char *server;
    bool no_ia;
    uint32_t t1, t2, preferred, valid;
    const uint8_t *address; /* NULL: none */
    uint16_t ia_status;
    const char *more; /* options in hexadecimal */
};

static const uint8_t offered[16] = {0x20, 1, 0xd, 0xb8, [15] = 0x77};
static const uint8_t another[16] = {0x20, 1, 0xd, 0xb8, [15] = 0x78};
static struct nonnet_address own_link_local;

static inline void router_says(struct host *h, uint32_t flags, bool prefix)
{
    struct frame o = {.len = 0};
    frame_put32(&o, 0);
    frame_put32(&o, 0);
    if (prefix) {
        frame_put(&o, "\3\4\x40\xc0", 4);
        frame_put32(&o, 7200);
        frame_put32(&o, 3600);
        frame_put32(&o, 0);
        frame_put(&o, "\x20\x01\x0d\xb8\0\1\0\0\0\0\0\0\0\0\0\0", 16);
    }
    struct frame f = frame_icmpv6_from(GATEWAY_MAC, &gateway6, &all_nodes6, 255, 134, 0,
                                       64u << 24 | flags | 1800, o.bytes, o.len);
    host_input(h, &f);
}

/* A host with a link-local address, whose client is enabled. */
static inline void host_client(struct host *h, uint32_t flags)
{
    host6_configure(h);
    host_start(h, NONNET_INTERFACE_IPV6 | flags);
    host_wait(h, 3 * S);
    own_link_local = host6_address(h, 0);
    ck_assert_int_eq(nonnet_dhcpv6_enable(h->stack, h->interface, true, h->now), NONNET_OK);
    host_discard_output(h);
    (void)host_events(h);
}

static inline void ia_note(struct said *s, const uint8_t *data, size_t len)
{
    ck_assert(len == 12 || len == 40);
    ck_assert_mem_eq(data, "\0\0\0\1\0\0\0\0\0\0\0\0", 12); /* the times are the server's */
    s->has_ia = true;
    if (len == 40) {
        ck_assert_mem_eq(data + 12, "\0\5\0\x18", 4);
        memcpy(s->address, data + 16, 16);
        ck_assert_mem_eq(data + 32, "\0\0\0\0\0\0\0\0", 8);
        s->has_address = true;
    }
}

static inline void option_note(struct said *s, uint16_t code, const uint8_t *data, size_t len)
{
    switch (code) {
    case 1:
        ck_assert_uint_eq(len, 10);
        ck_assert_mem_eq(data, DUID_OURS, 10);
        s->has_client = true;
        break;
    case 2:
        ck_assert_uint_eq(len, 10);
        memcpy(s->server, data, 10);
        s->has_server = true;
        break;
    case 3:
        ia_note(s, data, len);
        break;
    case 6:
        ck_assert_uint_le(len, sizeof s->options);
        for (size_t i = 0; i < len; i += 2)
            s->options[s->noptions++] = (uint16_t)(data[i] << 8 | data[i + 1]);
        break;
    case 8:
        ck_assert_uint_eq(len, 2);
        s->elapsed = (uint16_t)(data[0] << 8 | data[1]);
        break;
    default:
        ck_abort_msg("option %u says more than has to be said", code); /* RFC 7844 */
    }
}

/* Takes frames until one is of DHCP. Returns whether there was one. */
static inline bool client_said(struct host *h, struct said *s)
{
    struct frame f;
    memset(s, 0, sizeof *s);
    do {
        if (!host_output(h, &f))
            return false;
    } while (frame_get16(&f, 12) != 0x86dd || f.bytes[20] != 17 || frame_get16(&f, 56) != 547);
    ck_assert_uint_eq(frame_get16(&f, 54), 546);
    ck_assert_mem_eq(f.bytes, "\x33\x33\0\1\0\2", 6);
    ck_assert_mem_eq(f.bytes + 22, own_link_local.octet, 16);
    ck_assert_mem_eq(f.bytes + 38, "\xff\2\0\0\0\0\0\0\0\0\0\0\0\1\0\2", 16);
    s->type = f.bytes[62];
    s->xid = frame_get32(&f, 62) & 0xffffff;
    size_t at = 66;
    while (at < f.len) {
        ck_assert_uint_le(at + 4u + frame_get16(&f, at + 2), f.len);
        option_note(s, frame_get16(&f, at), f.bytes + at + 4, frame_get16(&f, at + 2));
        at += 4u + frame_get16(&f, at + 2);
    }
    return true;
}

static inline void duid_put(struct frame *o, uint16_t code, const char *duid)
{
    if (duid[1] == '\0') /* NO_DUID */
        return;
    frame_put16(o, code);
    frame_put16(o, 10);
    frame_put(o, duid, 10);
}

static inline void ia_put(struct frame *o, const struct says *s)
{
    frame_put16(o, 3);
    frame_put16(o, (uint16_t)(12 + (s->address ? 28 : 0) + (s->ia_status ? 6 : 0)));
    frame_put32(o, IAID);
    frame_put32(o, s->t1);
    frame_put32(o, s->t2);
    if (s->address) {
        frame_put(o, "\0\5\0\x18", 4);
        frame_put(o, s->address, 16);
        frame_put32(o, s->preferred);
        frame_put32(o, s->valid);
    }
    if (s->ia_status) {
        frame_put(o, "\0\x0d\0\2", 4);
        frame_put16(o, s->ia_status);
    }
}

static inline void server_says(struct host *h, struct says s)
{
    static struct frame o;
    uint8_t more[256];
    o.len = 0;
    frame_put32(&o, (uint32_t)s.type << 24 | s.xid);
    duid_put(&o, 1, s.client ? s.client : DUID_OURS);
    duid_put(&o, 2, s.server);
    if (!s.no_ia)
        ia_put(&o, &s);
    if (s.more)
        frame_put(&o, more, check_unhex(more, sizeof more, s.more));
    struct frame f = frame_udp6(&gateway6, &own_link_local, 547, 546, o.bytes, o.len);
    host_input(h, &f);
}

static inline struct says answer(const struct said *to, uint8_t type)
{
    return (struct says){.type = type,
                         .xid = to->xid,
                         .server = DUID_FIRST,
                         .t1 = 1800,
                         .t2 = 2880,
                         .preferred = 3600,
                         .valid = 7200,
                         .address = offered};
}

/* The next message that the client sends within so many seconds. */
static inline bool client_says_within(struct host *h, struct said *s, uint64_t seconds)
{
    uint64_t end = h->now + seconds * S;
    while (!client_said(h, s)) {
        uint64_t due = nonnet_stack_deadline(h->stack);
        if (due > end) {
            host_wait(h, end > h->now ? end - h->now : 0);
            return client_said(h, s);
        }
        host_wait(h, due - h->now);
    }
    return true;
}

static inline void client_says(struct host *h, struct said *s, uint8_t type)
{
    ck_assert(client_says_within(h, s, 10000));
    ck_assert_uint_eq(s->type, type);
}

/* Goes through solicit, advertise, request and reply. */
static inline void host_bound(struct host *h)
{
    struct said s;
    host_client(h, 0);
    router_says(h, FLAG_MANAGED, false);
    client_says(h, &s, SOLICIT);
    server_says(h, answer(&s, ADVERTISE));
    client_says(h, &s, REQUEST);
    server_says(h, answer(&s, REPLY));
}

static inline bool has_lease(struct host *h)
{
    struct nonnet_dhcpv6_lease lease;
    return nonnet_dhcpv6_lease(h->stack, h->interface, &lease) == NONNET_OK &&
           lease.address.version == 6;
}

static inline bool has_address(struct host *h, const uint8_t ip[16])
{
    struct nonnet_address_info info;
    for (size_t i = 0; nonnet_interface_address(h->stack, h->interface, i, &info) == NONNET_OK;
         i++) {
        if (info.address.version == 6 && memcmp(info.address.octet, ip, 16) == 0)
            return info.state == NONNET_ADDRESS_PREFERRED;
    }
    return false;
}

#endif
