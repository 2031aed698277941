/*
 * BLAKE3: hash, keyed hash, key derivation and extendable output in one tree of BLAKE2s-like compressions.
 * Specification: "BLAKE3, one function, fast everywhere" (2020-01-09 and later revisions); sections are cited below.
 *
 * A context is a plain structure that the caller owns and may copy by assignment, which forks the computation. It
 * holds no pointer. When what was hashed is secret, clear it with noncrypto_wipe() after use.
 *
 *     struct noncrypto_blake3 ctx;
 *     noncrypto_blake3_init(&ctx);
 *     noncrypto_blake3_update(&ctx, part1, part1_len);
 *     noncrypto_blake3_update(&ctx, part2, part2_len);
 *     noncrypto_blake3_final(&ctx, digest, NONCRYPTO_BLAKE3_OUT_LEN);
 *
 * No function here can fail: a length of 0 is allowed everywhere, and then the pointer may be NULL. The running time
 * depends on lengths only, never on content. No function needs more than 2 KiB of stack, except as said below.
 */
#ifndef NONCRYPTO_BLAKE3_H
#define NONCRYPTO_BLAKE3_H

#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_BLAKE3_OUT_LEN   32   /* bytes of the default output */
#define NONCRYPTO_BLAKE3_KEY_LEN   32   /* bytes of a key */
#define NONCRYPTO_BLAKE3_BLOCK_LEN 64   /* bytes of one compression */
#define NONCRYPTO_BLAKE3_CHUNK_LEN 1024 /* bytes of one leaf of the tree */
#define NONCRYPTO_BLAKE3_MAX_DEPTH \
    54 /* 2^54 chunks of 2^10 bytes are the longest input, 2^64 bytes */

/* About 1.9 KB. The members are private: they are here only so that the size is known. */
struct noncrypto_blake3 {
    uint32_t key[8];        /* chaining value at the start of each chunk and of each parent node */
    uint32_t cv[8];         /* chaining value of the current chunk */
    uint64_t chunk_counter; /* index of the current chunk */
    uint8_t block[NONCRYPTO_BLAKE3_BLOCK_LEN];
    uint8_t block_len;         /* bytes in `block` */
    uint8_t blocks_compressed; /* of the current chunk */
    uint8_t flags;             /* mode, set by the init function */
    uint8_t cv_stack_len;      /* subtrees that wait for their right sibling */
    uint32_t cv_stack[NONCRYPTO_BLAKE3_MAX_DEPTH + 1][8]; /* one more: the last may be in halves */
};

/* Starts a plain hash (section 2.3, mode "hash"). */
NONCRYPTO_API void noncrypto_blake3_init(struct noncrypto_blake3 *ctx);

/* Starts a keyed hash, which is a message authentication code and a pseudo-random function (mode "keyed_hash"). */
NONCRYPTO_API void noncrypto_blake3_init_keyed(struct noncrypto_blake3 *ctx,
                                               const uint8_t key[NONCRYPTO_BLAKE3_KEY_LEN]);

/*
 * Starts a key derivation (mode "derive_key"). `context` (`context_len` bytes) should be a constant string, unique to
 * the application and the purpose; the key material then comes by noncrypto_blake3_update(). The material must have
 * full entropy: this is not a password hash.
 */
NONCRYPTO_API void noncrypto_blake3_init_derive_key(struct noncrypto_blake3 *ctx,
                                                    const void *context, size_t context_len);

/* Adds `len` bytes of input. How the input is cut into calls does not change the result. */
NONCRYPTO_API void noncrypto_blake3_update(struct noncrypto_blake3 *ctx, const void *data,
                                           size_t len);

/*
 * Writes the first `out_len` bytes of the output for the input so far. A shorter output is a prefix of a longer one.
 * `ctx` is not changed: more input may follow, and another final. `out` must not overlap `ctx`.
 */
NONCRYPTO_API void noncrypto_blake3_final(const struct noncrypto_blake3 *ctx, uint8_t *out,
                                          size_t out_len);

/* Like noncrypto_blake3_final(), but writes the output bytes from `offset` on (section 2.6; any offset costs the same). */
NONCRYPTO_API void noncrypto_blake3_final_seek(const struct noncrypto_blake3 *ctx, uint64_t offset,
                                               uint8_t *out, size_t out_len);

/*
 * The plain hash of `len` bytes at `data`, in one call; `out` may overlap `data`. It has a context in its frame and needs
 * 3.5 KiB of stack in all.
 */
NONCRYPTO_API void noncrypto_blake3(uint8_t out[NONCRYPTO_BLAKE3_OUT_LEN], const void *data,
                                    size_t len);

#ifdef __cplusplus
}
#endif

#endif
