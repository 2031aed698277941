/*
 * SHA-2: SHA-256, SHA-384 and SHA-512 (FIPS 180-4 sections 6.2, 6.4 and 6.5).
 *
 * A context is a plain structure that the caller owns and may copy by assignment, which forks the computation. It holds no
 * pointer. The final functions wipe it.
 *
 *     struct noncrypto_sha256 ctx;
 *     noncrypto_sha256_init(&ctx);
 *     noncrypto_sha256_update(&ctx, part1, part1_len);
 *     noncrypto_sha256_update(&ctx, part2, part2_len);
 *     noncrypto_sha256_final(&ctx, digest);
 *
 * No function here can fail: a length of 0 is allowed everywhere, and then the pointer may be NULL. The running time
 * depends on lengths only, never on content. No function needs more than 2 KiB of stack.
 */
#ifndef NONCRYPTO_SHA2_H
#define NONCRYPTO_SHA2_H

#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_SHA256_LEN       32  /* bytes of output */
#define NONCRYPTO_SHA384_LEN       48  /* bytes of output */
#define NONCRYPTO_SHA512_LEN       64  /* bytes of output */
#define NONCRYPTO_SHA256_BLOCK_LEN 64  /* bytes of one compression */
#define NONCRYPTO_SHA512_BLOCK_LEN 128 /* bytes of one compression, of SHA-384 too */

/* The members of these structures are private: they are here only so that the size is known. */
struct noncrypto_sha256 {
    uint32_t h[8];
    uint64_t len; /* bytes so far; those after the last whole block are in `block` */
    uint8_t block[NONCRYPTO_SHA256_BLOCK_LEN];
};

struct noncrypto_sha512 {
    uint64_t h[8];
    uint64_t len; /* bytes so far; those after the last whole block are in `block` */
    uint8_t block[NONCRYPTO_SHA512_BLOCK_LEN];
};

struct noncrypto_sha384 {
    struct noncrypto_sha512 sha512;
};

/* Starts a hash. */
NONCRYPTO_API void noncrypto_sha256_init(struct noncrypto_sha256 *ctx);
NONCRYPTO_API void noncrypto_sha384_init(struct noncrypto_sha384 *ctx);
NONCRYPTO_API void noncrypto_sha512_init(struct noncrypto_sha512 *ctx);

/*
 * Adds `len` bytes of input, in all up to 2^61 - 1 for SHA-256 and 2^64 - 1 for the others. How the input is cut into calls
 * does not change the result.
 */
NONCRYPTO_API void noncrypto_sha256_update(struct noncrypto_sha256 *ctx, const void *data,
                                           size_t len);
NONCRYPTO_API void noncrypto_sha384_update(struct noncrypto_sha384 *ctx, const void *data,
                                           size_t len);
NONCRYPTO_API void noncrypto_sha512_update(struct noncrypto_sha512 *ctx, const void *data,
                                           size_t len);

/* Writes the hash and wipes `ctx`, which needs an init before its next use. `out` must not overlap `ctx`. */
NONCRYPTO_API void noncrypto_sha256_final(struct noncrypto_sha256 *ctx,
                                          uint8_t out[NONCRYPTO_SHA256_LEN]);
NONCRYPTO_API void noncrypto_sha384_final(struct noncrypto_sha384 *ctx,
                                          uint8_t out[NONCRYPTO_SHA384_LEN]);
NONCRYPTO_API void noncrypto_sha512_final(struct noncrypto_sha512 *ctx,
                                          uint8_t out[NONCRYPTO_SHA512_LEN]);

/* The hash of `len` bytes at `data`, in one call; `out` may overlap `data`. */
NONCRYPTO_API void noncrypto_sha256(uint8_t out[NONCRYPTO_SHA256_LEN], const void *data,
                                    size_t len);
NONCRYPTO_API void noncrypto_sha384(uint8_t out[NONCRYPTO_SHA384_LEN], const void *data,
                                    size_t len);
NONCRYPTO_API void noncrypto_sha512(uint8_t out[NONCRYPTO_SHA512_LEN], const void *data,
                                    size_t len);

#ifdef __cplusplus
}
#endif

#endif
