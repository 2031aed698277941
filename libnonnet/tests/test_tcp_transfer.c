/*
 * Whole transfers between two connections over paths of all kinds: each byte that comes is compared
 * with what was sent.
 */
#include "tcp_link.h"

#define HOUR (3600u * 1000000ull)

static struct link_mix random_mix(uint64_t *seed)
{
    struct link_mix mix = {.delay_us = check_random(seed) % 60000};

    if (check_random(seed) % 3 == 0)
        mix.jitter_us = check_random(seed) % 30000;
    mix.loss_percent = check_random(seed) % 12;
    mix.duplicate_percent = check_random(seed) % 10;
    mix.corrupt_percent = check_random(seed) % 5;
    return mix;
}

static struct tcp_config random_config(uint64_t *seed)
{
    uint64_t r = check_random(seed);
    struct tcp_config config = {
        .no_sack = r % 4 == 0,
        .no_timestamps = r / 4 % 4 == 0,
        .no_window_scale = r / 16 % 4 == 0,
        .no_delay = r / 64 % 2 == 0,
        .mss = (uint16_t)(r / 128 % 4 == 0 ? 100 + r / 512 % 8900 : 1460),
    };
    return config;
}

/* Returns the bytes per second of virtual time at which b got `total` bytes, and ends in order. */
static double transfer(struct link *link, uint64_t total)
{
    uint64_t start = link->now;

    link_open(link);
    while (link->b.read < total) {
        if (!link_step(link, start + 10 * HOUR))
            return 0;
    }
    return (double)total * 1e6 / (double)(link->now - start);
}

#define NSEEDS 1000

START_TEST(rfc9293_bytes_arrive_as_sent_over_any_path)
{
    uint64_t seed = check_seed();

    for (int i = 0; i < NSEEDS; i++) {
        uint64_t own = check_random(&seed), r = own;
        struct link_mix mix = random_mix(&r);
        struct tcp_config config = random_config(&r);
        struct link link;
        uint64_t total = check_random(&r) % 60000;
        link_init(&link, own, &mix, (uint32_t)(1 + check_random(&r) % 70000), &config);
        link.a.to_write = total;
        link.b.to_write = i % 2 ? total / 2 : 0;
        link.a.shut_when_written = link.b.shut_when_written = true;
        link_open(&link);
        bool over = link_run_to_end(&link, link.now + 10 * HOUR);
        ck_assert_msg(
            over && link.b.read == total && link.a.read == link.b.to_write &&
                (link.b.events & TCP_EVENT_PEER_CLOSED) && (link.a.events & TCP_EVENT_PEER_CLOSED),
            "case %d of seed 0x%llx: states %d and %d, read %llu of %llu", i,
            (unsigned long long)check_seed(), (int)link.a.tcp.state, (int)link.b.tcp.state,
            (unsigned long long)link.b.read, (unsigned long long)total);
        link_free(&link);
    }
    printf("# %d transfers\n", NSEEDS);
}
END_TEST

/*
 * Bytes per second at 100 ms and a buffer of 32 KiB, against smoltcp's on the same path: what is
 * aimed at, and what must hold at least, whatever the seed. At 5 and 10 % the aim is about all that
 * the window of CUBIC allows (1.22 / sqrt(loss) segments), and is not quite reached.
 */
static const struct loss_row {
    unsigned loss_percent;
    double peer;
    double goal;
    double least;
} loss_rows[] = {
    {0, 322945, 0.9, 0.9},  {1, 219671, 0.75, 0.75}, {5, 76627, 1.0, 0.9},
    {10, 37775, 1.3, 1.05}, {20, 6079, 3.0, 2.7},    {30, 1156, 3.0, 3.0},
};

static int compare_rates(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

#define NROUNDS 15

/*
 * The median: at 20 % and more the mean is that of the few runs whose timeouts doubled most often.
 */
START_TEST(rfc9438_rfc8985_rate_under_loss_is_high)
{
    uint64_t seed = check_seed();
    unsigned nmissed = 0;

    for (size_t i = 0; i < sizeof loss_rows / sizeof loss_rows[0]; i++) {
        const struct loss_row *row = &loss_rows[i];
        struct link_mix mix = {.delay_us = 50000, .loss_percent = row->loss_percent};
        struct tcp_config config = {0};
        double rates[NROUNDS], seconds = 0;
        uint64_t total = row->loss_percent >= 20 ? 400000 : 2000000;
        for (int round = 0; round < NROUNDS; round++) {
            struct link link;
            link_init(&link, check_random(&seed), &mix, 32768, &config);
            link.a.to_write = total;
            rates[round] = transfer(&link, total);
            ck_assert(rates[round] > 0);
            seconds += (double)total / rates[round];
            link_free(&link);
        }
        qsort(rates, NROUNDS, sizeof rates[0], compare_rates);
        printf("# loss %2u %%: median %7.0f B/s, mean %7.0f, goal %7.0f\n", row->loss_percent,
               rates[NROUNDS / 2], (double)total * NROUNDS / seconds, row->peer * row->goal);
        nmissed += rates[NROUNDS / 2] < row->peer * row->least;
    }
    fflush(stdout);
    ck_assert_uint_eq(nmissed, 0);
}
END_TEST

static Suite *tcp_transfer_suite(void)
{
    Suite *suite = suite_create("nonnet TCP transfer");
    TCase *tc = tcase_create("bytes");
    tcase_set_timeout(tc, 300);
    tcase_add_test(tc, rfc9293_bytes_arrive_as_sent_over_any_path);
    suite_add_tcase(suite, tc);
    tc = tcase_create("rate");
    tcase_set_timeout(tc, 300);
    tcase_add_test(tc, rfc9438_rfc8985_rate_under_loss_is_high);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(tcp_transfer_suite)
