/*
 * Argon2's compression function with AVX2. Two permutations run side by side, one in each half of the registers: a register
 * holds a pair of words of each. So all movement of words is within halves.
 */
#include "argon2/argon2_private.h"

#if NONCRYPTO_X86_64
#include <immintrin.h>

#define TARGET NONCRYPTO_TARGET("avx2")
#define INLINE static inline __attribute__((always_inline)) TARGET

INLINE __m256i add_with_product(__m256i a, __m256i b)
{
    __m256i product = _mm256_mul_epu32(a, b);
    return _mm256_add_epi64(_mm256_add_epi64(a, b), _mm256_add_epi64(product, product));
}

INLINE __m256i rotate32(__m256i x)
{
    return _mm256_shuffle_epi32(x, 0xb1);
}

INLINE __m256i rotate24(__m256i x)
{
    return _mm256_shuffle_epi8(x, _mm256_set_epi64x(0x0a09080f0e0d0c0b, 0x0201000706050403,
                                                    0x0a09080f0e0d0c0b, 0x0201000706050403));
}

INLINE __m256i rotate16(__m256i x)
{
    return _mm256_shuffle_epi8(x, _mm256_set_epi64x(0x09080f0e0d0c0b0a, 0x0100070605040302,
                                                    0x09080f0e0d0c0b0a, 0x0100070605040302));
}

INLINE __m256i rotate63(__m256i x)
{
    return _mm256_xor_si256(_mm256_srli_epi64(x, 63), _mm256_add_epi64(x, x));
}

/* GB of two registers each, of independent words. */
INLINE void mix(__m256i *a0, __m256i *a1, __m256i *b0, __m256i *b1, __m256i *c0, __m256i *c1,
                __m256i *d0, __m256i *d1)
{
    *a0 = add_with_product(*a0, *b0);
    *a1 = add_with_product(*a1, *b1);
    *d0 = rotate32(_mm256_xor_si256(*d0, *a0));
    *d1 = rotate32(_mm256_xor_si256(*d1, *a1));
    *c0 = add_with_product(*c0, *d0);
    *c1 = add_with_product(*c1, *d1);
    *b0 = rotate24(_mm256_xor_si256(*b0, *c0));
    *b1 = rotate24(_mm256_xor_si256(*b1, *c1));
    *a0 = add_with_product(*a0, *b0);
    *a1 = add_with_product(*a1, *b1);
    *d0 = rotate16(_mm256_xor_si256(*d0, *a0));
    *d1 = rotate16(_mm256_xor_si256(*d1, *a1));
    *c0 = add_with_product(*c0, *d0);
    *c1 = add_with_product(*c1, *d1);
    *b0 = rotate63(_mm256_xor_si256(*b0, *c0));
    *b1 = rotate63(_mm256_xor_si256(*b1, *c1));
}

/* P of words 2i, 2i + 1 in v[i]. */
INLINE void permute(__m256i v[8])
{
    mix(&v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7]);

    /* The diagonals: words 5 6, 7 4; 10 11, 8 9; 15 12, 13 14. */
    __m256i b0 = _mm256_alignr_epi8(v[3], v[2], 8);
    __m256i b1 = _mm256_alignr_epi8(v[2], v[3], 8);
    __m256i d0 = _mm256_alignr_epi8(v[6], v[7], 8);
    __m256i d1 = _mm256_alignr_epi8(v[7], v[6], 8);
    mix(&v[0], &v[1], &b0, &b1, &v[5], &v[4], &d0, &d1);
    v[2] = _mm256_alignr_epi8(b0, b1, 8);
    v[3] = _mm256_alignr_epi8(b1, b0, 8);
    v[6] = _mm256_alignr_epi8(d1, d0, 8);
    v[7] = _mm256_alignr_epi8(d0, d1, 8);
}

INLINE __m256i load_halves(const uint64_t *low, const uint64_t *high)
{
    return _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)low)),
                                   _mm_loadu_si128((const __m128i *)high), 1);
}

/* Both halves of a register, to places of their own. */
INLINE void store_halves(uint64_t *low, uint64_t *high, __m256i x)
{
    _mm_storeu_si128((__m128i *)low, _mm256_castsi256_si128(x));
    _mm_storeu_si128((__m128i *)high, _mm256_extracti128_si256(x, 1));
}

/* Rows `row` and the next: r = x ^ y goes to `out`, its permutation to `z`. */
INLINE void two_rows(struct argon2_block *out, const struct argon2_block *x,
                     const struct argon2_block *y, int add, struct argon2_block *z, size_t row)
{
    const uint64_t *x0 = x->words + 16 * row;
    const uint64_t *y0 = y->words + 16 * row;
    uint64_t *out0 = out->words + 16 * row;
    uint64_t *z0 = z->words + 16 * row;
    __m256i v[8];

#pragma GCC unroll 8
    for (size_t i = 0; i < 16; i += 2) {
        __m256i r =
            _mm256_xor_si256(load_halves(x0 + i, x0 + 16 + i), load_halves(y0 + i, y0 + 16 + i));
        v[i / 2] = r;
        if (add)
            r = _mm256_xor_si256(r, load_halves(out0 + i, out0 + 16 + i));
        store_halves(out0 + i, out0 + 16 + i, r);
    }
    permute(v);
#pragma GCC unroll 8
    for (size_t i = 0; i < 8; i++)
        store_halves(z0 + 2 * i, z0 + 16 + 2 * i, v[i]);
}

/* Columns `column` and the next, which lie side by side: their permutation is added to `out`. */
INLINE void two_columns(struct argon2_block *out, const struct argon2_block *z, size_t column)
{
    __m256i v[8];

#pragma GCC unroll 8
    for (size_t i = 0; i < 8; i++)
        v[i] = _mm256_loadu_si256((const __m256i *)(z->words + 2 * column + 16 * i));
    permute(v);
#pragma GCC unroll 8
    for (size_t i = 0; i < 8; i++) {
        __m256i *to = (__m256i *)(out->words + 2 * column + 16 * i);
        _mm256_storeu_si256(to, _mm256_xor_si256(_mm256_loadu_si256(to), v[i]));
    }
}

TARGET
void noncrypto_argon2_compress_avx2(struct argon2_block *out, const struct argon2_block *x,
                                    const struct argon2_block *y, int add, struct argon2_block *z)
{
    for (size_t row = 0; row < 8; row += 2)
        two_rows(out, x, y, add, z, row);
    for (size_t column = 0; column < 8; column += 2)
        two_columns(out, z, column);
}

#endif
