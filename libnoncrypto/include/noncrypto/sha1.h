/*
 * SHA-1 (FIPS 180-4 section 6.1), for protocols that have it in them. Collisions of it can be made; HMAC-SHA-1 and the
 * fingerprints of old certificates are what it is still good for. Use noncrypto/sha2.h or noncrypto/blake3.h for anything new.
 *
 * A context is a plain structure that the caller owns and may copy by assignment, which forks the computation. It holds no
 * pointer. The final function wipes it.
 *
 * No function here can fail: a length of 0 is allowed everywhere, and then the pointer may be NULL. The running time
 * depends on lengths only, never on content. No function needs more than 1 KiB of stack.
 */
#ifndef NONCRYPTO_SHA1_H
#define NONCRYPTO_SHA1_H

#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_SHA1_LEN       20 /* bytes of output */
#define NONCRYPTO_SHA1_BLOCK_LEN 64 /* bytes of one compression */

/* The members are private: they are here only so that the size is known. */
struct noncrypto_sha1 {
    uint32_t h[5];
    uint64_t len; /* bytes so far; those after the last whole block are in `block` */
    uint8_t block[NONCRYPTO_SHA1_BLOCK_LEN];
};

/* Starts a hash. */
NONCRYPTO_API void noncrypto_sha1_init(struct noncrypto_sha1 *ctx);

/* Adds `len` bytes of input, up to 2^61 - 1 in all. How the input is cut into calls does not change the result. */
NONCRYPTO_API void noncrypto_sha1_update(struct noncrypto_sha1 *ctx, const void *data, size_t len);

/* Writes the hash and wipes `ctx`, which needs an init before its next use. `out` must not overlap `ctx`. */
NONCRYPTO_API void noncrypto_sha1_final(struct noncrypto_sha1 *ctx,
                                        uint8_t out[NONCRYPTO_SHA1_LEN]);

/* The hash of `len` bytes at `data`, in one call; `out` may overlap `data`. */
NONCRYPTO_API void noncrypto_sha1(uint8_t out[NONCRYPTO_SHA1_LEN], const void *data, size_t len);

#ifdef __cplusplus
}
#endif

#endif
