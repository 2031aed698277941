/*
 * SHA-512 with the message schedule in vectors, four words at a time, and the rounds in general registers, where BMI2 has a
 * rotation with its own destination. The two kinds of work share no unit of the processor, so the schedule is nearly free.
 */
#include "sha2/sha2_private.h"

#if NONCRYPTO_X86_64
#include <immintrin.h>

#include <noncrypto/memory.h>

#include "sha2/sha512_rounds.h"

/* Short chains: there is an and-not, and a rotation that leaves its source alone. */
#define CHOOSE(e, f, g) (((e) & (f)) ^ (~(e) & (g)))
#define SUM0(x)         (rotr64(x, 28) ^ rotr64(x, 34) ^ rotr64(x, 39))
#define SUM1(x)         (rotr64(x, 14) ^ rotr64(x, 18) ^ rotr64(x, 41))

#define TARGET NONCRYPTO_TARGET("avx2,bmi,bmi2")
#define INLINE static inline __attribute__((always_inline)) TARGET

INLINE __m256i rotate(__m256i x, int n)
{
    return _mm256_or_si256(_mm256_srli_epi64(x, n), _mm256_slli_epi64(x, 64 - n));
}

INLINE __m256i sigma0(__m256i x)
{
    return _mm256_xor_si256(_mm256_xor_si256(rotate(x, 1), rotate(x, 8)), _mm256_srli_epi64(x, 7));
}

INLINE __m128i sigma1(__m128i x)
{
    __m128i r19 = _mm_or_si128(_mm_srli_epi64(x, 19), _mm_slli_epi64(x, 45));
    __m128i r61 = _mm_or_si128(_mm_srli_epi64(x, 61), _mm_slli_epi64(x, 3));
    return _mm_xor_si128(_mm_xor_si128(r19, r61), _mm_srli_epi64(x, 6));
}

/* Words 1..4 of the eight in a and b. */
INLINE __m256i next_to(__m256i a, __m256i b)
{
    return _mm256_alignr_epi8(_mm256_permute2x128_si256(a, b, 0x21), a, 8);
}

/* Words 16..19 from words 0..15. The upper two need the lower two, so sigma1 comes in halves. */
INLINE __m256i schedule(__m256i w0, __m256i w4, __m256i w8, __m256i w12)
{
    __m256i sum = _mm256_add_epi64(_mm256_add_epi64(w0, next_to(w8, w12)), sigma0(next_to(w0, w4)));
    __m128i low =
        _mm_add_epi64(_mm256_castsi256_si128(sum), sigma1(_mm256_extracti128_si256(w12, 1)));
    __m128i high = _mm_add_epi64(_mm256_extracti128_si256(sum, 1), sigma1(low));
    return _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
}

INLINE void add_constants(uint64_t sums[4], __m256i w, const uint64_t k[4])
{
    _mm256_store_si256((__m256i *)sums,
                       _mm256_add_epi64(w, _mm256_loadu_si256((const __m256i *)k)));
}

TARGET
void noncrypto_sha512_blocks_avx2(uint64_t h[8], const uint8_t *data, size_t nblocks)
{
    const __m256i big_endian = _mm256_set_epi64x(0x08090a0b0c0d0e0f, 0x0001020304050607,
                                                 0x08090a0b0c0d0e0f, 0x0001020304050607);
    uint64_t sums[16] __attribute__((aligned(32)));

    for (; nblocks > 0; nblocks--, data += NONCRYPTO_SHA512_BLOCK_LEN) {
        const __m256i *in = (const __m256i *)data;
        const uint64_t *k = noncrypto_sha512_k;
        __m256i w0 = _mm256_shuffle_epi8(_mm256_loadu_si256(in), big_endian);
        __m256i w4 = _mm256_shuffle_epi8(_mm256_loadu_si256(in + 1), big_endian);
        __m256i w8 = _mm256_shuffle_epi8(_mm256_loadu_si256(in + 2), big_endian);
        __m256i w12 = _mm256_shuffle_epi8(_mm256_loadu_si256(in + 3), big_endian);
        uint64_t v0 = h[0], v1 = h[1], v2 = h[2], v3 = h[3];
        uint64_t v4 = h[4], v5 = h[5], v6 = h[6], v7 = h[7];
        uint64_t differ = v1 ^ v2;

        add_constants(sums, w0, k);
        add_constants(sums + 4, w4, k + 4);
        add_constants(sums + 8, w8, k + 8);
        add_constants(sums + 12, w12, k + 12);

#define LOW(i)  sums[i]
#define HIGH(i) sums[8 + (i)]
        for (int pass = 1; pass < 5; pass++) {
            k += 16;
            w0 = schedule(w0, w4, w8, w12);
            w4 = schedule(w4, w8, w12, w0);
            SHA512_EIGHT(LOW);
            add_constants(sums, w0, k);
            add_constants(sums + 4, w4, k + 4);
            w8 = schedule(w8, w12, w0, w4);
            w12 = schedule(w12, w0, w4, w8);
            SHA512_EIGHT(HIGH);
            add_constants(sums + 8, w8, k + 8);
            add_constants(sums + 12, w12, k + 12);
        }
        SHA512_EIGHT(LOW);
        SHA512_EIGHT(HIGH);
        h[0] += v0;
        h[1] += v1;
        h[2] += v2;
        h[3] += v3;
        h[4] += v4;
        h[5] += v5;
        h[6] += v6;
        h[7] += v7;
    }
    noncrypto_wipe(sums, sizeof sums);
}

#endif
