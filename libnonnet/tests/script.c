#include "script_internal.h"

#include <stdarg.h>

#define PEER_ISN  0x7ffff000u /* numbers pass 2^31 soon */
#define HOST_PORT 80

struct script script_now;

void script_fail(const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    ck_abort_msg("%s:%u, IPv%d: %s", script_now.path, script_now.line, script_now.six ? 6 : 4,
                 text);
    abort();
}

/* The next word, which must be there. */
const char *script_word(void)
{
    if (script_now.at >= script_now.nwords)
        script_fail("the line ends too early");
    return script_now.words[script_now.at++];
}

bool script_take(const char *expected)
{
    if (script_now.at >= script_now.nwords ||
        strcmp(script_now.words[script_now.at], expected) != 0)
        return false;
    script_now.at++;
    return true;
}

double script_decimal(void)
{
    char *end;
    const char *text = script_word();
    double value = strtod(text, &end);
    if (*end != '\0' || end == text)
        script_fail("'%s' is no number", text);
    return value;
}

uint32_t script_number(void)
{
    return (uint32_t)(int64_t)script_decimal();
}

static const struct {
    const char *name;
    int result;
} results[] = {
    {"ok", NONNET_OK},
    {"full", NONNET_E_FULL},
    {"empty", NONNET_E_EMPTY},
    {"closed", NONNET_E_CLOSED},
    {"refused", NONNET_E_REFUSED},
    {"reset", NONNET_E_RESET},
    {"timed-out", NONNET_E_TIMED_OUT},
    {"unreachable", NONNET_E_UNREACHABLE},
    {"stale", NONNET_E_STALE},
    {"in-use", NONNET_E_IN_USE},
    {"too-long", NONNET_E_TOO_LONG},
};

static int result_of(const char *name)
{
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
        if (strcmp(results[i].name, name) == 0)
            return results[i].result;
    }
    script_fail("'%s' is no result", name);
}

/* What a call returned against what the line says after it. */
void script_judge(int rc)
{
    int expected = script_take("=") ? result_of(script_word()) : NONNET_OK;
    if (rc != expected)
        script_fail("the call returned \"%s\"", nonnet_strerror(rc));
}

static void start(void)
{
    if (script_now.started)
        return;
    if (!script_now.covered)
        script_fail("the script does not say what it covers");
    script_now.started = true;
    if (script_now.bare)
        host_start(&script_now.host, NONNET_INTERFACE_IPV6 | script_now.flags);
    else
        host_tcp_ready_with(&script_now.host, script_now.flags);
    script_now.peer = peer_of(&script_now.host, script_now.six, 4000, HOST_PORT);
    for (unsigned i = 0; i < NONNET_NCOUNTERS; i++)
        script_now.counted[i] = host_count(&script_now.host, (enum nonnet_counter)i);
}

uint8_t script_pattern(uint64_t offset)
{
    return (uint8_t)(offset * 167 + (offset >> 8));
}

static uint8_t flags_read(void)
{
    static const struct {
        const char *name;
        uint8_t flag;
    } flags[] = {{"SYN", NONNET_TCP_SYN}, {"FIN", NONNET_TCP_FIN}, {"RST", NONNET_TCP_RST},
                 {"ACK", NONNET_TCP_ACK}, {"URG", NONNET_TCP_URG}, {"none", 0}};
    uint8_t value = 0;
    bool any = true;
    while (any) {
        any = false;
        for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
            if (script_take(flags[i].name)) {
                value |= flags[i].flag;
                any = true;
            }
        }
    }
    return value;
}

/* Bytes of the stream that begins behind the SYN. */
static void payload_fill(uint8_t *data, uint32_t seq, uint32_t len)
{
    for (uint32_t i = 0; i < len; i++)
        data[i] = script_pattern((uint64_t)(uint32_t)(seq - 1 + i));
}

/* A field of a segment that the peer sends. */
static void field_set(struct nonnet_tcp_header *h, uint32_t *len, bool *damaged)
{
    const char *name = script_word();
    if (strcmp(name, "ack") == 0) {
        h->ack = script_now.host_isn + script_number();
    } else if (strcmp(name, "win") == 0) {
        h->window = (uint16_t)script_number();
    } else if (strcmp(name, "len") == 0) {
        *len = script_number();
    } else if (strcmp(name, "urg") == 0) {
        h->urgent = (uint16_t)script_number();
    } else if (strcmp(name, "mss") == 0) {
        h->has_mss = true;
        h->mss = (uint16_t)script_number();
    } else if (strcmp(name, "wscale") == 0) {
        h->has_window_scale = true;
        h->window_scale = (uint8_t)script_number();
    } else if (strcmp(name, "sackok") == 0) {
        h->sack_permitted = true;
    } else if (strcmp(name, "ts") == 0) {
        h->has_timestamps = true;
        h->timestamp = script_number();
        h->timestamp_echo = script_take("last") ? script_now.last.h.timestamp : script_number();
    } else if (strcmp(name, "sack") == 0 && h->nsack < NONNET_TCP_SACK_MAX) {
        h->sack[h->nsack].start = script_now.host_isn + script_number();
        h->sack[h->nsack++].end = script_now.host_isn + script_number();
    } else if (strcmp(name, "bad-checksum") == 0) {
        *damaged = true;
    } else {
        script_fail("'%s' is no field", name);
    }
}

static void step_inject(void)
{
    static uint8_t data[65536];
    struct nonnet_tcp_header h = peer_header(&script_now.peer, 0);
    uint32_t len = 0;
    bool damaged = false;
    h.flags = flags_read();
    if (!script_take("seq"))
        script_fail("seq is missing");
    uint32_t seq = script_number();
    h.seq = PEER_ISN + seq;
    while (script_now.at < script_now.nwords)
        field_set(&h, &len, &damaged);
    payload_fill(data, seq + !!(h.flags & NONNET_TCP_SYN), len);
    struct frame f = frame_tcp(&script_now.peer, &h, data, len);
    if (damaged)
        f.bytes[f.len - 1] ^= 1;
    host_input(&script_now.host, &f);
}

/* The host's next segment, or NULL. */
static const struct segment *segment_next(void)
{
    if (!script_now.pending)
        script_now.pending = host_segment(&script_now.host, &script_now.next);
    return script_now.pending ? &script_now.next : NULL;
}

static void isn_learn(const struct segment *g)
{
    bool syn = (g->h.flags & NONNET_TCP_SYN) != 0;
    if (syn && (!script_now.host_isn_known || g->h.seq != script_now.host_isn)) {
        script_now.host_isn = g->h.seq;
        script_now.host_isn_known = true;
    }
}

static void must_be(const char *what, uint32_t got, uint32_t expected)
{
    if (got != expected)
        script_fail("%s is %u, not %u", what, got, expected);
}

static void sack_compare(const struct segment *g, unsigned i)
{
    uint32_t from = script_number(), to = script_number();
    if (i >= g->h.nsack)
        script_fail("there are only %u SACK blocks", g->h.nsack);
    must_be("start of the SACK block", g->h.sack[i].start - PEER_ISN, from);
    must_be("end of the SACK block", g->h.sack[i].end - PEER_ISN, to);
}

/* A field of a segment that the host sent. */
static void field_compare(const struct segment *g, uint32_t *len, unsigned *nsack)
{
    const char *name = script_word();
    if (strcmp(name, "ack") == 0) {
        must_be("ack", g->h.ack - PEER_ISN, script_number());
    } else if (strcmp(name, "win") == 0) {
        must_be("win", g->h.window, script_number());
    } else if (strcmp(name, "len") == 0) {
        *len = script_take("any") ? (uint32_t)g->len : script_number();
    } else if (strcmp(name, "packet") == 0) {
        must_be("packet", (uint32_t)g->packet_len, script_number());
    } else if (strcmp(name, "urg") == 0) {
        must_be("urg", g->h.urgent, script_number());
    } else if (strcmp(name, "mss") == 0) {
        uint32_t full = script_now.host.config.mtu_max - (script_now.six ? 60 : 40);
        must_be("mss", g->h.has_mss ? g->h.mss : 0, script_take("full") ? full : script_number());
    } else if (strcmp(name, "wscale") == 0) {
        must_be("has wscale", g->h.has_window_scale, 1);
        must_be("wscale", g->h.window_scale, script_number());
    } else if (strcmp(name, "sackok") == 0) {
        must_be("sackok", g->h.sack_permitted, 1);
    } else if (strcmp(name, "ts") == 0) {
        must_be("has ts", g->h.has_timestamps, 1);
        if (!script_take("*"))
            script_fail("the host's own timestamp cannot be told");
        must_be("echo of ts", g->h.timestamp_echo, script_number());
    } else if (strcmp(name, "sack") == 0) {
        sack_compare(g, (*nsack)++);
    } else if (strcmp(name, "no-mss") == 0) {
        must_be("has mss", g->h.has_mss, 0);
    } else if (strcmp(name, "no-wscale") == 0) {
        must_be("has wscale", g->h.has_window_scale, 0);
    } else if (strcmp(name, "no-sackok") == 0) {
        must_be("has sackok", g->h.sack_permitted, 0);
    } else if (strcmp(name, "no-ts") == 0) {
        must_be("has ts", g->h.has_timestamps, 0);
    } else if (strcmp(name, "no-sack") == 0) {
        must_be("SACK blocks", g->h.nsack, 0);
    } else {
        script_fail("'%s' is no field", name);
    }
}

static void payload_compare(const struct segment *g, uint32_t seq)
{
    for (uint32_t i = 0; i < g->len; i++) {
        if (g->data[i] != script_pattern((uint64_t)(uint32_t)(seq - 1 + i)))
            script_fail("byte %u of the payload is wrong", i);
    }
}

static void step_expect(void)
{
    const struct segment *g = segment_next();
    uint32_t len = 0;
    unsigned nsack = 0;
    if (!g)
        script_fail("the host sends nothing");
    isn_learn(g);
    uint8_t flags = flags_read();
    if (!script_take("seq"))
        script_fail("seq is missing");
    must_be("flags", g->h.flags & ~NONNET_TCP_PSH, flags);
    uint32_t seq = script_number();
    must_be("seq", g->h.seq - script_now.host_isn, seq);
    while (script_now.at < script_now.nwords)
        field_compare(g, &len, &nsack);
    must_be("len", (uint32_t)g->len, len);
    if (nsack > 0)
        must_be("SACK blocks", g->h.nsack, nsack);
    payload_compare(g, seq);
    script_now.last = *g;
    script_now.pending = false;
}

static void step_silent(void)
{
    const struct segment *g = segment_next();
    if (g)
        script_fail("the host sends flags 0x%x, seq %u, ack %u, len %u", g->h.flags,
                    g->h.seq - script_now.host_isn, g->h.ack - PEER_ISN, (unsigned)g->len);
}

static void step_drain(void)
{
    while (segment_next()) {
        isn_learn(&script_now.next);
        script_now.last = script_now.next;
        script_now.pending = false;
    }
}

/* Time passes in small steps, so that what the host sends leaves it when it is due. */
static void step_wait(void)
{
    uint64_t end = script_now.host.now + (uint64_t)(script_decimal() * 1e6 + 0.5);
    while (!segment_next() && script_now.host.now < end) {
        uint64_t due = nonnet_stack_deadline(script_now.host.stack);
        uint64_t to = due < end ? due : end;
        host_wait(&script_now.host, to > script_now.host.now ? to - script_now.host.now : 0);
    }
    if (script_now.host.now < end)
        host_wait(&script_now.host, end - script_now.host.now);
}

static void step_listen(void)
{
    struct nonnet_endpoint at = {{.version = script_now.six ? 6 : 4}, HOST_PORT};
    uint16_t backlog = (uint16_t)script_number();
    script_judge(nonnet_tcp_listen(script_now.host.stack, &at, backlog, &script_now.options,
                                   &script_now.listener));
}

static void step_connect(void)
{
    struct nonnet_endpoint to = {script_now.peer.own, script_now.peer.port},
                           from = {script_now.peer.other, HOST_PORT};
    struct nonnet_interface_handle any = {0};
    script_judge(nonnet_tcp_connect(script_now.host.stack, &from, &to, any, &script_now.options,
                                    &script_now.socket, script_now.host.now));
}

static void step_accept(void)
{
    script_judge(
        nonnet_tcp_accept(script_now.host.stack, script_now.listener, &script_now.socket, NULL));
}

static void step_write(void)
{
    static uint8_t data[1 << 20];
    uint32_t len = script_number(), written;
    ck_assert_uint_le(len, sizeof data);
    for (uint32_t i = 0; i < len; i++)
        data[i] = script_pattern(script_now.written + i);
    int rc = nonnet_tcp_write(script_now.host.stack, script_now.socket, data, len, &written);
    script_now.written += written;
    if (rc == NONNET_OK && written < len)
        rc = NONNET_E_FULL;
    script_judge(rc);
}

static void step_read(void)
{
    static uint8_t data[1 << 20];
    uint32_t len = script_number(), got;
    ck_assert_uint_le(len, sizeof data);
    int rc = nonnet_tcp_read(script_now.host.stack, script_now.socket, data, len, &got);
    for (uint32_t i = 0; i < got; i++) {
        if (data[i] != script_pattern(script_now.read + i))
            script_fail("byte %u that was read is wrong", i);
    }
    script_now.read += got;
    script_judge(rc);
    if (rc == NONNET_OK)
        must_be("bytes read", got, len);
}

static void step_state(void)
{
    struct nonnet_tcp_info info;
    const char *name = script_word();
    int rc = nonnet_tcp_info(script_now.host.stack, script_now.socket, &info);
    if (rc != NONNET_OK)
        script_fail("there is no socket: %s", nonnet_strerror(rc));
    if (strcmp(nonnet_tcp_state_name(info.state), name) != 0)
        script_fail("the state is %s", nonnet_tcp_state_name(info.state));
}

static void step_error(void)
{
    int expected = result_of(script_word()),
        rc = nonnet_tcp_error(script_now.host.stack, script_now.socket);
    if (rc != expected)
        script_fail("the error is \"%s\"", nonnet_strerror(rc));
}

static void step_option(void)
{
    if (script_take("no-delay")) {
        script_now.options.no_delay = true;
    } else if (script_take("user-timeout")) {
        script_now.options.user_timeout_ms = (uint32_t)(script_decimal() * 1000);
    } else if (script_take("keepalive")) {
        script_now.options.keepalive_idle_ms = (uint32_t)(script_decimal() * 1000);
        script_now.options.keepalive_period_ms = (uint32_t)(script_decimal() * 1000);
        script_now.options.keepalive_count = (uint8_t)script_number();
    } else {
        script_fail("'%s' is no option", script_word());
    }
}

static void step_config(void)
{
    if (script_now.started)
        script_fail("the host is there already");
    if (script_take("mtu"))
        script_now.host.config.mtu_max = script_number();
    else if (script_take("send"))
        script_now.host.config.tcp_send_len = script_number();
    else if (script_take("receive"))
        script_now.host.config.tcp_receive_len = script_number();
    else if (script_take("answer-closed"))
        script_now.host.config.answer_closed_ports = true;
    else if (script_take("no-echo"))
        script_now.host.config.answer_echo = false;
    else if (script_take("no-errors"))
        script_now.host.config.answer_errors = false;
    else if (script_take("fragments"))
        script_now.host.config.reassembly_len = script_number();
    else if (script_take("datagrams"))
        script_now.host.config.ndatagrams = (uint16_t)script_number();
    else if (script_take("neighbours"))
        script_now.host.config.nneighbours = (uint16_t)script_number();
    else if (script_take("slaac"))
        script_now.flags |= NONNET_INTERFACE_SLAAC;
    else if (script_take("temporary"))
        script_now.flags |= NONNET_INTERFACE_SLAAC | NONNET_INTERFACE_TEMPORARY;
    else if (script_take("bare"))
        script_now.bare = true;
    else
        script_fail("'%s' is no configuration", script_word());
}

/* An error of a router about the host's last segment. */
static void step_icmp(void)
{
    static const struct nonnet_address router = {6, {0x20, 1, 0xd, 0xb8, [15] = 0xfe}};
    struct ipv4_spec spec = {.source = {192, 0, 2, 254}};
    bool too_big = script_take("too-big");
    if (!too_big && !script_take("unreachable"))
        script_fail("'%s' is no kind of error", script_word());
    uint32_t value = script_take("net")    ? 0
                     : script_take("port") ? (script_now.six ? 4 : 3)
                                           : script_number();
    static struct frame quoted;
    memcpy(quoted.bytes, script_now.last.frame.bytes, script_now.last.frame.len);
    quoted.len = script_now.last.frame.len;
    if (script_take("seq")) {
        uint32_t seq = script_now.host_isn + script_number();
        size_t at = 14 + (script_now.six ? 40u : 20u) + 4;
        frame_set16(&quoted, at, (uint16_t)(seq >> 16));
        frame_set16(&quoted, at + 2, (uint16_t)seq);
    }
    size_t len = quoted.len - 14 < 128 ? quoted.len - 14 : 128;
    uint8_t type = script_now.six ? (too_big ? 2 : 1) : 3;
    uint8_t code = too_big ? (script_now.six ? 0 : 4) : (uint8_t)value;
    uint32_t rest = too_big ? value : 0;
    struct frame f = script_now.six ? frame_icmpv6(&router, &host_global, type, code, rest,
                                                   quoted.bytes + 14, len)
                                    : frame_icmp(spec, type, code, rest, quoted.bytes + 14, len);
    host_input(&script_now.host, &f);
}

static void step_shutdown(void)
{
    script_judge(
        nonnet_tcp_shutdown(script_now.host.stack, script_now.socket, script_now.host.now));
}

static void step_close(void)
{
    script_judge(nonnet_tcp_close(script_now.host.stack, script_now.socket, script_now.host.now));
}

static void step_abort(void)
{
    script_judge(nonnet_tcp_abort(script_now.host.stack, script_now.socket, script_now.host.now));
}

static void step_port(void)
{
    script_now.peer.port = (uint16_t)script_number();
}

/* Which RFC says so; tests/conformance.py makes a table of it. */
static void step_covers(void)
{
    while (script_now.at < script_now.nwords) {
        const char *rfc = script_word(), *section = script_word();
        if (strncmp(rfc, "rfc", 3) != 0 || section[0] == '\0')
            script_fail("'%s %s' is no section of an RFC", rfc, section);
    }
    script_now.covered = true;
}

static void step_family(void)
{
    script_now.not_ours = script_number() != (script_now.six ? 6u : 4u);
}

static const struct script_step tcp_steps[] = {
    {"covers", step_covers, true},    {"family", step_family, true},
    {"<", step_inject, false},        {">", step_expect, false},
    {"silent", step_silent, false},   {"drain", step_drain, false},
    {"wait", step_wait, false},       {"listen", step_listen, false},
    {"connect", step_connect, false}, {"accept", step_accept, false},
    {"write", step_write, false},     {"read", step_read, false},
    {"state", step_state, false},     {"error", step_error, false},
    {"option", step_option, true},    {"config", step_config, true},
    {"icmp", step_icmp, false},       {"shutdown", step_shutdown, false},
    {"close", step_close, false},     {"abort", step_abort, false},
    {"port", step_port, false},       {NULL, NULL, false},
};

static void line_split(char *text)
{
    script_now.nwords = script_now.at = 0;
    text[strcspn(text, "#\n")] = '\0';
    for (char *w = strtok(text, " \t"); w; w = strtok(NULL, " \t")) {
        if (script_now.nwords == SCRIPT_WORDS_MAX)
            script_fail("too many words");
        script_now.words[script_now.nwords++] = w;
    }
}

static const struct script_step *step_find(const char *name)
{
    const struct script_step *const tables[] = {tcp_steps, script_peer_steps, script_host_steps};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        for (const struct script_step *step = tables[i]; step->name; step++) {
            if (strcmp(step->name, name) == 0)
                return step;
        }
    }
    script_fail("'%s' is no step", name);
}

static void line_run(void)
{
    const struct script_step *step = step_find(script_word());
    if (!step->before_start)
        start();
    step->run();
    if (script_now.at < script_now.nwords)
        script_fail("'%s' is too much", script_now.words[script_now.at]);
}

bool script_run(const char *path, bool six)
{
    char text[512];
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s cannot be read", path);
    memset(&script_now, 0, sizeof script_now);
    script_now.path = path;
    script_now.six = six;
    host_tcp_configure(&script_now.host);
    while (!script_now.not_ours && fgets(text, sizeof text, file)) {
        script_now.line++;
        line_split(text);
        if (script_now.nwords > 0)
            line_run();
    }
    fclose(file);
    if (script_now.started)
        host_end(&script_now.host);
    return !script_now.not_ours;
}
