/*
 * The group of P-256 for protocols that are built on it, such as WPA3's SAE: points, integers modulo the order, and
 * hashing to points. For key agreement and signatures see p256.h.
 * Curve: SP 800-186, section 3.2.1.3. Encodings: SEC 1 version 2.0, section 2.3. Hashing: RFC 9380.
 *
 * Scalars are big-endian integers of 32 bytes; any such integer is allowed and is taken modulo the order
 * n = ffffffff 00000000 ffffffff ffffffff bce6faad a7179e84 f3b9cac2 fc632551. A point may be infinity.
 *
 * Everything is constant time, decoding and what is said below excepted. Outputs may be the same object as inputs. A point
 * or a scalar that is secret is to be cleared with noncrypto_wipe() by the caller. No function needs more than 4 KiB of
 * stack.
 */
#ifndef NONCRYPTO_P256_GROUP_H
#define NONCRYPTO_P256_GROUP_H

#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_P256_SCALAR_LEN       32 /* bytes of an integer modulo the order, and of a coordinate */
#define NONCRYPTO_P256_UNCOMPRESSED_LEN 65 /* 04, x, y */
#define NONCRYPTO_P256_COMPRESSED_LEN   33 /* 02 or 03, x */
#define NONCRYPTO_P256_COORDINATES_LEN  64 /* x, y */

/* A point in a form of the library's own, which is not an encoding: the same point has many. */
struct noncrypto_p256_point {
    uint64_t words[12];
};

/*
 * Decodes a point: 65 bytes uncompressed, 33 bytes compressed, or 64 bytes of the coordinates alone, as `len` says. The
 * encoding of infinity (one byte) and hybrid encodings (06, 07) are refused. Branches on the result, and on the first
 * byte.
 *
 * Returns 0, or NONCRYPTO_E_INVALID if it is not the encoding of a point of the curve; then `out` is infinity.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_p256_point_decode(struct noncrypto_p256_point *out, const uint8_t *bytes, size_t len);

/*
 * Encodes a point uncompressed; `out + 1` are then the coordinates alone. That it is infinity, if it is, becomes public.
 * Returns 0, or NONCRYPTO_E_INVALID for infinity; then `out` is all zeros.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_p256_point_encode(uint8_t out[NONCRYPTO_P256_UNCOMPRESSED_LEN],
                            const struct noncrypto_p256_point *a);

/* The same, compressed. */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_p256_point_encode_compressed(uint8_t out[NONCRYPTO_P256_COMPRESSED_LEN],
                                       const struct noncrypto_p256_point *a);

/*
 * The point with the coordinate `x` whose y has the parity of `odd`, by a square root in constant time: for protocols that
 * look for one with secret candidates.
 *
 * Returns 1 if there is one, and 0 if there is none or x is not below the prime; then `out` is infinity. The
 * returned value depends on x, and is as secret as that.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_p256_point_from_x(struct noncrypto_p256_point *out,
                            const uint8_t x[NONCRYPTO_P256_SCALAR_LEN], unsigned odd);

/* Returns 1 for infinity, 0 for other points; the value is as secret as the point. */
NONCRYPTO_API int noncrypto_p256_point_is_infinity(const struct noncrypto_p256_point *a);

/* out = a + b, for any two points. */
NONCRYPTO_API void noncrypto_p256_point_add(struct noncrypto_p256_point *out,
                                            const struct noncrypto_p256_point *a,
                                            const struct noncrypto_p256_point *b);

/* out = -a */
NONCRYPTO_API void noncrypto_p256_point_negate(struct noncrypto_p256_point *out,
                                               const struct noncrypto_p256_point *a);

/* out = k a */
NONCRYPTO_API void noncrypto_p256_point_multiply(struct noncrypto_p256_point *out,
                                                 const uint8_t k[NONCRYPTO_P256_SCALAR_LEN],
                                                 const struct noncrypto_p256_point *a);

/* out = k G, with G the generator of the standard. */
NONCRYPTO_API void noncrypto_p256_point_multiply_base(struct noncrypto_p256_point *out,
                                                      const uint8_t k[NONCRYPTO_P256_SCALAR_LEN]);

/*
 * map_to_curve_simple_swu (RFC 9380, section 6.6.2, with Z = -10 of section 8.2) of the element that the `len` big-endian
 * bytes at `u` are modulo the prime. That is the map of SAE (IEEE 802.11-2024, section 12.4.4.2.3), too.
 *
 * len   up to 64. For outputs that are indistinguishable from uniform, u must be uniform and 48 bytes long.
 *
 * Returns 0, or NONCRYPTO_E_INVALID if `len` is too large; then `out` is infinity.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_p256_map_to_curve(struct noncrypto_p256_point *out,
                                                                   const uint8_t *u, size_t len);

/*
 * hash_to_curve of the suite P256_XMD:SHA-256_SSWU_RO_ (RFC 9380, section 8.2): a point of which nobody knows the
 * logarithm.
 *
 * dst   domain separation tag (section 3.1), `dst_len` bytes, 1 or more; more than 255 are hashed first (section 5.3.3)
 *
 * Returns 0, or NONCRYPTO_E_INVALID if `dst_len` is 0; then `out` is infinity.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_p256_hash_to_curve(struct noncrypto_p256_point *out, const void *msg, size_t msg_len,
                             const void *dst, size_t dst_len);

/*
 * Returns 0 if the scalar is at least 1 and below the order, NONCRYPTO_E_INVALID if not. Nothing but the result becomes
 * public.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_p256_scalar_check(const uint8_t a[NONCRYPTO_P256_SCALAR_LEN]);

/* out = a mod (n - 1) + 1, which is never 0: the way to make a scalar of a hash. */
NONCRYPTO_API void noncrypto_p256_scalar_from_hash(uint8_t out[NONCRYPTO_P256_SCALAR_LEN],
                                                   const uint8_t a[NONCRYPTO_P256_SCALAR_LEN]);

/* out = (a + b) mod n */
NONCRYPTO_API void noncrypto_p256_scalar_add(uint8_t out[NONCRYPTO_P256_SCALAR_LEN],
                                             const uint8_t a[NONCRYPTO_P256_SCALAR_LEN],
                                             const uint8_t b[NONCRYPTO_P256_SCALAR_LEN]);

/* out = a b mod n */
NONCRYPTO_API void noncrypto_p256_scalar_multiply(uint8_t out[NONCRYPTO_P256_SCALAR_LEN],
                                                  const uint8_t a[NONCRYPTO_P256_SCALAR_LEN],
                                                  const uint8_t b[NONCRYPTO_P256_SCALAR_LEN]);

#ifdef __cplusplus
}
#endif

#endif
