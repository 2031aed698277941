/*
 * The field under real coordinates: multiples of the generators of G1 and G2 in the encodings of zkcrypto. Here they
 * serve the field only; points are not part of the library yet.
 */
#include "field_helpers.h"

#include <vector_file.h>

#define NPOINTS 1000

/* The generator of G1, draft-irtf-cfrg-pairing-friendly-curves section 4.2.1. */
static const char g1_x[] = "17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905"
                           "a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb";
static const char g1_y[] = "08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af6"
                           "00db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1";

/* y^2 = x^3 + 4 */
static struct nonzk_fp g1_right_side(const struct nonzk_fp *x)
{
    struct nonzk_fp t, four = fp_u64(4);
    nonzk_fp_square(&t, x);
    nonzk_fp_mul(&t, &t, x);
    nonzk_fp_add(&t, &t, &four);
    return t;
}

/* y^2 = x^3 + 4 (u + 1) */
static struct nonzk_fp2 g2_right_side(const struct nonzk_fp2 *x)
{
    struct nonzk_fp2 t, b = fp2_u64(4, 4);
    nonzk_fp2_square(&t, x);
    nonzk_fp2_mul(&t, &t, x);
    nonzk_fp2_add(&t, &t, &b);
    return t;
}

START_TEST(the_generator_of_g1_is_on_the_curve)
{
    struct nonzk_fp x = fp_hex(g1_x), y = fp_hex(g1_y), right = g1_right_side(&x);
    nonzk_fp_square(&y, &y);
    assert_fp_equal(&y, &right);
}
END_TEST

/* The first encoding of each file is the point at infinity, which has no coordinates. */
START_TEST(coordinates_of_g1_are_on_the_curve_and_y_follows_from_x)
{
    size_t len;
    char *whole = vector_file_read("zk/zkcrypto/g1_uncompressed_valid_test_vectors.dat", &len);
    char *compressed = vector_file_read("zk/zkcrypto/g1_compressed_valid_test_vectors.dat", NULL);
    if (!whole || !compressed)
        return;
    ck_assert_uint_eq(len, NPOINTS * 2 * NONZK_FP_LEN);
    for (size_t i = 1; i < NPOINTS; i++) {
        const uint8_t *encoded = (const uint8_t *)whole + i * 2 * NONZK_FP_LEN;
        struct nonzk_fp x, y, root, other, square, right;
        ck_assert_int_eq(nonzk_fp_from_bytes(&x, encoded), 0);
        ck_assert_int_eq(nonzk_fp_from_bytes(&y, encoded + NONZK_FP_LEN), 0);
        right = g1_right_side(&x);
        nonzk_fp_square(&square, &y);
        assert_fp_equal(&square, &right);
        int sign = (uint8_t)compressed[i * NONZK_FP_LEN] >> 5 & 1;
        ck_assert_int_eq(nonzk_fp_is_large(&y), sign);
        ck_assert_int_eq(nonzk_fp_sqrt(&root, &right), 0);
        nonzk_fp_neg(&other, &root);
        nonzk_fp_select(&root, &root, &other, nonzk_fp_is_large(&root) == sign);
        assert_fp_equal(&root, &y);
    }
    free(whole);
    free(compressed);
}
END_TEST

START_TEST(coordinates_of_g2_are_on_the_curve_and_y_follows_from_x)
{
    size_t len;
    char *whole = vector_file_read("zk/zkcrypto/g2_uncompressed_valid_test_vectors.dat", &len);
    char *compressed = vector_file_read("zk/zkcrypto/g2_compressed_valid_test_vectors.dat", NULL);
    if (!whole || !compressed)
        return;
    ck_assert_uint_eq(len, NPOINTS * 2 * NONZK_FP2_LEN);
    for (size_t i = 1; i < NPOINTS; i++) {
        const uint8_t *encoded = (const uint8_t *)whole + i * 2 * NONZK_FP2_LEN;
        struct nonzk_fp2 x, y, root, other, square, right;
        ck_assert_int_eq(nonzk_fp2_from_bytes(&x, encoded), 0);
        ck_assert_int_eq(nonzk_fp2_from_bytes(&y, encoded + NONZK_FP2_LEN), 0);
        right = g2_right_side(&x);
        nonzk_fp2_square(&square, &y);
        assert_fp2_equal(&square, &right);
        int sign = (uint8_t)compressed[i * NONZK_FP2_LEN] >> 5 & 1;
        ck_assert_int_eq(nonzk_fp2_is_large(&y), sign);
        ck_assert_int_eq(nonzk_fp2_sqrt(&root, &right), 0);
        nonzk_fp2_neg(&other, &root);
        nonzk_fp2_select(&root, &root, &other, nonzk_fp2_is_large(&root) == sign);
        assert_fp2_equal(&root, &y);
    }
    free(whole);
    free(compressed);
}
END_TEST

static Suite *curve_points_suite(void)
{
    Suite *suite = suite_create("nonzk curve points");
    TCase *tc = tcase_create("curve points");
    tcase_add_test(tc, the_generator_of_g1_is_on_the_curve);
    tcase_add_test(tc, coordinates_of_g1_are_on_the_curve_and_y_follows_from_x);
    tcase_add_test(tc, coordinates_of_g2_are_on_the_curve_and_y_follows_from_x);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(curve_points_suite)
