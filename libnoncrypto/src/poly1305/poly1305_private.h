/*
 * Inside Poly1305: whole blocks, in each back end. Private to libnoncrypto.
 *
 * Between calls the accumulator is h[0] + h[1] 2^64 + h[2] 2^128 with h[2] <= 4.
 */
#ifndef NONCRYPTO_SRC_POLY1305_PRIVATE_H
#define NONCRYPTO_SRC_POLY1305_PRIVATE_H

#include <noncrypto/poly1305.h>

#include "cpu.h"

#define POLY1305_BLOCK_LEN 16

/* Whether there is the code for x86-64, which needs general registers only, so ring 0 has it, too. */
#if defined(__x86_64__) && defined(__LP64__) && !NONCRYPTO_CONFIG_PORTABLE
#define POLY1305_X86_64 1
#else
#define POLY1305_X86_64 0
#endif

/*
 * h = (h + block) r for each of `nblocks` blocks of 16 bytes; `high` is the bit above a block: 1, or 0 for the last one,
 * which carries its own. Takes the best back end.
 */
void noncrypto_poly1305_blocks(uint64_t h[3], const uint64_t r[2], const uint8_t *data,
                               size_t nblocks, uint32_t high);

/* The same in portable C. */
void noncrypto_poly1305_blocks_c(uint64_t h[3], const uint64_t r[2], const uint8_t *data,
                                 size_t nblocks, uint32_t high);

#endif
