/*
 * Rejection sampling with vectors: which lanes are kept, packed together. Private to libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_COMPACT_AVX2_H
#define NONCRYPTO_SRC_COMPACT_AVX2_H

#include <stdint.h>

#include "cpu.h"

#if NONCRYPTO_X86_64
/* The numbers of the bits that are set in the index, a byte each, from the lowest on; then zeros. */
extern const uint64_t noncrypto_compact_positions[256] __attribute__((visibility("hidden")));
#endif

#endif
