/* Checks on the 32 bytes of an encoded point (RFC 8032 section 5.1.3) that need no arithmetic. */
#ifndef NONCRYPTO_SRC_CURVE25519_ENCODING_H
#define NONCRYPTO_SRC_CURVE25519_ENCODING_H

#include <stdint.h>
#include <string.h>

#include "ct.h"

/* All ones if y < p = 2^255 - 19. Whether x = 0 has a sign is seen when x is computed. */
static inline uint32_t encoding_canonical_mask(const uint8_t bytes[32])
{
    uint32_t all_ones = 0xff;

    for (unsigned i = 1; i < 31; i++)
        all_ones &= bytes[i];
    uint32_t high = ct_equal32(all_ones, 0xff) & ct_equal32(bytes[31] & 0x7f, 0x7f);
    uint32_t low = ct_nonzero32(((uint32_t)bytes[0] + 0x13) >> 8);
    return ~(high & low);
}

/* 1 if a canonical encoding is one of the eight points whose order divides 8. */
static inline int encoding_is_small_order_vartime(const uint8_t bytes[32])
{
    static const uint8_t list[5][32] = {
        {0},
        {1},
        {[0] = 0xec, [1 ... 30] = 0xff, [31] = 0x7f},
        {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
         0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
         0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
        {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
         0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
         0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
    };

    for (unsigned i = 0; i < 5; i++)
        if (memcmp(bytes, list[i], 31) == 0 && (bytes[31] & 0x7f) == list[i][31])
            return 1;
    return 0;
}

#endif
