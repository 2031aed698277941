/*
 * Affine points beyond the public headers: the affine forms of several points with one inversion, and
 * sums with points that are known to be finite. Private to libnonzk.
 */
#ifndef NONZK_SRC_CURVE_AFFINE_ALL_H
#define NONZK_SRC_CURVE_AFFINE_ALL_H

#include <nonzk/g2.h>

#define AFFINE_ALL_MAX 16 /* points at a time */

/* n is at most AFFINE_ALL_MAX. Which points are infinity is visible. */
void nonzk_g1_to_affine_all(struct nonzk_g1_affine *out, const struct nonzk_g1 *points, size_t n);
void nonzk_g2_to_affine_all(struct nonzk_g2_affine *out, const struct nonzk_g2 *points, size_t n);

/* out = a + b, in constant time; b is not infinity. */
void nonzk_g1_add_finite(struct nonzk_g1 *out, const struct nonzk_g1 *a,
                         const struct nonzk_g1_affine *b);
void nonzk_g2_add_finite(struct nonzk_g2 *out, const struct nonzk_g2 *a,
                         const struct nonzk_g2_affine *b);

#endif
