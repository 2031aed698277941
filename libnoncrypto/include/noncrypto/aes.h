/*
 * AES, FIPS 197: the block cipher by itself, with keys of 128, 192 and 256 bits.
 *
 * A block cipher is a part, not a way to encrypt messages: those are aes_gcm.h, aes_ccm.h and aes_ctr.h; cmac.h
 * authenticates and aes_kw.h wraps keys.
 *
 * Runs in constant time everywhere: with AES-NI where noncrypto_cpu_set_features() allows it, bitsliced otherwise; no
 * tables. A key works whatever the features were when it was made. The bitsliced code has four blocks in a batch, so one
 * block costs as much as four, and it needs about 1.5 KiB of stack. Erase keys with noncrypto_wipe().
 */
#ifndef NONCRYPTO_AES_H
#define NONCRYPTO_AES_H

#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_AES_BLOCK_LEN   16
#define NONCRYPTO_AES_128_KEY_LEN 16
#define NONCRYPTO_AES_192_KEY_LEN 24
#define NONCRYPTO_AES_256_KEY_LEN 32
#define NONCRYPTO_AES_MAX_ROUNDS  14

/*
 * An expanded key, 244 bytes, for encryption and decryption. It may be copied by assignment and used by several threads
 * at once. The members are private: they are here only so that the size is known.
 */
struct noncrypto_aes {
    uint8_t round_keys[NONCRYPTO_AES_MAX_ROUNDS + 1][NONCRYPTO_AES_BLOCK_LEN];
    uint32_t rounds;
};

/*
 * Expands a key, FIPS 197 section 5.2.
 *
 * key_len  bytes of `key`: 16, 24 or 32
 *
 * Returns 0, or NONCRYPTO_E_INVALID for any other length; then the context is zeroed and must not be used.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_aes_init(struct noncrypto_aes *aes,
                                                          const void *key, size_t key_len);

/* Encrypts one block, section 5.1. `out` and `in` may overlap in any way. */
NONCRYPTO_API void noncrypto_aes_encrypt(const struct noncrypto_aes *aes,
                                         uint8_t out[NONCRYPTO_AES_BLOCK_LEN],
                                         const uint8_t in[NONCRYPTO_AES_BLOCK_LEN]);

/* Decrypts one block, section 5.3. `out` and `in` may overlap in any way. */
NONCRYPTO_API void noncrypto_aes_decrypt(const struct noncrypto_aes *aes,
                                         uint8_t out[NONCRYPTO_AES_BLOCK_LEN],
                                         const uint8_t in[NONCRYPTO_AES_BLOCK_LEN]);

#ifdef __cplusplus
}
#endif

#endif
