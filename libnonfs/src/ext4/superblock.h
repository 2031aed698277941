/*
 * The superblock, decoded and checked. Nothing behind this looks at its raw bytes.
 */
#ifndef NONFS_EXT4_SUPERBLOCK_H
#define NONFS_EXT4_SUPERBLOCK_H

#include <stdint.h>

#include <nonfs/block.h>
#include <nonfs/diagnostic.h>
#include <nonfs/ext4.h>

struct ext4_super {
    struct nonfs_ext4_info info;
    uint64_t reserved_blocks;
    uint64_t free_blocks;
    uint32_t free_inodes;
    uint32_t block_shift;
    uint32_t first_data_block;
    uint32_t blocks_per_group;
    uint32_t inodes_per_group;
    uint32_t first_inode; /* the first that is not reserved */
    uint32_t descriptor_size;
    uint32_t first_meta_bg;
    uint32_t
        reserved_descriptors;  /* blocks behind the descriptors that are kept for more of them */
    uint32_t backup_groups[2]; /* of sparse_super2 */
    uint32_t checksum_seed;
    uint32_t hash_seed[4];
    uint32_t orphan_inode;    /* of the feature orphan_file */
    uint32_t last_orphan;     /* head of the chain of inodes to be deleted or truncated; 0: none */
    uint32_t quota_inodes[3]; /* 0: none */
    uint32_t journal_inode;
    uint32_t journal_device;
    uint32_t mount_time;
    uint16_t state;          /* EXT4_STATE_... */
    uint16_t min_inode_size; /* bytes of fields that every inode should have; 0: not said */
    uint16_t new_inode_size; /* bytes of fields behind the fixed ones that a new inode has */
    uint8_t hash_version;    /* of new directories */
    uint8_t unsigned_hash;
};

/*
 * Reads and decodes the superblock of `dev` into `*super`; `scratch` holds NONFS_EXT4_PROBE_SIZE bytes. Features are
 * not judged here. Errors as nonfs_ext4_probe; on error `*super` has no particular content.
 */
int nonfs_superblock_read(struct ext4_super *super, const struct nonfs_block_device *dev,
                          uint8_t *scratch, struct nonfs_diagnostic *diagnostic);

/*
 * Puts what changes while a volume is mounted into the raw superblock, and its checksum: counts, state, features, times and
 * the head of the orphans. `raw` is the superblock as it is on disk, EXT4_SUPER_SIZE bytes.
 */
void nonfs_superblock_store(const struct ext4_super *super, uint8_t *raw);

/* Whether group `group` has a copy of the superblock. */
int nonfs_superblock_in_group(const struct ext4_super *super, uint32_t group);

#endif
