/*
 * The affine forms of several points with one inversion. Private to libnonzk.
 */
#ifndef NONZK_SRC_CURVE_AFFINE_ALL_H
#define NONZK_SRC_CURVE_AFFINE_ALL_H

#include <nonzk/g2.h>

#define AFFINE_ALL_MAX 16 /* points at a time */

/* n is at most AFFINE_ALL_MAX. Which points are infinity is visible. */
void nonzk_g1_to_affine_all(struct nonzk_g1_affine *out, const struct nonzk_g1 *points, size_t n);
void nonzk_g2_to_affine_all(struct nonzk_g2_affine *out, const struct nonzk_g2 *points, size_t n);

#endif
