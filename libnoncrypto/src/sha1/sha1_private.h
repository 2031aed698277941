/*
 * The compression function of SHA-1. Private to libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_SHA1_PRIVATE_H
#define NONCRYPTO_SRC_SHA1_PRIVATE_H

#include <noncrypto/sha1.h>

#include "cpu.h"

#if NONCRYPTO_X86_64
/* Adds whole blocks to the chaining value; needs NONCRYPTO_CPU_SHA. */
void noncrypto_sha1_blocks_shani(uint32_t h[5], const uint8_t *data, size_t nblocks);
#endif

#endif
