/*
 * Many nodes of the tree, or many blocks of output, in as few calls of the widest back end as there may be.
 */
#include "blake3/blake3_private.h"

#include <string.h>

#include "bytes.h"

#define BLOCK_LEN NONCRYPTO_BLAKE3_BLOCK_LEN

size_t noncrypto_blake3_degree(void)
{
#if NONCRYPTO_X86_64
    if (cpu_has(NONCRYPTO_CPU_AVX2))
        return 8;
    if (cpu_has(NONCRYPTO_CPU_SSE))
        return 4;
#endif
    return 2;
}

static void hash_node(const struct blake3_level *level, const uint8_t *in, uint8_t *out)
{
    uint32_t cv[8];

    memcpy(cv, level->key, sizeof cv);
    for (size_t i = 0; i < level->nblocks; i++) {
        uint32_t flags = level->flags | (i == 0 ? level->flags_first : 0u) |
                         (i == level->nblocks - 1 ? level->flags_last : 0u);
        noncrypto_blake3_compress(cv, in + i * BLOCK_LEN, level->counter, BLOCK_LEN, flags);
    }
    for (int i = 0; i < 8; i++)
        store_le32(out + 4 * i, cv[i]);
}

void noncrypto_blake3_hash_nodes(const struct blake3_level *level, const uint8_t *in, size_t n,
                                 uint8_t *out)
{
    struct blake3_level rest = *level;
    size_t stride = level->nblocks * BLOCK_LEN;

#if NONCRYPTO_X86_64
    int avx2 = cpu_has(NONCRYPTO_CPU_AVX2);
    int sse = cpu_has(NONCRYPTO_CPU_SSE);

    for (size_t take; n >= 4 && sse; n -= take, in += take * stride, out += take * 32) {
        take = avx2 && n >= 8 ? 8 : 4;
        if (take == 8)
            noncrypto_blake3_hash_nodes8_avx2(&rest, in, out);
        else
            noncrypto_blake3_hash_nodes4_sse(&rest, in, out);
        rest.counter += take * rest.increase;
    }
#endif
    for (; n > 0; n--, in += stride, out += 32) {
        hash_node(&rest, in, out);
        rest.counter += rest.increase;
    }
}

void noncrypto_blake3_xof_blocks(const uint32_t cv[8], const uint8_t block[BLOCK_LEN],
                                 uint64_t counter, uint32_t block_len, uint32_t flags, uint8_t *out,
                                 size_t n)
{
#if NONCRYPTO_X86_64
    int avx2 = cpu_has(NONCRYPTO_CPU_AVX2);
    int sse = cpu_has(NONCRYPTO_CPU_SSE);

    for (size_t take; n >= 4 && sse; n -= take, counter += take, out += take * 64) {
        take = avx2 && n >= 8 ? 8 : 4;
        if (take == 8)
            noncrypto_blake3_xof_blocks8_avx2(cv, block, counter, block_len, flags, out);
        else
            noncrypto_blake3_xof_blocks4_sse(cv, block, counter, block_len, flags, out);
    }
#endif
    for (; n > 0; n--, counter++, out += 64)
        noncrypto_blake3_compress_xof(cv, block, counter, block_len, flags, out);
}
