/*
 * What a program sees of a mounted volume: Linux' own ext4 through a loop device, and fuse2fs of e2fsprogs.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "target.h"

struct posix_mount {
    char folder[32];
    int root;      /* descriptors; -1: not open */
    int directory; /* the one that was entered */
    int file;
    pid_t server; /* of a mount by FUSE */
};

static struct posix_mount *mount_state(struct target *t)
{
    return t->state;
}

static void close_if_open(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* In a namespace of mounts of its own, so that nothing stays when the program is killed. */
static const char *posix_start(struct target *t)
{
    struct posix_mount *m;

    if (geteuid() != 0)
        return "mounting needs root";
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return "mounting is not allowed";
    m = calloc(1, sizeof(*m));
    if (m == NULL)
        bench_die("start");
    m->root = m->directory = m->file = -1;
    strcpy(m->folder, "/tmp/nonfs-bench-XXXXXX");
    if (mkdtemp(m->folder) == NULL)
        bench_die(m->folder);
    t->state = m;
    return NULL;
}

static void posix_stop(struct target *t)
{
    rmdir(mount_state(t)->folder);
    free(t->state);
}

static const char *linux_start(struct target *t)
{
    return access("/dev/loop-control", R_OK | W_OK) != 0 ? "there are no loop devices"
                                                         : posix_start(t);
}

static const char *fuse2fs_start(struct target *t)
{
    if (bench_command("command -v fuse2fs >/dev/null") != 0)
        return "the Debian package fuse2fs is not installed";
    return access("/dev/fuse", R_OK | W_OK) != 0 ? "there is no /dev/fuse" : posix_start(t);
}

static void open_root(struct posix_mount *m)
{
    m->root = open(m->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (m->root < 0)
        bench_die(m->folder);
}

/* Without the thread that makes the tables of inodes in the background and would disturb. */
static void linux_mount(struct target *t)
{
    struct posix_mount *m = t->state;

    if (bench_command("mount -t ext4 -o loop,noinit_itable '%s' %s", t->image, m->folder) != 0)
        bench_die("mount");
    open_root(m);
}

static void close_all(struct posix_mount *m)
{
    close_if_open(&m->file);
    close_if_open(&m->directory);
    close_if_open(&m->root);
}

static void linux_unmount(struct target *t)
{
    struct posix_mount *m = t->state;

    close_all(m);
    if (bench_command("umount -d %s", m->folder) != 0)
        bench_die("umount");
}

static dev_t device_of(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 ? st.st_dev : 0;
}

static void fuse2fs_mount(struct target *t)
{
    const struct timespec moment = {0, 10000000};
    struct posix_mount *m = t->state;
    dev_t before = device_of(m->folder);

    m->server = fork();
    if (m->server == 0) {
        /* It says at each mount that it does not write the journal. */
        if (freopen("/dev/null", "w", stdout) == NULL || freopen("/dev/null", "w", stderr) == NULL)
            _exit(126);
        execlp("fuse2fs", "fuse2fs", "-f", t->image, m->folder, (char *)NULL);
        _exit(127);
    }
    while (device_of(m->folder) == before) {
        if (m->server < 0 || waitpid(m->server, NULL, WNOHANG) != 0)
            bench_die("fuse2fs");
        nanosleep(&moment, NULL);
    }
    open_root(m);
}

/* The server writes on after the unmount: what counts is its end. */
static void fuse2fs_unmount(struct target *t)
{
    struct posix_mount *m = t->state;

    close_all(m);
    if (umount2(m->folder, 0) != 0 || waitpid(m->server, NULL, 0) != m->server)
        bench_die("unmount");
}

static void posix_sync(struct target *t)
{
    if (syncfs(mount_state(t)->root) != 0)
        bench_die("syncfs");
}

static void posix_make_directory(struct target *t, const char *name)
{
    if (mkdirat(mount_state(t)->root, name, 0755) != 0)
        bench_die(name);
}

static void posix_enter(struct target *t, const char *name)
{
    struct posix_mount *m = t->state;

    close_if_open(&m->directory);
    m->directory = openat(m->root, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (m->directory < 0)
        bench_die(name);
}

static void posix_create(struct target *t, const char *name)
{
    struct posix_mount *m = t->state;

    m->file = openat(m->directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (m->file < 0)
        bench_die(name);
}

static void posix_open(struct target *t, const char *name)
{
    struct posix_mount *m = t->state;

    m->file = openat(m->directory, name, O_RDONLY | O_CLOEXEC);
    if (m->file < 0)
        bench_die(name);
}

static void posix_write(struct target *t, const void *buf, size_t len)
{
    if (write(mount_state(t)->file, buf, len) != (ssize_t)len)
        bench_die("write");
}

static size_t posix_read(struct target *t, void *buf, size_t len)
{
    ssize_t n = read(mount_state(t)->file, buf, len);

    if (n < 0)
        bench_die("read");
    return (size_t)n;
}

static void posix_close(struct target *t)
{
    close_if_open(&mount_state(t)->file);
}

static void posix_remove(struct target *t, const char *name)
{
    if (unlinkat(mount_state(t)->directory, name, 0) != 0)
        bench_die(name);
}

static uint64_t posix_list(struct target *t)
{
    int fd = dup(mount_state(t)->directory);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    uint64_t n = 0;

    if (directory == NULL)
        bench_die("readdir");
    while (readdir(directory) != NULL)
        n++;
    closedir(directory);
    return n - 2;
}

static void posix_find(struct target *t, const char *name)
{
    struct stat st;

    if (fstatat(mount_state(t)->directory, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        bench_die(name);
}

/* Once a volume is mounted, both are files like any others. */
#define POSIX_FILES                                                                       \
    .sync = posix_sync, .make_directory = posix_make_directory, .enter = posix_enter,     \
    .create = posix_create, .open = posix_open, .write = posix_write, .read = posix_read, \
    .close = posix_close, .remove = posix_remove, .list = posix_list, .find = posix_find, \
    .stop = posix_stop

const struct target_ops target_linux = {
    .name = "Linux",
    .start = linux_start,
    .mount = linux_mount,
    .unmount = linux_unmount,
    POSIX_FILES,
};

const struct target_ops target_fuse2fs = {
    .name = "fuse2fs",
    .start = fuse2fs_start,
    .mount = fuse2fs_mount,
    .unmount = fuse2fs_unmount,
    POSIX_FILES,
};
