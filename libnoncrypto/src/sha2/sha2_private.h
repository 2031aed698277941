/*
 * The compression functions of SHA-2 and their constants. Private to libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_SHA2_PRIVATE_H
#define NONCRYPTO_SRC_SHA2_PRIVATE_H

#include <noncrypto/sha2.h>

#include "cpu.h"

/* K, FIPS 180-4 sections 4.2.2 and 4.2.3. */
extern const uint32_t noncrypto_sha256_k[64] __attribute__((visibility("hidden"), aligned(16)));
extern const uint64_t noncrypto_sha512_k[80] __attribute__((visibility("hidden"), aligned(16)));

#if NONCRYPTO_X86_64
/* These add whole blocks to the chaining value. The first needs NONCRYPTO_CPU_SHA, the second AVX2 and BMI2. */
void noncrypto_sha256_blocks_shani(uint32_t h[8], const uint8_t *data, size_t nblocks);
void noncrypto_sha512_blocks_avx2(uint64_t h[8], const uint8_t *data, size_t nblocks);
#endif

#endif
