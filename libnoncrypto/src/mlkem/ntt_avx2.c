/*
 * The number-theoretic transform with vectors of 16 coefficients, in the order of the standard.
 *
 * Layers of distance 128 to 16 combine whole vectors, the others neighbouring ones, see lattice/vector_avx2.h.
 */
#include "mlkem/vector_avx2.h"

#if NONCRYPTO_X86_64

INLINE struct pair butterfly(struct pair v, __m256i zeta)
{
    __m256i t = multiply_mod(v.b, zeta, by_q(zeta));
    return (struct pair){_mm256_add_epi16(v.a, t), _mm256_sub_epi16(v.a, t)};
}

INLINE struct pair inverse_butterfly(struct pair v, __m256i zeta)
{
    __m256i difference = _mm256_sub_epi16(v.b, v.a);
    return (struct pair){_mm256_add_epi16(v.a, v.b), multiply_mod(difference, zeta, by_q(zeta))};
}

INLINE __m256i one_zeta(unsigned k)
{
    return _mm256_set1_epi16(noncrypto_mlkem_zetas[k]);
}

/* For distance 8: zetas k for the lower half, l for the upper one. */
INLINE __m256i two_zetas(unsigned k, unsigned l)
{
    return _mm256_inserti128_si256(one_zeta(k), _mm256_castsi256_si128(one_zeta(l)), 1);
}

/* Zeta k for the first quarter of a vector, the next for the second, ...; or the other way round from k + 3 on. */
INLINE __m256i four_zetas(unsigned k, int reverse)
{
    __m256i z = _mm256_cvtepu16_epi64(load64(noncrypto_mlkem_zetas + k));
    if (reverse)
        z = _mm256_permute4x64_epi64(z, 0x1b);
    return _mm256_shuffle_epi8(z,
                               _mm256_set1_epi64x(0x0100010001000100) |
                                   _mm256_set_epi64x(0x0808080808080808, 0, 0x0808080808080808, 0));
}

INLINE __m256i eight_zetas(unsigned k, int reverse)
{
    __m256i z = _mm256_cvtepu16_epi32(load128(noncrypto_mlkem_zetas + k));
    if (reverse)
        z = _mm256_permutevar8x32_epi32(z, _mm256_set_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    return _mm256_or_si256(z, _mm256_slli_epi32(z, 16));
}

/* Distances 8, 4, 2 for vectors 2 p and 2 p + 1. */
INLINE struct pair last_layers(struct pair v, unsigned p)
{
    v = butterfly(swap_halves(v), two_zetas(16 + 2 * p, 17 + 2 * p));
    v = butterfly(swap_quarters(v), four_zetas(32 + 4 * p, 0));
    v = butterfly(swap_eighths(v), eight_zetas(64 + 8 * p, 0));
    v = swap_halves(swap_quarters(swap_eighths(v)));
    return (struct pair){barrett(v.a), barrett(v.b)};
}

AVX2 void noncrypto_mlkem_ntt_avx2(struct noncrypto_mlkem_poly *p)
{
    /* Distances 128 and 64: vectors i, i + 4, i + 8, i + 12. */
    for (unsigned i = 0; i < 4; i++) {
        int16_t *c = p->c + LANES * i;
        struct pair low = {load(c), load(c + 128)}, high = {load(c + 64), load(c + 192)};
        low = butterfly(low, one_zeta(1));
        high = butterfly(high, one_zeta(1));
        struct pair first = butterfly((struct pair){low.a, high.a}, one_zeta(2));
        struct pair second = butterfly((struct pair){low.b, high.b}, one_zeta(3));
        store(c, first.a);
        store(c + 64, first.b);
        store(c + 128, second.a);
        store(c + 192, second.b);
    }
    /* The rest, in four neighbouring vectors. */
    for (unsigned i = 0; i < 4; i++) {
        int16_t *c = p->c + 4 * LANES * i;
        struct pair low = {load(c), load(c + 32)}, high = {load(c + 16), load(c + 48)};
        low = butterfly(low, one_zeta(4 + i));
        high = butterfly(high, one_zeta(4 + i));
        struct pair first = butterfly((struct pair){low.a, high.a}, one_zeta(8 + 2 * i));
        struct pair second = butterfly((struct pair){low.b, high.b}, one_zeta(9 + 2 * i));
        first = last_layers(first, 2 * i);
        second = last_layers(second, 2 * i + 1);
        store(c, first.a);
        store(c + 16, first.b);
        store(c + 32, second.a);
        store(c + 48, second.b);
    }
}

/* Distances 2, 4, 8 for vectors 2 p and 2 p + 1; the zetas of the inverse go backwards. */
INLINE struct pair first_inverse_layers(struct pair v, unsigned p)
{
    v = swap_eighths(swap_quarters(swap_halves(v)));
    v = inverse_butterfly(v, eight_zetas(127 - 8 * p - 7, 1));
    v = inverse_butterfly(swap_eighths(v), four_zetas(63 - 4 * p - 3, 1));
    v = inverse_butterfly(swap_quarters(v), two_zetas(31 - 2 * p, 30 - 2 * p));
    v.a = barrett(v.a);
    return swap_halves(v);
}

AVX2 void noncrypto_mlkem_inverse_ntt_avx2(struct noncrypto_mlkem_poly *p)
{
    __m256i f = _mm256_set1_epi16(MLKEM_R2_BY_128);

    for (unsigned i = 0; i < 4; i++) {
        int16_t *c = p->c + 4 * LANES * i;
        struct pair first = first_inverse_layers((struct pair){load(c), load(c + 16)}, 2 * i);
        struct pair second =
            first_inverse_layers((struct pair){load(c + 32), load(c + 48)}, 2 * i + 1);
        first = inverse_butterfly(first, one_zeta(15 - 2 * i));
        second = inverse_butterfly(second, one_zeta(14 - 2 * i));
        struct pair low = inverse_butterfly((struct pair){first.a, second.a}, one_zeta(7 - i));
        struct pair high = inverse_butterfly((struct pair){first.b, second.b}, one_zeta(7 - i));
        store(c, low.a);
        store(c + 16, high.a);
        store(c + 32, low.b);
        store(c + 48, high.b);
    }
    for (unsigned i = 0; i < 4; i++) {
        int16_t *c = p->c + LANES * i;
        struct pair first = {load(c), load(c + 64)}, second = {load(c + 128), load(c + 192)};
        first = inverse_butterfly(first, one_zeta(3));
        second = inverse_butterfly(second, one_zeta(2));
        first.a = barrett(first.a);
        second.a = barrett(second.a);
        struct pair low = inverse_butterfly((struct pair){first.a, second.a}, one_zeta(1));
        struct pair high = inverse_butterfly((struct pair){first.b, second.b}, one_zeta(1));
        store(c, multiply_mod(low.a, f, by_q(f)));
        store(c + 64, multiply_mod(high.a, f, by_q(f)));
        store(c + 128, multiply_mod(low.b, f, by_q(f)));
        store(c + 192, multiply_mod(high.b, f, by_q(f)));
    }
}

/* For each pair of coefficients of vector i: nothing, then zeta or -zeta. */
INLINE __m256i odd_zetas(unsigned i)
{
    const int16_t *zetas = noncrypto_mlkem_zetas + 64 + 4 * i;
    __m256i z = _mm256_cvtepu16_epi64(load64(zetas));

    z = _mm256_or_si256(_mm256_slli_epi64(z, 16), _mm256_slli_epi64(z, 48));
    return _mm256_sign_epi16(z, _mm256_set1_epi64x((long long)0xffff000000010000));
}

/* The sums have 32 bits; a multiply-add of neighbouring lanes makes both products of a coefficient. */
AVX2 void noncrypto_mlkem_multiply_avx2(struct noncrypto_mlkem_poly *out,
                                        const struct noncrypto_mlkem_poly a[MLKEM_K],
                                        const struct noncrypto_mlkem_poly b[MLKEM_K])
{
    const __m256i swap = _mm256_set_epi8(13, 12, 15, 14, 9, 8, 11, 10, 5, 4, 7, 6, 1, 0, 3, 2, 13,
                                         12, 15, 14, 9, 8, 11, 10, 5, 4, 7, 6, 1, 0, 3, 2);
    const __m256i q = _mm256_set1_epi16(MLKEM_Q);

    for (unsigned i = 0; i < NVECTOR; i++) {
        __m256i zeta = odd_zetas(i), zeta_by_q = by_q(zeta);
        __m256i even = _mm256_setzero_si256(), odd = even;

        for (unsigned j = 0; j < MLKEM_K; j++) {
            __m256i x = load(a[j].c + LANES * i), y = load(b[j].c + LANES * i);
            __m256i y_zeta = _mm256_blend_epi16(y, multiply_mod(y, zeta, zeta_by_q), 0xaa);
            even = _mm256_add_epi32(even, _mm256_madd_epi16(x, y_zeta));
            odd = _mm256_add_epi32(odd, _mm256_madd_epi16(x, _mm256_shuffle_epi8(y, swap)));
        }
        __m256i low = _mm256_blend_epi16(even, _mm256_slli_epi32(odd, 16), 0xaa);
        __m256i high = _mm256_blend_epi16(_mm256_srli_epi32(even, 16), odd, 0xaa);
        store(out->c + LANES * i, _mm256_sub_epi16(high, _mm256_mulhi_epi16(by_q(low), q)));
    }
}

#endif
