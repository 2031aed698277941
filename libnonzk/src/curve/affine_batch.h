/*
 * Many additions of affine points at a time, once for G1 and once for G2; msm_g1.c and msm_g2.c define
 * POINT, AFFINE, ELEMENT, FIELD(f) and GROUP(f) and include this file.
 *
 * A sum has the slope (y2 - y1) / (x2 - x1), or 3 x^2 / 2 y if the points are equal, and of n
 * denominators the inverses cost one inversion and 3 n multiplications (Montgomery): an addition in all
 * 5 multiplications and a square, half of what a complete one takes. The denominators are multiplied up
 * in LANES products side by side, which do not wait for one another.
 */
#ifndef NONZK_SRC_CURVE_AFFINE_BATCH_H
#define NONZK_SRC_CURVE_AFFINE_BATCH_H

#include "field/lanes.h"

/* to = to + from. In a batch, no point is written that another addition reads or writes. */
struct addition {
    AFFINE *to;
    const AFFINE *from;
};

/*
 * out = the denominator of the slope. Neither curve has a point of order two, so it is not 0; if the sum
 * is infinity, it is 1.
 */
static void slope_denominator(ELEMENT *out, const struct addition *a)
{
    FIELD(sub)(out, &a->from->x, &a->to->x);
    if (!FIELD(is_zero)(out))
        return;
    if (FIELD(equal)(&a->from->y, &a->to->y))
        FIELD(add)(out, &a->to->y, &a->to->y);
    else
        FIELD(set_one)(out);
}

/* Given the inverse of the denominator. */
static void add_by_slope(const struct addition *a, const ELEMENT *inverse)
{
    const AFFINE *p = a->to, *q = a->from;
    ELEMENT slope, x, y;

    if (FIELD(equal)(&p->x, &q->x)) {
        if (!FIELD(equal)(&p->y, &q->y)) {
            FIELD(set_zero)(&a->to->x);
            FIELD(set_zero)(&a->to->y);
            return;
        }
        FIELD(square)(&x, &p->x);
        FIELD(add)(&slope, &x, &x);
        FIELD(add)(&slope, &slope, &x);
    } else {
        FIELD(sub)(&slope, &q->y, &p->y);
    }
    FIELD(mul)(&slope, &slope, inverse);
    FIELD(square)(&x, &slope);
    FIELD(sub)(&x, &x, &p->x);
    FIELD(sub)(&x, &x, &q->x);
    FIELD(sub)(&y, &p->x, &x);
    FIELD(mul)(&y, &y, &slope);
    FIELD(sub)(&a->to->y, &y, &p->y);
    a->to->x = x;
}

/* Turns elements, none of which is 0, into their inverses. */
static void invert_lanes(ELEMENT elements[LANES])
{
    ELEMENT before[LANES], product, inverse, t;

    FIELD(set_one)(&product);
    for (int i = 0; i < LANES; i++) {
        before[i] = product;
        FIELD(mul)(&product, &product, &elements[i]);
    }
    int zero = FIELD(invert)(&inverse, &product) != 0;
    (void)zero;
    for (int i = LANES; i-- > 0;) {
        FIELD(mul)(&t, &inverse, &before[i]);
        FIELD(mul)(&inverse, &inverse, &elements[i]);
        elements[i] = t;
    }
}

/* `denominators` and `before` have room for n elements. */
static void add_batch(const struct addition *additions, size_t n, ELEMENT *denominators,
                      ELEMENT *before)
{
    ELEMENT lanes[LANES], inverse;

    for (int i = 0; i < LANES; i++)
        FIELD(set_one)(&lanes[i]);
    for (size_t i = 0; i < n; i++) {
        ELEMENT *product = &lanes[i % LANES];
        slope_denominator(&denominators[i], &additions[i]);
        before[i] = *product;
        FIELD(mul)(product, product, &denominators[i]);
    }
    invert_lanes(lanes);
    for (size_t i = n; i-- > 0;) {
        ELEMENT *rest = &lanes[i % LANES];
        FIELD(mul)(&inverse, rest, &before[i]);
        FIELD(mul)(rest, rest, &denominators[i]);
        add_by_slope(&additions[i], &inverse);
    }
}

#endif
