/* The flow of a frame: the same both ways, for all its frames, and of bytes of any kind. */
#include <check_main.h>
#include <stdbool.h>
#include <string.h>

#include "../flow.h"

enum { LEN = 80 };

static void be16_put(uint8_t *p, unsigned value)
{
    p[0] = (uint8_t)(value >> 8);
    p[1] = (uint8_t)value;
}

/* A frame of TCP with these ends, of IPv4 or IPv6. */
static void frame_make(uint8_t frame[LEN], bool ipv6, uint8_t from, unsigned port, uint8_t to,
                       unsigned to_port)
{
    memset(frame, 0, LEN);
    be16_put(frame + 12, ipv6 ? 0x86dd : 0x0800);
    frame[14] = ipv6 ? 0x60 : 0x45;
    frame[ipv6 ? 20 : 23] = 6;
    frame[ipv6 ? 37 : 29] = from;
    frame[ipv6 ? 53 : 33] = to;
    be16_put(frame + (ipv6 ? 54 : 34), port);
    be16_put(frame + (ipv6 ? 56 : 36), to_port);
}

static unsigned flow(bool ipv6, uint8_t from, unsigned port, uint8_t to, unsigned to_port)
{
    uint8_t frame[LEN];
    frame_make(frame, ipv6, from, port, to, to_port);
    return flow_of(frame, LEN);
}

START_TEST(both_directions_are_one_flow)
{
    for (unsigned port = 1; port < 65536; port += 977)
        ck_assert_uint_eq(flow(_i, 1, port, 2, 443), flow(_i, 2, 443, 1, port));
}
END_TEST

START_TEST(connections_one_after_the_other_spread_over_four_queues)
{
    unsigned by[4] = {0};
    for (unsigned port = 49152; port < 49152 + 400; port++)
        by[flow(_i, 1, port, 2, 80) % 4]++;
    for (unsigned i = 0; i < 4; i++)
        ck_assert_uint_ge(by[i], 50);
}
END_TEST

START_TEST(addresses_make_other_flows_too)
{
    unsigned others = 0;
    for (unsigned to = 2; to < 102; to++)
        others += flow(_i, 1, 5000, (uint8_t)to, 80) != flow(_i, 1, 5000, 1, 80);
    ck_assert_uint_ge(others, 90);
}
END_TEST

/* A fragment but the first has no ports where they would be, and so none of a datagram counts them. */
START_TEST(fragments_of_one_datagram_are_one_flow)
{
    uint8_t first[LEN], last[LEN];
    frame_make(first, false, 1, 1000, 2, 2000);
    frame_make(last, false, 1, 0x4242, 2, 0x1717);
    first[20] = 0x20;
    be16_put(last + 20, 185);
    ck_assert_uint_eq(flow_of(first, LEN), flow_of(last, LEN));
}
END_TEST

START_TEST(ipv4_options_stand_in_front_of_the_ports)
{
    uint8_t plain[LEN], options[LEN];
    frame_make(plain, false, 1, 1000, 2, 2000);
    frame_make(options, false, 1, 7, 2, 7);
    options[14] = 0x47;
    be16_put(options + 42, 1000);
    be16_put(options + 44, 2000);
    ck_assert_uint_eq(flow_of(plain, LEN), flow_of(options, LEN));
}
END_TEST

/* The sanitizers see that nothing behind the frame is read. */
START_TEST(any_bytes_of_any_length_have_a_flow)
{
    uint64_t state = check_seed();
    for (unsigned i = 0; i < 100000; i++) {
        size_t len = check_random(&state) % (LEN + 1);
        uint8_t *frame = malloc(len ? len : 1);
        for (size_t k = 0; k < len; k++)
            frame[k] = (uint8_t)check_random(&state);
        if (len >= 24 && i % 4) {
            bool ipv6 = i % 4 == 1;
            be16_put(frame + 12, ipv6 ? 0x86dd : 0x0800);
            frame[ipv6 ? 20 : 23] = 17;
            if (!ipv6)
                be16_put(frame + 20, 0);
        }
        ck_assert_uint_lt(flow_of(frame, len), FLOWS);
        free(frame);
    }
}
END_TEST

static Suite *flow_suite(void)
{
    Suite *s = suite_create("flow");
    TCase *t = tcase_create("flow");
    tcase_add_loop_test(t, both_directions_are_one_flow, 0, 2);
    tcase_add_loop_test(t, connections_one_after_the_other_spread_over_four_queues, 0, 2);
    tcase_add_loop_test(t, addresses_make_other_flows_too, 0, 2);
    tcase_add_test(t, fragments_of_one_datagram_are_one_flow);
    tcase_add_test(t, ipv4_options_stand_in_front_of_the_ports);
    tcase_add_test(t, any_bytes_of_any_length_have_a_flow);
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(flow_suite)
