/*
 * The division of scalars by t^2, which multiplies by a reciprocal, against the one that goes bit by bit.
 */
#include "curve/scalar.h"

#include <check_main.h>

static const uint64_t t2[2] = {UINT64_C(0x0000000100000000), UINT64_C(0xac45a4010001a402)};

static void assert_split(const uint64_t scalar[SCALAR_LIMBS])
{
    uint64_t digits[SCALAR_DIGITS], rest[SCALAR_LIMBS], quotient[SCALAR_LIMBS];
    memcpy(rest, scalar, sizeof rest);
    scalar_divide(quotient, rest, SCALAR_LIMBS, t2, 2);
    scalar_split_t2(digits, scalar);
    ck_assert_mem_eq(digits, rest, 2 * sizeof *rest);
    ck_assert_mem_eq(digits + 2, quotient, 2 * sizeof *quotient);
}

START_TEST(random_scalars_are_split_as_by_long_division)
{
    uint64_t seed = check_seed();
    for (int i = 0; i < 2000; i++) {
        uint64_t scalar[SCALAR_LIMBS];
        for (int j = 0; j < SCALAR_LIMBS; j++)
            scalar[j] = check_random(&seed) >> (i % 4 == j ? check_random(&seed) % 64 : 0);
        scalar[3] >>= 1;
        if (scalar[3] >= scalar_order[3])
            scalar[3] = scalar_order[3] - 1;
        assert_split(scalar);
    }
}
END_TEST

/* Where a quotient that is one too small would show: multiples of t^2, and those less 1. */
START_TEST(multiples_of_the_base_are_split_as_by_long_division)
{
    uint64_t seed = check_seed();
    for (int i = 0; i < 2000; i++) {
        uint64_t factor[2] = {check_random(&seed), check_random(&seed) % t2[1]};
        uint64_t scalar[SCALAR_LIMBS] = {0};
        if (i == 0)
            factor[0] = factor[1] = 0;
        if (i == 1)
            factor[0] = t2[0] - 1, factor[1] = t2[1];
        /* By additions from the highest bit on. */
        for (int bit = 127; bit >= 0; bit--) {
            for (int j = SCALAR_LIMBS - 1; j > 0; j--)
                scalar[j] = scalar[j] << 1 | scalar[j - 1] >> 63;
            scalar[0] <<= 1;
            uint64_t carry = 0;
            for (int j = 0; j < SCALAR_LIMBS && (factor[bit / 64] >> (bit % 64) & 1); j++) {
                uint64_t term = j < 2 ? t2[j] : 0, sum = scalar[j] + term, out = sum < term;
                scalar[j] = sum + carry;
                carry = out | (scalar[j] < sum);
            }
        }
        assert_split(scalar);
        for (int j = 0; j < SCALAR_LIMBS && scalar[j]-- == 0; j++)
            ;
        if (i > 0)
            assert_split(scalar);
    }
}
END_TEST

START_TEST(edges_are_split_as_by_long_division)
{
    uint64_t scalar[SCALAR_LIMBS] = {0};
    assert_split(scalar);
    memcpy(scalar, scalar_order, sizeof scalar);
    scalar[0]--;
    assert_split(scalar);
    for (unsigned bit = 0; bit < 254; bit++) {
        memset(scalar, 0, sizeof scalar);
        scalar[bit / 64] = UINT64_C(1) << bit % 64;
        assert_split(scalar);
        for (unsigned j = 0; j < SCALAR_LIMBS; j++)
            scalar[j] = j < bit / 64 ? UINT64_MAX : j == bit / 64 ? scalar[j] - 1 : 0;
        assert_split(scalar);
    }
}
END_TEST

static Suite *scalar_suite(void)
{
    Suite *suite = suite_create("nonzk scalar");
    TCase *tc = tcase_create("scalar");
    tcase_add_test(tc, random_scalars_are_split_as_by_long_division);
    tcase_add_test(tc, multiples_of_the_base_are_split_as_by_long_division);
    tcase_add_test(tc, edges_are_split_as_by_long_division);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(scalar_suite)
