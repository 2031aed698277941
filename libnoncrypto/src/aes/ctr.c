#include <noncrypto/aes_ctr.h>

#include <string.h>

#include "aes/aes_private.h"

#define STREAM NONCRYPTO_AES_CTR_STREAM_LEN

int noncrypto_aes_ctr_init(struct noncrypto_aes_ctr *ctr, const void *key, size_t key_len,
                           const uint8_t iv[NONCRYPTO_AES_CTR_IV_LEN])
{
    memset(ctr, 0, sizeof *ctr);
    int result = noncrypto_aes_init(&ctr->aes, key, key_len);
    if (result == 0)
        memcpy(ctr->counter, iv, sizeof ctr->counter);
    return result;
}

/* Uses what is left of the key stream; returns how many bytes that were. */
static size_t use_left(struct noncrypto_aes_ctr *ctr, uint8_t *out, const uint8_t *in, size_t len)
{
    size_t n = len < ctr->left ? len : ctr->left;

    noncrypto_aes_xor(out, in, ctr->stream + STREAM - ctr->left, n);
    ctr->left -= (uint32_t)n;
    return n;
}

void noncrypto_aes_ctr_xor(struct noncrypto_aes_ctr *ctr, uint8_t *out, const uint8_t *in,
                           size_t len)
{
    if (len == 0)
        return;
    size_t done = use_left(ctr, out, in, len);
    size_t whole = (len - done) / STREAM * STREAM;

    if (whole > 0)
        noncrypto_aes_ctr_blocks(&ctr->aes, AES_COUNTER_128, ctr->counter, out + done, in + done,
                                 whole / AES_BLOCK);
    done += whole;
    if (done < len) {
        memset(ctr->stream, 0, STREAM);
        noncrypto_aes_ctr_blocks(&ctr->aes, AES_COUNTER_128, ctr->counter, ctr->stream, ctr->stream,
                                 STREAM / AES_BLOCK);
        ctr->left = STREAM;
        use_left(ctr, out + done, in + done, len - done);
    }
}
