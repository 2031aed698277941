/* The file system of /tmp: libnonfs's in memory, sealed by libnoncrypto under a key that is made here and never leaves. */
#ifndef VFS_TMPFS_H
#define VFS_TMPFS_H

#include <nonfs/ram_fs.h>
#include <nonos/result.h>

/*
 * Makes an empty one of at most `bytes` and `inodes`, with a key of its own; there is one. NO_MEMORY, or the error of the random
 * numbers. For so many threads at once, with locks of which number 0 is taken innermost; 1 and NULL for one.
 */
NONOS_MUST_CHECK int tmpfs_create(uint64_t bytes, uint32_t inodes, uint32_t threads,
                                  const struct nonfs_locks *lock, struct nonfs_fs **fs);
/* Wipes the key and what is stored. */
void tmpfs_destroy(struct nonfs_fs *fs);

#endif
