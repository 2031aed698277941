/*
 * Checking an ext4 volume without changing it: whether all that it says of itself agrees.
 *
 * What is looked at: superblock and group descriptors with their checksums; inodes, their maps of blocks and their extended
 * attributes; directories and their hash trees; that each directory has one name and the right parent; the numbers of
 * links; both bitmaps and all counts of what is free; the journal, and the orphans. Each fault is reported once, as a
 * problem that names the structure; nothing is repaired.
 *
 * Memory comes from one arena. It must hold a few bits an inode (nonfs_check_arena_size says how much); with less than a
 * bit a block besides, the volume is gone through more than once, for a part of its blocks each time. So a large volume can
 * be checked with little memory, in more time. Work is linear in the size of the volume, however it is damaged.
 */
#ifndef NONFS_CHECK_H
#define NONFS_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include <nonfs/block.h>
#include <nonfs/diagnostic.h>
#include <nonfs/ext4.h>
#include <nonfs/result.h>

#ifdef __cplusplus
extern "C" {
#endif

enum nonfs_problem_kind {
    NONFS_PROBLEM_STRUCTURE, /* something cannot be read, or its checksum is wrong: `diagnostic` says what */
    NONFS_PROBLEM_SUPER_INODES,
    NONFS_PROBLEM_SUPER_INODE_FIELDS,
    NONFS_PROBLEM_SUPER_FREE_BLOCKS,
    NONFS_PROBLEM_SUPER_FREE_INODES,
    NONFS_PROBLEM_JOURNAL_DATA,
    NONFS_PROBLEM_ORPHAN,
    NONFS_PROBLEM_ORPHAN_FILE_DATA,
    NONFS_PROBLEM_ORPHAN_FILE_EMPTY,
    NONFS_PROBLEM_GROUP_OUTSIDE,
    NONFS_PROBLEM_GROUP_OVERLAP,
    NONFS_PROBLEM_GROUP_UNMARKED_BLOCKS,
    NONFS_PROBLEM_GROUP_UNUSED_BLOCKS,
    NONFS_PROBLEM_GROUP_UNMARKED_INODES,
    NONFS_PROBLEM_GROUP_UNUSED_INODES,
    NONFS_PROBLEM_GROUP_PADDING,
    NONFS_PROBLEM_GROUP_BITMAP_SUM,
    NONFS_PROBLEM_GROUP_FREE_BLOCKS,
    NONFS_PROBLEM_GROUP_FREE_INODES,
    NONFS_PROBLEM_GROUP_DIRECTORIES,
    NONFS_PROBLEM_INODE_TYPE,
    NONFS_PROBLEM_INODE_RESERVED,
    NONFS_PROBLEM_INODE_DELETION_TIME,
    NONFS_PROBLEM_INODE_NO_DELETION_TIME,
    NONFS_PROBLEM_INODE_SIZE,
    NONFS_PROBLEM_INODE_BLOCKS,
    NONFS_PROBLEM_INODE_LINKS,
    NONFS_PROBLEM_INODE_LOST,
    NONFS_PROBLEM_BLOCK_OUTSIDE,
    NONFS_PROBLEM_BLOCK_TWICE,
    NONFS_PROBLEM_XATTR_HASH,
    NONFS_PROBLEM_XATTR_USERS,
    NONFS_PROBLEM_ROOT,
    NONFS_PROBLEM_RESIZE,
    NONFS_PROBLEM_DIRECTORY_HOLE,
    NONFS_PROBLEM_DIRECTORY_DOT,
    NONFS_PROBLEM_DIRECTORY_PARENT,
    NONFS_PROBLEM_DIRECTORY_LOST,
    NONFS_PROBLEM_ENTRY_NAME,
    NONFS_PROBLEM_ENTRY_INODE,
    NONFS_PROBLEM_ENTRY_UNUSED,
    NONFS_PROBLEM_ENTRY_TYPE,
    NONFS_PROBLEM_ENTRY_TWICE,
    NONFS_PROBLEM_ENTRY_DIRECTORY,
    NONFS_PROBLEM_INDEX_ORDER,
    NONFS_PROBLEM_INDEX_BLOCKS,
    NONFS_PROBLEM_TOO_MANY,
};

/* What nonfs_check_format makes a sentence of; members that do not belong to the kind are 0. */
struct nonfs_problem {
    enum nonfs_problem_kind kind;
    uint64_t inode;
    uint64_t block;
    uint64_t group;
    uint64_t found;    /* what is there */
    uint64_t expected; /* and what should be */
    const struct nonfs_diagnostic
        *diagnostic;  /* of NONFS_PROBLEM_STRUCTURE; lives until the report returns */
    const char *name; /* of an entry, NUL-terminated; the same; or NULL */
};

struct nonfs_check_config {
    uint32_t cache_blocks; /* as in nonfs_ext4_config */
    uint32_t problems_max; /* the check ends after so many; 0: it does not */
    /* Told of each problem; must not call the library, but for nonfs_check_format. */
    void (*report)(void *context, const struct nonfs_problem *problem);
    /* May be NULL. Told now and then how much of a pass (1 to 5) is done. */
    void (*progress)(void *context, unsigned pass, uint64_t done, uint64_t all);
    void *context;
};

struct nonfs_check_result {
    uint64_t problems;
    uint64_t inodes; /* in use */
    uint64_t directories;
    uint64_t blocks;        /* in use */
    uint8_t journal_waits;  /* 1: the journal holds changes that are not in what was checked */
    uint8_t errors_flagged; /* 1: who used the volume last found errors in it */
};

/*
 * Bytes of arena that nonfs_check needs for a volume. `*whole` receives how many it needs to go through the volume once; more are
 * of no use. Returns 0 if the configuration is not valid or the number does not fit a size_t.
 */
NONFS_API size_t nonfs_check_arena_size(const struct nonfs_check_config *config,
                                        const struct nonfs_ext4_info *info, size_t *whole);

/*
 * Checks the volume on `dev`, to which nothing is written.
 *
 * arena       `arena_size` bytes aligned to NONFS_EXT4_ARENA_ALIGN; the caller's again after the call
 * result      filled as far as the check came
 * diagnostic  may be NULL; says what is wrong after an error
 *
 * Returns 0 when the check came to its end, also if that was at a problem that hides all others; NONFS_E_INVALID for a wrong
 * configuration, device table or alignment; NONFS_E_NO_MEMORY if the arena is too small, or too many blocks of attributes
 * are shared for it; NONFS_E_NO_SIGNATURE if this is no ext2, ext3 or ext4 volume; NONFS_E_UNSUPPORTED for features that
 * cannot be checked (`diagnostic` names one): those that cannot be read, and bigalloc; NONFS_E_IO, NONFS_E_GONE.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_check(const struct nonfs_block_device *dev,
                                           const struct nonfs_check_config *config, void *arena,
                                           size_t arena_size, struct nonfs_check_result *result,
                                           struct nonfs_diagnostic *diagnostic);

/* Room for every text that nonfs_check_format makes of a problem without a name, with its final NUL. */
#define NONFS_PROBLEM_TEXT_SIZE 192u

/*
 * Writes a sentence such as "inode 12: 3 links, and 2 names were found" into `text`, NUL-terminated and cut at `size` bytes.
 * Returns the length without the NUL of what was written. size = 0 writes nothing.
 */
NONFS_API size_t nonfs_check_format(const struct nonfs_problem *problem, char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif
