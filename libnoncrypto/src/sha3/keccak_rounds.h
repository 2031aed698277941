/*
 * Two rounds of Keccak-f[1600], as a template: the same C is compiled once for any processor and once for those with
 * three-operand rotations and and-not.
 *
 * All 25 lanes are locals with constant indices, so the compiler keeps in registers what fits. Each plane of the result
 * takes one lane of each plane of the input: theta, rho, pi and chi of a plane need five temporaries only.
 */
#ifndef NONCRYPTO_SRC_KECCAK_ROUNDS_H
#define NONCRYPTO_SRC_KECCAK_ROUNDS_H

#include "bytes.h"
#include "sha3/keccak.h"

#define KECCAK_INLINE static inline __attribute__((always_inline))

/* Step chi (section 3.2.4) of one plane. */
KECCAK_INLINE void keccak_chi(uint64_t e[5], uint64_t b0, uint64_t b1, uint64_t b2, uint64_t b3,
                              uint64_t b4)
{
    e[0] = b0 ^ (~b1 & b2);
    e[1] = b1 ^ (~b2 & b3);
    e[2] = b2 ^ (~b3 & b4);
    e[3] = b3 ^ (~b4 & b0);
    e[4] = b4 ^ (~b0 & b1);
}

KECCAK_INLINE void keccak_round(uint64_t e[KECCAK_LANES], const uint64_t a[KECCAK_LANES],
                                uint64_t round_constant)
{
    uint64_t c[5], d[5];

    for (int x = 0; x < 5; x++)
        c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
    for (int x = 0; x < 5; x++)
        d[x] = c[(x + 4) % 5] ^ rotl64(c[(x + 1) % 5], 1);

    keccak_chi(e, a[0] ^ d[0], rotl64(a[6] ^ d[1], 44), rotl64(a[12] ^ d[2], 43),
               rotl64(a[18] ^ d[3], 21), rotl64(a[24] ^ d[4], 14));
    e[0] ^= round_constant;
    keccak_chi(e + 5, rotl64(a[3] ^ d[3], 28), rotl64(a[9] ^ d[4], 20), rotl64(a[10] ^ d[0], 3),
               rotl64(a[16] ^ d[1], 45), rotl64(a[22] ^ d[2], 61));
    keccak_chi(e + 10, rotl64(a[1] ^ d[1], 1), rotl64(a[7] ^ d[2], 6), rotl64(a[13] ^ d[3], 25),
               rotl64(a[19] ^ d[4], 8), rotl64(a[20] ^ d[0], 18));
    keccak_chi(e + 15, rotl64(a[4] ^ d[4], 27), rotl64(a[5] ^ d[0], 36), rotl64(a[11] ^ d[1], 10),
               rotl64(a[17] ^ d[2], 15), rotl64(a[23] ^ d[3], 56));
    keccak_chi(e + 20, rotl64(a[2] ^ d[2], 62), rotl64(a[8] ^ d[3], 55), rotl64(a[14] ^ d[4], 39),
               rotl64(a[15] ^ d[0], 41), rotl64(a[21] ^ d[1], 2));
}

KECCAK_INLINE void keccak_permute(uint64_t state[KECCAK_LANES])
{
    uint64_t a[KECCAK_LANES], e[KECCAK_LANES];

    for (int i = 0; i < KECCAK_LANES; i++)
        a[i] = state[i];
    for (int round = 0; round < KECCAK_ROUNDS; round += 2) {
        keccak_round(e, a, noncrypto_keccak_round_constants[round]);
        keccak_round(a, e, noncrypto_keccak_round_constants[round + 1]);
    }
    for (int i = 0; i < KECCAK_LANES; i++)
        state[i] = a[i];
}

#endif
