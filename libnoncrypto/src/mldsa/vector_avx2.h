/*
 * Eight coefficients of ML-DSA at a time. Private to the AVX2 back end.
 */
#ifndef NONCRYPTO_SRC_MLDSA_VECTOR_AVX2_H
#define NONCRYPTO_SRC_MLDSA_VECTOR_AVX2_H

#include "lattice/vector_avx2.h"
#include "mldsa/mldsa.h"

#if NONCRYPTO_X86_64

#define LANES   8
#define NVECTOR (MLDSA_N / LANES)

/* The odd lanes, where products take their operands from. */
INLINE __m256i odd(__m256i x)
{
    return _mm256_srli_epi64(x, 32);
}

/* The Montgomery reduction of 64-bit numbers, see mldsa_montgomery(): `even` for lanes 0, 2, ..., `odds` for 1, 3, ... */
INLINE __m256i reduce_products(__m256i even, __m256i odds)
{
    const __m256i q = _mm256_set1_epi32(MLDSA_Q), inverse = _mm256_set1_epi32(MLDSA_Q_INVERSE);
    __m256i even_m = _mm256_mul_epi32(_mm256_mul_epi32(even, inverse), q);
    __m256i odd_m = _mm256_mul_epi32(_mm256_mul_epi32(odds, inverse), q);

    /* The lower halves are equal: the differences are the upper halves. */
    even = _mm256_sub_epi64(even, even_m);
    odds = _mm256_sub_epi64(odds, odd_m);
    return _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odds, 0xaa);
}

/* x * y / 2^32 modulo q, in (-q, q), for |x * y| < q * 2^31; y_odd holds the odd lanes of y in even ones. */
INLINE __m256i multiply_mod(__m256i x, __m256i y, __m256i y_odd)
{
    return reduce_products(_mm256_mul_epi32(x, y), _mm256_mul_epi32(odd(x), y_odd));
}

/* As mldsa_reduce(). */
INLINE __m256i reduce(__m256i x)
{
    __m256i t = _mm256_srai_epi32(_mm256_add_epi32(x, _mm256_set1_epi32(1 << 22)), 23);
    return _mm256_sub_epi32(x, _mm256_mullo_epi32(t, _mm256_set1_epi32(MLDSA_Q)));
}

/* As mldsa_canonical(). */
INLINE __m256i canonical(__m256i x)
{
    __m256i q = _mm256_and_si256(_mm256_srai_epi32(x, 31), _mm256_set1_epi32(MLDSA_Q));
    return _mm256_add_epi32(x, q);
}

#endif

/* ntt_avx2.c; the rest of the table is in poly_avx2.c. */
void noncrypto_mldsa_ntt_avx2(struct noncrypto_mldsa_poly *p);
void noncrypto_mldsa_inverse_ntt_avx2(struct noncrypto_mldsa_poly *p);
void noncrypto_mldsa_multiply_avx2(struct noncrypto_mldsa_poly *out,
                                   const struct noncrypto_mldsa_poly *a,
                                   const struct noncrypto_mldsa_poly *b);
void noncrypto_mldsa_inner_avx2(struct noncrypto_mldsa_poly *out,
                                const struct noncrypto_mldsa_poly *const a[MLDSA_L],
                                const struct noncrypto_mldsa_poly b[MLDSA_L]);

#endif
