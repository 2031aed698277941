#include <check_main.h>

#include <noncrypto/selftest.h>

START_TEST(the_selftest_passes)
{
    const char *failed = "unchanged";
    ck_assert_int_eq(noncrypto_selftest(&failed), 0);
    ck_assert_ptr_null(failed);
    ck_assert_int_eq(noncrypto_selftest(NULL), 0);
}
END_TEST

static void count(void *user, const char *subject, int result)
{
    ck_assert_int_eq(result, 0);
    ck_assert_uint_gt(strlen(subject), 0);
    ++*(int *)user;
}

START_TEST(each_subject_is_reported_once)
{
    int subjects = 0;
    ck_assert_int_eq(noncrypto_selftest_each(count, &subjects), 0);
    ck_assert_int_eq(subjects, 11);
}
END_TEST

static Suite *selftest_suite(void)
{
    Suite *suite = suite_create("noncrypto selftest");
    TCase *tc = tcase_create("selftest");
    tcase_add_test(tc, the_selftest_passes);
    tcase_add_test(tc, each_subject_is_reported_once);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(selftest_suite)
