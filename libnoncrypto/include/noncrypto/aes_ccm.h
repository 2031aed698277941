/*
 * AES-CCM, NIST SP 800-38C and RFC 3610: authenticated encryption with associated data, with nothing but AES encryption.
 * All parameters: M, the length of the tag, and L, the number of bytes that count the message's length, which follows from
 * the nonce: L = 15 - nonce_len. IEEE 802.11 (CCMP-128 and CCMP-256) has nonces of 13 bytes and tags of 8 and 16.
 *
 * One key must never see the same nonce twice.
 */
#ifndef NONCRYPTO_AES_CCM_H
#define NONCRYPTO_AES_CCM_H

#include <noncrypto/aes.h>
#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_AES_CCM_NONCE_MIN 7
#define NONCRYPTO_AES_CCM_NONCE_MAX 13
#define NONCRYPTO_AES_CCM_TAG_MIN   4
#define NONCRYPTO_AES_CCM_TAG_MAX   16

/*
 * Encrypts and authenticates, SP 800-38C section 6.1.
 *
 * out, in   `len` bytes of ciphertext and plaintext, less than 2^(8L); `out` may be `in`, other overlaps are not allowed.
 *           NULL if `len` is 0.
 * tag       `tag_len` bytes: 4, 6, 8, 10, 12, 14 or 16; must not overlap `in` and `out`
 * aad       `aad_len` bytes that are authenticated and not encrypted; may be NULL if that is 0
 * nonce     `nonce_len` bytes: 7 to 13
 *
 * Returns 0, or NONCRYPTO_E_INVALID if a length is not allowed; then nothing is written.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_aes_ccm_seal(const struct noncrypto_aes *aes, uint8_t *out, uint8_t *tag, size_t tag_len,
                       const uint8_t *in, size_t len, const void *aad, size_t aad_len,
                       const void *nonce, size_t nonce_len);

/*
 * Decrypts and verifies, section 6.2. The arguments are those of noncrypto_aes_ccm_seal(), with `in` the ciphertext and
 * `out` the plaintext.
 *
 * Returns 0; NONCRYPTO_E_INVALID if a length is not allowed (nothing is written); NONCRYPTO_E_VERIFY if the tag is wrong:
 * then `out` is zeroed, which erases the ciphertext too if it is the same buffer. While the function runs, `out` holds
 * plaintext that is not verified: nobody else may look at it.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_aes_ccm_open(const struct noncrypto_aes *aes, uint8_t *out, const uint8_t *tag,
                       size_t tag_len, const uint8_t *in, size_t len, const void *aad,
                       size_t aad_len, const void *nonce, size_t nonce_len);

#ifdef __cplusplus
}
#endif

#endif
