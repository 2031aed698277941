/*
 * Four blocks at a time: vector i holds word i of the four blocks.
 */
#include "cpu.h"

#if NONCRYPTO_X86_64

#include <immintrin.h>

#include "chacha20/chacha20.h"
#include "stack_wipe.h"

#define SSE_BLOCKS 4
#define SSE_LEN    (SSE_BLOCKS * CHACHA20_BLOCK_LEN)
#define SSE_INLINE static inline __attribute__((always_inline)) NONCRYPTO_TARGET("sse4.1") void

/* Rotations by whole bytes are shuffles. */
#define ROTATE_16 _mm_setr_epi8(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)
#define ROTATE_8  _mm_setr_epi8(3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14)

#define ADD_XOR_SHUFFLE(a, b, d, rotation)                     \
    do {                                                       \
        (a) = _mm_add_epi32(a, b);                             \
        (d) = _mm_shuffle_epi8(_mm_xor_si128(d, a), rotation); \
    } while (0)

#define ADD_XOR_SHIFT(c, d, b, left)                                                 \
    do {                                                                             \
        (c) = _mm_add_epi32(c, d);                                                   \
        (b) = _mm_xor_si128(b, c);                                                   \
        (b) = _mm_or_si128(_mm_slli_epi32(b, left), _mm_srli_epi32(b, 32 - (left))); \
    } while (0)

/* Two quarter rounds: as many as the 16 registers bear without most of them being spilled. */
SSE_INLINE sse_quarters(__m128i *a0, __m128i *b0, __m128i *c0, __m128i *d0, __m128i *a1,
                        __m128i *b1, __m128i *c1, __m128i *d1)
{
    const __m128i rotate_16 = ROTATE_16, rotate_8 = ROTATE_8;

    ADD_XOR_SHUFFLE(*a0, *b0, *d0, rotate_16);
    ADD_XOR_SHUFFLE(*a1, *b1, *d1, rotate_16);
    ADD_XOR_SHIFT(*c0, *d0, *b0, 12);
    ADD_XOR_SHIFT(*c1, *d1, *b1, 12);
    ADD_XOR_SHUFFLE(*a0, *b0, *d0, rotate_8);
    ADD_XOR_SHUFFLE(*a1, *b1, *d1, rotate_8);
    ADD_XOR_SHIFT(*c0, *d0, *b0, 7);
    ADD_XOR_SHIFT(*c1, *d1, *b1, 7);
}

/* No loops: only constant indices let the vectors stay in registers. */
SSE_INLINE sse_double_round(__m128i v[16])
{
    sse_quarters(v, v + 4, v + 8, v + 12, v + 1, v + 5, v + 9, v + 13);
    sse_quarters(v + 2, v + 6, v + 10, v + 14, v + 3, v + 7, v + 11, v + 15);
    sse_quarters(v, v + 5, v + 10, v + 15, v + 1, v + 6, v + 11, v + 12);
    sse_quarters(v + 2, v + 7, v + 8, v + 13, v + 3, v + 4, v + 9, v + 14);
}

/* The counter of 64 bits in words 12 and 13, plus 0 to 3. */
SSE_INLINE sse_load(__m128i v[16], const uint32_t input[16])
{
    v[0] = _mm_set1_epi32((int)input[0]);
    v[1] = _mm_set1_epi32((int)input[1]);
    v[2] = _mm_set1_epi32((int)input[2]);
    v[3] = _mm_set1_epi32((int)input[3]);
    v[4] = _mm_set1_epi32((int)input[4]);
    v[5] = _mm_set1_epi32((int)input[5]);
    v[6] = _mm_set1_epi32((int)input[6]);
    v[7] = _mm_set1_epi32((int)input[7]);
    v[8] = _mm_set1_epi32((int)input[8]);
    v[9] = _mm_set1_epi32((int)input[9]);
    v[10] = _mm_set1_epi32((int)input[10]);
    v[11] = _mm_set1_epi32((int)input[11]);
    v[12] = _mm_set1_epi32((int)input[12]);
    v[13] = _mm_set1_epi32((int)input[13]);
    v[14] = _mm_set1_epi32((int)input[14]);
    v[15] = _mm_set1_epi32((int)input[15]);
    const __m128i sign = _mm_set1_epi32(INT32_MIN);
    __m128i low = _mm_add_epi32(v[12], _mm_setr_epi32(0, 1, 2, 3));
    /* All ones, which is -1, where the sum has wrapped: there is no unsigned comparison. */
    __m128i wrapped = _mm_cmpgt_epi32(_mm_xor_si128(v[12], sign), _mm_xor_si128(low, sign));
    v[13] = _mm_sub_epi32(v[13], wrapped);
    v[12] = low;
}

SSE_INLINE sse_xor16(uint8_t *out, const uint8_t *in, __m128i v)
{
    _mm_storeu_si128((void *)out, _mm_xor_si128(v, _mm_loadu_si128((const void *)in)));
}

/* A quarter of each block: four words, of which `v` holds one a vector. */
SSE_INLINE sse_store_row(const __m128i v[4], uint8_t *out, const uint8_t *in)
{
    __m128i a = _mm_unpacklo_epi32(v[0], v[1]), b = _mm_unpacklo_epi32(v[2], v[3]);
    __m128i c = _mm_unpackhi_epi32(v[0], v[1]), d = _mm_unpackhi_epi32(v[2], v[3]);

    sse_xor16(out, in, _mm_unpacklo_epi64(a, b));
    sse_xor16(out + 64, in + 64, _mm_unpackhi_epi64(a, b));
    sse_xor16(out + 128, in + 128, _mm_unpacklo_epi64(c, d));
    sse_xor16(out + 192, in + 192, _mm_unpackhi_epi64(c, d));
}

STACK_WIPED NONCRYPTO_TARGET("sse4.1") void noncrypto_chacha20_xor_batches_sse(uint32_t input[16],
                                                                               uint8_t *out,
                                                                               const uint8_t *in,
                                                                               size_t nbatches)
{
    for (; nbatches > 0; nbatches--, in += SSE_LEN, out += SSE_LEN) {
        __m128i v[16], start[16];
        sse_load(v, input);
        for (int i = 0; i < 10; i++)
            sse_double_round(v);
        sse_load(start, input);
        v[0] = _mm_add_epi32(v[0], start[0]);
        v[1] = _mm_add_epi32(v[1], start[1]);
        v[2] = _mm_add_epi32(v[2], start[2]);
        v[3] = _mm_add_epi32(v[3], start[3]);
        v[4] = _mm_add_epi32(v[4], start[4]);
        v[5] = _mm_add_epi32(v[5], start[5]);
        v[6] = _mm_add_epi32(v[6], start[6]);
        v[7] = _mm_add_epi32(v[7], start[7]);
        v[8] = _mm_add_epi32(v[8], start[8]);
        v[9] = _mm_add_epi32(v[9], start[9]);
        v[10] = _mm_add_epi32(v[10], start[10]);
        v[11] = _mm_add_epi32(v[11], start[11]);
        v[12] = _mm_add_epi32(v[12], start[12]);
        v[13] = _mm_add_epi32(v[13], start[13]);
        v[14] = _mm_add_epi32(v[14], start[14]);
        v[15] = _mm_add_epi32(v[15], start[15]);
        sse_store_row(v, out, in);
        sse_store_row(v + 4, out + 16, in + 16);
        sse_store_row(v + 8, out + 32, in + 32);
        sse_store_row(v + 12, out + 48, in + 48);
        chacha20_advance(input, SSE_BLOCKS);
    }
}

#endif
