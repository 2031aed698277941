/*
 * P-384: verification of ECDSA signatures, for certificates.
 * SP 800-186, section 3.2.1.4; FIPS 186-5, section 6; encodings of SEC 1 version 2.0, section 2.3, and RFC 5480,
 * appendix A.
 *
 * A public key is a point in 97 bytes (04, x, y) or, compressed, in 49 (02 or 03, x); what is not on the curve, infinity,
 * and hybrid encodings (06, 07) are refused. There is nothing secret here, and nothing is constant time. No function
 * needs more than 4 KiB of stack.
 */
#ifndef NONCRYPTO_P384_H
#define NONCRYPTO_P384_H

#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_P384_PUBLIC_KEY_LEN       97 /* uncompressed */
#define NONCRYPTO_P384_PUBLIC_KEY_SHORT_LEN 49 /* compressed */
#define NONCRYPTO_P384_SIGNATURE_LEN        96 /* r, s: big-endian integers of 48 bytes each */

/* Returns 0 if it is a public key in either form, NONCRYPTO_E_INVALID if not. */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_p384_public_key_check(const uint8_t *public_key,
                                                                       size_t public_key_len);

/*
 * Verifies a signature over a hash of `hash_len` bytes; of a longer one than 48 bytes the first 48 count. Both s and
 * n - s are accepted.
 *
 * Returns 0; NONCRYPTO_E_VERIFY if the signature is not valid; NONCRYPTO_E_INVALID if the public key is not.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_p384_ecdsa_verify(const uint8_t *public_key, size_t public_key_len, const uint8_t *hash,
                            size_t hash_len, const uint8_t signature[NONCRYPTO_P384_SIGNATURE_LEN]);

/*
 * The same for a signature in DER. Returns NONCRYPTO_E_VERIFY also where it is not strict DER: wrong or long lengths,
 * integers that are negative, not in their shortest form or too large, bytes behind.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_p384_ecdsa_verify_der(const uint8_t *public_key, size_t public_key_len,
                                const uint8_t *hash, size_t hash_len, const uint8_t *signature,
                                size_t signature_len);

#ifdef __cplusplus
}
#endif

#endif
