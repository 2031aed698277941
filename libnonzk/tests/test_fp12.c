#include "field_helpers.h"

#include <nonzk/fp12.h>

static struct nonzk_fp6 fp6_random(uint64_t *seed)
{
    return (struct nonzk_fp6){fp2_random(seed), fp2_random(seed), fp2_random(seed)};
}

static struct nonzk_fp12 fp12_random(uint64_t *seed)
{
    return (struct nonzk_fp12){fp6_random(seed), fp6_random(seed)};
}

static void assert_fp6_equal(const struct nonzk_fp6 *a, const struct nonzk_fp6 *b)
{
    ck_assert_mem_eq(a, b, sizeof *a);
    ck_assert_int_eq(nonzk_fp6_equal(a, b), 1);
}

static void assert_fp12_equal(const struct nonzk_fp12 *a, const struct nonzk_fp12 *b)
{
    ck_assert_mem_eq(a, b, sizeof *a);
    ck_assert_int_eq(nonzk_fp12_equal(a, b), 1);
}

/* a^(p^6 - 1)(p^2 + 1), which is in the cyclotomic subgroup */
static struct nonzk_fp12 fp12_cyclotomic(uint64_t *seed)
{
    struct nonzk_fp12 a = fp12_random(seed), t;
    ck_assert_int_eq(nonzk_fp12_invert(&t, &a), 0);
    nonzk_fp12_conjugate(&a, &a);
    nonzk_fp12_mul(&a, &a, &t);
    nonzk_fp12_frobenius(&t, &a);
    nonzk_fp12_frobenius(&t, &t);
    nonzk_fp12_mul(&a, &a, &t);
    return a;
}

/* v^3 and w^6 are both u + 1, by the product of the schoolbook. */
START_TEST(the_roots_are_those_of_the_definition)
{
    struct nonzk_fp6 v, xi, t;
    nonzk_fp6_set_zero(&v);
    nonzk_fp6_set_zero(&xi);
    v.c1 = fp2_u64(1, 0);
    xi.c0 = fp2_u64(1, 1);
    nonzk_fp6_mul(&t, &v, &v);
    nonzk_fp6_mul(&t, &t, &v);
    assert_fp6_equal(&t, &xi);

    struct nonzk_fp12 w, w2, expected;
    nonzk_fp12_set_one(&w);
    nonzk_fp6_set_zero(&w.c0);
    nonzk_fp6_set_one(&w.c1);
    nonzk_fp12_mul(&w2, &w, &w);
    nonzk_fp12_set_one(&expected);
    expected.c0 = v;
    assert_fp12_equal(&w2, &expected);
}
END_TEST

/* The product against the nine products in Fp2 of its coefficients. */
START_TEST(the_product_in_fp6_is_that_of_polynomials)
{
    uint64_t seed = check_seed();
    struct nonzk_fp6 a = fp6_random(&seed), b = fp6_random(&seed), product;
    const struct nonzk_fp2 *ca = &a.c0, *cb = &b.c0;
    struct nonzk_fp2 sum[5], t, xi = fp2_u64(1, 1);
    memset(sum, 0, sizeof sum);
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
            nonzk_fp2_mul(&t, &ca[i], &cb[j]);
            nonzk_fp2_add(&sum[i + j], &sum[i + j], &t);
        }
    }
    for (int i = 0; i < 2; i++) {
        nonzk_fp2_mul(&t, &sum[i + 3], &xi);
        nonzk_fp2_add(&sum[i], &sum[i], &t);
    }
    nonzk_fp6_mul(&product, &a, &b);
    ck_assert_mem_eq(&product, sum, sizeof product);
}
END_TEST

START_TEST(field_axioms_hold)
{
    uint64_t seed = check_seed();
    for (int i = 0; i < 20; i++) {
        struct nonzk_fp12 a = fp12_random(&seed), b = fp12_random(&seed), c = fp12_random(&seed);
        struct nonzk_fp12 x, y, z;
        nonzk_fp12_mul(&x, &a, &b);
        nonzk_fp12_mul(&y, &b, &a);
        assert_fp12_equal(&x, &y);
        nonzk_fp12_mul(&x, &x, &c);
        nonzk_fp12_mul(&y, &b, &c);
        nonzk_fp12_mul(&y, &a, &y);
        assert_fp12_equal(&x, &y);
        nonzk_fp12_mul(&x, &a, &b);
        nonzk_fp12_mul(&y, &a, &c);
        nonzk_fp6_add(&x.c0, &x.c0, &y.c0);
        nonzk_fp6_add(&x.c1, &x.c1, &y.c1);
        nonzk_fp6_add(&z.c0, &b.c0, &c.c0);
        nonzk_fp6_add(&z.c1, &b.c1, &c.c1);
        nonzk_fp12_mul(&y, &a, &z);
        assert_fp12_equal(&x, &y);
        nonzk_fp12_square(&x, &a);
        nonzk_fp12_mul(&y, &a, &a);
        assert_fp12_equal(&x, &y);
    }
}
END_TEST

START_TEST(an_inverse_multiplies_to_one_and_zero_has_none)
{
    uint64_t seed = check_seed();
    struct nonzk_fp12 a = fp12_random(&seed), b, one;
    nonzk_fp12_set_one(&one);
    ck_assert_int_eq(nonzk_fp12_invert(&b, &a), 0);
    nonzk_fp12_mul(&b, &b, &a);
    assert_fp12_equal(&b, &one);
    struct nonzk_fp12 zero = {0};
    ck_assert_int_eq(nonzk_fp12_invert(&b, &zero), NONZK_E_NOT_INVERTIBLE);
    assert_fp12_equal(&b, &zero);
    struct nonzk_fp6 six;
    ck_assert_int_eq(nonzk_fp6_invert(&six, &zero.c0), NONZK_E_NOT_INVERTIBLE);
}
END_TEST

START_TEST(sparse_products_are_those_of_the_whole)
{
    uint64_t seed = check_seed();
    struct nonzk_fp12 a = fp12_random(&seed), b = {0}, x, y;
    b.c0.c0 = fp2_random(&seed);
    b.c0.c1 = fp2_random(&seed);
    b.c1.c1 = fp2_random(&seed);
    nonzk_fp12_mul(&x, &a, &b);
    nonzk_fp12_mul_014(&y, &a, &b.c0.c0, &b.c0.c1, &b.c1.c1);
    assert_fp12_equal(&x, &y);
    nonzk_fp6_mul(&x.c0, &a.c0, &b.c1);
    nonzk_fp6_mul_1(&y.c0, &a.c0, &b.c1.c1);
    assert_fp6_equal(&x.c0, &y.c0);
    struct nonzk_fp6 v = {.c1 = fp2_u64(1, 0)};
    nonzk_fp6_mul(&x.c0, &a.c0, &v);
    nonzk_fp6_mul_v(&y.c0, &a.c0);
    assert_fp6_equal(&x.c0, &y.c0);
}
END_TEST

/* a^p by square and multiply with the bits of p. */
START_TEST(the_frobenius_map_is_the_power_of_p)
{
    uint8_t p[NONZK_FP_LEN];
    uint64_t seed = check_seed();
    struct nonzk_fp12 a = fp12_random(&seed), power, map;
    check_unhex(p, sizeof p,
                "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf"
                "6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab");
    nonzk_fp12_set_one(&power);
    for (int bit = 0; bit < 384; bit++) {
        nonzk_fp12_square(&power, &power);
        if (p[bit / 8] >> (7 - bit % 8) & 1)
            nonzk_fp12_mul(&power, &power, &a);
    }
    nonzk_fp12_frobenius(&map, &a);
    assert_fp12_equal(&power, &map);
    for (int i = 1; i < 6; i++)
        nonzk_fp12_frobenius(&map, &map);
    nonzk_fp12_conjugate(&power, &a);
    assert_fp12_equal(&power, &map);
}
END_TEST

START_TEST(in_the_cyclotomic_subgroup_square_and_inverse_are_cheaper)
{
    uint64_t seed = check_seed();
    struct nonzk_fp12 a = fp12_cyclotomic(&seed), x, y;
    nonzk_fp12_square(&x, &a);
    nonzk_fp12_cyclotomic_square(&y, &a);
    assert_fp12_equal(&x, &y);
    ck_assert_int_eq(nonzk_fp12_invert(&x, &a), 0);
    nonzk_fp12_conjugate(&y, &a);
    assert_fp12_equal(&x, &y);
}
END_TEST

START_TEST(outputs_may_be_inputs)
{
    uint64_t seed = check_seed();
    struct nonzk_fp12 a = fp12_cyclotomic(&seed), b = fp12_random(&seed), expected, x;
    nonzk_fp12_mul(&expected, &a, &b);
    x = a;
    nonzk_fp12_mul(&x, &x, &b);
    assert_fp12_equal(&x, &expected);
    x = b;
    nonzk_fp12_mul(&x, &a, &x);
    assert_fp12_equal(&x, &expected);
    nonzk_fp12_square(&expected, &a);
    x = a;
    nonzk_fp12_square(&x, &x);
    assert_fp12_equal(&x, &expected);
    x = a;
    nonzk_fp12_cyclotomic_square(&x, &x);
    assert_fp12_equal(&x, &expected);
    nonzk_fp12_mul_014(&expected, &a, &b.c0.c0, &b.c0.c1, &b.c1.c1);
    x = a;
    nonzk_fp12_mul_014(&x, &x, &b.c0.c0, &b.c0.c1, &b.c1.c1);
    assert_fp12_equal(&x, &expected);
    nonzk_fp12_frobenius(&expected, &a);
    x = a;
    nonzk_fp12_frobenius(&x, &x);
    assert_fp12_equal(&x, &expected);
    ck_assert_int_eq(nonzk_fp12_invert(&expected, &b), 0);
    ck_assert_int_eq(nonzk_fp12_invert(&b, &b), 0);
    assert_fp12_equal(&b, &expected);
}
END_TEST

START_TEST(comparison_sees_every_coefficient)
{
    for (size_t i = 0; i < 12; i++) {
        struct nonzk_fp12 a = {0}, b = {0};
        ((struct nonzk_fp *)&b)[i] = fp_u64(1);
        ck_assert_int_eq(nonzk_fp12_equal(&a, &b), 0);
    }
}
END_TEST

static Suite *fp12_suite(void)
{
    Suite *suite = suite_create("nonzk fp12");
    TCase *tc = tcase_create("fp12");
    tcase_add_test(tc, the_roots_are_those_of_the_definition);
    tcase_add_test(tc, the_product_in_fp6_is_that_of_polynomials);
    tcase_add_test(tc, field_axioms_hold);
    tcase_add_test(tc, an_inverse_multiplies_to_one_and_zero_has_none);
    tcase_add_test(tc, sparse_products_are_those_of_the_whole);
    tcase_add_test(tc, the_frobenius_map_is_the_power_of_p);
    tcase_add_test(tc, in_the_cyclotomic_subgroup_square_and_inverse_are_cheaper);
    tcase_add_test(tc, outputs_may_be_inputs);
    tcase_add_test(tc, comparison_sees_every_coefficient);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(fp12_suite)
