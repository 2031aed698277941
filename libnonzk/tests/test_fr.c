#include "fr_helpers.h"
#include "fr_vectors.h"

#define NVECTORS (sizeof fr_vectors / sizeof fr_vectors[0])
#define NWIDE    (sizeof fr_wide_vectors / sizeof fr_wide_vectors[0])
#define ROUNDS   200

static const char r_hex[] = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";

static void expect(const struct nonzk_fr *a, const char *hex)
{
    struct nonzk_fr expected = fr_hex(hex);
    assert_fr_equal(a, &expected);
}

START_TEST(results_are_those_of_integer_arithmetic)
{
    struct nonzk_fr a = fr_hex(fr_vectors[_i].a), b = fr_hex(fr_vectors[_i].b), c;
    nonzk_fr_add(&c, &a, &b);
    expect(&c, fr_vectors[_i].sum);
    nonzk_fr_sub(&c, &a, &b);
    expect(&c, fr_vectors[_i].difference);
    nonzk_fr_neg(&c, &a);
    expect(&c, fr_vectors[_i].negative);
    nonzk_fr_mul(&c, &a, &b);
    expect(&c, fr_vectors[_i].product);
    nonzk_fr_square(&c, &a);
    expect(&c, fr_vectors[_i].square);
    nonzk_fr_power(&c, &a, 1000003);
    expect(&c, fr_vectors[_i].power);
    ck_assert_int_eq(nonzk_fr_invert(&c, &a), nonzk_fr_is_zero(&a) ? NONZK_E_NOT_INVERTIBLE : 0);
    expect(&c, fr_vectors[_i].inverse);
}
END_TEST

START_TEST(wide_integers_are_reduced)
{
    struct nonzk_fr a;
    uint8_t bytes[NONZK_FR_WIDE_LEN];
    check_unhex(bytes, sizeof bytes, fr_wide_vectors[_i].integer);
    nonzk_fr_from_wide(&a, bytes);
    expect(&a, fr_wide_vectors[_i].remainder);
}
END_TEST

/* Multiplication by adding and doubling, which shares only nonzk_fr_add() with the product. */
static struct nonzk_fr slow_product(const struct nonzk_fr *a, const struct nonzk_fr *b)
{
    struct nonzk_fr t = {{0}};
    uint8_t bytes[NONZK_FR_LEN];
    nonzk_fr_to_bytes(bytes, b);
    for (int i = 0; i < 8 * NONZK_FR_LEN; i++) {
        nonzk_fr_add(&t, &t, &t);
        if (bytes[i / 8] >> (7 - i % 8) & 1)
            nonzk_fr_add(&t, &t, a);
    }
    return t;
}

START_TEST(products_are_repeated_sums)
{
    uint64_t seed = check_seed();
    for (int i = 0; i < ROUNDS; i++) {
        struct nonzk_fr a = fr_random(&seed), b = fr_random(&seed), slow = slow_product(&a, &b);
        nonzk_fr_mul(&a, &a, &b);
        assert_fr_equal(&a, &slow);
    }
}
END_TEST

START_TEST(field_axioms_hold)
{
    uint64_t seed = check_seed();
    for (int i = 0; i < ROUNDS; i++) {
        struct nonzk_fr a = fr_random(&seed), b = fr_random(&seed), c = fr_random(&seed), x, y, z;
        nonzk_fr_mul(&x, &a, &b);
        nonzk_fr_mul(&y, &b, &a);
        assert_fr_equal(&x, &y);
        nonzk_fr_mul(&x, &x, &c);
        nonzk_fr_mul(&y, &b, &c);
        nonzk_fr_mul(&y, &a, &y);
        assert_fr_equal(&x, &y);
        nonzk_fr_add(&x, &b, &c);
        nonzk_fr_mul(&x, &a, &x);
        nonzk_fr_mul(&y, &a, &b);
        nonzk_fr_mul(&z, &a, &c);
        nonzk_fr_add(&y, &y, &z);
        assert_fr_equal(&x, &y);
        nonzk_fr_sub(&x, &a, &b);
        nonzk_fr_add(&x, &x, &b);
        assert_fr_equal(&x, &a);
    }
}
END_TEST

START_TEST(inverting_many_is_inverting_each_and_keeps_zeros)
{
    enum { COUNT = 33 };
    uint64_t seed = check_seed();
    struct nonzk_fr a[COUNT], expected[COUNT], scratch[COUNT];
    for (int n = 0; n <= COUNT; n++) {
        for (int i = 0; i < n; i++) {
            a[i] = i % 5 == 2 ? fr_u64(0) : fr_random(&seed);
            int result = nonzk_fr_invert(&expected[i], &a[i]);
            ck_assert_int_eq(result, i % 5 == 2 ? NONZK_E_NOT_INVERTIBLE : 0);
        }
        nonzk_fr_invert_all(a, (size_t)n, scratch);
        for (int i = 0; i < n; i++)
            assert_fr_equal(&a[i], &expected[i]);
    }
}
END_TEST

START_TEST(powers_follow_the_rules)
{
    uint64_t seed = check_seed();
    struct nonzk_fr a = fr_random(&seed), zero = fr_u64(0), one = fr_u64(1), x, y, z;
    nonzk_fr_power(&x, &zero, 0);
    assert_fr_equal(&x, &one);
    nonzk_fr_power(&x, &a, 12345);
    nonzk_fr_power(&y, &a, UINT64_MAX - 12345);
    nonzk_fr_mul(&x, &x, &y);
    z = a;
    nonzk_fr_power(&z, &z, UINT64_MAX);
    assert_fr_equal(&x, &z);
}
END_TEST

START_TEST(both_encodings_round_trip_and_mirror_each_other)
{
    uint64_t seed = check_seed();
    for (int i = 0; i < ROUNDS; i++) {
        struct nonzk_fr a = fr_random(&seed), b;
        uint8_t big[NONZK_FR_LEN], little[NONZK_FR_LEN];
        nonzk_fr_to_bytes(big, &a);
        nonzk_fr_to_bytes_le(little, &a);
        for (int j = 0; j < NONZK_FR_LEN; j++)
            ck_assert_uint_eq(big[j], little[NONZK_FR_LEN - 1 - j]);
        ck_assert_int_eq(nonzk_fr_from_bytes(&b, big), 0);
        assert_fr_equal(&a, &b);
        ck_assert_int_eq(nonzk_fr_from_bytes_le(&b, little), 0);
        assert_fr_equal(&a, &b);
    }
}
END_TEST

START_TEST(integers_not_below_r_are_refused)
{
    struct nonzk_fr a = fr_u64(5), before = a;
    uint8_t bytes[NONZK_FR_LEN], little[NONZK_FR_LEN];
    for (unsigned n = 0; n < 255; n++) {
        check_unhex(bytes, sizeof bytes, r_hex);
        bytes[NONZK_FR_LEN - 1] = (uint8_t)(bytes[NONZK_FR_LEN - 1] + n);
        for (int j = 0; j < NONZK_FR_LEN; j++)
            little[j] = bytes[NONZK_FR_LEN - 1 - j];
        ck_assert_int_eq(nonzk_fr_from_bytes(&a, bytes), NONZK_E_ENCODING);
        ck_assert_int_eq(nonzk_fr_from_bytes_le(&a, little), NONZK_E_ENCODING);
    }
    memset(bytes, 0xff, sizeof bytes);
    ck_assert_int_eq(nonzk_fr_from_bytes(&a, bytes), NONZK_E_ENCODING);
    assert_fr_equal(&a, &before);
    check_unhex(bytes, sizeof bytes, r_hex);
    bytes[NONZK_FR_LEN - 1]--;
    struct nonzk_fr one = fr_u64(1);
    ck_assert_int_eq(nonzk_fr_from_bytes(&a, bytes), 0);
    nonzk_fr_add(&a, &a, &one);
    ck_assert_int_eq(nonzk_fr_is_zero(&a), 1);
}
END_TEST

START_TEST(unequal_elements_compare_as_unequal)
{
    struct nonzk_fr a = {{0}};
    for (int bit = 0; bit < 256; bit++) {
        struct nonzk_fr b = a;
        b.limb[bit / 64] ^= UINT64_C(1) << bit % 64;
        ck_assert_int_eq(nonzk_fr_equal(&a, &b), 0);
        ck_assert_int_eq(nonzk_fr_is_zero(&b), 0);
    }
    ck_assert_int_eq(nonzk_fr_is_zero(&a), 1);
}
END_TEST

START_TEST(select_takes_the_chosen_one)
{
    struct nonzk_fr a = fr_u64(3), b = fr_u64(4), x;
    nonzk_fr_select(&x, &a, &b, 1);
    assert_fr_equal(&x, &a);
    nonzk_fr_select(&x, &a, &b, 0);
    assert_fr_equal(&x, &b);
}
END_TEST

static Suite *fr_suite(void)
{
    Suite *suite = suite_create("nonzk fr");
    TCase *tc = tcase_create("fr");
    tcase_add_loop_test(tc, results_are_those_of_integer_arithmetic, 0, NVECTORS);
    tcase_add_loop_test(tc, wide_integers_are_reduced, 0, NWIDE);
    tcase_add_test(tc, products_are_repeated_sums);
    tcase_add_test(tc, field_axioms_hold);
    tcase_add_test(tc, inverting_many_is_inverting_each_and_keeps_zeros);
    tcase_add_test(tc, powers_follow_the_rules);
    tcase_add_test(tc, both_encodings_round_trip_and_mirror_each_other);
    tcase_add_test(tc, integers_not_below_r_are_refused);
    tcase_add_test(tc, unequal_elements_compare_as_unequal);
    tcase_add_test(tc, select_takes_the_chosen_one);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(fr_suite)
