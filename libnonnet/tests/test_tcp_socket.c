/*
 * The sockets of a stack against a peer played by hand, in both families.
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

START_TEST(a_segment_for_nobody_is_met_with_silence)
{
    struct peer p = peer_of(&h, SIX, 4000, 80);
    peer_send(&p, SYN, NULL, 0);
    ck_assert(host_is_silent_in_tcp(&h));
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_TCP_NO_SOCKET), 1);
}
END_TEST

START_TEST(rfc9293_3_10_7_1_a_segment_for_nobody_is_reset_where_that_is_wanted)
{
    teardown();
    host_tcp_configure(&h);
    h.config.answer_closed_ports = true;
    host_tcp_ready(&h);
    struct peer p = peer_of(&h, SIX, 4000, 80);
    peer_send(&p, SYN, "abc", 3);
    const struct segment *s = host_sends(&h, RST | ACK);
    ck_assert(s->h.seq == 0 && s->h.ack == 1004);
    p.next = 77;
    peer_send(&p, ACK, NULL, 0);
    ck_assert_uint_eq(host_sends(&h, RST)->h.seq, 77);
    peer_send(&p, RST, NULL, 0);
    ck_assert(host_is_silent_in_tcp(&h));
    /* The rate is bounded. */
    for (int i = 0; i < 1000; i++) {
        peer_send(&p, SYN, NULL, 0);
        (void)host_is_silent_in_tcp(&h);
    }
    ck_assert_uint_gt(host_count(&h, NONNET_COUNT_TCP_RESETS_LIMITED), 900);
    host_wait(&h, 1 * S);
    peer_send(&p, SYN, NULL, 0);
    (void)host_sends(&h, RST | ACK);
}
END_TEST

/* 0 is a checksum like others, but of UDP (RFC 768, RFC 1624 section 3). */
START_TEST(rfc9293_3_1_a_checksum_of_zero_goes_out_as_zero)
{
    teardown();
    host_tcp_configure(&h);
    h.config.answer_closed_ports = true;
    host_tcp_ready(&h);
    struct peer p = peer_of(&h, SIX, 4000, 80);
    p.next = 0;
    peer_send(&p, ACK, NULL, 0);
    uint16_t at_zero = host_sends(&h, RST)->checksum;
    p.next = at_zero; /* the reset's sequence number: adds what was missing to a sum of 0xffff */
    peer_send(&p, ACK, NULL, 0);
    const struct segment *s = host_sends(&h, RST);
    ck_assert_uint_eq(s->h.seq, at_zero);
    ck_assert_uint_eq(s->checksum, 0);
}
END_TEST

START_TEST(a_peer_connects_talks_and_ends)
{
    struct nonnet_tcp_listener_handle l = host_listen(&h, SIX, 80, 4);
    struct peer p = peer_of(&h, SIX, 4000, 80);
    struct nonnet_tcp_handle socket;
    struct nonnet_endpoint who;
    struct nonnet_event event;
    struct nonnet_tcp_bytes bytes;
    uint8_t data[8];
    uint32_t len;
    ck_assert_int_eq(nonnet_tcp_accept(h.stack, l, &socket, NULL), NONNET_E_EMPTY);
    peer_opens(&p);
    ck_assert(nonnet_stack_event(h.stack, &event));
    ck_assert(event.source == NONNET_EVENT_TCP_LISTENER && event.listener.id == l.id);
    ck_assert_uint_eq(event.flags, NONNET_EVENT_ACCEPTABLE);
    ck_assert_int_eq(nonnet_tcp_accept(h.stack, l, &socket, &who), NONNET_OK);
    ck_assert(who.port == 4000 && memcmp(&who.address, &p.own, sizeof p.own) == 0);
    (void)socket_events(&h, socket);
    ck_assert_int_eq(nonnet_tcp_peek(h.stack, socket, &bytes), NONNET_E_EMPTY);
    peer_send(&p, ACK, "hello", 5);
    ck_assert_uint_eq(socket_events(&h, socket), NONNET_EVENT_READABLE);
    ck_assert_uint_eq(host_sends(&h, ACK)->h.ack, p.seq);
    ck_assert_int_eq(nonnet_tcp_peek(h.stack, socket, &bytes), NONNET_OK);
    ck_assert(bytes.len[0] == 5 && bytes.len[1] == 0 && memcmp(bytes.data[0], "hello", 5) == 0);
    ck_assert_int_eq(nonnet_tcp_consume(h.stack, socket, 6), NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_tcp_consume(h.stack, socket, 2), NONNET_OK);
    ck_assert_int_eq(nonnet_tcp_read(h.stack, socket, data, sizeof data, &len), NONNET_OK);
    ck_assert(len == 3 && memcmp(data, "llo", 3) == 0);
    ck_assert_int_eq(nonnet_tcp_reserve(h.stack, socket, &bytes), NONNET_OK);
    memcpy(bytes.data[0], "world", 5);
    ck_assert_int_eq(nonnet_tcp_commit(h.stack, socket, 5), NONNET_OK);
    const struct segment *s = host_sends(&h, ACK);
    ck_assert(s->len == 5 && memcmp(s->data, "world", 5) == 0);
    ck_assert(SIX || s->dont_fragment);
    p.next += 5;
    peer_send(&p, ACK | FIN, NULL, 0);
    ck_assert_uint_eq(host_sends(&h, ACK)->h.ack, p.seq);
    ck_assert_int_eq(nonnet_tcp_read(h.stack, socket, data, sizeof data, &len), NONNET_E_CLOSED);
    ck_assert_int_eq(socket_state(&h, socket), NONNET_TCP_CLOSE_WAIT);
    ck_assert_uint_ne(socket_events(&h, socket) & NONNET_EVENT_PEER_CLOSED, 0);
    ck_assert_int_eq(nonnet_tcp_close(h.stack, socket, h.now), NONNET_OK);
    ck_assert_int_eq(nonnet_tcp_close(h.stack, socket, h.now), NONNET_E_STALE);
    (void)host_sends(&h, ACK | FIN);
    p.next++;
    peer_send(&p, ACK, NULL, 0);
    ck_assert(host_is_silent_in_tcp(&h));
    /* Nothing is left: the peer's ACK once more is for nobody, or for the listener alone. */
    peer_send(&p, ACK, NULL, 0);
    ck_assert_uint_eq(host_sends(&h, RST)->h.seq, p.next);
}
END_TEST

START_TEST(the_host_connects_talks_and_ends)
{
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_tcp_handle socket = host_calls(&p, NULL);
    struct nonnet_tcp_info info;
    ck_assert_uint_eq(socket_events(&h, socket), NONNET_EVENT_CONNECTED | NONNET_EVENT_WRITABLE);
    ck_assert_int_eq(nonnet_tcp_info(h.stack, socket, &info), NONNET_OK);
    ck_assert(info.state == NONNET_TCP_ESTABLISHED && info.peer.port == 80 &&
              info.local.port == p.other_port && info.mss == 1400);
    ck_assert_str_eq(nonnet_tcp_state_name(info.state), "ESTABLISHED");
    ck_assert_str_eq(nonnet_tcp_state_name((enum nonnet_tcp_state)99), "UNKNOWN");
    ck_assert_uint_eq(socket_write(&h, socket, "hi", 2), 2);
    ck_assert_uint_eq(peer_take_all(&p), 2);
    ck_assert_int_eq(nonnet_tcp_shutdown(h.stack, socket, h.now), NONNET_OK);
    (void)host_sends(&h, ACK | FIN);
    p.next++;
    peer_send(&p, ACK, NULL, 0);
    ck_assert_int_eq(socket_state(&h, socket), NONNET_TCP_FIN_WAIT_2);
    /* Half-closed: what comes is still read. */
    peer_send(&p, ACK | FIN, "more", 4);
    (void)host_sends(&h, ACK);
    uint8_t data[8];
    uint32_t len;
    ck_assert_int_eq(nonnet_tcp_read(h.stack, socket, data, sizeof data, &len), NONNET_OK);
    ck_assert_uint_eq(len, 4);
    ck_assert_int_eq(socket_state(&h, socket), NONNET_TCP_TIME_WAIT);
    ck_assert_int_eq(nonnet_tcp_close(h.stack, socket, h.now), NONNET_OK);
    /* TIME-WAIT answers a FIN once more, without buffers, and is over after 60 s. */
    p.seq--;
    peer_send(&p, ACK | FIN, NULL, 0);
    ck_assert_uint_eq(host_sends(&h, ACK)->h.ack, p.seq);
    host_wait(&h, 61 * S);
    peer_send(&p, ACK, NULL, 0);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_TCP_NO_SOCKET), 1);
}
END_TEST

START_TEST(a_refused_connection_says_so)
{
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_endpoint to = {p.own, 80};
    struct nonnet_interface_handle any = {0};
    struct nonnet_tcp_handle socket;
    uint32_t written;
    ck_assert_int_eq(nonnet_tcp_connect(h.stack, NULL, &to, any, NULL, &socket, h.now), NONNET_OK);
    const struct segment *s = host_sends(&h, SYN);
    p.other_port = s->h.source_port;
    p.next = s->h.seq + 1;
    ck_assert_int_eq(nonnet_tcp_write(h.stack, socket, (const uint8_t *)"x", 1, &written),
                     NONNET_E_FULL);
    peer_send(&p, RST | ACK, NULL, 0);
    ck_assert_uint_eq(socket_events(&h, socket), NONNET_EVENT_CLOSED);
    ck_assert_int_eq(nonnet_tcp_error(h.stack, socket), NONNET_E_REFUSED);
    ck_assert_int_eq(nonnet_tcp_write(h.stack, socket, (const uint8_t *)"x", 1, &written),
                     NONNET_E_CLOSED);
    ck_assert_int_eq(nonnet_tcp_close(h.stack, socket, h.now), NONNET_OK);
}
END_TEST

START_TEST(a_reset_ends_a_connection_and_what_came_before_can_be_read)
{
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_tcp_handle socket = host_calls(&p, NULL);
    uint8_t data[8];
    uint32_t len;
    peer_send(&p, ACK, "last", 4);
    peer_send(&p, RST, NULL, 0);
    ck_assert_uint_ne(socket_events(&h, socket) & NONNET_EVENT_CLOSED, 0);
    ck_assert_int_eq(nonnet_tcp_error(h.stack, socket), NONNET_E_RESET);
    ck_assert_int_eq(nonnet_tcp_read(h.stack, socket, data, sizeof data, &len), NONNET_OK);
    ck_assert_uint_eq(len, 4);
    ck_assert_int_eq(nonnet_tcp_read(h.stack, socket, data, sizeof data, &len), NONNET_E_CLOSED);
    ck_assert(host_is_silent_in_tcp(&h));
}
END_TEST

START_TEST(rfc2525_2_17_closing_with_unread_bytes_resets)
{
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_tcp_handle socket = host_calls(&p, NULL);
    peer_send(&p, ACK, "unread", 6);
    (void)host_sends(&h, ACK);
    ck_assert_int_eq(nonnet_tcp_close(h.stack, socket, h.now), NONNET_OK);
    ck_assert_uint_eq(host_sends(&h, RST | ACK)->h.seq, p.next);
    ck_assert(host_is_silent_in_tcp(&h));
}
END_TEST

START_TEST(an_abort_resets_and_forgets)
{
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_tcp_handle socket = host_calls(&p, NULL);
    ck_assert_uint_eq(socket_write(&h, socket, "never", 5), 5);
    ck_assert_int_eq(nonnet_tcp_abort(h.stack, socket, h.now), NONNET_OK);
    (void)host_sends(&h, RST | ACK);
    ck_assert(host_is_silent_in_tcp(&h));
    ck_assert_int_eq(nonnet_tcp_error(h.stack, socket), NONNET_E_STALE);
}
END_TEST

START_TEST(the_arguments_of_connect_and_listen_are_checked)
{
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_interface_handle any = {0}, stale = {0x70000};
    struct nonnet_endpoint to = {p.own, 80}, no_port = {p.own, 0}, from = {p.other, 5000};
    struct nonnet_endpoint other_family = {SIX ? host4 : host_global, 0};
    struct nonnet_endpoint group = {{4, {224, 0, 0, 1}}, 80}, foreign = {p.own, 5000};
    struct nonnet_endpoint broadcast = {{4, {192, 0, 2, 255}}, 80};
    struct nonnet_endpoint far = {{6, {0x20, 2, [15] = 1}}, 80}, self = {p.other, 80};
    struct nonnet_tcp_options wrong = {.user_timeout_ms = 1200001};
    struct nonnet_tcp_handle s;
    struct nonnet_tcp_listener_handle l;
    ck_assert_int_eq(nonnet_tcp_connect(h.stack, NULL, &no_port, any, NULL, &s, h.now),
                     NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_tcp_connect(h.stack, NULL, &group, any, NULL, &s, h.now),
                     NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_tcp_connect(h.stack, NULL, &broadcast, any, NULL, &s, h.now),
                     NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_tcp_connect(h.stack, &other_family, &to, any, NULL, &s, h.now),
                     NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_tcp_connect(h.stack, NULL, &to, any, &wrong, &s, h.now),
                     NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_tcp_connect(h.stack, NULL, &to, stale, NULL, &s, h.now),
                     NONNET_E_STALE);
    ck_assert_int_eq(nonnet_tcp_connect(h.stack, &foreign, &to, any, NULL, &s, h.now),
                     NONNET_E_NOT_FOUND);
    ck_assert_int_eq(nonnet_tcp_connect(h.stack, NULL, &far, any, NULL, &s, h.now),
                     NONNET_E_UNREACHABLE);
    ck_assert_int_eq(nonnet_tcp_connect(h.stack, NULL, &self, any, NULL, &s, h.now),
                     NONNET_E_UNREACHABLE);
    ck_assert_int_eq(nonnet_tcp_connect(h.stack, &from, &to, any, NULL, &s, h.now), NONNET_OK);
    ck_assert_int_eq(nonnet_tcp_connect(h.stack, &from, &to, any, NULL, &s, h.now),
                     NONNET_E_IN_USE);
    ck_assert_uint_eq(host_sends(&h, SYN)->h.source_port, 5000);
    struct nonnet_endpoint at = {{.version = SIX ? 6 : 4}, 80};
    ck_assert_int_eq(nonnet_tcp_listen(h.stack, &at, 0, NULL, &l), NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_tcp_listen(h.stack, &at, 1, &wrong, &l), NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_tcp_listen(h.stack, &foreign, 1, NULL, &l), NONNET_E_NOT_FOUND);
    ck_assert_int_eq(nonnet_tcp_listen(h.stack, &at, 1, NULL, &l), NONNET_OK);
    ck_assert_int_eq(nonnet_tcp_listen(h.stack, &at, 1, NULL, &l), NONNET_E_IN_USE);
    at.port = 0;
    ck_assert_int_eq(nonnet_tcp_listen(h.stack, &at, 1, NULL, &l), NONNET_E_INVALID);
    at.port = 81;
    while (nonnet_tcp_listen(h.stack, &at, 1, NULL, &l) == NONNET_OK)
        at.port++;
    ck_assert_uint_eq(at.port, 84);
    ck_assert_int_eq(nonnet_tcp_listen(h.stack, &at, 1, NULL, &l), NONNET_E_FULL);
    ck_assert_int_eq(nonnet_tcp_unlisten(h.stack, l), NONNET_OK);
    ck_assert_int_eq(nonnet_tcp_unlisten(h.stack, l), NONNET_E_STALE);
}
END_TEST

START_TEST(a_listener_of_an_address_comes_before_that_of_all)
{
    struct peer p = peer_of(&h, SIX, 4000, 80);
    struct nonnet_tcp_listener_handle all = host_listen(&h, SIX, 80, 4), one;
    struct nonnet_endpoint at = {p.other, 80};
    struct nonnet_tcp_handle socket;
    ck_assert_int_eq(nonnet_tcp_listen(h.stack, &at, 4, NULL, &one), NONNET_OK);
    peer_opens(&p);
    ck_assert_int_eq(nonnet_tcp_accept(h.stack, all, &socket, NULL), NONNET_E_EMPTY);
    ck_assert_int_eq(nonnet_tcp_accept(h.stack, one, &socket, NULL), NONNET_OK);
    /* The listener of the other family hears nothing of it. */
    struct nonnet_tcp_listener_handle other = host_listen(&h, !SIX, 80, 4);
    p = peer_of(&h, SIX, 4001, 80);
    peer_opens(&p);
    ck_assert_int_eq(nonnet_tcp_accept(h.stack, other, &socket, NULL), NONNET_E_EMPTY);
}
END_TEST

START_TEST(a_full_backlog_completes_no_handshake_until_there_is_room)
{
    struct nonnet_tcp_listener_handle l = host_listen(&h, SIX, 80, 2);
    struct nonnet_tcp_handle socket;
    struct peer p[3];
    for (uint16_t i = 0; i < 3; i++) {
        p[i] = peer_of(&h, SIX, (uint16_t)(4000 + i), 80);
        peer_opens(&p[i]);
    }
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_TCP_ACCEPTED), 2);
    ck_assert_int_eq(nonnet_tcp_accept(h.stack, l, &socket, NULL), NONNET_OK);
    peer_send(&p[2], ACK, "late", 4);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_TCP_ACCEPTED), 3);
    /* In the order in which they came. */
    struct nonnet_endpoint who;
    ck_assert_int_eq(nonnet_tcp_accept(h.stack, l, &socket, &who), NONNET_OK);
    ck_assert_uint_eq(who.port, 4001);
    ck_assert_int_eq(nonnet_tcp_accept(h.stack, l, &socket, &who), NONNET_OK);
    ck_assert_uint_eq(who.port, 4002);
    ck_assert_uint_ne(socket_events(&h, socket) & NONNET_EVENT_READABLE, 0);
}
END_TEST

START_TEST(a_connection_that_dies_before_it_is_taken_leaves_the_backlog)
{
    struct nonnet_tcp_listener_handle l = host_listen(&h, SIX, 80, 1);
    struct nonnet_tcp_handle socket;
    for (uint16_t i = 0; i < 5; i++) {
        struct peer p = peer_of(&h, SIX, (uint16_t)(4000 + i), 80);
        peer_opens(&p);
        ck_assert_uint_eq(host_count(&h, NONNET_COUNT_TCP_ACCEPTED), i + 1);
        peer_send(&p, RST, NULL, 0);
        ck_assert_int_eq(nonnet_tcp_accept(h.stack, l, &socket, NULL), NONNET_E_EMPTY);
    }
}
END_TEST

START_TEST(ending_a_listener_resets_who_waits)
{
    struct nonnet_tcp_listener_handle l = host_listen(&h, SIX, 80, 4);
    struct nonnet_tcp_handle socket;
    struct peer a = peer_of(&h, SIX, 4000, 80), b = peer_of(&h, SIX, 4001, 80);
    peer_opens(&a);
    peer_opens(&b);
    ck_assert_int_eq(nonnet_tcp_unlisten(h.stack, l), NONNET_OK);
    (void)host_sends(&h, RST | ACK);
    (void)host_sends(&h, RST | ACK);
    ck_assert(host_is_silent_in_tcp(&h));
    ck_assert_int_eq(nonnet_tcp_accept(h.stack, l, &socket, NULL), NONNET_E_STALE);
}
END_TEST

START_TEST(a_half_open_connection_is_repeated_and_then_forgotten)
{
    (void)host_listen(&h, SIX, 80, 4);
    struct peer p = peer_of(&h, SIX, 4000, 80);
    peer_send(&p, SYN, NULL, 0);
    unsigned answers = 0;
    for (int s = 0; s < 100; s++) {
        while (!host_is_silent_in_tcp(&h))
            answers++;
        host_wait(&h, 1 * S);
    }
    ck_assert_uint_eq(answers, 5);
}
END_TEST

START_TEST(a_half_open_peer_is_found_out_by_keep_alive)
{
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_tcp_options options = {
        .keepalive_idle_ms = 10000, .keepalive_period_ms = 1000, .keepalive_count = 3};
    struct nonnet_tcp_handle socket = host_calls(&p, &options);
    host_wait(&h, 10500 * MS);
    ck_assert_uint_eq(host_sends(&h, ACK)->h.seq, p.next - 1);
    peer_send(&p, ACK, NULL, 0); /* it lives */
    unsigned probes = 0;
    for (int i = 0; i < 20; i++) {
        host_wait(&h, 1 * S);
        while (!host_is_silent_in_tcp(&h))
            probes++;
    }
    ck_assert_uint_eq(probes, 3);
    ck_assert_int_eq(nonnet_tcp_error(h.stack, socket), NONNET_E_TIMED_OUT);
}
END_TEST

/* Probes seen in so many seconds; time passes in steps of one. */
static unsigned probes_in(unsigned seconds)
{
    unsigned probes = 0;
    for (unsigned i = 0; i < seconds; i++) {
        host_wait(&h, 1 * S);
        while (!host_is_silent_in_tcp(&h))
            probes++;
    }
    return probes;
}

START_TEST(keep_alive_is_set_and_ended_while_the_connection_is_open)
{
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_tcp_handle socket = host_calls(&p, NULL);
    ck_assert_uint_eq(probes_in(3600), 0);
    /* The hour counts: the first probe goes at once, the others each have their second. */
    ck_assert_int_eq(nonnet_tcp_set_keepalive(h.stack, socket, 10000, 1000, 3), NONNET_OK);
    ck_assert_uint_le(nonnet_stack_deadline(h.stack), h.now + 1);
    host_wait(&h, 500 * MS);
    ck_assert_uint_eq(host_sends(&h, ACK)->h.seq, p.next - 1);
    ck_assert(host_is_silent_in_tcp(&h));
    peer_send(&p, ACK, NULL, 0);
    ck_assert_int_eq(nonnet_tcp_set_keepalive(h.stack, socket, 0, 0, 0), NONNET_OK);
    ck_assert_uint_eq(probes_in(3600), 0);
    ck_assert_int_eq(nonnet_tcp_error(h.stack, socket), NONNET_OK);
    ck_assert_int_eq(nonnet_tcp_set_keepalive(h.stack, socket, 10000, 1000, 3), NONNET_OK);
    host_wait(&h, 1 * MS);
    (void)host_sends(&h, ACK);
    ck_assert_uint_eq(probes_in(1), 1);
    ck_assert_int_eq(nonnet_tcp_error(h.stack, socket), NONNET_OK);
    ck_assert_uint_eq(probes_in(20), 1);
    ck_assert_int_eq(nonnet_tcp_error(h.stack, socket), NONNET_E_TIMED_OUT);
    ck_assert_int_eq(nonnet_tcp_set_keepalive(h.stack, socket, 10000, 1000, 3), NONNET_OK);
    ck_assert_uint_eq(probes_in(20), 0);
}
END_TEST

START_TEST(keep_alive_of_an_accepted_connection_has_defaults)
{
    struct nonnet_tcp_listener_handle listener = host_listen(&h, SIX, 80, 4);
    struct peer p = peer_of(&h, SIX, 4000, 80);
    struct nonnet_tcp_handle socket = peer_opens_accepted(&p, listener);
    ck_assert_int_eq(nonnet_tcp_set_keepalive(h.stack, socket, 7200000, 0, 0), NONNET_OK);
    ck_assert_uint_eq(probes_in(7195), 0);
    ck_assert_uint_eq(probes_in(10), 1);
    ck_assert_uint_eq(probes_in(8 * 75), 8);
    ck_assert_int_eq(nonnet_tcp_error(h.stack, socket), NONNET_OK);
    ck_assert_uint_eq(probes_in(75), 0);
    ck_assert_int_eq(nonnet_tcp_error(h.stack, socket), NONNET_E_TIMED_OUT);
}
END_TEST

START_TEST(keep_alive_goes_on_after_the_own_end)
{
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_tcp_handle socket = host_calls(&p, NULL);
    ck_assert_int_eq(nonnet_tcp_set_keepalive(h.stack, socket, 10000, 1000, 3), NONNET_OK);
    ck_assert_int_eq(nonnet_tcp_shutdown(h.stack, socket, h.now), NONNET_OK);
    (void)host_sends(&h, FIN | ACK);
    p.next++;
    peer_send(&p, ACK, NULL, 0);
    ck_assert_int_eq(socket_state(&h, socket), NONNET_TCP_FIN_WAIT_2);
    host_wait(&h, 10500 * MS);
    ck_assert_uint_eq(host_sends(&h, ACK)->h.seq, p.next - 1);
    peer_send(&p, ACK, NULL, 0);
    ck_assert_uint_eq(probes_in(20), 3);
    ck_assert_int_eq(nonnet_tcp_error(h.stack, socket), NONNET_E_TIMED_OUT);
}
END_TEST

START_TEST(a_clock_that_stood_still_leaves_the_peer_time_to_answer_keep_alive)
{
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_tcp_options options = {
        .keepalive_idle_ms = 10000, .keepalive_period_ms = 1000, .keepalive_count = 3};
    struct nonnet_tcp_handle socket = host_calls(&p, &options);
    h.now += 3600 * S; /* as after a pause of the machine: nothing was asked meanwhile */
    for (int i = 0; i < 5; i++)
        host_wait(&h, 10 * MS);
    ck_assert_uint_eq(host_sends(&h, ACK)->h.seq, p.next - 1);
    ck_assert(host_is_silent_in_tcp(&h));
    ck_assert_int_eq(nonnet_tcp_error(h.stack, socket), NONNET_OK);
    peer_send(&p, ACK, NULL, 0);
    ck_assert_uint_eq(probes_in(9), 0);
}
END_TEST

START_TEST(rfc9293_3_9_1_1_a_peer_that_is_silent_times_out)
{
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_tcp_options options = {.user_timeout_ms = 30000};
    struct nonnet_tcp_handle socket = host_calls(&p, &options);
    (void)socket_write(&h, socket, "x", 1);
    for (int i = 0; i < 31; i++) {
        host_discard_output(&h);
        host_wait(&h, 1 * S);
    }
    ck_assert_int_eq(nonnet_tcp_error(h.stack, socket), NONNET_E_TIMED_OUT);
    ck_assert_uint_ne(socket_events(&h, socket) & NONNET_EVENT_CLOSED, 0);
}
END_TEST

START_TEST(rfc9293_3_9_2_3_a_segment_to_a_group_is_dropped)
{
    (void)host_listen(&h, false, 80, 4);
    struct peer p = peer_of(&h, false, 4000, 80);
    p.other = (struct nonnet_address){4, {192, 0, 2, 255}};
    struct nonnet_tcp_header syn = peer_header(&p, SYN);
    struct frame f = frame_tcp(&p, &syn, NULL, 0);
    memset(f.bytes, 0xff, 6);
    host_input(&h, &f);
    ck_assert(host_is_silent_in_tcp(&h));
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_TCP_GROUP), 1);
}
END_TEST

START_TEST(damaged_and_malformed_segments_are_counted_and_dropped)
{
    (void)host_listen(&h, SIX, 80, 4);
    struct peer p = peer_of(&h, SIX, 4000, 80);
    struct nonnet_tcp_header syn = peer_header(&p, SYN);
    struct frame f = frame_tcp(&p, &syn, NULL, 0);
    f.bytes[f.len - 1] ^= 1;
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_TCP_CHECKSUM), 1);
    f = frame_tcp(&p, &syn, NULL, 0);
    f.bytes[f.len - 8] = 0xf0; /* a header of 60 bytes */
    frame_checksum(&f, 20, NONNET_TCP_CHECKSUM_OFFSET, 6);
    host_input(&h, &f);
    syn.source_port = 0;
    f = frame_tcp(&p, &syn, NULL, 0);
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_TCP_MALFORMED), 2);
    ck_assert(host_is_silent_in_tcp(&h));
}
END_TEST

/* RFC 6056 and RFC 6528: neither is the same twice, and the numbers of one pair go up. */
START_TEST(rfc6056_rfc6528_ports_and_sequence_numbers_cannot_be_guessed)
{
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_interface_handle any = {0};
    uint16_t ports[16];
    uint32_t seqs[16];
    for (unsigned i = 0; i < 16; i++) {
        struct nonnet_endpoint to = {p.own, (uint16_t)(80 + i)};
        struct nonnet_tcp_handle socket;
        ck_assert_int_eq(nonnet_tcp_connect(h.stack, NULL, &to, any, NULL, &socket, h.now),
                         NONNET_OK);
        const struct segment *s = host_sends(&h, SYN);
        ports[i] = s->h.source_port;
        seqs[i] = s->h.seq;
        ck_assert_uint_ge(ports[i], 32768);
        ck_assert_int_eq(nonnet_tcp_abort(h.stack, socket, h.now), NONNET_OK);
    }
    unsigned close_ports = 0, close_seqs = 0;
    for (unsigned i = 1; i < 16; i++) {
        close_ports += (uint16_t)(ports[i] - ports[i - 1] + 8) < 16;
        close_seqs += seqs[i] - seqs[i - 1] + 65536 < 131072;
    }
    ck_assert(close_ports < 2 && close_seqs < 2);
    struct nonnet_endpoint from = {p.other, 40000}, to = {p.own, 80};
    uint32_t before = 0;
    for (unsigned i = 0; i < 3; i++) {
        struct nonnet_tcp_handle socket;
        ck_assert_int_eq(nonnet_tcp_connect(h.stack, &from, &to, any, NULL, &socket, h.now),
                         NONNET_OK);
        uint32_t seq = host_sends(&h, SYN)->h.seq;
        ck_assert(i == 0 || seq - before == 250000);
        before = seq;
        ck_assert_int_eq(nonnet_tcp_abort(h.stack, socket, h.now), NONNET_OK);
        host_wait(&h, 1 * S);
    }
}
END_TEST

START_TEST(rfc6191_a_new_syn_takes_the_place_of_a_connection_in_time_wait)
{
    struct nonnet_tcp_listener_handle l = host_listen(&h, SIX, 80, 4);
    struct peer p = peer_of(&h, SIX, 4000, 80);
    struct nonnet_tcp_handle socket = peer_opens_accepted(&p, l);
    for (int user = 0; user < 2; user++) {
        ck_assert_int_eq(nonnet_tcp_shutdown(h.stack, socket, h.now), NONNET_OK);
        (void)host_sends(&h, ACK | FIN);
        p.next++;
        peer_send(&p, ACK | FIN, NULL, 0);
        (void)host_sends(&h, ACK);
        ck_assert_int_eq(socket_state(&h, socket), NONNET_TCP_TIME_WAIT);
        /* Both with a user who still holds the old one, and without. */
        if (user == 0)
            ck_assert_int_eq(nonnet_tcp_close(h.stack, socket, h.now), NONNET_OK);
        p.seq += 100000;
        struct nonnet_tcp_handle old = socket;
        socket = peer_opens_accepted(&p, l);
        if (user == 1)
            ck_assert_int_eq(socket_state(&h, old), NONNET_TCP_CLOSED);
    }
    peer_send(&p, ACK, "new", 3);
    (void)host_sends(&h, ACK);
    ck_assert_uint_ne(socket_events(&h, socket) & NONNET_EVENT_READABLE, 0);
}
END_TEST

START_TEST(urgent_data_is_marked_and_stays_in_the_stream)
{
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_tcp_handle socket = host_calls(&p, NULL);
    struct nonnet_tcp_header header = peer_header(&p, ACK | NONNET_TCP_URG);
    uint32_t len;
    header.urgent = 3;
    peer_send_header(&p, &header, "abcdef", 6);
    ck_assert_uint_ne(socket_events(&h, socket) & NONNET_EVENT_URGENT, 0);
    ck_assert_int_eq(nonnet_tcp_urgent(h.stack, socket, &len), NONNET_OK);
    ck_assert_uint_eq(len, 3);
    ck_assert_int_eq(nonnet_tcp_consume(h.stack, socket, 4), NONNET_OK);
    ck_assert_int_eq(nonnet_tcp_urgent(h.stack, socket, &len), NONNET_OK);
    ck_assert_uint_eq(len, 0);
    (void)host_sends(&h, ACK);
    (void)socket_write(&h, socket, "xy", 2);
    ck_assert_int_eq(nonnet_tcp_mark_urgent(h.stack, socket), NONNET_OK);
    ck_assert_uint_eq(host_sends(&h, ACK | NONNET_TCP_URG)->h.urgent, 2);
}
END_TEST

START_TEST(a_removed_interface_ends_its_connections)
{
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_tcp_handle socket = host_calls(&p, NULL), orphan;
    struct peer q = peer_of(&h, SIX, 81, 0);
    orphan = host_calls(&q, NULL);
    ck_assert_int_eq(nonnet_tcp_close(h.stack, orphan, h.now), NONNET_OK);
    ck_assert_int_eq(nonnet_interface_remove(h.stack, h.interface), NONNET_OK);
    ck_assert_int_eq(nonnet_tcp_error(h.stack, socket), NONNET_E_UNREACHABLE);
    ck_assert_uint_ne(socket_events(&h, socket) & NONNET_EVENT_CLOSED, 0);
    host_wait(&h, 10 * S);
    ck_assert_uint_eq(nonnet_stack_deadline(h.stack), NONNET_NEVER);
}
END_TEST

START_TEST(a_connection_outlives_a_link_that_is_down_for_a_while)
{
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_tcp_handle socket = host_calls(&p, NULL);
    ck_assert_int_eq(nonnet_interface_set_link(h.stack, h.interface, false, h.now), NONNET_OK);
    (void)socket_write(&h, socket, "later", 5);
    for (int i = 0; i < 5; i++) {
        host_wait(&h, 1 * S);
        ck_assert(host_is_silent(&h));
    }
    ck_assert_int_eq(nonnet_interface_set_link(h.stack, h.interface, true, h.now), NONNET_OK);
    size_t got = 0;
    for (int i = 0; i < 20 && got == 0; i++) {
        got = peer_take_all(&p);
        host_wait(&h, 1 * S);
    }
    ck_assert_uint_eq(got, 5);
    ck_assert_int_eq(nonnet_tcp_error(h.stack, socket), NONNET_OK);
}
END_TEST

START_TEST(a_socket_that_is_not_the_callers_is_stale)
{
    struct nonnet_tcp_handle wrong[] = {{0}, {0x10000}, {0x1ffff}, {0xffffffff}};
    struct nonnet_tcp_bytes bytes;
    uint32_t len;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        ck_assert_int_eq(nonnet_tcp_peek(h.stack, wrong[i], &bytes), NONNET_E_STALE);
        ck_assert_int_eq(nonnet_tcp_reserve(h.stack, wrong[i], &bytes), NONNET_E_STALE);
        ck_assert_int_eq(nonnet_tcp_commit(h.stack, wrong[i], 0), NONNET_E_STALE);
        ck_assert_int_eq(nonnet_tcp_consume(h.stack, wrong[i], 0), NONNET_E_STALE);
        ck_assert_int_eq(nonnet_tcp_read(h.stack, wrong[i], NULL, 0, &len), NONNET_E_STALE);
        ck_assert_int_eq(nonnet_tcp_write(h.stack, wrong[i], NULL, 0, &len), NONNET_E_STALE);
        ck_assert_int_eq(nonnet_tcp_urgent(h.stack, wrong[i], &len), NONNET_E_STALE);
        ck_assert_int_eq(nonnet_tcp_mark_urgent(h.stack, wrong[i]), NONNET_E_STALE);
        ck_assert_int_eq(nonnet_tcp_set_keepalive(h.stack, wrong[i], 1, 1, 1), NONNET_E_STALE);
        ck_assert_int_eq(nonnet_tcp_shutdown(h.stack, wrong[i], 0), NONNET_E_STALE);
        ck_assert_int_eq(nonnet_tcp_abort(h.stack, wrong[i], 0), NONNET_E_STALE);
    }
}
END_TEST

START_TEST(more_than_was_reserved_is_not_committed)
{
    struct peer p = peer_of(&h, SIX, 80, 0);
    struct nonnet_tcp_handle socket = host_calls(&p, NULL);
    struct nonnet_tcp_bytes room;
    ck_assert_int_eq(nonnet_tcp_reserve(h.stack, socket, &room), NONNET_OK);
    ck_assert_uint_eq(room.len[0] + room.len[1], h.config.tcp_send_len);
    memset(room.data[0], 'x', room.len[0]);
    ck_assert_int_eq(nonnet_tcp_commit(h.stack, socket, h.config.tcp_send_len + 1),
                     NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_tcp_commit(h.stack, socket, h.config.tcp_send_len), NONNET_OK);
    ck_assert_int_eq(nonnet_tcp_reserve(h.stack, socket, &room), NONNET_E_FULL);
    ck_assert_int_eq(nonnet_tcp_commit(h.stack, socket, 1), NONNET_E_INVALID);
    ck_assert_uint_eq(peer_take_all(&p), h.config.tcp_send_len);
    ck_assert_uint_ne(socket_events(&h, socket) & NONNET_EVENT_WRITABLE, 0);
    ck_assert_int_eq(nonnet_tcp_reserve(h.stack, socket, &room), NONNET_OK);
}
END_TEST

START_TEST(a_stack_without_tcp_says_so)
{
    teardown();
    host_tcp_configure(&h);
    h.config.ntcp_connections = 0;
    host_tcp_ready(&h);
    struct peer p = peer_of(&h, SIX, 80, 81);
    struct nonnet_endpoint to = {p.own, 80}, at = {{.version = 4}, 80};
    struct nonnet_interface_handle any = {0};
    struct nonnet_tcp_handle socket = {0};
    struct nonnet_tcp_listener_handle l;
    ck_assert_int_eq(nonnet_tcp_connect(h.stack, NULL, &to, any, NULL, &socket, h.now),
                     NONNET_E_FULL);
    ck_assert_int_eq(nonnet_tcp_listen(h.stack, &at, 1, NULL, &l), NONNET_E_FULL);
    ck_assert_int_eq(nonnet_tcp_close(h.stack, socket, h.now), NONNET_E_STALE);
    peer_send(&p, SYN, NULL, 0);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_PROTOCOL), 1);
}
END_TEST

START_TEST(a_wrong_configuration_of_tcp_has_no_size)
{
    struct nonnet_config good = h.config;
    struct nonnet_config c = good;
    c.ntcp_buffers = 0;
    ck_assert_uint_eq(nonnet_stack_size(&c), 0);
    c = good;
    c.ntcp_buffers = (uint16_t)(c.ntcp_connections + 1);
    ck_assert_uint_eq(nonnet_stack_size(&c), 0);
    c = good;
    c.ntcp_half_open = 12;
    ck_assert_uint_eq(nonnet_stack_size(&c), 0);
    c = good;
    c.tcp_send_len = 4095;
    ck_assert_uint_eq(nonnet_stack_size(&c), 0);
    c = good;
    c.tcp_receive_len = (1u << 30) + 1;
    ck_assert_uint_eq(nonnet_stack_size(&c), 0);
}
END_TEST

static Suite *tcp_socket_suite(void)
{
    Suite *suite = suite_create("nonnet TCP sockets");
    TCase *tc = tcase_create("both families");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, a_segment_for_nobody_is_met_with_silence, 0, 2);
    tcase_add_loop_test(tc, rfc9293_3_10_7_1_a_segment_for_nobody_is_reset_where_that_is_wanted, 0,
                        2);
    tcase_add_loop_test(tc, rfc9293_3_1_a_checksum_of_zero_goes_out_as_zero, 0, 2);
    tcase_add_loop_test(tc, a_peer_connects_talks_and_ends, 0, 2);
    tcase_add_loop_test(tc, the_host_connects_talks_and_ends, 0, 2);
    tcase_add_loop_test(tc, a_refused_connection_says_so, 0, 2);
    tcase_add_loop_test(tc, a_reset_ends_a_connection_and_what_came_before_can_be_read, 0, 2);
    tcase_add_loop_test(tc, rfc2525_2_17_closing_with_unread_bytes_resets, 0, 2);
    tcase_add_loop_test(tc, an_abort_resets_and_forgets, 0, 2);
    tcase_add_loop_test(tc, the_arguments_of_connect_and_listen_are_checked, 0, 2);
    tcase_add_loop_test(tc, a_listener_of_an_address_comes_before_that_of_all, 0, 2);
    tcase_add_loop_test(tc, a_full_backlog_completes_no_handshake_until_there_is_room, 0, 2);
    tcase_add_loop_test(tc, a_connection_that_dies_before_it_is_taken_leaves_the_backlog, 0, 2);
    tcase_add_loop_test(tc, ending_a_listener_resets_who_waits, 0, 2);
    tcase_add_loop_test(tc, a_half_open_connection_is_repeated_and_then_forgotten, 0, 2);
    tcase_add_loop_test(tc, a_half_open_peer_is_found_out_by_keep_alive, 0, 2);
    tcase_add_loop_test(tc, keep_alive_is_set_and_ended_while_the_connection_is_open, 0, 2);
    tcase_add_loop_test(tc, keep_alive_of_an_accepted_connection_has_defaults, 0, 2);
    tcase_add_loop_test(tc, keep_alive_goes_on_after_the_own_end, 0, 2);
    tcase_add_loop_test(tc, a_clock_that_stood_still_leaves_the_peer_time_to_answer_keep_alive, 0,
                        2);
    tcase_add_loop_test(tc, rfc9293_3_9_1_1_a_peer_that_is_silent_times_out, 0, 2);
    tcase_add_loop_test(tc, damaged_and_malformed_segments_are_counted_and_dropped, 0, 2);
    tcase_add_loop_test(tc, rfc6056_rfc6528_ports_and_sequence_numbers_cannot_be_guessed, 0, 2);
    tcase_add_loop_test(tc, rfc6191_a_new_syn_takes_the_place_of_a_connection_in_time_wait, 0, 2);
    tcase_add_loop_test(tc, urgent_data_is_marked_and_stays_in_the_stream, 0, 2);
    tcase_add_loop_test(tc, a_removed_interface_ends_its_connections, 0, 2);
    tcase_add_loop_test(tc, a_connection_outlives_a_link_that_is_down_for_a_while, 0, 2);
    tcase_add_loop_test(tc, more_than_was_reserved_is_not_committed, 0, 2);
    tcase_add_loop_test(tc, a_stack_without_tcp_says_so, 0, 2);
    suite_add_tcase(suite, tc);
    tc = tcase_create("others");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, rfc9293_3_9_2_3_a_segment_to_a_group_is_dropped);
    tcase_add_test(tc, a_socket_that_is_not_the_callers_is_stale);
    tcase_add_test(tc, a_wrong_configuration_of_tcp_has_no_size);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(tcp_socket_suite)
