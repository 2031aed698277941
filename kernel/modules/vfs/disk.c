/*
 * The disk's mount. What was changed is committed COMMIT_NS after the first change that is not yet: so that is what a loss of power
 * can cost of what nobody asked to be synced.
 */
#include "disk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nonfs/ext4_fs.h>
#include <nonos/runtime.h>

#include "blockdev.h"
#include "clients.h"
#include "disk_private.h"

#define COMMIT_NS    5000000000ull
#define SCRUB_NS     50000000ull /* between two parts of what is overwritten */
#define CACHE_BLOCKS 1024u
#define CACHE_BYTES  (8u << 20) /* with blocks above 8 KiB there are fewer */
#define OPEN_INODES  1024u

struct disk disk;

/* ---- threads ---- */

/* The file system's monitor, over a mutex and its condition. There is one file system at a time. */
static struct {
    struct nonos_mutex mutex;
    struct nonos_condition changed;
} inside;

static void inside_enter(void *context)
{
    (void)context;
    nonos_mutex_lock(&inside.mutex);
}

static void inside_leave(void *context)
{
    (void)context;
    nonos_mutex_unlock(&inside.mutex);
}

static void inside_wait(void *context)
{
    (void)context;
    nonos_condition_wait(&inside.changed, &inside.mutex);
}

static void inside_wake(void *context)
{
    (void)context;
    nonos_condition_wake(&inside.changed);
}

static const struct nonfs_monitor monitor = {inside_enter, inside_leave, inside_wait, inside_wake,
                                             NULL};

static int threads_prepare(void)
{
    int r = nonos_mutex_init(&disk.work);
    if (r >= 0)
        r = nonos_mutex_init(&inside.mutex);
    return r < 0 ? r : nonos_condition_init(&inside.changed);
}

void disk_enter(void)
{
    nonos_mutex_lock(&disk.work);
}

void disk_leave(void)
{
    nonos_mutex_unlock(&disk.work);
}

/* ---- commits ---- */

static void work_later(uint64_t ns)
{
    if (disk.committing)
        return;
    int r = nonos_notify_timer(disk.notification, nonos_time_monotonic() + ns, DISK_BIT);
    disk.committing = r == 0;
}

void disk_idle(void)
{
    if (disk.fs && nonfs_ext4_fs_is_dirty(disk.fs))
        work_later(COMMIT_NS);
    else if (disk.fs && nonfs_ext4_fs_must_scrub(disk.fs))
        work_later(SCRUB_NS);
}

/* An error ends writing, and the file system has said so. */
void disk_work(void)
{
    disk_enter();
    if (disk.fs && nonfs_ext4_fs_is_dirty(disk.fs))
        (void)disk.fs->ops->sync(disk.fs);
    else if (disk.fs)
        nonfs_ext4_fs_scrub(disk.fs);
    disk_leave();
    nonos_server_enter(disk.server);
    disk.committing = false;
    disk_idle();
    nonos_server_leave(disk.server);
}

/* ---- mounting ---- */

/* What is looked at without disk_enter(). */
static void fs_set(struct nonfs_fs *fs)
{
    nonos_server_enter(disk.server);
    disk.fs = fs;
    nonos_server_leave(disk.server);
}

static int64_t wall_clock(void *context)
{
    (void)context;
    return (int64_t)nonos_time_wall();
}

/* Programs see only that something is damaged: which structure, the console says. */
static void console_say(void *context, const char *text)
{
    (void)context;
    nonos_logf("vfs: %s\n", text);
}

/* Of the volume; the least where there is none, which the mount says. */
static uint32_t block_size_get(const struct nonfs_block_device *device)
{
    struct nonfs_ext4_info info = {.block_size = 1024};
    void *scratch = malloc(NONFS_EXT4_PROBE_SIZE);
    if (!scratch || nonfs_ext4_probe(device, scratch, &info, NULL) < 0)
        info.block_size = 1024;
    free(scratch);
    return info.block_size;
}

/* Mounts the volume of the disk, in an arena of its own. */
static int volume_mount(bool read_only, struct nonfs_fs **fs, void **arena, char *message)
{
    const struct nonfs_block_device *device = blockdev_device(disk.blockdev);
    uint32_t block_size = block_size_get(device), fitting = CACHE_BYTES / block_size;
    struct nonfs_ext4_fs_config config = {
        .cache_blocks = fitting < CACHE_BLOCKS ? fitting : CACHE_BLOCKS,
        .held_inodes = OPEN_INODES,
        .read_only = read_only,
        .privacy = disk.privacy,
        .source = "disk",
        .now = wall_clock,
        .say = console_say,
        .monitor = &monitor,
    };
    if (config.cache_blocks < NONFS_EXT4_CACHE_BLOCKS_MIN_WRITE)
        config.cache_blocks = NONFS_EXT4_CACHE_BLOCKS_MIN_WRITE;
    size_t size = nonfs_ext4_fs_arena_size(&config, block_size);
    *arena = malloc(size); /* aligned for everything */
    if (!*arena)
        return NONOS_E_NO_MEMORY;
    int r = tree_result(nonfs_ext4_fs_mount(fs, device, &config, *arena, size, message));
    if (r < 0)
        free(*arena);
    return r;
}

/* Mounts the disk at a place. A volume that cannot be written is mounted for reading, and the console says why. */
static int disk_mount_at(struct nonfs_place where, const char *path, bool read_only)
{
    char message[NONFS_EXT4_FS_MESSAGE_SIZE] = "";
    struct nonfs_fs *fs = NULL;
    void *arena;
    bool refused = disk.only_read && !read_only;
    int r = volume_mount(read_only || refused, &fs, &arena, message);
    if (r < 0) {
        nonos_logf("vfs: %s: %s\n", path, message[0] ? message : nonos_strerror(r));
        return r;
    }
    r = tree_result(nonfs_vfs_mount(&tree, where, path, fs));
    if (r < 0) {
        (void)!nonfs_ext4_fs_unmount(fs);
        free(arena);
        return r;
    }
    fs_set(fs);
    disk.arena = arena;
    disk.on = where;
    snprintf(disk.path, sizeof(disk.path), "%s", path);
    if (refused)
        snprintf(message, sizeof(message), "an option at the start was not known");
    if (message[0])
        nonos_logf("vfs: %s is read-only: %s\n", path, message);
    return message[0] ? NONOS_E_READ_ONLY : 0;
}

int disk_unmount(struct nonfs_fs *fs)
{
    if (fs != disk.fs)
        return NONOS_E_INVALID;
    clients_settle(); /* what is closed is not in use */
    int r = tree_result(nonfs_vfs_unmount(&tree, fs));
    if (r < 0)
        return r;
    fs_set(NULL);
    r = tree_result(nonfs_ext4_fs_unmount(fs));
    free(disk.arena);
    return r;
}

/* "/" and the path as the client wrote it, which is from the root if it is not absolute; cut where it is too long. */
static void path_for_people(char out[DISK_PATH_SIZE], const char *path, size_t len)
{
    while (len > 0 && *path == '/') {
        path++;
        len--;
    }
    if (len > DISK_PATH_SIZE - 2)
        len = DISK_PATH_SIZE - 2;
    out[0] = '/';
    memcpy(out + 1, path, len);
    out[len + 1] = '\0';
}

int disk_mount(struct nonfs_place where, const char *path, size_t path_len, bool read_only)
{
    char text[DISK_PATH_SIZE];
    if (!disk.blockdev)
        return NONOS_E_NO_DEVICE;
    path_for_people(text, path, path_len);
    if (!disk.fs)
        return disk_mount_at(where, text, read_only);
    if (where.fs != disk.fs || where.inode != disk.fs->root)
        return NONOS_E_BUSY;
    if (disk.fs->read_only == read_only)
        return 0;
    /* Open files would lose what holds their inodes. */
    struct nonfs_place on = disk.on;
    int r = disk_unmount(disk.fs);
    if (r < 0 && disk.fs)
        return r;
    memcpy(text, disk.path, sizeof(text));
    return disk_mount_at(on, text, read_only);
}

void disk_start(struct nonos_server *server, nonos_handle notification, const char *path,
                const struct disk_options *options)
{
    struct nonfs_place at;
    disk.server = server;
    disk.notification = notification;
    disk.privacy = options->privacy;
    disk.only_read = options->only_read;
    int r = threads_prepare();
    if (r == 0)
        r = blockdev_open("block", &disk.blockdev);
    if (r == NONOS_E_NOT_FOUND || r == NONOS_E_NO_DEVICE)
        return;
    if (r == 0)
        r = tree_find(path, &at);
    if (r < 0)
        nonos_logf("vfs: no disk: %s\n", nonos_strerror(r));
    else
        (void)!disk_mount_at(at, path, options->read_only);
}
