/*
 * The field that BLS12-381's pairing maps to, Fp12 = Fp6[w] / (w^2 - v): c0 + c1 w. Over Fp2 it is
 * spanned by the powers of w up to w^5, where w^6 = u + 1.
 *
 * The cyclotomic subgroup holds the elements whose order divides p^4 - p^2 + 1, which all results
 * of the pairing are. In it the inverse is the conjugate, and squaring is cheaper.
 *
 * What fp.h says of time, aliasing and flags holds here, too.
 */
#ifndef NONZK_FP12_H
#define NONZK_FP12_H

#include <nonzk/fp6.h>
#include <nonzk/result.h>

#ifdef __cplusplus
extern "C" {
#endif

struct nonzk_fp12 {
    struct nonzk_fp6 c0;
    struct nonzk_fp6 c1;
};

/* out = 1 */
NONZK_API void nonzk_fp12_set_one(struct nonzk_fp12 *out);

/* out = a * b, 18 multiplications in Fp2 */
NONZK_API void nonzk_fp12_mul(struct nonzk_fp12 *out, const struct nonzk_fp12 *a,
                              const struct nonzk_fp12 *b);

/*
 * out = a * (b0 + b1 v + b4 v w), 13 multiplications in Fp2: the form of the lines in the Miller
 * loop. `out` must not hold a factor other than `a`.
 */
NONZK_API void nonzk_fp12_mul_014(struct nonzk_fp12 *out, const struct nonzk_fp12 *a,
                                  const struct nonzk_fp2 *b0, const struct nonzk_fp2 *b1,
                                  const struct nonzk_fp2 *b4);

/* out = a * a, 12 multiplications in Fp2 */
NONZK_API void nonzk_fp12_square(struct nonzk_fp12 *out, const struct nonzk_fp12 *a);

/*
 * out = a * a for `a` of the cyclotomic subgroup, nine squarings in Fp2 (Granger and Scott, 2009,
 * section 3.2). Meaningless for other elements.
 */
NONZK_API void nonzk_fp12_cyclotomic_square(struct nonzk_fp12 *out, const struct nonzk_fp12 *a);

/* out = c0 - c1 w: a to the power of p^6. In the cyclotomic subgroup this is 1 / a. */
NONZK_API void nonzk_fp12_conjugate(struct nonzk_fp12 *out, const struct nonzk_fp12 *a);

/* out = a to the power of p */
NONZK_API void nonzk_fp12_frobenius(struct nonzk_fp12 *out, const struct nonzk_fp12 *a);

/* out = 1 / a. Returns 0, or NONZK_E_NOT_INVERTIBLE if a is zero; then `out` is zero. */
NONZK_API NONZK_MUST_CHECK int nonzk_fp12_invert(struct nonzk_fp12 *out,
                                                 const struct nonzk_fp12 *a);

/* 1 if a = b, else 0 */
NONZK_API int nonzk_fp12_equal(const struct nonzk_fp12 *a, const struct nonzk_fp12 *b);

#ifdef __cplusplus
}
#endif

#endif
