/*
 * GF(2^255 - 19) on five 64-bit limbs of 51 bits: sum of v[i] * 2^(51 i). Needs a 128-bit product.
 *
 * Bounds, for each limb: `tight` is below 2^51 + 2^14 and comes out of fe_mul, fe_sq, fe_sq2, fe_mul_small and
 * fe_from_words; `loose` is below 2^54. fe_mul, fe_sq and fe_mul_small take loose operands, fe_sq2 a sum of two tight ones
 * at most. fe_add and fe_sub take tight operands and give less than 2^52 + 2^15 and 3 * 2^51 + 2^14. fe_add_loose and
 * fe_sub_loose take those results, too, and give loose ones.
 */
#ifndef NONCRYPTO_SRC_CURVE25519_FIELD_51_H
#define NONCRYPTO_SRC_CURVE25519_FIELD_51_H

#include <stdint.h>

#include "ct.h"

#define FE51_MASK ((UINT64_C(1) << 51) - 1)

/* What fe_invert() is made of. */
#define FE_INVERT_BY_POWER 0

struct fe {
    uint64_t v[5];
};

/* The value of four 64-bit words, any value below 2^256. */
static inline void fe_from_words(struct fe *out, const uint64_t w[4])
{
    /* What is above 2^255 comes back as 19. */
    out->v[0] = (w[0] & FE51_MASK) + 19 * (w[3] >> 63);
    out->v[1] = (w[0] >> 51 | w[1] << 13) & FE51_MASK;
    out->v[2] = (w[1] >> 38 | w[2] << 26) & FE51_MASK;
    out->v[3] = (w[2] >> 25 | w[3] << 39) & FE51_MASK;
    out->v[4] = w[3] >> 12 & FE51_MASK;
}

/* The one representative below p, of a loose element. */
static inline void fe_to_words(uint64_t w[4], const struct fe *a)
{
    uint64_t v[5];
    uint64_t carry = 0;

    /* Two rounds: the first leaves limbs below 2^51 but for v[0] < 2^51 + 19 * 2^4, the second a value below 2^255. */
    for (unsigned i = 0; i < 5; i++)
        v[i] = a->v[i];
    for (unsigned round = 0; round < 2; round++) {
        v[0] += 19 * carry;
        carry = 0;
        for (unsigned i = 0; i < 5; i++) {
            v[i] += carry;
            carry = v[i] >> 51;
            v[i] &= FE51_MASK;
        }
    }
    v[0] += 19 * carry;

    /* The value is below 2^255 + 19, and p is subtracted if it is at least p, which is when adding 19 reaches 2^255. */
    carry = 19;
    for (unsigned i = 0; i < 5; i++)
        carry = (v[i] + carry) >> 51;
    carry *= 19;
    for (unsigned i = 0; i < 5; i++) {
        v[i] += carry;
        carry = v[i] >> 51;
        v[i] &= FE51_MASK;
    }
    w[0] = v[0] | v[1] << 51;
    w[1] = v[1] >> 13 | v[2] << 38;
    w[2] = v[2] >> 26 | v[3] << 25;
    w[3] = v[3] >> 39 | v[4] << 12;
}

static inline void fe_add(struct fe *out, const struct fe *a, const struct fe *b)
{
    for (unsigned i = 0; i < 5; i++)
        out->v[i] = a->v[i] + b->v[i];
}

/* 2p is added first, so that no limb goes below zero. */
static inline void fe_sub(struct fe *out, const struct fe *a, const struct fe *b)
{
    out->v[0] = a->v[0] + 2 * (FE51_MASK - 18) - b->v[0];
    for (unsigned i = 1; i < 5; i++)
        out->v[i] = a->v[i] + 2 * FE51_MASK - b->v[i];
}

static inline void fe_add_loose(struct fe *out, const struct fe *a, const struct fe *b)
{
    fe_add(out, a, b);
}

/* Here 4p. */
static inline void fe_sub_loose(struct fe *out, const struct fe *a, const struct fe *b)
{
    out->v[0] = a->v[0] + 4 * (FE51_MASK - 18) - b->v[0];
    for (unsigned i = 1; i < 5; i++)
        out->v[i] = a->v[i] + 4 * FE51_MASK - b->v[i];
}

/*
 * Carries 128-bit columns into a tight element. Columns are below 5 * 19 * 2^108 < 2^115, the last one below 2^110.4: no
 * carry is above 2^64, and 19 times the last one neither.
 */
static inline void fe51_carry(struct fe *out, unsigned __int128 r0, unsigned __int128 r1,
                              unsigned __int128 r2, unsigned __int128 r3, unsigned __int128 r4)
{
    r1 += (uint64_t)(r0 >> 51);
    r2 += (uint64_t)(r1 >> 51);
    r3 += (uint64_t)(r2 >> 51);
    r4 += (uint64_t)(r3 >> 51);
    uint64_t v0 = ((uint64_t)r0 & FE51_MASK);
    unsigned __int128 top = (unsigned __int128)(uint64_t)(r4 >> 51) * 19 + v0;
    uint64_t v1 = ((uint64_t)r1 & FE51_MASK) + (uint64_t)(top >> 51);

    out->v[0] = (uint64_t)top & FE51_MASK;
    out->v[1] = v1;
    out->v[2] = (uint64_t)r2 & FE51_MASK;
    out->v[3] = (uint64_t)r3 & FE51_MASK;
    out->v[4] = (uint64_t)r4 & FE51_MASK;
}

#define MUL51(x, y) ((unsigned __int128)(x) * (y))

static __attribute__((__noinline__)) void fe_mul(struct fe *out, const struct fe *a,
                                                 const struct fe *b)
{
    uint64_t a0 = a->v[0], a1 = a->v[1], a2 = a->v[2], a3 = a->v[3], a4 = a->v[4];
    uint64_t b0 = b->v[0], b1 = b->v[1], b2 = b->v[2], b3 = b->v[3], b4 = b->v[4];
    uint64_t c1 = 19 * b1, c2 = 19 * b2, c3 = 19 * b3, c4 = 19 * b4;

    fe51_carry(out, MUL51(a0, b0) + MUL51(a1, c4) + MUL51(a2, c3) + MUL51(a3, c2) + MUL51(a4, c1),
               MUL51(a0, b1) + MUL51(a1, b0) + MUL51(a2, c4) + MUL51(a3, c3) + MUL51(a4, c2),
               MUL51(a0, b2) + MUL51(a1, b1) + MUL51(a2, b0) + MUL51(a3, c4) + MUL51(a4, c3),
               MUL51(a0, b3) + MUL51(a1, b2) + MUL51(a2, b1) + MUL51(a3, b0) + MUL51(a4, c4),
               MUL51(a0, b4) + MUL51(a1, b3) + MUL51(a2, b2) + MUL51(a3, b1) + MUL51(a4, b0));
}

static __attribute__((__noinline__)) void fe_sq(struct fe *out, const struct fe *a)
{
    uint64_t a0 = a->v[0], a1 = a->v[1], a2 = a->v[2], a3 = a->v[3], a4 = a->v[4];
    uint64_t d0 = 2 * a0, d1 = 2 * a1, c3 = 19 * a3, c4 = 19 * a4, d4 = 2 * c4;

    fe51_carry(out, MUL51(a0, a0) + MUL51(a1, d4) + MUL51(2 * a2, c3),
               MUL51(d0, a1) + MUL51(a2, d4) + MUL51(a3, c3),
               MUL51(d0, a2) + MUL51(a1, a1) + MUL51(a3, d4),
               MUL51(d0, a3) + MUL51(d1, a2) + MUL51(a4, c4),
               MUL51(d0, a4) + MUL51(d1, a3) + MUL51(a2, a2));
}

/* 2 a^2; the result is tight. The operand is at most a sum of two tight ones. */
static inline void fe_sq2(struct fe *out, const struct fe *a)
{
    struct fe square;

    fe_sq(&square, a);
    fe51_carry(out, 2 * square.v[0], 2 * square.v[1], 2 * square.v[2], 2 * square.v[3],
               2 * square.v[4]);
}

/* n < 2^17 */
static inline void fe_mul_small(struct fe *out, const struct fe *a, uint32_t n)
{
    fe51_carry(out, MUL51(a->v[0], n), MUL51(a->v[1], n), MUL51(a->v[2], n), MUL51(a->v[3], n),
               MUL51(a->v[4], n));
}

#undef MUL51

/* out = b if the mask is ones, a if it is zeros; `out` may be either. */
static inline void fe_select(struct fe *out, const struct fe *a, const struct fe *b, uint64_t mask)
{
    mask = ct_barrier64(mask);
    for (unsigned i = 0; i < 5; i++)
        out->v[i] = ct_select64(mask, b->v[i], a->v[i]);
}

#endif
