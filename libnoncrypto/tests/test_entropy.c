#include <check_main.h>

#include <noncrypto/blake3.h>
#include <noncrypto/cpu.h>
#include <noncrypto/csprng.h>
#include <noncrypto/entropy.h>
#include <time.h>

#include "entropy/words.h"

/* A source that the test controls: it works until `fails_after` samples were read, and then does `failure`. */
enum failure { NONE, UNREADABLE, STUCK, BIASED, LAST_FAILURE = BIASED };

struct fake {
    uint64_t seed;
    size_t reads;
    size_t fails_after;
    enum failure failure;
};

static int fake_read(void *user, uint8_t *samples, size_t count)
{
    struct fake *f = user;

    ck_assert_uint_le(count, 64);
    for (size_t i = 0; i < count; i++, f->reads++) {
        samples[i] = (uint8_t)check_random(&f->seed);
        if (f->reads < f->fails_after)
            continue;
        if (f->failure == UNREADABLE)
            return -1;
        if (f->failure == STUCK || (f->failure == BIASED && f->reads % 16 != 5))
            samples[i] = 42;
    }
    return 0;
}

static struct noncrypto_entropy_source source_of(struct fake *f, unsigned min_entropy_16ths)
{
    return (struct noncrypto_entropy_source){.name = "fake",
                                             .read = fake_read,
                                             .user = f,
                                             .min_entropy_16ths = (uint16_t)min_entropy_16ths};
}

static void add(struct noncrypto_entropy_pool *pool, struct fake *f, unsigned min_entropy_16ths)
{
    struct noncrypto_entropy_source source = source_of(f, min_entropy_16ths);
    ck_assert_int_eq(noncrypto_entropy_pool_add(pool, &source), 0);
}

static struct noncrypto_entropy_pool new_pool(void)
{
    struct noncrypto_entropy_pool pool;
    ck_assert_int_eq(noncrypto_entropy_pool_init(&pool, NONCRYPTO_ENTROPY_BITS_MIN), 0);
    return pool;
}

static void expect_failure(struct noncrypto_entropy_pool *pool)
{
    static const uint8_t zeros[48];
    uint8_t out[48];
    memset(out, 0x5a, sizeof out);
    ck_assert_int_eq(noncrypto_entropy_pool_seed(pool, out, sizeof out), NONCRYPTO_E_ENTROPY);
    ck_assert_mem_eq(out, zeros, sizeof out);
}

static void expect_seed(struct noncrypto_entropy_pool *pool)
{
    static const uint8_t zeros[48];
    uint8_t out[48];
    ck_assert_int_eq(noncrypto_entropy_pool_seed(pool, out, sizeof out), 0);
    ck_assert_mem_ne(out, zeros, sizeof out);
}

/* The mixing as the library's own comment has it, by the public hash. */
static void model_mix(uint8_t key[32], uint8_t purpose, const uint8_t *material, size_t len)
{
    uint8_t message[64 + 128] = "NONOS entropy 1";
    struct noncrypto_blake3 hash;
    ck_assert_uint_le(len, 128);
    message[16] = purpose;
    message[24] = (uint8_t)len;
    if (len > 0)
        memcpy(message + 64, material, len);
    noncrypto_blake3_init_keyed(&hash, key);
    noncrypto_blake3_update(&hash, message, 64 + len);
    noncrypto_blake3_final(&hash, key, 32);
}

START_TEST(a_seed_is_what_the_model_computes)
{
    struct noncrypto_entropy_pool pool = new_pool();
    struct fake f = {.seed = 5}, copy = f;
    uint8_t key[32] = {0}, expected[64], seed[64], samples[64], number[8] = {0};
    add(&pool, &f, 64);
    noncrypto_entropy_pool_mix(&pool, "serial number", 13);
    model_mix(key, 1, (const uint8_t *)"serial number", 13);
    for (int round = 0; round < 2; round++) {
        ck_assert_int_eq(noncrypto_entropy_pool_seed(&pool, seed, sizeof seed), 0);
        /* 1024 samples of start-up, then 80 of 4 bits each, in blocks of 64. */
        for (int block = 0; block < (round == 0 ? 16 + 2 : 2); block++) {
            ck_assert_int_eq(fake_read(&copy, samples, sizeof samples), 0);
            model_mix(key, 16, samples, sizeof samples);
        }
        for (uint8_t at = 0; at < 64; at += 32) {
            memcpy(expected + at, key, 32);
            number[0] = at;
            model_mix(expected + at, 2, number, sizeof number);
        }
        model_mix(key, 3, NULL, 0);
        ck_assert_mem_eq(seed, expected, sizeof seed);
        ck_assert_uint_eq(f.reads, copy.reads);
    }
}
END_TEST

START_TEST(every_source_gives_enough_by_itself_for_every_seed)
{
    struct noncrypto_entropy_pool pool = new_pool();
    struct fake a = {.seed = 1}, b = {.seed = 2};
    add(&pool, &a, 8);
    add(&pool, &b, 128);
    expect_seed(&pool);
    ck_assert_uint_eq(a.reads, 1024 + 640); /* half a bit each */
    ck_assert_uint_eq(b.reads, 1024 + 64);
    expect_seed(&pool);
    ck_assert_uint_eq(a.reads, 1024 + 2 * 640);
    ck_assert_uint_eq(b.reads, 1024 + 2 * 64);
}
END_TEST

START_TEST(every_source_and_all_material_changes_the_seed)
{
    uint8_t first[32], other[32];
    for (int changed = -1; changed < 4; changed++) {
        struct noncrypto_entropy_pool pool = new_pool();
        struct fake f[3] = {{.seed = 1}, {.seed = 2}, {.seed = 3}};
        if (changed >= 0 && changed < 3)
            f[changed].seed = 99;
        for (int i = 0; i < 3; i++)
            add(&pool, &f[i], 64);
        noncrypto_entropy_pool_mix(&pool, changed == 3 ? "B" : "A", 1);
        ck_assert_int_eq(noncrypto_entropy_pool_seed(&pool, other, sizeof other), 0);
        if (changed < 0)
            memcpy(first, other, sizeof first);
        else
            ck_assert_mem_ne(other, first, sizeof first);
    }
}
END_TEST

#define NSOURCES 4

/* What the caller is to see of a source that fails so. */
static int status_of(enum failure failure)
{
    return failure == NONE         ? NONCRYPTO_ENTROPY_WORKS
           : failure == UNREADABLE ? NONCRYPTO_ENTROPY_UNREADABLE
                                   : NONCRYPTO_ENTROPY_UNHEALTHY;
}

/* Drops what has failed, which must be what was made to fail and show how; returns how many. */
static unsigned drop_failed(struct noncrypto_entropy_pool *pool, const struct fake f[NSOURCES])
{
    unsigned dropped = 0;
    for (unsigned i = 0; i < NSOURCES; i++) {
        int status = noncrypto_entropy_pool_status(pool, i);
        if (status == NONCRYPTO_ENTROPY_WORKS || status == NONCRYPTO_ENTROPY_DROPPED)
            continue;
        ck_assert_int_ne(f[i].failure, NONE);
        ck_assert_int_eq(status, status_of(f[i].failure));
        expect_failure(pool); /* until the last one is dropped */
        ck_assert_int_eq(noncrypto_entropy_pool_drop(pool, i), 0);
        ck_assert_int_eq(noncrypto_entropy_pool_status(pool, i), NONCRYPTO_ENTROPY_DROPPED);
        dropped++;
    }
    return dropped;
}

/* Every combination of failures of four sources: 4^4, at the start or after the first seed. */
START_TEST(every_combination_of_failures_is_seen_and_can_be_left_behind)
{
    for (unsigned combination = 0; combination < 256; combination++) {
        struct noncrypto_entropy_pool pool = new_pool();
        struct fake f[NSOURCES];
        unsigned failures = 0, dropped = 0;
        for (unsigned i = 0; i < NSOURCES; i++) {
            f[i] = (struct fake){.seed = i,
                                 .failure = (enum failure)(combination >> 2 * i & 3),
                                 .fails_after = _i ? 1024 + 640 : 0};
            failures += f[i].failure != NONE;
            add(&pool, &f[i], 8);
        }
        if (_i)
            expect_seed(&pool);
        else if (failures > 0)
            expect_failure(&pool);
        /* A bias needs some hundred samples to be seen: more than one seed takes. */
        for (int round = 0; round < 8; round++) {
            uint8_t out[32];
            if (noncrypto_entropy_pool_seed(&pool, out, sizeof out) == 0)
                continue;
            unsigned now = drop_failed(&pool, f);
            ck_assert(now > 0 || dropped == NSOURCES);
            dropped += now;
        }
        ck_assert_uint_eq(dropped, failures);
        if (failures == NSOURCES)
            expect_failure(&pool);
        else
            expect_seed(&pool);
    }
}
END_TEST

START_TEST(a_failed_source_is_not_read_again)
{
    struct noncrypto_entropy_pool pool = new_pool();
    struct fake f = {.failure = STUCK};
    add(&pool, &f, 64);
    expect_failure(&pool);
    size_t reads = f.reads;
    expect_failure(&pool);
    ck_assert_uint_eq(f.reads, reads);
}
END_TEST

START_TEST(a_source_that_recovers_passes_the_startup_again)
{
    struct noncrypto_entropy_pool pool = new_pool();
    struct fake f = {.failure = UNREADABLE};
    add(&pool, &f, 64);
    expect_failure(&pool);
    f.failure = NONE;
    expect_failure(&pool);
    f.reads = 0;
    ck_assert_int_eq(noncrypto_entropy_pool_restart(&pool, 0), 0);
    expect_seed(&pool);
    ck_assert_uint_eq(f.reads, 1024 + 128);
    ck_assert_int_eq(noncrypto_entropy_pool_drop(&pool, 0), 0);
    expect_failure(&pool);
    ck_assert_int_eq(noncrypto_entropy_pool_restart(&pool, 0), 0);
    expect_seed(&pool);
}
END_TEST

START_TEST(a_pool_without_sources_gives_nothing)
{
    struct noncrypto_entropy_pool pool = new_pool();
    noncrypto_entropy_pool_mix(&pool, "much material", 13);
    expect_failure(&pool);
}
END_TEST

START_TEST(a_seed_of_the_loader_counts_once_and_only_what_it_has)
{
    struct noncrypto_entropy_pool pool = new_pool();
    struct fake loader = {.seed = 1}, device = {.seed = 2};
    struct noncrypto_entropy_source source = source_of(&loader, 128);
    source.available = 39; /* 312 bits: 8 too few */
    ck_assert_int_eq(noncrypto_entropy_pool_add(&pool, &source), 0);
    expect_failure(&pool);
    ck_assert_uint_eq(loader.reads, 39);
    ck_assert_int_eq(noncrypto_entropy_pool_status(&pool, 0), NONCRYPTO_ENTROPY_SPENT);
    source = source_of(&device, 128);
    source.available = 1;
    ck_assert_int_eq(noncrypto_entropy_pool_add(&pool, &source), 0);
    expect_seed(&pool); /* what was gathered before was kept */
    expect_failure(&pool);
    ck_assert_uint_eq(loader.reads, 39);
    ck_assert_uint_eq(device.reads, 1);
    ck_assert_int_eq(noncrypto_entropy_pool_restart(&pool, 0), NONCRYPTO_E_INVALID);
}
END_TEST

START_TEST(a_seed_of_the_loader_that_is_constant_is_refused)
{
    for (int failure = UNREADABLE; failure <= STUCK; failure++)
        for (size_t after = 0; after <= 100; after += 50) {
            struct noncrypto_entropy_pool pool = new_pool();
            struct fake loader = {.failure = (enum failure)failure, .fails_after = after};
            struct noncrypto_entropy_source source = source_of(&loader, 128);
            source.available = 128;
            ck_assert_int_eq(noncrypto_entropy_pool_add(&pool, &source), 0);
            expect_failure(&pool);
            ck_assert_int_eq(noncrypto_entropy_pool_status(&pool, 0),
                             status_of((enum failure)failure));
        }
}
END_TEST

START_TEST(arguments_out_of_range_are_refused)
{
    struct noncrypto_entropy_pool pool;
    struct fake f = {0};
    uint8_t out[NONCRYPTO_ENTROPY_SEED_MAX + 1] = {7};
    struct noncrypto_entropy_source source = source_of(&f, 64);
    ck_assert_int_eq(noncrypto_entropy_pool_init(&pool, NONCRYPTO_ENTROPY_BITS_MIN - 1),
                     NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_entropy_pool_add(&pool, &source), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_entropy_pool_seed(&pool, out, 32), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_entropy_pool_init(&pool, NONCRYPTO_ENTROPY_BITS_MAX + 1),
                     NONCRYPTO_E_INVALID);
    pool = new_pool();
    out[0] = 7;
    ck_assert_int_eq(noncrypto_entropy_pool_seed(&pool, out, sizeof out), NONCRYPTO_E_INVALID);
    ck_assert_uint_eq(out[0], 7);
    source.read = NULL;
    ck_assert_int_eq(noncrypto_entropy_pool_add(&pool, &source), NONCRYPTO_E_INVALID);
    source = source_of(&f, 0);
    ck_assert_int_eq(noncrypto_entropy_pool_add(&pool, &source), NONCRYPTO_E_INVALID);
    source = source_of(&f, 129);
    ck_assert_int_eq(noncrypto_entropy_pool_add(&pool, &source), NONCRYPTO_E_INVALID);
    source = source_of(&f, 17);
    source.binary = 1;
    ck_assert_int_eq(noncrypto_entropy_pool_add(&pool, &source), NONCRYPTO_E_INVALID);
    ck_assert_uint_eq(noncrypto_entropy_pool_count(&pool), 0);
    for (int i = 0; i < NONCRYPTO_ENTROPY_SOURCES_MAX; i++)
        add(&pool, &f, 64);
    source = source_of(&f, 64);
    ck_assert_int_eq(noncrypto_entropy_pool_add(&pool, &source), NONCRYPTO_E_NO_SPACE);
    ck_assert_uint_eq(noncrypto_entropy_pool_count(&pool), NONCRYPTO_ENTROPY_SOURCES_MAX);
    ck_assert_str_eq(noncrypto_entropy_pool_name(&pool, 7), "fake");
    ck_assert_ptr_null(noncrypto_entropy_pool_name(&pool, 8));
    ck_assert_int_eq(noncrypto_entropy_pool_status(&pool, 8), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_entropy_pool_drop(&pool, 8), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_entropy_pool_restart(&pool, 8), NONCRYPTO_E_INVALID);
    noncrypto_entropy_pool_wipe(&pool);
    ck_assert_int_eq(noncrypto_entropy_pool_seed(&pool, out, 32), NONCRYPTO_E_INVALID);
}
END_TEST

START_TEST(a_generator_reseeds_from_the_pool_and_stops_with_it)
{
    struct noncrypto_entropy_pool pool = new_pool();
    struct fake f = {.seed = 3, .failure = STUCK, .fails_after = 3000};
    struct noncrypto_csprng rng;
    uint8_t seed[32], out[32];
    add(&pool, &f, 64);
    ck_assert_int_eq(noncrypto_entropy_pool_seed(&pool, seed, sizeof seed), 0);
    ck_assert_int_eq(noncrypto_csprng_init(&rng, seed, sizeof seed), 0);
    const struct noncrypto_csprng_source source = {
        .entropy = noncrypto_entropy_pool_callback, .user = &pool, .reseed_requests = 1};
    ck_assert_int_eq(noncrypto_csprng_set_source(&rng, &source), 0);
    int result = 0, calls = 0;
    for (; result == 0 && calls < 100; calls++)
        result = noncrypto_csprng_generate(&rng, out, sizeof out);
    ck_assert_int_eq(result, NONCRYPTO_E_ENTROPY);
    ck_assert_int_eq(calls, 1 + (3000 - 1024 - 128) / 128 + 1);
    ck_assert_int_eq(noncrypto_entropy_pool_status(&pool, 0), NONCRYPTO_ENTROPY_UNHEALTHY);
}
END_TEST

static int lazy_every, lazy_calls;

static int lazy_word(uint64_t *word)
{
    *word = UINT64_C(0x0807060504030201) + 8 * (uint64_t)(lazy_calls / lazy_every);
    return ++lazy_calls % lazy_every == 0;
}

START_TEST(a_word_that_does_not_come_is_asked_for_again_but_not_for_ever)
{
    static const uint8_t zeros[20];
    uint8_t samples[20];
    for (lazy_every = 1; lazy_every <= 12; lazy_every++) {
        lazy_calls = 0;
        memset(samples, 0x5a, sizeof samples);
        int result = noncrypto_entropy_words(lazy_word, 10, samples, sizeof samples);
        ck_assert_int_eq(result, lazy_every <= 10 ? 0 : NONCRYPTO_E_ENTROPY);
        ck_assert_int_eq(lazy_calls, lazy_every <= 10 ? 3 * lazy_every : 10);
        if (result == 0)
            for (uint8_t i = 0; i < 20; i++)
                ck_assert_uint_eq(samples[i], i % 8 + 1 + (i % 8 == 0 ? i : 0));
        else
            ck_assert_mem_eq(samples, zeros, sizeof samples);
    }
}
END_TEST

/* Where the processor has the instruction it makes a healthy source; where it is forbidden it says so. */
START_TEST(the_instructions_are_used_only_where_they_are_allowed)
{
    static const struct {
        uint32_t feature;
        int (*read)(void *user, uint8_t *samples, size_t count);
    } instructions[] = {{NONCRYPTO_CPU_RDRAND, noncrypto_entropy_rdrand},
                        {NONCRYPTO_CPU_RDSEED, noncrypto_entropy_rdseed}};
    uint8_t samples[9];
    for (int i = 0; i < 2; i++) {
        struct noncrypto_entropy_pool pool = new_pool();
        struct noncrypto_entropy_source source = {
            .name = "instruction", .read = instructions[i].read, .min_entropy_16ths = 64};
        ck_assert_int_eq(noncrypto_entropy_pool_add(&pool, &source), 0);
        noncrypto_cpu_set_features(noncrypto_cpu_detect() & ~instructions[i].feature);
        ck_assert_int_eq(instructions[i].read(NULL, samples, sizeof samples),
                         NONCRYPTO_E_UNSUPPORTED);
        expect_failure(&pool);
        ck_assert_int_eq(noncrypto_entropy_pool_status(&pool, 0), NONCRYPTO_ENTROPY_UNREADABLE);
        noncrypto_cpu_set_features(noncrypto_cpu_detect());
        if (!(noncrypto_cpu_detect() & instructions[i].feature)) {
            printf("# skipped: this processor has no RD%s\n", i ? "SEED" : "RAND");
            continue;
        }
        ck_assert_int_eq(noncrypto_entropy_pool_restart(&pool, 0), 0);
        expect_seed(&pool);
    }
}
END_TEST

static uint64_t clock_now, clock_step;

static uint64_t even_clock(void)
{
    return clock_now += clock_step;
}

static uint64_t real_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static struct noncrypto_entropy_pool jitter_pool(struct noncrypto_entropy_jitter *jitter,
                                                 uint64_t (*ticks)(void))
{
    struct noncrypto_entropy_pool pool = new_pool();
    struct noncrypto_entropy_source source = {.name = "jitter",
                                              .read = noncrypto_entropy_jitter_read,
                                              .user = jitter,
                                              .min_entropy_16ths = 8};
    noncrypto_entropy_jitter_init(jitter, ticks);
    ck_assert_int_eq(noncrypto_entropy_pool_add(&pool, &source), 0);
    return pool;
}

START_TEST(a_clock_without_jitter_is_no_source)
{
    static struct noncrypto_entropy_jitter jitter;
    for (clock_step = 0; clock_step < 3000; clock_step += 1 + clock_step * 3) {
        struct noncrypto_entropy_pool pool = jitter_pool(&jitter, even_clock);
        expect_failure(&pool);
        ck_assert_int_eq(noncrypto_entropy_pool_status(&pool, 0), NONCRYPTO_ENTROPY_UNHEALTHY);
    }
}
END_TEST

START_TEST(the_jitter_of_a_real_clock_is_a_source)
{
    static struct noncrypto_entropy_jitter jitter;
    struct noncrypto_entropy_pool pool = jitter_pool(&jitter, real_clock);
    expect_seed(&pool);
    expect_seed(&pool);
}
END_TEST

static Suite *entropy_suite(void)
{
    Suite *suite = suite_create("noncrypto entropy");
    TCase *tc = tcase_create("entropy");
    tcase_add_test(tc, a_seed_is_what_the_model_computes);
    tcase_add_test(tc, every_source_gives_enough_by_itself_for_every_seed);
    tcase_add_test(tc, every_source_and_all_material_changes_the_seed);
    tcase_add_loop_test(tc, every_combination_of_failures_is_seen_and_can_be_left_behind, 0, 2);
    tcase_add_test(tc, a_failed_source_is_not_read_again);
    tcase_add_test(tc, a_source_that_recovers_passes_the_startup_again);
    tcase_add_test(tc, a_pool_without_sources_gives_nothing);
    tcase_add_test(tc, a_seed_of_the_loader_counts_once_and_only_what_it_has);
    tcase_add_test(tc, a_seed_of_the_loader_that_is_constant_is_refused);
    tcase_add_test(tc, arguments_out_of_range_are_refused);
    tcase_add_test(tc, a_generator_reseeds_from_the_pool_and_stops_with_it);
    tcase_add_test(tc, a_word_that_does_not_come_is_asked_for_again_but_not_for_ever);
    tcase_add_test(tc, the_instructions_are_used_only_where_they_are_allowed);
    tcase_add_test(tc, a_clock_without_jitter_is_no_source);
    tcase_add_test(tc, the_jitter_of_a_real_clock_is_a_source);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(entropy_suite)
