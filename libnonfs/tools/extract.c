/*
 * nonfs cp out of a volume. Each file is made anew, so that a name which is there twice, once as a link to somewhere, is an error and
 * leads nowhere.
 */
#include "extract.h"

#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "walk.h"

#define BUFFER_LEN (1u << 20)
#define HOLE_LEN   4096u

/* A file with several names, and where its first one was copied to. */
struct linked {
    uint32_t inode;
    char *path;
};

struct extraction {
    struct volume *volume;
    uint8_t *buffer;
    void *links;   /* of struct linked, for tsearch() */
    uint8_t *seen; /* directories that were copied, a bit each */
    int is_root;
};

static int host_failed(const char *target)
{
    complain("%s: %s", target, strerror(errno));
    return -1;
}

static struct timespec host_time(const struct nonfs_time *t)
{
    return (struct timespec){.tv_sec = (time_t)t->seconds, .tv_nsec = t->nanoseconds};
}

/* A file system of the host that has no attributes, or not for this user, is no error: so cp -a has it. */
static int copy_xattrs(struct extraction *x, struct nonfs_ext4_node *node, const char *target)
{
    struct nonfs_ext4_xattr attribute;
    uint32_t cursor = 0;
    size_t len;
    int result;

    while ((result = nonfs_ext4_xattr_next(node, &cursor, &attribute)) == 0) {
        result = nonfs_ext4_xattr_get(node, attribute.name, attribute.name_len, x->buffer,
                                      BUFFER_LEN, &len);
        if (result != 0)
            break;
        if (lsetxattr(target, attribute.name, x->buffer, len, 0) != 0 && errno != EOPNOTSUPP &&
            errno != EPERM)
            return host_failed(target);
    }
    if (result == NONFS_E_NOT_FOUND)
        return 0;
    volume_complain(x->volume, target, result);
    return -1;
}

/* The mode after the owner, whose change takes bits of it away; the times after everything else. */
static int copy_attributes(struct extraction *x, struct nonfs_ext4_node *node, const char *target)
{
    struct nonfs_ext4_stat st;
    struct timespec times[2];
    mode_t kept = x->is_root ? 07777 : 0777;

    nonfs_ext4_stat(node, &st);
    times[0] = host_time(&st.atime);
    times[1] = host_time(&st.mtime);
    if (x->is_root && lchown(target, st.uid, st.gid) != 0)
        return host_failed(target);
    if (copy_xattrs(x, node, target) != 0)
        return -1;
    if ((st.mode & NONFS_S_IFMT) != NONFS_S_IFLNK && chmod(target, st.mode & kept) != 0)
        return host_failed(target);
    return utimensat(AT_FDCWD, target, times, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : host_failed(target);
}

/* Writes what is no hole, `len` bytes from `offset`, which is a multiple of HOLE_LEN. */
static int write_pieces(int fd, const uint8_t *bytes, size_t len, uint64_t offset)
{
    static const uint8_t zeros[HOLE_LEN];

    for (size_t at = 0; at < len;) {
        size_t n = len - at < HOLE_LEN ? len - at : HOLE_LEN;
        ssize_t written = (ssize_t)n;

        if (memcmp(bytes + at, zeros, n) != 0)
            written = pwrite(fd, bytes + at, n, (off_t)(offset + at));
        if (written < 0 && errno != EINTR)
            return -1;
        at += written > 0 ? (size_t)written : 0;
    }
    return 0;
}

static int copy_content(struct extraction *x, struct nonfs_ext4_node *node, int fd,
                        const char *target)
{
    struct nonfs_ext4_stat st;
    uint64_t offset = 0;
    size_t done;

    nonfs_ext4_stat(node, &st);
    do {
        int result = nonfs_ext4_read(node, offset, x->buffer, BUFFER_LEN, &done);

        if (write_pieces(fd, x->buffer, done, offset) != 0)
            return host_failed(target);
        if (result != 0) {
            volume_complain(x->volume, target, result);
            return -1;
        }
        offset += done;
    } while (done > 0);
    return ftruncate(fd, (off_t)st.size) == 0 ? 0 : host_failed(target);
}

static int make_file(struct extraction *x, struct nonfs_ext4_node *node, const char *target)
{
    int fd = open(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    int failed;

    if (fd < 0)
        return host_failed(target);
    failed = copy_content(x, node, fd, target);
    return close(fd) == 0 || failed != 0 ? failed : host_failed(target);
}

static int make_link(struct extraction *x, struct nonfs_ext4_node *node, const char *target)
{
    size_t len;
    int result = nonfs_ext4_readlink(node, (char *)x->buffer, BUFFER_LEN, &len);

    if (result != 0) {
        volume_complain(x->volume, target, result);
        return -1;
    }
    return symlink((char *)x->buffer, target) == 0 ? 0 : host_failed(target);
}

static int make_special(const struct nonfs_ext4_stat *st, const char *target)
{
    return mknod(target, (st->mode & NONFS_S_IFMT) | 0600,
                 makedev(st->device_major, st->device_minor)) == 0
               ? 0
               : host_failed(target);
}

static int compare_links(const void *a, const void *b)
{
    const struct linked *x = a;
    const struct linked *y = b;

    return x->inode == y->inode ? 0 : x->inode < y->inode ? -1 : 1;
}

static void linked_free(void *entry)
{
    struct linked *linked = entry;

    free(linked->path);
    free(linked);
}

static void remember_link(struct extraction *x, uint32_t inode, const char *target)
{
    struct linked *linked = allocate(NULL, sizeof(*linked));

    linked->inode = inode;
    linked->path = allocate(NULL, strlen(target) + 1);
    strcpy(linked->path, target);
    if (tsearch(linked, &x->links, compare_links) == NULL) {
        complain("out of memory");
        exit(EXIT_CODE_IO);
    }
}

static int copy_node(struct extraction *x, struct nonfs_ext4_node *node, const char *target);

static int copy_entry(struct extraction *x, const struct listing_entry *entry, const char *folder)
{
    size_t len = strlen(folder);
    char *target = allocate(NULL, len + strlen(entry->name) + 2);
    struct nonfs_ext4_node node;
    int result = nonfs_ext4_open(x->volume->fs, entry->inode, &node);

    sprintf(target, "%s/%s", folder, entry->name);
    if (result == 0)
        result = copy_node(x, &node, target);
    else
        volume_complain(x->volume, target, result);
    free(target);
    return result == 0 ? 0 : -1;
}

static int copy_directory(struct extraction *x, struct nonfs_ext4_node *node, const char *target)
{
    struct nonfs_ext4_stat st;
    struct listing listing;
    int failed;

    nonfs_ext4_stat(node, &st);
    if (x->seen[st.inode / 8] >> st.inode % 8 & 1) {
        complain("%s: the directory (inode %u) is reached in two ways", target, st.inode);
        return -1;
    }
    x->seen[st.inode / 8] |= (uint8_t)(1u << st.inode % 8);
    if (mkdir(target, 0700) != 0)
        return host_failed(target);
    failed = listing_read(x->volume, node, target, &listing);
    for (size_t i = 0; i < listing.count; i++) {
        if (copy_entry(x, &listing.entries[i], target) != 0)
            failed = -1;
    }
    listing_free(&listing);
    return copy_attributes(x, node, target) == 0 ? failed : -1;
}

static int copy_node(struct extraction *x, struct nonfs_ext4_node *node, const char *target)
{
    struct linked *const *first = NULL;
    struct nonfs_ext4_stat st;
    int failed;

    nonfs_ext4_stat(node, &st);
    switch (st.mode & NONFS_S_IFMT) {
    case NONFS_S_IFDIR:
        return copy_directory(x, node, target);
    case NONFS_S_IFREG:
        first = tfind(&(struct linked){.inode = st.inode}, &x->links, compare_links);
        if (first != NULL)
            return link((*first)->path, target) == 0 ? 0 : host_failed(target);
        failed = make_file(x, node, target);
        break;
    case NONFS_S_IFLNK:
        failed = make_link(x, node, target);
        break;
    default:
        failed = make_special(&st, target);
    }
    if (failed != 0)
        return failed;
    if (st.links > 1 && (st.mode & NONFS_S_IFMT) == NONFS_S_IFREG)
        remember_link(x, st.inode, target);
    return copy_attributes(x, node, target);
}

int extract(struct volume *volume, const char *path, const char *target)
{
    struct extraction x = {.volume = volume, .is_root = geteuid() == 0};
    struct nonfs_ext4_node node;
    int failed;

    if (volume_lookup(volume, path, 0, &node) != 0)
        return -1;
    x.buffer = allocate(NULL, BUFFER_LEN);
    x.seen = allocate(NULL, volume->info.inode_count / 8 + 1);
    memset(x.seen, 0, volume->info.inode_count / 8 + 1);
    failed = copy_node(&x, &node, target);
    tdestroy(x.links, linked_free);
    free(x.seen);
    free(x.buffer);
    return failed;
}
