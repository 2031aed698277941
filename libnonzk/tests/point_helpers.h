/*
 * Points in tests: small and random multiples of the generators, asserted equal.
 */
#ifndef NONZK_TESTS_POINT_HELPERS_H
#define NONZK_TESTS_POINT_HELPERS_H

#include "field_helpers.h"

#include <nonzk/g2.h>

struct scalar {
    uint8_t byte[NONZK_SCALAR_LEN];
};

static inline struct scalar scalar_u64(uint64_t value)
{
    struct scalar k = {{0}};
    for (int i = 0; i < 8; i++)
        k.byte[31 - i] = (uint8_t)(value >> 8 * i);
    return k;
}

static inline struct scalar scalar_hex(const char *hex)
{
    struct scalar k;
    ck_assert_uint_eq(check_unhex(k.byte, sizeof k.byte, hex), sizeof k.byte);
    return k;
}

/* Any number of 256 bits, most of them above r. */
static inline struct scalar scalar_random(uint64_t *seed)
{
    struct scalar k;
    for (size_t i = 0; i < sizeof k.byte; i++)
        k.byte[i] = (uint8_t)check_random(seed);
    return k;
}

static inline struct nonzk_g1 g1_multiple(const struct scalar *k)
{
    struct nonzk_g1 p;
    nonzk_g1_set_generator(&p);
    nonzk_g1_mul_vartime(&p, &p, k->byte);
    return p;
}

static inline struct nonzk_g2 g2_multiple(const struct scalar *k)
{
    struct nonzk_g2 p;
    nonzk_g2_set_generator(&p);
    nonzk_g2_mul_vartime(&p, &p, k->byte);
    return p;
}

static inline struct nonzk_g1_affine g1_affine_random(uint64_t *seed)
{
    struct scalar k = scalar_random(seed);
    struct nonzk_g1 p = g1_multiple(&k);
    struct nonzk_g1_affine a;
    nonzk_g1_to_affine(&a, &p);
    return a;
}

static inline struct nonzk_g2_affine g2_affine_random(uint64_t *seed)
{
    struct scalar k = scalar_random(seed);
    struct nonzk_g2 p = g2_multiple(&k);
    struct nonzk_g2_affine a;
    nonzk_g2_to_affine(&a, &p);
    return a;
}

#endif
