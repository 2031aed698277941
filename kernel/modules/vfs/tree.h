/* The tree of files that this module serves: one of libnonfs's. */
#ifndef VFS_TREE_H
#define VFS_TREE_H

#include <nonfs/vfs_file.h>
#include <nonos/result.h>

extern struct nonfs_vfs tree;

/* Forgets all mounts. `locks` for several threads, else NULL; INVALID if they are not what libnonfs asks for. */
NONOS_MUST_CHECK int tree_reset(const struct nonfs_locks *locks);
/* Where a path leads in the whole tree. A nonos_result. For one thread at a time. */
NONOS_MUST_CHECK int tree_find(const char *path, struct nonfs_place *at);

/* libnonfs's results in the system's vocabulary: the one place where they are translated. */
int tree_result(int nonfs_result);

#endif
