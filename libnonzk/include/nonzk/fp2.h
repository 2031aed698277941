/*
 * The quadratic extension Fp2 = Fp[u] / (u^2 + 1) of the base field of BLS12-381: c0 + c1 * u.
 *
 * What fp.h says of time, aliasing and flags holds here, too.
 */
#ifndef NONZK_FP2_H
#define NONZK_FP2_H

#include <nonzk/fp.h>
#include <nonzk/result.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONZK_FP2_LEN (2 * NONZK_FP_LEN) /* bytes of an encoded element */

struct nonzk_fp2 {
    struct nonzk_fp c0;
    struct nonzk_fp c1;
};

/* out = 0 */
NONZK_API void nonzk_fp2_set_zero(struct nonzk_fp2 *out);

/* out = 1 */
NONZK_API void nonzk_fp2_set_one(struct nonzk_fp2 *out);

/*
 * Decodes c1 and then c0, as the encoding of points in G2 has them. Returns 0, or NONZK_E_ENCODING
 * if either is not below p; then `out` is unchanged.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_fp2_from_bytes(struct nonzk_fp2 *out,
                                                    const uint8_t in[NONZK_FP2_LEN]);

/* Encodes c1 and then c0. */
NONZK_API void nonzk_fp2_to_bytes(uint8_t out[NONZK_FP2_LEN], const struct nonzk_fp2 *a);

/* out = a + b */
NONZK_API void nonzk_fp2_add(struct nonzk_fp2 *out, const struct nonzk_fp2 *a,
                             const struct nonzk_fp2 *b);

/* out = a - b */
NONZK_API void nonzk_fp2_sub(struct nonzk_fp2 *out, const struct nonzk_fp2 *a,
                             const struct nonzk_fp2 *b);

/* out = -a */
NONZK_API void nonzk_fp2_neg(struct nonzk_fp2 *out, const struct nonzk_fp2 *a);

/* out = c0 - c1 * u. This is also the Frobenius map, a to the power of p. */
NONZK_API void nonzk_fp2_conjugate(struct nonzk_fp2 *out, const struct nonzk_fp2 *a);

/* out = a * b, three multiplications in Fp */
NONZK_API void nonzk_fp2_mul(struct nonzk_fp2 *out, const struct nonzk_fp2 *a,
                             const struct nonzk_fp2 *b);

/* out = a * b for b in Fp */
NONZK_API void nonzk_fp2_mul_fp(struct nonzk_fp2 *out, const struct nonzk_fp2 *a,
                                const struct nonzk_fp *b);

/* out = a * a, two multiplications in Fp */
NONZK_API void nonzk_fp2_square(struct nonzk_fp2 *out, const struct nonzk_fp2 *a);

/* out = c0^2 + c1^2, the norm of a */
NONZK_API void nonzk_fp2_norm(struct nonzk_fp *out, const struct nonzk_fp2 *a);

/* out = 1 / a. Returns 0, or NONZK_E_NOT_INVERTIBLE if a is zero; then `out` is zero. */
NONZK_API NONZK_MUST_CHECK int nonzk_fp2_invert(struct nonzk_fp2 *out, const struct nonzk_fp2 *a);

/*
 * out = a square root of a; the other is its negative, and which one comes is not specified.
 * Returns 0, or NONZK_E_NO_ROOT if a is not a square; then `out` is unchanged. The root of 0 is 0.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_fp2_sqrt(struct nonzk_fp2 *out, const struct nonzk_fp2 *a);

/*
 * The quadratic character: 1 if a is a square other than 0, -1 if it is not a square, 0 if it is 0.
 */
NONZK_API int nonzk_fp2_legendre(const struct nonzk_fp2 *a);

/* 1 if a = b, else 0 */
NONZK_API int nonzk_fp2_equal(const struct nonzk_fp2 *a, const struct nonzk_fp2 *b);

/* 1 if a = 0, else 0 */
NONZK_API int nonzk_fp2_is_zero(const struct nonzk_fp2 *a);

/* 1 if c1 is large in the sense of nonzk_fp_is_large(), or c1 = 0 and c0 is large; else 0 */
NONZK_API int nonzk_fp2_is_large(const struct nonzk_fp2 *a);

/* out = a if `choice` is 1, b if it is 0. */
NONZK_API void nonzk_fp2_select(struct nonzk_fp2 *out, const struct nonzk_fp2 *a,
                                const struct nonzk_fp2 *b, int choice);

#ifdef __cplusplus
}
#endif

#endif
