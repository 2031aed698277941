/*
 * A lane of all four states is one vector. The order of the steps is that of keccak_rounds.h: each plane of the result
 * takes one lane of each plane of the input.
 */
#include "sha3/keccak_x4.h"

#if NONCRYPTO_X86_64

#include <immintrin.h>

#define AVX2   NONCRYPTO_TARGET("avx2")
#define INLINE static inline __attribute__((always_inline)) AVX2

INLINE __m256i rotl(__m256i x, int n)
{
    return _mm256_or_si256(_mm256_slli_epi64(x, n), _mm256_srli_epi64(x, 64 - n));
}

/* Rotations by whole bytes are one shuffle. */
INLINE __m256i rotl8(__m256i x)
{
    return _mm256_shuffle_epi8(x, _mm256_set_epi8(14, 13, 12, 11, 10, 9, 8, 15, 6, 5, 4, 3, 2, 1, 0,
                                                  7, 14, 13, 12, 11, 10, 9, 8, 15, 6, 5, 4, 3, 2, 1,
                                                  0, 7));
}

INLINE __m256i rotl56(__m256i x)
{
    return _mm256_shuffle_epi8(x, _mm256_set_epi8(8, 15, 14, 13, 12, 11, 10, 9, 0, 7, 6, 5, 4, 3, 2,
                                                  1, 8, 15, 14, 13, 12, 11, 10, 9, 0, 7, 6, 5, 4, 3,
                                                  2, 1));
}

INLINE __m256i xor (__m256i a, __m256i b) { return _mm256_xor_si256(a, b); }

    INLINE void chi(__m256i e[5], __m256i b0, __m256i b1, __m256i b2, __m256i b3, __m256i b4)
{
    e[0] = xor(b0, _mm256_andnot_si256(b1, b2));
    e[1] = xor(b1, _mm256_andnot_si256(b2, b3));
    e[2] = xor(b2, _mm256_andnot_si256(b3, b4));
    e[3] = xor(b3, _mm256_andnot_si256(b4, b0));
    e[4] = xor(b4, _mm256_andnot_si256(b0, b1));
}

INLINE void one_round(__m256i e[KECCAK_LANES], const __m256i a[KECCAK_LANES], uint64_t constant)
{
    __m256i c[5], d[5];

    for (int x = 0; x < 5; x++)
        c[x] = xor(xor(xor(a[x], a[x + 5]), xor(a[x + 10], a[x + 15])), a[x + 20]);
    for (int x = 0; x < 5; x++)
        d[x] = xor(c[(x + 4) % 5], rotl(c[(x + 1) % 5], 1));

    chi(e, xor(a[0], d[0]), rotl(xor(a[6], d[1]), 44), rotl(xor(a[12], d[2]), 43),
        rotl(xor(a[18], d[3]), 21), rotl(xor(a[24], d[4]), 14));
    e[0] = xor(e[0], _mm256_set1_epi64x((long long)constant));
    chi(e + 5, rotl(xor(a[3], d[3]), 28), rotl(xor(a[9], d[4]), 20), rotl(xor(a[10], d[0]), 3),
        rotl(xor(a[16], d[1]), 45), rotl(xor(a[22], d[2]), 61));
    chi(e + 10, rotl(xor(a[1], d[1]), 1), rotl(xor(a[7], d[2]), 6), rotl(xor(a[13], d[3]), 25),
        rotl8(xor(a[19], d[4])), rotl(xor(a[20], d[0]), 18));
    chi(e + 15, rotl(xor(a[4], d[4]), 27), rotl(xor(a[5], d[0]), 36), rotl(xor(a[11], d[1]), 10),
        rotl(xor(a[17], d[2]), 15), rotl56(xor(a[23], d[3])));
    chi(e + 20, rotl(xor(a[2], d[2]), 62), rotl(xor(a[8], d[3]), 55), rotl(xor(a[14], d[4]), 39),
        rotl(xor(a[15], d[0]), 41), rotl(xor(a[21], d[1]), 2));
}

AVX2 void noncrypto_keccak_x4_f1600_avx2(struct keccak_x4 *x4)
{
    __m256i a[KECCAK_LANES], e[KECCAK_LANES];

    for (int i = 0; i < KECCAK_LANES; i++)
        a[i] = _mm256_loadu_si256((const __m256i *)(const void *)x4->lane[i]);
    for (int round = 0; round < KECCAK_ROUNDS; round += 2) {
        one_round(e, a, noncrypto_keccak_round_constants[round]);
        one_round(a, e, noncrypto_keccak_round_constants[round + 1]);
    }
    for (int i = 0; i < KECCAK_LANES; i++)
        _mm256_storeu_si256((__m256i *)(void *)x4->lane[i], a[i]);
}

#endif
