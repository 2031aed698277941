/*
 * The BLAKE3 compression function in portable C.
 *
 * All seven rounds are written out, so that the sixteen state words live in registers as far as the machine has them,
 * and the permutation of the message words (section 2.2, table 2) costs nothing: it is in the argument order.
 */
#include "blake3/blake3_private.h"

#include "bytes.h"

const uint32_t noncrypto_blake3_iv[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

#define MIX(a, b, c, d, x, y)  \
    do {                       \
        a += b + (x);          \
        d = rotr32(d ^ a, 16); \
        c += d;                \
        b = rotr32(b ^ c, 12); \
        a += b + (y);          \
        d = rotr32(d ^ a, 8);  \
        c += d;                \
        b = rotr32(b ^ c, 7);  \
    } while (0)

#define ROUND(i0, i1, i2, i3, i4, i5, i6, i7, i8, i9, i10, i11, i12, i13, i14, i15) \
    do {                                                                            \
        MIX(v0, v4, v8, v12, m[i0], m[i1]);                                         \
        MIX(v1, v5, v9, v13, m[i2], m[i3]);                                         \
        MIX(v2, v6, v10, v14, m[i4], m[i5]);                                        \
        MIX(v3, v7, v11, v15, m[i6], m[i7]);                                        \
        MIX(v0, v5, v10, v15, m[i8], m[i9]);                                        \
        MIX(v1, v6, v11, v12, m[i10], m[i11]);                                      \
        MIX(v2, v7, v8, v13, m[i12], m[i13]);                                       \
        MIX(v3, v4, v9, v14, m[i14], m[i15]);                                       \
    } while (0)

/* Leaves in `low` the first half of the state xor the second, and in `high`, if wanted, the second half. */
static inline __attribute__((always_inline)) void compress(const uint32_t cv[8],
                                                           const uint8_t *block, uint64_t counter,
                                                           uint32_t block_len, uint32_t flags,
                                                           uint32_t low[8], uint32_t *high)
{
    uint32_t m[16];
    for (int i = 0; i < 16; i++)
        m[i] = load_le32(block + 4 * i);

    uint32_t v0 = cv[0], v1 = cv[1], v2 = cv[2], v3 = cv[3];
    uint32_t v4 = cv[4], v5 = cv[5], v6 = cv[6], v7 = cv[7];
    uint32_t v8 = noncrypto_blake3_iv[0], v9 = noncrypto_blake3_iv[1];
    uint32_t v10 = noncrypto_blake3_iv[2], v11 = noncrypto_blake3_iv[3];
    uint32_t v12 = (uint32_t)counter, v13 = (uint32_t)(counter >> 32), v14 = block_len, v15 = flags;

    ROUND(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    ROUND(2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8);
    ROUND(3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1);
    ROUND(10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6);
    ROUND(12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4);
    ROUND(9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7);
    ROUND(11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13);

    if (high) {
        high[0] = v8;
        high[1] = v9;
        high[2] = v10;
        high[3] = v11;
        high[4] = v12;
        high[5] = v13;
        high[6] = v14;
        high[7] = v15;
    }
    low[0] = v0 ^ v8;
    low[1] = v1 ^ v9;
    low[2] = v2 ^ v10;
    low[3] = v3 ^ v11;
    low[4] = v4 ^ v12;
    low[5] = v5 ^ v13;
    low[6] = v6 ^ v14;
    low[7] = v7 ^ v15;
}

void noncrypto_blake3_compress(uint32_t cv[8], const uint8_t block[NONCRYPTO_BLAKE3_BLOCK_LEN],
                               uint64_t counter, uint32_t block_len, uint32_t flags)
{
#if NONCRYPTO_X86_64
    if (cpu_has(NONCRYPTO_CPU_SSE)) {
        noncrypto_blake3_compress_sse(cv, block, counter, block_len, flags);
        return;
    }
#endif
    compress(cv, block, counter, block_len, flags, cv, NULL);
}

void noncrypto_blake3_compress_xof(const uint32_t cv[8],
                                   const uint8_t block[NONCRYPTO_BLAKE3_BLOCK_LEN],
                                   uint64_t counter, uint32_t block_len, uint32_t flags,
                                   uint8_t out[64])
{
    uint32_t low[8];
    uint32_t high[8];

#if NONCRYPTO_X86_64
    if (cpu_has(NONCRYPTO_CPU_SSE)) {
        noncrypto_blake3_compress_xof_sse(cv, block, counter, block_len, flags, out);
        return;
    }
#endif
    compress(cv, block, counter, block_len, flags, low, high);
    for (int i = 0; i < 8; i++) {
        store_le32(out + 4 * i, low[i]);
        store_le32(out + 32 + 4 * i, high[i] ^ cv[i]);
    }
}
