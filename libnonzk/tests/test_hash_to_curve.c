/*
 * Hashing to curves: what RFC 9380 forbids. Its vectors run in test_vectors.c.
 */
#include <check_main.h>

#include <nonzk/hash_to_curve.h>

START_TEST(lengths_that_the_rfc_forbids_are_refused)
{
    static uint8_t out[NONZK_EXPAND_MAX_LEN + 1];
    struct nonzk_g1 p;
    struct nonzk_g2 q;
    ck_assert_int_eq(nonzk_expand_message_xmd(out, 0, "m", 1, "t", 1), NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_expand_message_xmd(out, sizeof out, "m", 1, "t", 1), NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_expand_message_xmd(out, sizeof out - 1, "m", 1, "t", 1), 0);
    ck_assert_int_eq(nonzk_expand_message_xmd(out, 1, "m", 1, "", 0), NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_g1_hash(&p, "m", 1, "", 0), NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_g1_encode(&p, "m", 1, "", 0), NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_g2_hash(&q, "m", 1, "", 0), NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_g2_encode(&q, "m", 1, "", 0), NONZK_E_INVALID);
}
END_TEST

static Suite *hash_to_curve_suite(void)
{
    Suite *suite = suite_create("nonzk hash to curve");
    TCase *tc = tcase_create("hash to curve");
    tcase_add_test(tc, lengths_that_the_rfc_forbids_are_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(hash_to_curve_suite)
