/*
 * The twisted Edwards curve -x^2 + y^2 = 1 + d x^2 y^2 over any representation of the field, by the complete formulas of
 * Hisil, Wong, Carter and Dawson ("Twisted Edwards curves revisited", 2008): right for every pair of points, without a
 * special case.
 */
#ifndef NONCRYPTO_SRC_CURVE25519_EDWARDS_H
#define NONCRYPTO_SRC_CURVE25519_EDWARDS_H

#include "curve25519/curve25519.h"
#include "curve25519/field.h"

/* Keeps a function's temporaries out of its caller's frame: ring 0 has little stack. */
#define NOINLINE __attribute__((__noinline__))

/* x = X / Z, y = Y / Z, T = X Y / Z, all tight */
struct ge {
    struct fe x, y, z, t;
};

/* x = X / Z, y = Y / T: what an addition leaves, loose */
struct ge_completed {
    struct fe x, y, z, t;
};

/* A point as the second operand of an addition; loose. */
struct ge_cached {
    struct fe y_plus_x, y_minus_x, z, t2d;
};

/* The same with Z = 1. */
struct ge_affine {
    struct fe y_plus_x, y_minus_x, xy2d;
};

static void ge_identity(struct ge *p)
{
    fe_small(&p->x, 0);
    fe_small(&p->y, 1);
    fe_small(&p->z, 1);
    fe_small(&p->t, 0);
}

static inline void ge_from_point(struct ge *p, const struct noncrypto_edwards25519 *point)
{
    fe_from_words(&p->x, point->x);
    fe_from_words(&p->y, point->y);
    fe_from_words(&p->z, point->z);
    fe_from_words(&p->t, point->t);
}

static inline void ge_to_point(struct noncrypto_edwards25519 *point, const struct ge *p)
{
    fe_to_words(point->x, &p->x);
    fe_to_words(point->y, &p->y);
    fe_to_words(point->z, &p->z);
    fe_to_words(point->t, &p->t);
}

/* T is needed by additions only, not by doublings. */
static inline void ge_complete_without_t(struct ge *r, const struct ge_completed *p)
{
    fe_mul(&r->x, &p->x, &p->t);
    fe_mul(&r->y, &p->y, &p->z);
    fe_mul(&r->z, &p->z, &p->t);
}

static inline void ge_complete(struct ge *r, const struct ge_completed *p)
{
    ge_complete_without_t(r, p);
    fe_mul(&r->t, &p->x, &p->y);
}

static inline void ge_double(struct ge_completed *r, const struct ge *p)
{
    struct fe xx, yy, sum;

    fe_add(&sum, &p->x, &p->y);
    fe_sq(&xx, &p->x);
    fe_sq(&yy, &p->y);
    fe_sq2(&r->t, &p->z);
    fe_sq(&sum, &sum);
    fe_add(&r->y, &yy, &xx);
    fe_sub(&r->z, &yy, &xx);
    fe_sub_loose(&r->x, &sum, &r->y);
    fe_sub_loose(&r->t, &r->t, &r->z);
}

static inline void ge_to_cached(struct ge_cached *r, const struct ge *p)
{
    struct fe d2;

    fe_from_words(&d2, fe_edwards_2d);
    fe_add(&r->y_plus_x, &p->y, &p->x);
    fe_sub(&r->y_minus_x, &p->y, &p->x);
    r->z = p->z;
    fe_mul(&r->t2d, &p->t, &d2);
}

/* What p + q and p - q have in common: a = (Y1 + X1) q+, b = (Y1 - X1) q-, c = T1 t2d; z is 2 Z1 Z2. */
static inline void ge_sum(struct ge_completed *r, const struct fe *a, const struct fe *b,
                          const struct fe *c, const struct fe *z)
{
    fe_sub(&r->x, a, b);
    fe_add(&r->y, a, b);
    fe_add_loose(&r->z, z, c);
    fe_sub_loose(&r->t, z, c);
}

static inline void ge_add(struct ge_completed *r, const struct ge *p, const struct ge_cached *q)
{
    struct fe a, b, c, z;

    fe_add(&a, &p->y, &p->x);
    fe_sub(&b, &p->y, &p->x);
    fe_mul(&c, &p->t, &q->t2d);
    fe_mul(&z, &p->z, &q->z);
    fe_mul(&a, &a, &q->y_plus_x);
    fe_mul(&b, &b, &q->y_minus_x);
    fe_add(&z, &z, &z);
    ge_sum(r, &a, &b, &c, &z);
}

/* -q has y + x and y - x exchanged and -t, which exchanges Z and T of the result. */
static inline void ge_sub(struct ge_completed *r, const struct ge *p, const struct ge_cached *q)
{
    struct fe a, b, c, z;

    fe_add(&a, &p->y, &p->x);
    fe_sub(&b, &p->y, &p->x);
    fe_mul(&c, &p->t, &q->t2d);
    fe_mul(&z, &p->z, &q->z);
    fe_mul(&a, &a, &q->y_minus_x);
    fe_mul(&b, &b, &q->y_plus_x);
    fe_add(&z, &z, &z);
    fe_sub(&r->x, &a, &b);
    fe_add(&r->y, &a, &b);
    fe_sub_loose(&r->z, &z, &c);
    fe_add_loose(&r->t, &z, &c);
}

static inline void ge_add_affine(struct ge_completed *r, const struct ge *p,
                                 const struct ge_affine *q)
{
    struct fe a, b, c, z;

    fe_add(&a, &p->y, &p->x);
    fe_sub(&b, &p->y, &p->x);
    fe_mul(&c, &p->t, &q->xy2d);
    fe_mul(&a, &a, &q->y_plus_x);
    fe_mul(&b, &b, &q->y_minus_x);
    fe_add(&z, &p->z, &p->z);
    ge_sum(r, &a, &b, &c, &z);
}

/* All ones if p is the neutral element. */
static inline uint64_t ge_identity_mask(const struct ge *p)
{
    struct fe difference;

    fe_sub(&difference, &p->y, &p->z);
    return fe_zero_mask(&p->x) & fe_zero_mask(&difference);
}

/* p = 2^n p, n > 0 */
static NOINLINE void ge_double_n(struct ge *p, unsigned n)
{
    struct ge_completed c;

    while (--n > 0) {
        ge_double(&c, p);
        ge_complete_without_t(p, &c);
    }
    ge_double(&c, p);
    ge_complete(p, &c);
}

/*
 * RFC 8032 section 5.1.3 for one or two points at once, without the check that y is below p. Returns a mask for each in
 * `valid`; what is not valid gives a point that must not be used.
 */
static NOINLINE void ge_decode(struct ge *p, uint64_t *valid, const uint8_t *const bytes[],
                               unsigned count)
{
    struct fe u[2], v[2], power[2] = {{{0}}, {{0}}}, one, d, root, t;

    fe_small(&one, 1);
    fe_from_words(&d, fe_edwards_d);
    fe_from_words(&root, fe_sqrt_minus_one);
    for (unsigned i = 0; i < count; i++) {
        fe_from_bytes(&p[i].y, bytes[i]);
        fe_sq(&t, &p[i].y);
        fe_sub(&u[i], &t, &one);
        fe_mul(&v[i], &t, &d);
        fe_add(&v[i], &v[i], &one);
        fe_sq(&t, &v[i]);
        fe_mul(&t, &t, &v[i]);
        fe_mul(&p[i].x, &t, &u[i]); /* u v^3 */
        fe_sq(&t, &t);
        fe_mul(&t, &t, &v[i]);
        fe_mul(&power[i], &t, &u[i]); /* u v^7 */
    }
    fe_power_252_3(power, power, count);
    for (unsigned i = 0; i < count; i++) {
        struct fe check, zero;
        uint32_t sign = bytes[i][31] >> 7;

        fe_mul(&p[i].x, &p[i].x, &power[i]);
        fe_sq(&t, &p[i].x);
        fe_mul(&t, &t, &v[i]);
        /* v x^2 is u, or -u: then x needs a factor sqrt(-1); or u / v is no square. */
        fe_sub_loose(&check, &t, &u[i]);
        uint64_t is_root = fe_zero_mask(&check);
        fe_add_loose(&check, &t, &u[i]);
        uint64_t is_other = fe_zero_mask(&check);
        fe_mul(&t, &p[i].x, &root);
        fe_select(&p[i].x, &p[i].x, &t, is_other & ~is_root);

        /* x = 0 has no negative. */
        uint64_t is_zero = fe_zero_mask(&p[i].x);
        valid[i] = (is_root | is_other) & ~(is_zero & ct_mask64(sign));
        fe_small(&zero, 0);
        fe_sub(&t, &zero, &p[i].x);
        fe_mul(&t, &t, &one);
        fe_select(&p[i].x, &p[i].x, &t, ct_mask64(sign ^ (uint32_t)fe_sign(&p[i].x)));
        p[i].z = one;
        fe_mul(&p[i].t, &p[i].x, &p[i].y);
    }
}

/* RFC 8032 section 5.1.2 */
static void ge_encode(uint8_t bytes[32], const struct ge *p)
{
    struct fe inverse, x, y;

    fe_invert(&inverse, &p->z);
    fe_mul(&x, &p->x, &inverse);
    fe_mul(&y, &p->y, &inverse);
    fe_to_bytes(bytes, &y);
    bytes[31] |= (uint8_t)(fe_sign(&x) << 7);
}

#endif
