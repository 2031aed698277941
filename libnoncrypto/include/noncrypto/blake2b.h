/*
 * BLAKE2b (RFC 7693): a hash of 1 to 64 bytes, with or without a key. It is here for Argon2 and for formats that have it in
 * them; for anything new noncrypto/blake3.h is faster.
 *
 * A context is a plain structure that the caller owns and may copy by assignment, which forks the computation. It holds no
 * pointer. The final function wipes it. A length of 0 is allowed everywhere, and then the pointer may be NULL. The running
 * time depends on lengths only, never on content. No function needs more than 1 KiB of stack.
 */
#ifndef NONCRYPTO_BLAKE2B_H
#define NONCRYPTO_BLAKE2B_H

#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_BLAKE2B_OUT_MAX   64  /* bytes of the longest output */
#define NONCRYPTO_BLAKE2B_KEY_MAX   64  /* bytes of the longest key */
#define NONCRYPTO_BLAKE2B_BLOCK_LEN 128 /* bytes of one compression */
#define NONCRYPTO_BLAKE2B_STATE_LEN 201 /* bytes of a state that was taken out */

/* The members are private: they are here only so that the size is known. */
struct noncrypto_blake2b {
    uint64_t h[8];
    uint64_t len; /* bytes compressed so far */
    uint8_t block[NONCRYPTO_BLAKE2B_BLOCK_LEN];
    uint8_t
        block_len; /* bytes in `block`: it waits there for more input, as the last is compressed differently */
    uint8_t out_len;
};

/*
 * Starts a hash of `out_len` bytes, with a key of `key_len` bytes or, if that is 0, without. Another `out_len` gives an
 * unrelated hash, not a prefix. Returns 0; NONCRYPTO_E_INVALID, and `ctx` is unchanged, if `out_len` is not in
 * 1..NONCRYPTO_BLAKE2B_OUT_MAX or `key_len` is above NONCRYPTO_BLAKE2B_KEY_MAX.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_blake2b_init(struct noncrypto_blake2b *ctx,
                                                              size_t out_len, const void *key,
                                                              size_t key_len);

/* Adds `len` bytes of input, in all up to 2^64 - 1. How the input is cut into calls does not change the result. */
NONCRYPTO_API void noncrypto_blake2b_update(struct noncrypto_blake2b *ctx, const void *data,
                                            size_t len);

/*
 * Writes the hash, as many bytes as the init function was told, and wipes `ctx`, which needs an init before its next use.
 * `out` must not overlap `ctx`.
 */
NONCRYPTO_API void noncrypto_blake2b_final(struct noncrypto_blake2b *ctx, uint8_t *out);

/*
 * Writes the state of a hash that has begun, for formats that store one: the block that waits (128 bytes, zeros behind the
 * input), h (eight words, RFC 7693 section 3.2), the number of bytes that were compressed (8 bytes) and of those that wait (1),
 * all little-endian. A state is as secret as the input: of a keyed hash it is worth the key. `ctx` stays as it is.
 */
NONCRYPTO_API void noncrypto_blake2b_export(uint8_t out[NONCRYPTO_BLAKE2B_STATE_LEN],
                                            const struct noncrypto_blake2b *ctx);

/*
 * Goes on from such a state, towards a hash of `out_len` bytes, which must be what it was begun with. What stands in the block
 * behind the bytes that wait is not looked at. Returns 0; NONCRYPTO_E_INVALID, and `ctx` is unchanged, if `out_len` is not in
 * 1..NONCRYPTO_BLAKE2B_OUT_MAX, more bytes wait than a block has, or those compressed are not whole blocks.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_blake2b_import(struct noncrypto_blake2b *ctx, size_t out_len,
                         const uint8_t in[NONCRYPTO_BLAKE2B_STATE_LEN]);

#ifdef __cplusplus
}
#endif

#endif
