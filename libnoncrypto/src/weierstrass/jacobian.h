/*
 * Points of a curve y^2 = x^3 - 3 x + b over a prime field, of odd prime order, in Jacobian coordinates: (X, Y, Z) is the
 * affine point (X / Z^2, Y / Z^3), and Z = 0 is infinity. Text for inclusion after the field: the including file has
 * struct fe, weierstrass/point.h, and fe_mul, fe_sqr, fe_add, fe_sub, fe_half, fe_select, fe_is_zero (a mask), FE_ONE.
 * Each file that includes it gets its own copy, compiled for its field. Private to libnoncrypto.
 *
 * Names that end in _vartime branch on their arguments, everything else is constant time.
 */
#ifndef NONCRYPTO_SRC_WEIERSTRASS_JACOBIAN_H
#define NONCRYPTO_SRC_WEIERSTRASS_JACOBIAN_H

#include "ct.h"

/* A frame of its own for each formula, shared by all that call it; and one copy, which stays in the cache. */
#define POINT_FUNCTION __attribute__((__noinline__, __unused__)) static

static inline void point_select(struct point *out, uint64_t mask, const struct point *a,
                                const struct point *b)
{
    fe_select(&out->x, mask, &a->x, &b->x);
    fe_select(&out->y, mask, &a->y, &b->y);
    fe_select(&out->z, mask, &a->z, &b->z);
}

/* y = -y where the mask is ones. */
static inline void fe_negate_if(struct fe *y, uint64_t mask)
{
    struct fe zero = {{0}};
    struct fe minus;

    fe_sub(&minus, &zero, y);
    fe_select(y, mask, &minus, y);
}

/*
 * out = 2 a; `out` may be a. Infinity stays infinity, since Z is a factor of the new Z; there is no point with Y = 0,
 * whose order would be 2. 4 multiplications, 4 squarings.
 */
POINT_FUNCTION void point_double(struct point *out, const struct point *a)
{
    struct fe alpha, beta, gamma, delta, t;

    fe_sqr(&delta, &a->z);
    fe_add(&gamma, &a->y, &a->y);
    fe_mul(&out->z, &gamma, &a->z); /* 2 Y Z */
    fe_sqr(&gamma, &gamma);         /* 4 Y^2 */
    fe_add(&alpha, &a->x, &delta);
    fe_sub(&delta, &a->x, &delta);
    fe_mul(&alpha, &alpha, &delta);
    fe_add(&delta, &alpha, &alpha);
    fe_add(&alpha, &alpha, &delta); /* 3 (X - Z^2) (X + Z^2) */
    fe_mul(&beta, &a->x, &gamma);   /* 4 X Y^2 */
    fe_sqr(&gamma, &gamma);
    fe_half(&gamma, &gamma); /* 8 Y^4 */
    fe_sqr(&t, &alpha);
    fe_sub(&t, &t, &beta);
    fe_sub(&out->x, &t, &beta);
    fe_sub(&beta, &beta, &out->x);
    fe_mul(&beta, &beta, &alpha);
    fe_sub(&out->y, &beta, &gamma);
}

/* What the additions share: from U = X1 of the common denominator, H = X2 - X1, S = Y1 and r = Y2 - Y1 (with Z set). */
static inline void point_add_finish(struct point *out, struct fe *u, struct fe *h, struct fe *s,
                                    const struct fe *r)
{
    struct fe hh, x;

    fe_sqr(&hh, h);
    fe_mul(h, h, &hh); /* H^3 */
    fe_mul(u, u, &hh); /* U H^2 */
    fe_sqr(&x, r);
    fe_sub(&x, &x, h);
    fe_sub(&x, &x, u);
    fe_sub(&out->x, &x, u);
    fe_sub(u, u, &out->x);
    fe_mul(u, u, r);
    fe_mul(s, s, h);
    fe_sub(&out->y, u, s);
}

/*
 * out = a + b, if neither is infinity and they are neither equal nor opposite; `out` may be a or b. If they are opposite
 * the result is infinity; if they are equal it is infinity too, which is wrong, and the return value is ones; otherwise
 * it is zeros. What it is with infinity does not matter to the callers. 12 multiplications, 4 squarings.
 */
POINT_FUNCTION uint64_t point_add_distinct(struct point *out, const struct point *a,
                                           const struct point *b)
{
    struct fe u, h, s, r, z1, z2;

    fe_sqr(&z1, &a->z);
    fe_sqr(&z2, &b->z);
    fe_mul(&u, &a->x, &z2);
    fe_mul(&h, &b->x, &z1);
    fe_mul(&z2, &z2, &b->z);
    fe_mul(&z1, &z1, &a->z);
    fe_mul(&s, &a->y, &z2);
    fe_mul(&r, &b->y, &z1);
    fe_sub(&h, &h, &u);
    fe_sub(&r, &r, &s);
    uint64_t equal = fe_is_zero(&h) & fe_is_zero(&r);
    fe_mul(&z1, &a->z, &b->z);
    fe_mul(&out->z, &z1, &h);
    point_add_finish(out, &u, &h, &s, &r);
    return equal;
}

/* The same with an affine b: 8 multiplications, 3 squarings. */
POINT_FUNCTION uint64_t point_add_affine_distinct(struct point *out, const struct point *a,
                                                  const struct affine *b)
{
    struct fe u = a->x, s = a->y;
    struct fe h, r, zz;

    fe_sqr(&zz, &a->z);
    fe_mul(&h, &b->x, &zz);
    fe_mul(&zz, &zz, &a->z);
    fe_mul(&r, &b->y, &zz);
    fe_sub(&h, &h, &u);
    fe_sub(&r, &r, &s);
    uint64_t equal = fe_is_zero(&h) & fe_is_zero(&r);
    fe_mul(&out->z, &a->z, &h);
    point_add_finish(out, &u, &h, &s, &r);
    return equal;
}

/* out = a + b for any two points; `out` may be a or b. The cases are all computed and one is chosen. */
POINT_FUNCTION void point_add(struct point *out, const struct point *a, const struct point *b)
{
    struct point sum, twice;
    uint64_t a_infinite = fe_is_zero(&a->z);
    uint64_t b_infinite = fe_is_zero(&b->z);
    uint64_t equal = point_add_distinct(&sum, a, b);

    point_double(&twice, a);
    point_select(&sum, equal, &twice, &sum);
    point_select(&sum, b_infinite, a, &sum);
    point_select(out, a_infinite, b, &sum);
}

static inline void point_set_affine(struct point *out, const struct affine *a)
{
    out->x = a->x;
    out->y = a->y;
    out->z = FE_ONE;
}

/* out = a + b, all cases. */
POINT_FUNCTION void point_add_vartime(struct point *out, const struct point *a,
                                      const struct point *b)
{
    if (fe_is_zero(&b->z)) {
        *out = *a;
        return;
    }
    if (fe_is_zero(&a->z)) {
        *out = *b;
        return;
    }
    struct point sum;
    if (point_add_distinct(&sum, a, b))
        point_double(out, a);
    else
        *out = sum;
}

POINT_FUNCTION void point_add_affine_vartime(struct point *out, const struct point *a,
                                             const struct affine *b)
{
    struct point sum;

    if (fe_is_zero(&a->z)) {
        point_set_affine(out, b);
        return;
    }
    if (point_add_affine_distinct(&sum, a, b))
        point_double(out, a);
    else
        *out = sum;
}

/* out[i] = (2 i + 1) a for i below n. */
POINT_FUNCTION void point_odd_multiples_vartime(struct point *out, unsigned n,
                                                const struct affine *a)
{
    struct point twice;

    point_set_affine(&out[0], a);
    point_double(&twice, &out[0]);
    for (unsigned i = 1; i < n; i++)
        point_add_vartime(&out[i], &out[i - 1], &twice);
}

#endif
