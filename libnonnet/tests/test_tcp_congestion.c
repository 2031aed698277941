/*
 * Congestion control by itself: the curve of CUBIC and the rounds of HyStart++.
 */
#include <check_main.h>

#include "tcp/congestion.h"

#define MSS 1000u

/* Bytes in congestion avoidance `ms` after a loss at `window`, with round trips of `rtt_ms`. */
static uint32_t window_after(uint32_t window, unsigned ms, unsigned rtt_ms)
{
    struct tcp_congestion cc;
    uint64_t now = 1000000;
    nonnet_tcp_congestion_init(&cc, MSS);
    cc.window = window;
    nonnet_tcp_congestion_lost(&cc);
    cc.window = cc.slow_start_threshold;
    for (unsigned t = 0; t < ms; t += rtt_ms) {
        /* Each segment of the window is acknowledged by itself. */
        for (uint32_t i = cc.window / MSS; i > 0; i--)
            nonnet_tcp_congestion_delivered(&cc, MSS, 0, 0, now, rtt_ms * 1000);
        now += (uint64_t)rtt_ms * 1000;
    }
    return cc.window;
}

/* RFC 9438 section 4.2: K = cbrt(W_max (1 - beta) / C); W(K + d) = W_max + C d^3. */
START_TEST(rfc9438_4_2_the_window_follows_the_curve)
{
    uint32_t full = 1000 * MSS; /* K = cbrt(300 / 0.4) = 9.086 s */
    uint32_t at_k = window_after(full, 9086, 100);
    ck_assert_msg(at_k > full / 100 * 99 && at_k < full / 100 * 101, "%u at K", at_k);
    uint32_t at_half = window_after(full, 4543, 100); /* 1000 - 300 / 8 */
    ck_assert_msg(at_half > 955 * MSS && at_half < 970 * MSS, "%u at K / 2", at_half);
    uint32_t beyond = window_after(full, 9086 + 5000, 100); /* 1000 + 0.4 * 125 */
    ck_assert_msg(beyond > 1044 * MSS && beyond < 1056 * MSS, "%u at K + 5 s", beyond);
}
END_TEST

/* Rounds of slow start from sequence number `seq` on, of which the later have longer round trips. */
static bool slow_start_becomes_careful(uint32_t seq)
{
    struct tcp_congestion cc;
    uint32_t una = seq, next = seq;
    nonnet_tcp_congestion_init(&cc, MSS);
    for (int round = 0; round < 6; round++) {
        uint32_t end = next + cc.window;
        next = end;
        while (una != end) {
            nonnet_tcp_congestion_rtt(&cc, round < 3 ? 50000 : 80000);
            una = end - una < MSS ? end : una + MSS;
            nonnet_tcp_congestion_delivered(&cc, MSS, una, next, 0, 50000);
            next = una + cc.window;
        }
    }
    return cc.nrounds > 0 || cc.slow_start_threshold < (1u << 30);
}

START_TEST(rfc9406_4_2_delay_ends_slow_start_wherever_the_numbers_begin)
{
    ck_assert(slow_start_becomes_careful(1));
    ck_assert(slow_start_becomes_careful(0x7fff0000));
    ck_assert(slow_start_becomes_careful(0x80000001));
    ck_assert(slow_start_becomes_careful(0xfffff000));
}
END_TEST

static Suite *tcp_congestion_suite(void)
{
    Suite *suite = suite_create("nonnet TCP congestion control");
    TCase *tc = tcase_create("windows");
    tcase_add_test(tc, rfc9438_4_2_the_window_follows_the_curve);
    tcase_add_test(tc, rfc9406_4_2_delay_ends_slow_start_wherever_the_numbers_begin);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(tcp_congestion_suite)
