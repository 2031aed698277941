/*
 * One step of Poly1305 in three 64-bit limbs, for machines that multiply 64 by 64 bits to 128.
 *
 * r[1] is a multiple of 4 by the clamping, so r[1] 2^128 = r[1] / 4 * 2^130 = 5 r[1] / 4 modulo 2^130 - 5 is a whole
 * number, s1: four multiplications a block do. Bounds: r[0], r[1] < 2^60, s1 < 2^61, h[2] <= 6 after the addition, so no
 * sum reaches 2^128, and h[2] r[0] fits into 64 bits.
 */
#ifndef NONCRYPTO_SRC_POLY1305_BLOCKS64_H
#define NONCRYPTO_SRC_POLY1305_BLOCKS64_H

#include "bytes.h"

__extension__ typedef unsigned __int128 poly1305_u128;

static inline __attribute__((always_inline)) void
poly1305_step64(uint64_t h[3], const uint64_t r[2], const uint8_t *block, uint32_t high)
{
    const uint64_t s1 = r[1] + (r[1] >> 2);
    poly1305_u128 d0 = (poly1305_u128)h[0] + load_le64(block);
    poly1305_u128 d1 = (poly1305_u128)h[1] + load_le64(block + 8) + (uint64_t)(d0 >> 64);
    uint64_t h0 = (uint64_t)d0, h1 = (uint64_t)d1;
    uint64_t h2 = h[2] + (uint64_t)(d1 >> 64) + high;

    d0 = (poly1305_u128)h0 * r[0] + (poly1305_u128)h1 * s1;
    d1 = (poly1305_u128)h0 * r[1] + (poly1305_u128)h1 * r[0] + h2 * s1 + (uint64_t)(d0 >> 64);
    h2 = h2 * r[0] + (uint64_t)(d1 >> 64);

    /* What is above bit 130 comes back as five times itself: h2 / 4 * 5 = (h2 / 4 * 4) + h2 / 4. */
    d0 = (poly1305_u128)(uint64_t)d0 + (h2 >> 2) + (h2 & ~UINT64_C(3));
    d1 = (poly1305_u128)(uint64_t)d1 + (uint64_t)(d0 >> 64);
    h[0] = (uint64_t)d0;
    h[1] = (uint64_t)d1;
    h[2] = (h2 & 3) + (uint64_t)(d1 >> 64);
}

#endif
