#include "devfs.h"

#include <string.h>

enum { ROOT, NULL_FILE, ZERO_FILE, INODES };

static const char *const names[INODES] = {"", "null", "zero"};

static int devfs_lookup(struct fs *fs, uint64_t dir, const char *name, size_t len, uint64_t *inode,
                        enum nonos_file_kind *kind)
{
    (void)fs;
    if (dir != ROOT)
        return NONOS_E_NOT_DIRECTORY;
    for (uint64_t i = NULL_FILE; i < INODES; i++) {
        if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0) {
            *inode = i;
            *kind = NONOS_KIND_FILE;
            return 0;
        }
    }
    return NONOS_E_NOT_FOUND;
}

static int devfs_parent(struct fs *fs, uint64_t dir, uint64_t *parent)
{
    (void)fs;
    *parent = ROOT;
    return dir == ROOT ? 0 : NONOS_E_NOT_DIRECTORY;
}

static int devfs_stat(struct fs *fs, uint64_t inode, struct nonos_file_stat *stat)
{
    if (inode >= INODES)
        return NONOS_E_NOT_FOUND;
    *stat = (struct nonos_file_stat){
        .device = fs->device,
        .inode = inode,
        .kind = inode == ROOT ? NONOS_KIND_DIRECTORY : NONOS_KIND_FILE,
        .mode = inode == ROOT ? 0555 : 0666,
        .links = inode == ROOT ? 2 : 1,
        .block_size = 4096,
    };
    return 0;
}

static int devfs_read(struct fs *fs, uint64_t inode, uint64_t offset, void *buffer, size_t len,
                      size_t *done)
{
    (void)fs, (void)offset;
    if (inode == ROOT)
        return NONOS_E_IS_DIRECTORY;
    *done = inode == ZERO_FILE ? len : 0;
    memset(buffer, 0, *done);
    return 0;
}

static int devfs_read_dir(struct fs *fs, uint64_t dir, uint64_t *cursor, fs_emit *emit,
                          void *context)
{
    (void)fs;
    if (dir != ROOT)
        return NONOS_E_NOT_DIRECTORY;
    for (uint64_t i = *cursor + 1; i < INODES; i++) {
        if (!emit(context, i, NONOS_KIND_FILE, names[i], strlen(names[i])))
            return 0;
        *cursor = i;
    }
    return 0;
}

static int devfs_read_link(struct fs *fs, uint64_t inode, char *target, size_t size, size_t *len)
{
    (void)fs, (void)inode, (void)target, (void)size, (void)len;
    return NONOS_E_INVALID; /* there are no symlinks */
}

static int devfs_stat_fs(struct fs *fs, struct nonos_file_fs *info)
{
    (void)fs;
    *info = (struct nonos_file_fs){
        .type = "dev",
        .source = "dev",
        .block_size = 4096,
        .inodes = INODES,
        .name_max = NONOS_FILE_NAME_MAX,
    };
    return 0;
}

static int devfs_open(struct fs *fs, uint64_t inode)
{
    (void)fs;
    return inode < INODES ? 0 : NONOS_E_NOT_FOUND;
}

static void devfs_close(struct fs *fs, uint64_t inode)
{
    (void)fs, (void)inode; /* nothing is ever removed */
}

/* What is written is taken and gone. */
static int devfs_write(struct fs *fs, uint64_t inode, uint64_t offset, const void *buffer,
                       size_t len, size_t *done)
{
    (void)fs, (void)offset, (void)buffer;
    if (inode == ROOT)
        return NONOS_E_IS_DIRECTORY;
    *done = len;
    return 0;
}

static int devfs_truncate(struct fs *fs, uint64_t inode, uint64_t size)
{
    (void)fs, (void)size;
    return inode == ROOT ? NONOS_E_IS_DIRECTORY : 0;
}

static int devfs_set_mode(struct fs *fs, uint64_t inode, uint32_t mode)
{
    (void)fs, (void)inode, (void)mode;
    return NONOS_E_DENIED;
}

static int devfs_set_times(struct fs *fs, uint64_t inode, int64_t access_ns, int64_t modify_ns)
{
    (void)fs, (void)inode, (void)access_ns, (void)modify_ns;
    return 0; /* they have none */
}

static const struct fs_ops devfs_ops = {
    .lookup = devfs_lookup,
    .parent = devfs_parent,
    .stat = devfs_stat,
    .read = devfs_read,
    .read_dir = devfs_read_dir,
    .read_link = devfs_read_link,
    .stat_fs = devfs_stat_fs,
    .open = devfs_open,
    .close = devfs_close,
    .write = devfs_write,
    .truncate = devfs_truncate,
    .set_mode = devfs_set_mode,
    .set_times = devfs_set_times,
};

struct fs *devfs_get(void)
{
    static struct fs fs = {.ops = &devfs_ops, .root = ROOT};
    return &fs;
}
