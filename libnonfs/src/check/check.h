/*
 * Checking a volume.
 *
 *   check.c        arena, the order of things, what is said of the volume as a whole
 *   report.c       problems and their sentences
 *   groups.c       tables of the groups; bitmaps and counts
 *   inodes.c       each inode: fields, attributes
 *   maps.c         the blocks of an inode
 *   resize.c       what is kept for more descriptors
 *   directories.c  entries; names and links; which directories are reached
 *   index.c        hash trees
 *
 * The check reads through a volume that is mounted for reading. Of each inode there are some bits; of each block one bit,
 * for those of the window: the part of the volume that is looked at in this round. A round goes through all inodes; what
 * is not about blocks of the window is reported in the first one only.
 */
#ifndef NONFS_CHECK_PRIVATE_H
#define NONFS_CHECK_PRIVATE_H

#include <nonfs/check.h>

#include "ext4/volume.h"

#define CHECK_INDEX_BITS \
    (1u << 19) /* blocks of a directory whose hash tree is compared block by block */

/* A block of attributes that several inodes share. */
struct check_shared {
    uint64_t block; /* 0: the slot is free */
    uint32_t users; /* as the block says */
    uint32_t seen;
    uint32_t round; /* the last one in which it was marked */
};

struct checker {
    struct nonfs_ext4 *volume;
    const struct nonfs_check_config *config;
    struct nonfs_check_result *result;
    int stopped; /* too many problems */
    uint32_t round;
    int blind; /* a descriptor cannot be used, and so nothing else can be judged */
    int quiet; /* what is wrong with tables was said */
    int first; /* the round that reports what is not about blocks of the window */

    /* A bit an inode, the first one for inode 0. */
    uint8_t *used;
    uint8_t *directory;
    uint8_t *named;
    uint8_t *reached;
    uint8_t *bad_tables; /* a bit a group: its inode table is not to be looked at */
    uint8_t *index_bits;
    struct check_shared *shared;
    uint32_t shared_mask;
    uint32_t nshared;

    uint8_t *window;      /* a bit a block */
    uint64_t window_size; /* bytes, of which links use as many as they want */
    uint64_t window_first;
    uint64_t window_count;
    uint64_t free_blocks; /* counted */
    uint64_t free_inodes;
    uint8_t *bits;               /* a bitmap: one block */
    struct nonfs_ext4_node node; /* the inode that is looked at */
    struct nonfs_ext4_node other;
    struct nonfs_ext4_entry entry;
};

static inline int check_bit(const uint8_t *bits, uint64_t i)
{
    return bits[i / 8] >> (i % 8) & 1;
}

static inline void check_set_bit(uint8_t *bits, uint64_t i)
{
    bits[i / 8] = (uint8_t)(bits[i / 8] | 1u << (i % 8));
}

/* report.c: returns 0, or CHECK_STOP after the last problem that is wanted. */
#define CHECK_STOP 1
int nonfs_check_report(struct checker *c, const struct nonfs_problem *problem);
/* In the first round only. */
int nonfs_check_report_once(struct checker *c, const struct nonfs_problem *problem);
/*
 * What a call of the volume returned: damage is reported (in the first round) and gives 0; errors of the device are passed
 * on.
 */
int nonfs_check_damage(struct checker *c, int result);

/* maps.c: marks blocks as used that lie in the window. Returns the first one that was used before; 0: none. */
uint64_t nonfs_check_mark_range(struct checker *c, uint64_t first, uint64_t count);
/* The same for blocks of an inode, with a problem said. `*fresh` (may be NULL): all were in the volume and, as far as is known, not used before. */
int nonfs_check_mark(struct checker *c, uint32_t inode, uint64_t first, uint64_t count, int *fresh);
struct check_map {
    uint64_t blocks;      /* all, with those of the map itself */
    uint64_t end;         /* behind the last block of the file that is mapped */
    uint64_t written_end; /* and behind the last one with content */
    int damaged;          /* it could not be gone through */
};
int nonfs_check_map_walk(struct checker *c, struct check_map *map);

/* groups.c */
int nonfs_check_mark_tables(struct checker *c);
int nonfs_check_block_bitmaps(struct checker *c);
int nonfs_check_inode_bitmaps(struct checker *c);

/* inodes.c: all inodes, in each round. */
int nonfs_check_inodes(struct checker *c);
int nonfs_check_shared_attributes(struct checker *c);
/* Whether the inode is one of the volume's own, which have no name. */
int nonfs_check_inode_is_hidden(const struct checker *c, uint32_t inode);

/* resize.c: the inode for resizing, whose double-indirect block is `map`. */
int nonfs_check_resize(struct checker *c, uint32_t map);

/* directories.c */
int nonfs_check_directories(struct checker *c);
int nonfs_check_connections(struct checker *c);
int nonfs_check_links(struct checker *c);

/* index.c: the hash tree of the directory in c->node. */
int nonfs_check_index(struct checker *c);

#endif
