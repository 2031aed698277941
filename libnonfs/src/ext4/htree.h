/*
 * The hash tree of a directory, as its search and its changes see it.
 */
#ifndef NONFS_EXT4_HTREE_H
#define NONFS_EXT4_HTREE_H

#include "bytes.h"
#include "ext4/volume.h"

/* Offsets in the root block. */
enum { DX_DOT_LENGTH = 4, DX_RESERVED = 24, DX_VERSION = 28, DX_INFO_LENGTH = 29, DX_LEVELS = 30 };

#define DX_INFO_SIZE  8u
#define DX_LEVELS_MAX 3u /* nodes from the root to the last level, with large_dir */
#define DX_BLOCK_MASK 0x0fffffffu

struct htree_frame {
    uint32_t block; /* of the directory */
    uint32_t at;    /* the entry that was followed */
};

struct htree_walk {
    struct nonfs_ext4_node *directory;
    uint64_t nblocks;
    uint64_t steps; /* blocks that may still be looked at */
    uint32_t hash;
    uint32_t depth; /* frames in use */
    enum hash_version version;
    struct htree_frame frames[DX_LEVELS_MAX];
};

/* One node, pinned. */
struct htree_node {
    struct block_ref ref;
    const uint8_t *entries;
    uint32_t count;
};

static inline uint32_t htree_hash(const struct htree_node *n, uint32_t i)
{
    return load_le32(n->entries + EXT4_DX_ENTRY_SIZE * i);
}

static inline uint32_t htree_block(const struct htree_node *n, uint32_t i)
{
    return load_le32(n->entries + EXT4_DX_ENTRY_SIZE * i + 4) & DX_BLOCK_MASK;
}

/* Pins the node in block `block` of the directory and checks its numbers of entries. */
int nonfs_htree_node_get(struct htree_walk *w, uint32_t block, struct htree_node *n);

/* Reads what the root says about the tree, and computes the hash of the name. `w` has the directory. */
int nonfs_htree_start(struct htree_walk *w, const char *name, size_t name_len);

/* Goes down from the frame `level`, whose node is in block `block`, to a block of records. */
int nonfs_htree_descend(struct htree_walk *w, uint32_t level, uint32_t block, int leftmost,
                        uint32_t *leaf);

#endif
