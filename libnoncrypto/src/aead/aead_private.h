/*
 * Cipher and authenticator in one pass. Private to libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_AEAD_PRIVATE_H
#define NONCRYPTO_SRC_AEAD_PRIVATE_H

#include "chacha20/chacha20.h"
#include "poly1305/poly1305_private.h"

#if NONCRYPTO_X86_64
#define AEAD_BATCH_LEN   512
#define AEAD_PAIR_LEN    128
/* So many blocks are authenticated along with a batch or a pair. */
#define AEAD_BATCH_STEPS 32
#define AEAD_FIRST_STEPS 28 /* without the block that is the key */
#define AEAD_PAIR_STEPS  30

/*
 * For each of `nbatches` pieces of 512 bytes: adds 32 blocks of `authentic` to the accumulator `h`, in the first piece
 * `steps`, which is 28 or 32; and XORs eight blocks of key stream to `in`. At least one batch. The blocks of `authentic` are read before `out`
 * is written. Needs AVX2.
 */
void noncrypto_aead_batches_avx2(uint32_t input[16], uint64_t h[3], const uint64_t r[2],
                                 const uint8_t *authentic, unsigned steps, uint8_t *out,
                                 const uint8_t *in, size_t nbatches);

/* The same once, with two blocks of key stream and `steps` blocks of `authentic`, at most 30. Needs SSE. */
void noncrypto_aead_pair_sse(uint32_t input[16], uint64_t h[3], const uint64_t r[2],
                             const uint8_t *authentic, size_t steps, uint8_t *out,
                             const uint8_t *in);
#endif

#endif
