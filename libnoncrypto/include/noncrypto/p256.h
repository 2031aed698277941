/*
 * P-256: keys, Diffie-Hellman (ECDH) and signatures (ECDSA).
 * SP 800-186, section 3.2.1.3; SP 800-56A revision 3, section 5.7.1.2; FIPS 186-5, section 6; RFC 6979; encodings of SEC 1
 * version 2.0, section 2.3, and RFC 5480, appendix A.
 *
 * A secret key is a big-endian integer of 32 bytes, at least 1 and below the order n of the group. A public key is a
 * point in 65 bytes (04, x, y) or, compressed, in 33 (02 or 03, x); functions that take one tell which by its length. A
 * public key that is not on the curve, infinity, and hybrid encodings (06, 07) are refused everywhere.
 *
 * What has to do with secret keys is constant time; verification and decoding, whose arguments are public, are not.
 * Outputs may overlap inputs except where said. No function needs more than 4 KiB of stack.
 */
#ifndef NONCRYPTO_P256_H
#define NONCRYPTO_P256_H

#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_P256_SECRET_KEY_LEN        32
#define NONCRYPTO_P256_PUBLIC_KEY_LEN        65 /* uncompressed */
#define NONCRYPTO_P256_PUBLIC_KEY_SHORT_LEN  33 /* compressed */
#define NONCRYPTO_P256_SHARED_LEN            32 /* what ECDH gives */
#define NONCRYPTO_P256_SIGNATURE_LEN         64 /* r, s: big-endian integers of 32 bytes each */
#define NONCRYPTO_P256_SIGNATURE_DER_MAX_LEN 72
#define NONCRYPTO_P256_RANDOM_LEN            32 /* for a key or a hedged signature */

/*
 * Makes a secret key of 32 uniform random bytes, by rejection (FIPS 186-5, appendix A.2.2).
 *
 * Returns 0, or NONCRYPTO_E_ENTROPY if these bytes are not a key; then `secret_key` is all zeros, and the caller takes
 * others: with a good source that happens once in 2^32 calls.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_p256_secret_key(uint8_t secret_key[NONCRYPTO_P256_SECRET_KEY_LEN],
                          const uint8_t random[NONCRYPTO_P256_RANDOM_LEN]);

/*
 * The public key of a secret key, uncompressed.
 * Returns 0, or NONCRYPTO_E_INVALID if the secret key is not in its range; then `public_key` is all zeros.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_p256_public_key(uint8_t public_key[NONCRYPTO_P256_PUBLIC_KEY_LEN],
                          const uint8_t secret_key[NONCRYPTO_P256_SECRET_KEY_LEN]);

/* Returns 0 if it is a public key in either form, NONCRYPTO_E_INVALID if not. */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_p256_public_key_check(const uint8_t *public_key,
                                                                       size_t public_key_len);

/*
 * Gives a public key of either form in the compressed one, or the other way.
 * Returns 0, or NONCRYPTO_E_INVALID if it is not a public key; then `out` is all zeros.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_p256_public_key_compress(uint8_t out[NONCRYPTO_P256_PUBLIC_KEY_SHORT_LEN],
                                   const uint8_t *public_key, size_t public_key_len);
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_p256_public_key_uncompress(uint8_t out[NONCRYPTO_P256_PUBLIC_KEY_LEN],
                                     const uint8_t *public_key, size_t public_key_len);

/*
 * Diffie-Hellman: the x coordinate of the product, which is to go through a key derivation.
 *
 * Returns 0, or NONCRYPTO_E_INVALID if the public key is not valid or the secret key not in its range; then `shared` is
 * all zeros.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_p256_ecdh(uint8_t shared[NONCRYPTO_P256_SHARED_LEN],
                    const uint8_t secret_key[NONCRYPTO_P256_SECRET_KEY_LEN],
                    const uint8_t *public_key, size_t public_key_len);

/*
 * Signs a hash of `hash_len` bytes; of a longer one than 32 bytes the first 32 count (FIPS 186-5, section 6.4.1). The nonce
 * is that of RFC 6979 with HMAC-SHA-256: the same arguments give the same signature.
 *
 * Returns 0, or NONCRYPTO_E_INVALID if the secret key is not in its range; then `signature` is all zeros.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_p256_ecdsa_sign(uint8_t signature[NONCRYPTO_P256_SIGNATURE_LEN],
                          const uint8_t secret_key[NONCRYPTO_P256_SECRET_KEY_LEN],
                          const uint8_t *hash, size_t hash_len);

/*
 * The same with `random` mixed into the nonce (RFC 6979, section 3.6), which makes it harder to attack by faults and by
 * measuring. The signature stays safe even if the bytes are not random at all.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_p256_ecdsa_sign_hedged(uint8_t signature[NONCRYPTO_P256_SIGNATURE_LEN],
                                 const uint8_t secret_key[NONCRYPTO_P256_SECRET_KEY_LEN],
                                 const uint8_t *hash, size_t hash_len,
                                 const uint8_t random[NONCRYPTO_P256_RANDOM_LEN]);

/*
 * Verifies a signature over a hash of any length. Both s and n - s are accepted, as the standard says: a signature is not
 * a name for what it signs. Not constant time.
 *
 * Returns 0; NONCRYPTO_E_VERIFY if the signature is not valid; NONCRYPTO_E_INVALID if the public key is not.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_p256_ecdsa_verify(const uint8_t *public_key, size_t public_key_len, const uint8_t *hash,
                            size_t hash_len, const uint8_t signature[NONCRYPTO_P256_SIGNATURE_LEN]);

/*
 * The same for a signature in DER. Returns NONCRYPTO_E_VERIFY also where it is not strict DER: wrong or long lengths,
 * integers that are negative, not in their shortest form or too large, bytes behind.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_p256_ecdsa_verify_der(const uint8_t *public_key, size_t public_key_len,
                                const uint8_t *hash, size_t hash_len, const uint8_t *signature,
                                size_t signature_len);

/*
 * Gives a signature in DER; its length, up to 72, goes to `*out_len`. `out` and `signature` do not overlap. The numbers
 * are not looked at: this cannot fail.
 */
NONCRYPTO_API void
noncrypto_p256_signature_to_der(uint8_t out[NONCRYPTO_P256_SIGNATURE_DER_MAX_LEN], size_t *out_len,
                                const uint8_t signature[NONCRYPTO_P256_SIGNATURE_LEN]);

/*
 * The opposite. `out` and `der` do not overlap. Returns 0, or NONCRYPTO_E_INVALID if it is not strict DER as above; then
 * `out` is all zeros.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_p256_signature_from_der(uint8_t out[NONCRYPTO_P256_SIGNATURE_LEN], const uint8_t *der,
                                  size_t der_len);

#ifdef __cplusplus
}
#endif

#endif
