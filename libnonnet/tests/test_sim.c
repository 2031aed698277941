/*
 * The simulated network by itself, and hosts that talk over it.
 */
#include "host6.h"

#include <nonnet/sim.h>

struct network {
    struct nonnet_sim *sim;
    void *arena;
};

static struct network network_of(uint16_t nframes, uint64_t seed)
{
    struct nonnet_sim_config c = {
        .nlinks = 1, .nframes = nframes, .frame_len_max = 1514, .seed = seed};
    struct network n;
    size_t size = nonnet_sim_size(&c);
    n.arena = aligned_alloc(16, size);
    ck_assert_int_eq(nonnet_sim_init(&n.sim, &c, n.arena, size), NONNET_OK);
    return n;
}

static void network_end(struct network *n)
{
    free(n->arena);
}

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

/* Two hosts on one link; the second one has the peer's addresses. */
struct pair {
    struct host hosts[2];
    struct network network;
    struct nonnet_udp_handle sockets[2];
    uint64_t now;
    uint64_t digest; /* of all that was on the wire, and when */
};

static void pair_start(struct pair *p, uint8_t version, uint64_t seed,
                       const struct nonnet_sim_link *link)
{
    static const char *macs[] = {HOST_MAC, PEER_MAC};
    memset(p, 0, sizeof *p);
    p->network = network_of(1024, seed);
    for (unsigned i = 0; i < 2; i++) {
        struct host *h = &p->hosts[i];
        struct nonnet_address four = nonnet_address_ipv4(192, 0, 2, (uint8_t)(i + 1));
        ck_assert_int_eq(nonnet_sim_link_set(p->network.sim, 0, i, link), NONNET_OK);
        host_configure(h);
        h->random = seed * 2 + i;
        h->now = 0;
        host_create(h);
        struct nonnet_interface_config c = {.link = NONNET_LINK_ETHERNET,
                                            .flags = NONNET_INTERFACE_IPV6,
                                            .mtu = 1500,
                                            .mac = mac_from(macs[i])};
        ck_assert_int_eq(nonnet_interface_add(h->stack, &c, &h->interface), NONNET_OK);
        ck_assert_int_eq(nonnet_interface_set_link(h->stack, h->interface, true, 0), NONNET_OK);
        ck_assert_int_eq(nonnet_interface_address_add(h->stack, h->interface,
                                                      version == 4 ? &four
                                                      : i == 0     ? &host_global
                                                                   : &peer6,
                                                      version == 4 ? 24 : 64,
                                                      NONNET_ADDRESS_UNPROBED, 0),
                         NONNET_OK);
        p->sockets[i] = host_udp(h, version, 7);
    }
}

static void pair_end(struct pair *p)
{
    host_end(&p->hosts[0]);
    host_end(&p->hosts[1]);
    network_end(&p->network);
}

static void pair_pump(struct pair *p, unsigned i)
{
    struct host *h = &p->hosts[i];
    static struct frame f;
    h->now = p->now;
    while (host_output(h, &f)) {
        for (size_t at = 0; at < f.len; at++)
            p->digest = (p->digest ^ f.bytes[at] ^ p->now << 8) * 0x100000001b3u;
        ck_assert_int_eq(nonnet_sim_send(p->network.sim, 0, i, f.bytes, f.len, p->now), NONNET_OK);
    }
}

/* Lets time pass on both hosts and on the wire. */
static void pair_run(struct pair *p, uint64_t us)
{
    static struct frame f;
    uint64_t end = p->now + us;
    for (;;) {
        pair_pump(p, 0);
        pair_pump(p, 1);
        uint64_t next = nonnet_sim_next(p->network.sim);
        for (int i = 0; i < 2; i++) {
            uint64_t due = nonnet_stack_deadline(p->hosts[i].stack);
            next = due < next ? due : next;
        }
        if (next > end)
            break;
        p->now = next > p->now ? next : p->now;
        struct nonnet_sim_arrival a;
        while (nonnet_sim_receive(p->network.sim, p->now, &a, f.bytes, sizeof f.bytes, &f.len) ==
               NONNET_OK) {
            p->hosts[a.end].now = p->now;
            host_input(&p->hosts[a.end], &f);
        }
        for (int i = 0; i < 2; i++)
            nonnet_stack_tick(p->hosts[i].stack, p->now);
    }
    p->now = end;
}

/* Sends datagrams of many sizes; returns how many arrived. None of them may have changed. */
static unsigned pair_talk(struct pair *p, uint8_t version, unsigned count)
{
    static uint8_t data[4000], got[4000];
    unsigned arrived = 0;
    for (unsigned i = 0; i < count; i++) {
        struct nonnet_udp_message m = {.peer = {peer6, 7}};
        size_t len = 4 + (size_t)i * 97 % 3900;
        if (version == 4)
            m.peer.address = nonnet_address_ipv4(192, 0, 2, 2);
        for (size_t j = 0; j < len; j++)
            data[j] = (uint8_t)(len + j * 31);
        ck_assert_int_eq(nonnet_udp_send(p->hosts[0].stack, p->sockets[0], &m, data, len, p->now),
                         NONNET_OK);
        pair_run(p, 100 * MS);
        size_t n;
        while (nonnet_udp_receive(p->hosts[1].stack, p->sockets[1], got, sizeof got, &n, NULL) ==
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
        struct pair p;
        pair_start(&p, (uint8_t)version, 1, &link);
        pair_run(&p, 5 * S);
        ck_assert_uint_eq(pair_talk(&p, (uint8_t)version, 100), 100);
        pair_end(&p);
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
        struct pair p;
        uint8_t version = seed % 2 == 0 ? 4 : 6;
        pair_start(&p, version, seed, &bad_link);
        pair_run(&p, 5 * S);
        unsigned arrived = pair_talk(&p, version, 40);
        if (arrived < 10)
            ck_abort_msg("seed %u: only %u arrived", (unsigned)seed, arrived);
        pair_run(&p, 90 * S);
        /* All packets are back in the pool: whatever was sent twice, lost or cut. */
        for (int i = 0; i < 2; i++)
            ck_assert(host_is_silent(&p.hosts[i]));
        pair_end(&p);
    }
}
END_TEST

START_TEST(the_same_seed_gives_the_same_bytes_at_the_same_times)
{
    uint64_t first = 0;
    for (int round = 0; round < 3; round++) {
        struct pair p;
        pair_start(&p, 6, round == 2 ? 8 : 7, &bad_link);
        pair_run(&p, 5 * S);
        (void)pair_talk(&p, 6, 50);
        ck_assert(round == 0 || (p.digest == first) == (round == 1));
        first = p.digest;
        pair_end(&p);
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
