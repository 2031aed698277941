#include "aes/ghash.h"

#if NONCRYPTO_X86_64

#include "aes/gcm_stitched.h"

GCM_AVX2 void noncrypto_gcm_open_avx2(const struct noncrypto_aes_gcm *gcm, uint64_t y[2],
                                      uint8_t counter[AES_BLOCK], uint8_t *out, const uint8_t *in,
                                      size_t nbatches)
{
    open_batches(gcm, y, counter, out, in, nbatches);
}

GCM_AVX2 void noncrypto_gcm_seal_avx2(const struct noncrypto_aes_gcm *gcm, uint64_t y[2],
                                      uint8_t counter[AES_BLOCK], uint8_t *out, const uint8_t *in,
                                      size_t nbatches)
{
    seal_batches(gcm, y, counter, out, in, nbatches);
}

#endif
