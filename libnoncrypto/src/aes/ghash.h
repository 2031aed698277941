/*
 * GHASH, NIST SP 800-38D section 6.4, and what is stitched to it. Private to libnoncrypto.
 *
 * A block is read as a big-endian number of 128 bits, kept as {low, high}: the polynomial of the standard with its bits
 * reflected. As RFC 8452 appendix A shows, GHASH with H in this reading is POLYVAL with H * x, whose product
 * a * b * x^-128 mod x^128 + x^127 + x^126 + x^121 + 1 needs no shift after a reflected multiplication. So power[i] of a key
 * is H^(i + 1) * x.
 */
#ifndef NONCRYPTO_SRC_AES_GHASH_H
#define NONCRYPTO_SRC_AES_GHASH_H

#include "aes/aes_private.h"

#define GHASH_BATCH NONCRYPTO_AES_GCM_POWERS

/* Sets the powers from H = E(0). */
void noncrypto_ghash_init(struct noncrypto_aes_gcm *gcm, const uint8_t h[AES_BLOCK]);

/* y = (y + block) * H for each block. */
void noncrypto_ghash(const struct noncrypto_aes_gcm *gcm, uint64_t y[2], const uint8_t *in,
                     size_t nblocks);
void noncrypto_ghash_portable(const struct noncrypto_aes_gcm *gcm, uint64_t y[2], const uint8_t *in,
                              size_t nblocks);

#if NONCRYPTO_X86_64
void noncrypto_ghash_pclmul(const struct noncrypto_aes_gcm *gcm, uint64_t y[2], const uint8_t *in,
                            size_t nblocks);
/* Counter mode with a 32-bit counter and GHASH of the ciphertext, `nbatches` times GHASH_BATCH blocks. */
NONCRYPTO_HIDDEN void noncrypto_gcm_seal_aesni(const struct noncrypto_aes_gcm *gcm, uint64_t y[2],
                                               uint8_t counter[AES_BLOCK], uint8_t *out,
                                               const uint8_t *in, size_t nbatches);
NONCRYPTO_HIDDEN void noncrypto_gcm_open_aesni(const struct noncrypto_aes_gcm *gcm, uint64_t y[2],
                                               uint8_t counter[AES_BLOCK], uint8_t *out,
                                               const uint8_t *in, size_t nbatches);
NONCRYPTO_HIDDEN void noncrypto_gcm_seal_avx2(const struct noncrypto_aes_gcm *gcm, uint64_t y[2],
                                              uint8_t counter[AES_BLOCK], uint8_t *out,
                                              const uint8_t *in, size_t nbatches);
NONCRYPTO_HIDDEN void noncrypto_gcm_open_avx2(const struct noncrypto_aes_gcm *gcm, uint64_t y[2],
                                              uint8_t counter[AES_BLOCK], uint8_t *out,
                                              const uint8_t *in, size_t nbatches);
#endif

#endif
