/*
 * Making ext4 volumes (and ext2 ones), laid out as mke2fs 1.47 lays them out: with the same UUIDs, time and options the
 * bytes are the same, but for the counter of kilobytes written, which here counts what was written here.
 *
 * Nothing is read from the device, and what is on it is lost. The functions need one arena of NONFS_MKFS_ARENA_SIZE
 * bytes, whatever the size of the volume, and no frame above 1 KiB of stack.
 */
#ifndef NONFS_MKFS_H
#define NONFS_MKFS_H

#include <stddef.h>
#include <stdint.h>

#include <nonfs/block.h>
#include <nonfs/ext4.h>
#include <nonfs/result.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONFS_MKFS_ARENA_SIZE  (96u * 1024u) /* bytes */
#define NONFS_MKFS_ARENA_ALIGN 8u            /* bytes */
#define NONFS_MKFS_LABEL_SIZE  16u           /* bytes; a label of this length has no NUL */
#define NONFS_MKFS_SIZE_MIN    2097152u      /* bytes of the smallest volume */
#define NONFS_MKFS_BLOCKS_MAX  4294967296u   /* of the largest: 16 TiB with blocks of 4096 bytes */

/*
 * The tables of inodes are not cleared, and the kernel is told to do it in the background after the first mount. Needs
 * checksums of group descriptors: the feature metadata_csum or uninit_bg.
 */
#define NONFS_MKFS_LAZY_TABLES   1u
/* All of the device reads as zeros: only what is not zero is written. */
#define NONFS_MKFS_DEVICE_ZEROED 2u

struct nonfs_mkfs_config {
    uint64_t block_count; /* of block_size; 0: all that the device has, in multiples of 4 KiB */
    uint32_t block_size;  /* bytes: 1024, 2048 or 4096, not below the device's */
    uint32_t inode_ratio; /* bytes of the volume for each inode; block_size to 2^26 */
    uint32_t reserved_percent; /* of the blocks, for root; 0 to 50 */
    uint32_t compat; /* features; which ones are known here says nonfs_mkfs_unsupported_feature */
    uint32_t incompat;
    uint32_t ro_compat;
    uint32_t flags;        /* NONFS_MKFS_... */
    uint32_t time;         /* seconds since 1970: when the volume is said to be made */
    uint8_t uuid[16];      /* in the order in which it is printed; all zero: taken from `random` */
    uint8_t hash_seed[16]; /* of directory hashes; the same */
    char label[NONFS_MKFS_LABEL_SIZE]; /* padded with zeros */
    /* Fills `bytes` with random numbers; returns 0, or an error that nonfs_mkfs returns. May be NULL if nothing needs it. */
    int (*random)(void *context, void *bytes, size_t len);
    /* Called as groups are written. May be NULL. */
    void (*progress)(void *context, uint32_t done_groups, uint32_t all_groups);
    void *context; /* of both */
};

/* What was made. */
struct nonfs_mkfs_report {
    uint64_t
        block_count; /* a last group that would hold little more than its own tables is left out */
    uint32_t inode_count;
    uint32_t group_count;
    uint32_t journal_blocks;
    uint32_t compat; /* the features that it has */
    uint32_t incompat;
    uint32_t ro_compat;
    uint8_t uuid[16];
};

/*
 * Fills `*config` with what mke2fs -t ext4 of Debian 12 chooses for a volume of `size` bytes: blocks of 1024 bytes below
 * 512 MiB and of 4096 above, inodes in proportion, 5 % reserved, has_journal, ext_attr, resize_inode, dir_index, filetype,
 * extent, 64bit, flex_bg, sparse_super, large_file, huge_file, dir_nlink, extra_isize and metadata_csum. Time, UUIDs, label and
 * the functions are zero.
 */
NONFS_API void nonfs_mkfs_defaults(struct nonfs_mkfs_config *config, uint64_t size);

/* Bytes for each inode that mke2fs chooses for a volume of `size` bytes. */
NONFS_API uint32_t nonfs_mkfs_inode_ratio(uint64_t size);

/*
 * The name of the first feature of `config` that nonfs_mkfs does not make or that lacks another feature which it needs;
 * NULL if there is none.
 */
NONFS_API const char *nonfs_mkfs_unsupported_feature(const struct nonfs_mkfs_config *config);

/*
 * Makes a volume on `dev`. What was there becomes unrecognizable first; the superblock is written last, so a volume that
 * was not finished is none.
 *
 * arena   NONFS_MKFS_ARENA_SIZE bytes aligned to NONFS_MKFS_ARENA_ALIGN, used during the call only
 * report  may be NULL; filled on success
 *
 * A volume too small for a journal is made without one, and one of 2^32 blocks or more without resize_inode. Returns 0
 * when all is on stable storage; NONFS_E_INVALID for a device table, configuration or alignment that is not valid;
 * NONFS_E_UNSUPPORTED for a feature that nonfs_mkfs_unsupported_feature names, and for a layout that needs meta_bg;
 * NONFS_E_RANGE if the volume is larger than the device, too small or too large, or if its tables do not fit; what
 * `random` returned; NONFS_E_READ_ONLY; NONFS_E_IO, NONFS_E_GONE.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_mkfs(const struct nonfs_block_device *dev,
                                          const struct nonfs_mkfs_config *config, void *arena,
                                          struct nonfs_mkfs_report *report);

#ifdef __cplusplus
}
#endif

#endif
