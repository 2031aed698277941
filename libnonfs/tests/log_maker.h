/*
 * Journals of all kinds, written into an image block by block, for the tests of replay. The writer is not the library's:
 * it follows the specification on its own, with the checksums done bit by bit.
 */
#ifndef NONFS_TESTS_LOG_MAKER_H
#define NONFS_TESTS_LOG_MAKER_H

#include <stdint.h>

#include "image.h"

struct log_maker {
    struct image *image;
    uint32_t block_size;
    uint64_t journal; /* first block of the journal, which lies in one piece */
    uint32_t first;
    uint32_t end;
    uint32_t compat;
    uint32_t incompat;
    uint32_t at;
    uint32_t sequence;
    uint32_t transaction; /* where this one starts */
    uint32_t seed;
    /* The descriptor that is being filled. */
    uint8_t *descriptor; /* NULL: none */
    uint32_t used;
    uint8_t *last_tag;
};

/* Opens the journal of an image, sets its features, and starts an empty log at block `start` of it. */
void log_open(struct log_maker *log, struct image *image, uint32_t compat, uint32_t incompat,
              uint32_t start, uint32_t sequence);
/* Adds a block to the transaction; content that starts with the magic is escaped. */
void log_write(struct log_maker *log, uint64_t block, const uint8_t *content);
/* Adds a revoke block with `n` numbers. */
void log_revoke(struct log_maker *log, const uint64_t *blocks, uint32_t n);
/* Ends the transaction; returns where the commit block is. */
uint8_t *log_commit(struct log_maker *log);
/* Ends the descriptor without a commit block. */
void log_end_descriptor(struct log_maker *log);

/* Writes the superblocks: the journal's, and the volume's with needs_recovery. */
void log_close(struct log_maker *log, uint32_t start, uint32_t sequence);

/* CRC32C, bit by bit, not inverted. */
uint32_t slow_crc32c(uint32_t crc, const void *data, size_t len);

#endif
