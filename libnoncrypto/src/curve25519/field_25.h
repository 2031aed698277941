/*
 * GF(2^255 - 19) on ten signed 32-bit limbs of alternately 26 and 25 bits: sum of v[i] * 2^ceil(25.5 i). For machines
 * whose widest product is 64 bits.
 *
 * Bounds, for even and odd limbs: `tight` is at most 1.01 * 2^25 and 1.01 * 2^24 in magnitude and comes out of fe_mul,
 * fe_sq, fe_sq2, fe_mul_small and fe_from_words; `loose` is at most three times that. fe_mul, fe_sq and fe_mul_small take
 * loose operands, fe_sq2 a sum of two tight ones at most. fe_add and fe_sub take tight operands; fe_add_loose and
 * fe_sub_loose take one that is tight and one that came of fe_add or fe_sub, and give loose ones.
 */
#ifndef NONCRYPTO_SRC_CURVE25519_FIELD_25_H
#define NONCRYPTO_SRC_CURVE25519_FIELD_25_H

#include <stdint.h>

#include "ct.h"

/* What fe_invert() is made of. */
#define FE_INVERT_BY_POWER 1

struct fe {
    int32_t v[10];
};

/* Bits of limb i. */
#define FE25_BITS(i) (26 - ((i)&1))

/* What limb i has above its width goes to the next one; what stays is nearest to zero. */
static inline void fe25_carry_limb(int64_t h[10], unsigned i)
{
    int64_t carry = (h[i] + ((int64_t)1 << (FE25_BITS(i) - 1))) >> FE25_BITS(i);

    h[i] -= carry * ((int64_t)1 << FE25_BITS(i));
    if (i == 9)
        h[0] += carry * 19;
    else
        h[i + 1] += carry;
}

/*
 * Carries 64-bit columns into a tight element, by two chains at once. The columns of a product of loose elements are
 * below 2^61: the largest has one factor of 1, four of 19 and five of 38 / 4 on products of at most (3.1 * 2^25)^2.
 */
static inline void fe25_carry(struct fe *out, int64_t h[10])
{
    fe25_carry_limb(h, 0);
    fe25_carry_limb(h, 4);
    fe25_carry_limb(h, 1);
    fe25_carry_limb(h, 5);
    fe25_carry_limb(h, 2);
    fe25_carry_limb(h, 6);
    fe25_carry_limb(h, 3);
    fe25_carry_limb(h, 7);
    fe25_carry_limb(h, 4);
    fe25_carry_limb(h, 8);
    fe25_carry_limb(h, 9);
    fe25_carry_limb(h, 0);
    for (unsigned i = 0; i < 10; i++)
        out->v[i] = (int32_t)h[i];
}

/* The value of four 64-bit words, any value below 2^256. */
static inline void fe_from_words(struct fe *out, const uint64_t w[4])
{
    int64_t h[10];
    unsigned at = 0;

    for (unsigned i = 0; i < 10; i++) {
        uint64_t bits = w[at / 64] >> at % 64;
        if (at % 64 > 38 && at / 64 < 3)
            bits |= w[at / 64 + 1] << (64 - at % 64);
        h[i] = (int64_t)(bits & ((UINT64_C(1) << FE25_BITS(i)) - 1));
        at += FE25_BITS(i);
    }
    /* What is above 2^255 comes back as 19. */
    h[0] += (int64_t)(19 * (w[3] >> 63));
    fe25_carry(out, h);
}

/* The one representative below p, of a loose element. */
static inline void fe_to_words(uint64_t w[4], const struct fe *a)
{
    struct fe tight;
    int64_t h[10];

    for (unsigned i = 0; i < 10; i++)
        h[i] = a->v[i];
    fe25_carry(&tight, h);

    /* q = floor(a / p): a is between -2^255 and 2^255 now, so 19 a[9] / 2^25 rounds to what wraps, and q is -1, 0 or 1. */
    int32_t q = (19 * tight.v[9] + ((int32_t)1 << 24)) >> 25;
    for (unsigned i = 0; i < 10; i++)
        q = (tight.v[i] + q) >> FE25_BITS(i);

    /* a - q p = a + 19 q - 2^255 q: the last carry is dropped. */
    int32_t carry = 19 * q;
    for (unsigned i = 0; i < 4; i++)
        w[i] = 0;
    unsigned at = 0;
    for (unsigned i = 0; i < 10; i++) {
        int32_t limb = tight.v[i] + carry;
        carry = limb >> FE25_BITS(i);
        uint64_t bits = (uint32_t)limb & (((uint32_t)1 << FE25_BITS(i)) - 1);
        w[at / 64] |= bits << at % 64;
        if (at % 64 > 38 && at / 64 < 3)
            w[at / 64 + 1] |= bits >> (64 - at % 64);
        at += FE25_BITS(i);
    }
}

static inline void fe_add(struct fe *out, const struct fe *a, const struct fe *b)
{
    for (unsigned i = 0; i < 10; i++)
        out->v[i] = a->v[i] + b->v[i];
}

static inline void fe_sub(struct fe *out, const struct fe *a, const struct fe *b)
{
    for (unsigned i = 0; i < 10; i++)
        out->v[i] = a->v[i] - b->v[i];
}

static inline void fe_add_loose(struct fe *out, const struct fe *a, const struct fe *b)
{
    fe_add(out, a, b);
}

static inline void fe_sub_loose(struct fe *out, const struct fe *a, const struct fe *b)
{
    fe_sub(out, a, b);
}

#define MUL(x, y) ((int64_t)(x) * (y))

static __attribute__((__noinline__)) void fe_mul(struct fe *out, const struct fe *a,
                                                 const struct fe *b)
{
    const int32_t *f = a->v;
    const int32_t *g = b->v;
    int32_t f2[10], g19[10];
    int64_t h[10];

    /* 19 * 3.1 * 2^25 < 2^31 */
    for (unsigned i = 0; i < 10; i++) {
        f2[i] = 2 * f[i];
        g19[i] = 19 * g[i];
    }
    /* The product of two odd limbs counts twice, and 19 times what passes limb 9. */
    h[0] = MUL(f[0], g[0]) + MUL(f2[1], g19[9]) + MUL(f[2], g19[8]) + MUL(f2[3], g19[7]) +
           MUL(f[4], g19[6]) + MUL(f2[5], g19[5]) + MUL(f[6], g19[4]) + MUL(f2[7], g19[3]) +
           MUL(f[8], g19[2]) + MUL(f2[9], g19[1]);
    h[1] = MUL(f[0], g[1]) + MUL(f[1], g[0]) + MUL(f[2], g19[9]) + MUL(f[3], g19[8]) +
           MUL(f[4], g19[7]) + MUL(f[5], g19[6]) + MUL(f[6], g19[5]) + MUL(f[7], g19[4]) +
           MUL(f[8], g19[3]) + MUL(f[9], g19[2]);
    h[2] = MUL(f[0], g[2]) + MUL(f2[1], g[1]) + MUL(f[2], g[0]) + MUL(f2[3], g19[9]) +
           MUL(f[4], g19[8]) + MUL(f2[5], g19[7]) + MUL(f[6], g19[6]) + MUL(f2[7], g19[5]) +
           MUL(f[8], g19[4]) + MUL(f2[9], g19[3]);
    h[3] = MUL(f[0], g[3]) + MUL(f[1], g[2]) + MUL(f[2], g[1]) + MUL(f[3], g[0]) +
           MUL(f[4], g19[9]) + MUL(f[5], g19[8]) + MUL(f[6], g19[7]) + MUL(f[7], g19[6]) +
           MUL(f[8], g19[5]) + MUL(f[9], g19[4]);
    h[4] = MUL(f[0], g[4]) + MUL(f2[1], g[3]) + MUL(f[2], g[2]) + MUL(f2[3], g[1]) +
           MUL(f[4], g[0]) + MUL(f2[5], g19[9]) + MUL(f[6], g19[8]) + MUL(f2[7], g19[7]) +
           MUL(f[8], g19[6]) + MUL(f2[9], g19[5]);
    h[5] = MUL(f[0], g[5]) + MUL(f[1], g[4]) + MUL(f[2], g[3]) + MUL(f[3], g[2]) + MUL(f[4], g[1]) +
           MUL(f[5], g[0]) + MUL(f[6], g19[9]) + MUL(f[7], g19[8]) + MUL(f[8], g19[7]) +
           MUL(f[9], g19[6]);
    h[6] = MUL(f[0], g[6]) + MUL(f2[1], g[5]) + MUL(f[2], g[4]) + MUL(f2[3], g[3]) +
           MUL(f[4], g[2]) + MUL(f2[5], g[1]) + MUL(f[6], g[0]) + MUL(f2[7], g19[9]) +
           MUL(f[8], g19[8]) + MUL(f2[9], g19[7]);
    h[7] = MUL(f[0], g[7]) + MUL(f[1], g[6]) + MUL(f[2], g[5]) + MUL(f[3], g[4]) + MUL(f[4], g[3]) +
           MUL(f[5], g[2]) + MUL(f[6], g[1]) + MUL(f[7], g[0]) + MUL(f[8], g19[9]) +
           MUL(f[9], g19[8]);
    h[8] = MUL(f[0], g[8]) + MUL(f2[1], g[7]) + MUL(f[2], g[6]) + MUL(f2[3], g[5]) +
           MUL(f[4], g[4]) + MUL(f2[5], g[3]) + MUL(f[6], g[2]) + MUL(f2[7], g[1]) +
           MUL(f[8], g[0]) + MUL(f2[9], g19[9]);
    h[9] = MUL(f[0], g[9]) + MUL(f[1], g[8]) + MUL(f[2], g[7]) + MUL(f[3], g[6]) + MUL(f[4], g[5]) +
           MUL(f[5], g[4]) + MUL(f[6], g[3]) + MUL(f[7], g[2]) + MUL(f[8], g[1]) + MUL(f[9], g[0]);
    fe25_carry(out, h);
}

/* Columns of a^2, for fe_sq and fe_sq2. */
static inline void fe25_square(int64_t h[10], const int32_t f[10])
{
    int32_t f2[10], f4[10], g19[10];

    for (unsigned i = 0; i < 10; i++) {
        f2[i] = 2 * f[i];
        f4[i] = 4 * f[i];
        g19[i] = 19 * f[i];
    }
    h[0] = MUL(f[0], f[0]) + MUL(f4[1], g19[9]) + MUL(f2[2], g19[8]) + MUL(f4[3], g19[7]) +
           MUL(f2[4], g19[6]) + MUL(f2[5], g19[5]);
    h[1] = MUL(f2[0], f[1]) + MUL(f2[2], g19[9]) + MUL(f2[3], g19[8]) + MUL(f2[4], g19[7]) +
           MUL(f2[5], g19[6]);
    h[2] = MUL(f2[0], f[2]) + MUL(f2[1], f[1]) + MUL(f4[3], g19[9]) + MUL(f2[4], g19[8]) +
           MUL(f4[5], g19[7]) + MUL(f[6], g19[6]);
    h[3] = MUL(f2[0], f[3]) + MUL(f2[1], f[2]) + MUL(f2[4], g19[9]) + MUL(f2[5], g19[8]) +
           MUL(f2[6], g19[7]);
    h[4] = MUL(f2[0], f[4]) + MUL(f2[1], f2[3]) + MUL(f[2], f[2]) + MUL(f4[5], g19[9]) +
           MUL(f2[6], g19[8]) + MUL(f2[7], g19[7]);
    h[5] = MUL(f2[0], f[5]) + MUL(f2[1], f[4]) + MUL(f2[2], f[3]) + MUL(f2[6], g19[9]) +
           MUL(f2[7], g19[8]);
    h[6] = MUL(f2[0], f[6]) + MUL(f2[1], f2[5]) + MUL(f2[2], f[4]) + MUL(f2[3], f[3]) +
           MUL(f4[7], g19[9]) + MUL(f[8], g19[8]);
    h[7] = MUL(f2[0], f[7]) + MUL(f2[1], f[6]) + MUL(f2[2], f[5]) + MUL(f2[3], f[4]) +
           MUL(f2[8], g19[9]);
    h[8] = MUL(f2[0], f[8]) + MUL(f2[1], f2[7]) + MUL(f2[2], f[6]) + MUL(f2[3], f2[5]) +
           MUL(f[4], f[4]) + MUL(f2[9], g19[9]);
    h[9] = MUL(f2[0], f[9]) + MUL(f2[1], f[8]) + MUL(f2[2], f[7]) + MUL(f2[3], f[6]) +
           MUL(f2[4], f[5]);
}

static __attribute__((__noinline__)) void fe_sq(struct fe *out, const struct fe *a)
{
    int64_t h[10];

    fe25_square(h, a->v);
    fe25_carry(out, h);
}

/* 2 a^2 */
static inline void fe_sq2(struct fe *out, const struct fe *a)
{
    int64_t h[10];

    fe25_square(h, a->v);
    for (unsigned i = 0; i < 10; i++)
        h[i] *= 2;
    fe25_carry(out, h);
}

/* n < 2^17 */
static inline void fe_mul_small(struct fe *out, const struct fe *a, uint32_t n)
{
    int64_t h[10];

    for (unsigned i = 0; i < 10; i++)
        h[i] = MUL(a->v[i], (int32_t)n);
    fe25_carry(out, h);
}

#undef MUL

/* out = b if the mask is ones, a if it is zeros; `out` may be either. */
static inline void fe_select(struct fe *out, const struct fe *a, const struct fe *b, uint64_t mask)
{
    mask = ct_barrier64(mask);
    for (unsigned i = 0; i < 10; i++)
        out->v[i] = a->v[i] ^ ((int32_t)(uint32_t)mask & (a->v[i] ^ b->v[i]));
}

#endif
