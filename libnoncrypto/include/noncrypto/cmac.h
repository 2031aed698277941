/*
 * AES-CMAC, NIST SP 800-38B and RFC 4493: a message authentication code with keys of 128, 192 and 256 bits.
 *
 * To authenticate many messages with one key, initialize once and copy the context for each. Compare tags with
 * noncrypto_compare(). A shorter tag is the beginning of the full one. Erase contexts with noncrypto_wipe().
 */
#ifndef NONCRYPTO_CMAC_H
#define NONCRYPTO_CMAC_H

#include <noncrypto/aes.h>
#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_CMAC_TAG_LEN 16

/* A message in progress, 296 bytes. The members are private: they are here only so that the size is known. */
struct noncrypto_cmac {
    struct noncrypto_aes aes;
    uint8_t subkey[NONCRYPTO_AES_BLOCK_LEN]; /* K1 */
    uint8_t mac[NONCRYPTO_AES_BLOCK_LEN];
    uint8_t block[NONCRYPTO_AES_BLOCK_LEN]; /* not yet in `mac`: the last block is treated apart */
    uint32_t filled;
};

/*
 * key_len  bytes of `key`: 16, 24 or 32
 *
 * Returns 0, or NONCRYPTO_E_INVALID for any other length; then the context is zeroed and must not be used.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_cmac_init(struct noncrypto_cmac *cmac,
                                                           const void *key, size_t key_len);

/* Adds `len` bytes to the message; `data` may be NULL if that is 0. */
NONCRYPTO_API void noncrypto_cmac_update(struct noncrypto_cmac *cmac, const void *data, size_t len);

/* Writes the tag and erases the context. */
NONCRYPTO_API void noncrypto_cmac_final(struct noncrypto_cmac *cmac,
                                        uint8_t tag[NONCRYPTO_CMAC_TAG_LEN]);

/*
 * All in one. `tag` may overlap the data.
 *
 * Returns 0, or NONCRYPTO_E_INVALID if the key's length is none of the three; then `tag` is unchanged.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_cmac(uint8_t tag[NONCRYPTO_CMAC_TAG_LEN],
                                                      const void *key, size_t key_len,
                                                      const void *data, size_t len);

#ifdef __cplusplus
}
#endif

#endif
