/*
 * Inside Argon2: the steps of RFC 9106 section 3.2, which the tests follow block by block. Private to libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_ARGON2_PRIVATE_H
#define NONCRYPTO_SRC_ARGON2_PRIVATE_H

#include <noncrypto/argon2.h>

#include "cpu.h"

#define ARGON2_BLOCK_LEN   1024
#define ARGON2_BLOCK_WORDS 128
#define ARGON2_SLICES      4
#define ARGON2_DIGEST_LEN  64
#define ARGON2_VERSION     0x13

struct argon2_block {
    uint64_t words[ARGON2_BLOCK_WORDS];
};

/* What one lane needs while it is filled. */
struct argon2_scratch {
    struct argon2_block z;     /* inside of the compression function */
    struct argon2_block input; /* counter block for data-independent addresses (section 3.4.1.2) */
    struct argon2_block addresses; /* the addresses made of it */
};

struct argon2 {
    const struct noncrypto_argon2_params *params;
    struct argon2_block *blocks;    /* lane after lane */
    struct argon2_scratch *scratch; /* one for each lane */
    uint32_t nblocks;               /* m' of the specification */
    uint32_t lane_len;              /* q: blocks of a lane */
    uint32_t segment_len;           /* blocks of a lane in a slice */
    uint32_t reciprocal;            /* (2^32 - 1) / lanes */
    uint32_t pass, slice;           /* what is being filled */
};

/* H' (section 3.3): the hash of `seed`, of any length. */
void noncrypto_argon2_hash_long(uint8_t *out, uint32_t out_len, const uint8_t *seed,
                                size_t seed_len);

/* H_0, step 1. */
void noncrypto_argon2_prehash(uint8_t digest[ARGON2_DIGEST_LEN],
                              const struct noncrypto_argon2_params *params,
                              const struct noncrypto_argon2_input *input, uint32_t out_len);

/* Lays out the memory and fills the first two blocks of each lane, steps 2 to 4. The parameters are valid. */
void noncrypto_argon2_begin(struct argon2 *a, const struct noncrypto_argon2_params *params,
                            const uint8_t digest[ARGON2_DIGEST_LEN], void *memory);

/* One pass over the memory, steps 5 and 6. `parallel` may be NULL. */
void noncrypto_argon2_fill(struct argon2 *a, uint32_t pass,
                           const struct noncrypto_argon2_parallel *parallel);

/* Joins the last blocks of the lanes to the output, steps 7 and 8. */
void noncrypto_argon2_end(const struct argon2 *a, uint8_t *out, uint32_t out_len);

/*
 * The compression function G (section 3.5): out = G(x, y), or, if `add` is not 0, out ^= G(x, y). `out` may be `y`. `z` is
 * scratch.
 */
void noncrypto_argon2_compress(struct argon2_block *out, const struct argon2_block *x,
                               const struct argon2_block *y, int add, struct argon2_block *z);

#if NONCRYPTO_X86_64
void noncrypto_argon2_compress_avx2(struct argon2_block *out, const struct argon2_block *x,
                                    const struct argon2_block *y, int add, struct argon2_block *z);
#endif

#endif
