/*
 * ChaCha20 key stream, RFC 8439 section 2.3. Private to libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_CHACHA20_H
#define NONCRYPTO_SRC_CHACHA20_H

#include <stddef.h>
#include <stdint.h>

#define CHACHA20_KEY_LEN   32
#define CHACHA20_BLOCK_LEN 64

/*
 * The input matrix of the block function: constants, key, counter, nonce. Words 12 to 15 are `tail`: in the layout of
 * the RFC word 12 counts blocks and words 13 to 15 are the nonce; with a 64-bit counter words 12 and 13 count.
 */
struct chacha20 {
    uint32_t input[16];
};

void noncrypto_chacha20_init(struct chacha20 *state, const uint8_t key[CHACHA20_KEY_LEN],
                             const uint32_t tail[4]);

/* Writes one block of key stream and adds 1 to the counter in words 12 and 13. */
void noncrypto_chacha20_block(struct chacha20 *state, uint8_t out[CHACHA20_BLOCK_LEN]);

#endif
