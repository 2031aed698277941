/*
 * The field of P-256: integers modulo p = 2^256 - 2^224 + 2^192 + 2^96 - 1 in Montgomery form. Every function takes and
 * gives values below p; `out` may be any argument. Included by one file a back end; what multiplies is in
 * fe_mul and fe_sqr, which that file defines. Private to libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_P256_FIELD_H
#define NONCRYPTO_SRC_P256_FIELD_H

#include "bignum/limb.h"
#include "p256/p256_private.h"

#define P256_P                                                                         \
    {                                                                                  \
        0xffffffffffffffff, 0x00000000ffffffff, 0x0000000000000000, 0xffffffff00000001 \
    }

static const uint64_t fe_p[4] = P256_P;
static const struct fe FE_ONE = {
    {0x0000000000000001, 0xffffffff00000000, 0xffffffffffffffff, 0x00000000fffffffe}};
/* 2^512 mod p, plain: a product with it brings an integer into Montgomery form. */
static const struct fe fe_rr = {
    {0x0000000000000003, 0xfffffffbffffffff, 0xfffffffffffffffe, 0x00000004fffffffd}};

static inline void fe_add(struct fe *out, const struct fe *a, const struct fe *b)
{
    limbs_add_mod(out->v, a->v, b->v, fe_p, 4);
}

static inline void fe_sub(struct fe *out, const struct fe *a, const struct fe *b)
{
    limbs_sub_mod(out->v, a->v, b->v, fe_p, 4);
}

/* out = a / 2: a or a + p, whichever is even, shifted. */
static inline void fe_half(struct fe *out, const struct fe *a)
{
    uint64_t mask = ct_mask64(a->v[0]);
    uint64_t carry = 0;
    uint64_t t0 = limb_add(a->v[0], fe_p[0] & mask, &carry);
    uint64_t t1 = limb_add(a->v[1], fe_p[1] & mask, &carry);
    uint64_t t2 = limb_add(a->v[2], fe_p[2] & mask, &carry);
    uint64_t t3 = limb_add(a->v[3], fe_p[3] & mask, &carry);

    out->v[0] = t0 >> 1 | t1 << 63;
    out->v[1] = t1 >> 1 | t2 << 63;
    out->v[2] = t2 >> 1 | t3 << 63;
    out->v[3] = t3 >> 1 | carry << 63;
}

static inline void fe_select(struct fe *out, uint64_t mask, const struct fe *a, const struct fe *b)
{
    limbs_select(out->v, mask, a->v, b->v, 4);
}

static inline uint64_t fe_is_zero(const struct fe *a)
{
    return limbs_are_zero(a->v, 4);
}

static inline uint64_t fe_is_equal(const struct fe *a, const struct fe *b)
{
    return limbs_are_equal(a->v, b->v, 4);
}

#endif
