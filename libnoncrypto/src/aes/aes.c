/* Key expansion, and the choice between the back ends. */
#include <noncrypto/aes.h>
#include <noncrypto/memory.h>

#include <string.h>

#include "aes/aes_private.h"
#include "bytes.h"

static uint32_t sub_word(uint32_t word)
{
#if NONCRYPTO_X86_64
    if (cpu_has(NONCRYPTO_CPU_AESNI))
        return noncrypto_aes_sub_word_aesni(word);
#endif
    return noncrypto_aes_sub_word_portable(word);
}

/* FIPS 197 section 5.2 with words in little-endian order, so that RotWord() is a rotation to the right. */
int noncrypto_aes_init(struct noncrypto_aes *aes, const void *key, size_t key_len)
{
    uint32_t rcon = 1;

    memset(aes, 0, sizeof *aes);
    if (key_len != NONCRYPTO_AES_128_KEY_LEN && key_len != NONCRYPTO_AES_192_KEY_LEN &&
        key_len != NONCRYPTO_AES_256_KEY_LEN)
        return NONCRYPTO_E_INVALID;
    uint8_t *w = aes->round_keys[0];
    aes->rounds = (uint32_t)key_len / 4 + 6;
    memcpy(w, key, key_len);

    uint32_t last = load_le32(w + key_len - 4);
    for (size_t at = key_len, step = 0; at < AES_BLOCK * (aes->rounds + 1); at += 4) {
        if (step == 0) {
            last = sub_word(rotr32(last, 8)) ^ rcon;
            rcon = rcon << 1 ^ (rcon >> 7) * 0x11b;
        } else if (step == 16 && key_len == NONCRYPTO_AES_256_KEY_LEN) {
            last = sub_word(last);
        }
        last ^= load_le32(w + at - key_len);
        store_le32(w + at, last);
        step = step + 4 == key_len ? 0 : step + 4;
    }
    noncrypto_wipe(&last, sizeof last);
    return 0;
}

void noncrypto_aes_encrypt(const struct noncrypto_aes *aes, uint8_t out[NONCRYPTO_AES_BLOCK_LEN],
                           const uint8_t in[NONCRYPTO_AES_BLOCK_LEN])
{
    noncrypto_aes_encrypt_blocks(aes, out, in, 1);
}

void noncrypto_aes_decrypt(const struct noncrypto_aes *aes, uint8_t out[NONCRYPTO_AES_BLOCK_LEN],
                           const uint8_t in[NONCRYPTO_AES_BLOCK_LEN])
{
#if NONCRYPTO_X86_64
    if (cpu_has(NONCRYPTO_CPU_AESNI)) {
        noncrypto_aes_decrypt_aesni(aes, out, in);
        return;
    }
#endif
    noncrypto_aes_decrypt_portable(aes, out, in);
}

void noncrypto_aes_encrypt_blocks(const struct noncrypto_aes *aes, uint8_t *out, const uint8_t *in,
                                  size_t nblocks)
{
#if NONCRYPTO_X86_64
    if (cpu_has(NONCRYPTO_CPU_AESNI)) {
        noncrypto_aes_encrypt_blocks_aesni(aes, out, in, nblocks);
        return;
    }
#endif
    noncrypto_aes_encrypt_blocks_portable(aes, out, in, nblocks);
}

void noncrypto_aes_ctr_blocks(const struct noncrypto_aes *aes, enum aes_counter width,
                              uint8_t counter[AES_BLOCK], uint8_t *out, const uint8_t *in,
                              size_t nblocks)
{
#if NONCRYPTO_X86_64
    if (cpu_has(NONCRYPTO_CPU_AESNI)) {
        noncrypto_aes_ctr_blocks_aesni(aes, width, counter, out, in, nblocks);
        return;
    }
#endif
    noncrypto_aes_ctr_blocks_portable(aes, width, counter, out, in, nblocks);
}

void noncrypto_aes_cbc_mac(const struct noncrypto_aes *aes, uint8_t mac[AES_BLOCK],
                           const uint8_t *in, size_t nblocks)
{
#if NONCRYPTO_X86_64
    if (cpu_has(NONCRYPTO_CPU_AESNI)) {
        noncrypto_aes_cbc_mac_aesni(aes, mac, in, nblocks);
        return;
    }
#endif
    noncrypto_aes_cbc_mac_portable(aes, mac, in, nblocks);
}

void noncrypto_aes_ccm_blocks(const struct noncrypto_aes *aes, struct aes_ccm *ccm, int open,
                              uint8_t *out, const uint8_t *in, size_t nblocks)
{
#if NONCRYPTO_X86_64
    if (cpu_has(NONCRYPTO_CPU_AESNI)) {
        noncrypto_aes_ccm_blocks_aesni(aes, ccm, open, out, in, nblocks);
        return;
    }
#endif
    noncrypto_aes_ccm_blocks_portable(aes, ccm, open, out, in, nblocks);
}

void noncrypto_aes_counter_add(uint8_t counter[AES_BLOCK], enum aes_counter width, size_t n)
{
    if (width == AES_COUNTER_32) {
        store_be32(counter + 12, load_be32(counter + 12) + (uint32_t)n);
        return;
    }
    uint64_t low = load_be64(counter + 8) + n;
    store_be64(counter + 8, low);
    if (low < n)
        store_be64(counter, load_be64(counter) + 1);
}

void noncrypto_aes_xor(uint8_t *out, const uint8_t *a, const uint8_t *b, size_t len)
{
    for (; len >= AES_BLOCK; len -= AES_BLOCK, a += AES_BLOCK, b += AES_BLOCK, out += AES_BLOCK)
        aes_xor_block(out, a, b);
    if (len >= AES_BLOCK / 2) {
        store_le64(out, load_le64(a) ^ load_le64(b));
        len -= AES_BLOCK / 2;
        a += AES_BLOCK / 2;
        b += AES_BLOCK / 2;
        out += AES_BLOCK / 2;
    }
    while (len-- > 0)
        *out++ = *a++ ^ *b++;
}
