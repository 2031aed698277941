/*
 * Making a volume. mkfs.c decides and drives; geometry.c computes what depends on sizes alone; chunk.c says where the tables
 * of a flexible group of groups lie; allocate.c places the few files; files.c writes them; groups.c writes bitmaps and group
 * descriptors; super.c writes superblocks.
 *
 * No bitmap of the volume is ever in memory. Tables are placed by a rule that looks at one chunk (the groups of one flexible
 * group, or a single group) and at nothing else, so that the used blocks of any chunk can be found again at any time;
 * beside them there are the runs of blocks that files have, and those are few.
 */
#ifndef NONFS_MKFS_PRIVATE_H
#define NONFS_MKFS_PRIVATE_H

#include <stddef.h>
#include <stdint.h>

#include <nonfs/mkfs.h>

#include "ext4/format.h"
#include "ext4/superblock.h"

#define MKFS_FLEX_LOG    4u
#define MKFS_FLEX        (1u << MKFS_FLEX_LOG)
#define MKFS_INODE_SIZE  256u
#define MKFS_FIRST_INODE 11u
#define MKFS_LOST_BLOCKS 12u /* the most that /lost+found gets */
#define MKFS_EXTENTS     84u /* what a block of 1024 bytes holds */
#define MKFS_ZEROS_SIZE  65536u
#define MKFS_BLOCK_SIZE  4096u /* the largest */

#define MKFS_INODE_BAD     1u
#define MKFS_INODE_ROOT    2u
#define MKFS_INODE_RESIZE  7u
#define MKFS_INODE_JOURNAL 8u
#define MKFS_INODE_LOST    11u

/* Blocks [first, end). */
struct mkfs_run {
    uint64_t first;
    uint64_t end;
};

/* The used blocks of some groups, in order and without overlap: copies of the superblock and the tables. */
struct mkfs_chunk {
    uint32_t first_group;
    uint32_t ngroups;
    unsigned nruns;
    uint64_t block_bitmap[MKFS_FLEX];
    uint64_t inode_bitmap[MKFS_FLEX];
    uint64_t inode_table[MKFS_FLEX];
    struct mkfs_run runs[4 * MKFS_FLEX];
};

struct mkfs {
    const struct nonfs_block_device *dev;
    const struct nonfs_mkfs_config *config;
    struct ext4_super
        super; /* info, block_shift, first_data_block, per-group numbers, descriptor_size, checksum_seed */
    uint8_t hash_seed[16];
    uint32_t descriptors_per_block;
    uint32_t descriptor_blocks;
    uint32_t table_blocks; /* of the inode table of a group */
    uint32_t reserved_descriptor_blocks;
    uint32_t journal_blocks;
    uint64_t overhead; /* blocks of superblocks, descriptors, tables and journal */
    uint64_t free_blocks;
    uint64_t written; /* bytes */

    struct mkfs_chunk chunk; /* the one that was looked at last; ngroups = 0: none */

    /* What files have. All of it is in `extra`, too, in order. */
    uint64_t root_block;
    uint64_t lost_blocks[MKFS_LOST_BLOCKS];
    unsigned nlost;
    uint64_t resize_block;
    uint64_t journal_index; /* the block of the extent tree; 0: the extents fit the inode */
    struct mkfs_run journal[MKFS_EXTENTS];
    unsigned njournal;
    uint8_t journal_map[60]; /* of its inode */
    struct mkfs_run extra[MKFS_EXTENTS + MKFS_LOST_BLOCKS + 3];
    unsigned nextra;

    /* Buffers in the arena. */
    uint8_t *block;       /* MKFS_BLOCK_SIZE bytes: what is being made */
    uint8_t *descriptors; /* the same: the block of group descriptors that is being made */
    uint8_t *zeros;       /* MKFS_ZEROS_SIZE bytes */
};

static inline int mkfs_has_metadata_csum(const struct mkfs *m)
{
    return (m->super.info.ro_compat & EXT4_RO_METADATA_CSUM) != 0;
}

/* geometry.c: 0, NONFS_E_RANGE or NONFS_E_UNSUPPORTED. */
int mkfs_geometry(struct mkfs *m);
uint64_t mkfs_group_first(const struct mkfs *m, uint32_t group);
uint64_t mkfs_group_end(const struct mkfs *m, uint32_t group);
uint32_t mkfs_group_of(const struct mkfs *m, uint64_t block);
/* Blocks at the start of a group with a copy of the superblock; 0 in the others. */
uint32_t mkfs_super_blocks(const struct mkfs *m, uint32_t group);
uint32_t mkfs_lost_count(const struct mkfs *m);
/* The next group with a copy of the superblock; group_count or more behind the last. */
uint32_t mkfs_next_super(const struct mkfs *m, uint32_t group);

/* chunk.c: makes m->chunk the one that holds `group`. Returns 0, or NONFS_E_RANGE if its tables do not fit. */
int mkfs_chunk_load(struct mkfs *m, uint32_t group);
/* Whether the tables of groups may lie in other groups. */
int mkfs_is_flexible(const struct mkfs *m);

/* allocate.c */
int mkfs_allocate(struct mkfs *m);
/* The number of blocks of [first, end) that files have. */
uint32_t mkfs_extra_in(const struct mkfs *m, uint64_t first, uint64_t end);

/* files.c: the root, /lost+found, the journal, the blocks kept for growing, and all reserved inodes. */
int mkfs_files_write(struct mkfs *m);

/* groups.c: clears the tables, writes bitmaps and descriptors and every copy of the latter. */
int mkfs_groups_write(struct mkfs *m);

/* super.c */
int mkfs_super_write(struct mkfs *m);

/* mkfs.c: blocks of the volume. */
int mkfs_write(struct mkfs *m, uint64_t first, uint64_t nblocks, const void *bytes);
/* Nothing where the device is zero already. */
int mkfs_clear(struct mkfs *m, uint64_t first, uint64_t nblocks);

#endif
