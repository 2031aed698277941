/*
 * nonfs mkfs -d, and nonfs cp into a volume. A directory gets its attributes after what is in it: its times would change, and a default ACL would be inherited.
 */
#include "populate.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <nonfs/ext4_write.h>

#include "command.h"

#define CACHE_BLOCKS 8192u
#define BUFFER_LEN   (1u << 20)
#define LIST_LEN     (64u << 10) /* the most that Linux gives for one file */

/* A file with several names, and where its first one was copied to. */
struct linked {
    dev_t device;
    ino_t number;
    uint32_t inode;
};

struct copy {
    struct populate_options *o;
    struct nonfs_ext4 *fs;
    uint32_t block_size;
    void *links; /* of struct linked, for tsearch() */
    uint8_t *buffer;
    char *names; /* of attributes */
    char *value;
    char *path; /* what is being copied, for messages and calls */
    size_t path_len;
    size_t path_capacity;
};

static int host_failed(const struct copy *c)
{
    complain("%s: %s", c->path, strerror(errno));
    return -1;
}

static int volume_failed(const struct copy *c, const char *attribute, int result)
{
    const struct nonfs_diagnostic *d = nonfs_ext4_diagnostic(c->fs);
    char text[NONFS_DIAGNOSTIC_TEXT_SIZE] = "";

    if (d->result == result)
        nonfs_diagnostic_format(d, text, sizeof(text));
    complain("%s%s%s: %s", c->path, attribute != NULL ? ": attribute " : "",
             attribute != NULL ? attribute : "", text[0] != '\0' ? text : nonfs_strerror(result));
    return -1;
}

static void path_push(struct copy *c, const char *name)
{
    size_t len = strlen(name);

    if (c->path_len + len + 2 > c->path_capacity) {
        c->path_capacity = 2 * (c->path_len + len + 2);
        c->path = allocate(c->path, c->path_capacity);
    }
    if (c->path_len > 0)
        c->path[c->path_len++] = '/';
    memcpy(c->path + c->path_len, name, len + 1);
    c->path_len += len;
}

static void path_pop(struct copy *c, size_t len)
{
    c->path_len = len;
    c->path[len] = '\0';
}

static void show_progress(struct copy *c)
{
    if (c->o->shows_progress && c->o->files % 64 == 0)
        fprintf(stderr, "\r%llu files, %llu MiB", (unsigned long long)c->o->files,
                (unsigned long long)(c->o->bytes >> 20));
}

static struct nonfs_time volume_time(const struct copy *c, const struct timespec *t)
{
    if (c->o->clamps && t->tv_sec >= (time_t)c->o->time)
        return (struct nonfs_time){.seconds = c->o->time};
    return (struct nonfs_time){.seconds = t->tv_sec, .nanoseconds = (uint32_t)t->tv_nsec};
}

static int copy_xattr(struct copy *c, struct nonfs_ext4_node *node, const char *name)
{
    ssize_t len = lgetxattr(c->path, name, c->value, NONFS_EXT4_XATTR_VALUE_MAX);
    int result;

    if (len < 0)
        return host_failed(c);
    result = nonfs_ext4_xattr_set(node, name, strlen(name), c->value, (size_t)len, 0);
    return result == 0 ? 0 : volume_failed(c, name, result);
}

static int compare_strings(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In the order of their names: that of the host depends on what was done to the file. */
static int copy_xattrs(struct copy *c, struct nonfs_ext4_node *node)
{
    ssize_t len = llistxattr(c->path, c->names, LIST_LEN);
    char **sorted;
    size_t count = 0;
    int result = 0;

    if (len < 0)
        return errno == EOPNOTSUPP ? 0 : host_failed(c);
    sorted = allocate(NULL, ((size_t)len + 1) * sizeof(*sorted));
    for (char *name = c->names; name < c->names + len; name += strlen(name) + 1)
        sorted[count++] = name;
    qsort(sorted, count, sizeof(*sorted), compare_strings);
    for (size_t i = 0; result == 0 && i < count; i++)
        result = copy_xattr(c, node, sorted[i]);
    free(sorted);
    return result;
}

static int copy_attributes(struct copy *c, struct nonfs_ext4_node *node, const struct stat *st)
{
    const struct nonfs_ext4_attributes a = {
        .which = NONFS_EXT4_SET_MODE | NONFS_EXT4_SET_UID | NONFS_EXT4_SET_GID |
                 NONFS_EXT4_SET_ATIME | NONFS_EXT4_SET_MTIME,
        .mode = (uint16_t)(st->st_mode & 07777),
        .uid = st->st_uid,
        .gid = st->st_gid,
        .atime = volume_time(c, c->o->clamps ? &st->st_mtim : &st->st_atim),
        .mtime = volume_time(c, &st->st_mtim),
    };
    int result;

    if (copy_xattrs(c, node) != 0)
        return -1;
    result = nonfs_ext4_set_attributes(node, &a);
    return result == 0 ? 0 : volume_failed(c, NULL, result);
}

static int is_zero(const uint8_t *bytes, size_t len)
{
    return bytes[0] == 0 && memcmp(bytes, bytes + 1, len - 1) == 0;
}

/* Writes what is not a whole block of zeros; `len` bytes from `offset`, which is a multiple of the block. */
static int write_blocks(struct copy *c, struct nonfs_ext4_node *node, uint64_t offset, size_t len)
{
    size_t at = 0;

    while (at < len) {
        size_t from = at;
        size_t done;
        int zero = 0;
        int result;

        while (at < len && !zero) {
            size_t n = len - at < c->block_size ? len - at : c->block_size;

            zero = is_zero(c->buffer + at, n);
            at += zero ? 0 : n;
        }
        result = at == from
                     ? 0
                     : nonfs_ext4_write(node, offset + from, c->buffer + from, at - from, &done);
        if (result != 0)
            return volume_failed(c, NULL, result);
        at += zero ? c->block_size : 0;
    }
    return 0;
}

/* Fills the buffer from `offset` on, as far as `len` goes. */
static int read_blocks(struct copy *c, int fd, off_t offset, size_t len)
{
    for (size_t done = 0; done < len;) {
        ssize_t n = pread(fd, c->buffer + done, len - done, offset + (off_t)done);

        if (n < 0 && errno != EINTR)
            return host_failed(c);
        if (n == 0) {
            complain("%s: it became shorter while it was copied", c->path);
            return -1;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    return 0;
}

static int copy_ranges(struct copy *c, int fd, struct nonfs_ext4_node *node, off_t size)
{
    off_t offset = 0;
    int result;

    while (offset < size) {
        off_t data = lseek(fd, offset, SEEK_DATA);
        size_t len;

        if (data < 0 && errno == ENXIO)
            break; /* the rest is a hole */
        if (data > offset)
            offset = data - data % (off_t)c->block_size;
        if (offset >= size)
            break;
        len = size - offset < (off_t)BUFFER_LEN ? (size_t)(size - offset) : BUFFER_LEN;
        if (read_blocks(c, fd, offset, len) != 0 ||
            write_blocks(c, node, (uint64_t)offset, len) != 0)
            return -1;
        offset += (off_t)len;
        c->o->bytes += len;
        show_progress(c);
    }
    result = nonfs_ext4_truncate(node, (uint64_t)size);
    return result == 0 ? 0 : volume_failed(c, NULL, result);
}

static int copy_content(struct copy *c, struct nonfs_ext4_node *node, const struct stat *st)
{
    int fd = open(c->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    int result;

    if (fd < 0)
        return host_failed(c);
    result = copy_ranges(c, fd, node, st->st_size);
    close(fd);
    return result;
}

static int compare_links(const void *a, const void *b)
{
    const struct linked *x = a;
    const struct linked *y = b;

    if (x->device != y->device)
        return x->device < y->device ? -1 : 1;
    return x->number == y->number ? 0 : x->number < y->number ? -1 : 1;
}

/* Gives a file that was copied already one more name. */
static int copy_link(struct copy *c, struct nonfs_ext4_node *directory, const char *name,
                     const struct linked *link)
{
    struct nonfs_ext4_node node;
    int result = nonfs_ext4_open(c->fs, link->inode, &node);

    if (result == 0)
        result = nonfs_ext4_link(directory, name, strlen(name), &node);
    return result == 0 ? 0 : volume_failed(c, NULL, result);
}

static void remember_link(struct copy *c, const struct stat *st, const struct nonfs_ext4_node *node)
{
    struct linked *link = allocate(NULL, sizeof(*link));
    struct nonfs_ext4_stat made;

    nonfs_ext4_stat(node, &made);
    *link = (struct linked){.device = st->st_dev, .number = st->st_ino, .inode = made.inode};
    if (tsearch(link, &c->links, compare_links) == NULL) {
        complain("out of memory");
        exit(EXIT_CODE_IO);
    }
}

static int make_file(struct copy *c, struct nonfs_ext4_node *directory, const char *name,
                     const struct stat *st, struct nonfs_ext4_node *node)
{
    char target[NONFS_EXT4_PATH_MAX + 1];
    struct nonfs_ext4_new what = {.mode = (uint16_t)st->st_mode};
    int result;

    if (S_ISLNK(st->st_mode)) {
        ssize_t len = readlink(c->path, target, sizeof(target));

        if (len < 0)
            return host_failed(c);
        what.target = target;
        what.target_len = (size_t)len;
    } else if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode)) {
        what.device_major = major(st->st_rdev);
        what.device_minor = minor(st->st_rdev);
    }
    result = nonfs_ext4_create(directory, name, strlen(name), &what, node);
    /* The root directory of a new volume has a lost+found. */
    if (result == NONFS_E_EXISTS && S_ISDIR(st->st_mode))
        result = nonfs_ext4_lookup(c->fs, directory, name, strlen(name), NONFS_EXT4_LOOKUP_NOFOLLOW,
                                   node);
    return result == 0 ? 0 : volume_failed(c, NULL, result);
}

static int copy_directory(struct copy *c, struct nonfs_ext4_node *directory, const struct stat *st);

/* Copies what c->path names into a directory. */
static int copy_entry(struct copy *c, struct nonfs_ext4_node *directory, const char *name)
{
    const struct linked *const *found = NULL;
    struct nonfs_ext4_node node;
    struct stat st;

    if (lstat(c->path, &st) != 0)
        return host_failed(c);
    c->o->files++;
    show_progress(c);
    if (!S_ISDIR(st.st_mode) && st.st_nlink > 1)
        found = tfind(&(struct linked){.device = st.st_dev, .number = st.st_ino}, &c->links,
                      compare_links);
    if (found != NULL)
        return copy_link(c, directory, name, *found);
    if (make_file(c, directory, name, &st, &node) != 0)
        return -1;
    if (S_ISDIR(st.st_mode))
        return copy_directory(c, &node, &st);
    if (st.st_nlink > 1)
        remember_link(c, &st, &node);
    if (S_ISREG(st.st_mode) && copy_content(c, &node, &st) != 0)
        return -1;
    return copy_attributes(c, &node, &st);
}

static int is_no_dot(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int copy_directory(struct copy *c, struct nonfs_ext4_node *directory, const struct stat *st)
{
    struct dirent **entries;
    int count = scandir(c->path, &entries, is_no_dot, compare_names);
    size_t len = c->path_len;
    int result = 0;

    if (count < 0)
        return host_failed(c);
    for (int i = 0; i < count; i++) {
        path_push(c, entries[i]->d_name);
        if (result == 0)
            result = copy_entry(c, directory, entries[i]->d_name);
        path_pop(c, len);
        free(entries[i]);
    }
    free(entries);
    return result == 0 ? copy_attributes(c, directory, st) : -1;
}

static void copy_begin(struct copy *c, struct populate_options *options, struct nonfs_ext4 *fs)
{
    struct nonfs_ext4_info info;

    nonfs_ext4_info(fs, &info);
    *c = (struct copy){.o = options, .fs = fs, .block_size = info.block_size};
    path_push(c, options->folder);
    c->buffer = allocate(NULL, BUFFER_LEN);
    c->names = allocate(NULL, LIST_LEN);
    c->value = allocate(NULL, NONFS_EXT4_XATTR_VALUE_MAX);
}

static void copy_end(struct copy *c)
{
    if (c->o->shows_progress)
        fprintf(stderr, "\r%llu files, %llu MiB\n", (unsigned long long)c->o->files,
                (unsigned long long)(c->o->bytes >> 20));
    tdestroy(c->links, free);
    free(c->buffer);
    free(c->names);
    free(c->value);
    free(c->path);
}

static int copy_root(struct copy *c)
{
    struct nonfs_ext4_node root;
    struct stat st;
    int result = nonfs_ext4_open(c->fs, NONFS_EXT4_ROOT_INODE, &root);

    if (result != 0)
        return volume_failed(c, NULL, result);
    if (stat(c->path, &st) != 0)
        return host_failed(c);
    return copy_directory(c, &root, &st);
}

int populate_copy(struct nonfs_ext4 *fs, struct nonfs_ext4_node *directory, const char *name,
                  struct populate_options *options)
{
    struct copy c;
    int result;

    copy_begin(&c, options, fs);
    result = copy_entry(&c, directory, name);
    copy_end(&c);
    return result;
}

int populate(struct disk *disk, struct populate_options *options)
{
    struct nonfs_ext4_config config = {.cache_blocks = CACHE_BLOCKS,
                                       .flags = NONFS_MOUNT_WRITE,
                                       .now = {.seconds = options->time}};
    size_t size = nonfs_ext4_arena_size(&config, NONFS_BLOCK_SIZE_MAX);
    void *arena = allocate(NULL, size);
    struct nonfs_diagnostic diagnostic;
    struct nonfs_ext4 *fs;
    struct copy c;
    char text[NONFS_DIAGNOSTIC_TEXT_SIZE];
    int ended;
    int result = nonfs_ext4_mount(&fs, &disk->dev, &config, arena, size, &diagnostic);

    if (result != 0) {
        nonfs_diagnostic_format(&diagnostic, text, sizeof(text));
        complain("%s: it cannot be written: %s", disk->path, text);
        free(arena);
        return -1;
    }
    copy_begin(&c, options, fs);
    result = copy_root(&c);
    ended = nonfs_ext4_unmount(fs);
    if (ended != 0)
        complain("%s: %s", disk->path, nonfs_strerror(ended));
    copy_end(&c);
    free(arena);
    return result == 0 && ended == 0 ? 0 : -1;
}
