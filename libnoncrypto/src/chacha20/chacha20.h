/*
 * The ChaCha20 core: whole blocks of key stream, in each back end. Private to libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_CHACHA20_H
#define NONCRYPTO_SRC_CHACHA20_H

#include <stddef.h>
#include <stdint.h>

#include "cpu.h"

#define CHACHA20_KEY_LEN   32
#define CHACHA20_BLOCK_LEN 64

/*
 * Sets up the input matrix of the block function: constants, key, and `tail` in words 12 to 15. In the layout of the RFC
 * word 12 counts blocks and words 13 to 15 are the nonce; with a 64-bit counter words 12 and 13 count.
 */
void noncrypto_chacha20_setup(uint32_t input[16], const uint8_t key[CHACHA20_KEY_LEN],
                              const uint32_t tail[4]);

/*
 * XORs `nblocks` blocks of key stream to `in`, and adds `nblocks` to the counter in words 12 and 13 of `input`. Who has a
 * 32-bit counter does not go past its end, save for the carry into word 13 after the last block, which it undoes. `out`
 * may be `in`. Takes the best back end.
 */
void noncrypto_chacha20_xor_blocks(uint32_t input[16], uint8_t *out, const uint8_t *in,
                                   size_t nblocks);

/* The same in portable C. */
void noncrypto_chacha20_xor_blocks_c(uint32_t input[16], uint8_t *out, const uint8_t *in,
                                     size_t nblocks);

/*
 * HChaCha20 on words: the first and the last row of the matrix after the rounds, without the addition of the input. `key`
 * may lie in `input`.
 */
void noncrypto_chacha20_derive(uint32_t key[8], const uint32_t input[16]);

static inline void chacha20_advance(uint32_t input[16], uint32_t nblocks)
{
    input[12] += nblocks;
    input[13] += input[12] < nblocks;
}

#if NONCRYPTO_X86_64
/*
 * The same as noncrypto_chacha20_xor_blocks() for a whole number of batches of 4 (SSE) or 8 (AVX2) blocks. If `first` is not NULL,
 * the first block of key stream goes there as it is, and `in` and `out` begin with the second.
 */
void noncrypto_chacha20_xor_batches_sse(uint32_t input[16], uint8_t *out, const uint8_t *in,
                                        size_t nbatches);
void noncrypto_chacha20_xor_batches_avx2(uint32_t input[16], uint8_t *first, uint8_t *out,
                                         const uint8_t *in, size_t nbatches);
/* For any number of blocks; best for less than a batch. */
void noncrypto_chacha20_xor_blocks_sse(uint32_t input[16], uint8_t *out, const uint8_t *in,
                                       size_t nblocks);
void noncrypto_chacha20_derive_sse(uint32_t key[8], const uint32_t input[16]);
#endif

#endif
