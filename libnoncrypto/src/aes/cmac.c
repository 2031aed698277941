#include <noncrypto/cmac.h>
#include <noncrypto/memory.h>

#include <string.h>

#include "aes/aes_private.h"
#include "bytes.h"
#include "ct.h"

/* Doubling in GF(2^128), SP 800-38B section 5.3. */
static void doubled(uint8_t out[AES_BLOCK], const uint8_t in[AES_BLOCK])
{
    uint64_t high = load_be64(in);
    uint64_t low = load_be64(in + 8);

    store_be64(out, high << 1 | low >> 63);
    store_be64(out + 8, low << 1 ^ (0x87 & ct_mask64(high >> 63)));
}

int noncrypto_cmac_init(struct noncrypto_cmac *cmac, const void *key, size_t key_len)
{
    uint8_t l[AES_BLOCK] = {0};

    memset(cmac, 0, sizeof *cmac);
    int result = noncrypto_aes_init(&cmac->aes, key, key_len);
    if (result != 0)
        return result;
    noncrypto_aes_encrypt_blocks(&cmac->aes, l, l, 1);
    doubled(cmac->subkey, l);
    noncrypto_wipe(l, sizeof l);
    return 0;
}

void noncrypto_cmac_update(struct noncrypto_cmac *cmac, const void *data, size_t len)
{
    const uint8_t *in = data;

    if (len == 0)
        return;
    size_t n = AES_BLOCK - cmac->filled < len ? AES_BLOCK - cmac->filled : len;
    memcpy(cmac->block + cmac->filled, in, n);
    cmac->filled += (uint32_t)n;
    in += n;
    len -= n;
    if (len == 0)
        return;

    /* There is more, so the block is not the last; and of the rest at least one byte is kept. */
    size_t whole = (len - 1) / AES_BLOCK;
    noncrypto_aes_cbc_mac(&cmac->aes, cmac->mac, cmac->block, 1);
    if (whole > 0)
        noncrypto_aes_cbc_mac(&cmac->aes, cmac->mac, in, whole);
    cmac->filled = (uint32_t)(len - whole * AES_BLOCK);
    memcpy(cmac->block, in + whole * AES_BLOCK, cmac->filled);
}

void noncrypto_cmac_final(struct noncrypto_cmac *cmac, uint8_t tag[NONCRYPTO_CMAC_TAG_LEN])
{
    if (cmac->filled < AES_BLOCK) {
        memset(cmac->block + cmac->filled, 0, AES_BLOCK - cmac->filled);
        cmac->block[cmac->filled] = 0x80;
        doubled(cmac->subkey, cmac->subkey);
    }
    aes_xor_block(cmac->block, cmac->block, cmac->subkey);
    noncrypto_aes_cbc_mac(&cmac->aes, cmac->mac, cmac->block, 1);
    aes_copy_block(tag, cmac->mac);
    noncrypto_wipe(cmac, sizeof *cmac);
}

int noncrypto_cmac(uint8_t tag[NONCRYPTO_CMAC_TAG_LEN], const void *key, size_t key_len,
                   const void *data, size_t len)
{
    struct noncrypto_cmac cmac;

    int result = noncrypto_cmac_init(&cmac, key, key_len);
    if (result != 0)
        return result;
    noncrypto_cmac_update(&cmac, data, len);
    noncrypto_cmac_final(&cmac, tag);
    return 0;
}
