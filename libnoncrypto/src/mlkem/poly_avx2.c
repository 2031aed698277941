/*
 * Polynomials as bytes, and sampling, with vectors. Nothing is read or written beyond the buffers.
 */
#include "lattice/compact_avx2.h"
#include "mlkem/vector_avx2.h"

#if NONCRYPTO_X86_64

#include <string.h>

AVX2 static void add(struct noncrypto_mlkem_poly *p, const struct noncrypto_mlkem_poly *q)
{
    for (unsigned i = 0; i < MLKEM_N; i += LANES)
        store(p->c + i, _mm256_add_epi16(load(p->c + i), load(q->c + i)));
}

AVX2 static void subtract(struct noncrypto_mlkem_poly *p, const struct noncrypto_mlkem_poly *q)
{
    for (unsigned i = 0; i < MLKEM_N; i += LANES)
        store(p->c + i, _mm256_sub_epi16(load(p->c + i), load(q->c + i)));
}

AVX2 static void to_montgomery(struct noncrypto_mlkem_poly *p)
{
    __m256i f = _mm256_set1_epi16(MLKEM_R_SQUARED);

    for (unsigned i = 0; i < MLKEM_N; i += LANES)
        store(p->c + i, multiply_mod(load(p->c + i), f, by_q(f)));
}

/* Sixteen numbers of 12 bits, from 24 bytes. */
INLINE __m256i twelve_bits(const uint8_t in[24])
{
    /* The upper half begins at byte 4 of what is loaded for it. */
    const __m256i bytes = _mm256_set_epi8(15, 14, 14, 13, 12, 11, 11, 10, 9, 8, 8, 7, 6, 5, 5, 4,
                                          11, 10, 10, 9, 8, 7, 7, 6, 5, 4, 4, 3, 2, 1, 1, 0);
    __m256i t = _mm256_shuffle_epi8(load_halves(in, in + 8), bytes);
    return _mm256_blend_epi16(_mm256_and_si256(t, _mm256_set1_epi16(0xfff)),
                              _mm256_srli_epi16(t, 4), 0xaa);
}

/* Stores the lanes of `x` that `mask` names. Writes eight lanes in any case. */
INLINE unsigned compact(int16_t *out, __m128i x, unsigned mask)
{
    __m128i lanes = _mm_cvtepu8_epi16(load64(noncrypto_compact_positions + mask));
    __m128i bytes =
        _mm_add_epi16(_mm_mullo_epi16(lanes, _mm_set1_epi16(0x0202)), _mm_set1_epi16(0x0100));
    store128(out, _mm_shuffle_epi8(x, bytes));
    return (unsigned)_mm_popcnt_u32(mask);
}

AVX2 static unsigned sample_uniform(int16_t *out, unsigned room, const uint8_t *in, size_t len)
{
    const __m256i q = _mm256_set1_epi16(MLKEM_Q);
    unsigned n = 0;

    for (size_t at = 0; at < len && n < room; at += 24) {
        int16_t last[LANES];
        int16_t *to = room - n >= LANES ? out + n : last;
        __m256i x = twelve_bits(in + at);
        __m256i good = _mm256_cmpgt_epi16(q, x);
        unsigned mask = (unsigned)_mm256_movemask_epi8(_mm256_packs_epi16(good, good));
        unsigned found = compact(to, _mm256_castsi256_si128(x), mask & 0xff);
        found += compact(to + found, _mm256_extracti128_si256(x, 1), mask >> 16 & 0xff);
        if (to == last) {
            found = found < room - n ? found : room - n;
            /* cppcheck-suppress uninitvar ; compact() has filled it */
            memcpy(out + n, last, found * sizeof last[0]);
        }
        n += found;
    }
    return n;
}

/* In each half byte: the sum of the lower two bits, 3, less the sum of the upper two. */
AVX2 static void sample_noise(struct noncrypto_mlkem_poly *p, const uint8_t in[MLKEM_NOISE_LEN])
{
    const __m128i ones = _mm_set1_epi8(0x55), threes = _mm_set1_epi8(0x33);
    const __m128i half = _mm_set1_epi8(0xf), three = _mm_set1_epi8(3);

    for (unsigned i = 0; i < MLKEM_NOISE_LEN; i += 16) {
        __m128i x = load128(in + i);
        __m128i sums =
            _mm_add_epi8(_mm_and_si128(x, ones), _mm_and_si128(_mm_srli_epi16(x, 1), ones));
        __m128i biased = _mm_sub_epi8(_mm_add_epi8(_mm_and_si128(sums, threes), threes),
                                      _mm_and_si128(_mm_srli_epi16(sums, 2), threes));
        __m128i even = _mm_sub_epi8(_mm_and_si128(biased, half), three);
        __m128i odd = _mm_sub_epi8(_mm_and_si128(_mm_srli_epi16(biased, 4), half), three);
        store(p->c + 2 * i, _mm256_cvtepi8_epi16(_mm_unpacklo_epi8(even, odd)));
        store(p->c + 2 * i + 16, _mm256_cvtepi8_epi16(_mm_unpackhi_epi8(even, odd)));
    }
}

AVX2 static void encode(uint8_t out[MLKEM_POLY_LEN], const struct noncrypto_mlkem_poly *p)
{
    const __m256i factors = _mm256_set1_epi32(1 << 28 | 1); /* 1, 2^12 */
    const __m256i bytes = _mm256_set_epi8(-1, -1, -1, -1, 14, 13, 12, 10, 9, 8, 6, 5, 4, 2, 1, 0,
                                          -1, -1, -1, -1, 14, 13, 12, 10, 9, 8, 6, 5, 4, 2, 1, 0);
    const __m256i words = _mm256_set_epi32(7, 3, 6, 5, 4, 2, 1, 0);

    for (unsigned i = 0; i < NVECTOR; i++) {
        __m256i pairs = _mm256_madd_epi16(canonical(load(p->c + LANES * i)), factors);
        __m256i x = _mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(pairs, bytes), words);
        store128(out + 24 * i, _mm256_castsi256_si128(x));
        store64(out + 24 * i + 16, _mm256_extracti128_si256(x, 1));
    }
}

AVX2 static void decode(struct noncrypto_mlkem_poly *p, const uint8_t in[MLKEM_POLY_LEN])
{
    for (unsigned i = 0; i < NVECTOR; i++)
        store(p->c + LANES * i, twelve_bits(in + 24 * i));
}

/* As mlkem_compress(mlkem_canonical()), on 32 bits. */
INLINE __m256i compress(__m256i x, int d)
{
    const __m256i factor = _mm256_set1_epi32((int)MLKEM_COMPRESS_FACTOR);
    const __m256i bias = _mm256_set1_epi32((int)MLKEM_COMPRESS_BIAS(d));

    x = canonical(x);
    __m256i low = _mm256_unpacklo_epi16(x, _mm256_setzero_si256());
    __m256i high = _mm256_unpackhi_epi16(x, _mm256_setzero_si256());
    low = _mm256_add_epi32(_mm256_mullo_epi32(low, factor), bias);
    high = _mm256_add_epi32(_mm256_mullo_epi32(high, factor), bias);
    return _mm256_packus_epi32(_mm256_srli_epi32(low, 32 - d), _mm256_srli_epi32(high, 32 - d));
}

/* Pairs of 10 bits become 20, pairs of those 40, which are five bytes. */
AVX2 static void compress_u(uint8_t out[MLKEM_DU_LEN], const struct noncrypto_mlkem_poly *p)
{
    const __m256i factors = _mm256_set1_epi32(1 << 26 | 1); /* 1, 2^10 */
    const __m256i bytes = _mm256_set_epi8(-1, -1, -1, -1, -1, -1, 12, 11, 10, 9, 8, 4, 3, 2, 1, 0,
                                          -1, -1, -1, -1, -1, -1, 12, 11, 10, 9, 8, 4, 3, 2, 1, 0);

    for (unsigned i = 0; i < NVECTOR; i++) {
        uint8_t *to = out + 20 * i;
        __m256i x = _mm256_madd_epi16(compress(load(p->c + LANES * i), 10), factors);
        x = _mm256_srli_epi64(_mm256_sllv_epi32(x, _mm256_set1_epi64x(12)), 12);
        x = _mm256_shuffle_epi8(x, bytes);
        __m128i high = _mm256_extracti128_si256(x, 1);
        uint16_t last = (uint16_t)_mm_extract_epi16(high, 4);
        store128(to, _mm256_castsi256_si128(x));
        store64(to + 10, high);
        memcpy(to + 18, &last, 2);
    }
}

/* (y * q + 2^(d - 1)) >> d is what a rounded high product of y * 2^(15 - d) and q gives. */
INLINE __m256i decompress(__m256i shifted)
{
    return _mm256_mulhrs_epi16(shifted, _mm256_set1_epi16(MLKEM_Q));
}

AVX2 static void decompress_u(struct noncrypto_mlkem_poly *p, const uint8_t in[MLKEM_DU_LEN])
{
    /* The two bytes with a number in them; the upper half begins at byte 6 of what is loaded for it. */
    const __m256i bytes = _mm256_set_epi8(15, 14, 14, 13, 13, 12, 12, 11, 10, 9, 9, 8, 8, 7, 7, 6,
                                          9, 8, 8, 7, 7, 6, 6, 5, 4, 3, 3, 2, 2, 1, 1, 0);
    /* The numbers lie 0, 2, 4, 6 bits above the bottom: this moves them to the top. */
    const __m256i align = _mm256_set1_epi64x(0x0001000400100040);

    for (unsigned i = 0; i < NVECTOR; i++) {
        __m256i x = _mm256_shuffle_epi8(load_halves(in + 20 * i, in + 20 * i + 4), bytes);
        x = _mm256_srli_epi16(_mm256_mullo_epi16(x, align), 1);
        x = _mm256_and_si256(x, _mm256_set1_epi16(0x3ff << 5));
        store(p->c + LANES * i, decompress(x));
    }
}

AVX2 static void compress_v(uint8_t out[MLKEM_DV_LEN], const struct noncrypto_mlkem_poly *p)
{
    const __m256i factors = _mm256_set1_epi32(1 << 20 | 1); /* 1, 2^4 */
    const __m256i bytes = _mm256_set1_epi32(0x0c080400);

    for (unsigned i = 0; i < NVECTOR; i++) {
        __m256i x = _mm256_madd_epi16(compress(load(p->c + LANES * i), 4), factors);
        x = _mm256_shuffle_epi8(x, bytes);
        uint32_t low = (uint32_t)_mm256_extract_epi32(x, 0);
        uint32_t high = (uint32_t)_mm256_extract_epi32(x, 4);
        memcpy(out + 8 * i, &low, 4);
        memcpy(out + 8 * i + 4, &high, 4);
    }
}

AVX2 static void decompress_v(struct noncrypto_mlkem_poly *p, const uint8_t in[MLKEM_DV_LEN])
{
    for (unsigned i = 0; i < NVECTOR; i++) {
        __m256i x = _mm256_cvtepu8_epi32(load64(in + 8 * i));
        __m256i low = _mm256_and_si256(x, _mm256_set1_epi32(0xf));
        __m256i high = _mm256_and_si256(_mm256_slli_epi32(x, 12), _mm256_set1_epi32(0xf0000));
        store(p->c + LANES * i, decompress(_mm256_slli_epi16(_mm256_or_si256(low, high), 11)));
    }
}

AVX2 static void from_message(struct noncrypto_mlkem_poly *p,
                              const uint8_t message[MLKEM_SYMBOL_LEN])
{
    const __m256i bits = _mm256_set_epi16((short)0x8000, 0x4000, 0x2000, 0x1000, 0x800, 0x400,
                                          0x200, 0x100, 0x80, 0x40, 0x20, 0x10, 8, 4, 2, 1);

    for (unsigned i = 0; i < NVECTOR; i++) {
        int16_t word = (int16_t)(message[2 * i] | message[2 * i + 1] << 8);
        __m256i set = _mm256_cmpeq_epi16(_mm256_and_si256(_mm256_set1_epi16(word), bits), bits);
        store(p->c + LANES * i, _mm256_and_si256(set, _mm256_set1_epi16((MLKEM_Q + 1) / 2)));
    }
}

/* Compress_1 is 1 from q/4 to 3q/4. */
AVX2 static void to_message(uint8_t message[MLKEM_SYMBOL_LEN], const struct noncrypto_mlkem_poly *p)
{
    for (unsigned i = 0; i < NVECTOR; i++) {
        __m256i x = canonical(load(p->c + LANES * i));
        __m256i set = _mm256_and_si256(_mm256_cmpgt_epi16(x, _mm256_set1_epi16(832)),
                                       _mm256_cmpgt_epi16(_mm256_set1_epi16(2497), x));
        unsigned mask = (unsigned)_mm256_movemask_epi8(_mm256_packs_epi16(set, set));
        message[2 * i] = (uint8_t)mask;
        message[2 * i + 1] = (uint8_t)(mask >> 16);
    }
}

const struct mlkem_backend noncrypto_mlkem_avx2 = {
    .ntt = noncrypto_mlkem_ntt_avx2,
    .inverse_ntt = noncrypto_mlkem_inverse_ntt_avx2,
    .multiply = noncrypto_mlkem_multiply_avx2,
    .add = add,
    .subtract = subtract,
    .to_montgomery = to_montgomery,
    .sample_uniform = sample_uniform,
    .sample_noise = sample_noise,
    .encode = encode,
    .decode = decode,
    .compress_u = compress_u,
    .decompress_u = decompress_u,
    .compress_v = compress_v,
    .decompress_v = decompress_v,
    .from_message = from_message,
    .to_message = to_message,
};

#endif
