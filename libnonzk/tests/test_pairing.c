#include "pairing_vectors.h"
#include "point_helpers.h"

#include <nonzk/pairing.h>

static struct nonzk_g1_affine g1_at(uint64_t k)
{
    struct scalar scalar = scalar_u64(k);
    struct nonzk_g1 p = g1_multiple(&scalar);
    struct nonzk_g1_affine a;
    nonzk_g1_to_affine(&a, &p);
    return a;
}

static struct nonzk_g2_affine g2_at(uint64_t k)
{
    struct scalar scalar = scalar_u64(k);
    struct nonzk_g2 p = g2_multiple(&scalar);
    struct nonzk_g2_affine a;
    nonzk_g2_to_affine(&a, &p);
    return a;
}

static struct nonzk_g1_affine g1_negative(const struct nonzk_g1_affine *a)
{
    struct nonzk_g1_affine out = *a;
    nonzk_fp_neg(&out.y, &a->y);
    return out;
}

static void assert_pairings_equal(const struct nonzk_fp12 *a, const struct nonzk_fp12 *b)
{
    ck_assert_int_eq(nonzk_fp12_equal(a, b), 1);
}

static struct nonzk_fp12 fp12_power(const struct nonzk_fp12 *a, uint64_t k)
{
    struct nonzk_fp12 out;
    nonzk_fp12_set_one(&out);
    for (int bit = 63; bit >= 0; bit--) {
        nonzk_fp12_square(&out, &out);
        if (k >> bit & 1)
            nonzk_fp12_mul(&out, &out, a);
    }
    return out;
}

START_TEST(the_pairing_of_the_generators_is_that_of_the_definition)
{
    struct nonzk_g1_affine p = g1_at(1);
    struct nonzk_g2_affine q = g2_at(1);
    struct nonzk_fp12 e;
    nonzk_pairing(&e, &p, &q);
    const struct nonzk_fp2 *by_power[6] = {&e.c0.c0, &e.c1.c0, &e.c0.c1,
                                           &e.c1.c1, &e.c0.c2, &e.c1.c2};
    for (int i = 0; i < 6; i++) {
        struct nonzk_fp2 expected =
            fp2_hex(pairing_of_generators[i][0], pairing_of_generators[i][1]);
        assert_fp2_equal(by_power[i], &expected);
    }
}
END_TEST

START_TEST(it_is_bilinear)
{
    uint64_t seed = check_seed(), a = check_random(&seed) >> 32, b = check_random(&seed) >> 32;
    struct nonzk_g1_affine p = g1_at(1), ap = g1_at(a), abp = g1_at(a * b);
    struct nonzk_g2_affine q = g2_at(1), bq = g2_at(b), abq = g2_at(a * b);
    struct nonzk_fp12 base, e;
    nonzk_pairing(&base, &p, &q);
    base = fp12_power(&base, a * b);
    nonzk_pairing(&e, &ap, &bq);
    assert_pairings_equal(&e, &base);
    nonzk_pairing(&e, &abp, &q);
    assert_pairings_equal(&e, &base);
    nonzk_pairing(&e, &p, &abq);
    assert_pairings_equal(&e, &base);
}
END_TEST

START_TEST(it_is_additive_for_random_points)
{
    uint64_t seed = check_seed();
    struct nonzk_g1_affine p1 = g1_affine_random(&seed), p2 = g1_affine_random(&seed), sum;
    struct nonzk_g2_affine q = g2_affine_random(&seed);
    struct nonzk_g1 p;
    struct nonzk_fp12 e1, e2, e;
    nonzk_g1_from_affine(&p, &p1);
    nonzk_g1_add_affine(&p, &p, &p2);
    nonzk_g1_to_affine(&sum, &p);
    nonzk_pairing(&e1, &p1, &q);
    nonzk_pairing(&e2, &p2, &q);
    nonzk_fp12_mul(&e1, &e1, &e2);
    nonzk_pairing(&e, &sum, &q);
    assert_pairings_equal(&e, &e1);
}
END_TEST

/* Its values have order r: not 1, and 1 to the power of r = t^4 - t^2 + 1. */
START_TEST(it_is_not_degenerate_and_of_order_r)
{
    const uint64_t t = UINT64_C(0xd201000000010000);
    uint64_t seed = check_seed();
    struct nonzk_g1_affine p = g1_affine_random(&seed);
    struct nonzk_g2_affine q = g2_affine_random(&seed);
    struct nonzk_fp12 e, one, t2, t4;
    nonzk_fp12_set_one(&one);
    nonzk_pairing(&e, &p, &q);
    ck_assert_int_eq(nonzk_fp12_equal(&e, &one), 0);
    t2 = fp12_power(&e, t);
    t2 = fp12_power(&t2, t);
    t4 = fp12_power(&t2, t);
    t4 = fp12_power(&t4, t);
    nonzk_fp12_mul(&t4, &t4, &e);
    assert_pairings_equal(&t4, &t2);
}
END_TEST

START_TEST(infinity_pairs_to_one)
{
    struct nonzk_g1_affine p = g1_at(3), p0 = g1_at(0);
    struct nonzk_g2_affine q = g2_at(3), q0 = g2_at(0);
    struct nonzk_g2_lines lines;
    struct nonzk_fp12 e, one;
    nonzk_fp12_set_one(&one);
    nonzk_pairing(&e, &p0, &q);
    assert_pairings_equal(&e, &one);
    nonzk_pairing(&e, &p, &q0);
    assert_pairings_equal(&e, &one);
    nonzk_g2_lines_prepare(&lines, &q0);
    struct nonzk_pair pairs[2] = {{&p, NULL, &lines}, {&p0, NULL, &lines}};
    ck_assert_int_eq(nonzk_pairing_product_is_one(pairs, 2), 1);
    ck_assert_int_eq(nonzk_pairing_product_is_one(NULL, 0), 1);
}
END_TEST

START_TEST(prepared_lines_give_the_same)
{
    uint64_t seed = check_seed();
    struct nonzk_g1_affine p = g1_affine_random(&seed);
    struct nonzk_g2_affine q = g2_affine_random(&seed);
    struct nonzk_g2_lines lines;
    struct nonzk_fp12 e, prepared;
    nonzk_pairing(&e, &p, &q);
    nonzk_g2_lines_prepare(&lines, &q);
    struct nonzk_pair pair = {&p, NULL, &lines};
    nonzk_miller_loop(&prepared, &pair, 1);
    nonzk_final_exponentiation(&prepared, &prepared);
    assert_pairings_equal(&e, &prepared);
}
END_TEST

/*
 * e(p, q) e(-p, q) ... with and without lines, more pairs than one loop takes, an infinity among
 * them; then one changed.
 */
START_TEST(a_product_is_one_exactly_if_the_logarithms_sum_to_zero)
{
    struct nonzk_g1_affine p[20];
    struct nonzk_g2_affine q[20];
    struct nonzk_g2_lines lines[20];
    struct nonzk_pair pairs[20];
    for (size_t i = 0; i < 20; i += 2) {
        p[i] = g1_at(i * (i + 1));
        q[i] = g2_at(i + 2);
        p[i + 1] = g1_at(i + 2);
        p[i + 1] = g1_negative(&p[i + 1]);
        q[i + 1] = g2_at(i * (i + 1));
    }
    for (size_t i = 0; i < 20; i++) {
        nonzk_g2_lines_prepare(&lines[i], &q[i]);
        pairs[i] = (struct nonzk_pair){&p[i], &q[i], i % 3 == 1 ? &lines[i] : NULL};
    }
    ck_assert_int_eq(nonzk_pairing_product_is_one(pairs, 20), 1);
    for (size_t i = 2; i < 20; i += 7) {
        struct nonzk_g1_affine before = p[i];
        p[i] = g1_negative(&p[i]);
        ck_assert_int_eq(nonzk_pairing_product_is_one(pairs, 20), 0);
        p[i] = before;
    }
    ck_assert_int_eq(nonzk_pairing_product_is_one(pairs, 19), 0);
}
END_TEST

static Suite *pairing_suite(void)
{
    Suite *suite = suite_create("nonzk pairing");
    TCase *tc = tcase_create("pairing");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, the_pairing_of_the_generators_is_that_of_the_definition);
    tcase_add_test(tc, it_is_bilinear);
    tcase_add_test(tc, it_is_additive_for_random_points);
    tcase_add_test(tc, it_is_not_degenerate_and_of_order_r);
    tcase_add_test(tc, infinity_pairs_to_one);
    tcase_add_test(tc, prepared_lines_give_the_same);
    tcase_add_test(tc, a_product_is_one_exactly_if_the_logarithms_sum_to_zero);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(pairing_suite)
