/*
 * The boot archive as a read-only file system: its names are paths, the directories between them
 * are made up.
 */
#ifndef VFS_ARCHIVEFS_H
#define VFS_ARCHIVEFS_H

#include <nonfs/fs.h>

/*
 * Makes a file system of the archive in memory, which must stay mapped and unchanged. Checks that
 * every entry lies in it. CORRUPT or NO_MEMORY.
 */
NONFS_MUST_CHECK int archivefs_create(const void *archive, size_t len, struct nonfs_fs **fs);
/*
 * Adds an empty directory at the root, as a place to mount something. EXISTS, NO_MEMORY.
 */
NONFS_MUST_CHECK int archivefs_add_directory(struct nonfs_fs *fs, const char *name);
void archivefs_destroy(struct nonfs_fs *fs);

#endif
