#include "point_helpers.h"

#include <nonzk/msm.h>

#define MAX_POINTS 300

static const size_t numbers[] = {0, 1, 2, 3, 15, 16, 17, 33, 130, MAX_POINTS};

/* Scalars of all kinds: 0, 1, r - 1, all ones, small and random. */
static struct scalar scalar_kind(uint64_t *seed, size_t i)
{
    struct scalar k = scalar_random(seed);
    switch (i % 8) {
    case 1:
        return scalar_u64(i / 8 % 3);
    case 2:
        memset(k.byte, 0xff, sizeof k.byte);
        return k;
    case 3:
        return scalar_hex("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000000");
    case 4:
        memset(k.byte, 0, 24);
        return k;
    default:
        return k;
    }
}

/*
 * The sum against that of single multiplications, with infinity and equal and opposite points among
 * the points.
 */
#define MSM_TEST(name, POINT, AFFINE, GROUP)                                                 \
    START_TEST(name)                                                                         \
    {                                                                                        \
        static AFFINE points[MAX_POINTS];                                                    \
        static uint8_t scalars[MAX_POINTS * NONZK_SCALAR_LEN];                               \
        uint64_t seed = check_seed();                                                        \
        size_t n = numbers[_i], size = GROUP##_msm_size(n);                                  \
        void *workspace = malloc(size);                                                      \
        POINT expected, sum, point, generator;                                               \
        GROUP##_set_infinity(&expected);                                                     \
        GROUP##_set_generator(&generator);                                                   \
        point = generator;                                                                   \
        for (size_t i = 0; i < n; i++) {                                                     \
            struct scalar k = scalar_kind(&seed, i);                                         \
            memcpy(scalars + i * NONZK_SCALAR_LEN, k.byte, sizeof k.byte);                   \
            if (i % 7 == 5)                                                                  \
                GROUP##_neg(&point, &point);                                                 \
            else if (i % 7 != 6)                                                             \
                GROUP##_add(&point, &point, &generator);                                     \
            if (i % 32 == 31)                                                                \
                GROUP##_set_infinity(&point);                                                \
            GROUP##_to_affine(&points[i], &point);                                           \
            GROUP##_mul_vartime(&sum, &point, k.byte);                                       \
            GROUP##_add(&expected, &expected, &sum);                                         \
        }                                                                                    \
        ck_assert_int_eq(GROUP##_msm_vartime(&sum, points, scalars, n, workspace, size), 0); \
        ck_assert_int_eq(GROUP##_equal(&sum, &expected), 1);                                 \
        GROUP##_set_generator(&sum);                                                         \
        ck_assert_int_eq(GROUP##_msm(&sum, points, scalars, n, workspace, size), 0);         \
        ck_assert_int_eq(GROUP##_equal(&sum, &expected), 1);                                 \
        ck_assert_int_eq(GROUP##_msm_vartime(&sum, points, scalars, n, workspace, size - 1), \
                         NONZK_E_NO_SPACE);                                                  \
        ck_assert_int_eq(GROUP##_msm(&sum, points, scalars, n, workspace, size - 1),         \
                         NONZK_E_NO_SPACE);                                                  \
        ck_assert_uint_eq(GROUP##_msm_size(SIZE_MAX / 8), SIZE_MAX);                         \
        free(workspace);                                                                     \
    }                                                                                        \
    END_TEST

MSM_TEST(sums_in_g1_are_those_of_single_multiples, struct nonzk_g1, struct nonzk_g1_affine,
         nonzk_g1)
MSM_TEST(sums_in_g2_are_those_of_single_multiples, struct nonzk_g2, struct nonzk_g2_affine,
         nonzk_g2)

static Suite *msm_suite(void)
{
    Suite *suite = suite_create("nonzk msm");
    TCase *tc = tcase_create("msm");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, sums_in_g1_are_those_of_single_multiples, 0,
                        sizeof numbers / sizeof numbers[0]);
    tcase_add_loop_test(tc, sums_in_g2_are_those_of_single_multiples, 0,
                        sizeof numbers / sizeof numbers[0]);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(msm_suite)
