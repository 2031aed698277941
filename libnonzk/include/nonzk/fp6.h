/*
 * The cubic extension Fp6 = Fp2[v] / (v^3 - (u + 1)) over BLS12-381's Fp2: c0 + c1 v + c2 v^2.
 *
 * What fp.h says of time, aliasing and flags holds here, too.
 */
#ifndef NONZK_FP6_H
#define NONZK_FP6_H

#include <nonzk/fp2.h>
#include <nonzk/result.h>

#ifdef __cplusplus
extern "C" {
#endif

struct nonzk_fp6 {
    struct nonzk_fp2 c0;
    struct nonzk_fp2 c1;
    struct nonzk_fp2 c2;
};

/* out = 0 */
NONZK_API void nonzk_fp6_set_zero(struct nonzk_fp6 *out);

/* out = 1 */
NONZK_API void nonzk_fp6_set_one(struct nonzk_fp6 *out);

/* out = a + b */
NONZK_API void nonzk_fp6_add(struct nonzk_fp6 *out, const struct nonzk_fp6 *a,
                             const struct nonzk_fp6 *b);

/* out = a - b */
NONZK_API void nonzk_fp6_sub(struct nonzk_fp6 *out, const struct nonzk_fp6 *a,
                             const struct nonzk_fp6 *b);

/* out = -a */
NONZK_API void nonzk_fp6_neg(struct nonzk_fp6 *out, const struct nonzk_fp6 *a);

/* out = a * b, six multiplications in Fp2 */
NONZK_API void nonzk_fp6_mul(struct nonzk_fp6 *out, const struct nonzk_fp6 *a,
                             const struct nonzk_fp6 *b);

/* out = a * (b0 + b1 v), five multiplications in Fp2 */
NONZK_API void nonzk_fp6_mul_01(struct nonzk_fp6 *out, const struct nonzk_fp6 *a,
                                const struct nonzk_fp2 *b0, const struct nonzk_fp2 *b1);

/* out = a * b1 v, three multiplications in Fp2 */
NONZK_API void nonzk_fp6_mul_1(struct nonzk_fp6 *out, const struct nonzk_fp6 *a,
                               const struct nonzk_fp2 *b1);

/* out = a * v */
NONZK_API void nonzk_fp6_mul_v(struct nonzk_fp6 *out, const struct nonzk_fp6 *a);

/* out = 1 / a. Returns 0, or NONZK_E_NOT_INVERTIBLE if a is zero; then `out` is zero. */
NONZK_API NONZK_MUST_CHECK int nonzk_fp6_invert(struct nonzk_fp6 *out, const struct nonzk_fp6 *a);

/* 1 if a = b, else 0 */
NONZK_API int nonzk_fp6_equal(const struct nonzk_fp6 *a, const struct nonzk_fp6 *b);

#ifdef __cplusplus
}
#endif

#endif
