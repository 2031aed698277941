/* The portable back end, with the tables and helpers that the library does not export. */
#include "../src/bignum/invert.c"
#include "../src/p256/p256_portable.c"
#include "../src/p256/p256_scalar.c"
#include "../src/p256/p256_tables.c"
#include "../src/weierstrass/wnaf.c"

#include "p256_field_test.h"

/* Inversion with branches against the power. */
START_TEST(both_inversions_modulo_the_order_are_the_same)
{
    uint64_t seed = check_seed();

    for (unsigned i = 0; i < 600; i++) {
        uint64_t a[4] = {i, 0, 0, 0}, x[4], y[4];
        if (i >= 100 && i < 200) {
            memcpy(a, p256_order, sizeof a);
            a[0] -= i - 99;
        } else if (i >= 200) {
            for (int j = 0; j < 4; j++)
                a[j] = i % 5 == (unsigned)j ? 0 : check_random(&seed);
        }
        p256_scalar_reduce(a, a);
        p256_scalar_invert(x, a);
        p256_scalar_invert_vartime(y, a);
        ck_assert_mem_eq(x, y, sizeof x);
        p256_scalar_multiply(y, x, a);
        ck_assert_uint_eq(y[0], i != 0);
        ck_assert_uint_eq(y[1] | y[2] | y[3], 0);
    }
}
END_TEST

/* Digits of each width, added up again; each is odd and has zeros behind it. */
START_TEST(non_adjacent_forms_add_up_to_the_scalar)
{
    uint64_t seed = check_seed();

    for (unsigned i = 0; i < 140; i++) {
        unsigned w = 2 + i % 7, next = 0;
        uint64_t k[4], sum[5] = {0};
        int8_t digits[257];
        for (int j = 0; j < 4; j++)
            k[j] = i < 7 ? UINT64_MAX : i < 14 ? 0 : check_random(&seed);
        unsigned n = wnaf_vartime(digits, k, 4, w);
        ck_assert_uint_le(n, 257);
        ck_assert(n == 0 || digits[n - 1] != 0);
        for (unsigned at = 0; at < n; at++) {
            if (digits[at] == 0)
                continue;
            ck_assert_uint_ge(at, next);
            ck_assert_int_eq(digits[at] & 1, 1);
            ck_assert_int_lt(abs(digits[at]), 1 << (w - 1));
            next = at + w;
        }
        for (unsigned at = n; at-- > 0;) {
            uint64_t term[5] = {(uint64_t)abs(digits[at]), 0, 0, 0, 0};
            (void)limbs_add(sum, sum, sum, 5);
            if (digits[at] < 0)
                (void)limbs_sub(sum, sum, term, 5);
            else
                (void)limbs_add(sum, sum, term, 5);
        }
        ck_assert_mem_eq(sum, k, sizeof k);
        ck_assert_uint_eq(sum[4], 0);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *all = p256_field_suite();
    TCase *tc = tcase_create("p256 scalars");
    tcase_add_test(tc, both_inversions_modulo_the_order_are_the_same);
    tcase_add_test(tc, non_adjacent_forms_add_up_to_the_scalar);
    suite_add_tcase(all, tc);
    return all;
}

CHECK_MAIN(suite)
