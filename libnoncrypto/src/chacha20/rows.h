/*
 * ChaCha20 with a row of the matrix in a vector: for what is left when there are not enough blocks to fill batches, for the
 * block that makes a key, and for HChaCha20. For functions with NONCRYPTO_TARGET("sse4.1"). Private to libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_CHACHA20_ROWS_H
#define NONCRYPTO_SRC_CHACHA20_ROWS_H

#include <immintrin.h>

#include "chacha20/chacha20.h"

#define CHACHA20_ROWS_INLINE \
    static inline __attribute__((always_inline)) NONCRYPTO_TARGET("sse4.1") void

struct chacha20_rows {
    __m128i a, b, c, d;
};

CHACHA20_ROWS_INLINE chacha20_rows_quarters(struct chacha20_rows *r)
{
    const __m128i rotate_16 = _mm_setr_epi8(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
    const __m128i rotate_8 = _mm_setr_epi8(3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14);

    r->a = _mm_add_epi32(r->a, r->b);
    r->d = _mm_shuffle_epi8(_mm_xor_si128(r->d, r->a), rotate_16);
    r->c = _mm_add_epi32(r->c, r->d);
    r->b = _mm_xor_si128(r->b, r->c);
    r->b = _mm_or_si128(_mm_slli_epi32(r->b, 12), _mm_srli_epi32(r->b, 20));
    r->a = _mm_add_epi32(r->a, r->b);
    r->d = _mm_shuffle_epi8(_mm_xor_si128(r->d, r->a), rotate_8);
    r->c = _mm_add_epi32(r->c, r->d);
    r->b = _mm_xor_si128(r->b, r->c);
    r->b = _mm_or_si128(_mm_slli_epi32(r->b, 7), _mm_srli_epi32(r->b, 25));
}

CHACHA20_ROWS_INLINE chacha20_rows_double_round(struct chacha20_rows *r)
{
    chacha20_rows_quarters(r);
    /* The diagonals become columns. The second row is needed first in the next round: it stays in place. */
    r->a = _mm_shuffle_epi32(r->a, 0x93);
    r->d = _mm_shuffle_epi32(r->d, 0x4e);
    r->c = _mm_shuffle_epi32(r->c, 0x39);
    chacha20_rows_quarters(r);
    r->a = _mm_shuffle_epi32(r->a, 0x39);
    r->d = _mm_shuffle_epi32(r->d, 0x4e);
    r->c = _mm_shuffle_epi32(r->c, 0x93);
}

CHACHA20_ROWS_INLINE chacha20_rows_load(struct chacha20_rows *r, const uint32_t input[16])
{
    r->a = _mm_loadu_si128((const void *)input);
    r->b = _mm_loadu_si128((const void *)(input + 4));
    r->c = _mm_loadu_si128((const void *)(input + 8));
    r->d = _mm_loadu_si128((const void *)(input + 12));
}

/*
 * The same at the end of the rounds. The compiler does not see that it is the same, or it would keep the rows meanwhile, and
 * with them the key, on the stack.
 */
CHACHA20_ROWS_INLINE chacha20_rows_load_again(struct chacha20_rows *r, const uint32_t *input)
{
    __asm__("" : "+r"(input));
    chacha20_rows_load(r, input);
}

CHACHA20_ROWS_INLINE chacha20_rows_xor16(uint8_t *out, const uint8_t *in, __m128i v, __m128i start)
{
    v = _mm_add_epi32(v, start);
    _mm_storeu_si128((void *)out, _mm_xor_si128(v, _mm_loadu_si128((const void *)in)));
}

CHACHA20_ROWS_INLINE chacha20_rows_store(const struct chacha20_rows *r,
                                         const struct chacha20_rows *start, uint8_t *out,
                                         const uint8_t *in)
{
    chacha20_rows_xor16(out, in, r->a, start->a);
    chacha20_rows_xor16(out + 16, in + 16, r->b, start->b);
    chacha20_rows_xor16(out + 32, in + 32, r->c, start->c);
    chacha20_rows_xor16(out + 48, in + 48, r->d, start->d);
}

/* The rows of the block after that of `r`. Words 12 and 13 are one little-endian number: an addition of 64 bits carries. */
CHACHA20_ROWS_INLINE chacha20_rows_next(struct chacha20_rows *next, const struct chacha20_rows *r)
{
    *next = *r;
    next->d = _mm_add_epi64(next->d, _mm_set_epi64x(0, 1));
}

#endif
