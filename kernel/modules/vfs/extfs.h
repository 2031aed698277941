/*
 * An ext4 volume through libnonfs.
 *
 * What is changed gathers in the library's cache, which is bounded, and is committed by its journal: when that is full, at `sync`,
 * and when the owner calls `sync` for what extfs_is_dirty(). Content of files that fills blocks goes to the device at once.
 */
#ifndef VFS_EXTFS_H
#define VFS_EXTFS_H

#include <nonfs/block.h>
#include <nonfs/diagnostic.h>

#include "fs.h"

#define EXTFS_MESSAGE_SIZE (NONFS_DIAGNOSTIC_TEXT_SIZE + 32u)

/*
 * Mounts the volume on `device`, which is copied; what it points to must outlive the file system.
 *
 * source     names it for people, where it has no label
 * read_only  nothing is written. Else its journal is replayed and what an interrupted operation left is removed; and a volume
 *            that cannot be written, or should not before it is checked, is mounted for reading: then (*fs)->read_only is set
 * message    gets a sentence that says what is wrong, or why it is mounted for reading only, or ""
 */
NONOS_MUST_CHECK int extfs_create(const struct nonfs_block_device *device, const char *source,
                                  bool read_only, struct fs **fs, char *message,
                                  size_t message_size);
/* Makes it durable and clean, and frees it. The error of the last commit, which loses nothing that was synced before. */
NONOS_MUST_CHECK int extfs_destroy(struct fs *fs);

/* Whether something was changed since the last commit. */
bool extfs_is_dirty(const struct fs *fs);

/* libnonfs's results in the system's vocabulary. */
int extfs_result(int nonfs_result);

#endif
