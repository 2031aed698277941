/* An ext4 volume, read-only, through libnonfs. */
#ifndef VFS_EXTFS_H
#define VFS_EXTFS_H

#include <nonfs/block.h>
#include <nonfs/diagnostic.h>

#include "fs.h"

/*
 * Mounts the volume on `device`, which is copied; what it points to must outlive the file system.
 * `source` names it for people. `message` gets a sentence that says what is wrong, or what is worth
 * knowing (a journal that was passed over), or "".
 */
NONOS_MUST_CHECK int extfs_create(const struct nonfs_block_device *device, const char *source,
                                  struct fs **fs, char *message, size_t message_size);
void extfs_destroy(struct fs *fs);

/* libnonfs's results in the system's vocabulary. */
int extfs_result(int nonfs_result);

#endif
