/*
 * What strangers can do to the sockets of a stack: floods, lies about the path, and connections
 * that are only there to hold memory.
 */
#include "host_tcp.h"

#define SIX (_i == 1)

static struct host h;

static void setup(void)
{
    host_tcp(&h);
}

static void teardown(void)
{
    host_end(&h);
}

static bool is_long_run(void)
{
    const char *s = getenv("NONOS_LONG");
    return s && strcmp(s, "1") == 0;
}

/* A spoofed SYN from somewhere far away. */
static void flood_syn(uint64_t *random)
{
    struct peer p = peer_of(&h, false, (uint16_t)(1024 + check_random(random) % 60000), 80);
    uint32_t from = (uint32_t)check_random(random);
    p.own = nonnet_address_ipv4((uint8_t)(11 + from % 80), (uint8_t)(from >> 8),
                                (uint8_t)(from >> 16), (uint8_t)(from >> 24 | 1));
    p.seq = (uint32_t)check_random(random);
    peer_send(&p, SYN, NULL, 0);
}

START_TEST(rfc4987_a_flood_of_syns_costs_no_memory_and_real_peers_connect_in_one_round_trip)
{
    struct nonnet_tcp_listener_handle l = host_listen(&h, false, 80, 4);
    unsigned nsyns = is_long_run() ? 1000000 : 50000, nanswers = 0;
    uint64_t random = check_seed();
    struct nonnet_tcp_handle socket;
    size_t size = nonnet_stack_size(&h.config);
    for (unsigned i = 0; i < nsyns; i++) {
        flood_syn(&random);
        while (!host_is_silent_in_tcp(&h))
            nanswers++;
        if (i % 100 == 0)
            host_wait(&h, 1 * MS);
        if (i % (nsyns / 20) != 0)
            continue;
        while (!host_is_silent_in_tcp(&h)) /* SYN-ACKs once more */
            continue;
        struct peer p = peer_of(&h, false, (uint16_t)(1024 + i % 60000), 80);
        peer_opens(&p);
        peer_send(&p, ACK, "request", 7);
        ck_assert_int_eq(nonnet_tcp_accept(h.stack, l, &socket, NULL), NONNET_OK);
        ck_assert_uint_ne(socket_events(&h, socket) & NONNET_EVENT_READABLE, 0);
        ck_assert_int_eq(nonnet_tcp_abort(h.stack, socket, h.now), NONNET_OK);
        host_discard_output(&h);
    }
    printf("# %u spoofed SYNs, %u answers, %llu with cookies, %llu cookies back\n", nsyns, nanswers,
           (unsigned long long)host_count(&h, NONNET_COUNT_TCP_COOKIES_SENT),
           (unsigned long long)host_count(&h, NONNET_COUNT_TCP_COOKIES_TAKEN));
    fflush(stdout);
    ck_assert_uint_eq(nonnet_stack_size(&h.config), size);
    ck_assert_uint_gt(host_count(&h, NONNET_COUNT_TCP_COOKIES_SENT), nsyns / 2);
    ck_assert_uint_gt(host_count(&h, NONNET_COUNT_TCP_COOKIES_TAKEN), 10);
}
END_TEST

/* Fills the listener's table, so that the next SYN gets a cookie. */
static void fill_half_open(void)
{
    uint64_t random = 7;
    for (unsigned i = 0; i < 400; i++) {
        flood_syn(&random);
        while (!host_is_silent_in_tcp(&h))
            continue;
    }
}

START_TEST(rfc4987_a_cookie_is_good_for_a_while_and_then_not)
{
    static const struct {
        uint64_t wait_s;
        bool taken;
    } rows[] = {{0, true}, {16, true}, {40, false}};
    struct nonnet_tcp_listener_handle l = host_listen(&h, SIX, 80, 4);
    (void)l;
    for (uint16_t i = 0; i < 3; i++) {
        if (!SIX)
            fill_half_open();
        else
            for (uint16_t port = 1; port < 400; port++) {
                struct peer f = peer_of(&h, true, port, 80);
                peer_send(&f, SYN, NULL, 0);
                while (!host_is_silent_in_tcp(&h))
                    continue;
            }
        struct peer p = peer_of(&h, SIX, (uint16_t)(4000 + i), 80);
        uint64_t sent = host_count(&h, NONNET_COUNT_TCP_COOKIES_SENT);
        peer_send(&p, SYN, NULL, 0);
        ck_assert_uint_eq(host_count(&h, NONNET_COUNT_TCP_COOKIES_SENT), sent + 1);
        p.next = host_sends(&h, SYN | ACK)->h.seq + 1;
        host_wait(&h, rows[i].wait_s * S);
        host_discard_output(&h);
        uint64_t before = host_count(&h, NONNET_COUNT_TCP_ACCEPTED);
        peer_send(&p, ACK, NULL, 0);
        ck_assert_uint_eq(host_count(&h, NONNET_COUNT_TCP_ACCEPTED), before + rows[i].taken);
        if (!rows[i].taken)
            (void)host_sends(&h, RST);
        host_wait(&h, 60 * S);
        host_discard_output(&h);
    }
}
END_TEST

START_TEST(a_cookie_that_was_made_up_is_refused)
{
    (void)host_listen(&h, false, 80, 4);
    fill_half_open();
    struct peer p = peer_of(&h, false, 4000, 80);
    uint64_t random = check_seed();
    for (int i = 0; i < 2000; i++) {
        p.next = (uint32_t)check_random(&random);
        peer_send(&p, ACK, NULL, 0);
        host_discard_output(&h);
    }
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_TCP_ACCEPTED), 0);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_TCP_COOKIES_REFUSED), 2000);
}
END_TEST

START_TEST(cve_2018_5390_segments_of_one_byte_with_gaps_are_bounded_and_lose_nothing)
{
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_tcp_handle socket = host_calls(&p, NULL);
    uint32_t start = p.seq, total = h.config.tcp_receive_len;
    struct nonnet_tcp_header header = peer_header(&p, ACK);
    uint8_t byte;
    for (uint32_t i = 0; i < 10000; i++) {
        header.seq = start + 1 + 2 * i;
        byte = (uint8_t)(header.seq * 7);
        peer_send_header(&p, &header, &byte, 1);
        host_discard_output(&h);
    }
    for (uint32_t at = 0; at < total; at += 64) {
        uint8_t data[64];
        header.seq = start + at;
        for (uint32_t i = 0; i < sizeof data; i++)
            data[i] = (uint8_t)((header.seq + i) * 7);
        peer_send_header(&p, &header, data, sizeof data);
        host_discard_output(&h);
    }
    struct nonnet_tcp_bytes bytes;
    ck_assert_int_eq(nonnet_tcp_peek(h.stack, socket, &bytes), NONNET_OK);
    ck_assert_uint_eq(bytes.len[0] + bytes.len[1], total);
    for (uint32_t i = 0; i < total; i++) {
        byte = i < bytes.len[0] ? bytes.data[0][i] : bytes.data[1][i - bytes.len[0]];
        ck_assert_uint_eq(byte, (uint8_t)((start + i) * 7));
    }
}
END_TEST

/* A host with four places for connections and two pairs of buffers. */
static void small_host(void)
{
    teardown();
    host_tcp_configure(&h);
    h.config.ntcp_connections = 4;
    h.config.ntcp_buffers = 2;
    host_tcp_ready(&h);
}

START_TEST(a_connection_that_a_user_holds_is_never_given_up)
{
    small_host();
    struct nonnet_tcp_listener_handle l = host_listen(&h, SIX, 80, 4);
    struct peer a = peer_of(&h, SIX, 80, 0), b = peer_of(&h, SIX, 4000, 80);
    struct nonnet_tcp_handle mine = host_calls(&a, NULL), theirs = peer_opens_accepted(&b, l), none;
    struct nonnet_endpoint to = {a.own, 81};
    struct nonnet_interface_handle any = {0};
    host_wait(&h, 100 * S);
    host_discard_output(&h);
    ck_assert_int_eq(nonnet_tcp_connect(h.stack, NULL, &to, any, NULL, &none, h.now),
                     NONNET_E_FULL);
    struct peer c = peer_of(&h, SIX, 4001, 80);
    peer_opens(&c);
    ck_assert_int_eq(nonnet_tcp_accept(h.stack, l, &none, NULL), NONNET_E_EMPTY);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_TCP_MEMORY), 1);
    ck_assert_int_eq(socket_state(&h, mine), NONNET_TCP_ESTABLISHED);
    ck_assert_int_eq(socket_state(&h, theirs), NONNET_TCP_ESTABLISHED);
    /* Once there is room, the peer's data completes its handshake. */
    ck_assert_int_eq(nonnet_tcp_abort(h.stack, mine, h.now), NONNET_OK);
    host_discard_output(&h);
    peer_send(&c, ACK, "still here", 10);
    ck_assert_int_eq(nonnet_tcp_accept(h.stack, l, &none, NULL), NONNET_OK);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_TCP_VICTIMS), 0);
}
END_TEST

/* Both ends in order; what is left is in TIME-WAIT. */
static struct peer open_and_end(uint16_t port)
{
    struct peer p = peer_of(&h, false, port, 0);
    struct nonnet_tcp_handle socket = host_calls(&p, NULL);
    ck_assert_int_eq(nonnet_tcp_close(h.stack, socket, h.now), NONNET_OK);
    (void)host_sends(&h, ACK | FIN);
    p.next++;
    peer_send(&p, ACK | FIN, NULL, 0);
    (void)host_sends(&h, ACK);
    return p;
}

START_TEST(the_oldest_in_time_wait_makes_room)
{
    enum { MANY = 50, PLACES = 4 };
    struct peer p[MANY];
    small_host();
    for (uint16_t i = 0; i < MANY; i++) {
        p[i] = open_and_end((uint16_t)(1000 + i));
        host_wait(&h, 10 * MS);
    }
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_TCP_VICTIMS), MANY - PLACES);
    /* The last four still answer a FIN that comes once more, and nobody else does. */
    for (uint16_t i = 0; i < MANY; i++) {
        p[i].seq--;
        peer_send(&p[i], ACK | FIN, NULL, 0);
        ck_assert(host_is_silent_in_tcp(&h) == (i < MANY - PLACES));
    }
}
END_TEST

/* How many bytes of the stack's memory are this one, which nothing else has eight times in a row. */
static size_t arena_count(uint8_t byte)
{
    const uint8_t *arena = h.arena;
    size_t size = nonnet_stack_size(&h.config), run = 0, count = 0;
    for (size_t i = 0; i < size; i++) {
        run = arena[i] == byte ? run + 1 : 0;
        count += run == 8;
    }
    return count;
}

START_TEST(nothing_of_what_a_connection_carried_stays_in_memory)
{
    enum { LEN = 300000 };
    static uint8_t sent[LEN];
    uint8_t heard[1000];
    teardown();
    host_tcp_configure(&h);
    h.config.tcp_send_len = h.config.tcp_receive_len = 512 * 1024;
    host_tcp_ready(&h);
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_tcp_handle socket = host_calls(&p, NULL);
    memset(sent, 0xa7, sizeof sent);
    memset(heard, 0xb9, sizeof heard);
    /* More than a ring goes round in after it was empty. */
    ck_assert_uint_eq(socket_write(&h, socket, sent, LEN), LEN);
    for (size_t n = 0; n < LEN; host_wait(&h, 10 * MS))
        n += peer_take_all(&p);
    /* In order, and far ahead. */
    peer_send(&p, ACK, heard, sizeof heard);
    p.seq += 30000;
    peer_send(&p, ACK, heard, sizeof heard);
    host_discard_output(&h);
    ck_assert_uint_gt(arena_count(0xa7), 0);
    ck_assert_uint_eq(arena_count(0xb9), 2);
    ck_assert_int_eq(nonnet_tcp_abort(h.stack, socket, h.now), NONNET_OK);
    host_discard_output(&h);
    ck_assert_uint_eq(arena_count(0xa7), 0);
    ck_assert_uint_eq(arena_count(0xb9), 0);
}
END_TEST

START_TEST(who_has_waited_longest_for_an_acknowledgement_makes_room)
{
    struct peer p[2];
    struct nonnet_tcp_handle socket[2], fresh;
    struct nonnet_endpoint to = {SIX ? peer6 : peer4, 2000};
    struct nonnet_interface_handle any = {0};
    small_host();
    for (uint16_t i = 0; i < 2; i++) {
        p[i] = peer_of(&h, SIX, (uint16_t)(1000 + i), 0);
        socket[i] = host_calls(&p[i], NULL);
        ck_assert_uint_eq(socket_write(&h, socket[i], "abcd", 4), 4);
        ck_assert_int_eq(nonnet_tcp_close(h.stack, socket[i], h.now), NONNET_OK);
        (void)host_sends(&h, ACK | FIN);
        host_wait(&h, 100 * MS);
        host_discard_output(&h);
    }
    /* The first is acknowledged in part: now the second has waited longest. */
    p[0].next += 2;
    peer_send(&p[0], ACK, NULL, 0);
    host_wait(&h, 3 * S - 350 * MS);
    host_discard_output(&h);
    ck_assert_int_eq(nonnet_tcp_connect(h.stack, NULL, &to, any, NULL, &fresh, h.now),
                     NONNET_E_FULL);
    host_wait(&h, 300 * MS);
    host_discard_output(&h);
    ck_assert_int_eq(nonnet_tcp_connect(h.stack, NULL, &to, any, NULL, &fresh, h.now), NONNET_OK);
    ck_assert_uint_eq(host_sends(&h, RST | ACK)->h.destination_port, 1001);
}
END_TEST

START_TEST(who_ended_and_waits_for_the_peer_makes_room_and_needs_no_buffers)
{
    small_host();
    struct peer p[4];
    for (uint16_t i = 0; i < 4; i++) {
        p[i] = peer_of(&h, SIX, (uint16_t)(1000 + i), 0);
        struct nonnet_tcp_handle socket = host_calls(&p[i], NULL);
        ck_assert_int_eq(nonnet_tcp_close(h.stack, socket, h.now), NONNET_OK);
        (void)host_sends(&h, ACK | FIN);
        p[i].next++;
        peer_send(&p[i], ACK, NULL, 0);
        host_wait(&h, 1 * MS);
    }
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_TCP_VICTIMS), 0);
    struct nonnet_endpoint to = {p[0].own, 2000};
    struct nonnet_interface_handle any = {0};
    struct nonnet_tcp_handle fresh;
    ck_assert_int_eq(nonnet_tcp_connect(h.stack, NULL, &to, any, NULL, &fresh, h.now), NONNET_OK);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_TCP_VICTIMS), 1);
    ck_assert_uint_eq(host_sends(&h, RST | ACK)->h.destination_port, 1000);
    (void)host_sends(&h, SYN);
    /* The first one was it; the second still ends in order. */
    peer_send(&p[1], ACK | FIN, NULL, 0);
    ck_assert_uint_eq(host_sends(&h, ACK)->h.ack, p[1].seq);
    peer_send(&p[0], ACK | FIN, NULL, 0);
    ck_assert(host_is_silent_in_tcp(&h));
}
END_TEST

START_TEST(who_ended_and_has_no_progress_makes_room_with_a_reset)
{
    small_host();
    struct peer p[2];
    struct nonnet_tcp_handle socket;
    struct nonnet_interface_handle any = {0};
    struct nonnet_endpoint to = {SIX ? peer6 : peer4, 2000};
    for (uint16_t i = 0; i < 2; i++) {
        p[i] = peer_of(&h, SIX, (uint16_t)(1000 + i), 0);
        socket = host_calls(&p[i], NULL);
        (void)socket_write(&h, socket, "to be sent", 10);
        ck_assert_int_eq(nonnet_tcp_close(h.stack, socket, h.now), NONNET_OK);
        host_wait(&h, 10 * MS);
        host_discard_output(&h);
    }
    ck_assert_int_eq(nonnet_tcp_connect(h.stack, NULL, &to, any, NULL, &socket, h.now),
                     NONNET_E_FULL);
    for (int i = 0; i < 4; i++) {
        host_wait(&h, 1 * S);
        host_discard_output(&h);
    }
    ck_assert_int_eq(nonnet_tcp_connect(h.stack, NULL, &to, any, NULL, &socket, h.now), NONNET_OK);
    ck_assert_uint_eq(host_sends(&h, RST | ACK)->h.destination_port, 1000);
}
END_TEST

/* A peer that answers probes and never opens its window holds memory no longer than the timeout. */
START_TEST(a_window_that_stays_closed_does_not_hold_an_orphan_for_ever)
{
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_tcp_handle socket = host_calls(&p, NULL);
    bool reset = false;
    p.window = 0;
    peer_send(&p, ACK, NULL, 0);
    (void)socket_write(&h, socket, "0123456789", 10);
    ck_assert_int_eq(nonnet_tcp_close(h.stack, socket, h.now), NONNET_OK);
    for (int i = 0; i < 400 && !reset; i++) {
        static struct segment s;
        host_wait(&h, 1 * S);
        while (host_segment(&h, &s)) {
            reset = reset || (s.h.flags & RST);
            if (!reset)
                peer_send(&p, ACK, NULL, 0);
        }
    }
    ck_assert(reset);
}
END_TEST

/* An ICMP message of the router about a packet that the host sent. */
static void tell(const struct segment *about, bool six, uint8_t type, uint8_t code, uint32_t word)
{
    static const struct nonnet_address router = {6, {0x20, 1, 0xd, 0xb8, [15] = 0xfe}};
    size_t len = about->packet_len < 128 ? about->packet_len : 128;
    struct ipv4_spec spec = {.source = {192, 0, 2, 254}};
    struct frame f =
        six ? frame_icmpv6(&router, &host_global, type, code, word, about->frame.bytes + 14, len)
            : frame_icmp(spec, type, code, word, about->frame.bytes + 14, len);
    host_input(&h, &f);
}

static void tell_too_big(const struct segment *about, bool six, uint32_t mtu)
{
    tell(about, six, six ? 2 : 3, six ? 0 : 4, mtu);
}

/* The host has `len` bytes to send; returns the first segment of them. */
static struct segment first_of(struct nonnet_tcp_handle socket, uint32_t len)
{
    static uint8_t data[65536];
    struct segment s;
    ck_assert_uint_eq(socket_write(&h, socket, data, len), len);
    ck_assert(host_segment(&h, &s));
    host_discard_output(&h);
    return s;
}

START_TEST(rfc1191_rfc8201_what_is_too_big_is_sent_again_in_smaller_packets)
{
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_tcp_handle socket = host_calls(&p, NULL);
    struct segment s = first_of(socket, 10000);
    ck_assert_uint_eq(s.len, 1400);
    tell_too_big(&s, SIX, 1300);
    s = *host_sends(&h, ACK);
    ck_assert(s.h.seq == p.next && s.packet_len == 1300);
    struct nonnet_tcp_info info;
    ck_assert_int_eq(nonnet_tcp_info(h.stack, socket, &info), NONNET_OK);
    ck_assert_uint_eq(info.mss, SIX ? 1240 : 1260);
    ck_assert_uint_ge(info.congestion_window, 1300); /* no congestion */
    host_discard_output(&h);
    /* The next connection to there begins with what was learned. */
    struct peer q = peer_of(&h, SIX, 81, 0);
    socket = host_calls(&q, NULL);
    s = first_of(socket, 5000);
    ck_assert_uint_eq(s.packet_len, 1300);
}
END_TEST

START_TEST(rfc5927_too_big_about_nothing_in_flight_is_not_believed)
{
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_tcp_handle socket = host_calls(&p, NULL);
    struct segment s = first_of(socket, 1000), wrong = s;
    size_t seq_at = 14 + (SIX ? 40 : 20) + 4;
    wrong.frame.bytes[seq_at] ^= 0x40;
    frame_set16(&wrong.frame, SIX ? 18 : 16, 1460); /* as if it had been that long */
    if (!SIX)
        frame_set16(&wrong.frame, 16, 1500);
    tell_too_big(&wrong, SIX, 1280);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_ICMP_UNRELATED), 1);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_PATH_MTU_LEARNED), 0);
    ck_assert(host_is_silent_in_tcp(&h));
}
END_TEST

START_TEST(rfc5927_too_big_against_what_came_through_is_believed_only_after_a_timeout)
{
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_tcp_handle socket = host_calls(&p, NULL);
    struct nonnet_tcp_info info;
    (void)first_of(socket, 14000);
    p.next += 14000;
    peer_send(&p, ACK, NULL, 0); /* packets of this size come through */
    struct segment s = first_of(socket, 2800);
    tell_too_big(&s, SIX, 1280);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_PATH_MTU_LEARNED), 0);
    p.next += 2800;
    peer_send(&p, ACK, NULL, 0); /* and did this time, too */
    host_wait(&h, 5 * S);
    ck_assert_int_eq(nonnet_tcp_info(h.stack, socket, &info), NONNET_OK);
    ck_assert_uint_eq(info.mss, 1400);
    s = first_of(socket, 2800);
    tell_too_big(&s, SIX, 1280);
    for (int i = 0; i < 30 && host_count(&h, NONNET_COUNT_PATH_MTU_LEARNED) == 0; i++) {
        host_wait(&h, 100 * MS);
        host_discard_output(&h);
    }
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_PATH_MTU_LEARNED), 1);
    ck_assert_int_eq(nonnet_tcp_info(h.stack, socket, &info), NONNET_OK);
    ck_assert_uint_eq(info.mss, SIX ? 1220 : 1240);
}
END_TEST

/*
 * Sends 20,000 bytes over a path that swallows large packets once `from` bytes have come. Returns how
 * many timeouts there were before the host suspected that.
 */
static uint32_t send_into_black_hole(struct peer *p, struct nonnet_tcp_handle socket, bool six,
                                     size_t from)
{
    static uint8_t data[20000];
    static struct segment s;
    struct nonnet_tcp_info info;
    size_t got = 0, limit = six ? 1280 : 576;
    uint32_t ntimeouts = 0;

    ck_assert_uint_eq(socket_write(&h, socket, data, sizeof data), sizeof data);
    for (int ms = 0; ms < 120000 && got < sizeof data; ms++) {
        while (host_segment(&h, &s)) {
            if ((got >= from && s.packet_len > limit) || s.len == 0)
                continue;
            if (s.h.seq == p->next) {
                p->next += (uint32_t)s.len;
                got += s.len;
            }
            peer_send(p, ACK, NULL, 0);
        }
        host_wait(&h, 1 * MS);
        ck_assert_int_eq(nonnet_tcp_info(h.stack, socket, &info), NONNET_OK);
        if (host_count(&h, NONNET_COUNT_TCP_BLACK_HOLES) == 0)
            ntimeouts = info.timeouts;
    }
    ck_assert_uint_eq(got, sizeof data);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_TCP_BLACK_HOLES), six ? 1 : 2);
    return ntimeouts;
}

START_TEST(rfc8899_a_path_that_swallows_large_packets_is_found_out)
{
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_tcp_handle socket = host_calls(&p, NULL);
    ck_assert_uint_le(send_into_black_hole(&p, socket, SIX, 0), 2);
}
END_TEST

START_TEST(rfc8899_a_size_that_came_through_before_is_given_up_later)
{
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_tcp_handle socket = host_calls(&p, NULL);
    ck_assert_uint_eq(send_into_black_hole(&p, socket, SIX, 5000), 5);
}
END_TEST

START_TEST(rfc5927_errors_do_not_end_a_connection_that_is_established)
{
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_tcp_handle socket = host_calls(&p, NULL);
    struct segment s = first_of(socket, 100);
    for (uint8_t code = 0; code < (SIX ? 5 : 4); code++)
        tell(&s, SIX, SIX ? 1 : 3, code, 0);
    ck_assert_int_eq(socket_state(&h, socket), NONNET_TCP_ESTABLISHED);
    p.next += 100;
    peer_send(&p, ACK, "fine", 4);
    ck_assert_int_eq(nonnet_tcp_error(h.stack, socket), NONNET_OK);
}
END_TEST

START_TEST(rfc1122_4_2_3_9_the_network_may_refuse_a_connection_and_explain_a_timeout)
{
    struct nonnet_interface_handle any = {0};
    struct nonnet_endpoint to = {SIX ? peer6 : peer4, 80};
    struct nonnet_tcp_options options = {.user_timeout_ms = 10000};
    struct nonnet_tcp_handle a, b;
    ck_assert_int_eq(nonnet_tcp_connect(h.stack, NULL, &to, any, NULL, &a, h.now), NONNET_OK);
    struct segment s = *host_sends(&h, SYN);
    tell(&s, SIX, SIX ? 1 : 3, SIX ? 4 : 3, 0);
    ck_assert_int_eq(nonnet_tcp_error(h.stack, a), NONNET_E_REFUSED);
    ck_assert_int_eq(nonnet_tcp_connect(h.stack, NULL, &to, any, &options, &b, h.now), NONNET_OK);
    s = *host_sends(&h, SYN);
    tell(&s, SIX, SIX ? 1 : 3, 0, 0);
    ck_assert_int_eq(socket_state(&h, b), NONNET_TCP_SYN_SENT);
    for (int i = 0; i < 12; i++) {
        host_wait(&h, 1 * S);
        host_discard_output(&h);
    }
    ck_assert_int_eq(nonnet_tcp_error(h.stack, b), NONNET_E_UNREACHABLE);
}
END_TEST

/* RFC 5961 sections 3 to 5, CVE-2004-0230: what a stranger guesses neither ends nor fills. */
START_TEST(rfc5961_blind_segments_do_no_harm)
{
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_tcp_handle socket = host_calls(&p, NULL);
    struct nonnet_tcp_header header;
    unsigned answers = 0;
    for (uint32_t i = 1; i < 200; i++) {
        header = peer_header(&p, i % 3 == 0 ? RST : i % 3 == 1 ? SYN : ACK);
        if (i % 3 == 2)
            header.ack += 0x10000000 + i * 1000003;
        else
            header.seq += i * 100;
        peer_send_header(&p, &header, "evil", i % 3 == 2 ? 4 : 0);
        while (!host_is_silent_in_tcp(&h))
            answers++;
    }
    ck_assert_uint_eq(answers, 10);
    ck_assert_int_eq(socket_state(&h, socket), NONNET_TCP_ESTABLISHED);
    struct nonnet_tcp_bytes bytes;
    ck_assert_int_eq(nonnet_tcp_peek(h.stack, socket, &bytes), NONNET_E_EMPTY);
}
END_TEST

static Suite *tcp_hostile_suite(void)
{
    Suite *suite = suite_create("nonnet TCP between strangers");
    TCase *tc = tcase_create("floods");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 300);
    tcase_add_test(
        tc, rfc4987_a_flood_of_syns_costs_no_memory_and_real_peers_connect_in_one_round_trip);
    tcase_add_loop_test(tc, rfc4987_a_cookie_is_good_for_a_while_and_then_not, 0, 2);
    tcase_add_test(tc, a_cookie_that_was_made_up_is_refused);
    tcase_add_loop_test(
        tc, cve_2018_5390_segments_of_one_byte_with_gaps_are_bounded_and_lose_nothing, 0, 2);
    tcase_add_loop_test(tc, rfc5961_blind_segments_do_no_harm, 0, 2);
    suite_add_tcase(suite, tc);
    tc = tcase_create("memory");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, a_connection_that_a_user_holds_is_never_given_up, 0, 2);
    tcase_add_test(tc, the_oldest_in_time_wait_makes_room);
    tcase_add_loop_test(tc, nothing_of_what_a_connection_carried_stays_in_memory, 0, 2);
    tcase_add_loop_test(tc, who_has_waited_longest_for_an_acknowledgement_makes_room, 0, 2);
    tcase_add_loop_test(tc, who_ended_and_waits_for_the_peer_makes_room_and_needs_no_buffers, 0, 2);
    tcase_add_loop_test(tc, who_ended_and_has_no_progress_makes_room_with_a_reset, 0, 2);
    tcase_add_loop_test(tc, a_window_that_stays_closed_does_not_hold_an_orphan_for_ever, 0, 2);
    suite_add_tcase(suite, tc);
    tc = tcase_create("path");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, rfc1191_rfc8201_what_is_too_big_is_sent_again_in_smaller_packets, 0, 2);
    tcase_add_loop_test(tc, rfc5927_too_big_about_nothing_in_flight_is_not_believed, 0, 2);
    tcase_add_loop_test(
        tc, rfc5927_too_big_against_what_came_through_is_believed_only_after_a_timeout, 0, 2);
    tcase_add_loop_test(tc, rfc8899_a_path_that_swallows_large_packets_is_found_out, 0, 2);
    tcase_add_loop_test(tc, rfc8899_a_size_that_came_through_before_is_given_up_later, 0, 2);
    tcase_add_loop_test(tc, rfc5927_errors_do_not_end_a_connection_that_is_established, 0, 2);
    tcase_add_loop_test(
        tc, rfc1122_4_2_3_9_the_network_may_refuse_a_connection_and_explain_a_timeout, 0, 2);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(tcp_hostile_suite)
