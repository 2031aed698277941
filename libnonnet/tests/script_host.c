/*
 * What the host says beside TCP, what its user does with UDP and addresses, and what it counts.
 */
#include "script_internal.h"

#include <nonnet/counter.h>

/* The packet that is looked at. */
static struct frame *const f = &script_now.sent;

static size_t upper_at(void)
{
    if (!script_now.six)
        return 14 + (f->bytes[14] & 15u) * 4;
    return f->bytes[20] == 44 ? 14 + 40 + 8 : f->bytes[20] == 0 ? 14 + 40 + 8 : 14 + 40;
}

static uint8_t protocol_of(void)
{
    if (!script_now.six)
        return f->bytes[23];
    return f->bytes[20] == 44 || f->bytes[20] == 0 ? f->bytes[54] : f->bytes[20];
}

static bool is_ip(void)
{
    return frame_get16(f, 12) == (script_now.six ? 0x86dd : 0x0800);
}

static bool is_icmp(uint8_t type)
{
    return is_ip() && protocol_of() == (script_now.six ? 58 : 1) && f->bytes[upper_at()] == type;
}

static bool is_neighbour_question(void)
{
    static const uint8_t nobody[16];
    if (frame_get16(f, 12) == 0x0806)
        return frame_get16(f, 20) == 1 && memcmp(f->bytes + 28, nobody, 4) != 0 &&
               memcmp(f->bytes + 28, f->bytes + 38, 4) != 0;
    return script_now.six && is_icmp(135) && memcmp(f->bytes + 22, nobody, 16) != 0;
}

/*
 * What hosts of IPv6 say all the time: solicitations of routers and reports of groups. They count
 * only where a line expects them. Returns their type, or 0.
 */
static uint8_t chatter_type(void)
{
    if (frame_get16(f, 12) != 0x86dd)
        return 0;
    if (!script_now.six)
        return UINT8_MAX; /* the other family is somebody else's concern */
    if (f->bytes[20] == 58 && f->bytes[54] == 133)
        return 133;
    return f->bytes[20] == 0 && f->bytes[62] == 143 ? 143 : 0;
}

static void must_be(const char *what, uint32_t got, uint32_t expected)
{
    if (got != expected)
        script_fail("%s is %u, not %u", what, got, expected);
}

static void must_be_bytes(const char *what, const uint8_t *got, const void *expected, size_t len)
{
    char text[80] = "";
    for (size_t i = 0; i < len; i++)
        snprintf(text + 2 * i, sizeof text - 2 * i, "%02x", got[i]);
    if (memcmp(got, expected, len) != 0)
        script_fail("%s is %s", what, text);
}

static void must_be_address(const char *what, size_t at)
{
    struct nonnet_address a = script_address();
    must_be_bytes(what, f->bytes + at, a.octet, a.version == 6 ? 16 : 4);
}

static void sum_check(void)
{
    struct frame copy = *f;
    uint8_t protocol = protocol_of();
    size_t at = upper_at(), sum_at = protocol == 17 ? 6 : 2;
    bool piece = script_now.six ? f->bytes[20] == 44 : (frame_get16(f, 20) & 0x3fff) != 0;
    if ((protocol != 17 && protocol != 1 && protocol != 58) || piece)
        return;
    uint16_t sum = frame_get16(f, at + sum_at);
    frame_checksum(&copy, f->len - at, sum_at, protocol);
    must_be("checksum", sum, frame_get16(&copy, at + sum_at));
}

/* A field of any packet. */
static void field_compare(void)
{
    size_t address_len = script_now.six ? 16 : 4, at = script_now.six ? 22 : 26;
    const char *name = script_word();
    if (strcmp(name, "from") == 0)
        must_be_address("source", at);
    else if (strcmp(name, "to") == 0)
        must_be_address("destination", at + address_len);
    else if (strcmp(name, "hops") == 0)
        must_be("hop limit", f->bytes[script_now.six ? 21 : 22], script_number());
    else if (strcmp(name, "station") == 0)
        must_be_bytes("station", f->bytes, script_mac(), 6);
    else if (strcmp(name, "len") == 0)
        must_be("length of the message", (uint32_t)(f->len - upper_at() - 8), script_number());
    else if (strcmp(name, "packet") == 0)
        must_be("length of the packet", (uint32_t)(f->len - 14), script_number());
    else if (strcmp(name, "offset") == 0)
        must_be("offset",
                script_now.six ? frame_get16(f, 56) & 0xfff8u : (frame_get16(f, 20) & 0x1fffu) * 8,
                script_number());
    else if (strcmp(name, "more") == 0)
        must_be("more fragments",
                script_now.six ? frame_get16(f, 56) & 1u : frame_get16(f, 20) >> 13 & 1u, 1);
    else if (strcmp(name, "whole") == 0)
        must_be("fragmented", script_now.six ? f->bytes[20] == 44 : frame_get16(f, 20) & 0x3fffu,
                0);
    else
        script_fail("'%s' is no field", name);
}

static void fields_compare(void)
{
    while (script_now.at < script_now.nwords)
        field_compare();
}

static void expect_icmp(uint8_t type4, uint8_t type6)
{
    uint8_t type = script_now.six ? type6 : type4;
    if (!is_icmp(type))
        script_fail("the packet has EtherType %04x, protocol %u and type %u", frame_get16(f, 12),
                    protocol_of(), f->bytes[upper_at()]);
}

static void out_udp(void)
{
    if (!is_ip() || protocol_of() != 17)
        script_fail("the packet is not of UDP");
    must_be("source port", frame_get16(f, upper_at()), script_number());
    must_be("destination port", frame_get16(f, upper_at() + 2), script_number());
}

static void out_fragment(void)
{
    if (!is_ip() || (script_now.six ? f->bytes[20] != 44 : (frame_get16(f, 20) & 0x3fff) == 0))
        script_fail("the packet is no fragment");
}

static void out_echo(uint8_t type4, uint8_t type6)
{
    expect_icmp(type4, type6);
    must_be("identifier", frame_get16(f, upper_at() + 4), script_number());
    must_be("sequence", frame_get16(f, upper_at() + 6), script_number());
    for (size_t i = upper_at() + 8; i < f->len; i++) {
        if (f->bytes[i] != script_pattern(i - upper_at() - 8))
            script_fail("byte %u of the echo is wrong", (unsigned)(i - upper_at() - 8));
    }
}

static void out_echo_reply(void)
{
    out_echo(0, 129);
}

static void out_unreachable(void)
{
    uint8_t code;
    if (script_take("port"))
        code = script_now.six ? 4 : 3;
    else if (script_take("protocol"))
        code = 2;
    else
        code = (uint8_t)script_number();
    expect_icmp(3, 1);
    must_be("code", f->bytes[upper_at() + 1], code);
}

static void out_time_exceeded(void)
{
    expect_icmp(11, 3);
    must_be("code", f->bytes[upper_at() + 1], 1);
}

static void out_problem(void)
{
    expect_icmp(12, 4);
    must_be("code", f->bytes[upper_at() + 1], script_number());
    must_be("pointer", frame_get32(f, upper_at() + 4), script_number());
}

static void out_arp(void)
{
    must_be("EtherType", frame_get16(f, 12), 0x0806);
    bool request = script_take("request");
    if (!request && !script_take("reply"))
        script_fail("'request' or 'reply' is missing");
    must_be("operation", frame_get16(f, 20), request ? 1 : 2);
    must_be_bytes("station of the sender", f->bytes + 22, HOST_MAC, 6);
    must_be_address("address of the sender", 28);
    must_be_address("address of the target", 38);
}

/* The value of an option of neighbour discovery, or NULL. */
static const uint8_t *ndp_option(uint8_t type, size_t at)
{
    for (; at + 8 <= f->len && f->bytes[at + 1] > 0; at += f->bytes[at + 1] * 8u) {
        if (f->bytes[at] == type)
            return f->bytes + at + 2;
    }
    return NULL;
}

static void out_ns(void)
{
    expect_icmp(0xff, 135);
    must_be_address("target", 62);
    must_be("hop limit", f->bytes[21], 255);
    const uint8_t *nonce = ndp_option(14, 78), *station = ndp_option(1, 78);
    if (nonce)
        memcpy(script_now.nonce, nonce, 6);
    if (script_take("probe")) /* RFC 4862 section 5.4.2 and RFC 7527 */
        must_be("nonce and no station", nonce != NULL && station == NULL, 1);
    else
        must_be("station and no nonce", station != NULL && nonce == NULL, 1);
}

static void out_na(void)
{
    uint32_t flags = 0;
    expect_icmp(0xff, 136);
    must_be_address("target", 62);
    flags |= script_take("solicited") ? 0x40000000u : 0;
    flags |= script_take("override") ? 0x20000000u : 0;
    must_be("flags", frame_get32(f, 58), flags);
    must_be("hop limit", f->bytes[21], 255);
    const uint8_t *station = ndp_option(2, 78);
    must_be("has a station", station != NULL, 1);
    must_be_bytes("station", station, HOST_MAC, 6);
}

static void out_rs(void)
{
    expect_icmp(0xff, 133);
    must_be("hop limit", f->bytes[21], 255);
}

static void out_mld_report(void)
{
    expect_icmp(0xff, 143);
    must_be("hop limit", f->bytes[21], 1);
    must_be("router alert", frame_get32(f, 56), 0x05020000);
    must_be("records", frame_get16(f, upper_at() + 6), script_number());
}

static const struct {
    const char *name;
    void (*compare)(void);
    uint8_t chatter; /* the type, where chatter_type() has one */
    bool question;   /* is_neighbour_question() would have it answered */
} kinds[] = {
    {"udp", out_udp, 0, false},
    {"fragment", out_fragment, 0, false},
    {"echo-reply", out_echo_reply, 0, false},
    {"unreachable", out_unreachable, 0, false},
    {"time-exceeded", out_time_exceeded, 0, false},
    {"problem", out_problem, 0, false},
    {"arp", out_arp, 0, true},
    {"ns", out_ns, 0, true},
    {"na", out_na, 0, false},
    {"rs", out_rs, 133, false},
    {"mld-report", out_mld_report, 143, false},
};

/* The host's next packet, after what is answered or passed over. */
static bool packet_next(uint8_t chatter, bool question)
{
    while (host_output(&script_now.host, f)) {
        uint8_t type = chatter_type();
        if (type != 0 && type != chatter)
            continue;
        if (type != 0 || question || !is_neighbour_question())
            return true;
        (void)host_answer_neighbour(&script_now.host, f);
    }
    return false;
}

static void step_out(void)
{
    const char *name = script_word();
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].name, name) != 0)
            continue;
        if (!packet_next(kinds[i].chatter, kinds[i].question))
            script_fail("the host sends nothing");
        if (is_ip())
            sum_check();
        kinds[i].compare();
        fields_compare();
        return;
    }
    script_fail("'%s' is no kind of packet", name);
}

static void step_quiet(void)
{
    if (packet_next(0, true))
        script_fail("the host sends a packet of EtherType %04x, protocol %u and type %u",
                    frame_get16(f, 12), is_ip() ? protocol_of() : 0,
                    is_ip() ? f->bytes[upper_at()] : 0);
}

/* What was sent up to now is forgotten. */
static void step_forget(void)
{
    host_discard_output(&script_now.host);
}

static void step_pass(void)
{
    host_wait(&script_now.host, (uint64_t)(script_decimal() * 1e6 + 0.5));
}

static const struct {
    const char *name;
    enum nonnet_counter counter;
} counters[] = {
#define COUNTER_NAME(constant, text) {#constant, NONNET_COUNT_##constant},
    NONNET_COUNTERS(COUNTER_NAME)
#undef COUNTER_NAME
};

/* How often something was counted since the last line that said so. */
static void step_counts(void)
{
    const char *name = script_word();
    for (size_t i = 0; i < sizeof counters / sizeof counters[0]; i++) {
        if (strcmp(counters[i].name, name) != 0)
            continue;
        uint64_t now = host_count(&script_now.host, counters[i].counter);
        must_be(name, (uint32_t)(now - script_now.counted[i]), script_number());
        script_now.counted[i] = now;
        return;
    }
    script_fail("'%s' is no counter", name);
}

static void step_udp(void)
{
    struct nonnet_endpoint local = {.port = (uint16_t)script_number()};
    int rc = nonnet_udp_open(script_now.host.stack, script_now.six ? 6 : 4, &script_now.udp);
    if (rc == NONNET_OK)
        rc = nonnet_udp_bind(script_now.host.stack, script_now.udp, &local);
    script_judge(rc);
}

/* got LEN | got nothing */
static void step_got(void)
{
    static uint8_t data[65536];
    size_t len;
    int rc =
        nonnet_udp_receive(script_now.host.stack, script_now.udp, data, sizeof data, &len, NULL);
    if (script_take("nothing")) {
        must_be("result", (uint32_t)rc, (uint32_t)NONNET_E_EMPTY);
        return;
    }
    if (rc != NONNET_OK)
        script_fail("there is nothing: %s", nonnet_strerror(rc));
    must_be("length", (uint32_t)len, script_number());
    for (size_t i = 0; i < len; i++) {
        if (data[i] != script_pattern(i))
            script_fail("byte %u of the datagram is wrong", (unsigned)i);
    }
}

/* send ADDRESS PORT LEN */
static void step_send(void)
{
    static uint8_t data[65536];
    struct nonnet_udp_message m = {.peer = {.address = script_address()}};
    m.peer.port = (uint16_t)script_number();
    uint32_t len = script_number();
    ck_assert_uint_le(len, sizeof data);
    for (uint32_t i = 0; i < len; i++)
        data[i] = script_pattern(i);
    script_judge(
        nonnet_udp_send(script_now.host.stack, script_now.udp, &m, data, len, script_now.host.now));
}

static void step_whole_only(void)
{
    script_judge(nonnet_udp_set_fragment(script_now.host.stack, script_now.udp, false));
}

/* add ADDRESS PREFIX [unprobed] */
static void step_add(void)
{
    struct nonnet_address a = script_address();
    uint8_t prefix_len = (uint8_t)script_number();
    uint32_t flags = script_take("unprobed") ? NONNET_ADDRESS_UNPROBED : 0;
    script_judge(nonnet_interface_address_add(script_now.host.stack, script_now.host.interface, &a,
                                              prefix_len, flags, script_now.host.now));
}

static void step_remove(void)
{
    struct nonnet_address a = script_address();
    script_judge(
        nonnet_interface_address_remove(script_now.host.stack, script_now.host.interface, &a));
}

static void step_link(void)
{
    bool up = script_take("up");
    if (!up && !script_take("down"))
        script_fail("'up' or 'down' is missing");
    script_judge(nonnet_interface_set_link(script_now.host.stack, script_now.host.interface, up,
                                           script_now.host.now));
}

/* address ADDRESS tentative|preferred|deprecated|none */
static void step_address(void)
{
    static const char *const names[] = {"none", "tentative", "preferred", "deprecated"};
    struct nonnet_address a = script_address();
    struct nonnet_address_info info;
    unsigned state = 0;
    for (size_t i = 0; nonnet_interface_address(script_now.host.stack, script_now.host.interface, i,
                                                &info) == NONNET_OK;
         i++) {
        if (memcmp(&info.address, &a, sizeof a) == 0)
            state = (unsigned)info.state;
    }
    const char *expected = script_word();
    if (strcmp(names[state], expected) != 0)
        script_fail("the address is '%s'", names[state]);
}

/* How many addresses the host has in all. */
static void step_addresses(void)
{
    struct nonnet_address_info info;
    uint32_t count = 0;
    while (nonnet_interface_address(script_now.host.stack, script_now.host.interface, count,
                                    &info) == NONNET_OK)
        count++;
    must_be("number of addresses", count, script_number());
}

const struct script_step script_host_steps[] = {
    {"out", step_out, false},
    {"quiet", step_quiet, false},
    {"forget", step_forget, false},
    {"pass", step_pass, false},
    {"counts", step_counts, false},
    {"udp", step_udp, false},
    {"got", step_got, false},
    {"send", step_send, false},
    {"add", step_add, false},
    {"remove", step_remove, false},
    {"link", step_link, false},
    {"address", step_address, false},
    {"addresses", step_addresses, false},
    {"whole-only", step_whole_only, false},
    {NULL, NULL, false},
};
