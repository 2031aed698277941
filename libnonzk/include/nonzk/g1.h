/*
 * The group G1 of BLS12-381: the points of prime order r on y^2 = x^3 + 4 over Fp,
 *
 *     r = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001
 *
 * A point to calculate with is in homogeneous coordinates, x = X / Z and y = Y / Z, and its
 * addition is complete: no pair of points is an exception (Renes, Costello, Batina, "Complete
 * addition formulas for prime order elliptic curves", 2016). An affine point is what is stored and
 * encoded; the point at infinity is (0, 0) there, which is not on the curve.
 *
 * Encodings are those of Zcash (draft-irtf-cfrg-pairing-friendly-curves appendix C): the
 * coordinates big-endian, and in the three highest bits of the first byte whether it is compressed,
 * whether it is infinity, and the sign of y.
 *
 * Functions run in a time that does not depend on the values of points and scalars, save those that
 * end in _vartime, the check of the subgroup, and the decoding. Outputs may be the same objects as
 * inputs. A flag is 0 or 1. A scalar has 32 bytes, big-endian, and is taken modulo r. No function
 * here needs more than 8 KiB of stack.
 */
#ifndef NONZK_G1_H
#define NONZK_G1_H

#include <nonzk/fp.h>
#include <nonzk/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONZK_SCALAR_LEN          32 /* bytes of a scalar */
#define NONZK_G1_COMPRESSED_LEN   48 /* bytes of x and flags */
#define NONZK_G1_UNCOMPRESSED_LEN 96 /* bytes of x, y and flags */

struct nonzk_g1_affine {
    struct nonzk_fp x;
    struct nonzk_fp y;
};

struct nonzk_g1 {
    struct nonzk_fp x;
    struct nonzk_fp y;
    struct nonzk_fp z;
};

/* out = the generator of draft-irtf-cfrg-pairing-friendly-curves section 4.2.1 */
NONZK_API void nonzk_g1_set_generator(struct nonzk_g1 *out);

/* out = the point at infinity, the neutral element */
NONZK_API void nonzk_g1_set_infinity(struct nonzk_g1 *out);

/* out = a + b */
NONZK_API void nonzk_g1_add(struct nonzk_g1 *out, const struct nonzk_g1 *a,
                            const struct nonzk_g1 *b);

/* out = a + b; takes less time than nonzk_g1_add(). That b is infinity is visible. */
NONZK_API void nonzk_g1_add_affine(struct nonzk_g1 *out, const struct nonzk_g1 *a,
                                   const struct nonzk_g1_affine *b);

/* out = 2 a */
NONZK_API void nonzk_g1_double(struct nonzk_g1 *out, const struct nonzk_g1 *a);

/* out = -a */
NONZK_API void nonzk_g1_neg(struct nonzk_g1 *out, const struct nonzk_g1 *a);

/* out = scalar * a. The point must be in G1; the scalar may be secret. */
NONZK_API void nonzk_g1_mul(struct nonzk_g1 *out, const struct nonzk_g1 *a,
                            const uint8_t scalar[NONZK_SCALAR_LEN]);

/* The same for a public scalar: the time depends on it. */
NONZK_API void nonzk_g1_mul_vartime(struct nonzk_g1 *out, const struct nonzk_g1 *a,
                                    const uint8_t scalar[NONZK_SCALAR_LEN]);

/* 1 if a = b as points, else 0 */
NONZK_API int nonzk_g1_equal(const struct nonzk_g1 *a, const struct nonzk_g1 *b);

/* 1 if a is the point at infinity, else 0 */
NONZK_API int nonzk_g1_is_infinity(const struct nonzk_g1 *a);

/* 1 if a is the point at infinity, else 0 */
NONZK_API int nonzk_g1_affine_is_infinity(const struct nonzk_g1_affine *a);

/* 1 if y^2 = x^3 + 4 or a is the point at infinity, else 0 */
NONZK_API int nonzk_g1_affine_is_on_curve(const struct nonzk_g1_affine *a);

/*
 * 1 if a, which must be on the curve, is in G1, else 0. By the endomorphism (beta x, y), which is
 * -x^2 exactly in G1 (Scott, "A note on group membership tests for G1, G2 and GT on BLS pairing-
 * friendly curves", 2021).
 */
NONZK_API int nonzk_g1_affine_is_in_subgroup(const struct nonzk_g1_affine *a);

NONZK_API void nonzk_g1_from_affine(struct nonzk_g1 *out, const struct nonzk_g1_affine *a);

/* Costs an inversion in Fp. */
NONZK_API void nonzk_g1_to_affine(struct nonzk_g1_affine *out, const struct nonzk_g1 *a);

/*
 * Decodes a compressed point and checks it. Returns 0; NONZK_E_ENCODING if a flag is wrong, x is
 * not below p or infinity has other bits set; NONZK_E_NOT_ON_CURVE if no point has this x;
 * NONZK_E_NOT_IN_SUBGROUP if its order is not r. On error `out` is unchanged. Infinity is a point
 * like others: who must refuse it asks nonzk_g1_affine_is_infinity().
 */
NONZK_API NONZK_MUST_CHECK int nonzk_g1_from_compressed(struct nonzk_g1_affine *out,
                                                        const uint8_t in[NONZK_G1_COMPRESSED_LEN]);

/* Decodes an uncompressed point and checks it; results as of nonzk_g1_from_compressed(). */
NONZK_API NONZK_MUST_CHECK int
nonzk_g1_from_uncompressed(struct nonzk_g1_affine *out,
                           const uint8_t in[NONZK_G1_UNCOMPRESSED_LEN]);

NONZK_API void nonzk_g1_to_compressed(uint8_t out[NONZK_G1_COMPRESSED_LEN],
                                      const struct nonzk_g1_affine *a);

NONZK_API void nonzk_g1_to_uncompressed(uint8_t out[NONZK_G1_UNCOMPRESSED_LEN],
                                        const struct nonzk_g1_affine *a);

#ifdef __cplusplus
}
#endif

#endif
