/*
 * SipHash-2-4 (Aumasson and Bernstein, 2012) with 64 or 128 bits of output: a keyed hash for short inputs, for hash
 * tables that strangers fill, for SYN cookies and the like. Not a hash for files: who knows the key finds collisions.
 */
#ifndef NONCRYPTO_SIPHASH_H
#define NONCRYPTO_SIPHASH_H

#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_SIPHASH_KEY_LEN    16
#define NONCRYPTO_SIPHASH128_OUT_LEN 16

/* 64 bits; as bytes, the reference code writes the number in little-endian order. */
NONCRYPTO_API uint64_t noncrypto_siphash(const void *data, size_t len,
                                         const uint8_t key[NONCRYPTO_SIPHASH_KEY_LEN]);

/* The variant with 128 bits; its first half is not the output above. `out` may lie in `data` or `key`. */
NONCRYPTO_API void noncrypto_siphash128(uint8_t out[NONCRYPTO_SIPHASH128_OUT_LEN], const void *data,
                                        size_t len, const uint8_t key[NONCRYPTO_SIPHASH_KEY_LEN]);

#ifdef __cplusplus
}
#endif

#endif
