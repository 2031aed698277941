/*
 * The base field of BLS12-381: integers modulo
 *
 *     p = 0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab
 *
 * (draft-irtf-cfrg-pairing-friendly-curves section 4.2.1). An element is always fully reduced, so
 * equal elements have equal bytes in memory on one machine; it is kept in Montgomery form, so only
 * nonzk_fp_from_bytes() and its like can make one.
 *
 * Every function runs in a time that does not depend on the values of elements and flags, the last
 * step of a function that reports an error excepted: that it fails is visible. Outputs may be the
 * same objects as inputs. A flag is 0 or 1.
 */
#ifndef NONZK_FP_H
#define NONZK_FP_H

#include <nonzk/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONZK_FP_LEN 48 /* bytes of an encoded element */

/* The limb is private: least significant first, value * 2^384 mod p. */
struct nonzk_fp {
    uint64_t limb[6];
};

/* out = 0 */
NONZK_API void nonzk_fp_set_zero(struct nonzk_fp *out);

/* out = 1 */
NONZK_API void nonzk_fp_set_one(struct nonzk_fp *out);

/* out = value */
NONZK_API void nonzk_fp_set_u64(struct nonzk_fp *out, uint64_t value);

/*
 * Decodes a big-endian integer of 48 bytes. Returns 0, or NONZK_E_ENCODING if it is not below p;
 * then `out` is unchanged.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_fp_from_bytes(struct nonzk_fp *out,
                                                   const uint8_t in[NONZK_FP_LEN]);

/* Encodes as a big-endian integer of 48 bytes, below p. */
NONZK_API void nonzk_fp_to_bytes(uint8_t out[NONZK_FP_LEN], const struct nonzk_fp *a);

/* out = a + b */
NONZK_API void nonzk_fp_add(struct nonzk_fp *out, const struct nonzk_fp *a,
                            const struct nonzk_fp *b);

/* out = a - b */
NONZK_API void nonzk_fp_sub(struct nonzk_fp *out, const struct nonzk_fp *a,
                            const struct nonzk_fp *b);

/* out = -a */
NONZK_API void nonzk_fp_neg(struct nonzk_fp *out, const struct nonzk_fp *a);

/* out = a * b */
NONZK_API void nonzk_fp_mul(struct nonzk_fp *out, const struct nonzk_fp *a,
                            const struct nonzk_fp *b);

/* out = a * a */
NONZK_API void nonzk_fp_square(struct nonzk_fp *out, const struct nonzk_fp *a);

/*
 * out = 1 / a, by Fermat's theorem. Returns 0, or NONZK_E_NOT_INVERTIBLE if a is zero; then `out`
 * is zero.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_fp_invert(struct nonzk_fp *out, const struct nonzk_fp *a);

/*
 * out = the square root of a that is itself a square; the other root is its negative. Returns 0, or
 * NONZK_E_NO_ROOT if a is not a square; then `out` is unchanged. The root of 0 is 0.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_fp_sqrt(struct nonzk_fp *out, const struct nonzk_fp *a);

/* The Legendre symbol: 1 if a is a square other than 0, -1 if it is not a square, 0 if it is 0. */
NONZK_API int nonzk_fp_legendre(const struct nonzk_fp *a);

/* 1 if a = b, else 0 */
NONZK_API int nonzk_fp_equal(const struct nonzk_fp *a, const struct nonzk_fp *b);

/* 1 if a = 0, else 0 */
NONZK_API int nonzk_fp_is_zero(const struct nonzk_fp *a);

/*
 * 1 if a, as an integer below p, is greater than (p - 1) / 2, else 0. Of a and -a, unless both are
 * 0, exactly one is: this is the sign in the compressed encoding of points.
 */
NONZK_API int nonzk_fp_is_large(const struct nonzk_fp *a);

/* out = a if `choice` is 1, b if it is 0. */
NONZK_API void nonzk_fp_select(struct nonzk_fp *out, const struct nonzk_fp *a,
                               const struct nonzk_fp *b, int choice);

#ifdef __cplusplus
}
#endif

#endif
