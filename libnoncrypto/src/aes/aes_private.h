/*
 * Between the modes of AES and its back ends. Each operation exists in portable C and with AES-NI, which aes.c chooses; all
 * are for whole blocks. Private to libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_AES_AES_PRIVATE_H
#define NONCRYPTO_SRC_AES_AES_PRIVATE_H

#include <noncrypto/aes.h>
#include <noncrypto/aes_gcm.h>

#include "cpu.h"

#define AES_BLOCK NONCRYPTO_AES_BLOCK_LEN

/* How much of a counter block counts: the last 32 bits (GCM) or all of it. */
enum aes_counter { AES_COUNTER_32, AES_COUNTER_128 };

/* CCM between two blocks. */
struct aes_ccm {
    uint8_t mac[AES_BLOCK];
    uint8_t stream[AES_BLOCK];  /* key stream of the next block */
    uint8_t counter[AES_BLOCK]; /* of the block after that */
};

/* out = in ^ key stream; the counter moves on by `nblocks`. */
void noncrypto_aes_ctr_blocks(const struct noncrypto_aes *aes, enum aes_counter width,
                              uint8_t counter[AES_BLOCK], uint8_t *out, const uint8_t *in,
                              size_t nblocks);
void noncrypto_aes_ctr_blocks_portable(const struct noncrypto_aes *aes, enum aes_counter width,
                                       uint8_t counter[AES_BLOCK], uint8_t *out, const uint8_t *in,
                                       size_t nblocks);

/* Encrypts independent blocks. */
void noncrypto_aes_encrypt_blocks(const struct noncrypto_aes *aes, uint8_t *out, const uint8_t *in,
                                  size_t nblocks);
void noncrypto_aes_encrypt_blocks_portable(const struct noncrypto_aes *aes, uint8_t *out,
                                           const uint8_t *in, size_t nblocks);

/* mac = E(mac ^ block) for each block. */
void noncrypto_aes_cbc_mac(const struct noncrypto_aes *aes, uint8_t mac[AES_BLOCK],
                           const uint8_t *in, size_t nblocks);
void noncrypto_aes_cbc_mac_portable(const struct noncrypto_aes *aes, uint8_t mac[AES_BLOCK],
                                    const uint8_t *in, size_t nblocks);

/* Encrypts (or decrypts, if `open` is not 0) and authenticates the plaintext. */
void noncrypto_aes_ccm_blocks(const struct noncrypto_aes *aes, struct aes_ccm *ccm, int open,
                              uint8_t *out, const uint8_t *in, size_t nblocks);
void noncrypto_aes_ccm_blocks_portable(const struct noncrypto_aes *aes, struct aes_ccm *ccm,
                                       int open, uint8_t *out, const uint8_t *in, size_t nblocks);

void noncrypto_aes_decrypt_portable(const struct noncrypto_aes *aes, uint8_t out[AES_BLOCK],
                                    const uint8_t in[AES_BLOCK]);
/* SubWord() of FIPS 197 section 5.2; the order of the bytes does not matter. */
uint32_t noncrypto_aes_sub_word_portable(uint32_t word);

#if NONCRYPTO_X86_64
void noncrypto_aes_ctr_blocks_aesni(const struct noncrypto_aes *aes, enum aes_counter width,
                                    uint8_t counter[AES_BLOCK], uint8_t *out, const uint8_t *in,
                                    size_t nblocks);
void noncrypto_aes_encrypt_blocks_aesni(const struct noncrypto_aes *aes, uint8_t *out,
                                        const uint8_t *in, size_t nblocks);
void noncrypto_aes_cbc_mac_aesni(const struct noncrypto_aes *aes, uint8_t mac[AES_BLOCK],
                                 const uint8_t *in, size_t nblocks);
void noncrypto_aes_ccm_blocks_aesni(const struct noncrypto_aes *aes, struct aes_ccm *ccm, int open,
                                    uint8_t *out, const uint8_t *in, size_t nblocks);
void noncrypto_aes_decrypt_aesni(const struct noncrypto_aes *aes, uint8_t out[AES_BLOCK],
                                 const uint8_t in[AES_BLOCK]);
uint32_t noncrypto_aes_sub_word_aesni(uint32_t word);
#endif

/* Adds `n` to the counting part of a counter block. */
void noncrypto_aes_counter_add(uint8_t counter[AES_BLOCK], enum aes_counter width, size_t n);

/*
 * In a freestanding build memcpy() is a call even for eight bytes; these are not. Copies a block, and out = a ^ b, where
 * `out` may be either.
 */
static inline void aes_copy_block(uint8_t out[AES_BLOCK], const uint8_t in[AES_BLOCK])
{
    __builtin_memcpy(out, in, AES_BLOCK);
}

static inline void aes_xor_block(uint8_t out[AES_BLOCK], const uint8_t a[AES_BLOCK],
                                 const uint8_t b[AES_BLOCK])
{
    uint64_t x[2], y[2];

    __builtin_memcpy(x, a, AES_BLOCK);
    __builtin_memcpy(y, b, AES_BLOCK);
    x[0] ^= y[0];
    x[1] ^= y[1];
    __builtin_memcpy(out, x, AES_BLOCK);
}

/* The same for any number of bytes. */
void noncrypto_aes_xor(uint8_t *out, const uint8_t *a, const uint8_t *b, size_t len);

#endif
