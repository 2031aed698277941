/*
 * Opening, closing, resetting: RFC 9293 section 3.10, RFC 5961, RFC 6191, RFC 7323 section 5.
 */
#include "tcp_lab.h"

START_TEST(rfc9293_3_5_three_way_handshake)
{
    struct tcp_config config = lab_config();
    lab_init(&config);
    nonnet_connection_connect(&lab.c, lab.now);
    lab_out(S, 1000, 0, 0);
    ck_assert(lab.out.header.has_mss && lab.out.header.mss == MSS);
    lab_silent();
    lab_in(S | A, 5000, 1001, 0);
    lab_out(A, 1001, 5001, 0);
    ck_assert_int_eq(lab.c.state, TCP_ESTABLISHED);
    ck_assert_uint_eq(nonnet_connection_events(&lab.c), TCP_EVENT_CONNECTED | TCP_EVENT_WRITABLE);
}
END_TEST

START_TEST(rfc9293_3_5_simultaneous_open)
{
    struct tcp_config config = lab_config();
    lab_init(&config);
    nonnet_connection_connect(&lab.c, lab.now);
    lab_out(S, 1000, 0, 0);
    lab_in(S, 5000, 0, 0);
    ck_assert_int_eq(lab.c.state, TCP_SYN_RECEIVED);
    lab_out(S | A, 1000, 5001, 0);
    lab_in(S | A, 5000, 1001, 0);
    ck_assert_int_eq(lab.c.state, TCP_ESTABLISHED);
    lab_silent();
}
END_TEST

START_TEST(rfc9293_3_5_1_half_open_peer_is_reset)
{
    /* Figure 9: the peer still knows an old connection and answers the SYN with an ACK. */
    struct tcp_config config = lab_config();
    lab_init(&config);
    nonnet_connection_connect(&lab.c, lab.now);
    lab_out(S, 1000, 0, 0);
    lab_in(A, 5300, 700, 0);
    lab_out(R, 700, 0, 0);
    ck_assert_int_eq(lab.c.state, TCP_SYN_SENT);
}
END_TEST

START_TEST(rfc9293_3_10_7_3_rst_without_our_number_is_ignored_in_syn_sent)
{
    struct tcp_config config = lab_config();
    lab_init(&config);
    nonnet_connection_connect(&lab.c, lab.now);
    lab_out(S, 1000, 0, 0);
    lab_in(R, 0, 0, 0);
    lab_in(R | A, 0, 1000, 0);
    lab_in(R | A, 0, 1002, 0);
    ck_assert_int_eq(lab.c.state, TCP_SYN_SENT);
    lab_silent();
    lab_in(R | A, 0, 1001, 0);
    ck_assert_int_eq(lab.c.state, TCP_CLOSED);
    ck_assert_uint_eq(nonnet_connection_events(&lab.c), TCP_EVENT_REFUSED | TCP_EVENT_CLOSED);
}
END_TEST

START_TEST(rfc6298_5_syn_is_repeated_with_doubled_intervals_until_the_user_timeout)
{
    struct tcp_config config = lab_config();
    config.user_timeout_ms = 10000;
    lab_init(&config);
    nonnet_connection_connect(&lab.c, lab.now);
    lab_out(S, 1000, 0, 0);
    for (unsigned s = 1; s <= 4; s *= 2) {
        lab_deadline(s * 1000000u);
        lab_out(S, 1000, 0, 0);
        lab_silent();
    }
    lab_deadline(3000000);
    lab_silent();
    ck_assert_uint_eq(nonnet_connection_events(&lab.c), TCP_EVENT_TIMED_OUT | TCP_EVENT_CLOSED);
}
END_TEST

START_TEST(rfc9293_3_6_active_close)
{
    lab_established();
    nonnet_connection_shutdown(&lab.c, lab.now);
    lab_out(F | A, OURS, THEIRS, 0);
    ck_assert_int_eq(lab.c.state, TCP_FIN_WAIT_1);
    lab_in(A, THEIRS, OURS + 1, 0);
    ck_assert_int_eq(lab.c.state, TCP_FIN_WAIT_2);
    lab_in(F | A, THEIRS, OURS + 1, 0);
    lab_out(A, OURS + 1, THEIRS + 1, 0);
    ck_assert_int_eq(lab.c.state, TCP_TIME_WAIT);
    lab_deadline(60000000);
    ck_assert_int_eq(lab.c.state, TCP_CLOSED);
    ck_assert(nonnet_connection_deadline(&lab.c) == TCP_NEVER);
}
END_TEST

START_TEST(rfc9293_3_6_passive_close)
{
    lab_established();
    lab_in(F | A, THEIRS, OURS, 0);
    lab_out(A, OURS, THEIRS + 1, 0);
    ck_assert_int_eq(lab.c.state, TCP_CLOSE_WAIT);
    ck_assert(nonnet_connection_events(&lab.c) & TCP_EVENT_PEER_CLOSED);
    nonnet_connection_shutdown(&lab.c, lab.now);
    lab_out(F | A, OURS, THEIRS + 1, 0);
    ck_assert_int_eq(lab.c.state, TCP_LAST_ACK);
    lab_in(A, THEIRS + 1, OURS + 1, 0);
    ck_assert_int_eq(lab.c.state, TCP_CLOSED);
    ck_assert_uint_eq(nonnet_connection_events(&lab.c) & ~(uint32_t)TCP_EVENT_WRITABLE,
                      TCP_EVENT_CLOSED);
}
END_TEST

START_TEST(rfc9293_3_6_simultaneous_close)
{
    lab_established();
    nonnet_connection_shutdown(&lab.c, lab.now);
    lab_out(F | A, OURS, THEIRS, 0);
    lab_in(F | A, THEIRS, OURS, 0);
    ck_assert_int_eq(lab.c.state, TCP_CLOSING);
    lab_out(A, OURS + 1, THEIRS + 1, 0);
    lab_in(A, THEIRS + 1, OURS + 1, 0);
    ck_assert_int_eq(lab.c.state, TCP_TIME_WAIT);
}
END_TEST

START_TEST(rfc9293_3_6_fin_that_acknowledges_ours_goes_to_time_wait)
{
    lab_established();
    nonnet_connection_shutdown(&lab.c, lab.now);
    lab_out(F | A, OURS, THEIRS, 0);
    lab_in(F | A, THEIRS, OURS + 1, 0);
    ck_assert_int_eq(lab.c.state, TCP_TIME_WAIT);
}
END_TEST

START_TEST(rfc9293_3_6_half_closed_connection_still_receives)
{
    lab_established();
    lab_write(10);
    nonnet_connection_shutdown(&lab.c, lab.now);
    ck_assert_uint_eq(nonnet_connection_write(&lab.c, (const uint8_t *)"x", 1), 0);
    lab_out(F | P | A, OURS, THEIRS, 10);
    lab_in(A, THEIRS, OURS + 11, 500);
    ck_assert_int_eq(lab.c.state, TCP_FIN_WAIT_2);
    lab_read(THEIRS, 500);
}
END_TEST

START_TEST(rfc9293_3_10_7_4_fin_in_time_wait_is_acknowledged_and_restarts_the_wait)
{
    lab_established();
    nonnet_connection_shutdown(&lab.c, lab.now);
    lab_out(F | A, OURS, THEIRS, 0);
    lab_in(F | A, THEIRS, OURS + 1, 0);
    lab_out(A, OURS + 1, THEIRS + 1, 0);
    lab_tick(30000000);
    lab_in(F | A, THEIRS, OURS + 1, 0);
    lab_out(A, OURS + 1, THEIRS + 1, 0);
    lab_deadline(60000000);
}
END_TEST

START_TEST(rfc6298_5_lost_fin_is_sent_again)
{
    lab_established();
    lab_write(10);
    lab_out(P | A, OURS, THEIRS, 10);
    nonnet_connection_shutdown(&lab.c, lab.now);
    lab_out(F | A, OURS + 10, THEIRS, 0);
    lab_deadline(300 * MS);
    lab_out(F | P | A, OURS, THEIRS, 10);
    lab_in(A, THEIRS, OURS + 11, 0);
    ck_assert_int_eq(lab.c.state, TCP_FIN_WAIT_2);
}
END_TEST

START_TEST(rfc9293_3_10_5_abort_sends_one_rst)
{
    lab_established();
    lab_write(10);
    lab_out(P | A, OURS, THEIRS, 10);
    nonnet_connection_abort(&lab.c);
    lab_out(R | A, OURS + 10, THEIRS, 0);
    lab_silent();
    ck_assert(nonnet_connection_deadline(&lab.c) == TCP_NEVER);
}
END_TEST

START_TEST(rfc1122_4_2_2_13_data_after_close_is_reset)
{
    lab_established();
    nonnet_connection_close(&lab.c, lab.now);
    lab_out(F | A, OURS, THEIRS, 0);
    lab_in(A, THEIRS, OURS + 1, 100);
    lab_out(R | A, OURS + 1, THEIRS, 0);
    ck_assert_int_eq(lab.c.state, TCP_CLOSED);
}
END_TEST

START_TEST(rfc2525_2_17_close_with_unread_data_resets)
{
    lab_established();
    lab_in(A, THEIRS, OURS, 100);
    nonnet_connection_close(&lab.c, lab.now);
    lab_out(R | A, OURS, THEIRS + 100, 0);
}
END_TEST

START_TEST(closed_connection_in_fin_wait_2_ends_by_itself)
{
    lab_established();
    nonnet_connection_close(&lab.c, lab.now);
    lab_out(F | A, OURS, THEIRS, 0);
    lab_in(A, THEIRS, OURS + 1, 0);
    ck_assert_int_eq(lab.c.state, TCP_FIN_WAIT_2);
    lab_deadline(60000000);
    ck_assert_int_eq(lab.c.state, TCP_CLOSED);
}
END_TEST

/* Table of section 3.10.7.4: segments whose acceptance depends on the window of 8000. */
static const struct acceptance {
    uint32_t seq; /* from the next number expected */
    uint32_t len;
    bool acceptable;
} acceptances[] = {
    {0, 0, true},
    {7999, 0, true},
    {8000, 0, false},
    {(uint32_t)-1, 0, false},
    {0, 1, true},
    {7999, 1, true},
    {8000, 1, false},
    {(uint32_t)-1, 1, false},
    {(uint32_t)-1, 2, true},
    {7999, 100, true},
    {0x7fffffff, 1, false},
    {0x80000000, 10, false},
};

START_TEST(rfc9293_3_10_7_4_acceptability_of_segments)
{
    for (size_t i = 0; i < sizeof acceptances / sizeof acceptances[0]; i++) {
        const struct acceptance *a = &acceptances[i];
        lab_established();
        lab_write(1);
        lab_out(P | A, OURS, THEIRS, 1);
        lab_in(A, THEIRS + a->seq, OURS + 1, a->len);
        ck_assert_msg((lab.c.send_una == OURS + 1) == a->acceptable, "seq %d len %u",
                      (int32_t)a->seq, a->len);
        if (!a->acceptable)
            lab_out(A, OURS + 1, THEIRS, 0);
    }
}
END_TEST

START_TEST(rfc5961_3_2_rst_resets_only_with_the_exact_number)
{
    lab_established();
    lab_in(R, THEIRS + 1, 0, 0);
    lab_out(A, OURS, THEIRS, 0);
    lab_in(R, THEIRS + 7999, 0, 0);
    lab_out(A, OURS, THEIRS, 0);
    lab_in(R, THEIRS + 8000, 0, 0);
    lab_in(R, THEIRS - 1, 0, 0);
    lab_silent();
    ck_assert_int_eq(lab.c.state, TCP_ESTABLISHED);
    lab_in(R, THEIRS, 0, 0);
    ck_assert_int_eq(lab.c.state, TCP_CLOSED);
    ck_assert(nonnet_connection_events(&lab.c) & TCP_EVENT_RESET);
    lab_silent();
}
END_TEST

START_TEST(rfc5961_4_2_syn_gets_a_challenge_wherever_it_lies)
{
    static const uint32_t offsets[] = {0, 100, 9000, (uint32_t)-1, 0x80000000};
    for (size_t i = 0; i < 5; i++) {
        lab_established();
        lab_in(S, THEIRS + offsets[i], 0, 0);
        lab_out(A, OURS, THEIRS, 0);
        ck_assert_int_eq(lab.c.state, TCP_ESTABLISHED);
    }
}
END_TEST

START_TEST(rfc5961_5_2_acknowledgement_outside_of_what_was_sent_gets_a_challenge)
{
    lab_established();
    lab_in(A, THEIRS, OURS + 1, 10);
    lab_out(A, OURS, THEIRS, 0);
    lab_in(A, THEIRS, OURS - WINDOW - 1, 10);
    lab_out(A, OURS, THEIRS, 0);
    lab_in(A, THEIRS, OURS - WINDOW, 10);
    ck_assert_uint_eq(lab.c.receive_next, THEIRS + 10);
}
END_TEST

START_TEST(rfc5961_7_challenges_are_limited)
{
    unsigned n = 0;
    lab_established();
    lab.now += 10000000;
    for (int i = 0; i < 100; i++) {
        lab_in(R, THEIRS + 1, 0, 0);
        n += nonnet_connection_output(&lab.c, lab.now, &lab.out);
    }
    ck_assert_uint_eq(n, 10);
    lab.now += 5000000;
    lab_in(R, THEIRS + 1, 0, 0);
    lab_out(A, OURS, THEIRS, 0);
}
END_TEST

START_TEST(segment_without_ack_is_dropped)
{
    lab_established();
    lab_in(0, THEIRS, 0, 10);
    lab_silent();
    ck_assert_uint_eq(lab.c.receive_next, THEIRS);
}
END_TEST

START_TEST(rfc9293_3_8_4_keep_alive_probes_and_gives_up)
{
    struct tcp_config config = lab_config();
    config.keepalive_idle_ms = 10000;
    config.keepalive_period_ms = 1000;
    config.keepalive_count = 3;
    lab_init(&config);
    lab_connect(100 * MS);
    lab_deadline(10000 * MS);
    lab_out(A, OURS - 1, THEIRS, 0);
    lab_in(A, THEIRS, OURS, 0);
    lab_deadline(10000 * MS);
    lab_out(A, OURS - 1, THEIRS, 0);
    for (int i = 0; i < 2; i++) {
        lab_deadline(1000 * MS);
        lab_out(A, OURS - 1, THEIRS, 0);
    }
    lab_deadline(1000 * MS);
    ck_assert(nonnet_connection_events(&lab.c) & TCP_EVENT_TIMED_OUT);
}
END_TEST

START_TEST(rfc9293_3_8_4_keep_alive_of_the_peer_is_answered)
{
    lab_established();
    lab_in(A, THEIRS - 1, OURS, 0);
    lab_out(A, OURS, THEIRS, 0);
}
END_TEST

static void time_wait(bool timestamps)
{
    struct tcp_config config = lab_config();
    config.no_timestamps = !timestamps;
    lab_init(&config);
    lab.in.has_timestamps = timestamps;
    lab.in.timestamp = 100;
    lab_connect(100 * MS);
    nonnet_connection_shutdown(&lab.c, lab.now);
    lab_out(F | A, OURS, THEIRS, 0);
    lab_in(F | A, THEIRS, OURS + 1, 0);
    lab_out(A, OURS + 1, THEIRS + 1, 0);
    ck_assert_int_eq(lab.c.state, TCP_TIME_WAIT);
}

START_TEST(rfc6191_2_newer_syn_takes_over_time_wait)
{
    time_wait(false);
    lab_in(S, THEIRS + 2, 0, 0);
    ck_assert_int_eq(lab.result, TCP_INPUT_REUSE);
    ck_assert_int_eq(lab.c.state, TCP_CLOSED);
    time_wait(true);
    lab.in.timestamp = 101;
    lab_in(S, THEIRS - 1000, 0, 0);
    ck_assert_int_eq(lab.result, TCP_INPUT_REUSE);
}
END_TEST

START_TEST(rfc6191_2_older_syn_does_not)
{
    time_wait(false);
    lab_in(S, THEIRS + 1, 0, 0);
    ck_assert_int_eq(lab.result, TCP_INPUT_DONE);
    lab_out(A, OURS + 1, THEIRS + 1, 0);
    time_wait(true);
    lab.in.timestamp = 99;
    lab_in(S, THEIRS + 1000, 0, 0);
    ck_assert_int_eq(lab.c.state, TCP_TIME_WAIT);
}
END_TEST

START_TEST(rfc9293_3_10_7_1_segment_for_nobody)
{
    struct nonnet_tcp_header h = {.seq = 100, .ack = 200, .flags = A | P, .source_port = 7}, out;
    ck_assert(nonnet_tcp_refuse(&h, 10, &out));
    ck_assert(out.flags == R && out.seq == 200 && out.destination_port == 7);
    h.flags = S;
    ck_assert(nonnet_tcp_refuse(&h, 10, &out));
    ck_assert(out.flags == (R | A) && out.seq == 0 && out.ack == 111);
    h.flags = R;
    ck_assert(!nonnet_tcp_refuse(&h, 0, &out));
}
END_TEST

START_TEST(configuration_out_of_bounds_is_invalid)
{
    struct tcp_config good = lab_config(), bad = good;
    struct tcp_connection c;
    struct tcp_memory m = {lab.send,   lab.receive,   WINDOW, WINDOW,
                           lab.ranges, lab.intervals, 64,     16};
    ck_assert_int_eq(nonnet_connection_init(&c, &m, &good), NONNET_OK);
    bad.mss = TCP_MSS_MIN - 1;
    ck_assert_int_eq(nonnet_connection_init(&c, &m, &bad), NONNET_E_INVALID);
    bad = good;
    bad.delayed_ack_ms = 500;
    ck_assert_int_eq(nonnet_connection_init(&c, &m, &bad), NONNET_E_INVALID);
    bad = good;
    bad.user_timeout_ms = 20 * 60 * 1000 + 1;
    ck_assert_int_eq(nonnet_connection_init(&c, &m, &bad), NONNET_E_INVALID);
    m.send_size = 0;
    ck_assert_int_eq(nonnet_connection_init(&c, &m, &good), NONNET_E_INVALID);
    m.send_size = (1u << 30) + 1;
    ck_assert_int_eq(nonnet_connection_init(&c, &m, &good), NONNET_E_INVALID);
    m.send_size = 1;
    m.nranges = TCP_RANGES_MIN - 1;
    ck_assert_int_eq(nonnet_connection_init(&c, &m, &good), NONNET_E_INVALID);
}
END_TEST

static Suite *tcp_states_suite(void)
{
    Suite *suite = suite_create("nonnet TCP states");
    TCase *tc = tcase_create("open");
    tcase_add_test(tc, rfc9293_3_5_three_way_handshake);
    tcase_add_test(tc, rfc9293_3_5_simultaneous_open);
    tcase_add_test(tc, rfc9293_3_5_1_half_open_peer_is_reset);
    tcase_add_test(tc, rfc9293_3_10_7_3_rst_without_our_number_is_ignored_in_syn_sent);
    tcase_add_test(tc, rfc6298_5_syn_is_repeated_with_doubled_intervals_until_the_user_timeout);
    tcase_add_test(tc, configuration_out_of_bounds_is_invalid);
    suite_add_tcase(suite, tc);
    tc = tcase_create("close");
    tcase_add_test(tc, rfc9293_3_6_active_close);
    tcase_add_test(tc, rfc9293_3_6_passive_close);
    tcase_add_test(tc, rfc9293_3_6_simultaneous_close);
    tcase_add_test(tc, rfc9293_3_6_fin_that_acknowledges_ours_goes_to_time_wait);
    tcase_add_test(tc, rfc9293_3_6_half_closed_connection_still_receives);
    tcase_add_test(tc, rfc9293_3_10_7_4_fin_in_time_wait_is_acknowledged_and_restarts_the_wait);
    tcase_add_test(tc, rfc6298_5_lost_fin_is_sent_again);
    tcase_add_test(tc, rfc9293_3_10_5_abort_sends_one_rst);
    tcase_add_test(tc, rfc1122_4_2_2_13_data_after_close_is_reset);
    tcase_add_test(tc, rfc2525_2_17_close_with_unread_data_resets);
    tcase_add_test(tc, closed_connection_in_fin_wait_2_ends_by_itself);
    tcase_add_test(tc, rfc6191_2_newer_syn_takes_over_time_wait);
    tcase_add_test(tc, rfc6191_2_older_syn_does_not);
    suite_add_tcase(suite, tc);
    tc = tcase_create("segments");
    tcase_add_test(tc, rfc9293_3_10_7_4_acceptability_of_segments);
    tcase_add_test(tc, rfc5961_3_2_rst_resets_only_with_the_exact_number);
    tcase_add_test(tc, rfc5961_4_2_syn_gets_a_challenge_wherever_it_lies);
    tcase_add_test(tc, rfc5961_5_2_acknowledgement_outside_of_what_was_sent_gets_a_challenge);
    tcase_add_test(tc, rfc5961_7_challenges_are_limited);
    tcase_add_test(tc, segment_without_ack_is_dropped);
    tcase_add_test(tc, rfc9293_3_8_4_keep_alive_probes_and_gives_up);
    tcase_add_test(tc, rfc9293_3_8_4_keep_alive_of_the_peer_is_answered);
    tcase_add_test(tc, rfc9293_3_10_7_1_segment_for_nobody);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(tcp_states_suite)
