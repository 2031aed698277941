/*
 * The sending half: RFC 9293 sections 3.7 and 3.8, RFC 5681, 6298, 6675, 6928, 8985, 3522, 9438.
 */
#include "tcp_lab.h"

static void established(bool sack, bool timestamps, uint64_t rtt)
{
    struct tcp_config config = lab_config();
    config.no_sack = !sack;
    config.no_timestamps = !timestamps;
    lab_init(&config);
    lab.in.sack_permitted = sack;
    lab.in.has_timestamps = timestamps;
    lab_connect(rtt);
}

/* Writes and sends `n` full segments. */
static void send_segments(uint32_t n)
{
    lab_write(n * MSS);
    for (uint32_t i = 0; i < n; i++)
        lab_out(i + 1 == n ? P | A : A, lab.c.send_next, THEIRS, MSS);
    lab_silent();
}

/* An acknowledgement of the peer that has SACK blocks, given as pairs from OURS on. */
static void sack_in(uint32_t ack, uint8_t n, const uint32_t *pairs)
{
    lab.in.nsack = n;
    for (uint8_t i = 0; i < n; i++)
        lab.in.sack[i] =
            (struct nonnet_tcp_sack_block){OURS + pairs[2 * i], OURS + pairs[2 * i + 1]};
    lab_in(A, THEIRS, OURS + ack, 0);
    lab.in.nsack = 0;
}

static void sack_one(uint32_t ack, uint32_t start, uint32_t end)
{
    uint32_t pair[2] = {start, end};
    sack_in(ack, 1, pair);
}

START_TEST(rfc9293_3_7_4_small_segment_waits_for_the_acknowledgement)
{
    lab_established();
    lab_write(10);
    lab_out(P | A, OURS, THEIRS, 10);
    lab_write(10);
    lab_silent();
    lab_write(MSS);
    lab_out(A, OURS + 10, THEIRS, MSS);
    lab_silent();
    lab_in(A, THEIRS, OURS + 10, 0);
    lab_silent();
    lab_in(A, THEIRS, OURS + 10 + MSS, 0);
    lab_out(P | A, OURS + 10 + MSS, THEIRS, 10);
}
END_TEST

START_TEST(rfc9293_3_7_4_no_delay_sends_at_once)
{
    struct tcp_config config = lab_config();
    config.no_delay = true;
    lab_init(&config);
    lab_connect(100 * MS);
    for (uint32_t i = 0; i < 3; i++) {
        lab_write(10);
        lab_out(P | A, OURS + i * 10, THEIRS, 10);
    }
}
END_TEST

START_TEST(rfc6691_options_take_from_the_segment)
{
    established(true, true, 100 * MS);
    lab_write(3 * MSS);
    lab_out(A, OURS, THEIRS, MSS - 12);
    lab_in(A, THEIRS + 10, OURS, 10);
    lab_out(A, OURS + MSS - 12, THEIRS, MSS - 24); /* one SACK block beside the timestamps */
}
END_TEST

START_TEST(peer_without_an_mss_option_gets_536_bytes)
{
    struct tcp_config config = lab_config();
    lab_init(&config);
    nonnet_connection_connect(&lab.c, lab.now);
    lab_out(S, OURS - 1, 0, 0);
    lab_in(S | A, THEIRS - 1, OURS, 0);
    lab_out(A, OURS, THEIRS, 0);
    lab_write(MSS);
    lab_out(A, OURS, THEIRS, 536);
}
END_TEST

START_TEST(rfc7323_2_2_window_is_scaled_but_not_in_a_syn)
{
    struct tcp_config config = lab_config();
    config.no_window_scale = false;
    lab_init(&config);
    lab.in.has_window_scale = true;
    lab.in.window_scale = 7;
    lab.in.window = 100;
    lab_connect(100 * MS);
    ck_assert_uint_eq(lab.c.send_window, 100);
    lab_in(A, THEIRS, OURS, 10);
    ck_assert_uint_eq(lab.c.send_window, 12800);
    lab.in.window_scale = 200; /* section 2.3: as 14 */
    lab_init(&config);
    lab.in.window = 100;
    lab.in.has_window_scale = true;
    lab.in.window_scale = 200;
    lab_connect(100 * MS);
    ck_assert_uint_eq(lab.c.send_shift, 14);
}
END_TEST

START_TEST(rfc9293_3_8_6_2_1_small_window_is_used_only_after_a_while)
{
    lab_established();
    lab.in.window = WINDOW;
    send_segments(8);
    lab.in.window = 900; /* less than a segment, and less than half of what it was */
    lab_in(A, THEIRS, OURS + 8 * MSS, 0);
    lab_write(2 * MSS);
    lab_silent();
    lab_deadline(lab.c.rto);
    lab_out(A, OURS + 8 * MSS, THEIRS, 900);
}
END_TEST

START_TEST(rfc9293_3_8_6_1_closed_window_is_probed_for_as_long_as_the_peer_answers)
{
    lab_established();
    lab.in.window = 0;
    lab_in(A, THEIRS, OURS, 10);
    lab_write(100);
    lab_tick(40 * MS);
    lab_out(A, OURS, THEIRS + 10, 0);
    uint32_t interval = lab.c.rto;
    uint64_t start = lab.now;
    for (int i = 0; i < 30; i++) {
        lab_tick(nonnet_connection_deadline(&lab.c) - lab.now);
        lab_out(A, OURS, THEIRS + 10, 1);
        lab_in(A, THEIRS + 10, OURS, 0);
    }
    ck_assert_uint_gt(lab.now - start, 10u * 60 * 1000000);
    ck_assert_uint_ge(nonnet_connection_deadline(&lab.c) - lab.now, 100 * interval);
    lab.in.window = WINDOW;
    lab_in(A, THEIRS + 10, OURS, 0);
    lab_out(A, OURS, THEIRS + 10, 1); /* the byte of the probe, which was refused */
    lab_in(A, THEIRS + 10, OURS + 1, 0);
    lab_out(P | A, OURS + 1, THEIRS + 10, 99);
}
END_TEST

START_TEST(rfc9293_3_8_6_1_probes_without_an_answer_end_the_connection)
{
    lab_established();
    lab.in.window = 0;
    lab_in(A, THEIRS, OURS, 0);
    lab_write(100);
    lab_silent();
    uint64_t start = lab.now;
    while (lab.c.state != TCP_CLOSED) {
        lab_tick(nonnet_connection_deadline(&lab.c) - lab.now);
        (void)nonnet_connection_output(&lab.c, lab.now, &lab.out);
    }
    ck_assert_uint_eq(lab.now - start, 5u * 60 * 1000000);
    ck_assert(nonnet_connection_events(&lab.c) & TCP_EVENT_TIMED_OUT);
}
END_TEST

START_TEST(rfc6298_2_timeout_follows_the_round_trip)
{
    lab_established(); /* 100 ms: SRTT 100, RTTVAR 50 */
    ck_assert_uint_eq(lab.c.srtt, 100 * MS);
    ck_assert_uint_eq(lab.c.rto, 300 * MS);
    send_segments(1);
    lab.now += 200 * MS;
    lab_in(A, THEIRS, OURS + MSS, 0);
    ck_assert_uint_eq(lab.c.rttvar, 62500);
    ck_assert_uint_eq(lab.c.srtt, 112500);
    ck_assert_uint_eq(lab.c.rto, 362500);
}
END_TEST

START_TEST(rfc6298_5_timeout_doubles_and_sends_the_first_segment_alone)
{
    lab_established();
    send_segments(4);
    uint32_t wait = 300 * MS;
    for (int i = 0; i < 5; i++, wait *= 2) {
        lab_deadline(wait);
        lab_out(A, OURS, THEIRS, MSS);
        lab_silent();
    }
    ck_assert_uint_eq(lab.c.congestion.window, MSS);
    /* Karn: no sample, and the interval stays, until something is timed again. */
    lab_in(A, THEIRS, OURS + MSS, 0);
    ck_assert_uint_eq(lab.c.srtt, 100 * MS);
    lab_out(A, OURS + MSS, THEIRS, MSS);
    lab_out(A, OURS + 2 * MSS, THEIRS, MSS);
    lab_silent();
}
END_TEST

START_TEST(rfc9293_3_8_3_user_timeout_ends_the_connection)
{
    struct tcp_config config = lab_config();
    config.user_timeout_ms = 5000;
    lab_init(&config);
    lab_connect(100 * MS);
    send_segments(1);
    uint64_t start = lab.now;
    while (lab.c.state != TCP_CLOSED) {
        lab_tick(nonnet_connection_deadline(&lab.c) - lab.now);
        (void)nonnet_connection_output(&lab.c, lab.now, &lab.out);
    }
    ck_assert_uint_eq(lab.now - start, 5000u * MS);
    ck_assert(nonnet_connection_events(&lab.c) & TCP_EVENT_TIMED_OUT);
}
END_TEST

START_TEST(rfc5681_3_2_third_duplicate_sends_the_first_segment_again)
{
    lab_established();
    send_segments(6);
    lab_in(A, THEIRS, OURS, 0);
    lab_in(A, THEIRS, OURS, 0);
    lab_silent();
    lab_in(A, THEIRS, OURS, 0);
    lab_out(A, OURS, THEIRS, MSS);
    lab_silent();
    ck_assert_int_eq(lab.c.recovery, TCP_RECOVERY_FAST);
    lab_in(A, THEIRS, OURS + 6 * MSS, 0);
    ck_assert_int_eq(lab.c.recovery, TCP_RECOVERY_NONE);
    ck_assert_uint_eq(lab.c.congestion.window, lab.c.congestion.slow_start_threshold);
}
END_TEST

START_TEST(rfc5681_2_window_updates_and_data_are_no_duplicates)
{
    lab_established();
    send_segments(6);
    for (int i = 0; i < 3; i++) {
        lab.in.window++;
        lab_in(A, THEIRS, OURS, 0);
    }
    for (uint32_t i = 0; i < 3; i++)
        lab_in(A, THEIRS + i * 10, OURS, 10);
    ck_assert_int_eq(lab.c.recovery, TCP_RECOVERY_NONE);
}
END_TEST

START_TEST(rfc6582_3_2_partial_acknowledgement_sends_the_next_hole)
{
    lab_established();
    send_segments(6);
    for (int i = 0; i < 3; i++)
        lab_in(A, THEIRS, OURS, 0);
    lab_out(A, OURS, THEIRS, MSS);
    lab_in(A, THEIRS, OURS + 2 * MSS, 0);
    lab_out(A, OURS + 2 * MSS, THEIRS, MSS);
    ck_assert_int_eq(lab.c.recovery, TCP_RECOVERY_FAST);
}
END_TEST

START_TEST(rfc3042_first_duplicates_let_new_data_go)
{
    established(true, false, 100 * MS);
    lab.c.congestion.window = 4 * MSS;
    lab_write(8 * MSS);
    for (uint32_t i = 0; i < 4; i++)
        lab_out(A, OURS + i * MSS, THEIRS, MSS);
    lab_silent();
    lab.now += 100 * MS;
    sack_one(0, MSS, 2 * MSS);
    lab_out(A, OURS + 4 * MSS, THEIRS, MSS);
    lab_silent();
    sack_one(0, MSS, 3 * MSS);
    lab_out(A, OURS + 5 * MSS, THEIRS, MSS);
    lab_silent();
}
END_TEST

START_TEST(rfc6675_5_only_the_holes_are_sent_again)
{
    static const uint32_t pairs[] = {6 * MSS, 8 * MSS, 3 * MSS, 5 * MSS, MSS, 2 * MSS};
    established(true, false, 100 * MS);
    send_segments(8);
    lab.now += 100 * MS;
    sack_in(0, 3, pairs);
    lab_out(A, OURS, THEIRS, MSS);
    lab_out(A, OURS + 2 * MSS, THEIRS, MSS);
    lab_out(A, OURS + 5 * MSS, THEIRS, MSS);
    lab_silent();
    lab.now += 100 * MS;
    lab_in(A, THEIRS, OURS + 8 * MSS, 0);
    ck_assert_int_eq(lab.c.recovery, TCP_RECOVERY_NONE);
    ck_assert_uint_eq(lab.c.sent.count, 0);
}
END_TEST

START_TEST(sack_blocks_that_make_no_sense_are_ignored)
{
    static const uint32_t bad[][2] = {
        {5 * MSS, 9 * MSS}, /* beyond what was sent */
        {2 * MSS, 2 * MSS}, {3 * MSS, 2 * MSS}, {0x80000000u, 1}, {(uint32_t)-5, 100},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        established(true, false, 100 * MS);
        send_segments(8);
        sack_one(0, bad[i][0], bad[i][1]);
        ck_assert_uint_eq(lab.c.sent.sacked, 0);
    }
}
END_TEST

START_TEST(rfc8985_6_2_reordered_segment_is_waited_for)
{
    established(true, false, 100 * MS);
    send_segments(4);
    lab.now += 100 * MS;
    sack_one(0, MSS, 2 * MSS);
    lab_silent();
    /* A quarter of the round trip later it counts as lost. */
    lab_deadline(25 * MS);
    lab_out(A, OURS, THEIRS, MSS);
    lab_silent();
}
END_TEST

START_TEST(rfc8985_6_2_reordered_segment_that_comes_is_not_sent_again)
{
    established(true, false, 100 * MS);
    send_segments(4);
    lab.now += 100 * MS;
    sack_one(0, MSS, 2 * MSS);
    lab.now += 10 * MS;
    lab_in(A, THEIRS, OURS + 2 * MSS, 0);
    lab_silent();
    ck_assert_uint_eq(lab.c.nretransmitted, 0);
    ck_assert(lab.c.rack_reordering);
}
END_TEST

START_TEST(rfc8985_6_2_lost_retransmission_is_found_by_what_was_sent_after_it)
{
    established(true, false, 100 * MS);
    send_segments(6);
    lab.now += 100 * MS;
    sack_one(0, MSS, 5 * MSS);
    lab_out(A, OURS, THEIRS, MSS);
    lab_silent();
    sack_one(0, MSS, 6 * MSS); /* sent before the retransmission: says nothing of it */
    lab_silent();
    lab.now += 1;
    lab_write(MSS);
    lab_out(P | A, OURS + 6 * MSS, THEIRS, MSS);
    lab.now += 100 * MS;
    sack_one(0, MSS, 7 * MSS);
    lab_out(A, OURS, THEIRS, MSS);
    ck_assert_uint_eq(lab.c.nretransmitted, 2);
}
END_TEST

START_TEST(rfc8985_7_tail_loss_is_probed_after_two_round_trips)
{
    established(true, false, 100 * MS);
    send_segments(3);
    lab_deadline(200 * MS);
    lab_out(P | A, OURS + 2 * MSS, THEIRS, MSS);
    lab_silent();
    ck_assert_int_eq(lab.c.recovery, TCP_RECOVERY_NONE);
    /* Its SACK shows what else is missing. */
    lab.now += 100 * MS;
    sack_one(0, 2 * MSS, 3 * MSS);
    lab_out(A, OURS, THEIRS, MSS);
    lab_out(A, OURS + MSS, THEIRS, MSS);
}
END_TEST

START_TEST(rfc8985_7_4_repaired_tail_loss_counts_as_congestion)
{
    established(true, false, 100 * MS);
    send_segments(3);
    uint32_t before = lab.c.congestion.window;
    lab_deadline(200 * MS);
    lab_out(P | A, OURS + 2 * MSS, THEIRS, MSS);
    lab.now += 100 * MS;
    lab_in(A, THEIRS, OURS + 3 * MSS, 0);
    ck_assert_uint_eq(lab.c.congestion.window, before);
    ck_assert(!lab.c.tlp_outstanding);
}
END_TEST

START_TEST(rfc3522_3_spurious_timeout_is_taken_back)
{
    established(true, true, 100 * MS);
    lab_write(3 * (MSS - 12));
    for (uint32_t i = 0; i < 3; i++)
        lab_out(i == 2 ? P | A : A, OURS + i * (MSS - 12), THEIRS, MSS - 12);
    uint32_t stamp = lab.out.header.timestamp;
    uint32_t window = lab.c.congestion.window;
    lab_deadline(200 * MS); /* the probe */
    lab_out(P | A, OURS + 2 * (MSS - 12), THEIRS, MSS - 12);
    lab_deadline(300 * MS);
    lab_out(A, OURS, THEIRS, MSS - 12);
    ck_assert_uint_eq(lab.c.congestion.window, MSS - 12);
    lab.in.timestamp_echo = stamp;
    lab_in(A, THEIRS, OURS + MSS - 12, 0);
    ck_assert_uint_ge(lab.c.congestion.window, window);
    ck_assert_int_eq(lab.c.recovery, TCP_RECOVERY_NONE);
    lab_silent();
}
END_TEST

START_TEST(rfc6928_2_initial_window_is_ten_segments)
{
    static const uint32_t expected[][2] = {
        {1460, 14600}, {536, 5360}, {9000, 18000}, {2000, 14600}};
    for (size_t i = 0; i < 4; i++) {
        struct tcp_congestion cc;
        nonnet_tcp_congestion_init(&cc, expected[i][0]);
        ck_assert_uint_eq(cc.window, expected[i][1]);
    }
}
END_TEST

START_TEST(rfc5681_3_1_lost_syn_leaves_one_segment)
{
    struct tcp_config config = lab_config();
    lab_init(&config);
    nonnet_connection_connect(&lab.c, lab.now);
    lab_out(S, OURS - 1, 0, 0);
    lab_deadline(1000 * MS);
    lab_out(S, OURS - 1, 0, 0);
    lab.in.has_mss = true;
    lab.in.mss = MSS;
    lab_in(S | A, THEIRS - 1, OURS, 0);
    lab_out(A, OURS, THEIRS, 0);
    lab_write(3 * MSS);
    lab_out(A, OURS, THEIRS, MSS);
    lab_silent();
    ck_assert_uint_eq(lab.c.rto, 3000 * MS); /* RFC 6298 section 5.7 */
}
END_TEST

START_TEST(rfc5681_3_1_slow_start_doubles_in_a_round_trip)
{
    struct tcp_congestion cc;
    nonnet_tcp_congestion_init(&cc, 1000);
    uint32_t before = cc.window;
    for (uint32_t i = 0; i < before; i += 1000)
        nonnet_tcp_congestion_delivered(&cc, 1000, i, before, 1000000, 100000);
    ck_assert_uint_eq(cc.window, 2 * before);
}
END_TEST

/* Lets `cc` run for `us` in congestion avoidance with a round trip of 100 ms. */
static uint64_t congestion_run(struct tcp_congestion *cc, uint64_t now, uint64_t us)
{
    for (uint64_t end = now + us; now < end; now += 100 * MS) {
        for (uint32_t sent = 0, window = cc->window; sent < window; sent += 1000)
            nonnet_tcp_congestion_delivered(cc, 1000, 0, 1, now, 100 * MS);
    }
    return now;
}

START_TEST(rfc9438_4_window_returns_to_its_maximum_after_k)
{
    struct tcp_congestion cc;
    nonnet_tcp_congestion_init(&cc, 1000);
    cc.window = cc.slow_start_threshold = 400000;
    nonnet_tcp_congestion_lost(&cc);
    ck_assert_uint_eq(cc.slow_start_threshold, 280000);
    cc.window = cc.slow_start_threshold;
    uint64_t now = congestion_run(&cc, 1000000, 2000 * MS);
    /* K = cbrt(400 * 0.3 / 0.4) = 6.69 s. After 2 s: 400 - 0.4 * 4.69^3 = 359 segments. */
    ck_assert_uint_ge(cc.window, 350000);
    ck_assert_uint_le(cc.window, 368000);
    now = congestion_run(&cc, now, 4700 * MS);
    ck_assert_uint_ge(cc.window, 395000);
    ck_assert_uint_le(cc.window, 405000);
    (void)congestion_run(&cc, now, 5000 * MS);
    ck_assert_uint_ge(cc.window, 440000); /* 400 + 0.4 * 5^3 = 450 */
    ck_assert_uint_le(cc.window, 465000);
}
END_TEST

START_TEST(rfc9438_4_7_second_loss_below_the_maximum_leaves_room)
{
    struct tcp_congestion cc;
    nonnet_tcp_congestion_init(&cc, 1000);
    cc.window = 100000;
    nonnet_tcp_congestion_lost(&cc);
    ck_assert_uint_eq(cc.window_max, 100000);
    cc.window = 80000;
    nonnet_tcp_congestion_lost(&cc);
    ck_assert_uint_ge(cc.window_max, 67900);
    ck_assert_uint_le(cc.window_max, 68000);
}
END_TEST

START_TEST(rfc9406_4_3_growing_delay_slows_slow_start_and_ends_it)
{
    struct tcp_congestion cc;
    nonnet_tcp_congestion_init(&cc, 1000);
    uint32_t una = 0;
    for (uint32_t round = 0; round < 12; round++) {
        uint32_t next = una + cc.window;
        uint32_t rtt = round < 3 ? 100000 : 120000;
        for (uint32_t i = 0; i < 10; i++)
            nonnet_tcp_congestion_rtt(&cc, rtt);
        nonnet_tcp_congestion_delivered(&cc, 1000, next, next, 1000000, rtt);
        if (round == 2)
            ck_assert_uint_eq(cc.nrounds, 0);
        if (round == 3)
            ck_assert_uint_gt(cc.nrounds, 0);
        una = next;
    }
    ck_assert_uint_le(cc.slow_start_threshold, cc.window);
}
END_TEST

START_TEST(rfc5681_4_1_window_restarts_after_idleness)
{
    lab_established();
    lab.c.congestion.window = 100 * MSS;
    send_segments(1);
    lab.now += 100 * MS;
    lab_in(A, THEIRS, OURS + MSS, 0);
    lab.now += 2000 * MS;
    send_segments(1);
    ck_assert_uint_eq(lab.c.congestion.window, 10 * MSS);
}
END_TEST

START_TEST(window_that_is_not_used_does_not_grow)
{
    lab_established();
    for (uint32_t i = 0; i < 50; i++) {
        send_segments(1);
        lab.now += 100 * MS;
        lab_in(A, THEIRS, OURS + (i + 1) * MSS, 0);
        lab_silent();
    }
    ck_assert_uint_eq(lab.c.congestion.window, 10 * MSS);
}
END_TEST

START_TEST(rfc1191_6_5_smaller_path_sends_again_in_smaller_segments)
{
    lab_established();
    send_segments(2);
    uint32_t window = lab.c.congestion.window;
    ck_assert(nonnet_connection_is_in_flight(&lab.c, OURS + MSS));
    ck_assert(!nonnet_connection_is_in_flight(&lab.c, OURS + 2 * MSS));
    nonnet_connection_set_mss(&lab.c, 600, lab.now);
    lab_out(A, OURS, THEIRS, 600);
    lab_out(A, OURS + 600, THEIRS, 600);
    lab_out(A, OURS + 1200, THEIRS, 600);
    lab_out(P | A, OURS + 1800, THEIRS, 200);
    lab_silent();
    ck_assert_uint_eq(lab.c.congestion.window, window);
}
END_TEST

START_TEST(rfc8899_black_hole_is_suspected_after_three_timeouts)
{
    lab_established();
    send_segments(2);
    (void)nonnet_connection_events(&lab.c);
    for (int i = 0; i < 3; i++) {
        ck_assert_uint_eq(nonnet_connection_events(&lab.c), 0);
        lab_tick(nonnet_connection_deadline(&lab.c) - lab.now);
        lab_out(A, OURS, THEIRS, MSS);
    }
    ck_assert_uint_eq(nonnet_connection_events(&lab.c), TCP_EVENT_BLACK_HOLE);
}
END_TEST

START_TEST(rfc6093_urgent_data_is_marked_until_it_is_sent)
{
    lab_established();
    lab_write(MSS + 10);
    nonnet_connection_mark_urgent(&lab.c);
    lab_out(U | A, OURS, THEIRS, MSS);
    ck_assert_uint_eq(lab.out.header.urgent, MSS + 10);
    lab_in(A, THEIRS, OURS + MSS, 0);
    lab_out(U | P | A, OURS + MSS, THEIRS, 10);
    ck_assert_uint_eq(lab.out.header.urgent, 10);
    lab_in(A, THEIRS, OURS + MSS + 10, 0);
    lab_write(10);
    lab_out(P | A, OURS + MSS + 10, THEIRS, 10);
}
END_TEST

static Suite *tcp_send_suite(void)
{
    Suite *suite = suite_create("nonnet TCP sending");
    TCase *tc = tcase_create("segments");
    tcase_add_test(tc, rfc9293_3_7_4_small_segment_waits_for_the_acknowledgement);
    tcase_add_test(tc, rfc9293_3_7_4_no_delay_sends_at_once);
    tcase_add_test(tc, rfc6691_options_take_from_the_segment);
    tcase_add_test(tc, peer_without_an_mss_option_gets_536_bytes);
    tcase_add_test(tc, rfc7323_2_2_window_is_scaled_but_not_in_a_syn);
    tcase_add_test(tc, rfc9293_3_8_6_2_1_small_window_is_used_only_after_a_while);
    tcase_add_test(tc, rfc9293_3_8_6_1_closed_window_is_probed_for_as_long_as_the_peer_answers);
    tcase_add_test(tc, rfc9293_3_8_6_1_probes_without_an_answer_end_the_connection);
    tcase_add_test(tc, rfc1191_6_5_smaller_path_sends_again_in_smaller_segments);
    tcase_add_test(tc, rfc6093_urgent_data_is_marked_until_it_is_sent);
    suite_add_tcase(suite, tc);
    tc = tcase_create("retransmission");
    tcase_add_test(tc, rfc6298_2_timeout_follows_the_round_trip);
    tcase_add_test(tc, rfc6298_5_timeout_doubles_and_sends_the_first_segment_alone);
    tcase_add_test(tc, rfc9293_3_8_3_user_timeout_ends_the_connection);
    tcase_add_test(tc, rfc8899_black_hole_is_suspected_after_three_timeouts);
    tcase_add_test(tc, rfc5681_3_2_third_duplicate_sends_the_first_segment_again);
    tcase_add_test(tc, rfc5681_2_window_updates_and_data_are_no_duplicates);
    tcase_add_test(tc, rfc6582_3_2_partial_acknowledgement_sends_the_next_hole);
    tcase_add_test(tc, rfc3042_first_duplicates_let_new_data_go);
    tcase_add_test(tc, rfc6675_5_only_the_holes_are_sent_again);
    tcase_add_test(tc, sack_blocks_that_make_no_sense_are_ignored);
    tcase_add_test(tc, rfc8985_6_2_reordered_segment_is_waited_for);
    tcase_add_test(tc, rfc8985_6_2_reordered_segment_that_comes_is_not_sent_again);
    tcase_add_test(tc, rfc8985_6_2_lost_retransmission_is_found_by_what_was_sent_after_it);
    tcase_add_test(tc, rfc8985_7_tail_loss_is_probed_after_two_round_trips);
    tcase_add_test(tc, rfc8985_7_4_repaired_tail_loss_counts_as_congestion);
    tcase_add_test(tc, rfc3522_3_spurious_timeout_is_taken_back);
    suite_add_tcase(suite, tc);
    tc = tcase_create("congestion");
    tcase_add_test(tc, rfc6928_2_initial_window_is_ten_segments);
    tcase_add_test(tc, rfc5681_3_1_lost_syn_leaves_one_segment);
    tcase_add_test(tc, rfc5681_3_1_slow_start_doubles_in_a_round_trip);
    tcase_add_test(tc, rfc9438_4_window_returns_to_its_maximum_after_k);
    tcase_add_test(tc, rfc9438_4_7_second_loss_below_the_maximum_leaves_room);
    tcase_add_test(tc, rfc9406_4_3_growing_delay_slows_slow_start_and_ends_it);
    tcase_add_test(tc, rfc5681_4_1_window_restarts_after_idleness);
    tcase_add_test(tc, window_that_is_not_used_does_not_grow);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(tcp_send_suite)
