#include <nonzk/fp6.h>

#include "field/fp2_private.h"

void nonzk_fp6_set_zero(struct nonzk_fp6 *out)
{
    nonzk_fp2_set_zero(&out->c0);
    nonzk_fp2_set_zero(&out->c1);
    nonzk_fp2_set_zero(&out->c2);
}

void nonzk_fp6_set_one(struct nonzk_fp6 *out)
{
    nonzk_fp6_set_zero(out);
    nonzk_fp2_set_one(&out->c0);
}

void nonzk_fp6_add(struct nonzk_fp6 *out, const struct nonzk_fp6 *a, const struct nonzk_fp6 *b)
{
    nonzk_fp2_add(&out->c0, &a->c0, &b->c0);
    nonzk_fp2_add(&out->c1, &a->c1, &b->c1);
    nonzk_fp2_add(&out->c2, &a->c2, &b->c2);
}

void nonzk_fp6_sub(struct nonzk_fp6 *out, const struct nonzk_fp6 *a, const struct nonzk_fp6 *b)
{
    nonzk_fp2_sub(&out->c0, &a->c0, &b->c0);
    nonzk_fp2_sub(&out->c1, &a->c1, &b->c1);
    nonzk_fp2_sub(&out->c2, &a->c2, &b->c2);
}

void nonzk_fp6_neg(struct nonzk_fp6 *out, const struct nonzk_fp6 *a)
{
    nonzk_fp2_neg(&out->c0, &a->c0);
    nonzk_fp2_neg(&out->c1, &a->c1);
    nonzk_fp2_neg(&out->c2, &a->c2);
}

/*
 * out = (a0 + a1)(b0 + b1) - p0 - p1, which is a0 b1 + a1 b0 for the products p0 = a0 b0 and p1 =
 * a1 b1
 */
static void cross_product(struct nonzk_fp2 *out, const struct nonzk_fp2 *a0,
                          const struct nonzk_fp2 *a1, const struct nonzk_fp2 *b0,
                          const struct nonzk_fp2 *b1, const struct nonzk_fp2 *p0,
                          const struct nonzk_fp2 *p1)
{
    struct nonzk_fp2 sum_a, sum_b;

    nonzk_fp2_add(&sum_a, a0, a1);
    nonzk_fp2_add(&sum_b, b0, b1);
    nonzk_fp2_mul(&sum_a, &sum_a, &sum_b);
    nonzk_fp2_sub(&sum_a, &sum_a, p0);
    nonzk_fp2_sub(out, &sum_a, p1);
}

void nonzk_fp6_mul(struct nonzk_fp6 *out, const struct nonzk_fp6 *a, const struct nonzk_fp6 *b)
{
    struct nonzk_fp2 p0, p1, p2, x01, x02, x12;

    nonzk_fp2_mul(&p0, &a->c0, &b->c0);
    nonzk_fp2_mul(&p1, &a->c1, &b->c1);
    nonzk_fp2_mul(&p2, &a->c2, &b->c2);
    cross_product(&x12, &a->c1, &a->c2, &b->c1, &b->c2, &p1, &p2);
    cross_product(&x01, &a->c0, &a->c1, &b->c0, &b->c1, &p0, &p1);
    cross_product(&x02, &a->c0, &a->c2, &b->c0, &b->c2, &p0, &p2);
    fp2_mul_xi(&x12, &x12);
    nonzk_fp2_add(&out->c0, &p0, &x12);
    fp2_mul_xi(&p2, &p2);
    nonzk_fp2_add(&out->c1, &x01, &p2);
    nonzk_fp2_add(&out->c2, &x02, &p1);
}

void nonzk_fp6_mul_01(struct nonzk_fp6 *out, const struct nonzk_fp6 *a, const struct nonzk_fp2 *b0,
                      const struct nonzk_fp2 *b1)
{
    struct nonzk_fp2 p0, p1, x01, a2b1, a2b0;

    nonzk_fp2_mul(&p0, &a->c0, b0);
    nonzk_fp2_mul(&p1, &a->c1, b1);
    cross_product(&x01, &a->c0, &a->c1, b0, b1, &p0, &p1);
    nonzk_fp2_mul(&a2b1, &a->c2, b1);
    nonzk_fp2_mul(&a2b0, &a->c2, b0);
    fp2_mul_xi(&a2b1, &a2b1);
    nonzk_fp2_add(&out->c0, &p0, &a2b1);
    out->c1 = x01;
    nonzk_fp2_add(&out->c2, &p1, &a2b0);
}

void nonzk_fp6_mul_1(struct nonzk_fp6 *out, const struct nonzk_fp6 *a, const struct nonzk_fp2 *b1)
{
    struct nonzk_fp2 p0, p1, p2;

    nonzk_fp2_mul(&p0, &a->c0, b1);
    nonzk_fp2_mul(&p1, &a->c1, b1);
    nonzk_fp2_mul(&p2, &a->c2, b1);
    fp2_mul_xi(&out->c0, &p2);
    out->c1 = p0;
    out->c2 = p1;
}

void nonzk_fp6_mul_v(struct nonzk_fp6 *out, const struct nonzk_fp6 *a)
{
    struct nonzk_fp2 top;

    fp2_mul_xi(&top, &a->c2);
    out->c2 = a->c1;
    out->c1 = a->c0;
    out->c0 = top;
}

int nonzk_fp6_invert(struct nonzk_fp6 *out, const struct nonzk_fp6 *a)
{
    struct nonzk_fp2 t0, t1, t2, product, norm;

    /* The other two conjugates over Fp2 multiply to t0 + t1 v + t2 v^2, and with a to the norm. */
    nonzk_fp2_square(&t0, &a->c0);
    nonzk_fp2_mul(&product, &a->c1, &a->c2);
    fp2_mul_xi(&product, &product);
    nonzk_fp2_sub(&t0, &t0, &product);
    nonzk_fp2_square(&t1, &a->c2);
    fp2_mul_xi(&t1, &t1);
    nonzk_fp2_mul(&product, &a->c0, &a->c1);
    nonzk_fp2_sub(&t1, &t1, &product);
    nonzk_fp2_square(&t2, &a->c1);
    nonzk_fp2_mul(&product, &a->c0, &a->c2);
    nonzk_fp2_sub(&t2, &t2, &product);

    nonzk_fp2_mul(&norm, &a->c1, &t2);
    nonzk_fp2_mul(&product, &a->c2, &t1);
    nonzk_fp2_add(&norm, &norm, &product);
    fp2_mul_xi(&norm, &norm);
    nonzk_fp2_mul(&product, &a->c0, &t0);
    nonzk_fp2_add(&norm, &norm, &product);
    int result = nonzk_fp2_invert(&norm, &norm);
    nonzk_fp2_mul(&out->c0, &t0, &norm);
    nonzk_fp2_mul(&out->c1, &t1, &norm);
    nonzk_fp2_mul(&out->c2, &t2, &norm);
    return result;
}

int nonzk_fp6_equal(const struct nonzk_fp6 *a, const struct nonzk_fp6 *b)
{
    return nonzk_fp2_equal(&a->c0, &b->c0) & nonzk_fp2_equal(&a->c1, &b->c1) &
           nonzk_fp2_equal(&a->c2, &b->c2);
}
