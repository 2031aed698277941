/*
 * Four BLAKE3 compressions at a time with SSE4.1.
 */
#include "blake3/blake3_private.h"

#if NONCRYPTO_X86_64
#include <immintrin.h>

#define TARGET NONCRYPTO_TARGET("sse4.1,ssse3")
#define INLINE static inline __attribute__((always_inline)) TARGET

typedef __m128i word;

#define REG(i)           "%%xmm" #i
#define BYTES            16
#define LOAD             "movdqa"
#define STORE            "movdqa"
#define OP(op, from, to) op " " from ", " REG(to) "\n\t"
#define SUM_8(place, i)  "movdqa " place ", " REG(8) "\n\tpaddd " REG(i) ", " REG(8) "\n\t"
#define RIGHT_8(n, i)    "movdqa " REG(i) ", " REG(8) "\n\tpsrld $" #n ", " REG(8) "\n\t"
#define LEFT(n, i)       "pslld $" #n ", " REG(i) "\n\t"
#include "blake3/rounds.h"

static const uint8_t rotate16[16]
    __attribute__((aligned(16))) = {2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13};
static const uint8_t rotate8[16]
    __attribute__((aligned(16))) = {1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12};

/* Lane j of w[i] and lane i of w[j] change places. */
INLINE void transpose(word w[4])
{
    word a = _mm_unpacklo_epi32(w[0], w[1]);
    word b = _mm_unpackhi_epi32(w[0], w[1]);
    word c = _mm_unpacklo_epi32(w[2], w[3]);
    word d = _mm_unpackhi_epi32(w[2], w[3]);

    w[0] = _mm_unpacklo_epi64(a, c);
    w[1] = _mm_unpackhi_epi64(a, c);
    w[2] = _mm_unpacklo_epi64(b, d);
    w[3] = _mm_unpackhi_epi64(b, d);
}

/* The counters of four nodes, low or high halves. */
INLINE word counters(uint64_t counter, uint64_t increase, int shift)
{
    return _mm_set_epi32((int)((counter + 3 * increase) >> shift),
                         (int)((counter + 2 * increase) >> shift),
                         (int)((counter + increase) >> shift), (int)(counter >> shift));
}

INLINE void states_start(struct states *s, const uint32_t cv[8], uint64_t counter,
                         uint64_t increase, uint32_t block_len)
{
    for (int i = 0; i < 8; i++)
        s->cv[i] = _mm_set1_epi32((int)cv[i]);
    for (int i = 0; i < 4; i++)
        s->second[i] = _mm_set1_epi32((int)noncrypto_blake3_iv[i]);
    s->second[4] = counters(counter, increase, 0);
    s->second[5] = counters(counter, increase, 32);
    s->second[6] = _mm_set1_epi32((int)block_len);
}

/* Four words of each of four inputs or outputs, `stride` bytes apart. */
INLINE void load_words(word w[4], const uint8_t *in, size_t stride)
{
#pragma GCC unroll 4
    for (size_t lane = 0; lane < 4; lane++)
        w[lane] = _mm_loadu_si128((const word *)(in + lane * stride));
    transpose(w);
}

INLINE void store_words(uint8_t *out, size_t stride, word w[4])
{
    transpose(w);
#pragma GCC unroll 4
    for (size_t lane = 0; lane < 4; lane++)
        _mm_storeu_si128((word *)(out + lane * stride), w[lane]);
}

TARGET
void noncrypto_blake3_hash_nodes4_sse(const struct blake3_level *level, const uint8_t *in,
                                      uint8_t *out)
{
    size_t stride = level->nblocks * NONCRYPTO_BLAKE3_BLOCK_LEN;
    struct states s;

    states_start(&s, level->key, level->counter, level->increase, NONCRYPTO_BLAKE3_BLOCK_LEN);
    for (size_t n = 0; n < level->nblocks; n++, in += NONCRYPTO_BLAKE3_BLOCK_LEN) {
        uint32_t flags = level->flags | (n == 0 ? level->flags_first : 0u) |
                         (n == level->nblocks - 1 ? level->flags_last : 0u);
#pragma GCC unroll 4
        for (size_t part = 0; part < 4; part++)
            load_words(s.m + 4 * part, in + 16 * part, stride);
        s.second[7] = _mm_set1_epi32((int)flags);
        STATES_COMPRESS(&s);
    }
    store_words(out, 32, s.cv);
    store_words(out + 16, 32, s.cv + 4);
}

TARGET
void noncrypto_blake3_xof_blocks4_sse(const uint32_t cv[8],
                                      const uint8_t block[NONCRYPTO_BLAKE3_BLOCK_LEN],
                                      uint64_t counter, uint32_t block_len, uint32_t flags,
                                      uint8_t out[4 * 64])
{
    struct states s;

    states_start(&s, cv, counter, 1, block_len);
    for (size_t i = 0; i < 16; i++) {
        int x;
        __builtin_memcpy(&x, block + 4 * i, sizeof x);
        s.m[i] = _mm_set1_epi32(x);
    }
    s.second[7] = _mm_set1_epi32((int)flags);
    STATES_OUTPUT(&s);
    for (int i = 0; i < 8; i++)
        s.m[8 + i] = _mm_xor_si128(s.second[i], s.cv[i]);
#pragma GCC unroll 4
    for (size_t part = 0; part < 4; part++)
        store_words(out + 16 * part, 64, s.m + 4 * part);
}

#endif
