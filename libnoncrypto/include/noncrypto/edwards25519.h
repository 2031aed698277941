/*
 * The group under Ed25519 (RFC 8032 section 5.1), for protocols that compute in it: key blinding of Tor's onion services,
 * for example. Who only signs and verifies wants ed25519.h.
 *
 * A point is a structure that the caller owns, valid once a function here has written it; its members are private. A scalar
 * is 32 bytes, little endian; the order of the base point B is L = 2^252 + 27742317777372353535851937790883648493, and the
 * curve has 8 L points: every point is the sum of one of the prime-order subgroup and one of order 1, 2, 4 or 8.
 *
 * Time does not depend on values, except in functions named _vartime, which are for public values only. Outputs may be
 * inputs. No function needs more than 4 KiB of stack.
 */
#ifndef NONCRYPTO_EDWARDS25519_H
#define NONCRYPTO_EDWARDS25519_H

#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_EDWARDS25519_SCALAR_LEN 32
#define NONCRYPTO_EDWARDS25519_POINT_LEN  32 /* bytes of an encoded point */

/* Extended coordinates, little-endian words, any representative below 2^256. */
struct noncrypto_edwards25519 {
    uint64_t x[4], y[4], z[4], t[4];
};

/* out = in mod L, from 32 or 64 bytes. Of 64 random bytes the result is uniform but for 2^-250. */
NONCRYPTO_API void noncrypto_edwards25519_scalar_reduce32(uint8_t out[32], const uint8_t in[32]);
NONCRYPTO_API void noncrypto_edwards25519_scalar_reduce64(uint8_t out[32], const uint8_t in[64]);

/* out = a + b, -a, a b, a b + c mod L; inputs may have any value. */
NONCRYPTO_API void noncrypto_edwards25519_scalar_add(uint8_t out[32], const uint8_t a[32],
                                                     const uint8_t b[32]);
NONCRYPTO_API void noncrypto_edwards25519_scalar_negate(uint8_t out[32], const uint8_t a[32]);
NONCRYPTO_API void noncrypto_edwards25519_scalar_mul(uint8_t out[32], const uint8_t a[32],
                                                     const uint8_t b[32]);
NONCRYPTO_API void noncrypto_edwards25519_scalar_mul_add(uint8_t out[32], const uint8_t a[32],
                                                         const uint8_t b[32], const uint8_t c[32]);

/* Clears bits 0, 1, 2 and 255 and sets bit 254 (section 5.1.5 step 2). */
NONCRYPTO_API void noncrypto_edwards25519_scalar_clamp(uint8_t scalar[32]);

/* 1 if the scalar is below L, 0 if not. */
NONCRYPTO_API int noncrypto_edwards25519_scalar_is_canonical(const uint8_t scalar[32]);

/*
 * Section 5.1.3. Returns 0; NONCRYPTO_E_INVALID if y is 2^255 - 19 or more, or no point of the curve has it, or the sign bit
 * is set and x is 0: then `p` is the neutral element. Points of small order and such with a part of small order are accepted:
 * see the two checks below.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_edwards25519_decode(struct noncrypto_edwards25519 *p, const uint8_t bytes[32]);

/* Section 5.1.2, always canonical. */
NONCRYPTO_API void noncrypto_edwards25519_encode(uint8_t bytes[32],
                                                 const struct noncrypto_edwards25519 *p);

/* 1 if p and q are the same point, 0 if not. */
NONCRYPTO_API int noncrypto_edwards25519_equal(const struct noncrypto_edwards25519 *p,
                                               const struct noncrypto_edwards25519 *q);

/* 1 if p is the neutral element; 1 if its order divides 8, so also for the neutral element. */
NONCRYPTO_API int noncrypto_edwards25519_is_identity(const struct noncrypto_edwards25519 *p);
NONCRYPTO_API int noncrypto_edwards25519_is_small_order(const struct noncrypto_edwards25519 *p);

/*
 * 1 if p has no part of small order, which is L p = 0: it is a multiple of B, the neutral element included. Costs a
 * multiplication.
 */
NONCRYPTO_API int
noncrypto_edwards25519_is_torsion_free_vartime(const struct noncrypto_edwards25519 *p);

/* out = p + q, p - q; right for every p and q, equal and opposite ones included. */
NONCRYPTO_API void noncrypto_edwards25519_add(struct noncrypto_edwards25519 *out,
                                              const struct noncrypto_edwards25519 *p,
                                              const struct noncrypto_edwards25519 *q);
NONCRYPTO_API void noncrypto_edwards25519_sub(struct noncrypto_edwards25519 *out,
                                              const struct noncrypto_edwards25519 *p,
                                              const struct noncrypto_edwards25519 *q);

/* out = scalar p, for any 256-bit scalar; it is not reduced, which would be wrong for a p with a part of small order. */
NONCRYPTO_API void noncrypto_edwards25519_mul(struct noncrypto_edwards25519 *out,
                                              const uint8_t scalar[32],
                                              const struct noncrypto_edwards25519 *p);

/* out = scalar B, for any 256-bit scalar; several times faster than the above. */
NONCRYPTO_API void noncrypto_edwards25519_mul_base(struct noncrypto_edwards25519 *out,
                                                   const uint8_t scalar[32]);

/* out = a p + b B, for any 256-bit scalars; faster than one multiplication of the above. */
NONCRYPTO_API void noncrypto_edwards25519_mul_add_vartime(struct noncrypto_edwards25519 *out,
                                                          const uint8_t a[32],
                                                          const struct noncrypto_edwards25519 *p,
                                                          const uint8_t b[32]);

/*
 * The map of RFC 7748 section 4.1 to the Montgomery curve of X25519: u = (1 + y) / (1 - y). The neutral element gives 0,
 * as the point of order 2 does. The sign of x is lost.
 */
NONCRYPTO_API void noncrypto_edwards25519_to_montgomery(uint8_t u[32],
                                                        const struct noncrypto_edwards25519 *p);

/*
 * And back: the point with y = (u - 1) / (u + 1) whose x has the sign `sign`, 0 or 1. Bit 255 of `u` is ignored, and
 * values from 2^255 - 19 on are reduced, as X25519 does.
 * Returns 0; NONCRYPTO_E_INVALID if u belongs to the twist or is -1, or `sign` is 1 and x is 0, or `sign` is neither 0 nor 1:
 * then `p` is the neutral element.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_edwards25519_from_montgomery(struct noncrypto_edwards25519 *p, const uint8_t u[32],
                                       int sign);

#ifdef __cplusplus
}
#endif

#endif
