#include "chacha20/chacha20.h"

#include <noncrypto/memory.h>

#include "bytes.h"
#include "stack_wipe.h"

#define QUARTER_ROUND(a, b, c, d) \
    do {                          \
        a += b;                   \
        d = rotl32(d ^ a, 16);    \
        c += d;                   \
        b = rotl32(b ^ c, 12);    \
        a += b;                   \
        d = rotl32(d ^ a, 8);     \
        c += d;                   \
        b = rotl32(b ^ c, 7);     \
    } while (0)

void noncrypto_chacha20_setup(uint32_t input[16], const uint8_t key[CHACHA20_KEY_LEN],
                              const uint32_t tail[4])
{
    /* "expand 32-byte k" as four little-endian words. */
    input[0] = 0x61707865;
    input[1] = 0x3320646e;
    input[2] = 0x79622d32;
    input[3] = 0x6b206574;
    for (int i = 0; i < 8; i++)
        input[4 + i] = load_le32(key + 4 * i);
    for (int i = 0; i < 4; i++)
        input[12 + i] = tail[i];
}

/* The 20 rounds. Sixteen variables rather than an array: most of them stay in registers. */
static inline __attribute__((always_inline)) void rounds(uint32_t v[16], const uint32_t in[16])
{
    uint32_t v0 = in[0], v1 = in[1], v2 = in[2], v3 = in[3];
    uint32_t v4 = in[4], v5 = in[5], v6 = in[6], v7 = in[7];
    uint32_t v8 = in[8], v9 = in[9], v10 = in[10], v11 = in[11];
    uint32_t v12 = in[12], v13 = in[13], v14 = in[14], v15 = in[15];

    for (int i = 0; i < 10; i++) {
        QUARTER_ROUND(v0, v4, v8, v12);
        QUARTER_ROUND(v1, v5, v9, v13);
        QUARTER_ROUND(v2, v6, v10, v14);
        QUARTER_ROUND(v3, v7, v11, v15);
        QUARTER_ROUND(v0, v5, v10, v15);
        QUARTER_ROUND(v1, v6, v11, v12);
        QUARTER_ROUND(v2, v7, v8, v13);
        QUARTER_ROUND(v3, v4, v9, v14);
    }
    v[0] = v0, v[1] = v1, v[2] = v2, v[3] = v3;
    v[4] = v4, v[5] = v5, v[6] = v6, v[7] = v7;
    v[8] = v8, v[9] = v9, v[10] = v10, v[11] = v11;
    v[12] = v12, v[13] = v13, v[14] = v14, v[15] = v15;
}

void noncrypto_chacha20_xor_blocks_c(uint32_t input[16], uint8_t *out, const uint8_t *in,
                                     size_t nblocks)
{
    uint32_t v[16];

    for (; nblocks > 0; nblocks--, in += CHACHA20_BLOCK_LEN, out += CHACHA20_BLOCK_LEN) {
        rounds(v, input);
        for (int i = 0; i < 16; i++)
            store_le32(out + 4 * i, load_le32(in + 4 * i) ^ (v[i] + input[i]));
        chacha20_advance(input, 1);
    }
    noncrypto_wipe(v, sizeof v);
}

void noncrypto_chacha20_derive(uint32_t key[8], const uint32_t input[16])
{
#if NONCRYPTO_X86_64
    if (cpu_has(NONCRYPTO_CPU_SSE)) {
        noncrypto_chacha20_derive_sse(key, input);
        return;
    }
#endif
    uint32_t v[16];

    rounds(v, input);
    for (int i = 0; i < 4; i++) {
        key[i] = v[i];
        key[4 + i] = v[12 + i];
    }
    noncrypto_wipe(v, sizeof v);
}

#if NONCRYPTO_X86_64
/* Batches leave their state on the stack, less than a batch stays in registers. */
static void xor_blocks_vector(uint32_t input[16], uint8_t *out, const uint8_t *in, size_t nblocks)
{
    if (nblocks >= 8 && cpu_has(NONCRYPTO_CPU_AVX2)) {
        size_t len = CHACHA20_BLOCK_LEN * (nblocks & ~(size_t)7);
        noncrypto_chacha20_xor_batches_avx2(input, NULL, out, in, nblocks / 8);
        STACK_WIPE(256_avx2);
        in += len;
        out += len;
        nblocks %= 8;
    }
    if (nblocks >= 4) {
        size_t len = CHACHA20_BLOCK_LEN * (nblocks & ~(size_t)3);
        noncrypto_chacha20_xor_batches_sse(input, out, in, nblocks / 4);
        STACK_WIPE(512);
        in += len;
        out += len;
        nblocks %= 4;
    }
    if (nblocks > 0)
        noncrypto_chacha20_xor_blocks_sse(input, out, in, nblocks);
}
#endif

void noncrypto_chacha20_xor_blocks(uint32_t input[16], uint8_t *out, const uint8_t *in,
                                   size_t nblocks)
{
#if NONCRYPTO_X86_64
    if (cpu_has(NONCRYPTO_CPU_SSE)) {
        xor_blocks_vector(input, out, in, nblocks);
        return;
    }
#endif
    noncrypto_chacha20_xor_blocks_c(input, out, in, nblocks);
}
