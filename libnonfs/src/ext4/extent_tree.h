/*
 * An extent tree that is being changed, and the way down to one of its leaves.
 */
#ifndef NONFS_EXT4_EXTENT_TREE_H
#define NONFS_EXT4_EXTENT_TREE_H

#include "ext4/extent.h"
#include "ext4/writer.h"

struct tree_level {
    struct block_ref ref; /* not for level 0, which is the inode */
    const uint8_t *bytes;
    uint32_t entries;
    uint32_t max;
    uint32_t
        at; /* the entry that was followed; in a leaf, how many entries start at or before the block */
};

struct tree {
    struct nonfs_ext4_node *node;
    struct nonfs_ext4 *volume;
    struct inode_edit inode;
    uint32_t depth; /* level of the leaves */
    uint32_t pinned;
    struct tree_level level[EXT4_EXTENT_DEPTH_MAX + 1];
};

int nonfs_tree_fail(struct tree *t, const char *reason);

/* Pins the inode of a node that has extents. NONFS_E_UNSUPPORTED for another one. */
int nonfs_tree_open(struct tree *t, struct nonfs_ext4_node *node);
void nonfs_tree_unpin(struct tree *t);
/* Lets go of all; the node's copy of the root follows what was changed. */
void nonfs_tree_close(struct tree *t);

/* The block that the entry which was followed leads to. */
uint64_t nonfs_index_child(const struct tree_level *l);
/* Goes down to the leaf for `block`; for one before all extents, to the first leaf. */
int nonfs_tree_find(struct tree *t, uint32_t block);

int nonfs_level_delete(struct tree *t, uint32_t d, uint32_t at);
struct extent_change nonfs_leaf_extent(const struct tree *t, uint32_t i);
int nonfs_leaf_set(struct tree *t, uint32_t i, const struct extent_change *e);
/* Inserts an extent, splitting nodes as it needs. */
int nonfs_tree_insert(struct tree *t, const struct extent_change *e);

#endif
