/*
 * P-256 in portable C.
 *
 * Montgomery reduction is cheap for this prime: p is -1 modulo 2^64, so the quotient digit q is the lowest limb itself,
 * and q p + q = q 2^96 + q p[3] 2^192 leaves one product.
 */
#include "p256/p256_field.h"

struct sum {
    uint64_t t0, t1, t2, t3, t4;
};

/* s = s + a b; returns the carry. */
static inline uint64_t add_row(struct sum *s, const struct fe *a, uint64_t b)
{
    uint64_t carry = 0, top = 0;

    s->t0 = limb_mac(a->v[0], b, s->t0, &carry);
    s->t1 = limb_mac(a->v[1], b, s->t1, &carry);
    s->t2 = limb_mac(a->v[2], b, s->t2, &carry);
    s->t3 = limb_mac(a->v[3], b, s->t3, &carry);
    s->t4 = limb_add(s->t4, carry, &top);
    return top;
}

/* s = (s + q p) / 2^64 for q = s mod 2^64. */
static inline void reduce_limb(struct sum *s, uint64_t t5)
{
    uint64_t q = s->t0;
    uint64_t carry = 0, top = 0;

    s->t0 = limb_add(s->t1, q << 32, &carry);
    s->t1 = limb_add(s->t2, q >> 32, &carry);
    s->t2 = limb_mac(q, fe_p[3], s->t3, &carry);
    s->t3 = limb_add(s->t4, carry, &top);
    s->t4 = t5 + top;
}

__attribute__((__noinline__)) static void fe_mul(struct fe *out, const struct fe *a,
                                                 const struct fe *b)
{
    struct sum s = {0, 0, 0, 0, 0};

    reduce_limb(&s, add_row(&s, a, b->v[0]));
    reduce_limb(&s, add_row(&s, a, b->v[1]));
    reduce_limb(&s, add_row(&s, a, b->v[2]));
    reduce_limb(&s, add_row(&s, a, b->v[3]));
    const uint64_t t[4] = {s.t0, s.t1, s.t2, s.t3};
    limbs_reduce_once(out->v, s.t4, t, fe_p, 4);
}

static inline void fe_sqr(struct fe *out, const struct fe *a)
{
    fe_mul(out, a, a);
}

#define P256_BACKEND p256_backend_portable
#include "p256/p256_backend.h"
