#include <check_main.h>

#include <math.h>
#include <noncrypto/entropy_health.h>

static struct noncrypto_entropy_health started(unsigned min_entropy_16ths, int binary)
{
    struct noncrypto_entropy_health health;
    ck_assert_int_eq(noncrypto_entropy_health_init(&health, min_entropy_16ths, binary), 0);
    return health;
}

/* 1 + the smallest k with P(Binomial(window, 2^-H) > k) <= 2^-30, at most the window. */
static int apt_cutoff(int window, int min_entropy_16ths)
{
    long double p = powl(2, -min_entropy_16ths / 16.0L);
    long double tail = 0;
    int k = window;
    for (; k > 0; k--) {
        long double log_term = lgammal(window + 1) - lgammal(k + 1) - lgammal(window - k + 1) +
                               k * logl(p) + (window - k) * log1pl(-p);
        tail += expl(log_term);
        if (tail > powl(2, -30))
            break;
    }
    return k + 1 < window ? k + 1 : window;
}

START_TEST(cutoffs_are_those_of_the_standard)
{
    for (int h = 1; h <= 128; h++) {
        struct noncrypto_entropy_health health = started((unsigned)h, 0);
        ck_assert_uint_eq(health.apt_window, 512);
        ck_assert_uint_eq(health.apt_cutoff, apt_cutoff(512, h));
        ck_assert_uint_eq(health.rct_cutoff, 1 + ceil(30 * 16.0 / h));
    }
    for (int h = 1; h <= 16; h++) {
        struct noncrypto_entropy_health health = started((unsigned)h, 1);
        ck_assert_uint_eq(health.apt_window, 1024);
        ck_assert_uint_eq(health.apt_cutoff, apt_cutoff(1024, h));
    }
}
END_TEST

START_TEST(a_good_source_passes_and_is_started_after_1024_samples)
{
    struct noncrypto_entropy_health health = started(16 * 7, 0);
    uint64_t seed = check_seed();
    for (int i = 0; i < 100000; i++) {
        ck_assert_int_eq(noncrypto_entropy_health_started(&health),
                         i < NONCRYPTO_ENTROPY_HEALTH_STARTUP ? NONCRYPTO_E_ENTROPY : 0);
        ck_assert_msg(noncrypto_entropy_health_add(&health, (uint8_t)check_random(&seed)) == 0,
                      "sample %d of seed %llu", i, (unsigned long long)check_seed());
    }
}
END_TEST

START_TEST(a_stuck_source_is_caught_at_the_repetition_cutoff)
{
    struct noncrypto_entropy_health health = started(16, 0);
    for (int i = 0; i < 30; i++)
        ck_assert_int_eq(noncrypto_entropy_health_add(&health, 5), 0);
    ck_assert_int_eq(noncrypto_entropy_health_add(&health, 5), NONCRYPTO_E_ENTROPY);
}
END_TEST

START_TEST(a_source_that_sticks_later_is_caught)
{
    struct noncrypto_entropy_health health = started(16, 0);
    for (int i = 0; i < 5000; i++)
        ck_assert_int_eq(noncrypto_entropy_health_add(&health, (uint8_t)i), 0);
    int result = 0;
    for (int i = 0; i < 32 && result == 0; i++)
        result = noncrypto_entropy_health_add(&health, 77);
    ck_assert_int_eq(result, NONCRYPTO_E_ENTROPY);
    ck_assert_int_eq(noncrypto_entropy_health_started(&health), NONCRYPTO_E_ENTROPY);
}
END_TEST

/* Every third sample is another one, so no run is long, but 8-bit samples with 4 bits of entropy cannot look like it. */
START_TEST(a_biased_source_is_caught_by_proportion)
{
    struct noncrypto_entropy_health health = started(64, 0);
    int result = 0, n = 0;
    for (; n < 512 && result == 0; n++)
        result = noncrypto_entropy_health_add(&health, n % 3 == 2 ? (uint8_t)n : 200);
    ck_assert_int_eq(result, NONCRYPTO_E_ENTROPY);
    ck_assert_int_lt(n, 512);
}
END_TEST

START_TEST(a_biased_binary_source_is_caught)
{
    struct noncrypto_entropy_health health = started(16, 1);
    int result = 0;
    for (int n = 0; n < 1024 && result == 0; n++)
        result = noncrypto_entropy_health_add(&health, n % 8 != 7);
    ck_assert_int_eq(result, NONCRYPTO_E_ENTROPY);
}
END_TEST

START_TEST(a_failure_is_remembered)
{
    struct noncrypto_entropy_health health = started(128, 0);
    int result = 0;
    for (int i = 0; i < 10 && result == 0; i++)
        result = noncrypto_entropy_health_add(&health, 1);
    for (int i = 0; i < 5000; i++)
        ck_assert_int_eq(noncrypto_entropy_health_add(&health, (uint8_t)i), NONCRYPTO_E_ENTROPY);
    ck_assert_int_eq(noncrypto_entropy_health_init(&health, 128, 0), 0);
    ck_assert_int_eq(noncrypto_entropy_health_add(&health, 1), 0);
}
END_TEST

START_TEST(an_impossible_entropy_is_refused)
{
    static const struct {
        unsigned min_entropy_16ths;
        int binary;
    } bad[] = {{0, 0}, {0, 1}, {129, 0}, {17, 1}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct noncrypto_entropy_health health;
        ck_assert_int_eq(
            noncrypto_entropy_health_init(&health, bad[i].min_entropy_16ths, bad[i].binary),
            NONCRYPTO_E_INVALID);
        ck_assert_int_eq(noncrypto_entropy_health_add(&health, 1), NONCRYPTO_E_ENTROPY);
    }
}
END_TEST

static Suite *entropy_health_suite(void)
{
    Suite *suite = suite_create("noncrypto entropy health");
    TCase *tc = tcase_create("entropy health");
    tcase_add_test(tc, cutoffs_are_those_of_the_standard);
    tcase_add_test(tc, a_good_source_passes_and_is_started_after_1024_samples);
    tcase_add_test(tc, a_stuck_source_is_caught_at_the_repetition_cutoff);
    tcase_add_test(tc, a_source_that_sticks_later_is_caught);
    tcase_add_test(tc, a_biased_source_is_caught_by_proportion);
    tcase_add_test(tc, a_biased_binary_source_is_caught);
    tcase_add_test(tc, a_failure_is_remembered);
    tcase_add_test(tc, an_impossible_entropy_is_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(entropy_health_suite)
