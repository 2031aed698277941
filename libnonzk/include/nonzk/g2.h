/*
 * The group G2 of BLS12-381: the points of prime order r on the twist y^2 = x^3 + 4 (u + 1) over
 * Fp2.
 *
 * What g1.h says of coordinates, encodings, time, aliasing, scalars and stack holds here, too; an
 * element of Fp2 is encoded with c1 before c0.
 */
#ifndef NONZK_G2_H
#define NONZK_G2_H

#include <nonzk/fp2.h>
#include <nonzk/g1.h>
#include <nonzk/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONZK_G2_COMPRESSED_LEN   96  /* bytes of x and flags */
#define NONZK_G2_UNCOMPRESSED_LEN 192 /* bytes of x, y and flags */

struct nonzk_g2_affine {
    struct nonzk_fp2 x;
    struct nonzk_fp2 y;
};

struct nonzk_g2 {
    struct nonzk_fp2 x;
    struct nonzk_fp2 y;
    struct nonzk_fp2 z;
};

/* out = the generator of draft-irtf-cfrg-pairing-friendly-curves section 4.2.1 */
NONZK_API void nonzk_g2_set_generator(struct nonzk_g2 *out);

/* out = the point at infinity, the neutral element */
NONZK_API void nonzk_g2_set_infinity(struct nonzk_g2 *out);

/* out = a + b */
NONZK_API void nonzk_g2_add(struct nonzk_g2 *out, const struct nonzk_g2 *a,
                            const struct nonzk_g2 *b);

/* out = a + b; takes less time than nonzk_g2_add(). That b is infinity is visible. */
NONZK_API void nonzk_g2_add_affine(struct nonzk_g2 *out, const struct nonzk_g2 *a,
                                   const struct nonzk_g2_affine *b);

/* out = 2 a */
NONZK_API void nonzk_g2_double(struct nonzk_g2 *out, const struct nonzk_g2 *a);

/* out = -a */
NONZK_API void nonzk_g2_neg(struct nonzk_g2 *out, const struct nonzk_g2 *a);

/* out = scalar * a. The point must be in G2; the scalar may be secret. */
NONZK_API void nonzk_g2_mul(struct nonzk_g2 *out, const struct nonzk_g2 *a,
                            const uint8_t scalar[NONZK_SCALAR_LEN]);

/* The same for a public scalar: the time depends on it. */
NONZK_API void nonzk_g2_mul_vartime(struct nonzk_g2 *out, const struct nonzk_g2 *a,
                                    const uint8_t scalar[NONZK_SCALAR_LEN]);

/* 1 if a = b as points, else 0 */
NONZK_API int nonzk_g2_equal(const struct nonzk_g2 *a, const struct nonzk_g2 *b);

/* 1 if a is the point at infinity, else 0 */
NONZK_API int nonzk_g2_is_infinity(const struct nonzk_g2 *a);

/* 1 if a is the point at infinity, else 0 */
NONZK_API int nonzk_g2_affine_is_infinity(const struct nonzk_g2_affine *a);

/* 1 if y^2 = x^3 + 4 (u + 1) or a is the point at infinity, else 0 */
NONZK_API int nonzk_g2_affine_is_on_curve(const struct nonzk_g2_affine *a);

/*
 * 1 if a, which must be on the curve, is in G2, else 0. By the endomorphism psi, untwist-Frobenius-
 * twist, which is x exactly in G2 (Scott, 2021).
 */
NONZK_API int nonzk_g2_affine_is_in_subgroup(const struct nonzk_g2_affine *a);

NONZK_API void nonzk_g2_from_affine(struct nonzk_g2 *out, const struct nonzk_g2_affine *a);

/* Costs an inversion in Fp2. */
NONZK_API void nonzk_g2_to_affine(struct nonzk_g2_affine *out, const struct nonzk_g2 *a);

/*
 * Decodes a compressed point and checks it. Returns 0; NONZK_E_ENCODING if a flag is wrong, x is
 * not below p or infinity has other bits set; NONZK_E_NOT_ON_CURVE if no point has this x;
 * NONZK_E_NOT_IN_SUBGROUP if its order is not r. On error `out` is unchanged. Infinity is a point
 * like others: who must refuse it asks nonzk_g2_affine_is_infinity().
 */
NONZK_API NONZK_MUST_CHECK int nonzk_g2_from_compressed(struct nonzk_g2_affine *out,
                                                        const uint8_t in[NONZK_G2_COMPRESSED_LEN]);

/* Decodes an uncompressed point and checks it; results as of nonzk_g2_from_compressed(). */
NONZK_API NONZK_MUST_CHECK int
nonzk_g2_from_uncompressed(struct nonzk_g2_affine *out,
                           const uint8_t in[NONZK_G2_UNCOMPRESSED_LEN]);

NONZK_API void nonzk_g2_to_compressed(uint8_t out[NONZK_G2_COMPRESSED_LEN],
                                      const struct nonzk_g2_affine *a);

NONZK_API void nonzk_g2_to_uncompressed(uint8_t out[NONZK_G2_UNCOMPRESSED_LEN],
                                        const struct nonzk_g2_affine *a);

#ifdef __cplusplus
}
#endif

#endif
