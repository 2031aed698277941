/*
 * Elements of Fr in tests: from hexadecimal, at random, and asserted equal.
 */
#ifndef NONZK_TESTS_FR_HELPERS_H
#define NONZK_TESTS_FR_HELPERS_H

#include <check_main.h>

#include <nonzk/fr.h>

static inline struct nonzk_fr fr_hex(const char *hex)
{
    struct nonzk_fr a;
    uint8_t bytes[NONZK_FR_LEN];
    ck_assert_uint_eq(check_unhex(bytes, sizeof bytes, hex), sizeof bytes);
    ck_assert_int_eq(nonzk_fr_from_bytes(&a, bytes), 0);
    return a;
}

static inline struct nonzk_fr fr_u64(uint64_t value)
{
    struct nonzk_fr a;
    nonzk_fr_set_u64(&a, value);
    return a;
}

static inline struct nonzk_fr fr_random(uint64_t *seed)
{
    struct nonzk_fr a;
    uint8_t bytes[NONZK_FR_WIDE_LEN];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)check_random(seed);
    nonzk_fr_from_wide(&a, bytes);
    return a;
}

/* Equal elements must also be equal in memory and in their encoding. */
static inline void assert_fr_equal(const struct nonzk_fr *a, const struct nonzk_fr *b)
{
    uint8_t bytes_a[NONZK_FR_LEN], bytes_b[NONZK_FR_LEN];
    nonzk_fr_to_bytes(bytes_a, a);
    nonzk_fr_to_bytes(bytes_b, b);
    ck_assert_mem_eq(bytes_a, bytes_b, sizeof bytes_a);
    ck_assert_mem_eq(a, b, sizeof *a);
    ck_assert_int_eq(nonzk_fr_equal(a, b), 1);
}

#endif
