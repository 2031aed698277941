/*
 * Multiples of points of G1 by public scalars: from tables of fixed points, and by short
 * coefficients. Private to libnonzk.
 */
#ifndef NONZK_SRC_CURVE_G1_TABLE_H
#define NONZK_SRC_CURVE_G1_TABLE_H

#include <nonzk/g1.h>

#include "curve/scalar.h"

#define G1_TABLE_LEN 8 /* 1, 3, ... 15 times the point */

struct g1_table {
    struct nonzk_g1_affine odd[G1_TABLE_LEN];
};

/* out = t^2 a for a of G1, with the endomorphism */
void g1_affine_endomorphism(struct nonzk_g1_affine *out, const struct nonzk_g1_affine *a);

/* Makes the table of a point. */
void g1_table_make(struct g1_table *table, const struct nonzk_g1_affine *a);

/* out = out + the sum of scalars[i] * point of tables[i]; scalars are below r */
void g1_table_sum_vartime(struct nonzk_g1 *out, const struct g1_table *tables,
                          const uint64_t (*scalars)[SCALAR_LIMBS], size_t n);

/*
 * out = (digits[0] + digits[1] t^2) * a: a combination that costs the doublings of 64 bits only,
 * for the coefficients of random combinations.
 */
void g1_mul_short_vartime(struct nonzk_g1 *out, const struct nonzk_g1_affine *a,
                          const uint64_t digits[2]);

#endif
