/*
 * Inside Fp12: what only libnonzk's own sources use.
 */
#ifndef NONZK_SRC_FIELD_FP12_PRIVATE_H
#define NONZK_SRC_FIELD_FP12_PRIVATE_H

#include <nonzk/fp12.h>

/* out = a * (b0 + b1 v + v w), ten multiplications in Fp2; `out` may be `a`. */
void fp12_mul_01_and_one(struct nonzk_fp12 *out, const struct nonzk_fp12 *a,
                         const struct nonzk_fp2 *b0, const struct nonzk_fp2 *b1);

#endif
