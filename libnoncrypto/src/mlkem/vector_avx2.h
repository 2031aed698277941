/*
 * Sixteen coefficients of ML-KEM at a time. Private to the AVX2 back end.
 */
#ifndef NONCRYPTO_SRC_MLKEM_VECTOR_AVX2_H
#define NONCRYPTO_SRC_MLKEM_VECTOR_AVX2_H

#include "lattice/vector_avx2.h"
#include "mlkem/mlkem.h"

#if NONCRYPTO_X86_64

#define LANES   16
#define NVECTOR (MLKEM_N / LANES)

/* x * y / 2^16 modulo q, in (-q, q); y_by_q is y / q modulo 2^16. */
INLINE __m256i multiply_mod(__m256i x, __m256i y, __m256i y_by_q)
{
    __m256i m = _mm256_mullo_epi16(x, y_by_q);
    __m256i high = _mm256_mulhi_epi16(x, y);
    return _mm256_sub_epi16(high, _mm256_mulhi_epi16(m, _mm256_set1_epi16(MLKEM_Q)));
}

INLINE __m256i by_q(__m256i y)
{
    return _mm256_mullo_epi16(y, _mm256_set1_epi16(MLKEM_Q_INVERSE));
}

/* As mlkem_barrett(). */
INLINE __m256i barrett(__m256i x)
{
    __m256i t = _mm256_mulhi_epi16(x, _mm256_set1_epi16(MLKEM_BARRETT));
    t = _mm256_mulhrs_epi16(t, _mm256_set1_epi16(1 << 5));
    return _mm256_sub_epi16(x, _mm256_mullo_epi16(t, _mm256_set1_epi16(MLKEM_Q)));
}

/* As mlkem_canonical(). */
INLINE __m256i canonical(__m256i x)
{
    __m256i r = barrett(x);
    __m256i q = _mm256_and_si256(_mm256_srai_epi16(r, 15), _mm256_set1_epi16(MLKEM_Q));
    return _mm256_add_epi16(r, q);
}

#endif

/* ntt_avx2.c; the rest of the table is in poly_avx2.c. */
void noncrypto_mlkem_ntt_avx2(struct noncrypto_mlkem_poly *p);
void noncrypto_mlkem_inverse_ntt_avx2(struct noncrypto_mlkem_poly *p);
void noncrypto_mlkem_multiply_avx2(struct noncrypto_mlkem_poly *out,
                                   const struct noncrypto_mlkem_poly a[MLKEM_K],
                                   const struct noncrypto_mlkem_poly b[MLKEM_K]);

#endif
