/* What the two parts of the disk share: disk.c mounts it, disk_volume.c checks and makes volumes. */
#ifndef VFS_DISK_PRIVATE_H
#define VFS_DISK_PRIVATE_H

#include "disk.h"

#define DISK_PATH_SIZE 64u

struct disk {
    struct nonos_server *server;
    struct blockdev *blockdev; /* NULL: there is no disk */
    struct fs *fs;             /* NULL: it is not mounted */
    struct place on;           /* where it is */
    char path[DISK_PATH_SIZE]; /* for people */
    bool committing;           /* the timer is set */
};

extern struct disk disk;

#endif
