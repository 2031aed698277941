/*
 * What SHA-1 and SHA-2 have in common: a message that comes in pieces goes on in whole blocks, and its padding (FIPS 180-4
 * section 5.1). A context counts bytes in `total`; those after the last whole block are in `block`. Expanded where it is
 * called, so that the length of a block is a constant and `blocks` no pointer.
 */
#ifndef NONCRYPTO_SRC_PIECES_H
#define NONCRYPTO_SRC_PIECES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "bytes.h"

#define PIECES_INLINE static inline __attribute__((always_inline)) void

/* The compression function over `nblocks` blocks; `state` is its chaining value. */
typedef void pieces_blocks(void *state, const uint8_t *data, size_t nblocks);

/* Adds `len` bytes. `block_len` is a power of two. */
PIECES_INLINE pieces_add(void *state, uint8_t *block, size_t block_len, uint64_t *total,
                         const void *data, size_t len, pieces_blocks *blocks)
{
    const uint8_t *p = data;
    size_t held = (size_t)*total & (block_len - 1);

    if (len == 0)
        return;
    *total += len;
    if (held > 0) {
        size_t take = block_len - held;
        if (take > len)
            take = len;
        memcpy(block + held, p, take);
        p += take;
        len -= take;
        if (held + take < block_len)
            return;
        blocks(state, block, 1);
    }
    if (len >= block_len)
        blocks(state, p, len / block_len);
    memcpy(block, p + len / block_len * block_len, len % block_len);
}

/* A one bit, zeros, and the length in bits, for which an eighth of a block is kept: of its 128 bits 67 can be used. */
PIECES_INLINE pieces_pad(void *state, uint8_t *block, size_t block_len, uint64_t total,
                         pieces_blocks *blocks)
{
    size_t held = (size_t)total & (block_len - 1);
    size_t end = block_len - block_len / 8;

    block[held++] = 0x80;
    memset(block + held, 0, block_len - held);
    if (held > end) {
        blocks(state, block, 1);
        memset(block, 0, end);
    }
    if (block_len / 8 > 8)
        store_be64(block + end, total >> 61);
    store_be64(block + block_len - 8, total << 3);
    blocks(state, block, 1);
}

#endif
