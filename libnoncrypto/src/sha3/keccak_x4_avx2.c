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

/* By one: an addition has more units to run on than a shift. */
INLINE __m256i rotl1(__m256i x)
{
    return _mm256_or_si256(_mm256_add_epi64(x, x), _mm256_srli_epi64(x, 63));
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

INLINE __m256i xor2(__m256i a, __m256i b)
{
    return _mm256_xor_si256(a, b);
}

/* The parity of a column. */
INLINE __m256i column(const __m256i a[KECCAK_LANES], int x)
{
    return xor2(xor2(xor2(a[x], a[x + 5]), xor2(a[x + 10], a[x + 15])), a[x + 20]);
}

/* Step chi of one plane, and its share of the parities. */
INLINE void chi(__m256i e[5], __m256i c[5], __m256i b0, __m256i b1, __m256i b2, __m256i b3,
                __m256i b4)
{
    e[0] = xor2(b0, _mm256_andnot_si256(b1, b2));
    c[0] = xor2(c[0], e[0]);
    e[1] = xor2(b1, _mm256_andnot_si256(b2, b3));
    c[1] = xor2(c[1], e[1]);
    e[2] = xor2(b2, _mm256_andnot_si256(b3, b4));
    c[2] = xor2(c[2], e[2]);
    e[3] = xor2(b3, _mm256_andnot_si256(b4, b0));
    c[3] = xor2(c[3], e[3]);
    e[4] = xor2(b4, _mm256_andnot_si256(b0, b1));
    c[4] = xor2(c[4], e[4]);
}

/* One round from `a` to `e`; `c` has the parities of the columns of `a`, then those of `e`. */
INLINE void one_round(__m256i e[KECCAK_LANES], const __m256i a[KECCAK_LANES], __m256i c[5],
                      uint64_t constant)
{
    __m256i d0 = xor2(c[4], rotl1(c[1]));
    __m256i d1 = xor2(c[0], rotl1(c[2]));
    __m256i d2 = xor2(c[1], rotl1(c[3]));
    __m256i d3 = xor2(c[2], rotl1(c[4]));
    __m256i d4 = xor2(c[3], rotl1(c[0]));
    __m256i iota = _mm256_set1_epi64x((long long)constant);

    c[0] = iota;
    c[1] = c[2] = c[3] = c[4] = _mm256_setzero_si256();
    chi(e, c, xor2(a[0], d0), rotl(xor2(a[6], d1), 44), rotl(xor2(a[12], d2), 43),
        rotl(xor2(a[18], d3), 21), rotl(xor2(a[24], d4), 14));
    e[0] = xor2(e[0], iota);
    chi(e + 5, c, rotl(xor2(a[3], d3), 28), rotl(xor2(a[9], d4), 20), rotl(xor2(a[10], d0), 3),
        rotl(xor2(a[16], d1), 45), rotl(xor2(a[22], d2), 61));
    chi(e + 10, c, rotl1(xor2(a[1], d1)), rotl(xor2(a[7], d2), 6), rotl(xor2(a[13], d3), 25),
        rotl8(xor2(a[19], d4)), rotl(xor2(a[20], d0), 18));
    chi(e + 15, c, rotl(xor2(a[4], d4), 27), rotl(xor2(a[5], d0), 36), rotl(xor2(a[11], d1), 10),
        rotl(xor2(a[17], d2), 15), rotl56(xor2(a[23], d3)));
    chi(e + 20, c, rotl(xor2(a[2], d2), 62), rotl(xor2(a[8], d3), 55), rotl(xor2(a[14], d4), 39),
        rotl(xor2(a[15], d0), 41), rotl(xor2(a[21], d1), 2));
}

AVX2 void noncrypto_keccak_x4_f1600_avx2(struct keccak_x4 *x4)
{
    __m256i a[KECCAK_LANES], e[KECCAK_LANES];

    for (int i = 0; i < KECCAK_LANES; i++)
        a[i] = _mm256_loadu_si256((const __m256i *)(const void *)x4->lane[i]);
    __m256i c[5] = {column(a, 0), column(a, 1), column(a, 2), column(a, 3), column(a, 4)};
    for (int round = 0; round < KECCAK_ROUNDS; round += 2) {
        one_round(e, a, c, noncrypto_keccak_round_constants[round]);
        one_round(a, e, c, noncrypto_keccak_round_constants[round + 1]);
    }
    for (int i = 0; i < KECCAK_LANES; i++)
        _mm256_storeu_si256((__m256i *)(void *)x4->lane[i], a[i]);
}

#endif
