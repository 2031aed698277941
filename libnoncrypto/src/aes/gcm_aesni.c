#include "aes/ghash.h"

#if NONCRYPTO_X86_64

#include "aes/gcm_stitched.h"

AESNI void noncrypto_ghash_pclmul(const struct noncrypto_aes_gcm *gcm, uint64_t y[2],
                                  const uint8_t *in, size_t nblocks)
{
    __m128i sum = load128(y);

    while (nblocks > 0) {
        unsigned n = nblocks < GHASH_BATCH ? (unsigned)nblocks : GHASH_BATCH;
        struct products p = {_mm_setzero_si128(), _mm_setzero_si128(), _mm_setzero_si128()};
        nblocks -= n;
        multiply_add(gcm, &p, _mm_xor_si128(sum, byte_swap(load128(in))), n);
        while (in += AES_BLOCK, --n > 0)
            multiply_add(gcm, &p, byte_swap(load128(in)), n);
        sum = reduce(p);
    }
    store128(y, sum);
}

AESNI void noncrypto_gcm_open_aesni(const struct noncrypto_aes_gcm *gcm, uint64_t y[2],
                                    uint8_t counter[AES_BLOCK], uint8_t *out, const uint8_t *in,
                                    size_t nbatches)
{
    open_batches(gcm, y, counter, out, in, nbatches);
}

AESNI void noncrypto_gcm_seal_aesni(const struct noncrypto_aes_gcm *gcm, uint64_t y[2],
                                    uint8_t counter[AES_BLOCK], uint8_t *out, const uint8_t *in,
                                    size_t nbatches)
{
    seal_batches(gcm, y, counter, out, in, nbatches);
}

#endif
