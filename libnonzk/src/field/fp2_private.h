/*
 * Inside Fp2: what only libnonzk's own sources use.
 */
#ifndef NONZK_SRC_FIELD_FP2_PRIVATE_H
#define NONZK_SRC_FIELD_FP2_PRIVATE_H

#include <nonzk/fp2.h>

/* out = a * (u + 1), which is no square and no cube and makes the extensions above Fp2 */
static inline void fp2_mul_xi(struct nonzk_fp2 *out, const struct nonzk_fp2 *a)
{
    struct nonzk_fp difference;

    nonzk_fp_sub(&difference, &a->c0, &a->c1);
    nonzk_fp_add(&out->c1, &a->c0, &a->c1);
    out->c0 = difference;
}

/* out = a * 12 (u + 1), three times the constant b of the curve that G2 lies on */
static inline void fp2_mul_3b(struct nonzk_fp2 *out, const struct nonzk_fp2 *a)
{
    struct nonzk_fp2 four;

    fp2_mul_xi(&four, a);
    nonzk_fp2_add(&four, &four, &four);
    nonzk_fp2_add(&four, &four, &four);
    nonzk_fp2_add(out, &four, &four);
    nonzk_fp2_add(out, out, &four);
}

#endif
