#include "script.h"

#include <stdarg.h>

#include "host_tcp.h"

#define WORDS_MAX 48
#define PEER_ISN  0x7ffff000u /* numbers pass 2^31 soon */
#define HOST_PORT 80

struct script {
    const char *path;
    unsigned line;
    bool six;
    bool started;
    char *words[WORDS_MAX];
    unsigned nwords;
    unsigned at; /* the next word */

    struct host host;
    struct peer peer;
    bool host_isn_known;
    uint32_t host_isn;
    struct nonnet_tcp_options options;
    struct nonnet_tcp_listener_handle listener;
    struct nonnet_tcp_handle socket;
    uint64_t written;
    uint64_t read;
    struct segment last; /* of the host */
    struct segment next; /* of the host, if `pending` */
    bool pending;
};

static struct script s;

#define FAIL(...) script_fail(__VA_ARGS__)

__attribute__((format(printf, 1, 2), noreturn)) static void script_fail(const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    ck_abort_msg("%s:%u, IPv%d: %s", s.path, s.line, s.six ? 6 : 4, text);
    abort();
}

/* The next word, which must be there. */
static const char *word(void)
{
    if (s.at >= s.nwords)
        FAIL("the line ends too early");
    return s.words[s.at++];
}

static bool take(const char *expected)
{
    if (s.at >= s.nwords || strcmp(s.words[s.at], expected) != 0)
        return false;
    s.at++;
    return true;
}

static double decimal(void)
{
    char *end;
    const char *text = word();
    double value = strtod(text, &end);
    if (*end != '\0' || end == text)
        FAIL("'%s' is no number", text);
    return value;
}

static uint32_t number(void)
{
    return (uint32_t)(int64_t)decimal();
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
};

static int result_of(const char *name)
{
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
        if (strcmp(results[i].name, name) == 0)
            return results[i].result;
    }
    FAIL("'%s' is no result", name);
}

/* What a call returned against what the line says after it. */
static void judge(int rc)
{
    int expected = take("=") ? result_of(word()) : NONNET_OK;
    if (rc != expected)
        FAIL("the call returned \"%s\"", nonnet_strerror(rc));
}

static void start(void)
{
    if (s.started)
        return;
    s.started = true;
    host_tcp_ready(&s.host);
    s.peer = peer_of(&s.host, s.six, 4000, HOST_PORT);
}

static uint8_t pattern(uint64_t offset)
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
            if (take(flags[i].name)) {
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
        data[i] = pattern((uint64_t)(uint32_t)(seq - 1 + i));
}

/* A field of a segment that the peer sends. */
static void field_set(struct nonnet_tcp_header *h, uint32_t *len, bool *damaged)
{
    const char *name = word();
    if (strcmp(name, "ack") == 0) {
        h->ack = s.host_isn + number();
    } else if (strcmp(name, "win") == 0) {
        h->window = (uint16_t)number();
    } else if (strcmp(name, "len") == 0) {
        *len = number();
    } else if (strcmp(name, "urg") == 0) {
        h->urgent = (uint16_t)number();
    } else if (strcmp(name, "mss") == 0) {
        h->has_mss = true;
        h->mss = (uint16_t)number();
    } else if (strcmp(name, "wscale") == 0) {
        h->has_window_scale = true;
        h->window_scale = (uint8_t)number();
    } else if (strcmp(name, "sackok") == 0) {
        h->sack_permitted = true;
    } else if (strcmp(name, "ts") == 0) {
        h->has_timestamps = true;
        h->timestamp = number();
        h->timestamp_echo = take("last") ? s.last.h.timestamp : number();
    } else if (strcmp(name, "sack") == 0 && h->nsack < NONNET_TCP_SACK_MAX) {
        h->sack[h->nsack].start = s.host_isn + number();
        h->sack[h->nsack++].end = s.host_isn + number();
    } else if (strcmp(name, "bad-checksum") == 0) {
        *damaged = true;
    } else {
        FAIL("'%s' is no field", name);
    }
}

static void step_inject(void)
{
    static uint8_t data[65536];
    struct nonnet_tcp_header h = peer_header(&s.peer, 0);
    uint32_t len = 0;
    bool damaged = false;
    h.flags = flags_read();
    if (!take("seq"))
        FAIL("seq is missing");
    uint32_t seq = number();
    h.seq = PEER_ISN + seq;
    while (s.at < s.nwords)
        field_set(&h, &len, &damaged);
    payload_fill(data, seq + !!(h.flags & NONNET_TCP_SYN), len);
    struct frame f = frame_tcp(&s.peer, &h, data, len);
    if (damaged)
        f.bytes[f.len - 1] ^= 1;
    host_input(&s.host, &f);
}

/* The host's next segment, or NULL. */
static const struct segment *segment_next(void)
{
    if (!s.pending)
        s.pending = host_segment(&s.host, &s.next);
    return s.pending ? &s.next : NULL;
}

static void isn_learn(const struct segment *g)
{
    bool syn = (g->h.flags & NONNET_TCP_SYN) != 0;
    if (syn && (!s.host_isn_known || g->h.seq != s.host_isn)) {
        s.host_isn = g->h.seq;
        s.host_isn_known = true;
    }
}

static void must_be(const char *what, uint32_t got, uint32_t expected)
{
    if (got != expected)
        FAIL("%s is %u, not %u", what, got, expected);
}

static void sack_compare(const struct segment *g, unsigned i)
{
    uint32_t from = number(), to = number();
    if (i >= g->h.nsack)
        FAIL("there are only %u SACK blocks", g->h.nsack);
    must_be("start of the SACK block", g->h.sack[i].start - PEER_ISN, from);
    must_be("end of the SACK block", g->h.sack[i].end - PEER_ISN, to);
}

/* A field of a segment that the host sent. */
static void field_compare(const struct segment *g, uint32_t *len, unsigned *nsack)
{
    const char *name = word();
    if (strcmp(name, "ack") == 0) {
        must_be("ack", g->h.ack - PEER_ISN, number());
    } else if (strcmp(name, "win") == 0) {
        must_be("win", g->h.window, number());
    } else if (strcmp(name, "len") == 0) {
        *len = take("any") ? (uint32_t)g->len : number();
    } else if (strcmp(name, "packet") == 0) {
        must_be("packet", (uint32_t)g->packet_len, number());
    } else if (strcmp(name, "urg") == 0) {
        must_be("urg", g->h.urgent, number());
    } else if (strcmp(name, "mss") == 0) {
        uint32_t full = s.host.config.mtu_max - (s.six ? 60 : 40);
        must_be("mss", g->h.has_mss ? g->h.mss : 0, take("full") ? full : number());
    } else if (strcmp(name, "wscale") == 0) {
        must_be("has wscale", g->h.has_window_scale, 1);
        must_be("wscale", g->h.window_scale, number());
    } else if (strcmp(name, "sackok") == 0) {
        must_be("sackok", g->h.sack_permitted, 1);
    } else if (strcmp(name, "ts") == 0) {
        must_be("has ts", g->h.has_timestamps, 1);
        if (!take("*"))
            FAIL("the host's own timestamp cannot be told");
        must_be("echo of ts", g->h.timestamp_echo, number());
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
        FAIL("'%s' is no field", name);
    }
}

static void payload_compare(const struct segment *g, uint32_t seq)
{
    for (uint32_t i = 0; i < g->len; i++) {
        if (g->data[i] != pattern((uint64_t)(uint32_t)(seq - 1 + i)))
            FAIL("byte %u of the payload is wrong", i);
    }
}

static void step_expect(void)
{
    const struct segment *g = segment_next();
    uint32_t len = 0;
    unsigned nsack = 0;
    if (!g)
        FAIL("the host sends nothing");
    isn_learn(g);
    uint8_t flags = flags_read();
    if (!take("seq"))
        FAIL("seq is missing");
    must_be("flags", g->h.flags & ~NONNET_TCP_PSH, flags);
    uint32_t seq = number();
    must_be("seq", g->h.seq - s.host_isn, seq);
    while (s.at < s.nwords)
        field_compare(g, &len, &nsack);
    must_be("len", (uint32_t)g->len, len);
    if (nsack > 0)
        must_be("SACK blocks", g->h.nsack, nsack);
    payload_compare(g, seq);
    s.last = *g;
    s.pending = false;
}

static void step_silent(void)
{
    const struct segment *g = segment_next();
    if (g)
        FAIL("the host sends flags 0x%x, seq %u, ack %u, len %u", g->h.flags, g->h.seq - s.host_isn,
             g->h.ack - PEER_ISN, (unsigned)g->len);
}

static void step_drain(void)
{
    while (segment_next()) {
        isn_learn(&s.next);
        s.last = s.next;
        s.pending = false;
    }
}

/* Time passes in small steps, so that what the host sends leaves it when it is due. */
static void step_wait(void)
{
    uint64_t end = s.host.now + (uint64_t)(decimal() * 1e6 + 0.5);
    while (!segment_next() && s.host.now < end) {
        uint64_t due = nonnet_stack_deadline(s.host.stack);
        uint64_t to = due < end ? due : end;
        host_wait(&s.host, to > s.host.now ? to - s.host.now : 0);
    }
    if (s.host.now < end)
        host_wait(&s.host, end - s.host.now);
}

static void step_listen(void)
{
    struct nonnet_endpoint at = {{.version = s.six ? 6 : 4}, HOST_PORT};
    uint16_t backlog = (uint16_t)number();
    judge(nonnet_tcp_listen(s.host.stack, &at, backlog, &s.options, &s.listener));
}

static void step_connect(void)
{
    struct nonnet_endpoint to = {s.peer.own, s.peer.port}, from = {s.peer.other, HOST_PORT};
    struct nonnet_interface_handle any = {0};
    judge(nonnet_tcp_connect(s.host.stack, &from, &to, any, &s.options, &s.socket, s.host.now));
}

static void step_accept(void)
{
    judge(nonnet_tcp_accept(s.host.stack, s.listener, &s.socket, NULL));
}

static void step_write(void)
{
    static uint8_t data[1 << 20];
    uint32_t len = number(), written;
    ck_assert_uint_le(len, sizeof data);
    for (uint32_t i = 0; i < len; i++)
        data[i] = pattern(s.written + i);
    int rc = nonnet_tcp_write(s.host.stack, s.socket, data, len, &written);
    s.written += written;
    if (rc == NONNET_OK && written < len)
        rc = NONNET_E_FULL;
    judge(rc);
}

static void step_read(void)
{
    static uint8_t data[1 << 20];
    uint32_t len = number(), got;
    ck_assert_uint_le(len, sizeof data);
    int rc = nonnet_tcp_read(s.host.stack, s.socket, data, len, &got);
    for (uint32_t i = 0; i < got; i++) {
        if (data[i] != pattern(s.read + i))
            FAIL("byte %u that was read is wrong", i);
    }
    s.read += got;
    judge(rc);
    if (rc == NONNET_OK)
        must_be("bytes read", got, len);
}

static void step_state(void)
{
    struct nonnet_tcp_info info;
    const char *name = word();
    int rc = nonnet_tcp_info(s.host.stack, s.socket, &info);
    if (rc != NONNET_OK)
        FAIL("there is no socket: %s", nonnet_strerror(rc));
    if (strcmp(nonnet_tcp_state_name(info.state), name) != 0)
        FAIL("the state is %s", nonnet_tcp_state_name(info.state));
}

static void step_error(void)
{
    int expected = result_of(word()), rc = nonnet_tcp_error(s.host.stack, s.socket);
    if (rc != expected)
        FAIL("the error is \"%s\"", nonnet_strerror(rc));
}

static void step_option(void)
{
    if (take("no-delay")) {
        s.options.no_delay = true;
    } else if (take("user-timeout")) {
        s.options.user_timeout_ms = (uint32_t)(decimal() * 1000);
    } else if (take("keepalive")) {
        s.options.keepalive_idle_ms = (uint32_t)(decimal() * 1000);
        s.options.keepalive_period_ms = (uint32_t)(decimal() * 1000);
        s.options.keepalive_count = (uint8_t)number();
    } else {
        FAIL("'%s' is no option", word());
    }
}

static void step_config(void)
{
    if (s.started)
        FAIL("the host is there already");
    if (take("mtu"))
        s.host.config.mtu_max = number();
    else if (take("send"))
        s.host.config.tcp_send_len = number();
    else if (take("receive"))
        s.host.config.tcp_receive_len = number();
    else if (take("answer-closed"))
        s.host.config.answer_closed_ports = true;
    else
        FAIL("'%s' is no configuration", word());
}

/* An error of a router about the host's last segment. */
static void step_icmp(void)
{
    static const struct nonnet_address router = {6, {0x20, 1, 0xd, 0xb8, [15] = 0xfe}};
    struct ipv4_spec spec = {.source = {192, 0, 2, 254}};
    bool too_big = take("too-big");
    if (!too_big && !take("unreachable"))
        FAIL("'%s' is no kind of error", word());
    uint32_t value = take("net") ? 0 : take("port") ? (s.six ? 4 : 3) : number();
    static struct frame quoted;
    memcpy(quoted.bytes, s.last.frame.bytes, s.last.frame.len);
    quoted.len = s.last.frame.len;
    if (take("seq")) {
        uint32_t seq = s.host_isn + number();
        size_t at = 14 + (s.six ? 40u : 20u) + 4;
        frame_set16(&quoted, at, (uint16_t)(seq >> 16));
        frame_set16(&quoted, at + 2, (uint16_t)seq);
    }
    size_t len = quoted.len - 14 < 128 ? quoted.len - 14 : 128;
    uint8_t type = s.six ? (too_big ? 2 : 1) : 3;
    uint8_t code = too_big ? (s.six ? 0 : 4) : (uint8_t)value;
    uint32_t rest = too_big ? value : 0;
    struct frame f =
        s.six ? frame_icmpv6(&router, &host_global, type, code, rest, quoted.bytes + 14, len)
              : frame_icmp(spec, type, code, rest, quoted.bytes + 14, len);
    host_input(&s.host, &f);
}

static void step_shutdown(void)
{
    judge(nonnet_tcp_shutdown(s.host.stack, s.socket, s.host.now));
}

static void step_close(void)
{
    judge(nonnet_tcp_close(s.host.stack, s.socket, s.host.now));
}

static void step_abort(void)
{
    judge(nonnet_tcp_abort(s.host.stack, s.socket, s.host.now));
}

static void step_port(void)
{
    s.peer.port = (uint16_t)number();
}

static const struct {
    const char *name;
    void (*run)(void);
    bool before_start;
} steps[] = {
    {"<", step_inject, false},        {">", step_expect, false},
    {"silent", step_silent, false},   {"drain", step_drain, false},
    {"wait", step_wait, false},       {"listen", step_listen, false},
    {"connect", step_connect, false}, {"accept", step_accept, false},
    {"write", step_write, false},     {"read", step_read, false},
    {"state", step_state, false},     {"error", step_error, false},
    {"option", step_option, true},    {"config", step_config, true},
    {"icmp", step_icmp, false},       {"shutdown", step_shutdown, false},
    {"close", step_close, false},     {"abort", step_abort, false},
    {"port", step_port, false},
};

static void line_split(char *text)
{
    s.nwords = s.at = 0;
    text[strcspn(text, "#\n")] = '\0';
    for (char *w = strtok(text, " \t"); w; w = strtok(NULL, " \t")) {
        if (s.nwords == WORDS_MAX)
            FAIL("too many words");
        s.words[s.nwords++] = w;
    }
}

static void line_run(void)
{
    const char *name = word();
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (strcmp(steps[i].name, name) != 0)
            continue;
        if (!steps[i].before_start)
            start();
        steps[i].run();
        if (s.at < s.nwords)
            FAIL("'%s' is too much", s.words[s.at]);
        return;
    }
    FAIL("'%s' is no step", name);
}

void script_run(const char *path, bool six)
{
    char text[512];
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s cannot be read", path);
    memset(&s, 0, sizeof s);
    s.path = path;
    s.six = six;
    host_tcp_configure(&s.host);
    while (fgets(text, sizeof text, file)) {
        s.line++;
        line_split(text);
        if (s.nwords > 0)
            line_run();
    }
    fclose(file);
    if (s.started)
        host_end(&s.host);
}
