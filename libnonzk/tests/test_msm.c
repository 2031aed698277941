#include "fr_helpers.h"
#include "point_helpers.h"

#include <nonzk/msm.h>

#define MAX_POINTS 300
#define MANY       520 /* more than are taken in at a time */

static const char r_minus_1[] = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000000";

/* From 64 on in G2, and 256 in G1, the sum is another one. */
static const size_t numbers[] = {0,  1,  2,  3,   15,  16,  17,  33,
                                 63, 64, 65, 130, 255, 256, 257, MAX_POINTS};

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
        return scalar_hex(r_minus_1);
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

enum scalars { RANDOM, ALIKE, SMALL, MINUS_ONE, ABOVE_R, ALL_ONES, NSCALARS };
enum points { DIFFERENT, SAME, OPPOSITE, MIXED, NPOINTS };

static struct scalar scalar_of(enum scalars kind, uint64_t *seed)
{
    struct scalar k = scalar_random(seed);
    switch (kind) {
    case ALIKE:
        return scalar_hex("3ffffffffffffffffffffffff000000000000000123456789abcdef012345678");
    case SMALL:
        return scalar_u64(*seed % 3);
    case MINUS_ONE:
        return scalar_hex(r_minus_1);
    case ABOVE_R:
        k.byte[0] = 0xff;
        return k;
    case ALL_ONES:
        memset(k.byte, 0xff, sizeof k.byte);
        return k;
    default:
        return k;
    }
}

/* What the generator is multiplied with for point `i`, up to MANY; 0 makes infinity. */
static int multiple_of(enum points kind, int i)
{
    switch (kind) {
    case DIFFERENT:
        return i + 1;
    case SAME:
        return 5;
    case OPPOSITE:
        return i % 2 ? -(i / 2 + 1) : i / 2 + 1;
    default:
        return (i % 3 == 2 ? -1 : 1) * (i % 8 < 4 ? i % 8 : i / 8 + 1);
    }
}

/* scalar modulo r */
static struct nonzk_fr scalar_value(const struct scalar *k)
{
    uint8_t wide[NONZK_FR_WIDE_LEN] = {0};
    struct nonzk_fr value;
    memcpy(wide + NONZK_FR_WIDE_LEN - sizeof k->byte, k->byte, sizeof k->byte);
    nonzk_fr_from_wide(&value, wide);
    return value;
}

/* With multiples of the generator, whose sum is one multiple of it. */
#define MANY_TEST(name, POINT, AFFINE, FIELD, GROUP)                                            \
    START_TEST(name)                                                                            \
    {                                                                                           \
        static AFFINE multiples[MANY + 1], points[MANY];                                        \
        static uint8_t scalars[MANY * NONZK_SCALAR_LEN];                                        \
        uint64_t seed = check_seed();                                                           \
        size_t size = GROUP##_msm_size(MANY), dirty = 0;                                        \
        uint8_t *workspace = malloc(size), bytes[NONZK_FR_LEN];                                 \
        struct nonzk_fr total = fr_u64(0);                                                      \
        POINT expected, sum, generator;                                                         \
        GROUP##_set_generator(&generator);                                                      \
        GROUP##_set_infinity(&sum);                                                             \
        for (size_t i = 0; i <= MANY; i++) {                                                    \
            GROUP##_to_affine(&multiples[i], &sum);                                             \
            GROUP##_add(&sum, &sum, &generator);                                                \
        }                                                                                       \
        for (int i = 0; i < MANY; i++) {                                                        \
            struct scalar k = scalar_of((enum scalars)(_i / NPOINTS), &seed);                   \
            int m = multiple_of((enum points)(_i % NPOINTS), i);                                \
            struct nonzk_fr value = fr_u64((uint64_t)abs(m)), term = scalar_value(&k);          \
            memcpy(scalars + (size_t)i * NONZK_SCALAR_LEN, k.byte, sizeof k.byte);              \
            points[i] = multiples[abs(m)];                                                      \
            if (m < 0) {                                                                        \
                FIELD##_neg(&points[i].y, &points[i].y);                                        \
                nonzk_fr_neg(&value, &value);                                                   \
            }                                                                                   \
            nonzk_fr_mul(&term, &term, &value);                                                 \
            nonzk_fr_add(&total, &total, &term);                                                \
        }                                                                                       \
        nonzk_fr_to_bytes(bytes, &total);                                                       \
        GROUP##_mul_vartime(&expected, &generator, bytes);                                      \
        memset(workspace, 0xff, size);                                                          \
        ck_assert_int_eq(GROUP##_msm_vartime(&sum, points, scalars, MANY, workspace, size), 0); \
        ck_assert_int_eq(GROUP##_equal(&sum, &expected), 1);                                    \
        for (size_t i = 0; i < size; i++)                                                       \
            dirty += workspace[i] != 0;                                                         \
        ck_assert_uint_eq(dirty, 0);                                                            \
        free(workspace);                                                                        \
    }                                                                                           \
    END_TEST

MANY_TEST(many_points_of_g1_are_summed_up, struct nonzk_g1, struct nonzk_g1_affine, nonzk_fp,
          nonzk_g1)
MANY_TEST(many_points_of_g2_are_summed_up, struct nonzk_g2, struct nonzk_g2_affine, nonzk_fp2,
          nonzk_g2)

/* A workspace for the longest of several sums serves them all. */
START_TEST(workspaces_do_not_shrink_as_points_grow_more)
{
    size_t last1 = 0, last2 = 0;
    int shrinks = 0;
    for (size_t n = 0; n < 5000; n++) {
        size_t size1 = nonzk_g1_msm_size(n), size2 = nonzk_g2_msm_size(n);
        shrinks |= size1 < last1 || size2 < last2;
        last1 = size1;
        last2 = size2;
    }
    ck_assert_int_eq(shrinks, 0);
    for (size_t n = 5000; n < SIZE_MAX / 4; n += n / 8)
        ck_assert_uint_le(nonzk_g1_msm_size(n), nonzk_g1_msm_size(n + n / 8));
}
END_TEST

/* The model of instructions in lanes is slow: some of the sums go without. */
#ifdef NONZK_LANES_MODEL
#define NMANY (2 * NPOINTS)
#else
#define NMANY (NSCALARS * NPOINTS)
#endif

static Suite *msm_suite(void)
{
    const int nnumbers = sizeof numbers / sizeof numbers[0];
    Suite *suite = suite_create("nonzk msm");
    TCase *tc = tcase_create("single multiples");
    TCase *many1 = tcase_create("many of G1"), *many2 = tcase_create("many of G2");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, sums_in_g1_are_those_of_single_multiples, 0, nnumbers);
    tcase_add_loop_test(tc, sums_in_g2_are_those_of_single_multiples, 0, nnumbers);
    tcase_add_test(tc, workspaces_do_not_shrink_as_points_grow_more);
    tcase_add_loop_test(many1, many_points_of_g1_are_summed_up, 0, NMANY);
    tcase_add_loop_test(many2, many_points_of_g2_are_summed_up, 0, NMANY);
    suite_add_tcase(suite, tc);
    suite_add_tcase(suite, many1);
    suite_add_tcase(suite, many2);
    return suite;
}

CHECK_MAIN(msm_suite)
