#include <check_main.h>

#include <noncrypto/cpu.h>

#define ALL_FEATURES ((NONCRYPTO_CPU_RDSEED << 1) - 1)

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

static Suite *cpu_suite(void)
{
    Suite *suite = suite_create("noncrypto cpu");
    TCase *tc = tcase_create("cpu");
    tcase_add_test(tc, a_program_detects_by_itself);
    tcase_add_test(tc, detection_does_not_undo_what_was_said);
    tcase_add_test(tc, a_complete_set_is_allowed_as_it_is);
    tcase_add_test(tc, what_lacks_its_base_is_dropped);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(cpu_suite)
