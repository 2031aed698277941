#include "aes/aes_private.h"

#if NONCRYPTO_X86_64

#include <noncrypto/memory.h>
#include <string.h>

#include "aes/aesni.h"
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

/* Whole batches in which the counting part does not overflow its lane of 64 (or, if `width` says so, 32) bits. */
AESNI_INLINE void ctr_batches(const struct noncrypto_aes *aes, enum aes_counter width,
                              uint8_t counter[AES_BLOCK], uint8_t *out, const uint8_t *in,
                              size_t nbatches)
{
    const int aligned = counter[AES_BLOCK - 1] % 8 == 0;
    __m128i count = byte_swap(load128(counter));

    for (; nbatches > 0; nbatches--, in += 8 * AES_BLOCK, out += 8 * AES_BLOCK) {
        struct blocks8 x = width == AES_COUNTER_32 ? counters8_32(count)
                           : aligned               ? counters8_aligned(count)
                                                   : counters8_64(count);
        begin8(aes, &x);
        for (unsigned round = 1; round < aes->rounds; round++)
            round8(aes, &x, round);
        end8_xor(aes, &x, out, in);
        count = width == AES_COUNTER_32 ? _mm_add_epi32(count, _mm_set_epi32(0, 0, 0, 8))
                                        : _mm_add_epi64(count, _mm_set_epi64x(0, 8));
    }
    store128(counter, byte_swap(count));
}

/* The batch in which the low 64 bits of the counter overflow. */
AESNI static void ctr_overflow(const struct noncrypto_aes *aes, uint8_t counter[AES_BLOCK],
                               uint8_t *out, const uint8_t *in)
{
    uint8_t blocks[8 * AES_BLOCK];

    for (unsigned i = 0; i < 8; i++) {
        aes_copy_block(blocks + i * AES_BLOCK, counter);
        noncrypto_aes_counter_add(counter, AES_COUNTER_128, 1);
    }
    noncrypto_aes_encrypt_blocks_aesni(aes, blocks, blocks, 8);
    noncrypto_aes_xor(out, in, blocks, sizeof blocks);
    noncrypto_wipe(blocks, sizeof blocks);
}

/* How many batches can be made before the one in which the low 64 bits overflow. */
static size_t batches_before_overflow(const uint8_t counter[AES_BLOCK], size_t nbatches)
{
    uint64_t most = (UINT64_MAX - load_be64(counter + 8)) / 8;

    return nbatches < most ? nbatches : (size_t)most;
}

AESNI static void ctr_whole_batches(const struct noncrypto_aes *aes, enum aes_counter width,
                                    uint8_t counter[AES_BLOCK], uint8_t *out, const uint8_t *in,
                                    size_t nbatches)
{
    while (nbatches > 0) {
        size_t n = nbatches;
        if (width == AES_COUNTER_32) {
            ctr_batches(aes, AES_COUNTER_32, counter, out, in, n);
        } else if (n = batches_before_overflow(counter, nbatches), n > 0) {
            ctr_batches(aes, AES_COUNTER_128, counter, out, in, n);
        } else {
            n = 1;
            ctr_overflow(aes, counter, out, in);
        }
        nbatches -= n;
        in += n * 8 * AES_BLOCK;
        out += n * 8 * AES_BLOCK;
    }
}

AESNI void noncrypto_aes_ctr_blocks_aesni(const struct noncrypto_aes *aes, enum aes_counter width,
                                          uint8_t counter[AES_BLOCK], uint8_t *out,
                                          const uint8_t *in, size_t nblocks)
{
    uint8_t rest[8 * AES_BLOCK], after[AES_BLOCK];
    size_t whole = nblocks / 8 * 8;

    ctr_whole_batches(aes, width, counter, out, in, whole / 8);
    nblocks -= whole;
    if (nblocks > 0) {
        memcpy(rest, in + whole * AES_BLOCK, nblocks * AES_BLOCK);
        aes_copy_block(after, counter);
        noncrypto_aes_counter_add(after, width, nblocks);
        ctr_whole_batches(aes, width, counter, rest, rest, 1);
        aes_copy_block(counter, after);
        memcpy(out + whole * AES_BLOCK, rest, nblocks * AES_BLOCK);
        noncrypto_wipe(rest, sizeof rest);
    }
}

#endif
