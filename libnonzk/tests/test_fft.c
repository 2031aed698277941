#include "fr_helpers.h"

#include <nonzk/fft.h>

#define MAX_LOG 6
#define MAX     (1 << MAX_LOG)

struct domain {
    struct nonzk_fft_domain d;
    struct nonzk_fr roots[MAX];
};

static void domain_setup(struct domain *domain, unsigned log_size)
{
    ck_assert_int_eq(nonzk_fft_domain_init(&domain->d, log_size, domain->roots, MAX), 0);
}

static struct nonzk_fr value_at(const struct nonzk_fr *coefficients, size_t count,
                                const struct nonzk_fr *x)
{
    struct nonzk_fr t = fr_u64(0);
    for (size_t i = count; i-- > 0;) {
        nonzk_fr_mul(&t, &t, x);
        nonzk_fr_add(&t, &t, &coefficients[i]);
    }
    return t;
}

static void fill(struct nonzk_fr *a, size_t count, uint64_t *seed)
{
    for (size_t i = 0; i < count; i++)
        a[i] = fr_random(seed);
}

START_TEST(roots_have_exactly_their_order)
{
    struct nonzk_fr root, power, one = fr_u64(1), minus_one, five = fr_u64(5);
    nonzk_fr_neg(&minus_one, &one);
    ck_assert_int_eq(nonzk_fft_root(&root, (unsigned)_i), 0);
    nonzk_fr_power(&power, &root, UINT64_C(1) << _i);
    assert_fr_equal(&power, &one);
    if (_i > 0) {
        nonzk_fr_power(&power, &root, UINT64_C(1) << (_i - 1));
        assert_fr_equal(&power, &minus_one);
    }
    if (_i == NONZK_FFT_MAX_LOG_SIZE) { /* (r - 1) / 2^32, the exponent of 5, in words of 64 bits */
        const uint64_t words[] = {UINT64_C(0x73eda753), UINT64_C(0x299d7d483339d808),
                                  UINT64_C(0x09a1d80553bda402), UINT64_C(0xfffe5bfeffffffff)};
        power = one;
        for (int i = 0; i < 4; i++) {
            struct nonzk_fr t;
            for (int bit = 0; bit < 64; bit++)
                nonzk_fr_square(&power, &power);
            nonzk_fr_power(&t, &five, words[i]);
            nonzk_fr_mul(&power, &power, &t);
        }
        assert_fr_equal(&power, &root);
    }
}
END_TEST

START_TEST(the_transform_gives_the_values_at_the_points)
{
    uint64_t seed = check_seed();
    size_t size = (size_t)1 << _i;
    struct domain domain;
    struct nonzk_fr a[MAX], values[MAX], x = fr_u64(1);
    domain_setup(&domain, (unsigned)_i);
    fill(a, size, &seed);
    memcpy(values, a, sizeof a);
    nonzk_fft(&domain.d, values);
    for (size_t i = 0; i < size; i++) {
        struct nonzk_fr expected = value_at(a, size, &x);
        assert_fr_equal(&values[i], &expected);
        nonzk_fr_mul(&x, &x, &domain.d.root);
    }
    nonzk_fft_inverse(&domain.d, values);
    for (size_t i = 0; i < size; i++)
        assert_fr_equal(&values[i], &a[i]);
}
END_TEST

START_TEST(the_coset_transform_gives_the_values_at_the_shifted_points)
{
    uint64_t seed = check_seed();
    size_t size = (size_t)1 << _i;
    struct domain domain;
    struct nonzk_fr a[MAX], values[MAX], shift = fr_u64(7), x = shift;
    domain_setup(&domain, (unsigned)_i);
    fill(a, size, &seed);
    memcpy(values, a, sizeof a);
    nonzk_fft_coset(&domain.d, values, &shift);
    for (size_t i = 0; i < size; i++) {
        struct nonzk_fr expected = value_at(a, size, &x);
        assert_fr_equal(&values[i], &expected);
        nonzk_fr_mul(&x, &x, &domain.d.root);
    }
    ck_assert_int_eq(nonzk_fft_coset_inverse(&domain.d, values, &shift), 0);
    for (size_t i = 0; i < size; i++)
        assert_fr_equal(&values[i], &a[i]);
}
END_TEST

START_TEST(a_coset_by_zero_is_refused)
{
    uint64_t seed = check_seed();
    struct domain domain;
    struct nonzk_fr a[4], before[4], zero = fr_u64(0);
    domain_setup(&domain, 2);
    fill(a, 4, &seed);
    memcpy(before, a, sizeof a);
    ck_assert_int_eq(nonzk_fft_coset_inverse(&domain.d, a, &zero), NONZK_E_NOT_INVERTIBLE);
    ck_assert_mem_eq(a, before, sizeof a);
}
END_TEST

START_TEST(lagrange_coefficients_interpolate)
{
    uint64_t seed = check_seed();
    size_t size = (size_t)1 << _i;
    struct domain domain;
    struct nonzk_fr a[MAX], values[MAX], lagrange[MAX], scratch[MAX];
    struct nonzk_fr x = fr_random(&seed), sum = fr_u64(0), t;
    domain_setup(&domain, (unsigned)_i);
    fill(a, size, &seed);
    memcpy(values, a, sizeof a);
    nonzk_fft(&domain.d, values);
    nonzk_fft_lagrange(&domain.d, lagrange, &x, scratch);
    for (size_t i = 0; i < size; i++) {
        nonzk_fr_mul(&t, &lagrange[i], &values[i]);
        nonzk_fr_add(&sum, &sum, &t);
    }
    t = value_at(a, size, &x);
    assert_fr_equal(&sum, &t);
}
END_TEST

START_TEST(lagrange_coefficients_at_a_point_of_the_domain_choose_it)
{
    struct domain domain;
    struct nonzk_fr lagrange[8], scratch[8], x, zero = fr_u64(0), one = fr_u64(1);
    domain_setup(&domain, 3);
    for (uint64_t point = 0; point < 8; point++) {
        nonzk_fr_power(&x, &domain.d.root, point);
        nonzk_fft_lagrange(&domain.d, lagrange, &x, scratch);
        for (uint64_t i = 0; i < 8; i++)
            assert_fr_equal(&lagrange[i], i == point ? &one : &zero);
    }
}
END_TEST

START_TEST(the_vanishing_polynomial_is_zero_at_the_points_only)
{
    struct domain domain;
    struct nonzk_fr x, value;
    domain_setup(&domain, 3);
    for (uint64_t point = 0; point < 8; point++) {
        nonzk_fr_power(&x, &domain.d.root, point);
        nonzk_fft_vanishing(&domain.d, &value, &x);
        ck_assert_int_eq(nonzk_fr_is_zero(&value), 1);
    }
    struct nonzk_fr two = fr_u64(2), expected = fr_u64(255);
    nonzk_fft_vanishing(&domain.d, &value, &two);
    assert_fr_equal(&value, &expected);
}
END_TEST

START_TEST(sizes_without_a_root_and_short_tables_are_refused)
{
    struct nonzk_fft_domain d = {0}, before = d;
    struct nonzk_fr roots[8];
    ck_assert_int_eq(nonzk_fft_domain_init(&d, 33, roots, 8), NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_fft_domain_init(&d, 5, roots, 8), NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_fft_domain_init(&d, 32, roots, 8), NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_fft_domain_init(&d, 0, roots, 0), NONZK_E_INVALID);
    ck_assert_mem_eq(&d, &before, sizeof d);
    ck_assert_int_eq(nonzk_fft_domain_init(&d, 4, roots, 8), 0);
}
END_TEST

static Suite *fft_suite(void)
{
    Suite *suite = suite_create("nonzk fft");
    TCase *tc = tcase_create("fft");
    tcase_add_loop_test(tc, roots_have_exactly_their_order, 0, NONZK_FFT_MAX_LOG_SIZE + 1);
    tcase_add_loop_test(tc, the_transform_gives_the_values_at_the_points, 0, MAX_LOG + 1);
    tcase_add_loop_test(tc, the_coset_transform_gives_the_values_at_the_shifted_points, 0,
                        MAX_LOG + 1);
    tcase_add_test(tc, a_coset_by_zero_is_refused);
    tcase_add_loop_test(tc, lagrange_coefficients_interpolate, 0, MAX_LOG + 1);
    tcase_add_test(tc, lagrange_coefficients_at_a_point_of_the_domain_choose_it);
    tcase_add_test(tc, the_vanishing_polynomial_is_zero_at_the_points_only);
    tcase_add_test(tc, sizes_without_a_root_and_short_tables_are_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(fft_suite)
