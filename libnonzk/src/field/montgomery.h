/*
 * Integers modulo a prime in Montgomery form, over any number of limbs and in constant time: what
 * Fp and Fr have in common. `n`, `modulus` and `minus_inverse` are constants where these are
 * called, so the compiler unrolls the loops and puts the numbers in. The modulus leaves at least
 * one bit of its highest limb free. Private to libnonzk.
 */
#ifndef NONZK_SRC_FIELD_MONTGOMERY_H
#define NONZK_SRC_FIELD_MONTGOMERY_H

#include <stdint.h>

#include "field/limb.h"

#define MONTGOMERY_MAX_LIMBS 6

/*
 * out = t - modulus, or t if that is negative; returns 1 if it is, that is, if t < modulus. Takes t
 * below twice the modulus to its remainder.
 */
LIMB_INLINE uint64_t montgomery_reduce_once(uint64_t *out, const uint64_t *t,
                                            const uint64_t *modulus, int n)
{
    uint64_t reduced[MONTGOMERY_MAX_LIMBS];
    uint64_t borrow = 0;

    LIMB_UNROLL
    for (int i = 0; i < n; i++)
        reduced[i] = limb_sub(t[i], modulus[i], &borrow);
    uint64_t keep = limb_mask(borrow);
    LIMB_UNROLL
    for (int i = 0; i < n; i++)
        out[i] = (t[i] & keep) | (reduced[i] & ~keep);
    return borrow;
}

/* out = a + b */
LIMB_INLINE void montgomery_add(uint64_t *out, const uint64_t *a, const uint64_t *b,
                                const uint64_t *modulus, int n)
{
    uint64_t t[MONTGOMERY_MAX_LIMBS];
    uint64_t carry = 0;

    /* The free bit takes the carry. */
    LIMB_UNROLL
    for (int i = 0; i < n; i++)
        t[i] = limb_add(a[i], b[i], &carry);
    montgomery_reduce_once(out, t, modulus, n);
}

/* out = a - b */
LIMB_INLINE void montgomery_sub(uint64_t *out, const uint64_t *a, const uint64_t *b,
                                const uint64_t *modulus, int n)
{
    uint64_t t[MONTGOMERY_MAX_LIMBS];
    uint64_t borrow = 0, carry = 0;

    LIMB_UNROLL
    for (int i = 0; i < n; i++)
        t[i] = limb_sub(a[i], b[i], &borrow);
    uint64_t negative = limb_mask(borrow);
    LIMB_UNROLL
    for (int i = 0; i < n; i++)
        out[i] = limb_add(t[i], modulus[i] & negative, &carry);
}

/*
 * t = (t + a * b) / 2^64, by adding the multiple of the modulus that makes the lowest limb zero.
 * The two carry chains run side by side. Thanks to the free bit t stays below twice the modulus and
 * needs no further limb (Acar, "High-speed algorithms", and the remark on spare bits in gnark).
 */
LIMB_INLINE void montgomery_mul_row(uint64_t *t, const uint64_t *a, uint64_t b,
                                    const uint64_t *modulus, uint64_t minus_inverse, int n)
{
    uint64_t ca = 0, cm = 0;
    uint64_t x = limb_mul_add(t[0], a[0], b, &ca);
    uint64_t m = x * minus_inverse;

    limb_mul_add(x, m, modulus[0], &cm);
    LIMB_UNROLL
    for (int i = 1; i < n; i++) {
        x = limb_mul_add(t[i], a[i], b, &ca);
        t[i - 1] = limb_mul_add(x, m, modulus[i], &cm);
    }
    t[n - 1] = ca + cm;
}

/* out = a * b / 2^(64 n) */
LIMB_INLINE void montgomery_mul(uint64_t *out, const uint64_t *a, const uint64_t *b,
                                const uint64_t *modulus, uint64_t minus_inverse, int n)
{
    uint64_t t[MONTGOMERY_MAX_LIMBS] = {0};

    LIMB_UNROLL
    for (int i = 0; i < n; i++)
        montgomery_mul_row(t, a, b[i], modulus, minus_inverse, n);
    montgomery_reduce_once(out, t, modulus, n);
}

#endif
