#include <check_main.h>

#include <nonfs/result.h>

/* Every value has a text of its own, and a value outside of the enumeration has the common one. */
START_TEST(each_result_has_a_text_of_its_own)
{
    for (int a = 0; a >= -25; a--) {
        ck_assert_str_ne(nonfs_strerror(a), nonfs_strerror(-25 - 1));
        for (int b = a - 1; b >= -25; b--)
            ck_assert_str_ne(nonfs_strerror(a), nonfs_strerror(b));
    }
}
END_TEST

START_TEST(values_outside_of_the_enumeration_have_a_text)
{
    ck_assert_str_eq(nonfs_strerror(1), "unknown result");
    ck_assert_str_eq(nonfs_strerror(-10000), "unknown result");
}
END_TEST

static Suite *result_suite(void)
{
    Suite *suite = suite_create("nonfs result");
    TCase *tc = tcase_create("strerror");
    tcase_add_test(tc, each_result_has_a_text_of_its_own);
    tcase_add_test(tc, values_outside_of_the_enumeration_have_a_text);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(result_suite)
