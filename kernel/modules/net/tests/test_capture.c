/* Captures of the net module: what is in them, what they drop, and who is woken. */
#include <check_main.h>

#include "players.h"

#define ONE 1001u /* Accounts */
#define TWO 1002u
#define LEN 65536u

struct capture {
    nonos_handle handle, memory, wake;
    const uint8_t *bytes;
    uint64_t len, taken;
};

static nonos_handle capture_service(void)
{
    static nonos_handle service;
    if (!service)
        service = kernel_connect(CAP_CAPTURE, 1);
    return service;
}

static int capture_ask(uint64_t account, uint64_t len, uint64_t snap_len, nonos_handle wake,
                       struct capture *c)
{
    struct nonos_message m = nonos_message_make(NONOS_NET_CAPTURE);
    m.words[0] = len;
    m.words[1] = snap_len;
    m.words[2] = 1;
    m.caps[m.ncaps++] = kernel_account(account);
    if (wake)
        m.caps[m.ncaps++] = wake;
    unsigned number = kernel_send(capture_service(), &m);
    kernel_run();
    struct answer *a = &kernel.answers[number];
    int r = a->result;
    if (r >= 0) {
        ck_assert_uint_eq(a->ncaps, 2);
        *c = (struct capture){.handle = a->caps[0], .memory = a->caps[1], .wake = wake, .len = len};
        c->bytes = kernel.caps[kernel.caps[c->memory].parent].memory;
        a->ncaps = 0;
    }
    kernel_forget(number);
    return r;
}

static struct capture capture_open(uint64_t account, uint64_t len, uint64_t snap_len)
{
    struct capture c = {0};
    ck_assert_int_eq(capture_ask(account, len, snap_len, kernel_notification(), &c), NONOS_OK);
    return c;
}

static void capture_close(struct capture *c)
{
    kernel_drop(c->handle);
    kernel_drop(c->memory);
    kernel_run();
}

static int capture_read(struct capture *c, uint64_t taken, uint64_t words[NONOS_IPC_WORDS])
{
    memset(words, 0, NONOS_IPC_WORDS * sizeof(words[0]));
    words[0] = taken;
    return call(c->handle, NONOS_NET_CAPTURE_READ, words, NULL);
}

static void ring_copy(struct capture *c, void *to, size_t len)
{
    for (size_t i = 0; i < len; i++)
        ((uint8_t *)to)[i] = c->bytes[(c->taken + i) % c->len];
    c->taken += len;
}

/* Reads all records, which must be whole frames of Ethernet in the order of time. Returns how many, and how many of them were sent. */
static unsigned records_take(struct capture *c, uint64_t snap_len, unsigned *nsent)
{
    static uint8_t data[65536];
    uint64_t w[NONOS_IPC_WORDS], last = 0;
    unsigned n = 0;
    ck_assert_int_eq(capture_read(c, c->taken, w), NONOS_OK);
    for (*nsent = 0; c->taken < w[0]; n++) {
        struct nonos_net_frame f;
        ring_copy(c, &f, sizeof(f));
        ck_assert_uint_eq(f.kept, f.len < snap_len ? f.len : snap_len);
        ck_assert_uint_ge(f.len, 42);
        ck_assert_uint_le(f.len, 1514);
        ck_assert_uint_ge(f.time_ns, last > WALL_NS ? last : WALL_NS);
        last = f.time_ns;
        ring_copy(c, data, f.kept);
        /* ARP, IPv4 or IPv6; from the peer, or sent by us. */
        ck_assert(data[12] == 8 || (data[12] == 0x86 && data[13] == 0xdd));
        ck_assert_uint_eq(f.flags, memcmp(data + 6, "\2\0\0\0\0\1", 6) ? NONOS_NET_FRAME_SENT : 0);
        *nsent += f.flags;
    }
    ck_assert_uint_eq(c->taken, w[0]);
    return n;
}

/* Bytes there and back. */
static void echo(struct session *s, nonos_handle socket, uint64_t len)
{
    uint64_t w[NONOS_IPC_WORDS];
    for (uint64_t back = 0, out = 0; back < len;) {
        if (out < len) {
            memcpy(w, (uint64_t[NONOS_IPC_WORDS]){0, len - out, 5000}, sizeof(w));
            ck_assert_int_eq(call(socket, NONOS_NET_SEND, w, NULL), NONOS_OK);
            out += w[0];
        }
        memcpy(w, (uint64_t[NONOS_IPC_WORDS]){LEN / 2, LEN / 2, 5000}, sizeof(w));
        ck_assert_int_eq(call(socket, NONOS_NET_RECEIVE, w, NULL), NONOS_OK);
        back += w[0];
    }
    (void)s;
}

/* Frames that the stack counted, both ways. */
static uint64_t frames_counted(uint64_t *sent)
{
    uint64_t w[NONOS_IPC_WORDS] = {0};
    static nonos_handle control;
    if (!control)
        control = kernel_connect(CAP_CONTROL, 1);
    ck_assert_int_eq(call(control, NONOS_NET_INTERFACE, w, NULL), NONOS_OK);
    *sent = w[4];
    return w[3] + w[4];
}

START_TEST(capture_holds_what_the_card_sent_and_received)
{
    struct session s;
    nonos_handle socket;
    uint64_t sent_before, sent_after;
    unsigned nsent;
    ck_assert_int_eq(session_open(&s, ONE, LEN), NONOS_OK);
    uint64_t before = frames_counted(&sent_before);
    struct capture c = capture_open(TWO, 1u << 20, 65535);
    ck_assert_int_eq(connect_tcp(&s, &socket), NONOS_OK);
    echo(&s, socket, 20000);
    uint64_t n = frames_counted(&sent_after) - before;
    ck_assert_uint_gt(n, 30);
    ck_assert_uint_eq(records_take(&c, 65535, &nsent), n);
    ck_assert_uint_eq(nsent, sent_after - sent_before);
    capture_close(&c);
    kernel_drop(socket);
    session_close(&s);
}
END_TEST

START_TEST(full_capture_counts_what_it_drops_and_holds_up_nobody)
{
    struct session s;
    nonos_handle socket;
    uint64_t sent, w[NONOS_IPC_WORDS];
    unsigned nsent;
    ck_assert_int_eq(session_open(&s, ONE, LEN), NONOS_OK);
    uint64_t before = frames_counted(&sent);
    struct capture c = capture_open(TWO, 5001, 65535);
    ck_assert_int_eq(connect_tcp(&s, &socket), NONOS_OK);
    echo(&s, socket, 20000);
    uint64_t n = frames_counted(&sent) - before;
    ck_assert_int_eq(capture_read(&c, 0, w), NONOS_OK);
    ck_assert_uint_le(w[0], 5001);
    ck_assert_uint_gt(w[2], 0);
    ck_assert_uint_eq(w[1] + w[2], n);
    ck_assert_uint_eq(records_take(&c, 65535, &nsent), w[1]);
    /* With room it goes on, around the end of the buffer. */
    for (unsigned i = 0; i < 50; i++) {
        echo(&s, socket, 600);
        ck_assert_uint_ge(records_take(&c, 65535, &nsent), 1);
    }
    ck_assert_uint_gt(c.taken, 2 * 5001);
    capture_close(&c);
    kernel_drop(socket);
    session_close(&s);
}
END_TEST

START_TEST(capture_keeps_no_more_of_a_frame_than_it_was_asked_to)
{
    struct session s;
    nonos_handle socket;
    unsigned nsent;
    ck_assert_int_eq(session_open(&s, ONE, LEN), NONOS_OK);
    struct capture c = capture_open(TWO, 65536, 60);
    ck_assert_int_eq(connect_tcp(&s, &socket), NONOS_OK);
    echo(&s, socket, 20000);
    ck_assert_uint_gt(records_take(&c, 60, &nsent), 30);
    capture_close(&c);
    kernel_drop(socket);
    session_close(&s);
}
END_TEST

START_TEST(capturer_is_woken_once_for_what_it_has_not_read)
{
    struct session s;
    nonos_handle udp;
    unsigned nsent;
    ck_assert_int_eq(session_open(&s, ONE, LEN), NONOS_OK);
    ck_assert_int_eq(open_udp(&s, 0, &udp), NONOS_OK);
    struct capture c = capture_open(TWO, 65536, 65535);
    for (unsigned i = 0; i < 3; i++) {
        uint64_t w[NONOS_IPC_WORDS] = {0, 100, 0};
        ck_assert_uint_eq(kernel.caps[c.wake].bits, 0);
        words_peer(w + 3, PEER_ECHO);
        ck_assert_int_eq(call(udp, NONOS_NET_SEND, w, NULL), NONOS_OK);
        ck_assert_uint_eq(kernel.caps[c.wake].bits, 1);
        kernel.caps[c.wake].bits = 0;
        memcpy(w, (uint64_t[NONOS_IPC_WORDS]){0, 100, 0}, sizeof(w));
        words_peer(w + 3, PEER_ECHO);
        ck_assert_int_eq(call(udp, NONOS_NET_SEND, w, NULL), NONOS_OK);
        ck_assert_uint_eq(kernel.caps[c.wake].bits, 0);
        ck_assert_uint_ge(records_take(&c, 65535, &nsent), 4);
    }
    capture_close(&c);
    kernel_drop(udp);
    session_close(&s);
}
END_TEST

START_TEST(capture_refuses_what_makes_no_sense)
{
    static const uint64_t bad[][2] = {{4095, 1},     {(1u << 20) + 1, 1}, {4096, 0},
                                      {4096, 65536}, {~0ull, 1},          {4096, ~0ull}};
    uint64_t w[NONOS_IPC_WORDS] = {0};
    struct session s;
    ck_assert_int_eq(session_open(&s, ONE, LEN), NONOS_OK);
    (void)capture_service();
    unsigned ncaps = kernel_ncaps();
    struct capture c[3], none;
    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        ck_assert_int_eq(capture_ask(ONE, bad[i][0], bad[i][1], kernel_notification(), &none),
                         NONOS_E_INVALID);
    ck_assert_int_eq(capture_ask(ONE, 4096, 100, 0, &none), NONOS_E_INVALID);
    ck_assert_int_eq(capture_ask(ONE, 4096, 100, kernel_account(ONE), &none), NONOS_E_INVALID);
    /* One client's share, and everybody's. */
    c[0] = capture_open(ONE, 4096, 100);
    c[1] = capture_open(ONE, 4096, 100);
    ck_assert_int_eq(capture_ask(ONE, 4096, 100, kernel_notification(), &none), NONOS_E_NO_SPACE);
    c[2] = capture_open(TWO, 4096, 100);
    ck_assert_int_eq(capture_read(&c[0], 1, w), NONOS_E_INVALID);
    ck_assert_int_eq(capture_read(&c[0], ~0ull, w), NONOS_E_INVALID);
    ck_assert_int_eq(call(c[0].handle, NONOS_NET_CAPTURE, w, NULL), NONOS_E_NO_CALL);
    ck_assert_int_eq(call(c[0].handle, NONOS_NET_CONNECT, w, NULL), NONOS_E_NO_CALL);
    ck_assert_int_eq(call(capture_service(), NONOS_NET_CAPTURE_READ, w, NULL), NONOS_E_NO_CALL);
    /* No session leads to a capture. */
    ck_assert_int_eq(call(s.handle, NONOS_NET_CAPTURE, w, NULL), NONOS_E_NO_CALL);
    ck_assert_int_eq(call(s.handle, NONOS_NET_CAPTURE_READ, w, NULL), NONOS_E_NO_CALL);
    for (unsigned i = 0; i < 3; i++)
        capture_close(&c[i]);
    ck_assert_uint_eq(kernel_ncaps(), ncaps);
    session_close(&s);
}
END_TEST

static Suite *capture_suite(void)
{
    Suite *suite = suite_create("capture");
    TCase *t = tcase_create("captures");
    tcase_add_checked_fixture(t, players_start, NULL);
    tcase_add_test(t, capture_holds_what_the_card_sent_and_received);
    tcase_add_test(t, full_capture_counts_what_it_drops_and_holds_up_nobody);
    tcase_add_test(t, capture_keeps_no_more_of_a_frame_than_it_was_asked_to);
    tcase_add_test(t, capturer_is_woken_once_for_what_it_has_not_read);
    tcase_add_test(t, capture_refuses_what_makes_no_sense);
    suite_add_tcase(suite, t);
    return suite;
}

CHECK_MAIN(capture_suite)
