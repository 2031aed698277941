/*
 * What holds in G1 and in G2 alike: test_g1.c and test_g2.c name the types and include this file.
 */
#include "point_helpers.h"

static const char order[] = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";

static void assert_points_equal(const POINT *a, const POINT *b)
{
    ck_assert_int_eq(GROUP(equal)(a, b), 1);
}

static POINT multiple(uint64_t k)
{
    POINT generator, sum;
    GROUP(set_generator)(&generator);
    GROUP(set_infinity)(&sum);
    for (uint64_t i = 0; i < k; i++)
        GROUP(add)(&sum, &sum, &generator);
    return sum;
}

static AFFINE affine(const POINT *a)
{
    AFFINE out;
    GROUP(to_affine)(&out, a);
    return out;
}

START_TEST(the_generator_is_a_point_of_the_group)
{
    POINT generator = multiple(1);
    AFFINE a = affine(&generator);
    ck_assert_int_eq(GROUP(affine_is_on_curve)(&a), 1);
    ck_assert_int_eq(GROUP(affine_is_in_subgroup)(&a), 1);
    ck_assert_int_eq(GROUP(is_infinity)(&generator), 0);
}
END_TEST

START_TEST(addition_is_complete)
{
    POINT a = multiple(5), minus_a, infinity, sum, expected;
    AFFINE affine_a = affine(&a), affine_minus, affine_infinity;
    GROUP(set_infinity)(&infinity);
    GROUP(neg)(&minus_a, &a);
    affine_minus = affine(&minus_a);
    affine_infinity = affine(&infinity);
    ck_assert_int_eq(GROUP(affine_is_infinity)(&affine_infinity), 1);

    GROUP(add)(&sum, &a, &minus_a);
    assert_points_equal(&sum, &infinity);
    GROUP(add_affine)(&sum, &a, &affine_minus);
    assert_points_equal(&sum, &infinity);
    GROUP(add)(&sum, &infinity, &a);
    assert_points_equal(&sum, &a);
    GROUP(add)(&sum, &a, &infinity);
    assert_points_equal(&sum, &a);
    GROUP(add_affine)(&sum, &a, &affine_infinity);
    assert_points_equal(&sum, &a);
    GROUP(add_affine)(&sum, &infinity, &affine_a);
    assert_points_equal(&sum, &a);
    GROUP(add)(&sum, &infinity, &infinity);
    assert_points_equal(&sum, &infinity);
    GROUP(double)(&sum, &infinity);
    assert_points_equal(&sum, &infinity);

    expected = multiple(10);
    GROUP(double)(&sum, &a);
    assert_points_equal(&sum, &expected);
    GROUP(add)(&sum, &a, &a);
    assert_points_equal(&sum, &expected);
    GROUP(add_affine)(&sum, &a, &affine_a);
    assert_points_equal(&sum, &expected);
    ck_assert_int_eq(GROUP(equal)(&a, &expected), 0);
    ck_assert_int_eq(GROUP(equal)(&a, &minus_a), 0);
    ck_assert_int_eq(GROUP(equal)(&a, &infinity), 0);
}
END_TEST

START_TEST(multiples_are_repeated_sums)
{
    POINT generator = multiple(1), expected, product;
    GROUP(set_infinity)(&expected);
    for (uint64_t k = 0; k < 40; k++) {
        struct scalar scalar = scalar_u64(k);
        GROUP(mul)(&product, &generator, scalar.byte);
        assert_points_equal(&product, &expected);
        GROUP(mul_vartime)(&product, &generator, scalar.byte);
        assert_points_equal(&product, &expected);
        GROUP(add)(&expected, &expected, &generator);
    }
}
END_TEST

/* By the bits of the scalar, which knows nothing of digits and endomorphisms. */
static void multiply_by_bits(POINT *out, const POINT *a, const struct scalar *k)
{
    GROUP(set_infinity)(out);
    for (int bit = 0; bit < 256; bit++) {
        GROUP(double)(out, out);
        if (k->byte[bit / 8] >> (7 - bit % 8) & 1)
            GROUP(add)(out, out, a);
    }
}

START_TEST(both_multiplications_agree_with_that_by_bits)
{
    static const char *const edges[] = {
        "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000000",
        "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000002",
        "e7db4ea6533afa906673b0101343b00aa77b4805fffcb7fdfffffffe00000002",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "000000000000000000000000000000000000000000000000d201000000010000",
        "00000000000000000000000000000000ac45a4010001a40200000000ffffffff",
        "00000000000000000000000000000000ac45a4010001a4020000000100000000",
        "8000000000000000000000000000000000000000000000000000000000000000",
    };
    uint64_t seed = check_seed();
    POINT generator = multiple(7), expected, product;
    for (size_t i = 0; i < 20; i++) {
        struct scalar k =
            i < sizeof edges / sizeof edges[0] ? scalar_hex(edges[i]) : scalar_random(&seed);
        multiply_by_bits(&expected, &generator, &k);
        GROUP(mul)(&product, &generator, k.byte);
        assert_points_equal(&product, &expected);
        GROUP(mul_vartime)(&product, &generator, k.byte);
        assert_points_equal(&product, &expected);
    }
}
END_TEST

START_TEST(the_order_is_r)
{
    struct scalar r = scalar_hex(order);
    POINT generator = multiple(1), product;
    multiply_by_bits(&product, &generator, &r);
    ck_assert_int_eq(GROUP(is_infinity)(&product), 1);
    GROUP(mul)(&product, &generator, r.byte);
    ck_assert_int_eq(GROUP(is_infinity)(&product), 1);
}
END_TEST

/*
 * The check by the endomorphism against the definition, for points of the curve found from small x.
 */
START_TEST(the_subgroup_is_what_the_order_says)
{
    struct scalar r = scalar_hex(order);
    int found = 0;
    for (uint64_t x = 0; found < 8; x++) {
        AFFINE a = curve_point(x);
        POINT point, product;
        if (!GROUP(affine_is_on_curve)(&a))
            continue;
        found++;
        GROUP(from_affine)(&point, &a);
        multiply_by_bits(&product, &point, &r);
        ck_assert_int_eq(GROUP(affine_is_in_subgroup)(&a), GROUP(is_infinity)(&product));
        ck_assert_int_eq(GROUP(affine_is_in_subgroup)(&a), 0);
    }
}
END_TEST

START_TEST(outputs_may_be_inputs)
{
    POINT a = multiple(3), b = multiple(4), expected = multiple(7), x = a;
    AFFINE affine_b = affine(&b);
    GROUP(add)(&x, &x, &b);
    assert_points_equal(&x, &expected);
    x = b;
    GROUP(add)(&x, &a, &x);
    assert_points_equal(&x, &expected);
    x = a;
    GROUP(add_affine)(&x, &x, &affine_b);
    assert_points_equal(&x, &expected);
    x = a;
    expected = multiple(6);
    GROUP(double)(&x, &x);
    assert_points_equal(&x, &expected);
}
END_TEST

/* File i holds 0, 1, ... 999 times the generator. */
static void expect_both(const uint8_t *c, const uint8_t *u, int result)
{
    POINT generator = multiple(2);
    AFFINE a = affine(&generator), before = a;
    if (c)
        ck_assert_int_eq(GROUP(from_compressed)(&a, c), result);
    if (u)
        ck_assert_int_eq(GROUP(from_uncompressed)(&a, u), result);
    ck_assert_mem_eq(&a, &before, sizeof a);
}

START_TEST(wrong_flags_are_refused)
{
    POINT generator = multiple(1);
    AFFINE a = affine(&generator);
    uint8_t c[COMPRESSED_LEN], u[UNCOMPRESSED_LEN];
    GROUP(to_compressed)(c, &a);
    GROUP(to_uncompressed)(u, &a);
    c[0] ^= 0x80;
    expect_both(c, NULL, NONZK_E_ENCODING);
    c[0] ^= 0xc0;
    expect_both(c, NULL, NONZK_E_ENCODING);
    u[0] ^= 0x80;
    expect_both(NULL, u, NONZK_E_ENCODING);
    u[0] ^= 0xa0;
    expect_both(NULL, u, NONZK_E_ENCODING);
    u[0] ^= 0x60;
    expect_both(NULL, u, NONZK_E_ENCODING);
}
END_TEST

START_TEST(infinity_has_one_encoding_only)
{
    for (size_t i = 0; i < UNCOMPRESSED_LEN; i++) {
        uint8_t c[COMPRESSED_LEN] = {0xc0}, u[UNCOMPRESSED_LEN] = {0x40};
        AFFINE a;
        ck_assert_int_eq(GROUP(from_compressed)(&a, c), 0);
        ck_assert_int_eq(GROUP(affine_is_infinity)(&a), 1);
        ck_assert_int_eq(GROUP(from_uncompressed)(&a, u), 0);
        ck_assert_int_eq(GROUP(affine_is_infinity)(&a), 1);
        c[i % COMPRESSED_LEN] |= 1;
        u[i] |= 1;
        expect_both(c, u, NONZK_E_ENCODING);
    }
    uint8_t signed_infinity[COMPRESSED_LEN] = {0xe0}, zero[UNCOMPRESSED_LEN] = {0};
    expect_both(signed_infinity, NULL, NONZK_E_ENCODING);
    expect_both(NULL, zero, NONZK_E_NOT_ON_CURVE);
}
END_TEST

START_TEST(coordinates_not_below_p_are_refused)
{
    uint8_t p[NONZK_FP_LEN];
    check_unhex(p, sizeof p,
                "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf"
                "6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab");
    POINT generator = multiple(1);
    AFFINE a = affine(&generator);
    for (size_t at = 0; at < UNCOMPRESSED_LEN; at += NONZK_FP_LEN) {
        uint8_t c[COMPRESSED_LEN], u[UNCOMPRESSED_LEN];
        GROUP(to_compressed)(c, &a);
        GROUP(to_uncompressed)(u, &a);
        memcpy(u + at, p, sizeof p);
        expect_both(NULL, u, NONZK_E_ENCODING);
        if (at >= COMPRESSED_LEN)
            continue;
        memcpy(c + at, p, sizeof p);
        if (at == 0)
            c[0] |= 0x80;
        expect_both(c, NULL, NONZK_E_ENCODING);
    }
}
END_TEST

START_TEST(what_is_not_on_the_curve_or_not_in_the_group_is_refused)
{
    int off = 0, outside = 0;
    for (uint64_t x = 0; off < 4 || outside < 4; x++) {
        AFFINE a = curve_point(x);
        uint8_t c[COMPRESSED_LEN], u[UNCOMPRESSED_LEN];
        int on = GROUP(affine_is_on_curve)(&a);
        GROUP(to_compressed)(c, &a);
        GROUP(to_uncompressed)(u, &a);
        expect_both(c, u, on ? NONZK_E_NOT_IN_SUBGROUP : NONZK_E_NOT_ON_CURVE);
        if (on)
            outside++;
        else
            off++;
    }
}
END_TEST

static Suite *points_suite(const char *name)
{
    Suite *suite = suite_create(name);
    TCase *tc = tcase_create("points");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, the_generator_is_a_point_of_the_group);
    tcase_add_test(tc, addition_is_complete);
    tcase_add_test(tc, multiples_are_repeated_sums);
    tcase_add_test(tc, both_multiplications_agree_with_that_by_bits);
    tcase_add_test(tc, the_order_is_r);
    tcase_add_test(tc, the_subgroup_is_what_the_order_says);
    tcase_add_test(tc, outputs_may_be_inputs);
    tcase_add_test(tc, wrong_flags_are_refused);
    tcase_add_test(tc, infinity_has_one_encoding_only);
    tcase_add_test(tc, coordinates_not_below_p_are_refused);
    tcase_add_test(tc, what_is_not_on_the_curve_or_not_in_the_group_is_refused);
    suite_add_tcase(suite, tc);
    return suite;
}
