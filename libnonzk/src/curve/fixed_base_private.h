/*
 * Many multiples of one point: the generators, by which a setup multiplies each of its secrets.
 * Private to libnonzk.
 */
#ifndef NONZK_SRC_CURVE_FIXED_BASE_PRIVATE_H
#define NONZK_SRC_CURVE_FIXED_BASE_PRIVATE_H

#include <nonzk/fr.h>
#include <nonzk/g2.h>

#define FIXED_BASE_BITS    5  /* of a window */
#define FIXED_BASE_WINDOWS 52 /* one bit more than a scalar has, as digits are signed */
#define FIXED_BASE_LEN     16 /* 1, 2, ... 16 times the base times the weight of the window */

struct fixed_base_g1 {
    struct nonzk_g1_affine multiples[FIXED_BASE_WINDOWS][FIXED_BASE_LEN];
};

struct fixed_base_g2 {
    struct nonzk_g2_affine multiples[FIXED_BASE_WINDOWS][FIXED_BASE_LEN];
};

/* Makes the table of a point of the group that is not infinity. */
void nonzk_g1_fixed_base_make(struct fixed_base_g1 *table, const struct nonzk_g1 *base);
void nonzk_g2_fixed_base_make(struct fixed_base_g2 *table, const struct nonzk_g2 *base);

/* out[i] = scalars[i] * base; in a time that depends on scalars only by which of them are zero */
void nonzk_g1_fixed_base_mul(struct nonzk_g1_affine *out, const struct fixed_base_g1 *table,
                             const struct nonzk_fr *scalars, size_t n);
void nonzk_g2_fixed_base_mul(struct nonzk_g2_affine *out, const struct fixed_base_g2 *table,
                             const struct nonzk_fr *scalars, size_t n);

#endif
