/*
 * The one disk: mounted, written to its end now and then, checked and made anew. Everything here belongs to the server's thread.
 */
#ifndef VFS_DISK_H
#define VFS_DISK_H

#include <nonos/server.h>

#include "walk.h"

#define DISK_LABEL_SIZE 16u /* bytes; padded with NULs */
#define DISK_BIT        (1ull << 58)

/*
 * Connects to the disk, if there is one, and mounts it at `path`. What is wrong with it is said on the console, and the system
 * goes on without. Bit DISK_BIT of the server's notification is used from then on.
 */
void disk_start(struct nonos_server *server, const char *path, bool read_only);

/* Bits of the notification came: commits what is due. */
void disk_signalled(uint64_t bits);
/* After each request: sees to it that what was changed is committed soon. */
void disk_idle(void);

/*
 * Mounts the disk on a directory, or changes the mode of the mount whose root `where` is. `path` is for people. NO_DEVICE without a disk;
 * BUSY if it is mounted elsewhere or in use; READ_ONLY if it can only be read, and then it is mounted for that; CORRUPT, UNSUPPORTED and so
 * on: the console says why.
 */
NONOS_MUST_CHECK int disk_mount(struct place where, const char *path, size_t path_len,
                                bool read_only);
/* Ends the mount of `fs`. INVALID if that is not the disk's; BUSY; or the error of the last commit, and it is unmounted. */
NONOS_MUST_CHECK int disk_unmount(struct fs *fs);

struct disk_verdict {
    size_t text_len;
    uint64_t problems, inodes, directories, blocks;
    bool journal_waits, errors_flagged;
};

/* Checks the volume; a line for each fault goes to `text`, as many as fit. BUSY while it is mounted writable. */
NONOS_MUST_CHECK int disk_check(char *text, size_t size, struct disk_verdict *verdict);
/* Makes an empty volume. BUSY while it is mounted; EXISTS if something is there and not `force`. */
NONOS_MUST_CHECK int disk_make(const char label[DISK_LABEL_SIZE], bool force);

#endif
