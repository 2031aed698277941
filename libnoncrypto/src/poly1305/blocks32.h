/*
 * Poly1305 in five limbs of 26 bits, for machines whose widest multiplication is 32 by 32 to 64 bits.
 *
 * Bounds: limbs of r < 2^26, five times a limb of r < 2^29, limbs of h < 2^27 and after the addition of a block < 2^28:
 * a sum of five products stays below 2^60.
 */
#ifndef NONCRYPTO_SRC_POLY1305_BLOCKS32_H
#define NONCRYPTO_SRC_POLY1305_BLOCKS32_H

#include <stddef.h>

#include "bytes.h"

#define LIMB26 UINT32_C(0x3ffffff)

/* The 130 bits and what is above them; the top limb takes all that is left. */
static inline void poly1305_split26(uint32_t limb[5], uint64_t low, uint64_t middle, uint64_t high)
{
    limb[0] = (uint32_t)low & LIMB26;
    limb[1] = (uint32_t)(low >> 26) & LIMB26;
    limb[2] = (uint32_t)(low >> 52 | middle << 12) & LIMB26;
    limb[3] = (uint32_t)(middle >> 14) & LIMB26;
    limb[4] = (uint32_t)(middle >> 40 | high << 24);
}

/* Back to 64-bit limbs; limbs may have grown beyond 26 bits, the whole must not exceed 2^130 + 2^66. */
static inline void poly1305_join26(uint64_t h[3], const uint64_t limb[5])
{
    uint64_t low = limb[0] + (limb[1] << 26);
    uint64_t sum = low + (limb[2] << 52);
    uint64_t middle = (limb[2] >> 12) + (limb[3] << 14) + (sum < low);
    uint64_t sum1 = middle + (limb[4] << 40);

    h[0] = sum;
    h[1] = sum1;
    h[2] = (limb[4] >> 24) + (sum1 < middle);
}

static inline void poly1305_step32(uint32_t h[5], const uint32_t r[5], const uint8_t *block,
                                   uint32_t high)
{
    uint32_t m[5];
    uint64_t d[5], carry;

    poly1305_split26(m, load_le64(block), load_le64(block + 8), high);
    for (int i = 0; i < 5; i++)
        h[i] += m[i];
    for (int i = 0; i < 5; i++) {
        d[i] = 0;
        for (int j = 0; j < 5; j++)
            d[i] += (uint64_t)h[j] * (j <= i ? r[i - j] : 5 * r[5 + i - j]);
    }
    for (int i = 0; i < 4; i++) {
        h[i] = (uint32_t)d[i] & LIMB26;
        d[i + 1] += d[i] >> 26;
    }
    carry = d[4] >> 26;
    h[4] = (uint32_t)d[4] & LIMB26;
    carry = h[0] + 5 * carry;
    h[0] = (uint32_t)carry & LIMB26;
    h[1] += (uint32_t)(carry >> 26);
}

static inline void poly1305_blocks32(uint64_t h64[3], const uint64_t r64[2], const uint8_t *data,
                                     size_t nblocks, uint32_t high)
{
    uint32_t h[5], r[5];
    uint64_t wide[5];

    poly1305_split26(h, h64[0], h64[1], h64[2]);
    poly1305_split26(r, r64[0], r64[1], 0);
    for (; nblocks > 0; nblocks--, data += 16)
        poly1305_step32(h, r, data, high);
    for (int i = 0; i < 5; i++)
        wide[i] = h[i];
    poly1305_join26(h64, wide);
}

#endif
