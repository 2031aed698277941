/*
 * The receiving half: RFC 9293 sections 3.8.5 and 3.8.6, RFC 5681 section 4.2, RFC 2018, RFC 2883,
 * RFC 7323.
 */
#include "tcp_lab.h"

#include <stdarg.h>

START_TEST(rfc9293_3_8_6_3_second_full_segment_is_acknowledged_at_once)
{
    lab_established();
    lab_in(A, THEIRS, OURS, MSS);
    lab_silent();
    lab_in(A, THEIRS + MSS, OURS, MSS);
    lab_out(A, OURS, THEIRS + 2 * MSS, 0);
}
END_TEST

START_TEST(rfc9293_3_8_6_3_single_segment_is_acknowledged_after_the_delay)
{
    lab_established();
    lab_in(P | A, THEIRS, OURS, 10);
    lab_silent();
    lab_deadline(40 * MS);
    lab_out(A, OURS, THEIRS + 10, 0);
    ck_assert(nonnet_connection_deadline(&lab.c) == TCP_NEVER);
}
END_TEST

START_TEST(delayed_acknowledgement_rides_on_data)
{
    lab_established();
    lab_in(P | A, THEIRS, OURS, 10);
    lab_write(5);
    lab_out(P | A, OURS, THEIRS + 10, 5);
    lab_tick(40 * MS);
    lab_silent();
}
END_TEST

START_TEST(first_segments_are_acknowledged_one_by_one)
{
    lab_established();
    lab.c.nquick = 2;
    lab_in(A, THEIRS, OURS, 10);
    lab_out(A, OURS, THEIRS + 10, 0);
    lab_in(A, THEIRS + 10, OURS, 10);
    lab_out(A, OURS, THEIRS + 20, 0);
    lab_in(A, THEIRS + 20, OURS, 10);
    lab_silent();
}
END_TEST

START_TEST(rfc5681_4_2_gap_and_its_end_are_acknowledged_at_once)
{
    lab_established();
    lab_in(A, THEIRS + 100, OURS, 100);
    lab_out(A, OURS, THEIRS, 0);
    lab_in(A, THEIRS, OURS, 100);
    lab_out(A, OURS, THEIRS + 200, 0);
    lab_read(THEIRS, 200);
}
END_TEST

START_TEST(bytes_in_any_order_and_overlap_come_out_right)
{
    uint64_t seed = check_seed();
    for (int round = 0; round < 300; round++) {
        lab_established();
        while (lab.c.receive.used < 5000) {
            uint32_t next = lab.c.receive_next - THEIRS;
            uint32_t at = (uint32_t)(next / 2 + check_random(&seed) % (5000 - next / 2));
            if (check_random(&seed) % 8 == 0)
                at = next;
            lab_in(A, THEIRS + at, OURS, (uint32_t)(1 + check_random(&seed) % 900));
            while (nonnet_connection_output(&lab.c, lab.now, &lab.out))
                ;
        }
        lab_read(THEIRS, 5000);
    }
}
END_TEST

START_TEST(rfc9293_3_10_7_4_nothing_is_taken_beyond_the_window)
{
    lab_established();
    lab_in(A, THEIRS, OURS, WINDOW + 500);
    ck_assert_uint_eq(lab.c.receive_next, THEIRS + WINDOW);
    lab_out(A, OURS, THEIRS + WINDOW, 0);
    ck_assert_uint_eq(lab.out.header.window, 0);
    lab_read(THEIRS, WINDOW);
}
END_TEST

START_TEST(segment_ahead_that_crosses_the_edge_is_cut_there)
{
    lab_established();
    lab_in(A, THEIRS + WINDOW - 10, OURS, 100);
    ck_assert_uint_eq(lab.c.ahead.items[0].end, THEIRS + WINDOW);
    lab_in(A, THEIRS, OURS, WINDOW - 10);
    lab_read(THEIRS, WINDOW);
}
END_TEST

START_TEST(cve_2018_5390_ten_thousand_single_bytes_take_no_more_than_the_list)
{
    lab_established();
    for (uint32_t i = 0; i < 10000; i++) {
        lab_in(A, THEIRS + 1 + i * 2 % (WINDOW - 2), OURS, 1);
        ck_assert_uint_le(lab.c.ahead.count, 16);
        (void)nonnet_connection_output(&lab.c, lab.now, &lab.out);
    }
    lab_in(A, THEIRS, OURS, WINDOW);
    lab_read(THEIRS, WINDOW);
}
END_TEST

START_TEST(rfc9293_3_8_6_window_closes_and_its_edge_stays)
{
    lab_established();
    for (uint32_t i = 0; i < 8; i++)
        lab_in(A, THEIRS + i * MSS, OURS, MSS);
    lab_out(A, OURS, THEIRS + WINDOW, 0);
    ck_assert_uint_eq(lab.out.header.window, 0);
    /* Closed: what comes now is answered, what it acknowledges counts. */
    lab_write(5);
    lab_out(P | A, OURS, THEIRS + WINDOW, 5);
    lab_in(A, THEIRS + WINDOW, OURS + 5, 1);
    lab_out(A, OURS + 5, THEIRS + WINDOW, 0);
    ck_assert_uint_eq(lab.c.send_una, OURS + 5);
}
END_TEST

START_TEST(rfc9293_3_8_6_2_2_window_opens_by_a_useful_step_only)
{
    lab_established();
    for (uint32_t i = 0; i < 8; i++)
        lab_in(A, THEIRS + i * MSS, OURS, MSS);
    lab_out(A, OURS, THEIRS + WINDOW, 0);
    lab_read(THEIRS, 100);
    lab_silent();
    lab_read(THEIRS + 100, 850);
    lab_silent();
    lab_in(A, THEIRS + WINDOW, OURS, 1);
    lab_out(A, OURS, THEIRS + WINDOW, 0);
    ck_assert_uint_eq(lab.out.header.window, 0);
    lab_read(THEIRS + 950, 1050);
    lab_out(A, OURS, THEIRS + WINDOW, 0);
    ck_assert_uint_eq(lab.out.header.window, 2000);
}
END_TEST

START_TEST(rfc9293_3_8_6_edge_of_a_scaled_window_never_moves_left)
{
    static uint8_t receive[200000], send[1000];
    struct tcp_memory m = {send, receive, 1000, 200000, lab.ranges, lab.intervals, 64, 16};
    struct tcp_config config = lab_config();
    config.no_window_scale = false;
    uint64_t seed = check_seed();
    lab_init(&config);
    ck_assert_int_eq(nonnet_connection_init(&lab.c, &m, &config), NONNET_OK);
    lab.in.has_window_scale = true;
    lab_connect(100 * MS);
    ck_assert_uint_eq(lab.c.receive_shift, 2);
    uint32_t edge = 0, seq = THEIRS;
    for (int i = 0; i < 20000; i++) {
        uint32_t len = (uint32_t)(1 + check_random(&seed) % MSS);
        uint8_t out[700];
        lab_in(A, seq, OURS, len);
        seq = lab.c.receive_next;
        (void)nonnet_connection_read(&lab.c, out, (uint32_t)(check_random(&seed) % sizeof out));
        lab.c.ack_pending = true;
        ck_assert(nonnet_connection_output(&lab.c, lab.now, &lab.out));
        uint32_t told = lab.out.header.ack + ((uint32_t)lab.out.header.window << 2);
        /* Where the buffer itself ends, the scale may cut up to 3 bytes off. */
        ck_assert(edge == 0 || !seq_before(told + 3, edge));
        ck_assert(told - lab.c.receive_next <= ring_free(&lab.c.receive));
        edge = told;
    }
}
END_TEST

static void established_with_sack(void)
{
    struct tcp_config config = lab_config();
    config.no_sack = false;
    lab_init(&config);
    lab.in.sack_permitted = true;
    lab_connect(100 * MS);
}

static void expect_sack(uint8_t n, ...)
{
    va_list args;
    ck_assert_uint_eq(lab.out.header.nsack, n);
    va_start(args, n);
    for (uint8_t i = 0; i < n; i++) {
        ck_assert_uint_eq(lab.out.header.sack[i].start, THEIRS + va_arg(args, unsigned));
        ck_assert_uint_eq(lab.out.header.sack[i].end, THEIRS + va_arg(args, unsigned));
    }
    va_end(args);
}

START_TEST(rfc2018_4_block_of_the_latest_segment_comes_first)
{
    established_with_sack();
    lab_in(A, THEIRS + 1000, OURS, 500);
    lab_out(A, OURS, THEIRS, 0);
    expect_sack(1, 1000u, 1500u);
    lab_in(A, THEIRS + 3000, OURS, 500);
    lab_out(A, OURS, THEIRS, 0);
    expect_sack(2, 3000u, 3500u, 1000u, 1500u);
    lab_in(A, THEIRS + 2000, OURS, 500);
    lab_out(A, OURS, THEIRS, 0);
    expect_sack(3, 2000u, 2500u, 3000u, 3500u, 1000u, 1500u);
    lab_in(A, THEIRS + 1500, OURS, 500);
    lab_out(A, OURS, THEIRS, 0);
    expect_sack(2, 1000u, 2500u, 3000u, 3500u);
    lab_in(A, THEIRS, OURS, 1000);
    lab_out(A, OURS, THEIRS + 2500, 0);
    expect_sack(1, 3000u, 3500u);
    lab_in(A, THEIRS + 2500, OURS, 500);
    lab_out(A, OURS, THEIRS + 3500, 0);
    expect_sack(0);
}
END_TEST

START_TEST(rfc2018_3_four_blocks_at_most_and_three_beside_timestamps)
{
    for (int timestamps = 0; timestamps < 2; timestamps++) {
        struct tcp_config config = lab_config();
        config.no_sack = false;
        config.no_timestamps = !timestamps;
        lab_init(&config);
        lab.in.sack_permitted = true;
        lab.in.has_timestamps = timestamps;
        lab_connect(100 * MS);
        for (uint32_t i = 1; i < 8; i++) {
            lab_in(A, THEIRS + i * 1000, OURS, 100);
            lab_out(A, OURS, THEIRS, 0);
        }
        ck_assert_uint_eq(lab.out.header.nsack, timestamps ? 3 : 4);
    }
}
END_TEST

START_TEST(rfc2883_4_duplicates_are_reported)
{
    established_with_sack();
    lab_in(A, THEIRS, OURS, 1000);
    lab_in(A, THEIRS, OURS, 1000);
    lab_out(A, OURS, THEIRS + 1000, 0);
    expect_sack(1, 0u, 1000u);
    lab_in(A, THEIRS + 2000, OURS, 500);
    lab_out(A, OURS, THEIRS + 1000, 0);
    lab_in(A, THEIRS + 2100, OURS, 100);
    lab_out(A, OURS, THEIRS + 1000, 0);
    expect_sack(2, 2100u, 2200u, 2000u, 2500u);
    lab_in(A, THEIRS + 500, OURS, 600);
    lab_out(A, OURS, THEIRS + 1100, 0);
    expect_sack(2, 500u, 1000u, 2000u, 2500u);
}
END_TEST

static void established_with_timestamps(uint32_t timestamp)
{
    struct tcp_config config = lab_config();
    config.no_timestamps = false;
    config.timestamp_offset = 77;
    lab_init(&config);
    lab.in.has_timestamps = true;
    lab.in.timestamp = timestamp;
    lab_connect(100 * MS);
}

START_TEST(rfc7323_5_3_old_timestamp_is_answered_and_dropped)
{
    established_with_timestamps(5);
    lab.in.timestamp = 4;
    lab_in(A, THEIRS, OURS, 10);
    ck_assert_uint_eq(lab.c.receive_next, THEIRS);
    lab_out(A, OURS, THEIRS, 0);
    lab.in.timestamp = 5;
    lab_in(A, THEIRS, OURS, 10);
    ck_assert_uint_eq(lab.c.receive_next, THEIRS + 10);
    /* Around the end of the numbers. */
    established_with_timestamps(0xfffffff0u);
    lab.in.timestamp = 3;
    lab_in(A, THEIRS, OURS, 10);
    ck_assert_uint_eq(lab.c.receive_next, THEIRS + 10);
    lab.in.timestamp = 0xfffffff8u;
    lab_in(A, THEIRS + 10, OURS, 10);
    ck_assert_uint_eq(lab.c.receive_next, THEIRS + 10);
}
END_TEST

START_TEST(rfc7323_5_5_timestamp_that_is_24_days_old_says_nothing)
{
    established_with_timestamps(5);
    lab.now += (uint64_t)25 * 24 * 3600 * 1000000;
    lab.in.timestamp = 4;
    lab_in(A, THEIRS, OURS, 10);
    ck_assert_uint_eq(lab.c.receive_next, THEIRS + 10);
    ck_assert_uint_eq(lab.c.timestamp_recent, 4);
}
END_TEST

START_TEST(rfc7323_3_2_segment_without_timestamp_is_dropped_but_a_rst_is_not)
{
    established_with_timestamps(5);
    lab.in.has_timestamps = false;
    lab_in(A, THEIRS, OURS, 10);
    ck_assert_uint_eq(lab.c.receive_next, THEIRS);
    lab_silent();
    lab_in(R, THEIRS, 0, 0);
    ck_assert_int_eq(lab.c.state, TCP_CLOSED);
}
END_TEST

START_TEST(rfc7323_4_3_echo_is_that_of_the_segment_that_is_acknowledged)
{
    established_with_timestamps(5);
    lab.in.timestamp = 10;
    lab_in(A, THEIRS, OURS, MSS);
    lab.in.timestamp = 20; /* a delayed acknowledgement echoes the earlier one */
    lab_in(A, THEIRS + MSS, OURS, MSS);
    lab_out(A, OURS, THEIRS + 2 * MSS, 0);
    ck_assert_uint_eq(lab.out.header.timestamp_echo, 10);
    lab.in.timestamp = 30; /* a segment behind a gap is not echoed */
    lab_in(A, THEIRS + 3 * MSS, OURS, MSS);
    lab_out(A, OURS, THEIRS + 2 * MSS, 0);
    ck_assert_uint_eq(lab.out.header.timestamp_echo, 10);
    lab.in.timestamp = 25; /* the one that fills it is */
    lab_in(A, THEIRS + 2 * MSS, OURS, MSS);
    lab_out(A, OURS, THEIRS + 4 * MSS, 0);
    ck_assert_uint_eq(lab.out.header.timestamp_echo, 25);
}
END_TEST

START_TEST(rfc7323_7_1_timestamps_begin_at_the_offset)
{
    established_with_timestamps(5);
    ck_assert_uint_eq(lab.out.header.timestamp, (uint32_t)(lab.now >> 10) + 77);
}
END_TEST

START_TEST(rfc6093_3_urgent_data_stays_in_line)
{
    lab_established();
    (void)nonnet_connection_events(&lab.c);
    lab.in.urgent = 4;
    lab_in(U | A, THEIRS, OURS, 10);
    ck_assert(nonnet_connection_events(&lab.c) & TCP_EVENT_URGENT);
    ck_assert_uint_eq(nonnet_connection_urgent(&lab.c), 4);
    lab_read(THEIRS, 10);
    ck_assert_uint_eq(nonnet_connection_urgent(&lab.c), 0);
    lab_in(U | A, THEIRS + 10, OURS, 10);
    ck_assert(nonnet_connection_events(&lab.c) & TCP_EVENT_URGENT);
}
END_TEST

START_TEST(cve_2019_12255_urgent_pointers_out_of_the_segment_do_no_harm)
{
    static const uint16_t pointers[] = {0, 1, 9, 10, 11, 0x7fff, 0xffff};
    for (size_t i = 0; i < sizeof pointers / sizeof pointers[0]; i++) {
        lab_established();
        lab.in.urgent = pointers[i];
        lab_in(U | A, THEIRS, OURS, 10);
        lab_in(U | A, THEIRS + 10, OURS, 0);
        lab.in.urgent = 0;
        lab_in(A, THEIRS + 10, OURS, 10);
        lab_read(THEIRS, 20);
    }
}
END_TEST

START_TEST(fin_in_front_of_data_counts_for_nothing)
{
    lab_established();
    lab_in(A, THEIRS + 100, OURS, 100);
    lab_in(F | A, THEIRS + 50, OURS, 10);
    lab_in(A, THEIRS, OURS, 100);
    ck_assert_int_eq(lab.c.state, TCP_ESTABLISHED);
    lab_read(THEIRS, 200);
}
END_TEST

START_TEST(fin_ahead_is_kept_until_the_gap_is_filled)
{
    lab_established();
    lab_in(F | A, THEIRS + 100, OURS, 100);
    lab_out(A, OURS, THEIRS, 0);
    ck_assert_int_eq(lab.c.state, TCP_ESTABLISHED);
    lab_in(A, THEIRS, OURS, 100);
    lab_out(A, OURS, THEIRS + 201, 0);
    ck_assert_int_eq(lab.c.state, TCP_CLOSE_WAIT);
    lab_read(THEIRS, 200);
}
END_TEST

static Suite *tcp_receive_suite(void)
{
    Suite *suite = suite_create("nonnet TCP receiving");
    TCase *tc = tcase_create("acknowledgements");
    tcase_add_test(tc, rfc9293_3_8_6_3_second_full_segment_is_acknowledged_at_once);
    tcase_add_test(tc, rfc9293_3_8_6_3_single_segment_is_acknowledged_after_the_delay);
    tcase_add_test(tc, delayed_acknowledgement_rides_on_data);
    tcase_add_test(tc, first_segments_are_acknowledged_one_by_one);
    tcase_add_test(tc, rfc5681_4_2_gap_and_its_end_are_acknowledged_at_once);
    suite_add_tcase(suite, tc);
    tc = tcase_create("window");
    tcase_add_test(tc, bytes_in_any_order_and_overlap_come_out_right);
    tcase_add_test(tc, rfc9293_3_10_7_4_nothing_is_taken_beyond_the_window);
    tcase_add_test(tc, segment_ahead_that_crosses_the_edge_is_cut_there);
    tcase_add_test(tc, cve_2018_5390_ten_thousand_single_bytes_take_no_more_than_the_list);
    tcase_add_test(tc, rfc9293_3_8_6_window_closes_and_its_edge_stays);
    tcase_add_test(tc, rfc9293_3_8_6_2_2_window_opens_by_a_useful_step_only);
    tcase_add_test(tc, rfc9293_3_8_6_edge_of_a_scaled_window_never_moves_left);
    tcase_add_test(tc, fin_in_front_of_data_counts_for_nothing);
    tcase_add_test(tc, fin_ahead_is_kept_until_the_gap_is_filled);
    suite_add_tcase(suite, tc);
    tc = tcase_create("options");
    tcase_add_test(tc, rfc2018_4_block_of_the_latest_segment_comes_first);
    tcase_add_test(tc, rfc2018_3_four_blocks_at_most_and_three_beside_timestamps);
    tcase_add_test(tc, rfc2883_4_duplicates_are_reported);
    tcase_add_test(tc, rfc7323_5_3_old_timestamp_is_answered_and_dropped);
    tcase_add_test(tc, rfc7323_5_5_timestamp_that_is_24_days_old_says_nothing);
    tcase_add_test(tc, rfc7323_3_2_segment_without_timestamp_is_dropped_but_a_rst_is_not);
    tcase_add_test(tc, rfc7323_4_3_echo_is_that_of_the_segment_that_is_acknowledged);
    tcase_add_test(tc, rfc7323_7_1_timestamps_begin_at_the_offset);
    tcase_add_test(tc, rfc6093_3_urgent_data_stays_in_line);
    tcase_add_test(tc, cve_2019_12255_urgent_pointers_out_of_the_segment_do_no_harm);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(tcp_receive_suite)
