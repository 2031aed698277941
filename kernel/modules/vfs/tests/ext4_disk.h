/* A small ext4 volume in memory, as the disk of a test. */
#ifndef VFS_TESTS_EXT4_DISK_H
#define VFS_TESTS_EXT4_DISK_H

#include <check.h>

#include <nonfs/mkfs.h>

#include "../../../../libnonfs/tests/memory_disk.h"
#include "../extfs.h"

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

/* Mounts it, which must succeed; `message` has EXTFS_MESSAGE_SIZE bytes. */
static inline struct fs *ext4_disk_mount(struct memory_disk *disk, bool read_only, char *message)
{
    struct fs *fs = NULL;
    ck_assert_int_eq(extfs_create(&disk->dev, "disk", read_only, &fs, message, EXTFS_MESSAGE_SIZE),
                     0);
    return fs;
}

#endif
