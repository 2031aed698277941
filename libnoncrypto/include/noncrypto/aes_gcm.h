/*
 * AES-GCM, NIST SP 800-38D: authenticated encryption with associated data; and GMAC, which is the same with an empty
 * plaintext.
 *
 * One key must never see the same IV twice: a repeated one gives away the authentication key and with it all messages.
 * Use IVs of 12 bytes that count (section 8.2.1); with random ones a key is good for 2^32 messages. Short tags (4 and 8
 * bytes) are for the protocols of appendix C only.
 */
#ifndef NONCRYPTO_AES_GCM_H
#define NONCRYPTO_AES_GCM_H

#include <noncrypto/aes.h>
#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_AES_GCM_IV_LEN  12 /* the usual one; others are allowed */
#define NONCRYPTO_AES_GCM_TAG_LEN 16 /* the full one; others are allowed */
#define NONCRYPTO_AES_GCM_POWERS  8
/* Section 5.2.1.1, in bytes: 2^39 - 256 bits of plaintext, 2^64 - 1 bits of associated data and of IV. */
#define NONCRYPTO_AES_GCM_MAX_LEN ((UINT64_C(1) << 36) - 32)
#define NONCRYPTO_AES_GCM_MAX_AAD ((UINT64_C(1) << 61) - 1)
#define NONCRYPTO_AES_GCM_MAX_IV  ((UINT64_C(1) << 61) - 1)

/*
 * A key, 440 bytes: the expanded AES key and the first eight powers of the hash key. It is not changed by sealing and
 * opening, so it may be copied by assignment and used by several threads at once. Erase it with noncrypto_wipe(). The
 * members are private: they are here only so that the size is known.
 */
struct noncrypto_aes_gcm {
    struct noncrypto_aes aes;
    uint64_t power[NONCRYPTO_AES_GCM_POWERS][2]; /* H^1 to H^8, see ghash.h */
    uint64_t middle[NONCRYPTO_AES_GCM_POWERS];   /* the sum of the halves of each */
};

/*
 * key_len  bytes of `key`: 16, 24 or 32
 *
 * Returns 0, or NONCRYPTO_E_INVALID for any other length; then the context is zeroed and must not be used.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_aes_gcm_init(struct noncrypto_aes_gcm *gcm,
                                                              const void *key, size_t key_len);

/*
 * Encrypts and authenticates, section 7.1.
 *
 * out, in   `len` bytes of ciphertext and plaintext; `out` may be `in`, other overlaps are not allowed. NULL if `len` is 0.
 * tag       `tag_len` bytes: 4, 8 or 12 to 16; must not overlap `in` and `out`
 * aad       `aad_len` bytes that are authenticated and not encrypted; may be NULL if that is 0
 * iv        `iv_len` bytes, at least 1
 *
 * Returns 0, or NONCRYPTO_E_INVALID if a length is not allowed; then nothing is written.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_aes_gcm_seal(const struct noncrypto_aes_gcm *gcm, uint8_t *out, uint8_t *tag,
                       size_t tag_len, const uint8_t *in, size_t len, const void *aad,
                       size_t aad_len, const void *iv, size_t iv_len);

/*
 * Verifies and decrypts, section 7.2. The arguments are those of noncrypto_aes_gcm_seal(), with `in` the ciphertext and
 * `out` the plaintext. The length of the tag is what the protocol says, never what the sender says.
 *
 * Returns 0; NONCRYPTO_E_INVALID if a length is not allowed (nothing is written); NONCRYPTO_E_VERIFY if the tag is wrong:
 * then `out` is zeroed, which erases the ciphertext too if it is the same buffer. While the function runs, `out` holds
 * plaintext that is not verified: nobody else may look at it.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_aes_gcm_open(const struct noncrypto_aes_gcm *gcm, uint8_t *out, const uint8_t *tag,
                       size_t tag_len, const uint8_t *in, size_t len, const void *aad,
                       size_t aad_len, const void *iv, size_t iv_len);

#ifdef __cplusplus
}
#endif

#endif
