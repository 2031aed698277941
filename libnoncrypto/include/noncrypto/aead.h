/*
 * Authenticated encryption: ChaCha20-Poly1305 (RFC 8439 section 2.8) and XChaCha20-Poly1305
 * (draft-irtf-cfrg-xchacha-03 section 2). Both do the same with another length of nonce.
 *
 * seal hides `len` bytes and makes a tag of 16 bytes over them and over the associated data, which is not hidden; open
 * gives the plaintext only if nothing of the three was changed. No key may seal twice under the same nonce. A nonce of 24
 * bytes may be random; one of 12 bytes may not, count it.
 *
 * A message has at most NONCRYPTO_CHACHA20_POLY1305_LEN_MAX bytes, associated data any number. Below 4 KiB of stack.
 */
#ifndef NONCRYPTO_AEAD_H
#define NONCRYPTO_AEAD_H

#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_CHACHA20_POLY1305_KEY_LEN    32
#define NONCRYPTO_CHACHA20_POLY1305_NONCE_LEN  12
#define NONCRYPTO_XCHACHA20_POLY1305_NONCE_LEN 24
#define NONCRYPTO_CHACHA20_POLY1305_TAG_LEN    16
/* 2^32 - 1 blocks of key stream: one less than there are, which makes the key of the tag. */
#define NONCRYPTO_CHACHA20_POLY1305_LEN_MAX    UINT64_C(0x3fffffffc0)

/*
 * Encrypts `len` bytes of `in` to `out` and writes the tag.
 *
 * out   `len` bytes; may be `in`, other overlaps are not allowed
 * tag   may follow `out` or `in` directly; must not overlap any other argument
 * ad    associated data, `ad_len` bytes; may be NULL if that is 0; must not overlap `out`
 *
 * Returns 0, or NONCRYPTO_E_INVALID if the message is too long; then nothing was written.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_chacha20_poly1305_seal(uint8_t *out, uint8_t tag[NONCRYPTO_CHACHA20_POLY1305_TAG_LEN],
                                 const uint8_t *in, size_t len, const void *ad, size_t ad_len,
                                 const uint8_t nonce[NONCRYPTO_CHACHA20_POLY1305_NONCE_LEN],
                                 const uint8_t key[NONCRYPTO_CHACHA20_POLY1305_KEY_LEN]);

/*
 * Decrypts `len` bytes of `in` to `out` if `tag` is theirs. Overlaps as above; so `out` may be `in`, and then a wrong tag
 * costs the ciphertext.
 *
 * Returns 0; NONCRYPTO_E_VERIFY if the tag does not match: then `out` is all zeros; or NONCRYPTO_E_INVALID if the message
 * is too long: then nothing was written. Before it returns, `out` may for a while hold plaintext that is not verified.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_chacha20_poly1305_open(uint8_t *out, const uint8_t *in, size_t len,
                                 const uint8_t tag[NONCRYPTO_CHACHA20_POLY1305_TAG_LEN],
                                 const void *ad, size_t ad_len,
                                 const uint8_t nonce[NONCRYPTO_CHACHA20_POLY1305_NONCE_LEN],
                                 const uint8_t key[NONCRYPTO_CHACHA20_POLY1305_KEY_LEN]);

/* The same two with a nonce of 24 bytes. */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_xchacha20_poly1305_seal(uint8_t *out, uint8_t tag[NONCRYPTO_CHACHA20_POLY1305_TAG_LEN],
                                  const uint8_t *in, size_t len, const void *ad, size_t ad_len,
                                  const uint8_t nonce[NONCRYPTO_XCHACHA20_POLY1305_NONCE_LEN],
                                  const uint8_t key[NONCRYPTO_CHACHA20_POLY1305_KEY_LEN]);
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_xchacha20_poly1305_open(uint8_t *out, const uint8_t *in, size_t len,
                                  const uint8_t tag[NONCRYPTO_CHACHA20_POLY1305_TAG_LEN],
                                  const void *ad, size_t ad_len,
                                  const uint8_t nonce[NONCRYPTO_XCHACHA20_POLY1305_NONCE_LEN],
                                  const uint8_t key[NONCRYPTO_CHACHA20_POLY1305_KEY_LEN]);

#ifdef __cplusplus
}
#endif

#endif
