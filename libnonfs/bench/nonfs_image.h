/*
 * An image that is mapped into memory and mounted by libnonfs. What fails ends the program.
 */
#ifndef NONFS_BENCH_NONFS_IMAGE_H
#define NONFS_BENCH_NONFS_IMAGE_H

#include <stdio.h>

#include <nonfs/ext4_write.h>

#include "target.h"

#define BENCH_CACHE_BLOCKS 16384u /* 64 MiB; Linux has what memory there is */

struct nonfs_image {
    uint8_t *bytes;
    size_t size;
    void *arena;
    size_t arena_size;
    struct nonfs_ext4 *volume;
    struct nonfs_ext4_node directory; /* the one that was entered */
    struct nonfs_ext4_node file;      /* the one that is open */
    uint64_t offset;
};

void nonfs_image_map(struct nonfs_image *image, const char *path);
void nonfs_image_mount(struct nonfs_image *image, uint32_t cache_blocks);
void nonfs_image_unmount(struct nonfs_image *image);
void nonfs_image_unmap(struct nonfs_image *image);
void nonfs_image_create(struct nonfs_ext4_node *directory, const char *name, uint32_t mode,
                        struct nonfs_ext4_node *node);
/* Ends the program if `result` is an error. */
void nonfs_image_check(int result, const char *what);

#endif
