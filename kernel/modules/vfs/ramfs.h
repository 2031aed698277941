/* A file system in memory, for temporary files. Its size and its number of inodes are limited. */
#ifndef VFS_RAMFS_H
#define VFS_RAMFS_H

#include "fs.h"

/*
 * Makes an empty one that holds at most `max_bytes` of data in at most `max_inodes` inodes; NULL
 * if memory is out.
 */
struct fs *ramfs_create(uint64_t max_bytes, uint64_t max_inodes);
/* Frees it with all it holds. */
void ramfs_destroy(struct fs *fs);

#endif
