/*
 * The simulated network by itself, and hosts that talk over it.
 */
#include "pair.h"

static void send_numbered(struct network *n, uint32_t number, size_t len, uint64_t now)
{
    uint8_t frame[1514] = {0};
    memcpy(frame, &number, sizeof number);
    ck_assert_int_eq(nonnet_sim_send(n->sim, 0, 0, frame, len, now), NONNET_OK);
}

/* The number of the next frame that has arrived by `now`, or -1. */
static int64_t receive_numbered(struct network *n, uint64_t now)
{
    struct nonnet_sim_arrival a;
    uint8_t frame[1514];
    uint32_t number;
    size_t len;
    if (nonnet_sim_receive(n->sim, now, &a, frame, sizeof frame, &len) != NONNET_OK)
        return -1;
    ck_assert_uint_eq(a.end, 1);
    memcpy(&number, frame, sizeof number);
    return number;
}

START_TEST(a_perfect_link_delivers_at_once_and_in_order)
{
    struct network n = network_of(16, 1);
    for (uint32_t i = 0; i < 10; i++)
        send_numbered(&n, i, 100, 5);
    ck_assert_uint_eq(nonnet_sim_next(n.sim), 5);
    for (uint32_t i = 0; i < 10; i++)
        ck_assert_int_eq(receive_numbered(&n, 5), i);
    ck_assert_int_eq(receive_numbered(&n, 1000), -1);
    ck_assert_uint_eq(nonnet_sim_next(n.sim), UINT64_MAX);
    network_end(&n);
}
END_TEST

START_TEST(a_frame_takes_the_time_of_its_bytes_and_the_delay)
{
    struct network n = network_of(16, 1);
    struct nonnet_sim_link link = {.byte_time = NONNET_SIM_RATE(8e6), .delay_us = 10000};
    ck_assert_int_eq(nonnet_sim_link_set(n.sim, 0, 0, &link), NONNET_OK);
    send_numbered(&n, 1, 1000, 0); /* a byte a microsecond */
    send_numbered(&n, 2, 500, 0);
    ck_assert_uint_eq(nonnet_sim_next(n.sim), 11000);
    ck_assert_int_eq(receive_numbered(&n, 10999), -1);
    ck_assert_int_eq(receive_numbered(&n, 11000), 1);
    ck_assert_uint_eq(nonnet_sim_next(n.sim), 11500);
    network_end(&n);
}
END_TEST

START_TEST(a_rate_is_kept_over_many_frames)
{
    struct network n = network_of(2000, 1);
    struct nonnet_sim_link link = {.byte_time = NONNET_SIM_RATE(1e9)};
    ck_assert_int_eq(nonnet_sim_link_set(n.sim, 0, 0, &link), NONNET_OK);
    for (uint32_t i = 0; i < 1000; i++)
        send_numbered(&n, i, 1250, 0);
    uint64_t last = 0;
    while (nonnet_sim_next(n.sim) != UINT64_MAX) {
        last = nonnet_sim_next(n.sim);
        ck_assert_int_ge(receive_numbered(&n, last), 0);
    }
    ck_assert_uint_ge(last, 9999); /* 10 Mbit at 1 Gbit/s: no fraction of a microsecond is lost */
    ck_assert_uint_le(last, 10001);
    network_end(&n);
}
END_TEST

START_TEST(a_full_queue_drops_the_frame_that_comes)
{
    struct network n = network_of(64, 1);
    struct nonnet_sim_stats stats;
    struct nonnet_sim_link link = {.byte_time = NONNET_SIM_RATE(8e6), .queue_len = 3000};
    ck_assert_int_eq(nonnet_sim_link_set(n.sim, 0, 0, &link), NONNET_OK);
    for (uint32_t i = 0; i < 5; i++)
        send_numbered(&n, i, 1000, 0);
    ck_assert_int_eq(nonnet_sim_stats(n.sim, 0, 0, &stats), NONNET_OK);
    ck_assert_uint_eq(stats.queue_full, 2);
    send_numbered(&n, 9, 1000, 1000);
    ck_assert_int_eq(nonnet_sim_stats(n.sim, 0, 0, &stats), NONNET_OK);
    ck_assert_uint_eq(stats.queue_full, 2);
    network_end(&n);
}
END_TEST

START_TEST(probabilities_are_what_they_say)
{
    struct network n = network_of(64, check_seed());
    struct nonnet_sim_stats s;
    struct nonnet_sim_link link = {.loss = NONNET_SIM_PERCENT(10),
                                   .corrupt = NONNET_SIM_PERCENT(5),
                                   .duplicate = NONNET_SIM_PERCENT(20),
                                   .reorder = NONNET_SIM_PERCENT(50),
                                   .reorder_us = 10};
    ck_assert_int_eq(nonnet_sim_link_set(n.sim, 0, 0, &link), NONNET_OK);
    for (uint32_t i = 0; i < 100000; i++) {
        send_numbered(&n, i, 100, i * 20);
        while (receive_numbered(&n, i * 20 + 10) >= 0)
            continue;
    }
    ck_assert_int_eq(nonnet_sim_stats(n.sim, 0, 0, &s), NONNET_OK);
    ck_assert(s.lost > 9700 && s.lost < 10300);
    ck_assert(s.corrupted > 4300 && s.corrupted < 4700);
    ck_assert(s.duplicated > 17600 && s.duplicated < 18400);
    ck_assert(s.reordered > 44500 && s.reordered < 45500);
    ck_assert_uint_eq(s.delivered, s.sent - s.lost + s.duplicated);
    network_end(&n);
}
END_TEST

START_TEST(only_frames_that_are_chosen_are_overtaken)
{
    struct network n = network_of(256, check_seed());
    struct nonnet_sim_link link = {
        .delay_us = 100, .reorder = NONNET_SIM_PERCENT(10), .reorder_us = 1000};
    ck_assert_int_eq(nonnet_sim_link_set(n.sim, 0, 0, &link), NONNET_OK);
    for (uint32_t i = 0; i < 200; i++)
        send_numbered(&n, i, 100, i * 10);
    unsigned late = 0;
    int64_t highest = -1;
    for (int i = 0; i < 200; i++) {
        int64_t got = receive_numbered(&n, UINT64_MAX - 1);
        ck_assert_int_ge(got, 0);
        late += got < highest;
        highest = got > highest ? got : highest;
    }
    struct nonnet_sim_stats s;
    ck_assert_int_eq(nonnet_sim_stats(n.sim, 0, 0, &s), NONNET_OK);
    ck_assert_uint_ge(late, 1);
    ck_assert_uint_le(late, s.reordered);
    network_end(&n);
}
END_TEST

START_TEST(what_does_not_fit_is_refused)
{
    struct network n = network_of(2, 1);
    static uint8_t frame[1515];
    struct nonnet_sim_link link = {0};
    struct nonnet_sim_config none = {0};
    ck_assert_uint_eq(nonnet_sim_size(&none), 0);
    ck_assert_int_eq(nonnet_sim_send(n.sim, 0, 0, frame, 1515, 0), NONNET_E_TOO_LONG);
    ck_assert_int_eq(nonnet_sim_send(n.sim, 1, 0, frame, 1, 0), NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_sim_send(n.sim, 0, 2, frame, 1, 0), NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_sim_link_set(n.sim, 0, 2, &link), NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_sim_send(n.sim, 0, 0, frame, 0, 0), NONNET_OK);
    ck_assert_int_eq(nonnet_sim_send(n.sim, 0, 0, frame, 1, 0), NONNET_E_FULL);
    struct nonnet_sim_arrival a;
    size_t len;
    ck_assert_int_eq(nonnet_sim_receive(n.sim, 0, &a, frame, 0, &len), NONNET_OK);
    network_end(&n);
}
END_TEST

START_TEST(a_capture_has_the_blocks_of_pcapng)
{
    uint8_t head[NONNET_CAPTURE_HEAD_LEN], want[64], block[NONNET_CAPTURE_BLOCK_MAX(5)];
    nonnet_capture_head(head, NONNET_CAPTURE_ETHERNET);
    check_unhex(want, sizeof want,
                "0a0d0d0a0000001c1a2b3c4d00010000ffffffffffffffff0000001c"
                "0000000100000014000100000000000000000014");
    ck_assert_mem_eq(head, want, sizeof head);
    ck_assert_uint_eq(nonnet_capture_frame(block, 0x123456789au, (const uint8_t *)"hello", 5), 40);
    check_unhex(want, sizeof want,
                "000000060000002800000000000000123456789a0000000500000005"
                "68656c6c6f00000000000028");
    ck_assert_mem_eq(block, want, 40);
}
END_TEST

/* Two hosts that each have a UDP socket at port 7. */
struct talkers {
    struct pair pair;
    struct nonnet_udp_handle sockets[2];
};

static void talkers_start(struct talkers *t, uint8_t version, uint64_t seed,
                          const struct nonnet_sim_link *link)
{
    pair_start(&t->pair, seed, link, NULL);
    for (unsigned i = 0; i < 2; i++)
        t->sockets[i] = host_udp(&t->pair.hosts[i], version, 7);
}

/* Sends datagrams of many sizes; returns how many arrived. None of them may have changed. */
static unsigned pair_talk(struct talkers *t, uint8_t version, unsigned count)
{
    struct pair *p = &t->pair;
    static uint8_t data[4000], got[4000];
    unsigned arrived = 0;
    for (unsigned i = 0; i < count; i++) {
        struct nonnet_udp_message m = {.peer = {peer6, 7}};
        size_t len = 4 + (size_t)i * 97 % 3900;
        if (version == 4)
            m.peer.address = nonnet_address_ipv4(192, 0, 2, 2);
        for (size_t j = 0; j < len; j++)
            data[j] = (uint8_t)(len + j * 31);
        ck_assert_int_eq(nonnet_udp_send(p->hosts[0].stack, t->sockets[0], &m, data, len, p->now),
                         NONNET_OK);
        pair_run(p, 100 * MS);
        size_t n;
        while (nonnet_udp_receive(p->hosts[1].stack, t->sockets[1], got, sizeof got, &n, NULL) ==
               NONNET_OK) {
            for (size_t j = 0; j < n; j++)
                data[j] = (uint8_t)(n + j * 31);
            ck_assert_mem_eq(got, data, n);
            arrived++;
        }
    }
    return arrived;
}

START_TEST(hosts_find_each_other_and_talk)
{
    struct nonnet_sim_link link = {.byte_time = NONNET_SIM_RATE(1e8), .delay_us = 1000};
    for (int version = 4; version <= 6; version += 2) {
        struct talkers t;
        talkers_start(&t, (uint8_t)version, 1, &link);
        pair_run(&t.pair, 5 * S);
        ck_assert_uint_eq(pair_talk(&t, (uint8_t)version, 100), 100);
        pair_end(&t.pair);
    }
}
END_TEST

static const struct nonnet_sim_link bad_link = {.byte_time = NONNET_SIM_RATE(1e7),
                                                .delay_us = 5000,
                                                .queue_len = 20000,
                                                .loss = NONNET_SIM_PERCENT(10),
                                                .corrupt = NONNET_SIM_PERCENT(5),
                                                .duplicate = NONNET_SIM_PERCENT(10),
                                                .reorder = NONNET_SIM_PERCENT(20),
                                                .reorder_us = 20000};

START_TEST(over_a_bad_link_nothing_wrong_arrives)
{
    for (uint64_t seed = 0; seed < 40; seed++) {
        struct talkers t;
        uint8_t version = seed % 2 == 0 ? 4 : 6;
        talkers_start(&t, version, seed, &bad_link);
        pair_run(&t.pair, 5 * S);
        unsigned arrived = pair_talk(&t, version, 40);
        if (arrived < 10)
            ck_abort_msg("seed %u: only %u arrived", (unsigned)seed, arrived);
        pair_run(&t.pair, 90 * S);
        /* All packets are back in the pool: whatever was sent twice, lost or cut. */
        for (int i = 0; i < 2; i++)
            ck_assert(host_is_silent(&t.pair.hosts[i]));
        pair_end(&t.pair);
    }
}
END_TEST

START_TEST(the_same_seed_gives_the_same_bytes_at_the_same_times)
{
    uint64_t first = 0;
    for (int round = 0; round < 3; round++) {
        struct talkers t;
        talkers_start(&t, 6, round == 2 ? 8 : 7, &bad_link);
        pair_run(&t.pair, 5 * S);
        (void)pair_talk(&t, 6, 50);
        ck_assert(round == 0 || (t.pair.digest == first) == (round == 1));
        first = t.pair.digest;
        pair_end(&t.pair);
    }
}
END_TEST

static Suite *sim_suite(void)
{
    Suite *suite = suite_create("nonnet simulated network");
    TCase *tc = tcase_create("links");
    tcase_add_test(tc, a_perfect_link_delivers_at_once_and_in_order);
    tcase_add_test(tc, a_frame_takes_the_time_of_its_bytes_and_the_delay);
    tcase_add_test(tc, a_rate_is_kept_over_many_frames);
    tcase_add_test(tc, a_full_queue_drops_the_frame_that_comes);
    tcase_add_test(tc, probabilities_are_what_they_say);
    tcase_add_test(tc, only_frames_that_are_chosen_are_overtaken);
    tcase_add_test(tc, what_does_not_fit_is_refused);
    tcase_add_test(tc, a_capture_has_the_blocks_of_pcapng);
    suite_add_tcase(suite, tc);
    tc = tcase_create("hosts");
    tcase_add_test(tc, hosts_find_each_other_and_talk);
    tcase_add_test(tc, over_a_bad_link_nothing_wrong_arrives);
    tcase_add_test(tc, the_same_seed_gives_the_same_bytes_at_the_same_times);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(sim_suite)
