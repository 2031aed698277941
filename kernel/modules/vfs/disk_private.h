/* What the two parts of the disk share: disk.c mounts it, disk_volume.c checks and makes volumes. */
#ifndef VFS_DISK_PRIVATE_H
#define VFS_DISK_PRIVATE_H

#include <nonos/thread.h>

#include "disk.h"

#define DISK_PATH_SIZE 64u

struct disk {
    struct nonos_server *server;
    nonos_handle notification;
    struct nonos_mutex work;   /* who is between disk_enter() and disk_leave() */
    struct blockdev *blockdev; /* NULL: there is no disk */
    struct nonfs_fs *fs;   /* NULL: it is not mounted. Changed with the server's lock held, too */
    void *arena;           /* the file system's */
    struct nonfs_place on; /* where it is */
    char path[DISK_PATH_SIZE]; /* for people */
    uint32_t privacy;          /* see struct disk_options */
    bool only_read;            /* likewise */
    bool committing;           /* the timer is set; under the server's lock */
};

extern struct disk disk;

#endif
