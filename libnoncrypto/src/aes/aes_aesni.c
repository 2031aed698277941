#include "aes/aesni.h"

#if NONCRYPTO_X86_64

#include <noncrypto/memory.h>
#include <string.h>

#include "bytes.h"

/* With four equal columns the last round's ShiftRows() changes nothing, so SubBytes() remains. */
AESNI uint32_t noncrypto_aes_sub_word_aesni(uint32_t word)
{
    __m128i x = _mm_set1_epi32((int)word);

    return (uint32_t)_mm_cvtsi128_si32(_mm_aesenclast_si128(x, _mm_setzero_si128()));
}

AESNI void noncrypto_aes_encrypt_blocks_aesni(const struct noncrypto_aes *aes, uint8_t *out,
                                              const uint8_t *in, size_t nblocks)
{
    for (; nblocks > 0; nblocks--, in += AES_BLOCK, out += AES_BLOCK)
        store128(out, encrypt1(aes, load128(in)));
}

/* The equivalent inverse cipher, FIPS 197 section 5.3.5. */
AESNI void noncrypto_aes_decrypt_aesni(const struct noncrypto_aes *aes, uint8_t out[AES_BLOCK],
                                       const uint8_t in[AES_BLOCK])
{
    __m128i x = _mm_xor_si128(load128(in), round_key(aes, aes->rounds));

    for (unsigned round = aes->rounds - 1; round > 0; round--)
        x = _mm_aesdec_si128(x, _mm_aesimc_si128(round_key(aes, round)));
    store128(out, _mm_aesdeclast_si128(x, round_key(aes, 0)));
}

AESNI void noncrypto_aes_cbc_mac_aesni(const struct noncrypto_aes *aes, uint8_t mac[AES_BLOCK],
                                       const uint8_t *in, size_t nblocks)
{
    __m128i x = load128(mac);

    for (; nblocks > 0; nblocks--, in += AES_BLOCK)
        x = encrypt1(aes, _mm_xor_si128(x, load128(in)));
    store128(mac, x);
}

/* The chain of the tag waits for itself; the key stream of the block after is made in its shadow. */
AESNI void noncrypto_aes_ccm_blocks_aesni(const struct noncrypto_aes *aes, struct aes_ccm *ccm,
                                          int open, uint8_t *out, const uint8_t *in, size_t nblocks)
{
    const __m128i one = _mm_set_epi32(0, 0, 0, 1);
    const __m128i first = round_key(aes, 0);
    const __m128i last = round_key(aes, aes->rounds);
    __m128i mac = load128(ccm->mac);
    __m128i stream = load128(ccm->stream);
    __m128i counter = byte_swap(load128(ccm->counter)); /* at most 64 bits of it count */

    for (; nblocks > 0; nblocks--, in += AES_BLOCK, out += AES_BLOCK) {
        __m128i from = load128(in);
        __m128i to = _mm_xor_si128(from, stream);
        store128(out, to);
        mac = _mm_xor_si128(_mm_xor_si128(mac, first), open ? to : from);
        stream = _mm_xor_si128(byte_swap(counter), first);
        counter = _mm_add_epi64(counter, one);
        for (unsigned round = 1; round < aes->rounds; round++) {
            __m128i key = round_key(aes, round);
            mac = _mm_aesenc_si128(mac, key);
            stream = _mm_aesenc_si128(stream, key);
        }
        mac = _mm_aesenclast_si128(mac, last);
        stream = _mm_aesenclast_si128(stream, last);
    }
    store128(ccm->mac, mac);
    store128(ccm->stream, stream);
    store128(ccm->counter, byte_swap(counter));
}

/* The low 64 bits of the counter do not overflow within the batch. */
AESNI_INLINE struct blocks8 counters8_64(__m128i counter)
{
    return (struct blocks8){
        byte_swap(counter),
        byte_swap(_mm_add_epi64(counter, _mm_set_epi64x(0, 1))),
        byte_swap(_mm_add_epi64(counter, _mm_set_epi64x(0, 2))),
        byte_swap(_mm_add_epi64(counter, _mm_set_epi64x(0, 3))),
        byte_swap(_mm_add_epi64(counter, _mm_set_epi64x(0, 4))),
        byte_swap(_mm_add_epi64(counter, _mm_set_epi64x(0, 5))),
        byte_swap(_mm_add_epi64(counter, _mm_set_epi64x(0, 6))),
        byte_swap(_mm_add_epi64(counter, _mm_set_epi64x(0, 7))),
    };
}

/* The eight counter blocks of the batch in which the low 64 bits overflow. */
static void counters8_128(uint8_t blocks[8 * AES_BLOCK], const uint8_t counter[AES_BLOCK])
{
    for (unsigned i = 0; i < 8; i++) {
        memcpy(blocks + i * AES_BLOCK, counter, AES_BLOCK);
        noncrypto_aes_counter_add(blocks + i * AES_BLOCK, AES_COUNTER_128, i);
    }
}

AESNI_INLINE struct blocks8 counters8(enum aes_counter width, const uint8_t counter[AES_BLOCK])
{
    uint8_t blocks[8 * AES_BLOCK];

    if (width == AES_COUNTER_32)
        return counters8_32(byte_swap(load128(counter)));
    if (load_be64(counter + 8) < UINT64_MAX - 7)
        return counters8_64(byte_swap(load128(counter)));
    counters8_128(blocks, counter);
    return load8(blocks);
}

AESNI_INLINE void ctr8(const struct noncrypto_aes *aes, enum aes_counter width,
                       const uint8_t counter[AES_BLOCK], uint8_t *out, const uint8_t *in)
{
    struct blocks8 x = counters8(width, counter);

    begin8(aes, &x);
    for (unsigned round = 1; round < aes->rounds; round++)
        round8(aes, &x, round);
    end8_xor(aes, &x, out, in);
}

AESNI void noncrypto_aes_ctr_blocks_aesni(const struct noncrypto_aes *aes, enum aes_counter width,
                                          uint8_t counter[AES_BLOCK], uint8_t *out,
                                          const uint8_t *in, size_t nblocks)
{
    uint8_t rest[8 * AES_BLOCK];

    for (; nblocks >= 8; nblocks -= 8, in += sizeof rest, out += sizeof rest) {
        ctr8(aes, width, counter, out, in);
        noncrypto_aes_counter_add(counter, width, 8);
    }
    if (nblocks > 0) {
        memcpy(rest, in, nblocks * AES_BLOCK);
        ctr8(aes, width, counter, rest, rest);
        noncrypto_aes_counter_add(counter, width, nblocks);
        memcpy(out, rest, nblocks * AES_BLOCK);
        noncrypto_wipe(rest, sizeof rest);
    }
}

#endif
