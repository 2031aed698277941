/*
 * Keccak-f[1600] as a template: the same C is compiled once for any processor and once for those with three-operand
 * rotations and and-not.
 *
 * Every index is a constant, so the compiler keeps in registers what fits. Each plane of the result takes one lane of each
 * plane of the input, so theta, rho, pi and chi of a plane need five temporaries only; the column parities that theta of the
 * next round wants are summed up on the way.
 */
#ifndef NONCRYPTO_SRC_KECCAK_ROUNDS_H
#define NONCRYPTO_SRC_KECCAK_ROUNDS_H

#include "bytes.h"
#include "sha3/keccak.h"

#define KECCAK_INLINE static inline __attribute__((always_inline))

/* Step chi (section 3.2.4) of one plane, and its share of the parities. */
KECCAK_INLINE void keccak_chi(uint64_t e[5], uint64_t c[5], uint64_t b0, uint64_t b1, uint64_t b2,
                              uint64_t b3, uint64_t b4)
{
    e[0] = b0 ^ (~b1 & b2);
    c[0] ^= e[0];
    e[1] = b1 ^ (~b2 & b3);
    c[1] ^= e[1];
    e[2] = b2 ^ (~b3 & b4);
    c[2] ^= e[2];
    e[3] = b3 ^ (~b4 & b0);
    c[3] ^= e[3];
    e[4] = b4 ^ (~b0 & b1);
    c[4] ^= e[4];
}

/* One round from `a` to `e`; `c` has the parities of the columns of `a`, then those of `e`. */
KECCAK_INLINE void keccak_round(uint64_t e[KECCAK_LANES], const uint64_t a[KECCAK_LANES],
                                uint64_t c[5], uint64_t round_constant)
{
    uint64_t d0 = c[4] ^ rotl64(c[1], 1);
    uint64_t d1 = c[0] ^ rotl64(c[2], 1);
    uint64_t d2 = c[1] ^ rotl64(c[3], 1);
    uint64_t d3 = c[2] ^ rotl64(c[4], 1);
    uint64_t d4 = c[3] ^ rotl64(c[0], 1);

    c[0] = c[1] = c[2] = c[3] = c[4] = 0;
    keccak_chi(e, c, a[0] ^ d0, rotl64(a[6] ^ d1, 44), rotl64(a[12] ^ d2, 43),
               rotl64(a[18] ^ d3, 21), rotl64(a[24] ^ d4, 14));
    e[0] ^= round_constant;
    c[0] ^= round_constant;
    keccak_chi(e + 5, c, rotl64(a[3] ^ d3, 28), rotl64(a[9] ^ d4, 20), rotl64(a[10] ^ d0, 3),
               rotl64(a[16] ^ d1, 45), rotl64(a[22] ^ d2, 61));
    keccak_chi(e + 10, c, rotl64(a[1] ^ d1, 1), rotl64(a[7] ^ d2, 6), rotl64(a[13] ^ d3, 25),
               rotl64(a[19] ^ d4, 8), rotl64(a[20] ^ d0, 18));
    keccak_chi(e + 15, c, rotl64(a[4] ^ d4, 27), rotl64(a[5] ^ d0, 36), rotl64(a[11] ^ d1, 10),
               rotl64(a[17] ^ d2, 15), rotl64(a[23] ^ d3, 56));
    keccak_chi(e + 20, c, rotl64(a[2] ^ d2, 62), rotl64(a[8] ^ d3, 55), rotl64(a[14] ^ d4, 39),
               rotl64(a[15] ^ d0, 41), rotl64(a[21] ^ d1, 2));
}

KECCAK_INLINE void keccak_permute(uint64_t a[KECCAK_LANES])
{
    uint64_t e[KECCAK_LANES];
    uint64_t c[5] = {
        a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20], a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21],
        a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22], a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23],
        a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24],
    };

    for (int round = 0; round < KECCAK_ROUNDS; round += 2) {
        keccak_round(e, a, c, noncrypto_keccak_round_constants[round]);
        keccak_round(a, e, c, noncrypto_keccak_round_constants[round + 1]);
    }
}

#endif
