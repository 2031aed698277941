#include <noncrypto/aes_ccm.h>
#include <noncrypto/memory.h>

#include <string.h>

#include "aes/aes_private.h"
#include "bytes.h"

struct message {
    const struct noncrypto_aes *aes;
    struct aes_ccm ccm;
    uint8_t mask[AES_BLOCK]; /* of the tag */
};

static int lengths_allowed(size_t tag_len, uint64_t len, size_t nonce_len)
{
    if (tag_len < NONCRYPTO_AES_CCM_TAG_MIN || tag_len > NONCRYPTO_AES_CCM_TAG_MAX ||
        tag_len % 2 != 0 || nonce_len < NONCRYPTO_AES_CCM_NONCE_MIN ||
        nonce_len > NONCRYPTO_AES_CCM_NONCE_MAX)
        return 0;
    size_t count_len = AES_BLOCK - 1 - nonce_len;
    return count_len == 8 || len >> (8 * count_len) == 0;
}

/* Encrypts at once the first block of the chain, the mask of the tag and the key stream of the first block of text. */
static void start(struct message *m, size_t tag_len, size_t len, size_t aad_len,
                  const uint8_t *nonce, size_t nonce_len)
{
    uint8_t block[3 * AES_BLOCK] = {0};
    uint8_t *b0 = block, *a0 = block + AES_BLOCK, *a1 = block + 2 * AES_BLOCK;
    size_t count_len = AES_BLOCK - 1 - nonce_len;

    /* The length has at most `count_len` bytes, so the nonce covers only zeros. RFC 3610 sections 2.2 and 2.3. */
    store_be64(b0 + 8, len);
    b0[0] = (uint8_t)((aad_len > 0 ? 0x40 : 0) | (tag_len - 2) / 2 << 3 | (count_len - 1));
    memcpy(b0 + 1, nonce, nonce_len);
    a0[0] = (uint8_t)(count_len - 1);
    memcpy(a0 + 1, nonce, nonce_len);
    aes_copy_block(a1, a0);
    a1[AES_BLOCK - 1] = 1;
    aes_copy_block(m->ccm.counter, a0);
    m->ccm.counter[AES_BLOCK - 1] = 2;

    noncrypto_aes_encrypt_blocks(m->aes, block, block, 3);
    aes_copy_block(m->ccm.mac, b0);
    aes_copy_block(m->mask, a0);
    aes_copy_block(m->ccm.stream, a1);
    noncrypto_wipe(block, sizeof block);
}

/* The associated data with its length before it and zeros after it. */
static void authenticate(struct message *m, const uint8_t *aad, size_t aad_len)
{
    uint8_t block[AES_BLOCK] = {0};
    size_t used;

    if (aad_len == 0)
        return;
    if (aad_len < 0xff00) {
        block[0] = (uint8_t)(aad_len >> 8);
        block[1] = (uint8_t)aad_len;
        used = 2;
    } else if ((uint64_t)aad_len >> 32 == 0) {
        block[0] = 0xff;
        block[1] = 0xfe;
        store_be32(block + 2, (uint32_t)aad_len);
        used = 6;
    } else {
        block[0] = 0xff;
        block[1] = 0xff;
        store_be64(block + 2, aad_len);
        used = 10;
    }
    size_t n = aad_len < AES_BLOCK - used ? aad_len : AES_BLOCK - used;
    memcpy(block + used, aad, n);
    noncrypto_aes_cbc_mac(m->aes, m->ccm.mac, block, 1);
    aad += n;
    aad_len -= n;

    if (aad_len >= AES_BLOCK)
        noncrypto_aes_cbc_mac(m->aes, m->ccm.mac, aad, aad_len / AES_BLOCK);
    if (aad_len % AES_BLOCK != 0) {
        memset(block, 0, sizeof block);
        memcpy(block, aad + aad_len / AES_BLOCK * AES_BLOCK, aad_len % AES_BLOCK);
        noncrypto_aes_cbc_mac(m->aes, m->ccm.mac, block, 1);
    }
}

/* The whole of a message; leaves the full tag in the mask. */
static void crypt_message(struct message *m, int open, uint8_t *out, const uint8_t *in, size_t len)
{
    size_t whole = len / AES_BLOCK * AES_BLOCK;
    uint8_t block[AES_BLOCK] = {0};

    if (whole > 0)
        noncrypto_aes_ccm_blocks(m->aes, &m->ccm, open, out, in, whole / AES_BLOCK);
    if (whole < len) {
        if (!open)
            memcpy(block, in + whole, len - whole);
        noncrypto_aes_xor(out + whole, in + whole, m->ccm.stream, len - whole);
        if (open)
            memcpy(block, out + whole, len - whole);
        noncrypto_aes_cbc_mac(m->aes, m->ccm.mac, block, 1);
    }
    aes_xor_block(m->mask, m->mask, m->ccm.mac);
    noncrypto_wipe(block, sizeof block);
}

int noncrypto_aes_ccm_seal(const struct noncrypto_aes *aes, uint8_t *out, uint8_t *tag,
                           size_t tag_len, const uint8_t *in, size_t len, const void *aad,
                           size_t aad_len, const void *nonce, size_t nonce_len)
{
    struct message m = {.aes = aes};

    if (!lengths_allowed(tag_len, len, nonce_len))
        return NONCRYPTO_E_INVALID;
    start(&m, tag_len, len, aad_len, nonce, nonce_len);
    authenticate(&m, aad, aad_len);
    crypt_message(&m, 0, out, in, len);
    memcpy(tag, m.mask, tag_len);
    noncrypto_wipe(&m, sizeof m);
    return 0;
}

int noncrypto_aes_ccm_open(const struct noncrypto_aes *aes, uint8_t *out, const uint8_t *tag,
                           size_t tag_len, const uint8_t *in, size_t len, const void *aad,
                           size_t aad_len, const void *nonce, size_t nonce_len)
{
    struct message m = {.aes = aes};

    if (!lengths_allowed(tag_len, len, nonce_len))
        return NONCRYPTO_E_INVALID;
    start(&m, tag_len, len, aad_len, nonce, nonce_len);
    authenticate(&m, aad, aad_len);
    crypt_message(&m, 1, out, in, len);
    int result = noncrypto_compare(m.mask, tag, tag_len);
    if (result != 0)
        noncrypto_wipe(out, len);
    noncrypto_wipe(&m, sizeof m);
    return result;
}
