#include "tree.h"

#include <string.h>

struct nonfs_vfs tree;

int tree_reset(const struct nonfs_locks *locks)
{
    return tree_result(nonfs_vfs_init(&tree, locks));
}

int tree_find(const char *path, struct nonfs_place *at)
{
    static struct nonfs_view whole;
    static struct nonfs_vfs_scratch scratch;
    struct nonfs_file root;
    enum nonfs_kind kind;
    nonfs_view_whole(&whole, &tree, NULL);
    int r = nonfs_file_open_view(&whole, false, &root);
    if (r == 0) {
        r = nonfs_path_find(&root, &scratch, path, strlen(path), at, &kind);
        nonfs_file_close(&root);
    }
    return tree_result(r);
}

int tree_result(int result)
{
    switch (result) {
    case NONFS_OK:
        return 0;
    case NONFS_E_CORRUPT:
    case NONFS_E_CHECKSUM:
    case NONFS_E_NO_SIGNATURE:
        return NONOS_E_CORRUPT;
    case NONFS_E_UNSUPPORTED:
    case NONFS_E_NEEDS_RECOVERY:
        return NONOS_E_UNSUPPORTED;
    case NONFS_E_NOT_FOUND:
        return NONOS_E_NOT_FOUND;
    case NONFS_E_NOT_DIRECTORY:
        return NONOS_E_NOT_DIRECTORY;
    case NONFS_E_IS_DIRECTORY:
        return NONOS_E_IS_DIRECTORY;
    case NONFS_E_NO_SPACE:
    case NONFS_E_RANGE:
        return NONOS_E_RANGE;
    case NONFS_E_FULL:
    case NONFS_E_TOO_MANY_LINKS:
        return NONOS_E_NO_SPACE;
    case NONFS_E_EXISTS:
        return NONOS_E_EXISTS;
    case NONFS_E_NOT_EMPTY:
        return NONOS_E_NOT_EMPTY;
    case NONFS_E_NO_MEMORY:
        return NONOS_E_NO_MEMORY;
    case NONFS_E_NAME_TOO_LONG:
        return NONOS_E_NAME_TOO_LONG;
    case NONFS_E_LOOP:
        return NONOS_E_LOOP;
    case NONFS_E_READ_ONLY:
    case NONFS_E_ABORTED:
        return NONOS_E_READ_ONLY;
    case NONFS_E_GONE:
        return NONOS_E_NO_DEVICE;
    case NONFS_E_IO:
        return NONOS_E_IO;
    case NONFS_E_DENIED:
        return NONOS_E_DENIED;
    case NONFS_E_BUSY:
        return NONOS_E_BUSY;
    case NONFS_E_CROSS_DEVICE:
        return NONOS_E_CROSS_DEVICE;
    default:
        return NONOS_E_INVALID;
    }
}
