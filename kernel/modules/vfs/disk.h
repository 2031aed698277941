/*
 * The one disk: mounted, written to its end now and then, checked and made anew. What is done to it as a whole is done by one thread at a time,
 * between disk_enter() and disk_leave(), and takes as long as the device does.
 */
#ifndef VFS_DISK_H
#define VFS_DISK_H

#include <nonos/server.h>

#include "tree.h"

#define DISK_LABEL_SIZE 16u /* bytes; padded with NULs */
#define DISK_BIT        (1ull << 58)

/* How the disk is mounted. */
struct disk_options {
    bool read_only;   /* at the start; a request may change that */
    bool only_read;   /* nothing changes that */
    uint32_t privacy; /* NONFS_MOUNT_NO_TIMES, _PAD and _SCRUB, whenever it is written */
};

/*
 * Connects to the disk, if there is one, and mounts it at `path`. What is wrong with it is said on the console, and the system
 * goes on without. When there is work to do, bit DISK_BIT of `notification` is signalled. The lock of `server` guards what disk_idle() looks at.
 */
void disk_start(struct nonos_server *server, nonos_handle notification, const char *path,
                const struct disk_options *options);

void disk_enter(void);
void disk_leave(void);

/* The work: commits what is due, or overwrites a part of what was deleted. Enters and leaves itself. */
void disk_work(void);
/* After each request, with the server's lock held: sees to it that this is done soon. Waits for nothing. */
void disk_idle(void);

/* ---- between disk_enter() and disk_leave() ---- */

/*
 * Mounts the disk on a directory, or changes the mode of the mount whose root `where` is. `path` is for people. NO_DEVICE without a disk;
 * BUSY if it is mounted elsewhere or in use; READ_ONLY if it can or may only be read, and then it is mounted for that; CORRUPT, UNSUPPORTED and so
 * on: the console says why.
 */
NONOS_MUST_CHECK int disk_mount(struct nonfs_place where, const char *path, size_t path_len,
                                bool read_only);
/* Ends the mount of `fs`. INVALID if that is not the disk's; BUSY; or the error of the last commit, and it is unmounted. */
NONOS_MUST_CHECK int disk_unmount(struct nonfs_fs *fs);

struct disk_verdict {
    size_t text_len;
    uint64_t problems, inodes, directories, blocks;
    bool journal_waits, errors_flagged;
};

/* Checks the volume; a line for each fault goes to `text`, as many as fit. BUSY while it is mounted writable. */
NONOS_MUST_CHECK int disk_check(char *text, size_t size, struct disk_verdict *verdict);
/* Makes an empty volume. BUSY while it is mounted; READ_ONLY; EXISTS if something is there and not `force`. */
NONOS_MUST_CHECK int disk_make(const char label[DISK_LABEL_SIZE], bool force);

#endif
