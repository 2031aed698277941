/*
 * The disk's mount. What was changed is committed COMMIT_NS after the first change that is not yet: so that is what a loss of power
 * can cost of what nobody asked to be synced.
 */
#include "disk.h"

#include <stdio.h>
#include <string.h>

#include <nonos/runtime.h>

#include "blockdev.h"
#include "disk_private.h"
#include "extfs.h"

#define COMMIT_NS 5000000000ull

struct disk disk;

static void commit_later(void)
{
    if (disk.committing)
        return;
    int r =
        nonos_notify_timer(disk.server->notification, nonos_time_monotonic() + COMMIT_NS, DISK_BIT);
    disk.committing = r == 0;
}

void disk_idle(void)
{
    if (disk.fs && extfs_is_dirty(disk.fs))
        commit_later();
}

/* An error ends writing, and extfs has said so. */
void disk_signalled(uint64_t bits)
{
    if (!(bits & DISK_BIT))
        return;
    disk.committing = false;
    if (disk.fs && extfs_is_dirty(disk.fs))
        (void)disk.fs->ops->sync(disk.fs);
}

/* Mounts the disk at a place. A volume that cannot be written is mounted for reading, and the console says why. */
static int disk_mount_at(struct place where, const char *path, bool read_only)
{
    char message[EXTFS_MESSAGE_SIZE] = "";
    struct fs *fs;
    int r = extfs_create(blockdev_device(disk.blockdev), "disk", read_only, &fs, message,
                         sizeof(message));
    if (r < 0) {
        nonos_logf("vfs: %s: %s\n", path, message[0] ? message : nonos_strerror(r));
        return r;
    }
    r = mount_at(where, path, fs);
    if (r < 0) {
        (void)!extfs_destroy(fs);
        return r;
    }
    disk.fs = fs;
    disk.on = where;
    snprintf(disk.path, sizeof(disk.path), "%s", path);
    if (message[0])
        nonos_logf("vfs: %s is read-only: %s\n", path, message);
    return message[0] ? NONOS_E_READ_ONLY : 0;
}

int disk_unmount(struct fs *fs)
{
    if (fs != disk.fs)
        return NONOS_E_INVALID;
    int r = mount_remove(fs);
    if (r < 0)
        return r;
    disk.fs = NULL;
    return extfs_destroy(fs);
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

int disk_mount(struct place where, const char *path, size_t path_len, bool read_only)
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
    struct place on = disk.on;
    int r = disk_unmount(disk.fs);
    if (r < 0 && disk.fs)
        return r;
    memcpy(text, disk.path, sizeof(text));
    return disk_mount_at(on, text, read_only);
}

void disk_start(struct nonos_server *server, const char *path, bool read_only)
{
    struct target target;
    struct view *whole = view_create_whole();
    disk.server = server;
    int r = blockdev_open(server, "block", &disk.blockdev);
    if (r == NONOS_E_NOT_FOUND || r == NONOS_E_NO_DEVICE) {
        view_release(whole);
        return;
    }
    if (r == 0)
        r = whole ? walk(whole, view_root(whole), path, strlen(path), 0, &target)
                  : NONOS_E_NO_MEMORY;
    view_release(whole);
    if (r < 0)
        nonos_logf("vfs: no disk: %s\n", nonos_strerror(r));
    else
        (void)!disk_mount_at(target.at, path, read_only);
}
