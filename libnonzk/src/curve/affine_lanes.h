/*
 * Batches of affine additions, eight side by side, once for G1 and once for G2; needs
 * curve/affine_batch.h and ELEMENT_LANES(f) for the functions of the field in lanes.
 *
 * With s = 2^-32, coordinates that are taken over from memory stand for s x and s y (field/fp_lanes.h).
 * Numerators and denominators have the factor s, and so slopes have none. What a slope's square gives is
 * multiplied by s, and the square of x for a doubling, which has s^2, divided by it.
 */
#ifndef NONZK_SRC_CURVE_AFFINE_LANES_H
#define NONZK_SRC_CURVE_AFFINE_LANES_H

#if HAVE_LANES

#define LANES_TYPE  struct ELEMENT_LANES(lanes)
#define LANES_SAVED struct ELEMENT_LANES(lanes_saved)
#define LANE_(f)    ELEMENT_LANES(lanes_##f)

/* Eight additions. */
struct lane_additions {
    ELEMENT *to_x[LANES], *to_y[LANES];
    const ELEMENT *x1[LANES], *y1[LANES], *x2[LANES], *y2[LANES];
};

/* Points that are not equal and whose sum is infinity, for lanes of the last eight that have nothing to add. */
struct lane_filling {
    AFFINE to, from;
};

static void lane_additions_collect(struct lane_additions *l, struct lane_filling *filling,
                                   const struct addition *additions, size_t n)
{
    for (size_t i = 0; i < LANES; i++) {
        AFFINE *to = i < n ? additions[i].to : &filling->to;
        const AFFINE *from = i < n ? additions[i].from : &filling->from;
        l->to_x[i] = &to->x;
        l->to_y[i] = &to->y;
        l->x1[i] = &to->x;
        l->y1[i] = &to->y;
        l->x2[i] = &from->x;
        l->y2[i] = &from->y;
    }
}

/* The lanes whose two x are equal, and in *twice those of them whose y are. */
LANES_INLINE unsigned lane_additions_alike(unsigned *twice, const struct lane_additions *l,
                                           const LANES_TYPE *x1, const LANES_TYPE *x2)
{
    unsigned alike = LANE_(equal)(x1, x2);
    LANES_TYPE y1, y2;

    *twice = 0;
    if (alike == 0)
        return 0;
    LANE_(load)(&y1, l->y1);
    LANE_(load)(&y2, l->y2);
    *twice = alike & LANE_(equal)(&y1, &y2);
    return alike;
}

/* out = the denominators, below 5 p */
LANES_INLINE void lane_denominators(LANES_TYPE *out, const struct lane_additions *l)
{
    LANES_TYPE x1, x2, other;
    unsigned twice;

    LANE_(load)(&x1, l->x1);
    LANE_(load)(&x2, l->x2);
    unsigned alike = lane_additions_alike(&twice, l, &x1, &x2);
    LANE_(sub)(out, &x2, &x1);
    if (alike == 0)
        return;
    LANE_(load)(&other, l->y1);
    LANE_(add)(&other, &other, &other);
    LANE_(select)(out, twice, &other, out);
    LANE_(set_one)(&other);
    LANE_(select)(out, alike & ~twice, &other, out);
}

/*
 * Given the inverses of the denominators, below 10 p. Slopes are below 10 p then, x below 10 p, and y
 * below 14 p, which can be reduced.
 */
LANES_INLINE void lane_add_by_slopes(const struct lane_additions *l, const LANES_TYPE *inverses)
{
    LANES_TYPE x1, x2, y1, y2, slope, x, y;
    unsigned twice;

    LANE_(load)(&x1, l->x1);
    LANE_(load)(&x2, l->x2);
    LANE_(load)(&y1, l->y1);
    LANE_(load)(&y2, l->y2);
    unsigned alike = lane_additions_alike(&twice, l, &x1, &x2);
    LANE_(sub)(&slope, &y2, &y1);
    if (twice != 0) {
        LANE_(square)(&x, &x1);
        LANE_(scale)(&x, &x, lanes_scale_up);
        LANE_(add)(&y, &x, &x);
        LANE_(add)(&x, &y, &x);
        LANE_(select)(&slope, twice, &x, &slope);
    }
    LANE_(mul)(&slope, &slope, inverses);
    LANE_(square)(&x, &slope);
    LANE_(scale)(&x, &x, lanes_scale_down);
    LANE_(sub)(&x, &x, &x1);
    LANE_(sub)(&x, &x, &x2);
    LANE_(sub_large)(&y, &x1, &x);
    LANE_(mul)(&y, &y, &slope);
    LANE_(sub)(&y, &y, &y1);
    LANE_(reduce)(&x);
    LANE_(reduce)(&y);
    LANE_(clear)(&x, alike & ~twice);
    LANE_(clear)(&y, alike & ~twice);
    LANE_(store)(l->to_x, &x);
    LANE_(store)(l->to_y, &y);
}

/*
 * Turns elements below 10 p, none of which is 0, into their inverses, below 2 p. As eight stored elements
 * the products stand for 2^32 times themselves, and their inverses have 2^-32 and, loaded, 2^-64.
 */
LANES_INLINE void lane_invert(LANES_TYPE *products)
{
    ELEMENT elements[LANES], *to[LANES];
    const ELEMENT *from[LANES];

    for (int i = 0; i < LANES; i++)
        from[i] = to[i] = &elements[i];
    LANE_(reduce)(products);
    LANE_(store)(to, products);
    invert_lanes(elements);
    LANE_(load)(products, from);
    LANE_(scale)(products, products, lanes_scale_up_twice);
}

/* `denominators` and `before` have room for n / LANES elements, rounded up. */
LANES_CODE static void add_batch_in_lanes(const struct addition *additions, size_t n,
                                          LANES_SAVED *denominators, LANES_SAVED *before)
{
    struct lane_filling filling;
    struct lane_additions l;
    LANES_TYPE product, denominator, inverse;
    size_t ngroups = (n + LANES - 1) / LANES;

    memset(&filling, 0, sizeof filling);
    FIELD(set_one)(&filling.to.y);
    LANE_(set_one)(&product);
    for (size_t i = 0; i < ngroups; i++) {
        lane_additions_collect(&l, &filling, additions + i * LANES, n - i * LANES);
        lane_denominators(&denominator, &l);
        LANE_(save)(&denominators[i], &denominator);
        LANE_(save)(&before[i], &product);
        LANE_(mul)(&product, &product, &denominator);
    }
    lane_invert(&product);
    for (size_t i = ngroups; i-- > 0;) {
        lane_additions_collect(&l, &filling, additions + i * LANES, n - i * LANES);
        LANE_(restore)(&inverse, &before[i]);
        LANE_(restore)(&denominator, &denominators[i]);
        LANE_(mul)(&inverse, &inverse, &product);
        LANE_(mul)(&product, &product, &denominator);
        lane_add_by_slopes(&l, &inverse);
    }
}

#endif

#endif
