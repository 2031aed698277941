/*
 * The scalar field of BLS12-381, in which exponents and the statements of proofs live: integers
 * modulo
 *
 *     r = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001
 *
 * (draft-irtf-cfrg-pairing-friendly-curves section 4.2.1). An element is always fully reduced, so
 * equal elements have equal bytes in memory on one machine; it is kept in Montgomery form, so only
 * nonzk_fr_from_bytes() and its like can make one.
 *
 * Every function runs in a time that does not depend on the values of elements and flags, the last
 * step of a function that reports an error excepted: that it fails is visible. Exponents and counts
 * are public. Outputs may be the same objects as inputs. A flag is 0 or 1.
 */
#ifndef NONZK_FR_H
#define NONZK_FR_H

#include <nonzk/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONZK_FR_LEN      32 /* bytes of an encoded element */
#define NONZK_FR_WIDE_LEN 64 /* bytes that are reduced to an element without bias */

/* The limb is private: least significant first, value * 2^256 mod r. */
struct nonzk_fr {
    uint64_t limb[4];
};

/* out = 0 */
NONZK_API void nonzk_fr_set_zero(struct nonzk_fr *out);

/* out = 1 */
NONZK_API void nonzk_fr_set_one(struct nonzk_fr *out);

/* out = value */
NONZK_API void nonzk_fr_set_u64(struct nonzk_fr *out, uint64_t value);

/*
 * Decodes a big-endian integer of 32 bytes. Returns 0, or NONZK_E_ENCODING if it is not below r;
 * then `out` is unchanged.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_fr_from_bytes(struct nonzk_fr *out,
                                                   const uint8_t in[NONZK_FR_LEN]);

/* Encodes as a big-endian integer of 32 bytes, below r. */
NONZK_API void nonzk_fr_to_bytes(uint8_t out[NONZK_FR_LEN], const struct nonzk_fr *a);

/* The same with little-endian integers, as files of circom and snarkjs have them. */
NONZK_API NONZK_MUST_CHECK int nonzk_fr_from_bytes_le(struct nonzk_fr *out,
                                                      const uint8_t in[NONZK_FR_LEN]);
NONZK_API void nonzk_fr_to_bytes_le(uint8_t out[NONZK_FR_LEN], const struct nonzk_fr *a);

/*
 * out = the big-endian integer of 64 bytes modulo r. Of uniform bytes it makes an element whose
 * distance from uniform is below 2^-256.
 */
NONZK_API void nonzk_fr_from_wide(struct nonzk_fr *out, const uint8_t in[NONZK_FR_WIDE_LEN]);

/* out = a + b */
NONZK_API void nonzk_fr_add(struct nonzk_fr *out, const struct nonzk_fr *a,
                            const struct nonzk_fr *b);

/* out = a - b */
NONZK_API void nonzk_fr_sub(struct nonzk_fr *out, const struct nonzk_fr *a,
                            const struct nonzk_fr *b);

/* out = -a */
NONZK_API void nonzk_fr_neg(struct nonzk_fr *out, const struct nonzk_fr *a);

/* out = a * b */
NONZK_API void nonzk_fr_mul(struct nonzk_fr *out, const struct nonzk_fr *a,
                            const struct nonzk_fr *b);

/* out = a * a */
NONZK_API void nonzk_fr_square(struct nonzk_fr *out, const struct nonzk_fr *a);

/* out = a^exponent; 0^0 = 1. The exponent is public. */
NONZK_API void nonzk_fr_power(struct nonzk_fr *out, const struct nonzk_fr *a, uint64_t exponent);

/*
 * out = 1 / a, by Fermat's theorem. Returns 0, or NONZK_E_NOT_INVERTIBLE if a is zero; then `out`
 * is zero.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_fr_invert(struct nonzk_fr *out, const struct nonzk_fr *a);

/*
 * Replaces each of `count` elements of `a` by its inverse, and zero by zero, for the price of one
 * inversion and some four multiplications an element. `scratch` holds `count` elements, does not
 * overlap `a`, and is left with values that `a` determines: wipe it if they are secret.
 */
NONZK_API void nonzk_fr_invert_all(struct nonzk_fr *a, size_t count, struct nonzk_fr *scratch);

/* 1 if a = b, else 0 */
NONZK_API int nonzk_fr_equal(const struct nonzk_fr *a, const struct nonzk_fr *b);

/* 1 if a = 0, else 0 */
NONZK_API int nonzk_fr_is_zero(const struct nonzk_fr *a);

/* out = a if `choice` is 1, b if it is 0. */
NONZK_API void nonzk_fr_select(struct nonzk_fr *out, const struct nonzk_fr *a,
                               const struct nonzk_fr *b, int choice);

#ifdef __cplusplus
}
#endif

#endif
