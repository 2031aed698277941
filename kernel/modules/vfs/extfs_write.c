/*
 * Changes of a volume. Each begins with change_begin(), which sees whether the volume may be written and tells it the time, and ends with
 * change_end(), after which no kept node is new any more.
 */
#include "extfs_private.h"

#include <nonos/runtime.h>

#define SECOND INT64_C(1000000000)

static struct nonfs_time time_of_ns(int64_t ns)
{
    int64_t seconds = ns / SECOND, rest = ns % SECOND;
    if (rest < 0) {
        rest += SECOND;
        seconds--;
    }
    return (struct nonfs_time){seconds, (uint32_t)rest};
}

struct nonfs_time extfs_now(void)
{
    return time_of_ns(fs_clock ? fs_clock() : 0);
}

void extfs_stop_writing(struct extfs *ext, const char *why)
{
    if (ext->fs.read_only)
        return;
    ext->fs.read_only = ext->stopped = true;
    if (ext->dirty && !ext->failed && nonfs_ext4_sync(ext->volume) < 0)
        ext->failed = true;
    ext->dirty = false;
    nonos_logf("vfs: %s is read-only from now on: %s%s\n", ext->source, why,
               ext->failed ? ", and what was not synced is lost" : "");
}

static int change_begin(struct extfs *ext)
{
    struct nonfs_time now = extfs_now();
    if (!ext->volume)
        return NONOS_E_NO_DEVICE;
    if (ext->fs.read_only)
        return NONOS_E_READ_ONLY;
    nonfs_ext4_set_time(ext->volume, &now);
    return 0;
}

/* `result` is the library's. */
static int change_end(struct extfs *ext, int result)
{
    ext->changes++;
    ext->dirty = true;
    if (result == NONFS_E_IO || result == NONFS_E_GONE || result == NONFS_E_ABORTED)
        extfs_stop_writing(ext, "the disk failed");
    return extfs_volume_result(ext, result);
}

/* The node of an inode that is going to be changed. */
static int change_node(struct extfs *ext, uint64_t inode, struct nonfs_ext4_node **node)
{
    int r = change_begin(ext);
    return r < 0 ? r : extfs_node_get(ext, inode, node);
}

int extfs_open(struct fs *fs, uint64_t inode)
{
    struct extfs *ext = extfs_of(fs);
    struct nonfs_ext4_node *node = NULL;
    int r = extfs_node_get(ext, inode, &node);
    /* Where nothing is deleted any more, nothing has to be held; and extfs_close() releases nothing. */
    if (r < 0 || fs->read_only)
        return r;
    return extfs_volume_result(ext, nonfs_ext4_hold(node));
}

/* The last one to close a file without a name deletes it, which is a change. */
void extfs_close(struct fs *fs, uint64_t inode)
{
    struct extfs *ext = extfs_of(fs);
    struct nonfs_ext4_node *node = NULL;
    if (fs->read_only || change_node(ext, inode, &node) < 0)
        return;
    struct nonfs_ext4_stat stat;
    nonfs_ext4_stat(node, &stat);
    int r = nonfs_ext4_release(node);
    if (stat.links == 0)
        (void)change_end(ext, r);
}

int extfs_write(struct fs *fs, uint64_t inode, uint64_t offset, const void *buffer, size_t len,
                size_t *done)
{
    struct extfs *ext = extfs_of(fs);
    struct nonfs_ext4_node *node = NULL;
    *done = 0;
    int r = change_node(ext, inode, &node);
    if (r < 0 || len == 0)
        return r;
    r = change_end(ext, nonfs_ext4_write(node, offset, buffer, len, done));
    /* What was written before an error is told; the next write meets the error. */
    return r < 0 && *done > 0 ? 0 : r;
}

int extfs_truncate(struct fs *fs, uint64_t inode, uint64_t size)
{
    struct extfs *ext = extfs_of(fs);
    struct nonfs_ext4_node *node = NULL;
    int r = change_node(ext, inode, &node);
    return r < 0 ? r : change_end(ext, nonfs_ext4_truncate(node, size));
}

/* A new file belongs to whom its directory belongs to: here are no users, but there may be where the disk comes from. */
int extfs_create_inode(struct fs *fs, uint64_t dir, const char *name, size_t len,
                       enum nonos_file_kind kind, uint32_t mode, const char *target,
                       size_t target_len, uint64_t *inode)
{
    struct extfs *ext = extfs_of(fs);
    struct nonfs_ext4_node *parent = NULL, made;
    struct nonfs_ext4_stat stat;
    int r = change_node(ext, dir, &parent);
    if (r < 0)
        return r;
    nonfs_ext4_stat(parent, &stat);
    uint16_t type = kind == NONOS_KIND_DIRECTORY ? NONFS_S_IFDIR
                    : kind == NONOS_KIND_SYMLINK ? NONFS_S_IFLNK
                                                 : NONFS_S_IFREG;
    struct nonfs_ext4_new what = {
        .mode = (uint16_t)(type | (mode & 07777u)),
        .uid = stat.uid,
        .gid = stat.gid,
        .target = target,
        .target_len = target_len,
    };
    int result = nonfs_ext4_create(parent, name, len, &what, &made);
    r = change_end(ext, result);
    if (result < 0)
        return r;
    nonfs_ext4_stat(&made, &stat);
    *inode = stat.inode;
    return 0;
}

int extfs_link(struct fs *fs, uint64_t inode, uint64_t dir, const char *name, size_t len)
{
    struct extfs *ext = extfs_of(fs);
    struct nonfs_ext4_node *parent = NULL, *kept = NULL, node;
    int r = change_node(ext, inode, &kept);
    if (r < 0)
        return r;
    node = *kept; /* the directory may take its place */
    r = extfs_node_get(ext, dir, &parent);
    return r < 0 ? r : change_end(ext, nonfs_ext4_link(parent, name, len, &node));
}

int extfs_remove(struct fs *fs, uint64_t dir, const char *name, size_t len, bool directory)
{
    struct extfs *ext = extfs_of(fs);
    struct nonfs_ext4_node *parent = NULL;
    int r = change_node(ext, dir, &parent);
    if (r < 0)
        return r;
    r = directory ? nonfs_ext4_rmdir(parent, name, len) : nonfs_ext4_unlink(parent, name, len);
    return change_end(ext, r);
}

int extfs_rename(struct fs *fs, uint64_t old_dir, const char *old_name, size_t old_len,
                 uint64_t new_dir, const char *new_name, size_t new_len)
{
    struct extfs *ext = extfs_of(fs);
    struct nonfs_ext4_node *kept = NULL, from, *to = NULL;
    int r = change_node(ext, old_dir, &kept);
    if (r < 0)
        return r;
    from = *kept; /* the other directory may take its place */
    r = extfs_node_get(ext, new_dir, &to);
    if (r < 0)
        return r;
    r = nonfs_ext4_rename(&from, old_name, old_len, old_dir == new_dir ? &from : to, new_name,
                          new_len);
    return change_end(ext, r);
}

static int attributes_set(struct fs *fs, uint64_t inode,
                          const struct nonfs_ext4_attributes *attributes)
{
    struct extfs *ext = extfs_of(fs);
    struct nonfs_ext4_node *node = NULL;
    int r = change_node(ext, inode, &node);
    return r < 0 ? r : change_end(ext, nonfs_ext4_set_attributes(node, attributes));
}

int extfs_set_mode(struct fs *fs, uint64_t inode, uint32_t mode)
{
    return attributes_set(fs, inode,
                          &(struct nonfs_ext4_attributes){.which = NONFS_EXT4_SET_MODE,
                                                          .mode = (uint16_t)(mode & 07777u)});
}

int extfs_set_times(struct fs *fs, uint64_t inode, int64_t access_ns, int64_t modify_ns)
{
    return attributes_set(
        fs, inode,
        &(struct nonfs_ext4_attributes){.which = NONFS_EXT4_SET_ATIME | NONFS_EXT4_SET_MTIME,
                                        .atime = time_of_ns(access_ns),
                                        .mtime = time_of_ns(modify_ns)});
}

int extfs_sync(struct fs *fs)
{
    struct extfs *ext = extfs_of(fs);
    if (!ext->volume)
        return NONOS_E_NO_DEVICE;
    if (ext->failed)
        return NONOS_E_IO; /* also for those that ask later: it was their data, too */
    if (fs->read_only)
        return 0;
    int r = nonfs_ext4_sync(ext->volume);
    if (r < 0) {
        ext->failed = true;
        extfs_stop_writing(ext, "the disk failed");
        return extfs_volume_result(ext, r);
    }
    ext->dirty = false;
    return 0;
}
