/*
 * Packets that somebody on the link sends to the host, right ones and wrong ones: IP, ICMP, UDP, ARP
 * and neighbour discovery.
 */
#include "script_internal.h"

#include <arpa/inet.h>

#define CHAIN_MAX 4

/* A packet that is being made. What its line does not say is as the peer would say it. */
struct draft {
    struct frame upper; /* the message behind the network header */
    uint8_t protocol;
    bool has_sum;
    size_t sum_at;
    bool bad_sum;
    struct nonnet_address from, to;
    const char *by;      /* station of the sender */
    const char *station; /* of the receiver; NULL: as the address says */
    uint8_t hops;
    uint16_t id;
    uint32_t offset;
    bool more;
    uint8_t options[40];
    size_t options_len;
    bool bad_header;
    int version; /* 0: the right one; likewise below */
    int header_words;
    int total;
    size_t padding;
    /* Of IPv6: headers in between, the first octet of each still to be named. */
    uint8_t chain_type[CHAIN_MAX];
    struct frame chain[CHAIN_MAX];
    unsigned nchain;
};

static struct draft d;
static struct frame datagram; /* that is sent in pieces */
static uint8_t datagram_protocol;

static struct nonnet_address own_address(bool temporary, bool announced, const char *name)
{
    struct nonnet_address_info info;
    for (size_t i = 0; nonnet_interface_address(script_now.host.stack, script_now.host.interface, i,
                                                &info) == NONNET_OK;
         i++) {
        bool local = info.address.octet[0] == 0xfe && info.address.octet[1] == 0x80;
        if (info.address.version == 6 && info.announced == announced && local == !announced &&
            info.temporary == temporary)
            return info.address;
    }
    script_fail("the host has no address '%s'", name);
}

static bool address_named(const char *name, struct nonnet_address *a)
{
    static const struct {
        const char *name;
        struct nonnet_address four, six;
    } names[] = {
        {"host", {4, {192, 0, 2, 1}}, {6, {0x20, 1, 0xd, 0xb8, [15] = 1}}},
        {"peer", {4, {192, 0, 2, 2}}, {6, {0x20, 1, 0xd, 0xb8, [15] = 2}}},
        {"other", {4, {192, 0, 2, 3}}, {6, {0x20, 1, 0xd, 0xb8, [15] = 3}}},
        {"router", {4, {192, 0, 2, 254}}, {6, {0xfe, 0x80, [15] = 0xfe}}},
        {"far", {4, {203, 0, 113, 9}}, {6, {0x20, 1, 0xd, 0xb8, 0xff, [15] = 9}}},
        {"all", {4, {224, 0, 0, 1}}, {6, {0xff, 2, [15] = 1}}},
        {"none", {.version = 4}, {.version = 6}},
        {"broadcast", {4, {255, 255, 255, 255}}, {6, {0xff, 2, [15] = 1}}},
        {"subnet", {4, {192, 0, 2, 255}}, {6, {0xff, 2, [15] = 1}}},
        {"loopback", {4, {127, 0, 0, 1}}, {6, {[15] = 1}}},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i].name, name) == 0) {
            *a = script_now.six ? names[i].six : names[i].four;
            return true;
        }
    }
    return false;
}

static struct nonnet_address group_of(struct nonnet_address a)
{
    struct nonnet_address group = {6, {0xff, 2, [11] = 1, [12] = 0xff}};
    memcpy(group.octet + 13, a.octet + 13, 3);
    return group;
}

struct nonnet_address script_address(void)
{
    const char *text = script_word();
    struct nonnet_address a = {0};
    if (strcmp(text, "host-local") == 0)
        return own_address(false, false, text);
    if (strcmp(text, "stable") == 0)
        return own_address(false, true, text);
    if (strcmp(text, "temporary") == 0)
        return own_address(true, true, text);
    if (strcmp(text, "group") == 0)
        return group_of(script_address());
    if (address_named(text, &a))
        return a;
    if (inet_pton(AF_INET, text, a.octet) == 1)
        a.version = 4;
    else if (inet_pton(AF_INET6, text, a.octet) == 1)
        a.version = 6;
    else
        script_fail("'%s' is no address", text);
    return a;
}

const char *script_mac(void)
{
    static const char *const names[][2] = {{"host", HOST_MAC},
                                           {"peer", PEER_MAC},
                                           {"other", OTHER_MAC},
                                           {"router", GATEWAY_MAC},
                                           {"all", "\xff\xff\xff\xff\xff\xff"},
                                           {"group", "\x33\x33\0\0\0\1"},
                                           {"zero", "\0\0\0\0\0\0"}};
    const char *name = script_word();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i][0], name) == 0)
            return names[i][1];
    }
    script_fail("'%s' is no station", name);
}

size_t script_hex(uint8_t *out, size_t size)
{
    return check_unhex(out, size, script_word());
}

static struct frame *chain_add(uint8_t type)
{
    if (d.nchain == CHAIN_MAX)
        script_fail("too many headers");
    d.chain_type[d.nchain] = type;
    struct frame *f = &d.chain[d.nchain++];
    f->len = 0;
    frame_put(f, "", 1);
    return f;
}

/* Options of a header of IPv6, as they stand; they have to fill it. */
static void chain_options(uint8_t type)
{
    uint8_t bytes[256];
    size_t len = script_hex(bytes, sizeof bytes);
    if ((len + 2) % 8 != 0)
        script_fail("%u bytes of options do not fill the header", (unsigned)len);
    struct frame *f = chain_add(type);
    uint8_t units = (uint8_t)((len + 2) / 8 - 1);
    frame_put(f, &units, 1);
    frame_put(f, bytes, len);
}

static void chain_routing(void)
{
    uint8_t fields[6] = {0};
    fields[0] = (uint8_t)script_number();
    fields[1] = (uint8_t)script_number();
    struct frame *f = chain_add(43);
    frame_put(f, "", 1);
    frame_put(f, fields, sizeof fields);
}

static void chain_fragment(uint32_t offset, bool more, uint32_t id)
{
    struct frame *f = chain_add(44);
    frame_put(f, "", 1);
    frame_put16(f, (uint16_t)(offset | more));
    frame_put32(f, id);
}

static bool more_or_last(void)
{
    if (script_take("more"))
        return true;
    if (!script_take("last"))
        script_fail("'more' or 'last' is missing");
    return false;
}

static void piece_of(uint32_t offset, bool more, uint32_t id)
{
    if (script_now.six) {
        chain_fragment(offset, more, id);
        return;
    }
    d.offset = offset;
    d.more = more;
    d.id = (uint16_t)id;
}

/* A field that any packet can have. */
static void field_take(void)
{
    const char *name = script_word();
    if (strcmp(name, "from") == 0) {
        d.from = script_address();
    } else if (strcmp(name, "to") == 0) {
        d.to = script_address();
    } else if (strcmp(name, "by") == 0) {
        d.by = script_mac();
    } else if (strcmp(name, "station") == 0) {
        d.station = script_mac();
    } else if (strcmp(name, "hops") == 0) {
        d.hops = (uint8_t)script_number();
    } else if (strcmp(name, "bad-checksum") == 0) {
        d.bad_sum = true;
    } else if (strcmp(name, "no-checksum") == 0) {
        d.has_sum = false;
    } else if (strcmp(name, "bad-header-checksum") == 0) {
        d.bad_header = true;
    } else if (strcmp(name, "version") == 0) {
        d.version = (int)script_number();
    } else if (strcmp(name, "header") == 0) {
        d.header_words = (int)script_number();
    } else if (strcmp(name, "total") == 0) {
        d.total = (int)script_number();
    } else if (strcmp(name, "padding") == 0) {
        d.padding = script_number();
    } else if (strcmp(name, "options") == 0) {
        d.options_len = script_hex(d.options, sizeof d.options);
    } else if (strcmp(name, "hop-by-hop") == 0) {
        chain_options(0);
    } else if (strcmp(name, "destination") == 0) {
        chain_options(60);
    } else if (strcmp(name, "routing") == 0) {
        chain_routing();
    } else if (strcmp(name, "fragment") == 0) {
        uint32_t offset = script_number();
        bool more = more_or_last();
        piece_of(offset, more, script_number());
    } else {
        script_fail("'%s' is no field", name);
    }
}

static void payload_put(uint32_t len)
{
    for (uint32_t i = 0; i < len; i++) {
        uint8_t byte = script_pattern(i);
        frame_put(&d.upper, &byte, 1);
    }
}

static uint32_t len_take(void)
{
    return script_take("len") ? script_number() : 0;
}

static void kind_udp(void)
{
    uint16_t from = (uint16_t)script_number(), to = (uint16_t)script_number();
    uint32_t len = len_take();
    frame_put16(&d.upper, from);
    frame_put16(&d.upper, to);
    frame_put16(&d.upper, (uint16_t)(script_take("says") ? script_number() : 8 + len));
    frame_put16(&d.upper, 0);
    payload_put(len);
    d.protocol = 17;
    d.sum_at = 6;
}

static void icmp_begin(uint8_t type, uint8_t code, uint32_t word)
{
    frame_put(&d.upper, &type, 1);
    frame_put(&d.upper, &code, 1);
    frame_put16(&d.upper, 0);
    frame_put32(&d.upper, word);
    d.protocol = script_now.six ? 58 : 1;
    d.sum_at = 2;
}

static void echo_begin(uint8_t type4, uint8_t type6)
{
    uint32_t id = script_number();
    icmp_begin(script_now.six ? type6 : type4, 0, id << 16 | script_number());
    payload_put(len_take());
}

static void kind_echo(void)
{
    echo_begin(8, 128);
}

static void kind_echo_reply(void)
{
    echo_begin(0, 129);
}

static void kind_icmp(void)
{
    uint8_t type = (uint8_t)script_number(), code = (uint8_t)script_number();
    icmp_begin(type, code, 0);
    payload_put(len_take());
}

static void kind_raw(void)
{
    uint8_t bytes[512];
    d.protocol = (uint8_t)script_number();
    size_t len = script_hex(bytes, sizeof bytes);
    frame_put(&d.upper, bytes, len);
    d.has_sum = false;
}

/* An error about the packet that the host sent last, or about the first bytes of it. */
static void kind_error(void)
{
    const char *name = script_word();
    size_t len = script_now.sent.len - 14;
    uint32_t word = 0;
    uint8_t type, code = 0;
    if (strcmp(name, "too-big") == 0) {
        word = script_number();
        type = script_now.six ? 2 : 3;
        code = script_now.six ? 0 : 4;
    } else if (strcmp(name, "port") == 0) {
        type = script_now.six ? 1 : 3;
        code = script_now.six ? 4 : 3;
    } else if (strcmp(name, "net") == 0) {
        type = script_now.six ? 1 : 3;
    } else if (strcmp(name, "time") == 0) {
        type = script_now.six ? 3 : 11;
    } else if (strcmp(name, "problem") == 0) {
        type = script_now.six ? 4 : 12;
    } else {
        script_fail("'%s' is no error", name);
    }
    if (script_take("quoting"))
        len = script_number();
    icmp_begin(type, code, word);
    frame_put(&d.upper, script_now.sent.bytes + 14, len);
}

/* Options of neighbour discovery. */
static bool ndp_option_take(void)
{
    uint8_t bytes[64];
    if (script_take("source-station") || script_take("target-station")) {
        bool source = strcmp(script_now.words[script_now.at - 1], "source-station") == 0;
        frame_put(&d.upper, source ? "\1\1" : "\2\1", 2);
        frame_put(&d.upper, script_mac(), 6);
    } else if (script_take("nonce")) {
        frame_put(&d.upper, "\16\1", 2);
        if (script_take("last"))
            memcpy(bytes, script_now.nonce, 6);
        else
            (void)script_hex(bytes, 6);
        frame_put(&d.upper, bytes, 6);
    } else if (script_take("mtu")) {
        frame_put(&d.upper, "\5\1\0\0", 4);
        frame_put32(&d.upper, script_number());
    } else if (script_take("option")) {
        frame_put(&d.upper, bytes, script_hex(bytes, sizeof bytes));
    } else if (script_take("prefix")) {
        struct nonnet_address prefix = script_address();
        uint8_t prefix_len = (uint8_t)script_number(), flags = 0;
        uint32_t valid = script_number(), preferred = script_number();
        flags |= script_take("on-link") ? 0x80 : 0;
        flags |= script_take("autonomous") ? 0x40 : 0;
        frame_put(&d.upper, "\3\4", 2);
        frame_put(&d.upper, &prefix_len, 1);
        frame_put(&d.upper, &flags, 1);
        frame_put32(&d.upper, valid);
        frame_put32(&d.upper, preferred);
        frame_put32(&d.upper, 0);
        frame_put(&d.upper, prefix.octet, 16);
    } else {
        return false;
    }
    return true;
}

static void ndp_begin(uint8_t type, uint32_t word)
{
    uint8_t code = script_take("code") ? (uint8_t)script_number() : 0;
    icmp_begin(type, code, word);
    d.hops = 255;
}

static void kind_ns(void)
{
    struct nonnet_address target = script_address();
    ndp_begin(135, 0);
    frame_put(&d.upper, target.octet, 16);
    d.to = group_of(target);
    while (ndp_option_take())
        continue;
}

static void kind_na(void)
{
    struct nonnet_address target = script_address();
    uint32_t flags = 0;
    flags |= script_take("router") ? 0x80000000u : 0;
    flags |= script_take("solicited") ? 0x40000000u : 0;
    flags |= script_take("override") ? 0x20000000u : 0;
    ndp_begin(136, flags);
    frame_put(&d.upper, target.octet, 16);
    d.from = target.octet[0] == 0xff ? d.from : target;
    while (ndp_option_take())
        continue;
}

static void kind_rs(void)
{
    ndp_begin(133, 0);
    while (ndp_option_take())
        continue;
}

static void kind_ra(void)
{
    uint32_t word = 0, reachable = 0, retransmit = 0;
    (void)address_named("router", &d.from);
    d.to = all_nodes6;
    d.by = GATEWAY_MAC;
    word |= script_take("life") ? script_number() & 0xffff : 1800;
    word |= script_take("hop-limit") ? script_number() << 24 : 0;
    word |= script_take("managed") ? 0x800000u : 0;
    word |= script_take("other") ? 0x400000u : 0;
    word |= script_take("high") ? 0x080000u : script_take("low") ? 0x180000u : 0;
    if (script_take("reachable"))
        reachable = script_number();
    if (script_take("retransmit"))
        retransmit = script_number();
    ndp_begin(134, word);
    frame_put32(&d.upper, reachable);
    frame_put32(&d.upper, retransmit);
    while (ndp_option_take())
        continue;
}

static void kind_redirect(void)
{
    struct nonnet_address target = script_address(), destination = script_address();
    (void)address_named("router", &d.from);
    d.by = GATEWAY_MAC;
    ndp_begin(137, 0);
    frame_put(&d.upper, target.octet, 16);
    frame_put(&d.upper, destination.octet, 16);
    while (ndp_option_take())
        continue;
}

static void kind_mld_query(void)
{
    struct nonnet_address group = {.version = 6};
    uint16_t delay = (uint16_t)script_number();
    (void)address_named("router", &d.from);
    d.to = all_nodes6;
    d.by = GATEWAY_MAC;
    bool first_version = script_take("first-version");
    if (script_take("of")) {
        group = script_address();
        d.to = group;
    }
    icmp_begin(130, 0, (uint32_t)delay << 16);
    frame_put(&d.upper, group.octet, 16);
    if (!first_version)
        frame_put(&d.upper, "\2\x7d\0\0", 4);
    d.hops = 1;
    if (!script_take("no-alert")) {
        struct frame *f = chain_add(0);
        frame_put(f, "\0\5\2\0\0\1\0", 7);
    }
}

static const struct {
    const char *name;
    void (*make)(void);
    uint8_t family; /* 0: both */
} kinds[] = {
    {"udp", kind_udp, 0},
    {"echo", kind_echo, 0},
    {"echo-reply", kind_echo_reply, 0},
    {"icmp", kind_icmp, 0},
    {"raw", kind_raw, 0},
    {"error", kind_error, 0},
    {"ns", kind_ns, 6},
    {"na", kind_na, 6},
    {"rs", kind_rs, 6},
    {"ra", kind_ra, 6},
    {"redirect", kind_redirect, 6},
    {"mld-query", kind_mld_query, 6},
};

static void draft_begin(void)
{
    memset(&d, 0, sizeof d);
    (void)address_named("peer", &d.from);
    (void)address_named("host", &d.to);
    d.by = PEER_MAC;
    d.hops = 64;
    d.has_sum = true;
}

static void kind_take(void)
{
    const char *name = script_word();
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].name, name) != 0)
            continue;
        if (kinds[i].family == 6 && !script_now.six)
            script_fail("'%s' is of IPv6", name);
        kinds[i].make();
        while (script_now.at < script_now.nwords)
            field_take();
        return;
    }
    script_fail("'%s' is no kind of packet", name);
}

/* Fills in the checksum of the upper layer, or spoils it. */
static void upper_seal(struct frame *upper, uint8_t protocol)
{
    struct nonnet_checksum c;
    struct nonnet_ipv4_address s4, d4;
    struct nonnet_ipv6_address s6, d6;
    if (!d.has_sum)
        return;
    memcpy(s4.octet, d.from.octet, 4);
    memcpy(d4.octet, d.to.octet, 4);
    memcpy(s6.octet, d.from.octet, 16);
    memcpy(d6.octet, d.to.octet, 16);
    nonnet_checksum_init(&c);
    if (script_now.six)
        nonnet_checksum_add_ipv6_pseudo(&c, &s6, &d6, protocol, (uint32_t)upper->len);
    else if (protocol != 1)
        nonnet_checksum_add_ipv4_pseudo(&c, &s4, &d4, protocol, (uint16_t)upper->len);
    nonnet_checksum_add(&c, upper->bytes, upper->len);
    frame_set16(upper, d.sum_at, (uint16_t)(nonnet_checksum_finish(&c) ^ (d.bad_sum ? 0x5555 : 0)));
}

/* The station that packets to an address go to, as its sender has to choose it. */
static void ethernet_put(struct frame *f)
{
    uint8_t to[6];
    memcpy(to, HOST_MAC, 6);
    if (d.to.version == 6 && d.to.octet[0] == 0xff) {
        memcpy(to, "\x33\x33", 2);
        memcpy(to + 2, d.to.octet + 12, 4);
    } else if (d.to.version == 4 && d.to.octet[0] >= 224 && d.to.octet[0] < 240) {
        memcpy(to, "\1\0\x5e", 3);
        memcpy(to + 3, d.to.octet + 1, 3);
        to[3] &= 0x7f;
    } else if (d.to.version == 4 && d.to.octet[3] == 255) {
        memset(to, 0xff, 6);
    }
    f->len = 0;
    frame_put(f, d.station ? (const void *)d.station : to, 6);
    frame_put(f, d.by, 6);
    frame_put16(f, script_now.six ? 0x86dd : 0x0800);
}

static void header4_put(struct frame *f, const struct frame *upper, uint8_t protocol)
{
    size_t header_len = 20 + d.options_len, start = f->len;
    uint8_t first = (uint8_t)((d.version ? d.version : 4) << 4 |
                              (d.header_words ? d.header_words : (int)header_len / 4));
    uint8_t ttl_protocol[2] = {d.hops, protocol};
    frame_put(f, &first, 1);
    frame_put(f, "", 1);
    frame_put16(f, (uint16_t)(d.total ? d.total : (int)(header_len + upper->len)));
    frame_put16(f, d.id);
    frame_put16(f, (uint16_t)(d.offset / 8 | (d.more ? 0x2000 : 0)));
    frame_put(f, ttl_protocol, 2);
    frame_put16(f, 0);
    frame_put(f, d.from.octet, 4);
    frame_put(f, d.to.octet, 4);
    frame_put(f, d.options, d.options_len);
    uint16_t sum = nonnet_checksum_of(f->bytes + start, header_len);
    frame_set16(f, start + 10, (uint16_t)(sum ^ (d.bad_header ? 0x5555 : 0)));
}

static void header6_put(struct frame *f, const struct frame *upper, uint8_t protocol)
{
    size_t len = upper->len;
    uint8_t fields[2] = {protocol, d.hops};
    for (unsigned i = 0; i < d.nchain; i++) {
        len += d.chain[i].len;
        d.chain[i].bytes[0] = i + 1 < d.nchain ? d.chain_type[i + 1] : protocol;
    }
    if (d.nchain > 0)
        fields[0] = d.chain_type[0];
    frame_put32(f, (uint32_t)(d.version ? d.version : 6) << 28);
    frame_put16(f, (uint16_t)(d.total ? d.total : (int)len));
    frame_put(f, fields, 2);
    frame_put(f, d.from.octet, 16);
    frame_put(f, d.to.octet, 16);
    for (unsigned i = 0; i < d.nchain; i++)
        frame_put(f, d.chain[i].bytes, d.chain[i].len);
}

static void draft_send(const struct frame *upper, uint8_t protocol)
{
    static struct frame f;
    ethernet_put(&f);
    if (script_now.six)
        header6_put(&f, upper, protocol);
    else
        header4_put(&f, upper, protocol);
    frame_put(&f, upper->bytes, upper->len);
    for (size_t i = 0; i < d.padding; i++)
        frame_put(&f, "", 1);
    host_input(&script_now.host, &f);
}

static void step_in(void)
{
    draft_begin();
    kind_take();
    upper_seal(&d.upper, d.protocol);
    draft_send(&d.upper, d.protocol);
}

/* A datagram that is to be sent in pieces. */
static void step_datagram(void)
{
    draft_begin();
    kind_take();
    upper_seal(&d.upper, d.protocol);
    datagram = d.upper;
    datagram_protocol = d.protocol;
}

static void step_piece(void)
{
    static struct frame piece;
    draft_begin();
    uint32_t offset = script_number(), len = script_number();
    bool more = more_or_last();
    uint32_t id = script_number();
    ck_assert_uint_le(offset + len, sizeof datagram.bytes);
    while (script_now.at < script_now.nwords)
        field_take();
    piece_of(offset, more, id);
    piece.len = 0;
    frame_put(&piece, datagram.bytes + offset, len);
    draft_send(&piece, datagram_protocol);
}

/* arp request|reply SENDER TARGET */
static void step_arp(void)
{
    bool request = script_take("request");
    if (!request && !script_take("reply"))
        script_fail("'request' or 'reply' is missing");
    struct nonnet_address sender = script_address(), target = script_address();
    const char *by = script_take("by") ? script_mac() : PEER_MAC;
    const char *station = script_take("station") ? script_mac() : "\xff\xff\xff\xff\xff\xff";
    struct frame f = frame_arp(station, by, request ? 1 : 2, sender.octet, HOST_MAC, target.octet);
    if (script_take("sender-station"))
        memcpy(f.bytes + 22, script_mac(), 6);
    if (script_take("operation"))
        frame_set16(&f, 20, (uint16_t)script_number());
    if (script_take("hardware"))
        frame_set16(&f, 14, (uint16_t)script_number());
    if (script_take("cut"))
        f.len -= script_number();
    host_input(&script_now.host, &f);
}

const struct script_step script_peer_steps[] = {
    {"in", step_in, false},       {"datagram", step_datagram, false},
    {"piece", step_piece, false}, {"arp", step_arp, false},
    {NULL, NULL, false},
};
