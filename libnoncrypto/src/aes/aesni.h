/*
 * Eight blocks at a time with AES-NI. One instruction has a latency of some cycles and one or two can begin in each, so
 * eight independent blocks keep the units busy. Private to libnoncrypto; only where NONCRYPTO_X86_64 is 1.
 */
#ifndef NONCRYPTO_SRC_AES_AESNI_H
#define NONCRYPTO_SRC_AES_AESNI_H

#include "aes/aes_private.h"

#include <immintrin.h>

#define AESNI        NONCRYPTO_TARGET("aes,pclmul,ssse3,sse4.1")
#define AESNI_INLINE static inline __attribute__((always_inline)) AESNI

AESNI_INLINE __m128i load128(const void *p)
{
    return _mm_loadu_si128((const __m128i *)p);
}

AESNI_INLINE void store128(void *p, __m128i x)
{
    _mm_storeu_si128((__m128i *)p, x);
}

AESNI_INLINE __m128i round_key(const struct noncrypto_aes *aes, unsigned round)
{
    return load128(aes->round_keys[round]);
}

/* Between the order of bytes in memory and that of a 128-bit number. */
AESNI_INLINE __m128i byte_swap(__m128i x)
{
    return _mm_shuffle_epi8(x, _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
}

AESNI_INLINE __m128i encrypt1(const struct noncrypto_aes *aes, __m128i x)
{
    x = _mm_xor_si128(x, round_key(aes, 0));
    for (unsigned round = 1; round < aes->rounds; round++)
        x = _mm_aesenc_si128(x, round_key(aes, round));
    return _mm_aesenclast_si128(x, round_key(aes, aes->rounds));
}

struct blocks8 {
    __m128i b0, b1, b2, b3, b4, b5, b6, b7;
};

/* Does the same to all eight. */
#define EACH8(x, operation, operand)           \
    do {                                       \
        (x)->b0 = operation((x)->b0, operand); \
        (x)->b1 = operation((x)->b1, operand); \
        (x)->b2 = operation((x)->b2, operand); \
        (x)->b3 = operation((x)->b3, operand); \
        (x)->b4 = operation((x)->b4, operand); \
        (x)->b5 = operation((x)->b5, operand); \
        (x)->b6 = operation((x)->b6, operand); \
        (x)->b7 = operation((x)->b7, operand); \
    } while (0)

AESNI_INLINE struct blocks8 load8(const uint8_t *in)
{
    const __m128i *p = (const __m128i *)in;

    return (struct blocks8){load128(p),     load128(p + 1), load128(p + 2), load128(p + 3),
                            load128(p + 4), load128(p + 5), load128(p + 6), load128(p + 7)};
}

AESNI_INLINE void round8(const struct noncrypto_aes *aes, struct blocks8 *x, unsigned round)
{
    __m128i key = round_key(aes, round);

    EACH8(x, _mm_aesenc_si128, key);
}

/* Adds the first key: begins an encryption. */
AESNI_INLINE void begin8(const struct noncrypto_aes *aes, struct blocks8 *x)
{
    __m128i key = round_key(aes, 0);

    EACH8(x, _mm_xor_si128, key);
}

/* The last round and the sum with the input, which go together: the last step of the round is a sum, too. */
AESNI_INLINE void end8_xor(const struct noncrypto_aes *aes, struct blocks8 *x, uint8_t *out,
                           const uint8_t *in)
{
    __m128i key = round_key(aes, aes->rounds);
    __m128i *to = (__m128i *)out;
    struct blocks8 text = load8(in);

    EACH8(&text, _mm_xor_si128, key);
    store128(to, _mm_aesenclast_si128(x->b0, text.b0));
    store128(to + 1, _mm_aesenclast_si128(x->b1, text.b1));
    store128(to + 2, _mm_aesenclast_si128(x->b2, text.b2));
    store128(to + 3, _mm_aesenclast_si128(x->b3, text.b3));
    store128(to + 4, _mm_aesenclast_si128(x->b4, text.b4));
    store128(to + 5, _mm_aesenclast_si128(x->b5, text.b5));
    store128(to + 6, _mm_aesenclast_si128(x->b6, text.b6));
    store128(to + 7, _mm_aesenclast_si128(x->b7, text.b7));
}

/* Eight counter blocks from a counter in the order of a number, of which the lowest 32 bits count. */
AESNI_INLINE struct blocks8 counters8_32(__m128i counter)
{
    struct blocks8 x;

    x.b0 = byte_swap(counter);
    x.b1 = byte_swap(_mm_add_epi32(counter, _mm_set_epi32(0, 0, 0, 1)));
    x.b2 = byte_swap(_mm_add_epi32(counter, _mm_set_epi32(0, 0, 0, 2)));
    x.b3 = byte_swap(_mm_add_epi32(counter, _mm_set_epi32(0, 0, 0, 3)));
    x.b4 = byte_swap(_mm_add_epi32(counter, _mm_set_epi32(0, 0, 0, 4)));
    x.b5 = byte_swap(_mm_add_epi32(counter, _mm_set_epi32(0, 0, 0, 5)));
    x.b6 = byte_swap(_mm_add_epi32(counter, _mm_set_epi32(0, 0, 0, 6)));
    x.b7 = byte_swap(_mm_add_epi32(counter, _mm_set_epi32(0, 0, 0, 7)));
    return x;
}

/* The same with the lowest 64 bits. */
AESNI_INLINE struct blocks8 counters8_64(__m128i counter)
{
    struct blocks8 x;

    x.b0 = byte_swap(counter);
    x.b1 = byte_swap(_mm_add_epi64(counter, _mm_set_epi64x(0, 1)));
    x.b2 = byte_swap(_mm_add_epi64(counter, _mm_set_epi64x(0, 2)));
    x.b3 = byte_swap(_mm_add_epi64(counter, _mm_set_epi64x(0, 3)));
    x.b4 = byte_swap(_mm_add_epi64(counter, _mm_set_epi64x(0, 4)));
    x.b5 = byte_swap(_mm_add_epi64(counter, _mm_set_epi64x(0, 5)));
    x.b6 = byte_swap(_mm_add_epi64(counter, _mm_set_epi64x(0, 6)));
    x.b7 = byte_swap(_mm_add_epi64(counter, _mm_set_epi64x(0, 7)));
    return x;
}

/* The same with any number of bits, if the lowest three of them are zero: then nothing carries. */
AESNI_INLINE struct blocks8 counters8_aligned(__m128i counter)
{
    struct blocks8 x;

    x.b0 = byte_swap(counter);
    x.b1 = _mm_xor_si128(x.b0, _mm_set_epi32(1 << 24, 0, 0, 0));
    x.b2 = _mm_xor_si128(x.b0, _mm_set_epi32(2 << 24, 0, 0, 0));
    x.b3 = _mm_xor_si128(x.b0, _mm_set_epi32(3 << 24, 0, 0, 0));
    x.b4 = _mm_xor_si128(x.b0, _mm_set_epi32(4 << 24, 0, 0, 0));
    x.b5 = _mm_xor_si128(x.b0, _mm_set_epi32(5 << 24, 0, 0, 0));
    x.b6 = _mm_xor_si128(x.b0, _mm_set_epi32(6 << 24, 0, 0, 0));
    x.b7 = _mm_xor_si128(x.b0, _mm_set_epi32(7 << 24, 0, 0, 0));
    return x;
}

#endif
