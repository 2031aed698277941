/*
 * The requests of FUSE's low-level interface, which names files by their inodes, as the library does. The kernel checks
 * rights, by modes and ACLs. One thread serves all. A file is held while it is open, so that it stays when its name goes.
 */
#define FUSE_USE_VERSION 34

#include "fuse.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <time.h>

#include <fuse_lowlevel.h>

#include "command.h"

#define ATTRIBUTE_TIMEOUT 1.0 /* seconds that the kernel may keep what it was told */
#define COMMIT_MS         5000
#define SCRUB_BLOCKS      256u /* between two looks for requests */
#define READ_MAX          (1u << 20)

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1u
#endif
#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE 2u
#endif

static int error_number(int result)
{
    static const struct {
        int result;
        int error;
    } errors[] = {
        {NONFS_E_INVALID, EINVAL},      {NONFS_E_UNSUPPORTED, EOPNOTSUPP},
        {NONFS_E_NOT_FOUND, ENOENT},    {NONFS_E_NOT_DIRECTORY, ENOTDIR},
        {NONFS_E_IS_DIRECTORY, EISDIR}, {NONFS_E_NO_SPACE, ERANGE},
        {NONFS_E_NO_MEMORY, ENFILE},    {NONFS_E_NAME_TOO_LONG, ENAMETOOLONG},
        {NONFS_E_LOOP, ELOOP},          {NONFS_E_READ_ONLY, EROFS},
        {NONFS_E_RANGE, EFBIG},         {NONFS_E_GONE, ENODEV},
        {NONFS_E_FULL, ENOSPC},         {NONFS_E_EXISTS, EEXIST},
        {NONFS_E_NOT_EMPTY, ENOTEMPTY}, {NONFS_E_TOO_MANY_LINKS, EMLINK},
        {NONFS_E_ABORTED, EROFS},       {NONFS_E_CORRUPT, EUCLEAN},
        {NONFS_E_CHECKSUM, EBADMSG},
    };

    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        if (errors[i].result == result)
            return errors[i].error;
    }
    return EIO;
}

static struct served *served_of(fuse_req_t req)
{
    return fuse_req_userdata(req);
}

/* Replies with nothing but success or an error. */
static void reply_result(fuse_req_t req, int result)
{
    fuse_reply_err(req, result == 0 ? 0 : error_number(result));
}

/* Opens an inode; the kernel's number of the root is 1. After an error the request has its reply. */
static int open_inode(fuse_req_t req, fuse_ino_t inode, struct nonfs_ext4_node *node)
{
    uint32_t number = inode == FUSE_ROOT_ID ? NONFS_EXT4_ROOT_INODE : (uint32_t)inode;
    int result =
        inode > UINT32_MAX ? NONFS_E_NOT_FOUND : nonfs_ext4_open(served_of(req)->fs, number, node);

    if (result != 0)
        reply_result(req, result);
    return result;
}

/* The same for a change, which gets the time of now. */
static int open_changing(fuse_req_t req, fuse_ino_t inode, struct nonfs_ext4_node *node)
{
    struct served *served = served_of(req);
    struct timespec now;
    struct nonfs_time t;

    clock_gettime(CLOCK_REALTIME, &now);
    t = (struct nonfs_time){.seconds = now.tv_sec, .nanoseconds = (uint32_t)now.tv_nsec};
    if (served->read_only) {
        fuse_reply_err(req, EROFS);
        return NONFS_E_READ_ONLY;
    }
    nonfs_ext4_set_time(served->fs, &t);
    served->changed = 1;
    return open_inode(req, inode, node);
}

static struct timespec time_of(const struct nonfs_time *t)
{
    return (struct timespec){.tv_sec = (time_t)t->seconds, .tv_nsec = t->nanoseconds};
}

static void stat_of(const struct nonfs_ext4_node *node, struct stat *out)
{
    struct nonfs_ext4_stat st;

    nonfs_ext4_stat(node, &st);
    memset(out, 0, sizeof(*out));
    out->st_ino = st.inode == NONFS_EXT4_ROOT_INODE ? FUSE_ROOT_ID : st.inode;
    out->st_mode = st.mode;
    out->st_nlink = st.links;
    out->st_uid = st.uid;
    out->st_gid = st.gid;
    out->st_rdev = makedev(st.device_major, st.device_minor);
    out->st_size = (off_t)st.size;
    out->st_blocks = (blkcnt_t)(st.allocated / 512);
    out->st_blksize = 4096;
    out->st_atim = time_of(&st.atime);
    out->st_mtim = time_of(&st.mtime);
    out->st_ctim = time_of(&st.ctime);
}

static struct fuse_entry_param entry_of(const struct nonfs_ext4_node *node)
{
    struct fuse_entry_param e = {.attr_timeout = ATTRIBUTE_TIMEOUT,
                                 .entry_timeout = ATTRIBUTE_TIMEOUT};
    struct nonfs_ext4_stat st;

    nonfs_ext4_stat(node, &st);
    stat_of(node, &e.attr);
    e.ino = e.attr.st_ino;
    e.generation = st.generation;
    return e;
}

static void reply_entry(fuse_req_t req, const struct nonfs_ext4_node *node)
{
    struct fuse_entry_param e = entry_of(node);

    fuse_reply_entry(req, &e);
}

static int find_child(struct nonfs_ext4_node *directory, const char *name,
                      struct nonfs_ext4_node *child)
{
    struct nonfs_ext4_entry entry;
    int result = nonfs_ext4_find(directory, name, strlen(name), &entry);

    return result == 0 ? nonfs_ext4_open(directory->volume, entry.inode, child) : result;
}

static void serve_init(void *user, struct fuse_conn_info *connection)
{
    (void)user;
    /* Modes arrive before the umask, which a default ACL takes the place of. */
    if (connection->capable & FUSE_CAP_POSIX_ACL)
        connection->want |= FUSE_CAP_POSIX_ACL;
    if (connection->capable & FUSE_CAP_DONT_MASK)
        connection->want |= FUSE_CAP_DONT_MASK;
}

static void serve_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
    struct nonfs_ext4_node directory;
    struct nonfs_ext4_node node;
    int result;

    if (open_inode(req, parent, &directory) != 0)
        return;
    result = find_child(&directory, name, &node);
    if (result == 0)
        reply_entry(req, &node);
    else
        reply_result(req, result);
}

static void reply_attributes(fuse_req_t req, const struct nonfs_ext4_node *node)
{
    struct stat st;

    stat_of(node, &st);
    fuse_reply_attr(req, &st, ATTRIBUTE_TIMEOUT);
}

static void serve_getattr(fuse_req_t req, fuse_ino_t inode, struct fuse_file_info *file)
{
    struct nonfs_ext4_node node;

    (void)file;
    if (open_inode(req, inode, &node) == 0)
        reply_attributes(req, &node);
}

static struct nonfs_time wanted_time(const struct timespec *t, int is_now)
{
    struct timespec now = *t;

    if (is_now)
        clock_gettime(CLOCK_REALTIME, &now);
    return (struct nonfs_time){.seconds = now.tv_sec, .nanoseconds = (uint32_t)now.tv_nsec};
}

static int set_attributes(struct nonfs_ext4_node *node, const struct stat *st, int which)
{
    struct nonfs_ext4_attributes a = {
        .mode = (uint16_t)(st->st_mode & 07777), .uid = st->st_uid, .gid = st->st_gid};

    a.which = (which & FUSE_SET_ATTR_MODE ? NONFS_EXT4_SET_MODE : 0) |
              (which & FUSE_SET_ATTR_UID ? NONFS_EXT4_SET_UID : 0) |
              (which & FUSE_SET_ATTR_GID ? NONFS_EXT4_SET_GID : 0) |
              (which & (FUSE_SET_ATTR_ATIME | FUSE_SET_ATTR_ATIME_NOW) ? NONFS_EXT4_SET_ATIME : 0) |
              (which & (FUSE_SET_ATTR_MTIME | FUSE_SET_ATTR_MTIME_NOW) ? NONFS_EXT4_SET_MTIME : 0);
    a.atime = wanted_time(&st->st_atim, which & FUSE_SET_ATTR_ATIME_NOW);
    a.mtime = wanted_time(&st->st_mtim, which & FUSE_SET_ATTR_MTIME_NOW);
    return a.which == 0 ? 0 : nonfs_ext4_set_attributes(node, &a);
}

static void serve_setattr(fuse_req_t req, fuse_ino_t inode, struct stat *st, int which,
                          struct fuse_file_info *file)
{
    struct nonfs_ext4_node node;
    int result = 0;

    (void)file;
    if (open_changing(req, inode, &node) != 0)
        return;
    if (which & FUSE_SET_ATTR_SIZE)
        result = nonfs_ext4_truncate(&node, (uint64_t)st->st_size);
    if (result == 0)
        result = set_attributes(&node, st, which);
    if (result == 0)
        reply_attributes(req, &node);
    else
        reply_result(req, result);
}

static void serve_readlink(fuse_req_t req, fuse_ino_t inode)
{
    char target[NONFS_EXT4_PATH_MAX + 1];
    struct nonfs_ext4_node node;
    size_t len;
    int result;

    if (open_inode(req, inode, &node) != 0)
        return;
    result = nonfs_ext4_readlink(&node, target, sizeof(target), &len);
    if (result == 0)
        fuse_reply_readlink(req, target);
    else
        reply_result(req, result);
}

/* Makes a file; the umask counts where no default ACL does. */
static int make(fuse_req_t req, fuse_ino_t parent, const char *name, struct nonfs_ext4_new *what,
                struct nonfs_ext4_node *node)
{
    static const char acl[] = "system.posix_acl_default";
    const struct fuse_ctx *context = fuse_req_ctx(req);
    struct nonfs_ext4_node directory;
    struct nonfs_ext4_stat st;
    size_t len;
    int result;

    if (open_changing(req, parent, &directory) != 0)
        return NONFS_E_INVALID;
    nonfs_ext4_stat(&directory, &st);
    if (nonfs_ext4_xattr_get(&directory, acl, sizeof(acl) - 1, NULL, 0, &len) != 0)
        what->mode = (uint16_t)(what->mode & ~(context->umask & 0777));
    what->uid = context->uid;
    what->gid = st.mode & S_ISGID ? st.gid : context->gid;
    if (st.mode & S_ISGID && S_ISDIR(what->mode))
        what->mode |= S_ISGID;
    if (what->target != NULL)
        what->mode = S_IFLNK | 0777;
    result = nonfs_ext4_create(&directory, name, strlen(name), what, node);
    if (result != 0)
        reply_result(req, result);
    return result;
}

static void serve_mknod(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
                        dev_t device)
{
    struct nonfs_ext4_new what = {
        .mode = (uint16_t)mode, .device_major = major(device), .device_minor = minor(device)};
    struct nonfs_ext4_node node;

    if (make(req, parent, name, &what, &node) == 0)
        reply_entry(req, &node);
}

static void serve_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode)
{
    struct nonfs_ext4_new what = {.mode = (uint16_t)(S_IFDIR | (mode & 07777))};
    struct nonfs_ext4_node node;

    if (make(req, parent, name, &what, &node) == 0)
        reply_entry(req, &node);
}

static void serve_symlink(fuse_req_t req, const char *target, fuse_ino_t parent, const char *name)
{
    struct nonfs_ext4_new what = {
        .mode = S_IFLNK | 0777, .target = target, .target_len = strlen(target)};
    struct nonfs_ext4_node node;

    if (make(req, parent, name, &what, &node) == 0)
        reply_entry(req, &node);
}

static void serve_unlink(fuse_req_t req, fuse_ino_t parent, const char *name)
{
    struct nonfs_ext4_node directory;

    if (open_changing(req, parent, &directory) == 0)
        reply_result(req, nonfs_ext4_unlink(&directory, name, strlen(name)));
}

static void serve_rmdir(fuse_req_t req, fuse_ino_t parent, const char *name)
{
    struct nonfs_ext4_node directory;

    if (open_changing(req, parent, &directory) == 0)
        reply_result(req, nonfs_ext4_rmdir(&directory, name, strlen(name)));
}

static void serve_rename(fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t new_parent,
                         const char *new_name, unsigned flags)
{
    struct nonfs_ext4_node from;
    struct nonfs_ext4_node to;
    struct nonfs_ext4_entry entry;

    if (flags != 0 && flags != RENAME_NOREPLACE && flags != RENAME_EXCHANGE) {
        fuse_reply_err(req, EINVAL);
        return;
    }
    if (open_changing(req, parent, &from) != 0 || open_inode(req, new_parent, &to) != 0)
        return;
    if (flags == RENAME_EXCHANGE) {
        reply_result(
            req, nonfs_ext4_exchange(&from, name, strlen(name), &to, new_name, strlen(new_name)));
        return;
    }
    if (flags == RENAME_NOREPLACE &&
        nonfs_ext4_find(&to, new_name, strlen(new_name), &entry) != NONFS_E_NOT_FOUND) {
        fuse_reply_err(req, EEXIST);
        return;
    }
    reply_result(req,
                 nonfs_ext4_rename(&from, name, strlen(name), &to, new_name, strlen(new_name)));
}

static void serve_link(fuse_req_t req, fuse_ino_t inode, fuse_ino_t parent, const char *name)
{
    struct nonfs_ext4_node directory;
    struct nonfs_ext4_node node;
    int result;

    if (open_changing(req, parent, &directory) != 0 || open_inode(req, inode, &node) != 0)
        return;
    result = nonfs_ext4_link(&directory, name, strlen(name), &node);
    if (result == 0)
        reply_entry(req, &node);
    else
        reply_result(req, result);
}

/* Holds what was opened. After an error the request has its reply. */
static int hold(fuse_req_t req, struct nonfs_ext4_node *node)
{
    int result = nonfs_ext4_hold(node);

    if (result != 0)
        reply_result(req, result);
    return result;
}

static void serve_open(fuse_req_t req, fuse_ino_t inode, struct fuse_file_info *file)
{
    struct nonfs_ext4_node node;

    if ((file->flags & O_ACCMODE) != O_RDONLY && served_of(req)->read_only) {
        fuse_reply_err(req, EROFS);
        return;
    }
    if (open_inode(req, inode, &node) == 0 && hold(req, &node) == 0)
        fuse_reply_open(req, file);
}

static void serve_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
                         struct fuse_file_info *file)
{
    struct nonfs_ext4_new what = {.mode = (uint16_t)(S_IFREG | (mode & 07777))};
    struct fuse_entry_param e;
    struct nonfs_ext4_node node;

    if (make(req, parent, name, &what, &node) != 0 || hold(req, &node) != 0)
        return;
    e = entry_of(&node);
    fuse_reply_create(req, &e, file);
}

static void serve_release(fuse_req_t req, fuse_ino_t inode, struct fuse_file_info *file)
{
    struct nonfs_ext4_node node;

    (void)file;
    if (open_inode(req, inode, &node) != 0)
        return;
    served_of(req)->changed |= !served_of(req)->read_only;
    reply_result(req, nonfs_ext4_release(&node));
}

static void serve_read(fuse_req_t req, fuse_ino_t inode, size_t size, off_t offset,
                       struct fuse_file_info *file)
{
    struct nonfs_ext4_node node;
    char *bytes;
    size_t done;
    int result;

    (void)file;
    if (open_inode(req, inode, &node) != 0)
        return;
    size = size < READ_MAX ? size : READ_MAX;
    bytes = allocate(NULL, size + 1);
    result = nonfs_ext4_read(&node, (uint64_t)offset, bytes, size, &done);
    if (result == 0)
        fuse_reply_buf(req, bytes, done);
    else
        reply_result(req, result);
    free(bytes);
}

static void serve_write(fuse_req_t req, fuse_ino_t inode, const char *bytes, size_t size,
                        off_t offset, struct fuse_file_info *file)
{
    struct nonfs_ext4_node node;
    size_t done;
    int result;

    (void)file;
    if (open_changing(req, inode, &node) != 0)
        return;
    result = nonfs_ext4_write(&node, (uint64_t)offset, bytes, size, &done);
    if (done > 0 || result == 0)
        fuse_reply_write(req, done);
    else
        reply_result(req, result);
}

static int commit(struct served *served)
{
    served->changed = 0;
    served->scrubs = (nonfs_ext4_flags(served->fs) & NONFS_MOUNT_SCRUB) != 0;
    return served->read_only ? 0 : nonfs_ext4_sync(served->fs);
}

/* Part of what is left to be overwritten. */
static int scrub(struct served *served)
{
    uint64_t left;
    int result = nonfs_ext4_scrub(served->fs, SCRUB_BLOCKS, &left);

    served->scrubs = left > 0;
    return result;
}

static void serve_fsync(fuse_req_t req, fuse_ino_t inode, int content_only,
                        struct fuse_file_info *file)
{
    (void)inode;
    (void)content_only;
    (void)file;
    reply_result(req, commit(served_of(req)));
}

static void serve_fallocate(fuse_req_t req, fuse_ino_t inode, int mode, off_t offset, off_t len,
                            struct fuse_file_info *file)
{
    struct nonfs_ext4_node node;

    (void)file;
    if (open_changing(req, inode, &node) != 0)
        return;
    if (mode == (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE))
        reply_result(req, nonfs_ext4_punch(&node, (uint64_t)offset, (uint64_t)len));
    else if (mode == 0 || mode == FALLOC_FL_KEEP_SIZE)
        reply_result(req, nonfs_ext4_allocate(&node, (uint64_t)offset, (uint64_t)len, mode != 0));
    else
        fuse_reply_err(req, EOPNOTSUPP);
}

static void serve_readdir(fuse_req_t req, fuse_ino_t inode, size_t size, off_t offset,
                          struct fuse_file_info *file)
{
    struct nonfs_ext4_node directory;
    struct nonfs_ext4_entry entry;
    uint64_t cursor = (uint64_t)offset;
    size_t used = 0;
    char *bytes;
    int result = 0;

    (void)file;
    if (open_inode(req, inode, &directory) != 0)
        return;
    size = size < READ_MAX ? size : READ_MAX;
    bytes = allocate(NULL, size + 1);
    while ((result = nonfs_ext4_readdir(&directory, &cursor, &entry)) == 0) {
        /* Entries have their type in the upper four bits of a mode. */
        static const uint16_t modes[] = {0,       S_IFREG, S_IFDIR,  S_IFCHR,
                                         S_IFBLK, S_IFIFO, S_IFSOCK, S_IFLNK};
        struct stat st = {.st_ino = entry.inode, .st_mode = modes[entry.type & 7]};
        size_t n =
            fuse_add_direntry(req, bytes + used, size - used, entry.name, &st, (off_t)cursor);

        if (n > size - used)
            break;
        used += n;
    }
    if (result != 0 && result != NONFS_E_NOT_FOUND && used == 0)
        reply_result(req, result);
    else
        fuse_reply_buf(req, bytes, used);
    free(bytes);
}

static void serve_statfs(fuse_req_t req, fuse_ino_t inode)
{
    struct nonfs_ext4_statfs st;
    struct statvfs out;

    (void)inode;
    nonfs_ext4_statfs(served_of(req)->fs, &st);
    out = (struct statvfs){
        .f_bsize = st.block_size,
        .f_frsize = st.block_size,
        .f_blocks = st.blocks,
        .f_bfree = st.blocks_free,
        .f_bavail = st.blocks_available,
        .f_files = st.inodes,
        .f_ffree = st.inodes_free,
        .f_favail = st.inodes_free,
        .f_namemax = st.name_max,
    };
    fuse_reply_statfs(req, &out);
}

/* Names of attributes that Linux has and the library has not are only unknown. */
static void reply_xattr_error(fuse_req_t req, int result)
{
    if (result == NONFS_E_NOT_FOUND)
        fuse_reply_err(req, ENODATA);
    else if (result == NONFS_E_INVALID)
        fuse_reply_err(req, EOPNOTSUPP);
    else
        reply_result(req, result);
}

static void serve_setxattr(fuse_req_t req, fuse_ino_t inode, const char *name, const char *value,
                           size_t size, int flags)
{
    struct nonfs_ext4_node node;
    unsigned how = (flags & XATTR_CREATE ? NONFS_EXT4_XATTR_CREATE : 0) |
                   (flags & XATTR_REPLACE ? NONFS_EXT4_XATTR_REPLACE : 0);

    if (open_changing(req, inode, &node) == 0)
        reply_xattr_error(req, nonfs_ext4_xattr_set(&node, name, strlen(name), value, size, how));
}

static void serve_removexattr(fuse_req_t req, fuse_ino_t inode, const char *name)
{
    struct nonfs_ext4_node node;

    if (open_changing(req, inode, &node) == 0)
        reply_xattr_error(req, nonfs_ext4_xattr_remove(&node, name, strlen(name)));
}

/* Replies with a value or a list, or with its length if that is what was asked for. */
static void reply_bytes(fuse_req_t req, int result, const char *bytes, size_t len, size_t size)
{
    if (result != 0)
        reply_xattr_error(req, result);
    else if (size == 0)
        fuse_reply_xattr(req, len);
    else if (len > size)
        fuse_reply_err(req, ERANGE);
    else
        fuse_reply_buf(req, bytes, len);
}

static void serve_getxattr(fuse_req_t req, fuse_ino_t inode, const char *name, size_t size)
{
    struct nonfs_ext4_node node;
    size_t len = 0;
    char *value;
    int result;

    if (open_inode(req, inode, &node) != 0)
        return;
    value = allocate(NULL, size + 1);
    result = nonfs_ext4_xattr_get(&node, name, strlen(name), size == 0 ? NULL : value, size, &len);
    reply_bytes(req, result, value, len, size);
    free(value);
}

static void serve_listxattr(fuse_req_t req, fuse_ino_t inode, size_t size)
{
    struct nonfs_ext4_xattr xattr;
    struct nonfs_ext4_node node;
    uint32_t cursor = 0;
    char *names = NULL;
    size_t len = 0;
    int result;

    if (open_inode(req, inode, &node) != 0)
        return;
    while ((result = nonfs_ext4_xattr_next(&node, &cursor, &xattr)) == 0) {
        names = allocate(names, len + xattr.name_len + 1u);
        memcpy(names + len, xattr.name, xattr.name_len + 1u);
        len += xattr.name_len + 1u;
    }
    reply_bytes(req, result == NONFS_E_NOT_FOUND ? 0 : result, names, len, size);
    free(names);
}

static const struct fuse_lowlevel_ops operations = {
    .init = serve_init,
    .lookup = serve_lookup,
    .getattr = serve_getattr,
    .setattr = serve_setattr,
    .readlink = serve_readlink,
    .mknod = serve_mknod,
    .mkdir = serve_mkdir,
    .unlink = serve_unlink,
    .rmdir = serve_rmdir,
    .symlink = serve_symlink,
    .rename = serve_rename,
    .link = serve_link,
    .open = serve_open,
    .read = serve_read,
    .write = serve_write,
    .release = serve_release,
    .fsync = serve_fsync,
    .opendir = serve_open,
    .readdir = serve_readdir,
    .releasedir = serve_release,
    .fsyncdir = serve_fsync,
    .statfs = serve_statfs,
    .setxattr = serve_setxattr,
    .getxattr = serve_getxattr,
    .listxattr = serve_listxattr,
    .removexattr = serve_removexattr,
    .create = serve_create,
    .fallocate = serve_fallocate,
};

/*
 * Requests one by one; what was changed is committed when there was none for some seconds, or after so many. When nothing was changed
 * since, and as long as no request comes, what waits for it is overwritten.
 */
static int serve_loop(struct served *served, struct fuse_session *session)
{
    struct fuse_buf request = {.mem = NULL};
    struct pollfd fd = {.fd = fuse_session_fd(session), .events = POLLIN};
    time_t committed = time(NULL);
    int result = 0;

    while (!fuse_session_exited(session) && result == 0) {
        int n = poll(&fd, 1, served->changed ? COMMIT_MS : served->scrubs ? 0 : -1);

        if (n == 0 && !served->changed) {
            result = scrub(served);
        } else if (n == 0 || (served->changed && time(NULL) - committed >= COMMIT_MS / 1000)) {
            committed = time(NULL);
            result = commit(served);
        }
        if (n <= 0)
            continue;
        n = fuse_session_receive_buf(session, &request);
        if (n == 0)
            break;
        if (n > 0)
            fuse_session_process_buf(session, &request);
        else if (n != -EINTR)
            result = NONFS_E_IO;
    }
    free(request.mem);
    return result;
}

static int session_run(struct served *served, struct fuse_session *session, const char *folder,
                       int foreground)
{
    int result;

    if (fuse_session_mount(session, folder) != 0) {
        complain("%s: it cannot be a mount point for FUSE", folder);
        return -1;
    }
    result = fuse_daemonize(foreground);
    if (result == 0)
        result = serve_loop(served, session);
    fuse_session_unmount(session);
    if (result != 0)
        complain("%s: %s", folder, nonfs_strerror(result));
    return result == 0 ? 0 : -1;
}

int fuse_serve(struct served *served, const char *image, const char *folder, const char *options,
               int foreground)
{
    struct fuse_args args = FUSE_ARGS_INIT(0, NULL);
    struct fuse_session *session = NULL;
    int result = -1;

    if (fuse_opt_add_arg(&args, "nonfs") == 0 && fuse_opt_add_arg(&args, "-o") == 0 &&
        fuse_opt_add_arg(&args, "default_permissions,subtype=nonfs") == 0 &&
        fuse_opt_add_arg(&args, "-o") == 0 && fuse_opt_add_arg(&args, "fsname=nonfs") == 0 &&
        (options == NULL ||
         (fuse_opt_add_arg(&args, "-o") == 0 && fuse_opt_add_arg(&args, options) == 0)))
        session = fuse_session_new(&args, &operations, sizeof(operations), served);
    if (session == NULL) {
        complain("%s: FUSE does not take these options", image);
    } else if (fuse_set_signal_handlers(session) == 0) {
        result = session_run(served, session, folder, foreground);
        fuse_remove_signal_handlers(session);
    }
    if (session != NULL)
        fuse_session_destroy(session);
    fuse_opt_free_args(&args);
    return result;
}
