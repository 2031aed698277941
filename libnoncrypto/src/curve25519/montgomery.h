/*
 * The ladder of RFC 7748 section 5 over any representation of the field; the same operations on the same addresses
 * whatever the scalar.
 */
#ifndef NONCRYPTO_SRC_CURVE25519_MONTGOMERY_H
#define NONCRYPTO_SRC_CURVE25519_MONTGOMERY_H

#include <noncrypto/memory.h>

#include "curve25519/field.h"

/* A point as X : Z on the Montgomery curve. */
struct montgomery {
    struct fe x, z;
};

/* p = 2 p, from the sum and the difference of its coordinates */
static inline void montgomery_double(struct montgomery *p, struct fe *sum, struct fe *difference)
{
    struct fe e, t;

    fe_sq(difference, difference);
    fe_sq(sum, sum);
    fe_sub(&e, sum, difference);
    fe_mul_small(&t, &e, 121666);
    fe_mul(&p->x, sum, difference);
    fe_add(&t, &t, difference);
    fe_mul(&p->z, &e, &t);
}

/*
 * q = p + q, and p = 2 p or 2 q: the latter if the mask is ones. u is that of p - q, whose sign does not matter.
 *
 * The products for the sum are the same two whichever point is doubled, so only the factors for doubling are chosen
 * between. The order keeps dependent products apart, for processors that look only some hundred instructions ahead.
 */
static inline void montgomery_step(struct montgomery *p, struct montgomery *q, const struct fe *u,
                                   uint64_t mask)
{
    struct fe a, b, c, d, e, f, g, t;

    fe_sub(&b, &p->x, &p->z);
    fe_add(&c, &q->x, &q->z);
    fe_add(&a, &p->x, &p->z);
    fe_sub(&d, &q->x, &q->z);
    fe_mul(&f, &c, &b);
    fe_mul(&g, &d, &a);
    fe_select(&b, &b, &d, mask);
    fe_select(&a, &a, &c, mask);
    fe_sq(&b, &b);
    fe_sq(&a, &a);
    fe_add(&t, &g, &f);
    fe_sub(&g, &g, &f);
    fe_sub(&e, &a, &b);
    fe_sq(&q->x, &t);
    fe_mul_small(&t, &e, 121666);
    fe_sq(&g, &g);
    fe_add(&t, &t, &b);
    fe_mul(&p->x, &a, &b);
    fe_mul(&p->z, &e, &t);
    fe_mul(&q->z, &g, u);
}

/*
 * out = u(n P) for u(P) in `point`, n = `scalar` clamped as in RFC 7748: bit 254 set, 255 and the three lowest clear.
 * For a point of small order the result is 0.
 */
static inline void montgomery_ladder(uint8_t out[32], const uint8_t scalar[32],
                                     const uint8_t point[32])
{
    struct montgomery p, q;
    struct fe u, a, b;
    uint32_t previous = 1;

    /* Bit 254 makes 2 P of nothing and P. */
    fe_from_bytes(&u, point);
    fe_small(&q.z, 1);
    q.x = u;
    fe_add(&a, &q.x, &q.z);
    fe_sub(&b, &q.x, &q.z);
    montgomery_double(&p, &a, &b);

    /* p is the multiple by the bits so far if the last of them was 0, else q. */
    for (unsigned i = 253; i >= 3; i--) {
        uint32_t bit = (uint32_t)scalar[i / 8] >> i % 8 & 1;
        montgomery_step(&p, &q, &u, ct_mask64(previous ^ bit));
        previous = bit;
    }
    /* The last bits are 0: the other point is of no use any more. */
    fe_select(&p.x, &p.x, &q.x, ct_mask64(previous));
    fe_select(&p.z, &p.z, &q.z, ct_mask64(previous));
    for (unsigned i = 0; i < 3; i++) {
        fe_add(&a, &p.x, &p.z);
        fe_sub(&b, &p.x, &p.z);
        montgomery_double(&p, &a, &b);
    }
    fe_invert(&p.z, &p.z);
    fe_mul(&p.x, &p.x, &p.z);
    fe_to_bytes(out, &p.x);
    noncrypto_wipe(&p, sizeof p);
    noncrypto_wipe(&q, sizeof q);
}

#endif
