/* The files that scripts expect in /dev: null and zero. */
#ifndef VFS_DEVFS_H
#define VFS_DEVFS_H

#include <nonfs/fs.h>

/* The one there is; nothing to free. */
struct nonfs_fs *devfs_get(void);

#endif
