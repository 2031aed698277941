/*
 * An ext4 volume as a file system of the VFS layer (nonfs/fs.h).
 *
 * What is changed gathers in the volume's cache, which is bounded, and is committed by its journal: when that is full, at `sync`,
 * and when the owner calls `sync` for what nonfs_ext4_fs_is_dirty(). Content of files that fills blocks goes to the device at once.
 * Damage, and a device that fails, end writing until it is mounted again; reading goes on.
 *
 * Threads. Without a monitor it is `serial`: the VFS layer gives it one lock. With one, several threads work in it, and none holds anything
 * but its inode while the device works. At once: up to eight calls that read, describe, look up and list (a quarter as many as there are
 * blocks in the cache, if that is less and nothing is written), beside one that changes, syncs or scrubs. Calls of the device come
 * from as many threads. `serial` remains what was mounted where the device's blocks are larger than the volume's, or where more than 64 inodes
 * are in a block: the device is waited for inside of the monitor.
 */
#ifndef NONFS_EXT4_FS_H
#define NONFS_EXT4_FS_H

#include <nonfs/block.h>
#include <nonfs/diagnostic.h>
#include <nonfs/ext4.h>
#include <nonfs/fs.h>
#include <nonfs/monitor.h>
#include <nonfs/verity.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONFS_EXT4_FS_ARENA_ALIGN  16u
#define NONFS_EXT4_FS_MESSAGE_SIZE (NONFS_DIAGNOSTIC_TEXT_SIZE + 128u) /* bytes */

struct nonfs_ext4_fs_config {
    uint32_t cache_blocks; /* bound of the volume's cache: see nonfs/ext4.h */
    uint32_t held_inodes;  /* how many can be open at once, if it is written */
    bool read_only;        /* nothing is written, not even by a replay of the journal */
    uint32_t privacy;      /* NONFS_MOUNT_NO_TIMES, _PAD and _SCRUB: how it is written, if it is */
    const char *source;    /* names the volume for people where it has no label; copied; not NULL */
    /* The time, nanoseconds since 1970 UTC. NULL: it is always 0. */
    int64_t (*now)(void *context);
    /* Takes a sentence without a full stop: which structure is damaged, or that writing ended and why; inside of the monitor. NULL: nothing is said. */
    void (*say)(void *context, const char *text);
    void *context;
    /* The tree that verifies the device, if one does: what it refuses is named by its block. Shared with `monitor`, if there is one. Else NULL. */
    struct nonfs_verity *verity;
    /* Of this file system alone, for several threads; what it points to must outlive it. NULL: it gets one call at a time. */
    const struct nonfs_monitor *monitor;
};

/* Bytes of arena for a volume of this block size; 0 if the configuration or the block size is not valid. */
NONFS_API size_t nonfs_ext4_fs_arena_size(const struct nonfs_ext4_fs_config *config,
                                          uint32_t block_size);

/*
 * Mounts the volume on `device`, which is copied; what it points to must outlive the file system.
 *
 * fs       receives the file system, which lies in the arena
 * config   copied. Unless it says `read_only`, the journal is replayed and what an interrupted operation left is removed; and a
 *          volume that cannot be written, or should not before it is checked, is mounted for reading: then (*fs)->read_only is set
 * arena    `arena_size` bytes aligned to NONFS_EXT4_FS_ARENA_ALIGN; the file system's until it is unmounted
 * message  NONFS_EXT4_FS_MESSAGE_SIZE bytes: a sentence that says what is wrong, or why it is mounted for reading only; or ""
 *
 * Returns 0, or the error of nonfs_ext4_probe or nonfs_ext4_mount. On error `*fs` is unchanged.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_fs_mount(struct nonfs_fs **fs,
                                                   const struct nonfs_block_device *device,
                                                   const struct nonfs_ext4_fs_config *config,
                                                   void *arena, size_t arena_size, char *message);

/*
 * Makes it durable and clean, and ends it: the arena is the caller's. It is not mounted in a tree any more. Returns 0, or the error of
 * the last commit, NONFS_E_IO if an earlier one failed: nothing that was synced before is lost, and it is unmounted.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_fs_unmount(struct nonfs_fs *fs);

/* Whether something was changed since the last commit. With several threads it may be old as soon as it is told. */
NONFS_API bool nonfs_ext4_fs_is_dirty(const struct nonfs_fs *fs);

/*
 * With NONFS_MOUNT_SCRUB: whether something may be left of what was deleted; likewise. And overwrites a part of it, which takes as long
 * as writing some ten blocks: for when nothing is dirty and nobody waits. What fails ends writing, and is said. Without a monitor no
 * other call of this file system comes meanwhile; with one it is a call that changes.
 */
NONFS_API bool nonfs_ext4_fs_must_scrub(const struct nonfs_fs *fs);
NONFS_API void nonfs_ext4_fs_scrub(struct nonfs_fs *fs);

#ifdef __cplusplus
}
#endif

#endif
