/*
 * SHA-3: the hash functions SHA3-256, SHA3-384 and SHA3-512 and the extendable-output functions SHAKE128 and SHAKE256
 * (FIPS 202).
 *
 * A context is a plain structure that the caller owns and may copy by assignment, which forks the computation. It holds no
 * pointer. The final functions wipe it; a SHAKE context, from which more output may be wanted, is for the caller to clear
 * with noncrypto_wipe() when what was absorbed is secret.
 *
 *     struct noncrypto_shake ctx;
 *     noncrypto_shake256_init(&ctx);
 *     noncrypto_shake_absorb(&ctx, part1, part1_len);
 *     noncrypto_shake_absorb(&ctx, part2, part2_len);
 *     noncrypto_shake_squeeze(&ctx, out, 100);
 *     noncrypto_shake_squeeze(&ctx, more, 1);
 *
 * No function here can fail: a length of 0 is allowed everywhere, and then the pointer may be NULL. The running time
 * depends on lengths only, never on content. No function needs more than 1 KiB of stack.
 */
#ifndef NONCRYPTO_SHA3_H
#define NONCRYPTO_SHA3_H

#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_SHA3_256_LEN   32  /* bytes of output */
#define NONCRYPTO_SHA3_384_LEN   48  /* bytes of output */
#define NONCRYPTO_SHA3_512_LEN   64  /* bytes of output */
#define NONCRYPTO_SHAKE128_BLOCK 168 /* bytes that one permutation absorbs or gives */
#define NONCRYPTO_SHAKE256_BLOCK 136 /* bytes that one permutation absorbs or gives */

/* The members of these structures are private: they are here only so that the size is known. */
struct noncrypto_shake {
    uint64_t state[25];
    uint8_t rate;      /* bytes of a block */
    uint8_t at;        /* bytes of the block that are absorbed, or squeezed */
    uint8_t squeezing; /* the padding is in */
};

struct noncrypto_sha3_256 {
    struct noncrypto_shake sponge;
};

struct noncrypto_sha3_384 {
    struct noncrypto_shake sponge;
};

struct noncrypto_sha3_512 {
    struct noncrypto_shake sponge;
};

/* Starts a hash (section 6.1). */
NONCRYPTO_API void noncrypto_sha3_256_init(struct noncrypto_sha3_256 *ctx);
NONCRYPTO_API void noncrypto_sha3_384_init(struct noncrypto_sha3_384 *ctx);
NONCRYPTO_API void noncrypto_sha3_512_init(struct noncrypto_sha3_512 *ctx);

/* Adds `len` bytes of input. How the input is cut into calls does not change the result. */
NONCRYPTO_API void noncrypto_sha3_256_update(struct noncrypto_sha3_256 *ctx, const void *data,
                                             size_t len);
NONCRYPTO_API void noncrypto_sha3_384_update(struct noncrypto_sha3_384 *ctx, const void *data,
                                             size_t len);
NONCRYPTO_API void noncrypto_sha3_512_update(struct noncrypto_sha3_512 *ctx, const void *data,
                                             size_t len);

/* Writes the hash and wipes `ctx`, which needs an init before its next use. `out` must not overlap `ctx`. */
NONCRYPTO_API void noncrypto_sha3_256_final(struct noncrypto_sha3_256 *ctx,
                                            uint8_t out[NONCRYPTO_SHA3_256_LEN]);
NONCRYPTO_API void noncrypto_sha3_384_final(struct noncrypto_sha3_384 *ctx,
                                            uint8_t out[NONCRYPTO_SHA3_384_LEN]);
NONCRYPTO_API void noncrypto_sha3_512_final(struct noncrypto_sha3_512 *ctx,
                                            uint8_t out[NONCRYPTO_SHA3_512_LEN]);

/* The hash of `len` bytes at `data`, in one call; `out` may overlap `data`. */
NONCRYPTO_API void noncrypto_sha3_256(uint8_t out[NONCRYPTO_SHA3_256_LEN], const void *data,
                                      size_t len);
NONCRYPTO_API void noncrypto_sha3_384(uint8_t out[NONCRYPTO_SHA3_384_LEN], const void *data,
                                      size_t len);
NONCRYPTO_API void noncrypto_sha3_512(uint8_t out[NONCRYPTO_SHA3_512_LEN], const void *data,
                                      size_t len);

/* Starts an extendable-output function (section 6.2). */
NONCRYPTO_API void noncrypto_shake128_init(struct noncrypto_shake *ctx);
NONCRYPTO_API void noncrypto_shake256_init(struct noncrypto_shake *ctx);

/*
 * Adds `len` bytes of input. How the input is cut into calls does not change the result. After the first squeeze it is
 * not allowed: the standard gives no meaning to it, and the output is then unspecified.
 */
NONCRYPTO_API void noncrypto_shake_absorb(struct noncrypto_shake *ctx, const void *data,
                                          size_t len);

/*
 * Writes the next `len` bytes of output; any number of calls, of any lengths, give the same bytes as one. `out` must not
 * overlap `ctx`.
 */
NONCRYPTO_API void noncrypto_shake_squeeze(struct noncrypto_shake *ctx, void *out, size_t len);

/* `out_len` bytes of output for `len` bytes at `data`, in one call; `out` may overlap `data`. */
NONCRYPTO_API void noncrypto_shake128(void *out, size_t out_len, const void *data, size_t len);
NONCRYPTO_API void noncrypto_shake256(void *out, size_t out_len, const void *data, size_t len);

#ifdef __cplusplus
}
#endif

#endif
