/*
 * Inside BLAKE3: the compression function and its flags, and the hash of many nodes of the tree at a time. Private to
 * libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_BLAKE3_PRIVATE_H
#define NONCRYPTO_SRC_BLAKE3_PRIVATE_H

#include <noncrypto/blake3.h>

#include "cpu.h"

/* Domain separation flags, section 2.1 table 3. */
enum blake3_flag {
    BLAKE3_CHUNK_START = 1 << 0,
    BLAKE3_CHUNK_END = 1 << 1,
    BLAKE3_PARENT = 1 << 2,
    BLAKE3_ROOT = 1 << 3,
    BLAKE3_KEYED_HASH = 1 << 4,
    BLAKE3_DERIVE_KEY_CONTEXT = 1 << 5,
    BLAKE3_DERIVE_KEY_MATERIAL = 1 << 6,
};

extern const uint32_t noncrypto_blake3_iv[8] __attribute__((visibility("hidden")));

/*
 * One compression (section 2.2) of a whole 64-byte block, of which the first `block_len` bytes are input and the rest
 * is zero. `cv` is replaced by the new chaining value.
 */
void noncrypto_blake3_compress(uint32_t cv[8], const uint8_t block[NONCRYPTO_BLAKE3_BLOCK_LEN],
                               uint64_t counter, uint32_t block_len, uint32_t flags);

/* The same, with all 64 bytes of output (section 2.6); `cv` is not changed. */
void noncrypto_blake3_compress_xof(const uint32_t cv[8],
                                   const uint8_t block[NONCRYPTO_BLAKE3_BLOCK_LEN],
                                   uint64_t counter, uint32_t block_len, uint32_t flags,
                                   uint8_t out[64]);

/* What the nodes of one level have in common, and how to count them. */
struct blake3_level {
    const uint32_t *key;
    size_t nblocks; /* of a node, which lie one after the other, as do the nodes */
    uint32_t flags; /* of every block */
    uint32_t flags_first, flags_last;
    uint64_t counter;  /* of the first node */
    uint64_t increase; /* from node to node: 1 for chunks, 0 for parents */
};

/* The most nodes that a back end takes at a time. */
#define BLAKE3_DEGREE_MAX 8

/* How many nodes are best given at a time: 2, 4 or 8. */
size_t noncrypto_blake3_degree(void);

/*
 * Chaining values, 32 bytes each in the order of the specification, of `n` nodes. `out` may be `in`.
 */
void noncrypto_blake3_hash_nodes(const struct blake3_level *level, const uint8_t *in, size_t n,
                                 uint8_t *out);

/* `n` consecutive blocks of output of the root, from block `counter` on. */
void noncrypto_blake3_xof_blocks(const uint32_t cv[8],
                                 const uint8_t block[NONCRYPTO_BLAKE3_BLOCK_LEN], uint64_t counter,
                                 uint32_t block_len, uint32_t flags, uint8_t *out, size_t n);

#if NONCRYPTO_X86_64
/* The same with vectors: one compression, or four, or eight. They need NONCRYPTO_CPU_SSE, and AVX2 where it is in the name. */
void noncrypto_blake3_compress_sse(uint32_t cv[8], const uint8_t block[NONCRYPTO_BLAKE3_BLOCK_LEN],
                                   uint64_t counter, uint32_t block_len, uint32_t flags);
void noncrypto_blake3_compress_xof_sse(const uint32_t cv[8],
                                       const uint8_t block[NONCRYPTO_BLAKE3_BLOCK_LEN],
                                       uint64_t counter, uint32_t block_len, uint32_t flags,
                                       uint8_t out[64]);
void noncrypto_blake3_hash_nodes4_sse(const struct blake3_level *level, const uint8_t *in,
                                      uint8_t *out);
void noncrypto_blake3_hash_nodes8_avx2(const struct blake3_level *level, const uint8_t *in,
                                       uint8_t *out);
void noncrypto_blake3_xof_blocks4_sse(const uint32_t cv[8],
                                      const uint8_t block[NONCRYPTO_BLAKE3_BLOCK_LEN],
                                      uint64_t counter, uint32_t block_len, uint32_t flags,
                                      uint8_t out[4 * 64]);
void noncrypto_blake3_xof_blocks8_avx2(const uint32_t cv[8],
                                       const uint8_t block[NONCRYPTO_BLAKE3_BLOCK_LEN],
                                       uint64_t counter, uint32_t block_len, uint32_t flags,
                                       uint8_t out[8 * 64]);
#endif

#endif
