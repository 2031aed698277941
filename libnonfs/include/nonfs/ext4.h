/*
 * ext2, ext3 and ext4 volumes: mounting and what is known of the volume as a whole.
 *
 * The format is the one of Linux' Documentation/filesystems/ext4. Every checksum that a volume carries is verified when
 * the structure is read: superblock, group descriptors (CRC-16 and CRC32C), inodes, extent blocks, directory blocks and
 * the nodes of their hash trees; allocation bitmaps when something is taken or given back.
 *
 * Memory comes from one arena, given at mount: the volume, its block cache and all scratch space lie in it, and
 * nonfs_ext4_arena_size() says how large it must be. Nothing else is allocated, and unmounting needs no cleaning up
 * beyond what the caller does with the arena. The functions use little stack (every frame is below 1 KiB) and do not
 * recurse.
 *
 * A volume and the nodes opened on it are used by one thread at a time. Different volumes are independent.
 *
 * Files and directories are in <nonfs/ext4_node.h>, changes of them in <nonfs/ext4_write.h>.
 */
#ifndef NONFS_EXT4_H
#define NONFS_EXT4_H

#include <stddef.h>
#include <stdint.h>

#include <nonfs/block.h>
#include <nonfs/diagnostic.h>
#include <nonfs/monitor.h>
#include <nonfs/result.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONFS_EXT4_BLOCK_SIZE_MAX   65536u /* bytes; the smallest is 1024 */
#define NONFS_EXT4_CACHE_BLOCKS_MIN 4u
#define NONFS_EXT4_CACHE_BLOCKS_MAX (1u << 24)
#define NONFS_EXT4_PROBE_SIZE       8192u /* bytes of scratch for nonfs_ext4_probe */
#define NONFS_EXT4_ARENA_ALIGN      8u    /* bytes */

/*
 * Mount although the journal holds changes that were not written home. What is read may be stale or inconsistent, as if
 * the machine had lost power at some earlier moment. For rescue only.
 */
#define NONFS_MOUNT_IGNORE_JOURNAL 1u

/*
 * Replay the journal if it holds changes that were not written home, as Linux does also for a mount that only reads. The
 * device must be writable then. Not together with NONFS_MOUNT_IGNORE_JOURNAL.
 */
#define NONFS_MOUNT_RECOVER 2u

/*
 * Mount for reading and writing, after a replay of the journal if it needs one and the removal of what an interrupted
 * operation left to be deleted. Not together with NONFS_MOUNT_IGNORE_JOURNAL.
 */
#define NONFS_MOUNT_WRITE 4u

/*
 * What a volume tells about its use, beside content and names, to who gets hold of it or of copies of it. Each of these hides a
 * part, as long as the volume is mounted with it; only with NONFS_MOUNT_WRITE. nonfs_ext4_flags() says which are on.
 *
 * NONFS_MOUNT_NO_TIMES   All times are 1970-01-01 00:00:00: the four of an inode whenever it changes (also by
 *                        nonfs_ext4_set_attributes), that of its deletion (where the format needs another number, the number of
 *                        inodes + 1), those of mounting and writing in the superblock, that of a commit in the journal. Not
 *                        hidden: how often an inode was changed (its version), how often the volume was mounted, when it was made, and
 *                        the times of inodes that do not change.
 * NONFS_MOUNT_PAD        A regular file that is written, truncated or allocated takes as many bytes as nonfs_ext4_padded_size() says of its size: blocks
 *                        behind its end are reserved, and filled with zeros on the device. ext4 stores the size itself, so who reads the
 *                        volume sees it. Who sees only the device below, encrypted by blocks, sees files grow and shrink by classes,
 *                        and all blocks of a class written. Not hidden: holes, directories, attributes, when a block is written again.
 * NONFS_MOUNT_SCRUB      What is given back is overwritten with zeros before it is used again: see nonfs_ext4_scrub(). Names that are removed, inodes
 *                        that are deleted and the log are cleared, too.
 */
#define NONFS_MOUNT_NO_TIMES 8u
#define NONFS_MOUNT_PAD      16u
#define NONFS_MOUNT_SCRUB    32u

#define NONFS_EXT4_CACHE_BLOCKS_MIN_WRITE 192u /* with NONFS_MOUNT_WRITE */

struct nonfs_time {
    int64_t seconds;      /* since 1970-01-01 00:00:00 UTC */
    uint32_t nanoseconds; /* below 1,000,000,000 */
};

struct nonfs_ext4; /* a mounted volume; lies in the arena */

struct nonfs_ext4_config {
    /*
     * Bound of the block cache, in blocks of the volume, from NONFS_EXT4_CACHE_BLOCKS_MIN to NONFS_EXT4_CACHE_BLOCKS_MAX.
     * It holds inodes, directories and block maps; whole blocks of files do not go through it. 64 is a good start.
     */
    uint32_t cache_blocks;
    uint32_t flags; /* NONFS_MOUNT_...; other bits must be 0 */
    uint32_t
        held_inodes; /* with NONFS_MOUNT_WRITE: how many inodes nonfs_ext4_hold may hold at once */
    struct nonfs_time now; /* with NONFS_MOUNT_WRITE: the time, until nonfs_ext4_set_time */
    /*
     * NULL: one call at a time. Else it is copied, all calls are made inside of it, and others come in while the device works:
     * mounting and unmounting alone; one call that changes, syncs or scrubs at a time; one that walks paths at a time; beside them
     * as many that read as the cache has blocks for, four each, of which 32 count when it is written; each with nodes of
     * its own, and no two calls at once for an inode that one of them changes. ext4_fs.h and vfs.h see to all of that.
     */
    const struct nonfs_monitor *monitor;
};

/* What the superblock says; constant while the volume is mounted. */
struct nonfs_ext4_info {
    uint64_t block_count;  /* in blocks of block_size */
    uint32_t block_size;   /* bytes */
    uint32_t cluster_size; /* bytes; block_size unless the volume has the bigalloc feature */
    uint32_t inode_count;
    uint32_t inode_size; /* bytes */
    uint32_t group_count;
    uint32_t compat; /* the three words of feature bits */
    uint32_t incompat;
    uint32_t ro_compat;
    uint32_t
        write_time; /* seconds since 1970, low 32 bits: the last time that the superblock was written */
    uint16_t mount_count;
    uint8_t clean;          /* 1: unmounted properly; 0: it was not, or errors were found */
    uint8_t needs_recovery; /* 1: the journal must be replayed */
    uint8_t uuid[16];       /* in the order in which it is printed */
    char label[17];         /* NUL-terminated; bytes as on disk, UTF-8 by custom */
};

struct nonfs_ext4_statfs {
    uint64_t blocks; /* all, in units of block_size, with those that hold metadata */
    uint64_t blocks_free;
    uint64_t blocks_available; /* free for those who are not root */
    uint64_t inodes;
    uint64_t inodes_free;
    uint32_t block_size; /* bytes */
    uint32_t name_max;   /* bytes: 255 */
};

enum nonfs_ext4_feature_set {
    NONFS_EXT4_FEATURE_COMPAT,
    NONFS_EXT4_FEATURE_INCOMPAT,
    NONFS_EXT4_FEATURE_RO_COMPAT,
};

/*
 * Reads the superblock of `dev` without mounting, to learn the block size, the label or the features.
 *
 * scratch     NONFS_EXT4_PROBE_SIZE bytes, used during the call only
 * diagnostic  may be NULL; says what is wrong after an error
 *
 * Returns 0 also for a volume that nonfs_ext4_mount refuses because of its features or its journal; NONFS_E_INVALID if
 * the device table is not as <nonfs/block.h> says; NONFS_E_NO_SIGNATURE if this is no ext2, ext3 or ext4 volume;
 * NONFS_E_CHECKSUM or NONFS_E_CORRUPT if the superblock is damaged; NONFS_E_UNSUPPORTED for an unknown kind of checksum,
 * and if it is an unsupported feature (`diagnostic` names it) that makes the superblock unreadable;
 * NONFS_E_IO, NONFS_E_GONE. On error `*info` is unchanged.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_probe(const struct nonfs_block_device *dev, void *scratch,
                                                struct nonfs_ext4_info *info,
                                                struct nonfs_diagnostic *diagnostic);

/*
 * Bytes of arena that nonfs_ext4_mount needs for `config` on a volume of `block_size`. A caller that does not want to
 * probe passes NONFS_EXT4_BLOCK_SIZE_MAX; an arena for a larger block size fits each smaller one. Returns 0 if the
 * configuration or the block size is not valid, or if the number does not fit a size_t.
 */
NONFS_API size_t nonfs_ext4_arena_size(const struct nonfs_ext4_config *config, uint32_t block_size);

/*
 * Mounts the volume on `dev`. Nothing is written to it unless the flags NONFS_MOUNT_RECOVER or NONFS_MOUNT_WRITE say so.
 *
 * volume      receives the volume, which lies in the arena
 * dev         copied; what it points to must live until unmount
 * arena       `arena_size` bytes aligned to NONFS_EXT4_ARENA_ALIGN; belongs to the volume until unmount
 * diagnostic  may be NULL; says what is wrong after an error
 *
 * Returns 0; NONFS_E_INVALID for a wrong configuration, device table or alignment; NONFS_E_NO_MEMORY if the arena is
 * too small; NONFS_E_NO_SIGNATURE if this is no ext2, ext3 or ext4 volume; NONFS_E_UNSUPPORTED if it has an incompatible
 * feature that the library does not know (`diagnostic` names it); NONFS_E_NEEDS_RECOVERY if its journal must be replayed
 * and neither NONFS_MOUNT_RECOVER nor NONFS_MOUNT_IGNORE_JOURNAL is given; NONFS_E_CHECKSUM or NONFS_E_CORRUPT if the superblock is damaged or
 * describes more than the device holds; NONFS_E_IO, NONFS_E_GONE. On error `*volume` is unchanged and the arena is the
 * caller's again.
 *
 * A replay adds these: NONFS_E_READ_ONLY if the device has no `write`; NONFS_E_UNSUPPORTED for an external journal, for
 * fast commits and for features of the journal that are not known; NONFS_E_CORRUPT and NONFS_E_CHECKSUM if the journal is
 * damaged. Up to there nothing was written, and the volume may be read with NONFS_MOUNT_IGNORE_JOURNAL. After
 * NONFS_E_NO_MEMORY (more blocks revoked than a larger cache could remember), NONFS_E_IO and NONFS_E_GONE the replay may
 * be done again.
 *
 * NONFS_MOUNT_WRITE adds NONFS_E_READ_ONLY if the volume has a feature that is only read (`diagnostic` names it), if errors
 * were found in it, or if it has no journal and was not unmounted; NONFS_E_UNSUPPORTED for a journal that is too small or
 * too old. Mounting without the flag is possible then.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_mount(struct nonfs_ext4 **volume,
                                                const struct nonfs_block_device *dev,
                                                const struct nonfs_ext4_config *config, void *arena,
                                                size_t arena_size,
                                                struct nonfs_diagnostic *diagnostic);

/*
 * Ends the use of a volume; the arena is the caller's again and nodes of the volume must not be used any more.
 * Returns 0, or NONFS_E_INVALID if `volume` is not mounted. One that was mounted for writing is made durable and marked as
 * unmounted: NONFS_E_IO, NONFS_E_GONE, NONFS_E_ABORTED if that did not succeed, and then the next mount replays the journal.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_unmount(struct nonfs_ext4 *volume);

/* Block size, label, UUID, features. Cannot fail. */
NONFS_API void nonfs_ext4_info(const struct nonfs_ext4 *volume, struct nonfs_ext4_info *info);

/* The flags with which it was mounted: NONFS_MOUNT_... Cannot fail. */
NONFS_API uint32_t nonfs_ext4_flags(const struct nonfs_ext4 *volume);

/*
 * The bytes that a file of `size` bytes takes with NONFS_MOUNT_PAD: 0 for an empty one, else the smallest of 16, 24, 32, 48, 64, 96 ... KiB (powers
 * of two, and half as much again) that is not smaller, in whole blocks of the volume. At most half of the content is added, above 16 KiB.
 */
NONFS_API uint64_t nonfs_ext4_padded_size(uint64_t size);

/* Space and inodes as the superblock counts them. Cannot fail. */
NONFS_API void nonfs_ext4_statfs(const struct nonfs_ext4 *volume, struct nonfs_ext4_statfs *out);

/*
 * What was wrong in the last call on this volume, or on a node of it, that returned NONFS_E_CORRUPT, NONFS_E_CHECKSUM,
 * NONFS_E_UNSUPPORTED, NONFS_E_IO or NONFS_E_GONE. Never NULL; owned by the volume and changed by the next such call.
 */
NONFS_API const struct nonfs_diagnostic *nonfs_ext4_diagnostic(const struct nonfs_ext4 *volume);

/* The name of a feature bit (0 to 31), as e2fsprogs prints it; "FEATURE_I21" and the like where there is none. */
NONFS_API const char *nonfs_ext4_feature_name(enum nonfs_ext4_feature_set set, unsigned bit);

/* The name of the first feature for which nonfs_ext4_mount refuses the volume; NULL if it has none. */
NONFS_API const char *nonfs_ext4_unsupported_feature(const struct nonfs_ext4_info *info);

/*
 * The name of the first feature for which nonfs_ext4_mount refuses to mount the volume for writing; NULL if there is none.
 * "without NAME" where it is the lack of a feature.
 */
NONFS_API const char *nonfs_ext4_unwritable_feature(const struct nonfs_ext4_info *info);

#ifdef __cplusplus
}
#endif

#endif
