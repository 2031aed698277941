/*
 * What the vector code of both lattice schemes has in common. Private to libnoncrypto.
 *
 * In a transform, the layers of small distance combine lanes of one vector. Two neighbouring vectors then exchange halves,
 * quarters and eighths, so that one of them holds the first operands and the other the second ones.
 */
#ifndef NONCRYPTO_SRC_LATTICE_VECTOR_AVX2_H
#define NONCRYPTO_SRC_LATTICE_VECTOR_AVX2_H

#include "cpu.h"

#if NONCRYPTO_X86_64

#include <immintrin.h>

#define AVX2   NONCRYPTO_TARGET("avx2,popcnt")
#define INLINE static inline __attribute__((always_inline)) AVX2

INLINE __m256i load(const void *p)
{
    return _mm256_loadu_si256((const __m256i *)p);
}

INLINE void store(void *p, __m256i x)
{
    _mm256_storeu_si256((__m256i *)p, x);
}

INLINE __m128i load128(const void *p)
{
    return _mm_loadu_si128((const __m128i *)p);
}

INLINE __m128i load64(const void *p)
{
    return _mm_loadl_epi64((const __m128i *)p);
}

INLINE void store128(void *p, __m128i x)
{
    _mm_storeu_si128((__m128i *)p, x);
}

INLINE void store64(void *p, __m128i x)
{
    _mm_storel_epi64((__m128i *)p, x);
}

/* 16 bytes at `low` and 16 at `high`. */
INLINE __m256i load_halves(const void *low, const void *high)
{
    return _mm256_inserti128_si256(_mm256_castsi128_si256(load128(low)), load128(high), 1);
}

struct pair {
    __m256i a, b;
};

/* The lower halves of both go to a, the upper halves to b. Each of these three is its own inverse. */
INLINE struct pair swap_halves(struct pair v)
{
    return (struct pair){_mm256_permute2x128_si256(v.a, v.b, 0x20),
                         _mm256_permute2x128_si256(v.a, v.b, 0x31)};
}

/* The same of the quarters in each half. */
INLINE struct pair swap_quarters(struct pair v)
{
    return (struct pair){_mm256_unpacklo_epi64(v.a, v.b), _mm256_unpackhi_epi64(v.a, v.b)};
}

/* The same of the eighths in each quarter. */
INLINE struct pair swap_eighths(struct pair v)
{
    return (struct pair){_mm256_blend_epi32(v.a, _mm256_slli_epi64(v.b, 32), 0xaa),
                         _mm256_blend_epi32(_mm256_srli_epi64(v.a, 32), v.b, 0xaa)};
}

#endif

#endif
