/* What the modes need, on the bitsliced cipher. */
#include <noncrypto/memory.h>

#include <string.h>

#include "aes/bitslice.h"

#define BATCH (BITSLICE_BLOCKS * AES_BLOCK)

void noncrypto_aes_encrypt_blocks_portable(const struct noncrypto_aes *aes, uint8_t *out,
                                           const uint8_t *in, size_t nblocks)
{
    struct bitslice s;
    uint8_t batch[BATCH] = {0};

    noncrypto_bitslice_init(&s, aes);
    for (; nblocks >= BITSLICE_BLOCKS; nblocks -= BITSLICE_BLOCKS, in += BATCH, out += BATCH)
        noncrypto_bitslice_encrypt(&s, out, in);
    if (nblocks > 0) {
        memcpy(batch, in, nblocks * AES_BLOCK);
        noncrypto_bitslice_encrypt(&s, batch, batch);
        memcpy(out, batch, nblocks * AES_BLOCK);
    }
    noncrypto_wipe(batch, sizeof batch);
    noncrypto_wipe(&s, sizeof s);
}

void noncrypto_aes_decrypt_portable(const struct noncrypto_aes *aes, uint8_t out[AES_BLOCK],
                                    const uint8_t in[AES_BLOCK])
{
    struct bitslice s;
    uint8_t batch[BATCH] = {0};

    noncrypto_bitslice_init(&s, aes);
    aes_copy_block(batch, in);
    noncrypto_bitslice_decrypt(&s, batch, batch);
    aes_copy_block(out, batch);
    noncrypto_wipe(batch, sizeof batch);
    noncrypto_wipe(&s, sizeof s);
}

void noncrypto_aes_ctr_blocks_portable(const struct noncrypto_aes *aes, enum aes_counter width,
                                       uint8_t counter[AES_BLOCK], uint8_t *out, const uint8_t *in,
                                       size_t nblocks)
{
    struct bitslice s;
    uint8_t batch[BATCH];

    noncrypto_bitslice_init(&s, aes);
    while (nblocks > 0) {
        size_t n = nblocks < BITSLICE_BLOCKS ? nblocks : BITSLICE_BLOCKS;
        for (size_t i = 0; i < BITSLICE_BLOCKS; i++) {
            aes_copy_block(batch + i * AES_BLOCK, counter);
            noncrypto_aes_counter_add(batch + i * AES_BLOCK, width, i);
        }
        noncrypto_aes_counter_add(counter, width, n);
        noncrypto_bitslice_encrypt(&s, batch, batch);
        noncrypto_aes_xor(out, in, batch, n * AES_BLOCK);
        nblocks -= n;
        out += n * AES_BLOCK;
        in += n * AES_BLOCK;
    }
    noncrypto_wipe(batch, sizeof batch);
    noncrypto_wipe(&s, sizeof s);
}

void noncrypto_aes_cbc_mac_portable(const struct noncrypto_aes *aes, uint8_t mac[AES_BLOCK],
                                    const uint8_t *in, size_t nblocks)
{
    struct bitslice s;
    uint8_t batch[BATCH] = {0};

    noncrypto_bitslice_init(&s, aes);
    aes_copy_block(batch, mac);
    for (; nblocks > 0; nblocks--, in += AES_BLOCK) {
        aes_xor_block(batch, batch, in);
        noncrypto_bitslice_encrypt(&s, batch, batch);
    }
    aes_copy_block(mac, batch);
    noncrypto_wipe(batch, sizeof batch);
    noncrypto_wipe(&s, sizeof s);
}

/* The chain of the tag and the key stream of the block after go through the cipher together. */
void noncrypto_aes_ccm_blocks_portable(const struct noncrypto_aes *aes, struct aes_ccm *ccm,
                                       int open, uint8_t *out, const uint8_t *in, size_t nblocks)
{
    struct bitslice s;
    uint8_t batch[BATCH] = {0};
    uint8_t text[AES_BLOCK];

    noncrypto_bitslice_init(&s, aes);
    for (; nblocks > 0; nblocks--, in += AES_BLOCK, out += AES_BLOCK) {
        aes_copy_block(text, in);
        aes_xor_block(out, text, ccm->stream);
        aes_xor_block(batch, ccm->mac, open ? out : text);
        aes_copy_block(batch + AES_BLOCK, ccm->counter);
        noncrypto_aes_counter_add(ccm->counter, AES_COUNTER_128, 1);
        noncrypto_bitslice_encrypt(&s, batch, batch);
        aes_copy_block(ccm->mac, batch);
        aes_copy_block(ccm->stream, batch + AES_BLOCK);
    }
    noncrypto_wipe(text, sizeof text);
    noncrypto_wipe(batch, sizeof batch);
    noncrypto_wipe(&s, sizeof s);
}
