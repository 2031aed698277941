/*
 * A mounted volume as a filesystem of Linux, through FUSE.
 */
#ifndef NONFS_TOOLS_FUSE_H
#define NONFS_TOOLS_FUSE_H

#include <nonfs/ext4_write.h>

/* What the requests of one mount share. */
struct served {
    struct nonfs_ext4 *fs;
    int read_only;
    int changed; /* since the last commit */
    int scrubs; /* the volume was mounted with NONFS_MOUNT_SCRUB, and something may wait for that */
};

/*
 * Serves requests for the mount point until it is unmounted or a signal ends it. `options` is as after -o of mount(8), or NULL.
 * Returns 0, or -1 after a message.
 */
int fuse_serve(struct served *served, const char *image, const char *folder, const char *options,
               int foreground);

#endif
