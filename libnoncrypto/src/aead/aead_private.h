/*
 * Cipher and authenticator in one pass. Private to libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_AEAD_PRIVATE_H
#define NONCRYPTO_SRC_AEAD_PRIVATE_H

#include "chacha20/chacha20.h"
#include "poly1305/poly1305_private.h"

#if NONCRYPTO_X86_64
#define AEAD_BATCH_LEN 512

/*
 * For each of `nbatches` pieces of 512 bytes: adds a piece of `authentic` to the accumulator `h`, and XORs eight blocks of
 * key stream to `in`. A piece of `authentic` is read before that of `out` with the same number is written. Needs AVX2.
 */
void aead_batches_avx2(uint32_t input[16], uint64_t h[3], const uint64_t r[2],
                       const uint8_t *authentic, uint8_t *out, const uint8_t *in, size_t nbatches);
#endif

#endif
