/*
 * One BLAKE3 compression with SSE4.1: a register holds a row of the 4x4 state, so the four mixings of a half round are one.
 */
#include "blake3/blake3_private.h"

#if NONCRYPTO_X86_64
#include <immintrin.h>

#define TARGET NONCRYPTO_TARGET("sse4.1,ssse3")
#define INLINE static inline __attribute__((always_inline)) TARGET

#define ORDER(a, b, c, d) ((d) << 6 | (c) << 4 | (b) << 2 | (a))

/* Words of a at i, j, then of b at k, l. */
#define TAKE(a, b, i, j, k, l) \
    _mm_castps_si128(_mm_shuffle_ps(_mm_castsi128_ps(a), _mm_castsi128_ps(b), ORDER(i, j, k, l)))

INLINE __m128i rotate16(__m128i x)
{
    return _mm_shuffle_epi8(x, _mm_set_epi64x(0x0d0c0f0e09080b0a, 0x0504070601000302));
}

INLINE __m128i rotate8(__m128i x)
{
    return _mm_shuffle_epi8(x, _mm_set_epi64x(0x0c0f0e0d080b0a09, 0x0407060500030201));
}

INLINE __m128i rotate12(__m128i x)
{
    return _mm_xor_si128(_mm_srli_epi32(x, 12), _mm_slli_epi32(x, 20));
}

INLINE __m128i rotate7(__m128i x)
{
    return _mm_xor_si128(_mm_srli_epi32(x, 7), _mm_slli_epi32(x, 25));
}

INLINE void mix(__m128i row[4], __m128i x, __m128i y)
{
    row[0] = _mm_add_epi32(_mm_add_epi32(row[0], x), row[1]);
    row[3] = rotate16(_mm_xor_si128(row[3], row[0]));
    row[2] = _mm_add_epi32(row[2], row[3]);
    row[1] = rotate12(_mm_xor_si128(row[1], row[2]));
    row[0] = _mm_add_epi32(_mm_add_epi32(row[0], y), row[1]);
    row[3] = rotate8(_mm_xor_si128(row[3], row[0]));
    row[2] = _mm_add_epi32(row[2], row[3]);
    row[1] = rotate7(_mm_xor_si128(row[1], row[2]));
}

/*
 * One round. The message is in m[0] = 0 2 4 6, m[1] = 1 3 5 7, m[2] = 14 8 10 12, m[3] = 15 9 11 13: the second half is
 * turned by one, as for the diagonals all rows but the second are turned, which comes last out of a mixing.
 */
INLINE void round_of_four(__m128i row[4], const __m128i m[4])
{
    mix(row, m[0], m[1]);
    row[0] = _mm_shuffle_epi32(row[0], ORDER(3, 0, 1, 2));
    row[2] = _mm_shuffle_epi32(row[2], ORDER(1, 2, 3, 0));
    row[3] = _mm_shuffle_epi32(row[3], ORDER(2, 3, 0, 1));
    mix(row, m[2], m[3]);
    row[0] = _mm_shuffle_epi32(row[0], ORDER(1, 2, 3, 0));
    row[2] = _mm_shuffle_epi32(row[2], ORDER(3, 0, 1, 2));
    row[3] = _mm_shuffle_epi32(row[3], ORDER(2, 3, 0, 1));
}

/* The permutation of the message (section 2.2, table 2): word i becomes word 2 6 3 10 7 0 4 13 1 11 12 5 9 14 15 8 [i]. */
INLINE void permute(__m128i m[4])
{
    __m128i a = m[0], b = m[1], c = m[2], d = m[3];

    m[0] = _mm_shuffle_epi32(TAKE(a, b, 1, 2, 1, 3), ORDER(0, 2, 3, 1));
    m[1] = _mm_shuffle_epi32(TAKE(a, _mm_blend_epi16(c, d, 0xc0), 3, 0, 2, 3), ORDER(0, 2, 1, 3));
    m[2] = TAKE(_mm_unpacklo_epi32(d, b), _mm_blend_epi16(c, d, 0x0c), 0, 1, 3, 1);
    m[3] = _mm_shuffle_epi32(TAKE(c, _mm_unpackhi_epi32(d, b), 1, 0, 0, 1), ORDER(0, 2, 3, 1));
}

INLINE void compress(__m128i row[4], const uint32_t cv[8], const uint8_t *block, uint64_t counter,
                     uint32_t block_len, uint32_t flags)
{
    const __m128i *in = (const __m128i *)block;
    __m128i m[4];

    m[0] = TAKE(_mm_loadu_si128(in), _mm_loadu_si128(in + 1), 0, 2, 0, 2);
    m[1] = TAKE(_mm_loadu_si128(in), _mm_loadu_si128(in + 1), 1, 3, 1, 3);
    m[2] = TAKE(_mm_loadu_si128(in + 3), _mm_loadu_si128(in + 2), 2, 0, 0, 2);
    m[2] = _mm_shuffle_epi32(m[2], ORDER(0, 2, 3, 1));
    m[3] = TAKE(_mm_loadu_si128(in + 3), _mm_loadu_si128(in + 2), 3, 1, 1, 3);
    m[3] = _mm_shuffle_epi32(m[3], ORDER(0, 2, 3, 1));

    row[0] = _mm_loadu_si128((const __m128i *)cv);
    row[1] = _mm_loadu_si128((const __m128i *)(cv + 4));
    row[2] = _mm_loadu_si128((const __m128i *)noncrypto_blake3_iv);
    row[3] = _mm_set_epi32((int)flags, (int)block_len, (int)(counter >> 32), (int)counter);
    for (int i = 0; i < 6; i++) {
        round_of_four(row, m);
        permute(m);
    }
    round_of_four(row, m);
}

TARGET
void noncrypto_blake3_compress_sse(uint32_t cv[8], const uint8_t block[NONCRYPTO_BLAKE3_BLOCK_LEN],
                                   uint64_t counter, uint32_t block_len, uint32_t flags)
{
    __m128i row[4];

    compress(row, cv, block, counter, block_len, flags);
    _mm_storeu_si128((__m128i *)cv, _mm_xor_si128(row[0], row[2]));
    _mm_storeu_si128((__m128i *)(cv + 4), _mm_xor_si128(row[1], row[3]));
}

TARGET
void noncrypto_blake3_compress_xof_sse(const uint32_t cv[8],
                                       const uint8_t block[NONCRYPTO_BLAKE3_BLOCK_LEN],
                                       uint64_t counter, uint32_t block_len, uint32_t flags,
                                       uint8_t out[64])
{
    __m128i *to = (__m128i *)out;
    __m128i row[4];

    compress(row, cv, block, counter, block_len, flags);
    _mm_storeu_si128(to, _mm_xor_si128(row[0], row[2]));
    _mm_storeu_si128(to + 1, _mm_xor_si128(row[1], row[3]));
    _mm_storeu_si128(to + 2, _mm_xor_si128(row[2], _mm_loadu_si128((const __m128i *)cv)));
    _mm_storeu_si128(to + 3, _mm_xor_si128(row[3], _mm_loadu_si128((const __m128i *)(cv + 4))));
}

#endif
