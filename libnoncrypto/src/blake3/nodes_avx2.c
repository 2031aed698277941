/*
 * Eight BLAKE3 compressions at a time with AVX2.
 */
#include "blake3/blake3_private.h"

#if NONCRYPTO_X86_64
#include <immintrin.h>

#define TARGET NONCRYPTO_TARGET("avx2")
#define INLINE static inline __attribute__((always_inline)) TARGET

typedef __m256i word;

#define REG(i)           "%%ymm" #i
#define BYTES            32
#define LOAD             "vmovdqa"
#define STORE            "vmovdqa"
#define OP(op, from, to) "v" op " " from ", " REG(to) ", " REG(to) "\n\t"
#define SUM_8(place, i)  "vpaddd " place ", " REG(i) ", " REG(8) "\n\t"
#define RIGHT_8(n, i)    "vpsrld $" #n ", " REG(i) ", " REG(8) "\n\t"
#define LEFT(n, i)       "vpslld $" #n ", " REG(i) ", " REG(i) "\n\t"
#include "blake3/rounds.h"

static const uint8_t rotate16[32] __attribute__((aligned(32))) = {
    2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13,
    2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13,
};
static const uint8_t rotate8[32] __attribute__((aligned(32))) = {
    1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12,
    1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12,
};

#define AHEAD 256 /* bytes */

/* In each half: word j of w[i] and word i of w[j] change places. */
INLINE void transpose(word w[4])
{
    word a = _mm256_unpacklo_epi32(w[0], w[1]);
    word b = _mm256_unpackhi_epi32(w[0], w[1]);
    word c = _mm256_unpacklo_epi32(w[2], w[3]);
    word d = _mm256_unpackhi_epi32(w[2], w[3]);

    w[0] = _mm256_unpacklo_epi64(a, c);
    w[1] = _mm256_unpackhi_epi64(a, c);
    w[2] = _mm256_unpacklo_epi64(b, d);
    w[3] = _mm256_unpackhi_epi64(b, d);
}

/* The same four words of each of eight inputs, `stride` bytes apart: the lanes of four vectors. */
INLINE void load_words(word w[4], const uint8_t *in, size_t stride)
{
#define HALVES(i)                                                                    \
    _mm256_inserti128_si256(                                                         \
        _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(in + (i)*stride))), \
        _mm_loadu_si128((const __m128i *)(in + ((i) + 4) * stride)), 1)
    w[0] = HALVES(0);
    w[1] = HALVES(1);
    w[2] = HALVES(2);
    w[3] = HALVES(3);
#undef HALVES
    transpose(w);
}

INLINE void store_words(uint8_t *out, size_t stride, word w[4])
{
    transpose(w);
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++) {
        _mm_storeu_si128((__m128i *)(out + i * stride), _mm256_castsi256_si128(w[i]));
        _mm_storeu_si128((__m128i *)(out + (i + 4) * stride), _mm256_extracti128_si256(w[i], 1));
    }
}

/* The counters of eight nodes, low or high halves. */
INLINE word counters(uint64_t counter, uint64_t increase, int shift)
{
#define COUNTER(i) (int)((counter + (i)*increase) >> shift)
    return _mm256_set_epi32(COUNTER(7), COUNTER(6), COUNTER(5), COUNTER(4), COUNTER(3), COUNTER(2),
                            COUNTER(1), COUNTER(0));
#undef COUNTER
}

INLINE void states_start(struct states *s, const uint32_t cv[8], uint64_t counter,
                         uint64_t increase, uint32_t block_len)
{
    for (int i = 0; i < 8; i++)
        s->cv[i] = _mm256_set1_epi32((int)cv[i]);
    for (int i = 0; i < 4; i++)
        s->second[i] = _mm256_set1_epi32((int)noncrypto_blake3_iv[i]);
    s->second[4] = counters(counter, increase, 0);
    s->second[5] = counters(counter, increase, 32);
    s->second[6] = _mm256_set1_epi32((int)block_len);
}

TARGET
void noncrypto_blake3_hash_nodes8_avx2(const struct blake3_level *level, const uint8_t *in,
                                       uint8_t *out)
{
    size_t stride = level->nblocks * NONCRYPTO_BLAKE3_BLOCK_LEN;
    struct states s;

    states_start(&s, level->key, level->counter, level->increase, NONCRYPTO_BLAKE3_BLOCK_LEN);
    for (size_t n = 0; n < level->nblocks; n++, in += NONCRYPTO_BLAKE3_BLOCK_LEN) {
        uint32_t flags = level->flags | (n == 0 ? level->flags_first : 0u) |
                         (n == level->nblocks - 1 ? level->flags_last : 0u);
        /* Eight streams are more than the processor follows by itself. */
        for (size_t lane = 0; lane < 8; lane++)
            _mm_prefetch((const char *)(in + lane * stride + AHEAD), _MM_HINT_T0);
#pragma GCC unroll 4
        for (size_t part = 0; part < 4; part++)
            load_words(s.m + 4 * part, in + 16 * part, stride);
        s.second[7] = _mm256_set1_epi32((int)flags);
        STATES_COMPRESS(&s);
    }
    store_words(out, 32, s.cv);
    store_words(out + 16, 32, s.cv + 4);
}

TARGET
void noncrypto_blake3_xof_blocks8_avx2(const uint32_t cv[8],
                                       const uint8_t block[NONCRYPTO_BLAKE3_BLOCK_LEN],
                                       uint64_t counter, uint32_t block_len, uint32_t flags,
                                       uint8_t out[8 * 64])
{
    struct states s;

    states_start(&s, cv, counter, 1, block_len);
    for (size_t i = 0; i < 16; i++) {
        int x;
        __builtin_memcpy(&x, block + 4 * i, sizeof x);
        s.m[i] = _mm256_set1_epi32(x);
    }
    s.second[7] = _mm256_set1_epi32((int)flags);
    STATES_OUTPUT(&s);
    for (int i = 0; i < 8; i++)
        s.m[8 + i] = _mm256_xor_si256(s.second[i], s.cv[i]);
#pragma GCC unroll 4
    for (size_t part = 0; part < 4; part++)
        store_words(out + 16 * part, 64, s.m + 4 * part);
}

#endif
