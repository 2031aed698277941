#include "field_helpers.h"
#include "fp_vectors.h"

#define NVECTORS (sizeof fp2_vectors / sizeof fp2_vectors[0])
#define ROUNDS   100

static void expect(const struct nonzk_fp2 *a, const char *hex0, const char *hex1)
{
    struct nonzk_fp2 expected = fp2_hex(hex0, hex1);
    assert_fp2_equal(a, &expected);
}

START_TEST(results_are_those_of_integer_arithmetic)
{
    struct nonzk_fp2 a = fp2_hex(fp2_vectors[_i].a0, fp2_vectors[_i].a1);
    struct nonzk_fp2 b = fp2_hex(fp2_vectors[_i].b0, fp2_vectors[_i].b1), c;
    nonzk_fp2_mul(&c, &a, &b);
    expect(&c, fp2_vectors[_i].product0, fp2_vectors[_i].product1);
    nonzk_fp2_square(&c, &a);
    expect(&c, fp2_vectors[_i].square0, fp2_vectors[_i].square1);
    ck_assert_int_eq(nonzk_fp2_invert(&c, &a), nonzk_fp2_is_zero(&a) ? NONZK_E_NOT_INVERTIBLE : 0);
    expect(&c, fp2_vectors[_i].inverse0, fp2_vectors[_i].inverse1);
    ck_assert_int_eq(nonzk_fp2_legendre(&a), fp2_vectors[_i].legendre);
}
END_TEST

START_TEST(sqrt_exists_exactly_for_squares)
{
    struct nonzk_fp2 a = fp2_hex(fp2_vectors[_i].a0, fp2_vectors[_i].a1);
    struct nonzk_fp2 root = fp2_u64(5, 6), before = root;
    int result = nonzk_fp2_sqrt(&root, &a);
    if (fp2_vectors[_i].legendre < 0) {
        ck_assert_int_eq(result, NONZK_E_NO_ROOT);
        assert_fp2_equal(&root, &before);
    } else {
        ck_assert_int_eq(result, 0);
        nonzk_fp2_square(&root, &root);
        assert_fp2_equal(&root, &a);
    }
}
END_TEST

/* The cases of the square root: elements of Fp and of Fp * u, squares in Fp and not, and the rest. */
START_TEST(every_square_has_its_root_found)
{
    uint64_t seed = check_seed();
    for (int i = 0; i < ROUNDS; i++) {
        struct nonzk_fp2 a = fp2_random(&seed), square, root, other;
        if (i % 4 == 1)
            nonzk_fp_set_zero(&a.c0);
        if (i % 4 == 2)
            nonzk_fp_set_zero(&a.c1);
        nonzk_fp2_square(&square, &a);
        ck_assert_int_eq(nonzk_fp2_legendre(&square), 1);
        ck_assert_int_eq(nonzk_fp2_sqrt(&root, &square), 0);
        nonzk_fp2_neg(&other, &root);
        ck_assert(nonzk_fp2_equal(&root, &a) || nonzk_fp2_equal(&other, &a));
    }
}
END_TEST

START_TEST(field_axioms_hold)
{
    uint64_t seed = check_seed();
    for (int i = 0; i < ROUNDS; i++) {
        struct nonzk_fp2 a = fp2_random(&seed), b = fp2_random(&seed), c = fp2_random(&seed);
        struct nonzk_fp2 x, y, z;
        nonzk_fp2_mul(&x, &a, &b);
        nonzk_fp2_mul(&y, &b, &a);
        assert_fp2_equal(&x, &y);
        nonzk_fp2_mul(&x, &x, &c);
        nonzk_fp2_mul(&y, &b, &c);
        nonzk_fp2_mul(&y, &a, &y);
        assert_fp2_equal(&x, &y);
        nonzk_fp2_add(&x, &b, &c);
        nonzk_fp2_mul(&x, &a, &x);
        nonzk_fp2_mul(&y, &a, &b);
        nonzk_fp2_mul(&z, &a, &c);
        nonzk_fp2_add(&y, &y, &z);
        assert_fp2_equal(&x, &y);
        nonzk_fp2_sub(&x, &a, &b);
        nonzk_fp2_neg(&y, &b);
        nonzk_fp2_add(&y, &y, &a);
        assert_fp2_equal(&x, &y);
        nonzk_fp2_square(&x, &a);
        nonzk_fp2_mul(&y, &a, &a);
        assert_fp2_equal(&x, &y);
    }
}
END_TEST

START_TEST(u_squared_is_minus_one)
{
    struct nonzk_fp2 u = fp2_u64(0, 1), minus_one = fp2_u64(1, 0);
    nonzk_fp2_neg(&minus_one, &minus_one);
    nonzk_fp2_square(&u, &u);
    assert_fp2_equal(&u, &minus_one);
}
END_TEST

START_TEST(the_norm_is_the_product_with_the_conjugate)
{
    uint64_t seed = check_seed();
    struct nonzk_fp2 a = fp2_random(&seed), conjugate, product, expected;
    nonzk_fp2_conjugate(&conjugate, &a);
    nonzk_fp2_mul(&product, &a, &conjugate);
    nonzk_fp2_norm(&expected.c0, &a);
    nonzk_fp_set_zero(&expected.c1);
    assert_fp2_equal(&product, &expected);
}
END_TEST

/* a^p by square and multiply with the bits of p. */
START_TEST(the_conjugate_is_the_power_of_p)
{
    uint8_t p[NONZK_FP_LEN];
    uint64_t seed = check_seed();
    struct nonzk_fp2 a = fp2_random(&seed), power, conjugate;
    check_unhex(p, sizeof p,
                "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf"
                "6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab");
    nonzk_fp2_set_one(&power);
    for (int bit = 0; bit < 384; bit++) {
        nonzk_fp2_square(&power, &power);
        if (p[bit / 8] >> (7 - bit % 8) & 1)
            nonzk_fp2_mul(&power, &power, &a);
    }
    nonzk_fp2_conjugate(&conjugate, &a);
    assert_fp2_equal(&power, &conjugate);
}
END_TEST

START_TEST(outputs_may_be_inputs)
{
    uint64_t seed = check_seed();
    struct nonzk_fp2 a = fp2_random(&seed), b = fp2_random(&seed), expected, x;
    nonzk_fp2_mul(&expected, &a, &b);
    x = a;
    nonzk_fp2_mul(&x, &x, &b);
    assert_fp2_equal(&x, &expected);
    x = b;
    nonzk_fp2_mul(&x, &a, &x);
    assert_fp2_equal(&x, &expected);
    nonzk_fp2_mul_fp(&expected, &a, &a.c0);
    x = a;
    nonzk_fp2_mul_fp(&x, &x, &x.c0);
    assert_fp2_equal(&x, &expected);
    nonzk_fp2_square(&expected, &a);
    x = a;
    nonzk_fp2_square(&x, &x);
    assert_fp2_equal(&x, &expected);
    ck_assert_int_eq(nonzk_fp2_invert(&expected, &a), 0);
    x = a;
    ck_assert_int_eq(nonzk_fp2_invert(&x, &x), 0);
    assert_fp2_equal(&x, &expected);
}
END_TEST

START_TEST(encoding_is_c1_then_c0_and_round_trips)
{
    struct nonzk_fp2 a = fp2_u64(3, 4), b;
    uint8_t bytes[NONZK_FP2_LEN];
    nonzk_fp2_to_bytes(bytes, &a);
    ck_assert_uint_eq(bytes[NONZK_FP_LEN - 1], 4);
    ck_assert_uint_eq(bytes[NONZK_FP2_LEN - 1], 3);
    ck_assert_int_eq(nonzk_fp2_from_bytes(&b, bytes), 0);
    assert_fp2_equal(&a, &b);
}
END_TEST

START_TEST(either_half_that_is_not_canonical_is_refused)
{
    struct nonzk_fp2 a = fp2_u64(1, 2), before = a;
    uint8_t bytes[NONZK_FP2_LEN] = {0};
    bytes[0] = 0x20;
    ck_assert_int_eq(nonzk_fp2_from_bytes(&a, bytes), NONZK_E_ENCODING);
    bytes[0] = 0;
    bytes[NONZK_FP_LEN] = 0x20;
    ck_assert_int_eq(nonzk_fp2_from_bytes(&a, bytes), NONZK_E_ENCODING);
    assert_fp2_equal(&a, &before);
}
END_TEST

START_TEST(the_sign_comes_from_c1_and_else_from_c0)
{
    struct nonzk_fp2 a = fp2_u64(1, 1);
    ck_assert_int_eq(nonzk_fp2_is_large(&a), 0);
    nonzk_fp_neg(&a.c0, &a.c0);
    ck_assert_int_eq(nonzk_fp2_is_large(&a), 0);
    nonzk_fp_neg(&a.c1, &a.c1);
    ck_assert_int_eq(nonzk_fp2_is_large(&a), 1);
    nonzk_fp_set_zero(&a.c1);
    ck_assert_int_eq(nonzk_fp2_is_large(&a), 1);
    nonzk_fp_neg(&a.c0, &a.c0);
    ck_assert_int_eq(nonzk_fp2_is_large(&a), 0);
    nonzk_fp2_set_zero(&a);
    ck_assert_int_eq(nonzk_fp2_is_large(&a), 0);
}
END_TEST

START_TEST(select_and_comparisons_look_at_both_halves)
{
    struct nonzk_fp2 a = fp2_u64(1, 2), b = fp2_u64(1, 3), c = fp2_u64(0, 2), x;
    ck_assert_int_eq(nonzk_fp2_equal(&a, &b), 0);
    ck_assert_int_eq(nonzk_fp2_equal(&a, &c), 0);
    ck_assert_int_eq(nonzk_fp2_is_zero(&c), 0);
    nonzk_fp2_select(&x, &a, &b, 1);
    assert_fp2_equal(&x, &a);
    nonzk_fp2_select(&x, &a, &c, 0);
    assert_fp2_equal(&x, &c);
}
END_TEST

static Suite *fp2_suite(void)
{
    Suite *suite = suite_create("nonzk fp2");
    TCase *tc = tcase_create("fp2");
    tcase_add_loop_test(tc, results_are_those_of_integer_arithmetic, 0, NVECTORS);
    tcase_add_loop_test(tc, sqrt_exists_exactly_for_squares, 0, NVECTORS);
    tcase_add_test(tc, every_square_has_its_root_found);
    tcase_add_test(tc, field_axioms_hold);
    tcase_add_test(tc, u_squared_is_minus_one);
    tcase_add_test(tc, the_norm_is_the_product_with_the_conjugate);
    tcase_add_test(tc, the_conjugate_is_the_power_of_p);
    tcase_add_test(tc, outputs_may_be_inputs);
    tcase_add_test(tc, encoding_is_c1_then_c0_and_round_trips);
    tcase_add_test(tc, either_half_that_is_not_canonical_is_refused);
    tcase_add_test(tc, the_sign_comes_from_c1_and_else_from_c0);
    tcase_add_test(tc, select_and_comparisons_look_at_both_halves);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(fp2_suite)
