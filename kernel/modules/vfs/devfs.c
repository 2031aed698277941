#include "devfs.h"

#include <string.h>

enum { ROOT, NULL_FILE, ZERO_FILE, INODES };

static const char *const names[INODES] = {"", "null", "zero"};

static int devfs_lookup(struct nonfs_fs *fs, uint64_t dir, const char *name, size_t len,
                        uint64_t *inode, enum nonfs_kind *kind)
{
    (void)fs;
    if (dir != ROOT)
        return NONFS_E_NOT_DIRECTORY;
    for (uint64_t i = NULL_FILE; i < INODES; i++) {
        if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0) {
            *inode = i;
            *kind = NONFS_KIND_FILE;
            return 0;
        }
    }
    return NONFS_E_NOT_FOUND;
}

static int devfs_parent(struct nonfs_fs *fs, uint64_t dir, uint64_t *parent)
{
    (void)fs;
    *parent = ROOT;
    return dir == ROOT ? 0 : NONFS_E_NOT_DIRECTORY;
}

static int devfs_stat(struct nonfs_fs *fs, uint64_t inode, struct nonfs_fs_stat *stat)
{
    (void)fs;
    if (inode >= INODES)
        return NONFS_E_NOT_FOUND;
    *stat = (struct nonfs_fs_stat){
        .inode = inode,
        .kind = inode == ROOT ? NONFS_KIND_DIRECTORY : NONFS_KIND_FILE,
        .mode = inode == ROOT ? 0555 : 0666,
        .links = inode == ROOT ? 2 : 1,
        .block_size = 4096,
    };
    return 0;
}

static int devfs_read(struct nonfs_fs *fs, uint64_t inode, uint64_t offset, void *buffer,
                      size_t len, size_t *done)
{
    (void)fs, (void)offset;
    if (inode == ROOT)
        return NONFS_E_IS_DIRECTORY;
    *done = inode == ZERO_FILE ? len : 0;
    memset(buffer, 0, *done);
    return 0;
}

static int devfs_read_dir(struct nonfs_fs *fs, uint64_t dir, uint64_t *cursor, nonfs_fs_emit *emit,
                          void *context)
{
    (void)fs;
    if (dir != ROOT)
        return NONFS_E_NOT_DIRECTORY;
    for (uint64_t i = *cursor + 1; i < INODES; i++) {
        if (!emit(context, i, NONFS_KIND_FILE, names[i], strlen(names[i])))
            return 0;
        *cursor = i;
    }
    return 0;
}

static int devfs_read_link(struct nonfs_fs *fs, uint64_t inode, char *target, size_t size,
                           size_t *len)
{
    (void)fs, (void)inode, (void)target, (void)size, (void)len;
    return NONFS_E_INVALID; /* there are no symlinks */
}

static int devfs_info(struct nonfs_fs *fs, struct nonfs_fs_info *info)
{
    (void)fs;
    *info = (struct nonfs_fs_info){
        .type = "dev",
        .source = "dev",
        .block_size = 4096,
        .inodes = INODES,
        .name_max = NONFS_NAME_MAX,
    };
    return 0;
}

static int devfs_open(struct nonfs_fs *fs, uint64_t inode)
{
    (void)fs;
    return inode < INODES ? 0 : NONFS_E_NOT_FOUND;
}

static void devfs_close(struct nonfs_fs *fs, uint64_t inode)
{
    (void)fs, (void)inode; /* nothing is ever removed */
}

/* What is written is taken and gone. */
static int devfs_write(struct nonfs_fs *fs, uint64_t inode, uint64_t offset, const void *buffer,
                       size_t len, size_t *done)
{
    (void)fs, (void)offset, (void)buffer;
    if (inode == ROOT)
        return NONFS_E_IS_DIRECTORY;
    *done = len;
    return 0;
}

static int devfs_truncate(struct nonfs_fs *fs, uint64_t inode, uint64_t size)
{
    (void)fs, (void)size;
    return inode == ROOT ? NONFS_E_IS_DIRECTORY : 0;
}

static int devfs_set_mode(struct nonfs_fs *fs, uint64_t inode, uint32_t mode)
{
    (void)fs, (void)inode, (void)mode;
    return NONFS_E_DENIED;
}

static int devfs_set_times(struct nonfs_fs *fs, uint64_t inode, int64_t access_ns,
                           int64_t modify_ns)
{
    (void)fs, (void)inode, (void)access_ns, (void)modify_ns;
    return 0; /* they have none */
}

static const struct nonfs_fs_ops devfs_ops = {
    .lookup = devfs_lookup,
    .parent = devfs_parent,
    .stat = devfs_stat,
    .read = devfs_read,
    .read_dir = devfs_read_dir,
    .read_link = devfs_read_link,
    .info = devfs_info,
    .open = devfs_open,
    .close = devfs_close,
    .write = devfs_write,
    .truncate = devfs_truncate,
    .set_mode = devfs_set_mode,
    .set_times = devfs_set_times,
};

struct nonfs_fs *devfs_get(void)
{
    static struct nonfs_fs fs = {.ops = &devfs_ops, .root = ROOT};
    return &fs;
}
