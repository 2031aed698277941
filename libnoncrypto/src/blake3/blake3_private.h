/*
 * Inside BLAKE3: the compression function and its flags, and the hash of a single chunk for callers who have little
 * stack. Private to libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_BLAKE3_PRIVATE_H
#define NONCRYPTO_SRC_BLAKE3_PRIVATE_H

#include <noncrypto/blake3.h>

/* Domain separation flags, section 2.1 table 3. */
enum blake3_flag {
    BLAKE3_CHUNK_START = 1 << 0,
    BLAKE3_CHUNK_END = 1 << 1,
    BLAKE3_PARENT = 1 << 2,
    BLAKE3_ROOT = 1 << 3,
    BLAKE3_KEYED_HASH = 1 << 4,
    BLAKE3_DERIVE_KEY_CONTEXT = 1 << 5,
    BLAKE3_DERIVE_KEY_MATERIAL = 1 << 6,
};

extern const uint32_t noncrypto_blake3_iv[8] __attribute__((visibility("hidden")));

/*
 * One compression (section 2.2) of a whole 64-byte block, of which the first `block_len` bytes are input and the rest
 * is zero. `cv` is replaced by the new chaining value.
 */
void noncrypto_blake3_compress(uint32_t cv[8], const uint8_t block[NONCRYPTO_BLAKE3_BLOCK_LEN],
                               uint64_t counter, uint32_t block_len, uint32_t flags);

/* The same, with all 64 bytes of output (section 2.6); `cv` is not changed. */
void noncrypto_blake3_compress_xof(const uint32_t cv[8],
                                   const uint8_t block[NONCRYPTO_BLAKE3_BLOCK_LEN],
                                   uint64_t counter, uint32_t block_len, uint32_t flags,
                                   uint8_t out[64]);

#endif
