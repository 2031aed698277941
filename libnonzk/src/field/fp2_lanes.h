/*
 * Eight elements of Fp2 side by side, in the way of field/fp_lanes.h: the bounds hold for both
 * coordinates. Private to libnonzk.
 */
#ifndef NONZK_SRC_FIELD_FP2_LANES_H
#define NONZK_SRC_FIELD_FP2_LANES_H

#include "field/fp_lanes.h"

#if HAVE_LANES

#include <nonzk/fp2.h>

struct fp2_lanes {
    struct fp_lanes c0, c1;
};

struct fp2_lanes_saved {
    struct fp_lanes_saved c0, c1;
};

LANES_INLINE void fp2_lanes_save(struct fp2_lanes_saved *to, const struct fp2_lanes *a)
{
    fp_lanes_save(&to->c0, &a->c0);
    fp_lanes_save(&to->c1, &a->c1);
}

LANES_INLINE void fp2_lanes_restore(struct fp2_lanes *out, const struct fp2_lanes_saved *from)
{
    fp_lanes_restore(&out->c0, &from->c0);
    fp_lanes_restore(&out->c1, &from->c1);
}

LANES_INLINE void fp2_lanes_set_one(struct fp2_lanes *out)
{
    fp_lanes_set_one(&out->c0);
    fp_lanes_all(&out->c1, (const uint64_t[LANE_LIMBS]){0});
}

LANES_INLINE void fp2_lanes_load(struct fp2_lanes *out, const struct nonzk_fp2 *const from[LANES])
{
    const struct nonzk_fp *c0[LANES], *c1[LANES];

    for (int i = 0; i < LANES; i++) {
        c0[i] = &from[i]->c0;
        c1[i] = &from[i]->c1;
    }
    fp_lanes_load(&out->c0, c0);
    fp_lanes_load(&out->c1, c1);
}

LANES_INLINE void fp2_lanes_store(struct nonzk_fp2 *const to[LANES], const struct fp2_lanes *a)
{
    struct nonzk_fp *c0[LANES], *c1[LANES];

    for (int i = 0; i < LANES; i++) {
        c0[i] = &to[i]->c0;
        c1[i] = &to[i]->c1;
    }
    fp_lanes_store(c0, &a->c0);
    fp_lanes_store(c1, &a->c1);
}

LANES_INLINE void fp2_lanes_add(struct fp2_lanes *out, const struct fp2_lanes *a,
                                const struct fp2_lanes *b)
{
    fp_lanes_add(&out->c0, &a->c0, &b->c0);
    fp_lanes_add(&out->c1, &a->c1, &b->c1);
}

LANES_INLINE void fp2_lanes_sub(struct fp2_lanes *out, const struct fp2_lanes *a,
                                const struct fp2_lanes *b)
{
    fp_lanes_sub(&out->c0, &a->c0, &b->c0);
    fp_lanes_sub(&out->c1, &a->c1, &b->c1);
}

LANES_INLINE void fp2_lanes_sub_large(struct fp2_lanes *out, const struct fp2_lanes *a,
                                      const struct fp2_lanes *b)
{
    fp_lanes_sub_large(&out->c0, &a->c0, &b->c0);
    fp_lanes_sub_large(&out->c1, &a->c1, &b->c1);
}

/* out = a b, below 6 p and 10 p if a and b are below 2^16 p, so that their sums are below 2^17 p */
LANES_INLINE void fp2_lanes_mul(struct fp2_lanes *out, const struct fp2_lanes *a,
                                const struct fp2_lanes *b)
{
    struct fp_lanes low, high, sum_a, sum_b;

    fp_lanes_add(&sum_a, &a->c0, &a->c1);
    fp_lanes_add(&sum_b, &b->c0, &b->c1);
    fp_lanes_mul(&low, &a->c0, &b->c0);
    fp_lanes_mul(&high, &a->c1, &b->c1);
    fp_lanes_mul(&sum_a, &sum_a, &sum_b);
    fp_lanes_sub(&out->c0, &low, &high);
    fp_lanes_sub(&sum_a, &sum_a, &low);
    fp_lanes_sub(&out->c1, &sum_a, &high);
}

/* out = a^2, below 2 p and 4 p if a is below 64 p */
LANES_INLINE void fp2_lanes_square(struct fp2_lanes *out, const struct fp2_lanes *a)
{
    struct fp_lanes sum, difference, product;

    fp_lanes_add(&sum, &a->c0, &a->c1);
    fp_lanes_sub_large(&difference, &a->c0, &a->c1);
    fp_lanes_mul(&product, &a->c0, &a->c1);
    fp_lanes_mul(&out->c0, &sum, &difference);
    fp_lanes_add(&out->c1, &product, &product);
}

LANES_INLINE void fp2_lanes_scale(struct fp2_lanes *out, const struct fp2_lanes *a,
                                  const uint64_t factor[LANE_LIMBS])
{
    fp_lanes_scale(&out->c0, &a->c0, factor);
    fp_lanes_scale(&out->c1, &a->c1, factor);
}

LANES_INLINE void fp2_lanes_select(struct fp2_lanes *out, unsigned set, const struct fp2_lanes *a,
                                   const struct fp2_lanes *b)
{
    fp_lanes_select(&out->c0, set, &a->c0, &b->c0);
    fp_lanes_select(&out->c1, set, &a->c1, &b->c1);
}

LANES_INLINE void fp2_lanes_clear(struct fp2_lanes *out, unsigned set)
{
    fp_lanes_clear(&out->c0, set);
    fp_lanes_clear(&out->c1, set);
}

LANES_INLINE void fp2_lanes_reduce(struct fp2_lanes *a)
{
    fp_lanes_reduce(&a->c0);
    fp_lanes_reduce(&a->c1);
}

LANES_INLINE unsigned fp2_lanes_equal(const struct fp2_lanes *a, const struct fp2_lanes *b)
{
    return fp_lanes_equal(&a->c0, &b->c0) & fp_lanes_equal(&a->c1, &b->c1);
}

#endif

#endif
