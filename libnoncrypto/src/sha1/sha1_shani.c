/*
 * SHA-1 with the SHA extensions. The four words a, b, c, d are in one register, a highest; e is the highest word of another.
 * Four rounds take four message words; the instructions sha1msg1 and sha1msg2 are the two halves of the message schedule.
 */
#include "sha1/sha1_private.h"

#if NONCRYPTO_X86_64
#include <immintrin.h>

/* Four rounds of kind `f`; `e` is what the rounds before left in a, four rounds ago. */
#define ROUNDS(f, m)                                  \
    do {                                              \
        __m128i e_and_m = _mm_sha1nexte_epu32(e, m);  \
        e = abcd;                                     \
        abcd = _mm_sha1rnds4_epu32(abcd, e_and_m, f); \
    } while (0)

/* Replaces the four oldest of sixteen words by the four next. */
#define SCHEDULE(m0, m1, m2, m3) \
    m0 = _mm_sha1msg2_epu32(_mm_xor_si128(_mm_sha1msg1_epu32(m0, m1), m2), m3)

#define SCHEDULE_AND_ROUNDS(f, m0, m1, m2, m3) \
    do {                                       \
        SCHEDULE(m0, m1, m2, m3);              \
        ROUNDS(f, m0);                         \
    } while (0)

NONCRYPTO_TARGET("sha,sse4.1")
void noncrypto_sha1_blocks_shani(uint32_t h[5], const uint8_t *data, size_t nblocks)
{
    const __m128i big_endian = _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f);
    __m128i abcd = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)h), 0x1b);
    __m128i e = _mm_set_epi32((int)h[4], 0, 0, 0);

    for (; nblocks > 0; nblocks--, data += NONCRYPTO_SHA1_BLOCK_LEN) {
        const __m128i *in = (const __m128i *)data;
        __m128i m0 = _mm_shuffle_epi8(_mm_loadu_si128(in), big_endian);
        __m128i m1 = _mm_shuffle_epi8(_mm_loadu_si128(in + 1), big_endian);
        __m128i m2 = _mm_shuffle_epi8(_mm_loadu_si128(in + 2), big_endian);
        __m128i m3 = _mm_shuffle_epi8(_mm_loadu_si128(in + 3), big_endian);
        __m128i abcd_before = abcd;
        __m128i e_before = e;

        /* The first e is a word itself, not a rotated a. */
        e = abcd;
        abcd = _mm_sha1rnds4_epu32(abcd, _mm_add_epi32(e_before, m0), 0);
        ROUNDS(0, m1);
        ROUNDS(0, m2);
        ROUNDS(0, m3);
        SCHEDULE_AND_ROUNDS(0, m0, m1, m2, m3);
        SCHEDULE_AND_ROUNDS(1, m1, m2, m3, m0);
        SCHEDULE_AND_ROUNDS(1, m2, m3, m0, m1);
        SCHEDULE_AND_ROUNDS(1, m3, m0, m1, m2);
        SCHEDULE_AND_ROUNDS(1, m0, m1, m2, m3);
        SCHEDULE_AND_ROUNDS(1, m1, m2, m3, m0);
        SCHEDULE_AND_ROUNDS(2, m2, m3, m0, m1);
        SCHEDULE_AND_ROUNDS(2, m3, m0, m1, m2);
        SCHEDULE_AND_ROUNDS(2, m0, m1, m2, m3);
        SCHEDULE_AND_ROUNDS(2, m1, m2, m3, m0);
        SCHEDULE_AND_ROUNDS(2, m2, m3, m0, m1);
        SCHEDULE_AND_ROUNDS(3, m3, m0, m1, m2);
        SCHEDULE_AND_ROUNDS(3, m0, m1, m2, m3);
        SCHEDULE_AND_ROUNDS(3, m1, m2, m3, m0);
        SCHEDULE_AND_ROUNDS(3, m2, m3, m0, m1);
        SCHEDULE_AND_ROUNDS(3, m3, m0, m1, m2);

        e = _mm_sha1nexte_epu32(e, e_before);
        abcd = _mm_add_epi32(abcd, abcd_before);
    }
    _mm_storeu_si128((__m128i *)h, _mm_shuffle_epi32(abcd, 0x1b));
    h[4] = (uint32_t)_mm_extract_epi32(e, 3);
}

#endif
