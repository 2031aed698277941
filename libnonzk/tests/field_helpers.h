/*
 * Field elements in tests: from hexadecimal, at random, and asserted equal.
 */
#ifndef NONZK_TESTS_FIELD_HELPERS_H
#define NONZK_TESTS_FIELD_HELPERS_H

#include <check_main.h>

#include <nonzk/fp2.h>

static inline struct nonzk_fp fp_hex(const char *hex)
{
    struct nonzk_fp a;
    uint8_t bytes[NONZK_FP_LEN];
    ck_assert_uint_eq(check_unhex(bytes, sizeof bytes, hex), sizeof bytes);
    ck_assert_int_eq(nonzk_fp_from_bytes(&a, bytes), 0);
    return a;
}

static inline struct nonzk_fp fp_u64(uint64_t value)
{
    struct nonzk_fp a;
    nonzk_fp_set_u64(&a, value);
    return a;
}

/* Any integer below 2^380, which is below p. */
static inline struct nonzk_fp fp_random(uint64_t *seed)
{
    struct nonzk_fp a;
    uint8_t bytes[NONZK_FP_LEN];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)check_random(seed);
    bytes[0] &= 0x0f;
    ck_assert_int_eq(nonzk_fp_from_bytes(&a, bytes), 0);
    return a;
}

static inline struct nonzk_fp2 fp2_hex(const char *hex0, const char *hex1)
{
    return (struct nonzk_fp2){fp_hex(hex0), fp_hex(hex1)};
}

static inline struct nonzk_fp2 fp2_u64(uint64_t c0, uint64_t c1)
{
    return (struct nonzk_fp2){fp_u64(c0), fp_u64(c1)};
}

static inline struct nonzk_fp2 fp2_random(uint64_t *seed)
{
    return (struct nonzk_fp2){fp_random(seed), fp_random(seed)};
}

/* Equal elements must also be equal in memory and in their encoding. */
static inline void assert_fp_equal(const struct nonzk_fp *a, const struct nonzk_fp *b)
{
    uint8_t bytes_a[NONZK_FP_LEN], bytes_b[NONZK_FP_LEN];
    nonzk_fp_to_bytes(bytes_a, a);
    nonzk_fp_to_bytes(bytes_b, b);
    ck_assert_mem_eq(bytes_a, bytes_b, sizeof bytes_a);
    ck_assert_mem_eq(a, b, sizeof *a);
    ck_assert_int_eq(nonzk_fp_equal(a, b), 1);
}

static inline void assert_fp2_equal(const struct nonzk_fp2 *a, const struct nonzk_fp2 *b)
{
    assert_fp_equal(&a->c0, &b->c0);
    assert_fp_equal(&a->c1, &b->c1);
    ck_assert_int_eq(nonzk_fp2_equal(a, b), 1);
}

#endif
