/*
 * Scalars cut up for the endomorphisms: with t = |x|, the absolute value of the curve's parameter,
 * a scalar below r is below t^4 and has four digits to the base t of 64 bits each. Private to
 * libnonzk.
 */
#ifndef NONZK_SRC_CURVE_SCALAR_H
#define NONZK_SRC_CURVE_SCALAR_H

#include <stddef.h>
#include <stdint.h>

#define CURVE_T          UINT64_C(0xd201000000010000) /* |x|; x itself is negative */
#define CURVE_T_BITS     64
#define SCALAR_DIGITS    4
#define SCALAR_LIMBS     4
#define SCALAR_NAF_LEN   129 /* signed digits of a number of 128 bits at most */
#define SCALAR_NAF_WIDTH 5   /* digits are odd and below 2^4 in absolute value, or 0 */

/* The order of the groups, least significant limb first. */
extern const uint64_t scalar_order[SCALAR_LIMBS];

/* out = the big-endian integer modulo r, in constant time */
void scalar_load(uint64_t out[SCALAR_LIMBS], const uint8_t in[32]);

/*
 * quotient = a / divisor and a = a mod divisor, bit by bit in constant time. `a` and `quotient`
 * have `nlimbs` limbs, `divisor` has `ndivisor` <= 4 and its highest is not 0. `quotient` may be
 * NULL.
 */
void scalar_divide(uint64_t *quotient, uint64_t *a, size_t nlimbs, const uint64_t *divisor,
                   size_t ndivisor);

/* The digits to the base t of a scalar below r, the lowest first, in constant time. */
void scalar_split_t(uint64_t digits[SCALAR_DIGITS], const uint64_t scalar[SCALAR_LIMBS]);

/* The same to the base t^2, of two limbs each. */
void scalar_split_t2(uint64_t digits[SCALAR_DIGITS], const uint64_t scalar[SCALAR_LIMBS]);

/*
 * The bits of `k`, of `nlimbs` limbs, from `at`, fewer than 32 of them; 0 beyond its end. Where they
 * are is public.
 */
static inline unsigned scalar_bits(const uint64_t *k, size_t nlimbs, unsigned at, unsigned nbits)
{
    unsigned limb = at / 64, shift = at % 64;

    if (limb >= nlimbs)
        return 0;
    uint64_t value = k[limb] >> shift;
    if (shift + nbits > 64 && limb + 1 < nlimbs)
        value |= k[limb + 1] << (64 - shift);
    return (unsigned)(value & ((UINT64_C(1) << nbits) - 1));
}

/*
 * The signed digit of the window of `nbits` bits at bit `at`, from -2^(nbits-1) to 2^(nbits-1): the
 * bits of the window, plus the highest bit of the window below, less 2^nbits if its own highest bit
 * is set (Booth). In constant time.
 */
static inline int scalar_digit(const uint64_t *k, size_t nlimbs, unsigned at, unsigned nbits)
{
    unsigned below = at == 0 ? 0 : scalar_bits(k, nlimbs, at - 1, 1);
    unsigned bits = scalar_bits(k, nlimbs, at, nbits);

    return (int)(bits + below - (bits >> (nbits - 1) << nbits));
}

/*
 * The non-adjacent form of width 5 of `k`, which has one or two limbs: k is the sum of naf[i] 2^i.
 * Returns how many digits there are up to the highest that is not 0; the others are not written.
 * Not in constant time.
 */
size_t scalar_naf_vartime(int8_t naf[SCALAR_NAF_LEN], const uint64_t *k, size_t nlimbs);

#endif
