/*
 * Changes of a volume. Each begins with change_begin(), which sees whether the volume may be written and tells it the time, goes on to
 * change_end(), after which no kept node is new any more, and ends with change_leave().
 */
#include "divide.h"
#include "ext4fs.h"
#include "text.h"

#define SECOND       1000000000u /* nanoseconds */
#define SCRUB_BLOCKS 64u         /* at once: others wait meanwhile */

static struct nonfs_time time_of_ns(int64_t ns)
{
    uint64_t magnitude = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
    uint64_t seconds = divide_u64(magnitude, SECOND);
    uint32_t rest = (uint32_t)(magnitude - seconds * SECOND);

    if (ns >= 0)
        return (struct nonfs_time){(int64_t)seconds, rest};
    if (rest == 0)
        return (struct nonfs_time){-(int64_t)seconds, 0};
    return (struct nonfs_time){-(int64_t)seconds - 1, SECOND - rest};
}

struct nonfs_time ext4fs_now(const struct ext4fs *ext)
{
    return time_of_ns(ext->config.now != NULL ? ext->config.now(ext->config.context) : 0);
}

void ext4fs_stop_writing(struct ext4fs *ext, const char *why)
{
    if (ext->fs.read_only)
        return;
    ext4fs_read_only_set(ext, true);
    ext->stopped = true;
    ext->stop_why = why;
}

void ext4fs_stop_finish(struct ext4fs *ext)
{
    char said[NONFS_EXT4_FS_MESSAGE_SIZE] = "";
    struct text text = {said, 0, sizeof(said)};
    const char *why = ext->stop_why;

    if (why == NULL)
        return;
    ext->stop_why = NULL;
    if (ext->dirty && !ext->failed && ext->volume != NULL && nonfs_ext4_sync(ext->volume) < 0)
        ext->failed = true;
    ext4fs_dirty_set(ext, false);
    text_add(&text, ext->source);
    text_add(&text, " is read-only from now on: ");
    text_add(&text, why);
    if (ext->failed)
        text_add(&text, ", and what was not synced is lost");
    said[text.len] = '\0';
    if (ext->config.say != NULL)
        ext->config.say(ext->config.context, said);
}

/* Lets the caller in, also on error: change_leave() lets it out. */
static int change_begin(struct ext4fs *ext)
{
    struct nonfs_time now = ext4fs_now(ext);

    ext4fs_change_enter(ext);
    if (!ext->volume)
        return NONFS_E_GONE;
    if (ext->fs.read_only)
        return NONFS_E_READ_ONLY;
    nonfs_ext4_set_time(ext->volume, &now);
    return 0;
}

/* Something was changed, or tried to be. `result` is the library's. */
static int change_end(struct ext4fs *ext, int result)
{
    ext->changes++;
    ext4fs_dirty_set(ext, true);
    if (result == NONFS_E_IO || result == NONFS_E_GONE || result == NONFS_E_ABORTED)
        ext4fs_stop_writing(ext, "the disk failed");
    return ext4fs_result(ext, result);
}

static int change_leave(struct ext4fs *ext, int result)
{
    ext4fs_change_leave(ext);
    return result;
}

/* The node of an inode that is going to be changed. Lets the caller in likewise. */
static int change_node(struct ext4fs *ext, uint64_t inode, struct ext4fs_node *node)
{
    int r = change_begin(ext);
    return r < 0 ? r : ext4fs_node_get(ext, inode, node);
}

/* What is held is a list, no change of the volume. */
int ext4fs_open(struct nonfs_fs *fs, uint64_t inode)
{
    struct ext4fs *ext = ext4fs_of(fs);
    struct ext4fs_node n;
    ext4fs_read_enter(ext);
    int r = ext4fs_node_get(ext, inode, &n);
    /* Where nothing is deleted any more, nothing has to be held; and ext4fs_close() releases nothing. */
    if (r == 0 && !fs->read_only)
        r = ext4fs_result(ext, nonfs_ext4_hold(&n.node));
    ext4fs_read_leave(ext);
    return r;
}

/* Lets go of a file that has a name, which the tree's lock keeps; false if it has none. */
static bool close_named(struct ext4fs *ext, uint64_t inode)
{
    struct ext4fs_node n;
    ext4fs_read_enter(ext);
    bool named = ext->fs.read_only || ext4fs_node_get(ext, inode, &n) < 0;
    if (!named && n.node.stat.links > 0) {
        (void)!nonfs_ext4_release(&n.node);
        named = true;
    }
    ext4fs_read_leave(ext);
    return named;
}

/* The last one to close a file without a name deletes it, which is a change. */
void ext4fs_close(struct nonfs_fs *fs, uint64_t inode)
{
    struct ext4fs *ext = ext4fs_of(fs);
    struct ext4fs_node n;
    if (close_named(ext, inode))
        return;
    if (change_node(ext, inode, &n) == 0)
        (void)change_end(ext, nonfs_ext4_release(&n.node));
    ext4fs_change_leave(ext);
}

int ext4fs_write(struct nonfs_fs *fs, uint64_t inode, uint64_t offset, const void *buffer,
                 size_t len, size_t *done)
{
    struct ext4fs *ext = ext4fs_of(fs);
    struct ext4fs_node n;
    *done = 0;
    int r = change_node(ext, inode, &n);
    if (r == 0 && len > 0) {
        r = change_end(ext, nonfs_ext4_write(&n.node, offset, buffer, len, done));
        /* What was written before an error is told; the next write meets the error. */
        r = r < 0 && *done > 0 ? 0 : r;
    }
    return change_leave(ext, r);
}

int ext4fs_truncate(struct nonfs_fs *fs, uint64_t inode, uint64_t size)
{
    struct ext4fs *ext = ext4fs_of(fs);
    struct ext4fs_node n;
    int r = change_node(ext, inode, &n);
    if (r == 0)
        r = change_end(ext, nonfs_ext4_truncate(&n.node, size));
    return change_leave(ext, r);
}

/* A new file belongs to whom its directory belongs to: here are no users, but there may be where the disk comes from. */
static int create_inside(struct ext4fs *ext, struct ext4fs_node *parent, const char *name,
                         size_t len, const struct nonfs_ext4_new *what, uint64_t *inode)
{
    struct ext4fs_node made;
    int result = nonfs_ext4_create(&parent->node, name, len, what, &made.node);
    int r = change_end(ext, result);
    if (result == 0) {
        made.changes = ext->changes;
        ext4fs_node_keep(ext, &made);
        *inode = made.node.stat.inode;
    }
    return r;
}

int ext4fs_create_inode(struct nonfs_fs *fs, uint64_t dir, const char *name, size_t len,
                        enum nonfs_kind kind, uint32_t mode, const char *target, size_t target_len,
                        uint64_t *inode)
{
    struct ext4fs *ext = ext4fs_of(fs);
    struct ext4fs_node parent;
    uint16_t type = kind == NONFS_KIND_DIRECTORY ? NONFS_S_IFDIR
                    : kind == NONFS_KIND_SYMLINK ? NONFS_S_IFLNK
                                                 : NONFS_S_IFREG;
    int r = change_node(ext, dir, &parent);
    if (r == 0) {
        struct nonfs_ext4_new what = {
            .mode = (uint16_t)(type | (mode & 07777u)),
            .uid = parent.node.stat.uid,
            .gid = parent.node.stat.gid,
            .target = target,
            .target_len = target_len,
        };
        r = create_inside(ext, &parent, name, len, &what, inode);
    }
    return change_leave(ext, r);
}

int ext4fs_link(struct nonfs_fs *fs, uint64_t inode, uint64_t dir, const char *name, size_t len)
{
    struct ext4fs *ext = ext4fs_of(fs);
    struct ext4fs_node parent, n;
    int r = change_node(ext, inode, &n);
    if (r == 0)
        r = ext4fs_node_get(ext, dir, &parent);
    if (r == 0)
        r = change_end(ext, nonfs_ext4_link(&parent.node, name, len, &n.node));
    return change_leave(ext, r);
}

int ext4fs_remove(struct nonfs_fs *fs, uint64_t dir, const char *name, size_t len, bool directory)
{
    struct ext4fs *ext = ext4fs_of(fs);
    struct ext4fs_node parent;
    int r = change_node(ext, dir, &parent);
    if (r == 0)
        r = change_end(ext, directory ? nonfs_ext4_rmdir(&parent.node, name, len)
                                      : nonfs_ext4_unlink(&parent.node, name, len));
    return change_leave(ext, r);
}

int ext4fs_rename(struct nonfs_fs *fs, uint64_t old_dir, const char *old_name, size_t old_len,
                  uint64_t new_dir, const char *new_name, size_t new_len)
{
    struct ext4fs *ext = ext4fs_of(fs);
    struct ext4fs_node from, to;
    int r = change_node(ext, old_dir, &from);
    if (r == 0)
        r = ext4fs_node_get(ext, new_dir, &to);
    if (r == 0)
        r = change_end(ext, nonfs_ext4_rename(&from.node, old_name, old_len,
                                              old_dir == new_dir ? &from.node : &to.node, new_name,
                                              new_len));
    return change_leave(ext, r);
}

static int attributes_set(struct nonfs_fs *fs, uint64_t inode,
                          const struct nonfs_ext4_attributes *attributes)
{
    struct ext4fs *ext = ext4fs_of(fs);
    struct ext4fs_node n;
    int r = change_node(ext, inode, &n);
    if (r == 0)
        r = change_end(ext, nonfs_ext4_set_attributes(&n.node, attributes));
    return change_leave(ext, r);
}

int ext4fs_set_mode(struct nonfs_fs *fs, uint64_t inode, uint32_t mode)
{
    return attributes_set(fs, inode,
                          &(struct nonfs_ext4_attributes){.which = NONFS_EXT4_SET_MODE,
                                                          .mode = (uint16_t)(mode & 07777u)});
}

int ext4fs_set_times(struct nonfs_fs *fs, uint64_t inode, int64_t access_ns, int64_t modify_ns)
{
    return attributes_set(
        fs, inode,
        &(struct nonfs_ext4_attributes){.which = NONFS_EXT4_SET_ATIME | NONFS_EXT4_SET_MTIME,
                                        .atime = time_of_ns(access_ns),
                                        .mtime = time_of_ns(modify_ns)});
}

static int sync_inside(struct ext4fs *ext)
{
    if (!ext->volume)
        return NONFS_E_GONE;
    if (ext->failed)
        return NONFS_E_IO; /* also for those that ask later: it was their data, too */
    if (ext->fs.read_only)
        return 0;
    int r = nonfs_ext4_sync(ext->volume);
    if (r < 0) {
        ext->failed = true;
        ext4fs_stop_writing(ext, "the disk failed");
        return ext4fs_result(ext, r);
    }
    ext4fs_dirty_set(ext, false);
    ext4fs_scrubs_set(ext, (nonfs_ext4_flags(ext->volume) & NONFS_MOUNT_SCRUB) != 0);
    return 0;
}

int ext4fs_sync(struct nonfs_fs *fs)
{
    struct ext4fs *ext = ext4fs_of(fs);
    ext4fs_change_enter(ext);
    return change_leave(ext, sync_inside(ext));
}

bool nonfs_ext4_fs_must_scrub(const struct nonfs_fs *fs)
{
    return !__atomic_load_n(&fs->read_only, __ATOMIC_RELAXED) &&
           __atomic_load_n(&((const struct ext4fs *)fs)->scrubs, __ATOMIC_RELAXED);
}

void nonfs_ext4_fs_scrub(struct nonfs_fs *fs)
{
    struct ext4fs *ext = ext4fs_of(fs);
    uint64_t left = 0;
    ext4fs_change_enter(ext);
    if (ext->volume && nonfs_ext4_fs_must_scrub(fs)) {
        if (nonfs_ext4_scrub(ext->volume, SCRUB_BLOCKS, &left) < 0)
            ext4fs_stop_writing(ext, "what was deleted cannot be overwritten");
        ext4fs_scrubs_set(ext, left > 0);
    }
    ext4fs_change_leave(ext);
}
