/*
 * ChaCha20 on eight blocks at a time: vector i holds word i of the eight blocks. For functions with
 * NONCRYPTO_TARGET("avx2"). Private to libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_CHACHA20_AVX2_H
#define NONCRYPTO_SRC_CHACHA20_AVX2_H

#include <immintrin.h>

#include "chacha20/chacha20.h"

#define CHACHA20_AVX2_BLOCKS 8
#define CHACHA20_AVX2_LEN    (CHACHA20_AVX2_BLOCKS * CHACHA20_BLOCK_LEN)
#define CHACHA20_AVX2_INLINE \
    static inline __attribute__((always_inline)) NONCRYPTO_TARGET("avx2") void

/* Rotations by whole bytes are shuffles. */
#define ROTATE_16                                                                                  \
    _mm256_setr_epi8(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13, 2, 3, 0, 1, 6, 7, 4, 5, \
                     10, 11, 8, 9, 14, 15, 12, 13)
#define ROTATE_8                                                                                   \
    _mm256_setr_epi8(3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14, 3, 0, 1, 2, 7, 4, 5, 6, \
                     11, 8, 9, 10, 15, 12, 13, 14)

#define ADD_XOR_SHUFFLE(a, b, d, rotation)                           \
    do {                                                             \
        (a) = _mm256_add_epi32(a, b);                                \
        (d) = _mm256_shuffle_epi8(_mm256_xor_si256(d, a), rotation); \
    } while (0)

#define ADD_XOR_SHIFT(c, d, b, left)                                                          \
    do {                                                                                      \
        (c) = _mm256_add_epi32(c, d);                                                         \
        (b) = _mm256_xor_si256(b, c);                                                         \
        (b) = _mm256_or_si256(_mm256_slli_epi32(b, left), _mm256_srli_epi32(b, 32 - (left))); \
    } while (0)

/* Two quarter rounds: as many as the 16 registers bear without most of them being spilled. */
#define CHACHA20_AVX2_QUARTERS(a0, b0, c0, d0, a1, b1, c1, d1) \
    do {                                                       \
        ADD_XOR_SHUFFLE(a0, b0, d0, ROTATE_16);                \
        ADD_XOR_SHUFFLE(a1, b1, d1, ROTATE_16);                \
        ADD_XOR_SHIFT(c0, d0, b0, 12);                         \
        ADD_XOR_SHIFT(c1, d1, b1, 12);                         \
        ADD_XOR_SHUFFLE(a0, b0, d0, ROTATE_8);                 \
        ADD_XOR_SHUFFLE(a1, b1, d1, ROTATE_8);                 \
        ADD_XOR_SHIFT(c0, d0, b0, 7);                          \
        ADD_XOR_SHIFT(c1, d1, b1, 7);                          \
    } while (0)

/*
 * What batches that follow one another share. The words are broadcast from the input matrix wherever they are needed: that
 * costs no more than loading vectors, and leaves no copies of the key behind.
 */
struct chacha20_avx2 {
    const uint32_t *input;
    __m256i counters; /* words 12 to 15 of blocks 0 and 4 of the next batch */
};

#define CHACHA20_AVX2_WORD(c, i) _mm256_set1_epi32((int)(c)->input[i])
#define CHACHA20_AVX2_ROW(c, i) \
    _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)((c)->input + 4 * (i))))

CHACHA20_AVX2_INLINE chacha20_avx2_start(struct chacha20_avx2 *c, const uint32_t input[16])
{
    c->input = input;
    /* Words 12 and 13 are one little-endian number: additions of 64 bits carry. */
    c->counters = _mm256_add_epi64(CHACHA20_AVX2_ROW(c, 3), _mm256_setr_epi64x(0, 0, 4, 0));
}

/* The vectors of words 12 and 13 for eight blocks. */
CHACHA20_AVX2_INLINE chacha20_avx2_count(const struct chacha20_avx2 *c, __m256i *low, __m256i *high)
{
    __m256i first = _mm256_permute4x64_epi64(c->counters, 0);
    __m256i a = _mm256_add_epi64(first, _mm256_setr_epi64x(0, 1, 4, 5));
    __m256i b = _mm256_add_epi64(first, _mm256_setr_epi64x(2, 3, 6, 7));

    *low = _mm256_castps_si256(
        _mm256_shuffle_ps(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b), 0x88));
    *high = _mm256_castps_si256(
        _mm256_shuffle_ps(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b), 0xdd));
}

/* Declares the sixteen vectors of a batch: variables, not an array, for they stay in registers more often. */
#define CHACHA20_AVX2_DECLARE(c)                                                        \
    __m256i v0 = CHACHA20_AVX2_WORD(c, 0), v1 = CHACHA20_AVX2_WORD(c, 1);               \
    __m256i v2 = CHACHA20_AVX2_WORD(c, 2), v3 = CHACHA20_AVX2_WORD(c, 3);               \
    __m256i v4 = CHACHA20_AVX2_WORD(c, 4), v5 = CHACHA20_AVX2_WORD(c, 5);               \
    __m256i v6 = CHACHA20_AVX2_WORD(c, 6), v7 = CHACHA20_AVX2_WORD(c, 7);               \
    __m256i v8 = CHACHA20_AVX2_WORD(c, 8), v9 = CHACHA20_AVX2_WORD(c, 9);               \
    __m256i v10 = CHACHA20_AVX2_WORD(c, 10), v11 = CHACHA20_AVX2_WORD(c, 11);           \
    __m256i v14 = CHACHA20_AVX2_WORD(c, 14), v15 = CHACHA20_AVX2_WORD(c, 15), v12, v13; \
    chacha20_avx2_count(c, &v12, &v13)

/*
 * At the end of a double round. It says that the last row lies in registers and the third in memory, which is where most of
 * it has to be anyway; unless told, gcc copies every vector to two places in each round. It makes no instruction.
 */
#ifdef __clang__
#define CHACHA20_AVX2_SETTLE()
#else
#define CHACHA20_AVX2_SETTLE()                                                                    \
    do {                                                                                          \
        __asm__(""                                                                                \
                : "+x"(v0), "+x"(v1), "+x"(v2), "+x"(v3), "+x"(v4), "+x"(v5), "+x"(v6), "+x"(v7), \
                  "+x"(v12), "+x"(v13), "+x"(v14), "+x"(v15));                                    \
        __asm__("" : "+m"(v8), "+m"(v9), "+m"(v10), "+m"(v11));                                   \
    } while (0)
#endif

/* 16 bytes of a block to `out`, and 16 of the one four blocks after it to `out4`. */
CHACHA20_AVX2_INLINE chacha20_avx2_xor(uint8_t *out, const uint8_t *in, uint8_t *out4,
                                       const uint8_t *in4, __m256i v)
{
    __m128i low = _mm_loadu_si128((const void *)in), high = _mm_loadu_si128((const void *)in4);

    low = _mm_xor_si128(low, _mm256_castsi256_si128(v));
    high = _mm_xor_si128(high, _mm256_extracti128_si256(v, 1));
    _mm_storeu_si128((void *)out, low);
    _mm_storeu_si128((void *)out4, high);
}

/* Where a batch goes. Block 0 has its own place, and `in` and `out` begin with block 1. */
struct chacha20_avx2_place {
    uint8_t *out0, *out;
    const uint8_t *in0, *in;
};

/*
 * A quarter of each block, the one from byte `at` on, of which each vector holds one word: adds the input, and XORs to
 * `in`. `step` is what the input of a block has more than that of the block before.
 */
CHACHA20_AVX2_INLINE chacha20_avx2_store_row(__m256i a, __m256i b, __m256i c, __m256i d,
                                             __m256i row, __m256i step,
                                             const struct chacha20_avx2_place *p, size_t at)
{
    __m256i ab = _mm256_unpacklo_epi32(a, b), cd = _mm256_unpacklo_epi32(c, d);
    __m256i ab_high = _mm256_unpackhi_epi32(a, b), cd_high = _mm256_unpackhi_epi32(c, d);
    uint8_t *out = p->out + at;
    const uint8_t *in = p->in + at;

    chacha20_avx2_xor(p->out0 + at, p->in0 + at, out + 192, in + 192,
                      _mm256_add_epi32(_mm256_unpacklo_epi64(ab, cd), row));
    row = _mm256_add_epi64(row, step);
    chacha20_avx2_xor(out, in, out + 256, in + 256,
                      _mm256_add_epi32(_mm256_unpackhi_epi64(ab, cd), row));
    row = _mm256_add_epi64(row, step);
    chacha20_avx2_xor(out + 64, in + 64, out + 320, in + 320,
                      _mm256_add_epi32(_mm256_unpacklo_epi64(ab_high, cd_high), row));
    row = _mm256_add_epi64(row, step);
    chacha20_avx2_xor(out + 128, in + 128, out + 384, in + 384,
                      _mm256_add_epi32(_mm256_unpackhi_epi64(ab_high, cd_high), row));
}

/* Ends a batch and steps on to the next one. */
#define CHACHA20_AVX2_STORE(c, place)                                                        \
    do {                                                                                     \
        const __m256i zero = _mm256_setzero_si256(), one = _mm256_setr_epi64x(1, 0, 1, 0);   \
        chacha20_avx2_store_row(v0, v1, v2, v3, CHACHA20_AVX2_ROW(c, 0), zero, place, 0);    \
        chacha20_avx2_store_row(v4, v5, v6, v7, CHACHA20_AVX2_ROW(c, 1), zero, place, 16);   \
        chacha20_avx2_store_row(v8, v9, v10, v11, CHACHA20_AVX2_ROW(c, 2), zero, place, 32); \
        chacha20_avx2_store_row(v12, v13, v14, v15, (c)->counters, one, place, 48);          \
        (c)->counters = _mm256_add_epi64((c)->counters, _mm256_setr_epi64x(8, 0, 8, 0));     \
    } while (0)

/* Puts the counter back into words 12 and 13. */
CHACHA20_AVX2_INLINE chacha20_avx2_stop(const struct chacha20_avx2 *c, uint32_t input[16])
{
    _mm_storel_epi64((void *)(input + 12), _mm256_castsi256_si128(c->counters));
}

#endif
