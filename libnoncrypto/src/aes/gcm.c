/*
 * The key stream of a message begins with the block that masks the tag, so one batch of blocks does for a short message.
 * What follows goes in whole batches, and the rest of the ciphertext is hashed together with the lengths.
 */
#include <noncrypto/aes_gcm.h>
#include <noncrypto/memory.h>

#include <string.h>

#include "aes/ghash.h"
#include "bytes.h"

#define BATCH (GHASH_BATCH * AES_BLOCK)
#define FIRST (BATCH - AES_BLOCK)

struct message {
    const struct noncrypto_aes_gcm *gcm;
    uint64_t y[2]; /* the hash */
    uint8_t counter[AES_BLOCK];
    uint8_t mask[AES_BLOCK]; /* of the tag */
};

int noncrypto_aes_gcm_init(struct noncrypto_aes_gcm *gcm, const void *key, size_t key_len)
{
    uint8_t h[AES_BLOCK] = {0};

    memset(gcm, 0, sizeof *gcm);
    int result = noncrypto_aes_init(&gcm->aes, key, key_len);
    if (result != 0)
        return result;
    noncrypto_aes_encrypt_blocks(&gcm->aes, h, h, 1);
    noncrypto_ghash_init(gcm, h);
    noncrypto_wipe(h, sizeof h);
    return 0;
}

static int lengths_allowed(size_t tag_len, uint64_t len, uint64_t aad_len, uint64_t iv_len)
{
    return (tag_len == 4 || tag_len == 8 || (tag_len >= 12 && tag_len <= AES_BLOCK)) &&
           len <= NONCRYPTO_AES_GCM_MAX_LEN && aad_len <= NONCRYPTO_AES_GCM_MAX_AAD &&
           iv_len >= 1 && iv_len <= NONCRYPTO_AES_GCM_MAX_IV;
}

/* Hashes data and the zeros that make its last block whole. */
static void hash_padded(struct message *m, const uint8_t *data, size_t len)
{
    size_t whole = len / AES_BLOCK;
    uint8_t last[AES_BLOCK] = {0};

    if (whole > 0)
        noncrypto_ghash(m->gcm, m->y, data, whole);
    if (len % AES_BLOCK != 0) {
        memcpy(last, data + whole * AES_BLOCK, len % AES_BLOCK);
        noncrypto_ghash(m->gcm, m->y, last, 1);
    }
}

/* The first counter block, SP 800-38D section 7.1 step 2. */
static void set_counter(struct message *m, const uint8_t *iv, size_t iv_len)
{
    uint8_t lengths[AES_BLOCK] = {0};

    if (iv_len == NONCRYPTO_AES_GCM_IV_LEN) {
        memcpy(m->counter, iv, NONCRYPTO_AES_GCM_IV_LEN);
        store_be32(m->counter + NONCRYPTO_AES_GCM_IV_LEN, 1);
        return;
    }
    m->y[0] = m->y[1] = 0;
    hash_padded(m, iv, iv_len);
    store_be64(lengths + 8, (uint64_t)iv_len * 8);
    noncrypto_ghash(m->gcm, m->y, lengths, 1);
    store_be64(m->counter, m->y[1]);
    store_be64(m->counter + 8, m->y[0]);
}

/* Hashes the end of the ciphertext, at most one batch, and the block of lengths, section 7.1 steps 4 and 5. */
static void hash_end(struct message *m, const uint8_t *end, size_t end_len, uint64_t aad_len,
                     uint64_t len)
{
    uint8_t block[BATCH + AES_BLOCK];
    size_t nblocks = (end_len + AES_BLOCK - 1) / AES_BLOCK;

    memset(block + end_len, 0, nblocks * AES_BLOCK - end_len);
    if (end_len > 0)
        memcpy(block, end, end_len);
    store_be64(block + nblocks * AES_BLOCK, aad_len * 8);
    store_be64(block + nblocks * AES_BLOCK + 8, len * 8);
    noncrypto_ghash(m->gcm, m->y, block, nblocks + 1);
}

/* What comes between the first batch and the end: whole batches. */
static void crypt_batches(struct message *m, int open, uint8_t *out, const uint8_t *in,
                          size_t nbatches)
{
    const struct noncrypto_aes_gcm *gcm = m->gcm;

#if NONCRYPTO_X86_64
    if (cpu_has(NONCRYPTO_CPU_AESNI | NONCRYPTO_CPU_AVX2)) {
        (open ? noncrypto_gcm_open_avx2 : noncrypto_gcm_seal_avx2)(gcm, m->y, m->counter, out, in,
                                                                   nbatches);
        return;
    }
    if (cpu_has(NONCRYPTO_CPU_AESNI)) {
        (open ? noncrypto_gcm_open_aesni : noncrypto_gcm_seal_aesni)(gcm, m->y, m->counter, out, in,
                                                                     nbatches);
        return;
    }
#endif
    if (open)
        noncrypto_ghash_portable(gcm, m->y, in, nbatches * GHASH_BATCH);
    noncrypto_aes_ctr_blocks_portable(&gcm->aes, AES_COUNTER_32, m->counter, out, in,
                                      nbatches * GHASH_BATCH);
    if (!open)
        noncrypto_ghash_portable(gcm, m->y, out, nbatches * GHASH_BATCH);
}

/* Less than a batch, with a key stream whose first `skip` bytes are kept for something else. */
static void crypt_piece(struct message *m, uint8_t stream[BATCH], size_t skip, uint8_t *out,
                        const uint8_t *in, size_t len)
{
    memset(stream, 0, BATCH);
    noncrypto_aes_ctr_blocks(&m->gcm->aes, AES_COUNTER_32, m->counter, stream, stream,
                             (skip + len + AES_BLOCK - 1) / AES_BLOCK);
    noncrypto_aes_xor(out, in, stream + skip, len);
}

/* The whole of a message; leaves the full tag in the mask. */
static void crypt_message(struct message *m, int open, uint8_t *out, const uint8_t *in, size_t len,
                          const uint8_t *aad, size_t aad_len)
{
    uint8_t stream[BATCH];
    uint8_t hash[AES_BLOCK];
    size_t first = len < FIRST ? len : FIRST;
    size_t batches = (len - first) / BATCH;
    size_t end = (len - first) % BATCH;
    size_t done = first + batches * BATCH;

    m->y[0] = m->y[1] = 0;
    hash_padded(m, aad, aad_len);
    if (len == first && open)
        hash_end(m, in, len, aad_len, len);
    else if (open)
        noncrypto_ghash(m->gcm, m->y, in, GHASH_BATCH - 1);
    crypt_piece(m, stream, AES_BLOCK, out, in, first);
    aes_copy_block(m->mask, stream);
    if (len == first && !open)
        hash_end(m, out, len, aad_len, len);
    else if (!open)
        noncrypto_ghash(m->gcm, m->y, out, GHASH_BATCH - 1);

    if (len > first) {
        if (batches > 0)
            crypt_batches(m, open, out + first, in + first, batches);
        if (open)
            hash_end(m, in + done, end, aad_len, len);
        if (end > 0)
            crypt_piece(m, stream, 0, out + done, in + done, end);
        if (!open)
            hash_end(m, out + done, end, aad_len, len);
    }

    store_be64(hash, m->y[1]);
    store_be64(hash + 8, m->y[0]);
    aes_xor_block(m->mask, m->mask, hash);
    noncrypto_wipe(stream, sizeof stream);
}

int noncrypto_aes_gcm_seal(const struct noncrypto_aes_gcm *gcm, uint8_t *out, uint8_t *tag,
                           size_t tag_len, const uint8_t *in, size_t len, const void *aad,
                           size_t aad_len, const void *iv, size_t iv_len)
{
    struct message m = {.gcm = gcm};

    if (!lengths_allowed(tag_len, len, aad_len, iv_len))
        return NONCRYPTO_E_INVALID;
    set_counter(&m, iv, iv_len);
    crypt_message(&m, 0, out, in, len, aad, aad_len);
    memcpy(tag, m.mask, tag_len);
    noncrypto_wipe(&m, sizeof m);
    return 0;
}

int noncrypto_aes_gcm_open(const struct noncrypto_aes_gcm *gcm, uint8_t *out, const uint8_t *tag,
                           size_t tag_len, const uint8_t *in, size_t len, const void *aad,
                           size_t aad_len, const void *iv, size_t iv_len)
{
    struct message m = {.gcm = gcm};

    if (!lengths_allowed(tag_len, len, aad_len, iv_len))
        return NONCRYPTO_E_INVALID;
    set_counter(&m, iv, iv_len);
    crypt_message(&m, 1, out, in, len, aad, aad_len);
    int result = noncrypto_compare(m.mask, tag, tag_len);
    if (result != 0)
        noncrypto_wipe(out, len);
    noncrypto_wipe(&m, sizeof m);
    return result;
}
