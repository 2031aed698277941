/* The locks that libnonfs asks for, over mutexes of the runtime. */
#ifndef VFS_LOCKS_H
#define VFS_LOCKS_H

#include <nonfs/fs.h>
#include <nonos/result.h>

/* Needed once, before a second thread is there. */
NONOS_MUST_CHECK int locks_init(void);

extern const struct nonfs_locks locks_tree; /* of the tree and of inodes */
extern const struct nonfs_locks locks_tmp;  /* the one that the RAM file system takes innermost */

#endif
