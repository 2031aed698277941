#include <check_main.h>

#include <noncrypto/cpu.h>
#include <time.h>

#define ALL_FEATURES (((NONCRYPTO_CPU_RDSEED << 1) - 1) | NONCRYPTO_CPU_SSE)
/* SSE without the registers themselves. */
#define ARITHMETIC   (NONCRYPTO_CPU_SSE & ~NONCRYPTO_CPU_XMM)

START_TEST(a_program_detects_by_itself)
{
    uint32_t unasked = noncrypto_cpu_get_features();
    noncrypto_cpu_set_features(noncrypto_cpu_detect());
    ck_assert_uint_eq(unasked, noncrypto_cpu_get_features());
#ifdef __x86_64__
    ck_assert_uint_ne(unasked, 0); /* every x86-64 of this century has SSE4.1 */
#endif
}
END_TEST

START_TEST(detection_does_not_undo_what_was_said)
{
    noncrypto_cpu_set_features(0);
    ck_assert_uint_eq(noncrypto_cpu_get_features(), 0);
    (void)noncrypto_cpu_detect();
    ck_assert_uint_eq(noncrypto_cpu_get_features(), 0);
}
END_TEST

START_TEST(a_complete_set_is_allowed_as_it_is)
{
    noncrypto_cpu_set_features(ALL_FEATURES);
    ck_assert_uint_eq(noncrypto_cpu_get_features(), ALL_FEATURES);
    noncrypto_cpu_set_features(NONCRYPTO_CPU_SSE | NONCRYPTO_CPU_AESNI | NONCRYPTO_CPU_BMI2);
    ck_assert_uint_eq(noncrypto_cpu_get_features(),
                      NONCRYPTO_CPU_SSE | NONCRYPTO_CPU_AESNI | NONCRYPTO_CPU_BMI2);
}
END_TEST

START_TEST(what_lacks_its_base_is_dropped)
{
    static const struct {
        uint32_t missing, dropped;
    } cases[] = {
        {NONCRYPTO_CPU_SSE, NONCRYPTO_CPU_AVX2 | NONCRYPTO_CPU_AVX512 | NONCRYPTO_CPU_IFMA |
                                NONCRYPTO_CPU_AESNI | NONCRYPTO_CPU_VAES | NONCRYPTO_CPU_SHA},
        {NONCRYPTO_CPU_XMM, ARITHMETIC | NONCRYPTO_CPU_AVX2 | NONCRYPTO_CPU_AVX512 |
                                NONCRYPTO_CPU_IFMA | NONCRYPTO_CPU_AESNI | NONCRYPTO_CPU_VAES |
                                NONCRYPTO_CPU_SHA},
        {ARITHMETIC,
         NONCRYPTO_CPU_AVX2 | NONCRYPTO_CPU_AVX512 | NONCRYPTO_CPU_IFMA | NONCRYPTO_CPU_VAES},
        {NONCRYPTO_CPU_AVX2, NONCRYPTO_CPU_AVX512 | NONCRYPTO_CPU_IFMA | NONCRYPTO_CPU_VAES},
        {NONCRYPTO_CPU_AVX512, NONCRYPTO_CPU_IFMA},
        {NONCRYPTO_CPU_AESNI, NONCRYPTO_CPU_VAES},
        {NONCRYPTO_CPU_BMI2, NONCRYPTO_CPU_ADX},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        noncrypto_cpu_set_features(ALL_FEATURES & ~cases[i].missing);
        ck_assert_uint_eq(noncrypto_cpu_get_features(),
                          ALL_FEATURES & ~cases[i].missing & ~cases[i].dropped);
    }
}
END_TEST

/*
 * A clock whose every look at it costs what the allowed instructions cost: so the cost of a run does not depend on this
 * machine. Index 0: plain C, 1: SSE, 2: AVX2.
 */
static uint64_t now, costs[3];
static unsigned looks;

static uint64_t fake_ticks(void)
{
    uint32_t features = noncrypto_cpu_get_features();
    looks++;
    if (features & NONCRYPTO_CPU_AVX2)
        now += costs[2];
    else if ((features & NONCRYPTO_CPU_SSE) == NONCRYPTO_CPU_SSE)
        now += costs[1];
    else
        now += costs[0];
    return now;
}

#define EVERYTHING_SAFE                                                                       \
    (noncrypto_cpu_detect() & (NONCRYPTO_CPU_SSE | NONCRYPTO_CPU_AVX2 | NONCRYPTO_CPU_AESNI | \
                               NONCRYPTO_CPU_SHA | NONCRYPTO_CPU_BMI2 | NONCRYPTO_CPU_RDRAND))

static uint32_t tuned(uint32_t allowed, uint64_t plain, uint64_t sse, uint64_t avx2)
{
    costs[0] = plain;
    costs[1] = sse;
    costs[2] = avx2;
    looks = 0;
    noncrypto_cpu_set_features(allowed);
    allowed = noncrypto_cpu_get_features();
    uint32_t result = noncrypto_cpu_tune(fake_ticks);
    ck_assert_uint_eq(result, noncrypto_cpu_get_features());
    ck_assert_uint_eq(result & ~allowed, 0);
    return result;
}

START_TEST(vectors_that_pay_stay)
{
    uint32_t all = EVERYTHING_SAFE;
    ck_assert_uint_eq(tuned(all, 4000, 2000, 1000), all);
    ck_assert_uint_eq(tuned(all, 4000, 5000, 1000), all);
    ck_assert_uint_eq(tuned(all & ~NONCRYPTO_CPU_AVX2, 4000, 2000, 0), all & ~NONCRYPTO_CPU_AVX2);
}
END_TEST

START_TEST(vectors_that_do_not_pay_go_and_aes_and_sha_stay)
{
    uint32_t all = EVERYTHING_SAFE;
    uint32_t plain = all & ~(ARITHMETIC | NONCRYPTO_CPU_AVX2);
    ck_assert_uint_eq(tuned(all, 1000, 4000, 4000), plain);
    ck_assert_uint_eq(tuned(all, 1000, 1000, 1000), plain);
    ck_assert_uint_eq(tuned(all & ~NONCRYPTO_CPU_AVX2, 1000, 4000, 0), plain);
    ck_assert_uint_eq(plain & (NONCRYPTO_CPU_AESNI | NONCRYPTO_CPU_SHA | NONCRYPTO_CPU_XMM),
                      all & (NONCRYPTO_CPU_AESNI | NONCRYPTO_CPU_SHA | NONCRYPTO_CPU_XMM));
}
END_TEST

START_TEST(avx2_alone_can_go)
{
    uint32_t all = EVERYTHING_SAFE;
    ck_assert_uint_eq(tuned(all, 1000, 500, 4000), all & ~NONCRYPTO_CPU_AVX2);
}
END_TEST

START_TEST(a_clock_that_stands_still_changes_nothing)
{
    uint32_t all = EVERYTHING_SAFE;
    ck_assert_uint_eq(tuned(all, 0, 0, 0), all);
    ck_assert_uint_eq(tuned(all, 1, 4000, 4000), all);
}
END_TEST

START_TEST(nothing_is_measured_where_no_vectors_are_allowed)
{
    ck_assert_uint_eq(tuned(0, 1000, 1, 1), 0);
    ck_assert_uint_eq(looks, 0);
    tuned(EVERYTHING_SAFE & ~ARITHMETIC, 1000, 1, 1);
    ck_assert_uint_eq(looks, 0);
}
END_TEST

static uint64_t nanoseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Prints what a real clock decides: all on a processor, plain C under QEMU. */
START_TEST(a_real_clock_decides_the_same_twice)
{
    noncrypto_cpu_set_features(noncrypto_cpu_detect());
    uint64_t start = nanoseconds();
    uint32_t first = noncrypto_cpu_tune(nanoseconds);
    uint64_t taken = nanoseconds() - start;
    printf("# allowed 0x%x of 0x%x after %.3f ms\n", first, noncrypto_cpu_detect(),
           (double)taken / 1e6);
    ck_assert_uint_eq(noncrypto_cpu_tune(nanoseconds), first);
}
END_TEST

static Suite *cpu_suite(void)
{
    Suite *suite = suite_create("noncrypto cpu");
    TCase *tc = tcase_create("cpu");
    tcase_add_test(tc, a_program_detects_by_itself);
    tcase_add_test(tc, detection_does_not_undo_what_was_said);
    tcase_add_test(tc, a_complete_set_is_allowed_as_it_is);
    tcase_add_test(tc, what_lacks_its_base_is_dropped);
    tcase_add_test(tc, vectors_that_pay_stay);
    tcase_add_test(tc, vectors_that_do_not_pay_go_and_aes_and_sha_stay);
    tcase_add_test(tc, avx2_alone_can_go);
    tcase_add_test(tc, a_clock_that_stands_still_changes_nothing);
    tcase_add_test(tc, nothing_is_measured_where_no_vectors_are_allowed);
    tcase_add_test(tc, a_real_clock_decides_the_same_twice);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(cpu_suite)
