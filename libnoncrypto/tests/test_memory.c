#include <check_main.h>

#include <noncrypto/memory.h>

START_TEST(equal_memory_compares_as_equal)
{
    uint8_t a[40], b[40];
    memset(a, 0x5a, sizeof a);
    memcpy(b, a, sizeof b);
    for (size_t len = 0; len <= sizeof a; len++)
        ck_assert_int_eq(noncrypto_compare(a, b, len), 0);
}
END_TEST

START_TEST(a_difference_in_any_bit_is_seen)
{
    uint8_t a[40] = {0}, b[40] = {0};
    for (size_t i = 0; i < 8 * sizeof a; i++) {
        b[i / 8] ^= (uint8_t)(1 << i % 8);
        ck_assert_int_eq(noncrypto_compare(a, b, sizeof a), NONCRYPTO_E_VERIFY);
        b[i / 8] ^= (uint8_t)(1 << i % 8);
    }
}
END_TEST

START_TEST(bytes_beyond_the_length_are_not_compared)
{
    ck_assert_int_eq(noncrypto_compare("abcX", "abcY", 3), 0);
}
END_TEST

START_TEST(select_copies_the_one_that_the_condition_says)
{
    static const int conditions[] = {0, 1, -1, 256, INT32_MIN};
    uint8_t a[33], b[33], out[34];
    memset(a, 0xa5, sizeof a);
    memset(b, 0x3c, sizeof b);
    for (size_t i = 0; i < sizeof conditions / sizeof conditions[0]; i++) {
        memset(out, 0xee, sizeof out);
        noncrypto_select(conditions[i], out, a, b, sizeof a);
        ck_assert_mem_eq(out, conditions[i] ? a : b, sizeof a);
        ck_assert_uint_eq(out[33], 0xee);
        noncrypto_select(conditions[i], b, a, b, 0);
        ck_assert_uint_eq(b[0], 0x3c);
    }
}
END_TEST

START_TEST(wiped_memory_is_zero_and_its_neighbours_are_not)
{
    uint8_t a[16];
    memset(a, 0xff, sizeof a);
    noncrypto_wipe(a + 1, sizeof a - 2);
    for (size_t i = 1; i < sizeof a - 1; i++)
        ck_assert_uint_eq(a[i], 0);
    ck_assert_uint_eq(a[0], 0xff);
    ck_assert_uint_eq(a[15], 0xff);
    noncrypto_wipe(NULL, 0);
}
END_TEST

static Suite *memory_suite(void)
{
    Suite *suite = suite_create("noncrypto memory");
    TCase *tc = tcase_create("memory");
    tcase_add_test(tc, equal_memory_compares_as_equal);
    tcase_add_test(tc, a_difference_in_any_bit_is_seen);
    tcase_add_test(tc, bytes_beyond_the_length_are_not_compared);
    tcase_add_test(tc, select_copies_the_one_that_the_condition_says);
    tcase_add_test(tc, wiped_memory_is_zero_and_its_neighbours_are_not);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(memory_suite)
