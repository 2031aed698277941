/*
 * The stream cipher ChaCha20 (RFC 8439 section 2.4) and XChaCha20 (draft-irtf-cfrg-xchacha-03 section 2.3).
 *
 * A stream cipher hides, it does not protect: who can change the ciphertext changes the plaintext. For messages use
 * noncrypto/aead.h. No key may meet the same nonce twice. A nonce of 24 bytes may be random, one of 12 bytes may not.
 *
 * One nonce gives 2^32 blocks of 64 bytes (256 GiB), numbered by a 32-bit counter; the stream ends there and nothing
 * wraps. A context belongs to one thread at a time and may be copied by assignment. Below 2 KiB of stack.
 */
#ifndef NONCRYPTO_CHACHA20_H
#define NONCRYPTO_CHACHA20_H

#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_CHACHA20_KEY_LEN    32
#define NONCRYPTO_CHACHA20_NONCE_LEN  12
#define NONCRYPTO_XCHACHA20_NONCE_LEN 24
#define NONCRYPTO_CHACHA20_BLOCK_LEN  64

/* The members are private: they are here only so that the size is known. */
struct noncrypto_chacha20 {
    uint32_t input[16];
    uint8_t stream[NONCRYPTO_CHACHA20_BLOCK_LEN]; /* the block that was begun */
    uint64_t block;                               /* the next one; 2^32: the stream has ended */
    uint32_t left;                                /* bytes of `stream` not used yet */
};

/* Starts the stream of `key` and `nonce` at block `counter`. */
NONCRYPTO_API void noncrypto_chacha20_init(struct noncrypto_chacha20 *ctx,
                                           const uint8_t key[NONCRYPTO_CHACHA20_KEY_LEN],
                                           const uint8_t nonce[NONCRYPTO_CHACHA20_NONCE_LEN],
                                           uint32_t counter);

/* The same for XChaCha20. */
NONCRYPTO_API void noncrypto_xchacha20_init(struct noncrypto_chacha20 *ctx,
                                            const uint8_t key[NONCRYPTO_CHACHA20_KEY_LEN],
                                            const uint8_t nonce[NONCRYPTO_XCHACHA20_NONCE_LEN],
                                            uint32_t counter);

/* Goes to the first byte of block `counter`, forwards or backwards, also after the end of the stream. */
NONCRYPTO_API void noncrypto_chacha20_seek(struct noncrypto_chacha20 *ctx, uint32_t counter);

/*
 * XORs the next `len` bytes of the stream to `in`. Calls may cut a message anywhere.
 *
 * out   `len` bytes; may be `in`, other overlaps are not allowed
 *
 * Returns 0, or NONCRYPTO_E_INVALID if fewer than `len` bytes of the stream are left; then `out` and the place in the
 * stream are unchanged.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_chacha20_xor(struct noncrypto_chacha20 *ctx, uint8_t *out, const uint8_t *in, size_t len);

/* Erases the context. */
NONCRYPTO_API void noncrypto_chacha20_wipe(struct noncrypto_chacha20 *ctx);

/*
 * HChaCha20 (draft-irtf-cfrg-xchacha-03 section 2.2): a key of 32 bytes from `key` and 16 bytes of `nonce`. `out` may be
 * `key`.
 */
NONCRYPTO_API void noncrypto_hchacha20(uint8_t out[NONCRYPTO_CHACHA20_KEY_LEN],
                                       const uint8_t key[NONCRYPTO_CHACHA20_KEY_LEN],
                                       const uint8_t nonce[16]);

#ifdef __cplusplus
}
#endif

#endif
