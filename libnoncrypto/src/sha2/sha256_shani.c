/*
 * SHA-256 with the SHA extensions. The instructions want the state as two registers of (a, b, e, f) and (c, d, g, h), highest
 * word first; two rounds take the two low words of constant plus message.
 */
#include "sha2/sha2_private.h"

#if NONCRYPTO_X86_64
#include <immintrin.h>

/* Four rounds, from round t on. */
#define ROUNDS(t, m)                                                                       \
    do {                                                                                   \
        __m128i k_and_m =                                                                  \
            _mm_add_epi32(m, _mm_load_si128((const __m128i *)(noncrypto_sha256_k + (t)))); \
        cdgh = _mm_sha256rnds2_epu32(cdgh, abef, k_and_m);                                 \
        abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(k_and_m, 0x0e));        \
    } while (0)

/* The same with m3, and between its two halves the schedule: the four next words replace the four oldest of sixteen. */
#define ROUNDS_AND_SCHEDULE(t, m0, m1, m2, m3)                                              \
    do {                                                                                    \
        __m128i k_and_m =                                                                   \
            _mm_add_epi32(m3, _mm_load_si128((const __m128i *)(noncrypto_sha256_k + (t)))); \
        cdgh = _mm_sha256rnds2_epu32(cdgh, abef, k_and_m);                                  \
        m0 = _mm_add_epi32(_mm_sha256msg1_epu32(m0, m1), _mm_alignr_epi8(m3, m2, 4));       \
        abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(k_and_m, 0x0e));         \
        m0 = _mm_sha256msg2_epu32(m0, m3);                                                  \
    } while (0)

NONCRYPTO_TARGET("sha,sse4.1")
void noncrypto_sha256_blocks_shani(uint32_t h[8], const uint8_t *data, size_t nblocks)
{
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i badc = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)h), 0xb1);
    __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(h + 4)), 0x1b);
    __m128i abef = _mm_alignr_epi8(badc, efgh, 8);
    __m128i cdgh = _mm_blend_epi16(efgh, badc, 0xf0);

    for (; nblocks > 0; nblocks--, data += NONCRYPTO_SHA256_BLOCK_LEN) {
        const __m128i *in = (const __m128i *)data;
        __m128i m0 = _mm_shuffle_epi8(_mm_loadu_si128(in), big_endian);
        __m128i m1 = _mm_shuffle_epi8(_mm_loadu_si128(in + 1), big_endian);
        __m128i m2 = _mm_shuffle_epi8(_mm_loadu_si128(in + 2), big_endian);
        __m128i m3 = _mm_shuffle_epi8(_mm_loadu_si128(in + 3), big_endian);
        __m128i abef_before = abef;
        __m128i cdgh_before = cdgh;

        ROUNDS(0, m0);
        ROUNDS(4, m1);
        ROUNDS(8, m2);
        ROUNDS_AND_SCHEDULE(12, m0, m1, m2, m3);
        ROUNDS_AND_SCHEDULE(16, m1, m2, m3, m0);
        ROUNDS_AND_SCHEDULE(20, m2, m3, m0, m1);
        ROUNDS_AND_SCHEDULE(24, m3, m0, m1, m2);
        ROUNDS_AND_SCHEDULE(28, m0, m1, m2, m3);
        ROUNDS_AND_SCHEDULE(32, m1, m2, m3, m0);
        ROUNDS_AND_SCHEDULE(36, m2, m3, m0, m1);
        ROUNDS_AND_SCHEDULE(40, m3, m0, m1, m2);
        ROUNDS_AND_SCHEDULE(44, m0, m1, m2, m3);
        ROUNDS_AND_SCHEDULE(48, m1, m2, m3, m0);
        ROUNDS_AND_SCHEDULE(52, m2, m3, m0, m1);
        ROUNDS_AND_SCHEDULE(56, m3, m0, m1, m2);
        ROUNDS(60, m3);

        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    /* Back to the order a..h, lowest word first. */
    __m128i feba = _mm_shuffle_epi32(abef, 0x1b);
    __m128i dchg = _mm_shuffle_epi32(cdgh, 0xb1);
    _mm_storeu_si128((__m128i *)h, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128((__m128i *)(h + 4), _mm_alignr_epi8(dchg, feba, 8));
}

#endif
