/*
 * Poly1305 in limbs of 44, 44 and 42 bits, for machines that multiply 64 by 64 bits to 128. Private to libnoncrypto.
 *
 * 2^132 = 20 modulo 2^130 - 5, so products that reach limb 3 or 4 come back multiplied by 20. Bounds: limbs of r < 2^44,
 * 20 r < 2^49, limbs of h < 2^45 after the addition of a block: a sum of three products stays below 2^96.
 */
#ifndef NONCRYPTO_SRC_POLY1305_BLOCKS64_H
#define NONCRYPTO_SRC_POLY1305_BLOCKS64_H

#include <stddef.h>

#include "bytes.h"

__extension__ typedef unsigned __int128 poly1305_u128;

#define LIMB44 UINT64_C(0xfffffffffff)
#define LIMB42 UINT64_C(0x3ffffffffff)

static inline void poly1305_blocks64(uint64_t h[3], const uint64_t r[2], const uint8_t *data,
                                     size_t nblocks, uint32_t high)
{
    const uint64_t r0 = r[0] & LIMB44, r1 = (r[0] >> 44 | r[1] << 20) & LIMB44, r2 = r[1] >> 24;
    const uint64_t s1 = 20 * r1, s2 = 20 * r2;
    uint64_t h0 = h[0] & LIMB44, h1 = (h[0] >> 44 | h[1] << 20) & LIMB44;
    uint64_t h2 = h[1] >> 24 | h[2] << 40;

    for (; nblocks > 0; nblocks--, data += 16) {
        uint64_t low = load_le64(data), middle = load_le64(data + 8);
        h0 += low & LIMB44;
        h1 += (low >> 44 | middle << 20) & LIMB44;
        h2 += middle >> 24 | (uint64_t)high << 40;

        poly1305_u128 d0 = (poly1305_u128)h0 * r0 + (poly1305_u128)h1 * s2 + (poly1305_u128)h2 * s1;
        poly1305_u128 d1 = (poly1305_u128)h0 * r1 + (poly1305_u128)h1 * r0 + (poly1305_u128)h2 * s2;
        poly1305_u128 d2 = (poly1305_u128)h0 * r2 + (poly1305_u128)h1 * r1 + (poly1305_u128)h2 * r0;

        d1 += (uint64_t)(d0 >> 44);
        d2 += (uint64_t)(d1 >> 44);
        h0 = ((uint64_t)d0 & LIMB44) + 5 * (uint64_t)(d2 >> 42);
        h1 = ((uint64_t)d1 & LIMB44) + (h0 >> 44);
        h0 &= LIMB44;
        h2 = (uint64_t)d2 & LIMB42;
    }

    /* Limb 1 may have one bit too many. */
    h2 += h1 >> 44;
    h1 &= LIMB44;
    h[0] = h0 | h1 << 44;
    h[1] = h1 >> 20 | h2 << 24;
    h[2] = h2 >> 40;
}

#endif
