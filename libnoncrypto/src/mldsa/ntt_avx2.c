/*
 * The number-theoretic transform with vectors of 8 coefficients, in the order of the standard.
 *
 * Layers of distance 128 to 8 combine whole vectors, the others neighbouring ones, see lattice/vector_avx2.h.
 */
#include "mldsa/vector_avx2.h"

#if NONCRYPTO_X86_64

/* A factor for each lane, and those of the odd lanes moved to the even ones. */
struct zetas {
    __m256i all, odd;
};

INLINE struct zetas one_zeta(unsigned k)
{
    __m256i z = _mm256_set1_epi32(noncrypto_mldsa_zetas[k]);
    return (struct zetas){z, z};
}

/* For distance 4: zeta k for the lower half, l for the upper one. */
INLINE struct zetas two_zetas(unsigned k, unsigned l)
{
    __m256i high = _mm256_set1_epi32(noncrypto_mldsa_zetas[l]);
    __m256i z = _mm256_blend_epi32(_mm256_set1_epi32(noncrypto_mldsa_zetas[k]), high, 0xf0);
    return (struct zetas){z, z};
}

/* For distance 2: zeta k for the first quarter, the next for the second, ...; in reverse, k + 3 comes first. */
INLINE struct zetas four_zetas(unsigned k, int reverse)
{
    __m256i z = _mm256_cvtepu32_epi64(load128(noncrypto_mldsa_zetas + k));
    if (reverse)
        z = _mm256_permute4x64_epi64(z, 0x1b);
    return (struct zetas){z, z};
}

/* For distance 1, one for each lane. */
INLINE struct zetas eight_zetas(unsigned k, int reverse)
{
    __m256i z = load(noncrypto_mldsa_zetas + k);
    if (reverse)
        z = _mm256_permutevar8x32_epi32(z, _mm256_set_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    return (struct zetas){z, odd(z)};
}

INLINE struct pair butterfly(struct pair v, struct zetas zeta)
{
    __m256i t = multiply_mod(v.b, zeta.all, zeta.odd);
    return (struct pair){_mm256_add_epi32(v.a, t), _mm256_sub_epi32(v.a, t)};
}

INLINE struct pair inverse_butterfly(struct pair v, struct zetas zeta)
{
    __m256i difference = _mm256_sub_epi32(v.b, v.a);
    return (struct pair){_mm256_add_epi32(v.a, v.b), multiply_mod(difference, zeta.all, zeta.odd)};
}

/* Distances 128, 64 and 32 for vectors i, i + 4, i + 8, ... */
INLINE void first_layers(int32_t *c)
{
    struct pair v[4];

    for (unsigned j = 0; j < 4; j++)
        v[j] = butterfly((struct pair){load(c + 32 * j), load(c + 32 * j + 128)}, one_zeta(1));
    for (unsigned half = 0; half < 2; half++) {
        int32_t *to = c + 128 * half;
        struct zetas zeta = one_zeta(2 + half);
        struct pair even =
            butterfly(half ? (struct pair){v[0].b, v[2].b} : (struct pair){v[0].a, v[2].a}, zeta);
        struct pair odds =
            butterfly(half ? (struct pair){v[1].b, v[3].b} : (struct pair){v[1].a, v[3].a}, zeta);
        struct pair low = butterfly((struct pair){even.a, odds.a}, one_zeta(4 + 2 * half));
        struct pair high = butterfly((struct pair){even.b, odds.b}, one_zeta(5 + 2 * half));
        store(to, low.a);
        store(to + 32, low.b);
        store(to + 64, high.a);
        store(to + 96, high.b);
    }
}

/* Distances 4, 2, 1 for vectors 2 p and 2 p + 1. */
INLINE struct pair last_layers(struct pair v, unsigned p)
{
    v = butterfly(swap_halves(v), two_zetas(32 + 2 * p, 33 + 2 * p));
    v = butterfly(swap_quarters(v), four_zetas(64 + 4 * p, 0));
    v = butterfly(swap_eighths(v), eight_zetas(128 + 8 * p, 0));
    return swap_halves(swap_quarters(swap_eighths(v)));
}

AVX2 void noncrypto_mldsa_ntt_avx2(struct noncrypto_mldsa_poly *p)
{
    for (unsigned i = 0; i < 4; i++)
        first_layers(p->c + LANES * i);
    /* Distances 16 and 8 and the rest, in four neighbouring vectors. */
    for (unsigned i = 0; i < 8; i++) {
        int32_t *c = p->c + 4 * LANES * i;
        struct zetas zeta = one_zeta(8 + i);
        struct pair low = butterfly((struct pair){load(c), load(c + 16)}, zeta);
        struct pair high = butterfly((struct pair){load(c + 8), load(c + 24)}, zeta);
        struct pair first = butterfly((struct pair){low.a, high.a}, one_zeta(16 + 2 * i));
        struct pair second = butterfly((struct pair){low.b, high.b}, one_zeta(17 + 2 * i));
        first = last_layers(first, 2 * i);
        second = last_layers(second, 2 * i + 1);
        store(c, first.a);
        store(c + 8, first.b);
        store(c + 16, second.a);
        store(c + 24, second.b);
    }
}

/* Distances 1, 2, 4 for vectors 2 p and 2 p + 1; the zetas of the inverse go backwards. */
INLINE struct pair first_inverse_layers(struct pair v, unsigned p)
{
    v = swap_eighths(swap_quarters(swap_halves(v)));
    v = inverse_butterfly(v, eight_zetas(255 - 8 * p - 7, 1));
    v = inverse_butterfly(swap_eighths(v), four_zetas(127 - 4 * p - 3, 1));
    v = inverse_butterfly(swap_quarters(v), two_zetas(63 - 2 * p, 62 - 2 * p));
    return swap_halves(v);
}

/* Distances 32, 64 and 128 for vectors i, i + 4, i + 8, ..., and the factor. */
INLINE void last_inverse_layers(int32_t *c)
{
    const struct zetas f = {_mm256_set1_epi32(MLDSA_R2_BY_256), _mm256_set1_epi32(MLDSA_R2_BY_256)};
    __m256i v[8];

    for (unsigned half = 0; half < 2; half++) {
        const int32_t *from = c + 128 * half;
        struct zetas zeta = one_zeta(3 - half);
        struct pair low =
            inverse_butterfly((struct pair){load(from), load(from + 32)}, one_zeta(7 - 2 * half));
        struct pair high = inverse_butterfly((struct pair){load(from + 64), load(from + 96)},
                                             one_zeta(6 - 2 * half));
        struct pair even = inverse_butterfly((struct pair){low.a, high.a}, zeta);
        struct pair odds = inverse_butterfly((struct pair){low.b, high.b}, zeta);
        v[4 * half] = even.a;
        v[4 * half + 1] = odds.a;
        v[4 * half + 2] = even.b;
        v[4 * half + 3] = odds.b;
    }
    for (unsigned j = 0; j < 4; j++) {
        struct pair last = inverse_butterfly((struct pair){v[j], v[j + 4]}, one_zeta(1));
        store(c + 32 * j, multiply_mod(last.a, f.all, f.odd));
        store(c + 32 * j + 128, multiply_mod(last.b, f.all, f.odd));
    }
}

AVX2 void noncrypto_mldsa_inverse_ntt_avx2(struct noncrypto_mldsa_poly *p)
{
    for (unsigned i = 0; i < 8; i++) {
        int32_t *c = p->c + 4 * LANES * i;
        struct zetas zeta = one_zeta(15 - i);
        struct pair first = first_inverse_layers((struct pair){load(c), load(c + 8)}, 2 * i);
        struct pair second =
            first_inverse_layers((struct pair){load(c + 16), load(c + 24)}, 2 * i + 1);
        first = inverse_butterfly(first, one_zeta(31 - 2 * i));
        second = inverse_butterfly(second, one_zeta(30 - 2 * i));
        struct pair low = inverse_butterfly((struct pair){first.a, second.a}, zeta);
        struct pair high = inverse_butterfly((struct pair){first.b, second.b}, zeta);
        store(c, low.a);
        store(c + 8, high.a);
        store(c + 16, low.b);
        store(c + 24, high.b);
    }
    for (unsigned i = 0; i < 4; i++)
        last_inverse_layers(p->c + LANES * i);
}

AVX2 void noncrypto_mldsa_multiply_avx2(struct noncrypto_mldsa_poly *out,
                                        const struct noncrypto_mldsa_poly *a,
                                        const struct noncrypto_mldsa_poly *b)
{
    for (unsigned i = 0; i < MLDSA_N; i += LANES) {
        __m256i y = load(b->c + i);
        store(out->c + i, multiply_mod(load(a->c + i), y, odd(y)));
    }
}

AVX2 void noncrypto_mldsa_inner_avx2(struct noncrypto_mldsa_poly *out,
                                     const struct noncrypto_mldsa_poly *const a[MLDSA_L],
                                     const struct noncrypto_mldsa_poly b[MLDSA_L])
{
    for (unsigned i = 0; i < MLDSA_N; i += LANES) {
        __m256i even = _mm256_setzero_si256(), odds = even;
        for (unsigned j = 0; j < MLDSA_L; j++) {
            __m256i x = load(a[j]->c + i), y = load(b[j].c + i);
            even = _mm256_add_epi64(even, _mm256_mul_epi32(x, y));
            odds = _mm256_add_epi64(odds, _mm256_mul_epi32(odd(x), odd(y)));
        }
        store(out->c + i, reduce_products(even, odds));
    }
}

#endif
