/*
 * Reassembly: RFC 791 section 3.2, RFC 5722 for both versions, and the bounds under attack.
 */
#include "host.h"

static const uint8_t peer[4] = {192, 0, 2, 2};
static uint8_t datagram[65535];

/* A UDP datagram of `len` bytes in all for port 5000, whose checksum is left out. */
static void datagram_fill(size_t len)
{
    static uint8_t data[65535];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 7 + i / 251);
    udp_bytes(datagram, 1000, 5000, data, len - 8);
}

static void fragment(struct host *h, uint16_t id, size_t offset, size_t len, bool more)
{
    struct ipv4_spec spec = {.protocol = 17, .id = id, .offset = (uint16_t)offset, .more = more};
    struct frame f = frame_ipv4(spec, datagram + offset, len);
    host_input(h, &f);
}

static size_t received(struct host *h, struct nonnet_udp_handle socket)
{
    static uint8_t data[65535];
    size_t len = 0;
    int rc = nonnet_udp_receive(h->stack, socket, data, sizeof data, &len, NULL);
    if (rc == NONNET_E_EMPTY)
        return 0;
    ck_assert_int_eq(rc, NONNET_OK);
    ck_assert_mem_eq(data, datagram + 8, len);
    return len;
}

static struct nonnet_udp_handle host_receiver(struct host *h)
{
    host_configure(h);
    h->config.udp_receive_len = 70000;
    host_start(h, 0);
    host_use_ipv4(h);
    return host_udp(h, 4, 5000);
}

START_TEST(fragments_in_any_order_give_the_datagram)
{
    struct host h;
    struct nonnet_udp_handle socket = host_receiver(&h);
    static const int orders[][4] = {{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 3, 0, 2}, {2, 0, 3, 1}};
    datagram_fill(4000);
    for (size_t i = 0; i < 4; i++) {
        for (int j = 0; j < 4; j++) {
            ck_assert_uint_eq(received(&h, socket), 0);
            size_t at = (size_t)orders[i][j] * 1000;
            fragment(&h, (uint16_t)i, at, 1000, at < 3000);
        }
        ck_assert_uint_eq(received(&h, socket), 3992);
    }
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DATAGRAMS_REASSEMBLED), 4);
    host_end(&h);
}
END_TEST

START_TEST(the_longest_datagram_is_put_together)
{
    struct host h;
    struct nonnet_udp_handle socket = host_receiver(&h);
    datagram_fill(65515);
    for (size_t at = 0; at < 65515; at += 1480)
        fragment(&h, 1, at, 65515 - at < 1480 ? 65515 - at : 1480, 65515 - at > 1480);
    ck_assert_uint_eq(received(&h, socket), 65507);
    host_end(&h);
}
END_TEST

START_TEST(fragments_of_different_datagrams_do_not_mix)
{
    struct host h;
    struct nonnet_udp_handle socket = host_receiver(&h);
    datagram_fill(2000);
    fragment(&h, 1, 0, 1000, true);
    fragment(&h, 2, 1000, 1000, false);
    struct frame f = frame_ipv4(
        (struct ipv4_spec){.source = {192, 0, 2, 3}, .protocol = 17, .id = 1, .offset = 1000},
        datagram + 1000, 1000);
    host_input(&h, &f);
    ck_assert_uint_eq(received(&h, socket), 0);
    fragment(&h, 1, 1000, 1000, false);
    ck_assert_uint_eq(received(&h, socket), 1992);
    host_end(&h);
}
END_TEST

START_TEST(rfc5722_an_overlap_ends_the_datagram_and_what_is_still_to_come)
{
    struct host h;
    struct nonnet_udp_handle socket = host_receiver(&h);
    static const size_t overlaps[][2] = {{992, 1000}, {8, 8}, {0, 1008}, {0, 16}, {0, 1400}};
    datagram_fill(4000);
    for (size_t i = 0; i < sizeof overlaps / sizeof overlaps[0]; i++) {
        uint16_t id = (uint16_t)(100 + i);
        fragment(&h, id, 0, 1000, true);
        fragment(&h, id, overlaps[i][0], overlaps[i][1], true);
        uint64_t dropped = host_count(&h, NONNET_COUNT_DROP_FRAGMENT_OVERLAP);
        for (size_t at = 0; at < 4000; at += 1000)
            fragment(&h, id, at, 1000, at < 3000);
        ck_assert_uint_eq(received(&h, socket), 0);
        ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_FRAGMENT_OVERLAP), dropped + 4);
    }
    host_end(&h);
}
END_TEST

START_TEST(a_fragment_that_comes_twice_the_same_does_no_harm_but_a_changed_one_does)
{
    struct host h;
    struct nonnet_udp_handle socket = host_receiver(&h);
    datagram_fill(2000);
    fragment(&h, 1, 0, 1000, true);
    fragment(&h, 1, 0, 1000, true);
    fragment(&h, 1, 1000, 1000, false);
    ck_assert_uint_eq(received(&h, socket), 1992);
    fragment(&h, 2, 0, 1000, true);
    datagram[900] ^= 1;
    fragment(&h, 2, 0, 1000, true);
    fragment(&h, 2, 1000, 1000, false);
    ck_assert_uint_eq(received(&h, socket), 0);
    host_end(&h);
}
END_TEST

START_TEST(a_datagram_has_one_length)
{
    struct host h;
    struct nonnet_udp_handle socket = host_receiver(&h);
    datagram_fill(4000);
    fragment(&h, 1, 1000, 1000, false);
    fragment(&h, 1, 2000, 1000, false);
    fragment(&h, 2, 2000, 1000, true);
    fragment(&h, 2, 1000, 1000, false); /* shorter than what is there */
    fragment(&h, 3, 1000, 1000, false);
    fragment(&h, 3, 2000, 1000, true); /* behind the end */
    fragment(&h, 4, 1000, 1000, true);
    fragment(&h, 4, 1000, 1000, false); /* the same bytes, but the last ones now */
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_FRAGMENT_MALFORMED), 4);
    for (uint16_t id = 1; id <= 4; id++)
        fragment(&h, id, 0, 1000, true);
    ck_assert_uint_eq(received(&h, socket), 0);
    host_end(&h);
}
END_TEST

START_TEST(rfc1122_3_3_2_a_datagram_that_stays_incomplete_is_given_up_and_reported)
{
    struct host h;
    struct frame f;
    struct nonnet_udp_handle socket = host_receiver(&h);
    datagram_fill(2000);
    fragment(&h, 1, 0, 1000, true);
    fragment(&h, 2, 1000, 1000, false);
    host_wait(&h, 29 * S);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_FRAGMENT_TIMEOUT), 0);
    host_wait(&h, 2 * S);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_FRAGMENT_TIMEOUT), 2);
    host_discard_output(&h);
    host_answer_arp(&h, peer, PEER_MAC);
    ck_assert(host_output(&h, &f)); /* about the one whose first fragment came */
    ck_assert_uint_eq(f.bytes[34], 11);
    ck_assert_uint_eq(f.bytes[35], 1);
    ck_assert_uint_eq(frame_get16(&f, 42 + 4), 1);
    ck_assert_mem_eq(f.bytes + 62, datagram, 500);
    ck_assert(host_is_silent(&h));
    fragment(&h, 1, 1000, 1000, false);
    ck_assert_uint_eq(received(&h, socket), 0);
    host_end(&h);
}
END_TEST

START_TEST(rfc1122_3_2_2_an_icmp_error_that_stays_incomplete_is_not_reported)
{
    struct host h;
    static const uint8_t error[16] = {3, 1};
    (void)host_receiver(&h);
    struct frame f =
        frame_ipv4((struct ipv4_spec){.protocol = 1, .id = 1, .more = true}, error, sizeof error);
    host_input(&h, &f);
    host_wait(&h, 31 * S);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_FRAGMENT_TIMEOUT), 1);
    ck_assert(host_is_silent(&h));
    host_end(&h);
}
END_TEST

START_TEST(ten_thousand_identifications_stay_under_the_bound)
{
    struct host h;
    struct nonnet_udp_handle socket = host_receiver(&h);
    datagram_fill(2000);
    for (int id = 0; id < 10000; id++)
        fragment(&h, (uint16_t)id, 0, 1480, true);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_FRAGMENT_MEMORY), 10000 - 8);
    /* The last ones are the ones that are left. */
    fragment(&h, 9999, 1480, 520, false);
    ck_assert_uint_eq(received(&h, socket), 1992);
    host_end(&h);
}
END_TEST

START_TEST(one_source_does_not_push_out_another)
{
    struct host h;
    struct nonnet_udp_handle socket = host_receiver(&h);
    datagram_fill(2000);
    struct ipv4_spec other = {.source = {192, 0, 2, 3}, .protocol = 17, .id = 7, .more = true};
    struct frame f = frame_ipv4(other, datagram, 1480);
    host_input(&h, &f);
    for (int id = 0; id < 1000; id++)
        fragment(&h, (uint16_t)id, 0, 1480, true);
    other.offset = 1480;
    other.more = false;
    f = frame_ipv4(other, datagram + 1480, 520);
    host_input(&h, &f);
    ck_assert_uint_eq(received(&h, socket), 1992);
    host_end(&h);
}
END_TEST

START_TEST(a_datagram_of_tiny_fragments_is_bounded)
{
    struct host h;
    struct nonnet_udp_handle socket = host_receiver(&h);
    datagram_fill(8000);
    for (size_t at = 0; at < 8000; at += 8)
        fragment(&h, 1, at, 8, at < 7992);
    ck_assert_uint_eq(received(&h, socket), 0);
    ck_assert_uint_ge(host_count(&h, NONNET_COUNT_DROP_FRAGMENT_MEMORY), 1);
    fragment(&h, 2, 0, 4000, true);
    fragment(&h, 2, 4000, 4000, false);
    host_end(&h);
}
END_TEST

START_TEST(memory_comes_back)
{
    struct host h;
    struct nonnet_udp_handle socket = host_receiver(&h);
    datagram_fill(65515);
    for (int round = 0; round < 50; round++) {
        for (size_t at = 0; at < 65515; at += 1480) {
            if (round % 2 == 1 && at == 14800)
                fragment(&h, (uint16_t)round, at - 8, 16, true);
            fragment(&h, (uint16_t)round, at, 65515 - at < 1480 ? 65515 - at : 1480,
                     65515 - at > 1480);
        }
        ck_assert_uint_eq(received(&h, socket), round % 2 == 1 ? 0 : 65507);
    }
    host_end(&h);
}
END_TEST

START_TEST(rfc3168_5_3_congestion_of_a_fragment_is_that_of_the_datagram)
{
    struct host h;
    struct nonnet_udp_handle socket = host_receiver(&h);
    datagram_fill(2000);
    static const struct {
        uint8_t first, second;
        size_t len;
    } cases[] = {{1, 1, 1992}, {2, 3, 1992}, {0, 0, 1992}, {0, 3, 0}, {3, 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ipv4_spec s = {
            .protocol = 17, .id = (uint16_t)i, .more = true, .ecn = cases[i].first};
        struct frame f = frame_ipv4(s, datagram, 1000);
        host_input(&h, &f);
        s.offset = 1000;
        s.more = false;
        s.ecn = cases[i].second;
        f = frame_ipv4(s, datagram + 1000, 1000);
        host_input(&h, &f);
        ck_assert_uint_eq(received(&h, socket), cases[i].len);
    }
    host_end(&h);
}
END_TEST

static Suite *reassembly_suite(void)
{
    Suite *suite = suite_create("nonnet reassembly");
    TCase *tc = tcase_create("datagrams");
    tcase_add_test(tc, fragments_in_any_order_give_the_datagram);
    tcase_add_test(tc, the_longest_datagram_is_put_together);
    tcase_add_test(tc, fragments_of_different_datagrams_do_not_mix);
    tcase_add_test(tc, a_fragment_that_comes_twice_the_same_does_no_harm_but_a_changed_one_does);
    tcase_add_test(tc, a_datagram_has_one_length);
    tcase_add_test(tc, rfc3168_5_3_congestion_of_a_fragment_is_that_of_the_datagram);
    suite_add_tcase(suite, tc);
    tc = tcase_create("attacks");
    tcase_add_test(tc, rfc5722_an_overlap_ends_the_datagram_and_what_is_still_to_come);
    tcase_add_test(tc, rfc1122_3_3_2_a_datagram_that_stays_incomplete_is_given_up_and_reported);
    tcase_add_test(tc, rfc1122_3_2_2_an_icmp_error_that_stays_incomplete_is_not_reported);
    tcase_add_test(tc, ten_thousand_identifications_stay_under_the_bound);
    tcase_add_test(tc, one_source_does_not_push_out_another);
    tcase_add_test(tc, a_datagram_of_tiny_fragments_is_bounded);
    tcase_add_test(tc, memory_comes_back);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(reassembly_suite)
