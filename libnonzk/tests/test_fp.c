#include "field_helpers.h"
#include "fp_vectors.h"

#define NVECTORS (sizeof fp_vectors / sizeof fp_vectors[0])
#define ROUNDS   200

static const char p_hex[] = "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf"
                            "6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab";

static void expect(const struct nonzk_fp *a, const char *hex)
{
    struct nonzk_fp expected = fp_hex(hex);
    assert_fp_equal(a, &expected);
}

START_TEST(results_are_those_of_integer_arithmetic)
{
    struct nonzk_fp a = fp_hex(fp_vectors[_i].a), b = fp_hex(fp_vectors[_i].b), c;
    nonzk_fp_add(&c, &a, &b);
    expect(&c, fp_vectors[_i].sum);
    nonzk_fp_sub(&c, &a, &b);
    expect(&c, fp_vectors[_i].difference);
    nonzk_fp_neg(&c, &a);
    expect(&c, fp_vectors[_i].negative);
    nonzk_fp_mul(&c, &a, &b);
    expect(&c, fp_vectors[_i].product);
    nonzk_fp_square(&c, &a);
    expect(&c, fp_vectors[_i].square);
    ck_assert_int_eq(nonzk_fp_invert(&c, &a), nonzk_fp_is_zero(&a) ? NONZK_E_NOT_INVERTIBLE : 0);
    expect(&c, fp_vectors[_i].inverse);
    ck_assert_int_eq(nonzk_fp_legendre(&a), fp_vectors[_i].legendre);
    ck_assert_int_eq(nonzk_fp_is_large(&a), fp_vectors[_i].large);
}
END_TEST

START_TEST(sqrt_exists_exactly_for_squares)
{
    struct nonzk_fp a = fp_hex(fp_vectors[_i].a), root = fp_u64(77), before = root;
    int result = nonzk_fp_sqrt(&root, &a);
    if (fp_vectors[_i].legendre < 0) {
        ck_assert_int_eq(result, NONZK_E_NO_ROOT);
        assert_fp_equal(&root, &before);
    } else {
        ck_assert_int_eq(result, 0);
        ck_assert_int_ge(nonzk_fp_legendre(&root), 0);
        nonzk_fp_square(&root, &root);
        assert_fp_equal(&root, &a);
    }
}
END_TEST

START_TEST(field_axioms_hold)
{
    uint64_t seed = check_seed();
    for (int i = 0; i < ROUNDS; i++) {
        struct nonzk_fp a = fp_random(&seed), b = fp_random(&seed), c = fp_random(&seed), x, y, z;
        nonzk_fp_add(&x, &a, &b);
        nonzk_fp_add(&y, &b, &a);
        assert_fp_equal(&x, &y);
        nonzk_fp_add(&x, &x, &c);
        nonzk_fp_add(&y, &b, &c);
        nonzk_fp_add(&y, &a, &y);
        assert_fp_equal(&x, &y);
        nonzk_fp_mul(&x, &a, &b);
        nonzk_fp_mul(&y, &b, &a);
        assert_fp_equal(&x, &y);
        nonzk_fp_mul(&x, &x, &c);
        nonzk_fp_mul(&y, &b, &c);
        nonzk_fp_mul(&y, &a, &y);
        assert_fp_equal(&x, &y);
        nonzk_fp_add(&x, &b, &c);
        nonzk_fp_mul(&x, &a, &x);
        nonzk_fp_mul(&y, &a, &b);
        nonzk_fp_mul(&z, &a, &c);
        nonzk_fp_add(&y, &y, &z);
        assert_fp_equal(&x, &y);
        nonzk_fp_sub(&x, &a, &b);
        nonzk_fp_add(&x, &x, &b);
        assert_fp_equal(&x, &a);
    }
}
END_TEST

START_TEST(an_element_times_its_inverse_is_one)
{
    uint64_t seed = check_seed();
    struct nonzk_fp one;
    nonzk_fp_set_one(&one);
    for (int i = 0; i < 20; i++) {
        struct nonzk_fp a = fp_random(&seed), inverse;
        ck_assert_int_eq(nonzk_fp_invert(&inverse, &a), 0);
        nonzk_fp_mul(&a, &a, &inverse);
        assert_fp_equal(&a, &one);
    }
}
END_TEST

START_TEST(roots_of_a_batch_of_squares_are_found)
{
    for (uint64_t n = 0; n < 50; n++) {
        struct nonzk_fp a = fp_u64(n), square = fp_u64(n * n), root, other;
        ck_assert_int_eq(nonzk_fp_sqrt(&root, &square), 0);
        nonzk_fp_neg(&other, &root);
        ck_assert(nonzk_fp_equal(&root, &a) || nonzk_fp_equal(&other, &a));
    }
}
END_TEST

START_TEST(outputs_may_be_inputs)
{
    uint64_t seed = check_seed();
    struct nonzk_fp a = fp_random(&seed), b = fp_random(&seed), expected, x;
    nonzk_fp_mul(&expected, &a, &b);
    x = a;
    nonzk_fp_mul(&x, &x, &b);
    assert_fp_equal(&x, &expected);
    x = b;
    nonzk_fp_mul(&x, &a, &x);
    assert_fp_equal(&x, &expected);
    nonzk_fp_square(&expected, &a);
    x = a;
    nonzk_fp_mul(&x, &x, &x);
    assert_fp_equal(&x, &expected);
    nonzk_fp_sub(&expected, &a, &b);
    x = b;
    nonzk_fp_sub(&x, &a, &x);
    assert_fp_equal(&x, &expected);
    ck_assert_int_eq(nonzk_fp_invert(&expected, &a), 0);
    x = a;
    ck_assert_int_eq(nonzk_fp_invert(&x, &x), 0);
    assert_fp_equal(&x, &expected);
}
END_TEST

START_TEST(encoding_round_trips)
{
    uint64_t seed = check_seed();
    for (int i = 0; i < ROUNDS; i++) {
        struct nonzk_fp a = fp_random(&seed), b;
        uint8_t bytes[NONZK_FP_LEN];
        nonzk_fp_to_bytes(bytes, &a);
        ck_assert_int_eq(nonzk_fp_from_bytes(&b, bytes), 0);
        assert_fp_equal(&a, &b);
    }
}
END_TEST

START_TEST(small_integers_encode_as_themselves)
{
    struct nonzk_fp a = fp_u64(UINT64_C(0x0123456789abcdef)), one;
    expect(&a, "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
               "0123456789abcdef");
    nonzk_fp_set_one(&one);
    a = fp_u64(1);
    assert_fp_equal(&a, &one);
    nonzk_fp_set_zero(&one);
    a = fp_u64(0);
    assert_fp_equal(&a, &one);
}
END_TEST

/* Adds a small number to a big-endian one. */
static void add_small(uint8_t bytes[NONZK_FP_LEN], unsigned n)
{
    for (size_t i = NONZK_FP_LEN; i-- > 0 && n > 0; n >>= 8) {
        n += bytes[i];
        bytes[i] = (uint8_t)n;
    }
}

START_TEST(integers_not_below_p_are_refused)
{
    struct nonzk_fp a = fp_u64(5), before = a;
    uint8_t bytes[NONZK_FP_LEN];
    for (unsigned n = 0; n < 300; n++) {
        check_unhex(bytes, sizeof bytes, p_hex);
        add_small(bytes, n);
        ck_assert_int_eq(nonzk_fp_from_bytes(&a, bytes), NONZK_E_ENCODING);
        assert_fp_equal(&a, &before);
    }
    memset(bytes, 0xff, sizeof bytes); /* 2^384 - 1 */
    ck_assert_int_eq(nonzk_fp_from_bytes(&a, bytes), NONZK_E_ENCODING);
    memset(bytes, 0, sizeof bytes); /* flags of a compressed point are no part of a number */
    bytes[0] = 0x80;
    ck_assert_int_eq(nonzk_fp_from_bytes(&a, bytes), NONZK_E_ENCODING);
    assert_fp_equal(&a, &before);
}
END_TEST

START_TEST(the_greatest_element_is_minus_one)
{
    struct nonzk_fp a, one;
    uint8_t bytes[NONZK_FP_LEN];
    check_unhex(bytes, sizeof bytes, p_hex);
    bytes[NONZK_FP_LEN - 1]--;
    ck_assert_int_eq(nonzk_fp_from_bytes(&a, bytes), 0);
    nonzk_fp_set_one(&one);
    nonzk_fp_add(&a, &a, &one);
    ck_assert_int_eq(nonzk_fp_is_zero(&a), 1);
}
END_TEST

START_TEST(unequal_elements_compare_as_unequal)
{
    struct nonzk_fp a = {{0}};
    for (int bit = 0; bit < 384; bit++) {
        struct nonzk_fp b = a;
        b.limb[bit / 64] ^= UINT64_C(1) << bit % 64;
        ck_assert_int_eq(nonzk_fp_equal(&a, &b), 0);
        ck_assert_int_eq(nonzk_fp_is_zero(&b), 0);
    }
    ck_assert_int_eq(nonzk_fp_is_zero(&a), 1);
}
END_TEST

START_TEST(select_takes_the_chosen_one)
{
    uint64_t seed = check_seed();
    struct nonzk_fp a = fp_random(&seed), b = fp_random(&seed), x;
    nonzk_fp_select(&x, &a, &b, 1);
    assert_fp_equal(&x, &a);
    nonzk_fp_select(&x, &a, &b, 0);
    assert_fp_equal(&x, &b);
}
END_TEST

static Suite *fp_suite(void)
{
    Suite *suite = suite_create("nonzk fp");
    TCase *tc = tcase_create("fp");
    tcase_add_loop_test(tc, results_are_those_of_integer_arithmetic, 0, NVECTORS);
    tcase_add_loop_test(tc, sqrt_exists_exactly_for_squares, 0, NVECTORS);
    tcase_add_test(tc, field_axioms_hold);
    tcase_add_test(tc, an_element_times_its_inverse_is_one);
    tcase_add_test(tc, roots_of_a_batch_of_squares_are_found);
    tcase_add_test(tc, outputs_may_be_inputs);
    tcase_add_test(tc, encoding_round_trips);
    tcase_add_test(tc, small_integers_encode_as_themselves);
    tcase_add_test(tc, integers_not_below_p_are_refused);
    tcase_add_test(tc, the_greatest_element_is_minus_one);
    tcase_add_test(tc, unequal_elements_compare_as_unequal);
    tcase_add_test(tc, select_takes_the_chosen_one);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(fp_suite)
