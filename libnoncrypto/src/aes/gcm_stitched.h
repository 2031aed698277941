/*
 * GCM with AES-NI and PCLMULQDQ. Of eight blocks the products with H^8 to H^1 are summed and reduced once. In the
 * stitched loops the product of one block goes between two rounds of eight, so that both units have work: one eight is
 * encrypted while another is hashed.
 *
 * All of it is inline, to be compiled for SSE and, with instructions of three operands that save the copies, for AVX.
 * Private to libnoncrypto; only where NONCRYPTO_X86_64 is 1.
 */
#ifndef NONCRYPTO_SRC_AES_GCM_STITCHED_H
#define NONCRYPTO_SRC_AES_GCM_STITCHED_H

#include "aes/aesni.h"
#include "aes/ghash.h"

#define GCM_AVX2 NONCRYPTO_TARGET("avx2,aes,pclmul")

/* The sum of products before reduction: low + (middle + low + high) x^64 + high x^128, by Karatsuba. */
struct products {
    __m128i low, middle, high;
};

/* Adds x * H^power. */
AESNI_INLINE void multiply_add(const struct noncrypto_aes_gcm *gcm, struct products *sum, __m128i x,
                               unsigned power)
{
    __m128i h = load128(gcm->power[power - 1]);
    __m128i h_middle = _mm_loadl_epi64((const __m128i *)&gcm->middle[power - 1]);
    __m128i x_middle = _mm_xor_si128(x, _mm_shuffle_epi32(x, 0x4e));

    sum->low = _mm_xor_si128(sum->low, _mm_clmulepi64_si128(x, h, 0x00));
    sum->high = _mm_xor_si128(sum->high, _mm_clmulepi64_si128(x, h, 0x11));
    sum->middle = _mm_xor_si128(sum->middle, _mm_clmulepi64_si128(x_middle, h_middle, 0x00));
    /* Left to itself the compiler makes one tree of all sums, for which it must keep all products until the end. */
    __asm__("" : "+x"(sum->low), "+x"(sum->middle), "+x"(sum->high));
}

/* The fold of ghash.c, twice, by a product with the constant that its shifts are. */
AESNI_INLINE __m128i reduce(struct products sum)
{
    const __m128i shifts = _mm_set_epi64x(0, (long long)UINT64_C(0xc200000000000000));
    __m128i middle = _mm_xor_si128(sum.middle, _mm_xor_si128(sum.low, sum.high));
    __m128i low = _mm_xor_si128(sum.low, _mm_slli_si128(middle, 8));
    __m128i high = _mm_xor_si128(sum.high, _mm_srli_si128(middle, 8));

    low = _mm_xor_si128(_mm_shuffle_epi32(low, 0x4e), _mm_clmulepi64_si128(low, shifts, 0x00));
    low = _mm_xor_si128(_mm_shuffle_epi32(low, 0x4e), _mm_clmulepi64_si128(low, shifts, 0x00));
    return _mm_xor_si128(high, low);
}

/*
 * Encrypts the eight counter blocks from `counter` into `out` and hashes the eight blocks at `hashed`, which are read before
 * anything is written.
 */
AESNI_INLINE __m128i crypt_and_hash(const struct noncrypto_aes_gcm *gcm, __m128i counter,
                                    __m128i sum, const uint8_t *hashed, uint8_t *out,
                                    const uint8_t *in)
{
    const struct noncrypto_aes *aes = &gcm->aes;
    struct products p = {_mm_setzero_si128(), _mm_setzero_si128(), _mm_setzero_si128()};
    struct blocks8 x = counters8_32(counter);

    begin8(aes, &x);
    round8(aes, &x, 1);
    multiply_add(gcm, &p, _mm_xor_si128(sum, byte_swap(load128(hashed))), 8);
    round8(aes, &x, 2);
    multiply_add(gcm, &p, byte_swap(load128(hashed + 1 * AES_BLOCK)), 7);
    round8(aes, &x, 3);
    multiply_add(gcm, &p, byte_swap(load128(hashed + 2 * AES_BLOCK)), 6);
    round8(aes, &x, 4);
    multiply_add(gcm, &p, byte_swap(load128(hashed + 3 * AES_BLOCK)), 5);
    round8(aes, &x, 5);
    multiply_add(gcm, &p, byte_swap(load128(hashed + 4 * AES_BLOCK)), 4);
    round8(aes, &x, 6);
    multiply_add(gcm, &p, byte_swap(load128(hashed + 5 * AES_BLOCK)), 3);
    round8(aes, &x, 7);
    multiply_add(gcm, &p, byte_swap(load128(hashed + 6 * AES_BLOCK)), 2);
    round8(aes, &x, 8);
    multiply_add(gcm, &p, byte_swap(load128(hashed + 7 * AES_BLOCK)), 1);
    round8(aes, &x, 9);
    sum = reduce(p);
    for (unsigned round = 10; round < aes->rounds; round++)
        round8(aes, &x, round);
    /* Reading the input again is cheaper than keeping it from when it was hashed. */
    __asm__ volatile("" : : : "memory");
    end8_xor(aes, &x, out, in);
    return sum;
}

AESNI_INLINE void open_batches(const struct noncrypto_aes_gcm *gcm, uint64_t y[2],
                               uint8_t counter[AES_BLOCK], uint8_t *out, const uint8_t *in,
                               size_t nbatches)
{
    const __m128i eight = _mm_set_epi32(0, 0, 0, 8);
    __m128i count = byte_swap(load128(counter));
    __m128i sum = load128(y);

    for (; nbatches > 0; nbatches--, in += 8 * AES_BLOCK, out += 8 * AES_BLOCK) {
        sum = crypt_and_hash(gcm, count, sum, in, out, in);
        count = _mm_add_epi32(count, eight);
    }
    store128(y, sum);
    store128(counter, byte_swap(count));
}

/* What was encrypted is hashed one batch later. */
AESNI_INLINE void seal_batches(const struct noncrypto_aes_gcm *gcm, uint64_t y[2],
                               uint8_t counter[AES_BLOCK], uint8_t *out, const uint8_t *in,
                               size_t nbatches)
{
    const __m128i eight = _mm_set_epi32(0, 0, 0, 8);

    noncrypto_aes_ctr_blocks_aesni(&gcm->aes, AES_COUNTER_32, counter, out, in, 8);
    __m128i count = byte_swap(load128(counter));
    __m128i sum = load128(y);
    while (--nbatches > 0) {
        const uint8_t *hashed = out;
        in += 8 * AES_BLOCK;
        out += 8 * AES_BLOCK;
        sum = crypt_and_hash(gcm, count, sum, hashed, out, in);
        count = _mm_add_epi32(count, eight);
    }
    store128(y, sum);
    store128(counter, byte_swap(count));
    noncrypto_ghash_pclmul(gcm, y, out, 8);
}

#endif
