/* A small ext4 volume in memory, as the disk of a test, and as a file system of the VFS layer. */
#ifndef NONFS_TESTS_EXT4_DISK_H
#define NONFS_TESTS_EXT4_DISK_H

#include <check.h>

#include <nonfs/ext4_fs.h>
#include <nonfs/mkfs.h>

#include "arena.h"
#include "memory_disk.h"

static inline void ext4_disk_make(struct memory_disk *disk, uint64_t size)
{
    struct nonfs_mkfs_config config;
    void *arena = malloc(NONFS_MKFS_ARENA_SIZE);
    memory_disk_make(disk, size, 512);
    nonfs_mkfs_defaults(&config, size);
    memset(config.uuid, 1, sizeof(config.uuid));
    memset(config.hash_seed, 2, sizeof(config.hash_seed));
    config.flags = NONFS_MKFS_DEVICE_ZEROED;
    ck_assert_int_eq(nonfs_mkfs(&disk->dev, &config, arena, NULL), 0);
    free(arena);
}

/* What the tests of a disk hand in; each may set its own. */
static struct nonfs_ext4_fs_config ext4_disk_config = {
    .cache_blocks = 1024,
    .held_inodes = 64,
    .source = "disk",
};

/* Mounts it; `message` has NONFS_EXT4_FS_MESSAGE_SIZE bytes. */
static inline int ext4_disk_try(struct memory_disk *disk, bool read_only, struct nonfs_fs **fs,
                                char *message)
{
    ext4_disk_config.read_only = read_only;
    size_t size = nonfs_ext4_fs_arena_size(&ext4_disk_config, 1024);
    void *arena = arena_alloc(size);
    int r = nonfs_ext4_fs_mount(fs, &disk->dev, &ext4_disk_config, arena, size, message);
    if (r < 0)
        free(arena);
    return r;
}

/* The same, which must succeed. */
static inline struct nonfs_fs *ext4_disk_mount(struct memory_disk *disk, bool read_only,
                                               char *message)
{
    struct nonfs_fs *fs = NULL;
    ck_assert_int_eq(ext4_disk_try(disk, read_only, &fs, message), 0);
    return fs;
}

/* Ends it, and frees its arena, at whose start it lies. */
static inline int ext4_disk_unmount(struct nonfs_fs *fs)
{
    int r = nonfs_ext4_fs_unmount(fs);
    free(fs);
    return r;
}

#endif
