/*
 * The tree of dm-verity: layout.c says where its blocks lie, superblock.c knows the superblock, format.c makes a tree and
 * read.c verifies by one.
 *
 * Level 0 holds the hashes of the data's blocks, each further level those of the blocks of the one below, and the highest
 * level is one block, whose hash is the root. On disk the highest level comes first. Over a single block of data there is no
 * level: its hash is the root.
 */
#ifndef NONFS_VERITY_TREE_H
#define NONFS_VERITY_TREE_H

#include <stddef.h>
#include <stdint.h>

#include <nonfs/verity.h>

#include <noncrypto/sha2.h>

#define VERITY_SUPER_SIZE 512u
/* A block of 512 bytes holds 16 hashes, and there are less than 2^55 blocks of data. */
#define VERITY_LEVELS_MAX 14u
#define VERITY_CHUNK_SIZE 65536u /* bytes of data that are read at a time */

struct verity_layout {
    unsigned levels;
    unsigned shift; /* logarithm of the hashes in a block */
    uint64_t first
        [VERITY_LEVELS_MAX]; /* block of the tree's device, in hash_block_size, where a level starts */
    uint64_t end;            /* the block behind the tree */
};

/* Where the blocks lie. Returns 0, or NONFS_E_INVALID if the parameters are not valid. */
int verity_layout(struct verity_layout *layout, const struct nonfs_verity_params *params);

/* Whether data and tree fit the devices and their blocks: 0, NONFS_E_INVALID or NONFS_E_RANGE. */
int verity_check_devices(const struct verity_layout *layout,
                         const struct nonfs_verity_params *params,
                         const struct nonfs_block_device *data,
                         const struct nonfs_block_device *hash);

/* The hash of a block: that of the salt and the block. `salted` has taken the salt. */
void verity_hash(uint8_t out[NONFS_VERITY_HASH_LEN], const struct noncrypto_sha256 *salted,
                 const uint8_t *block, uint32_t len);

/* Blocks of a size that is a multiple of the device's. */
int verity_read_blocks(const struct nonfs_block_device *dev, uint32_t block_size, uint64_t first,
                       uint64_t nblocks, void *buf);
int verity_write_block(const struct nonfs_block_device *dev, uint32_t block_size, uint64_t block,
                       const void *buf);

/* Fills VERITY_SUPER_SIZE bytes. */
void verity_super_encode(uint8_t *p, const struct nonfs_verity_params *params);

/* Records an error for nonfs_verity_diagnostic and returns it. */
int verity_fail(struct nonfs_diagnostic *diagnostic, int result, enum nonfs_structure structure,
                uint64_t block, const char *reason);

#endif
