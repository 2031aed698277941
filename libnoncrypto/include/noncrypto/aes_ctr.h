/*
 * AES in counter mode, NIST SP 800-38A section 6.5: a stream cipher. The whole counter block is one big-endian number of
 * 128 bits, which each block increments (appendix B.1 with m = 128), as in Tor's relay cells.
 *
 * There is no authentication: whoever changes a bit of the ciphertext changes that bit of the plaintext. A counter value
 * must never be used twice with one key.
 *
 * Encryption and decryption are the same operation, on a running stream: any number of bytes a call, continuing inside
 * a block. A call of a few hundred bytes wastes nothing, because key stream is made eight blocks at a time and what is left
 * is kept for the next call.
 */
#ifndef NONCRYPTO_AES_CTR_H
#define NONCRYPTO_AES_CTR_H

#include <noncrypto/aes.h>
#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_AES_CTR_IV_LEN     16
#define NONCRYPTO_AES_CTR_STREAM_LEN (8 * NONCRYPTO_AES_BLOCK_LEN)

/*
 * A stream, 392 bytes. Copying it by assignment copies its position. It holds key stream that is still to be used: erase it
 * with noncrypto_wipe(). The members are private: they are here only so that the size is known.
 */
struct noncrypto_aes_ctr {
    struct noncrypto_aes aes;
    uint8_t counter[NONCRYPTO_AES_BLOCK_LEN]; /* of the block after those in `stream` */
    uint8_t stream[NONCRYPTO_AES_CTR_STREAM_LEN];
    uint32_t left; /* unused bytes at the end of `stream` */
};

/*
 * Starts a stream at the counter block `iv`.
 *
 * key_len  bytes of `key`: 16, 24 or 32
 *
 * Returns 0, or NONCRYPTO_E_INVALID for any other length; then the context is zeroed and must not be used.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_aes_ctr_init(struct noncrypto_aes_ctr *ctr, const void *key, size_t key_len,
                       const uint8_t iv[NONCRYPTO_AES_CTR_IV_LEN]);

/*
 * Encrypts or decrypts the next `len` bytes. `out` may be `in`; other overlaps are not allowed. Both may be NULL if `len`
 * is 0. The counter wraps from 2^128 - 1 to 0.
 */
NONCRYPTO_API void noncrypto_aes_ctr_xor(struct noncrypto_aes_ctr *ctr, uint8_t *out,
                                         const uint8_t *in, size_t len);

#ifdef __cplusplus
}
#endif

#endif
