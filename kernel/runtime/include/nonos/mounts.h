/* The file systems below the task's root directory, and the disk. */
#ifndef NONOS_MOUNTS_H
#define NONOS_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonos/file.h>
#include <nonos/result.h>

/*
 * Writes a line "SOURCE PATH TYPE ro|rw[,OPTION]...\n" for each file system to `text`, NUL-terminated; a space inside a field is "\040", as in
 * /proc/mounts of Linux. DENIED without a root directory; RANGE if `size` is too small.
 */
NONOS_MUST_CHECK int nonos_mounts(char *text, size_t size);

/*
 * The rest is DENIED but to a task whose root directory shows the whole tree, writable (nonos/file.h). Paths are absolute.
 */

/* Makes all file systems durable; with `last` nothing is written to disks any more, and they are clean. */
NONOS_MUST_CHECK int nonos_sync(bool last);

/* Mounts the disk, or changes how it is mounted: `flags` NONOS_MOUNT_*. The results of NONOS_FILE_MOUNT. */
NONOS_MUST_CHECK int nonos_mount(const char *path, uint32_t flags);
NONOS_MUST_CHECK int nonos_unmount(const char *path);

struct nonos_disk_check {
    uint64_t problems, inodes, directories, blocks;
    uint32_t flags; /* NONOS_CHECK_* */
};

/* Checks the volume on the disk; `text` gets a line for each problem, as many as fit, NUL-terminated. */
NONOS_MUST_CHECK int nonos_disk_check(char *text, size_t size, struct nonos_disk_check *check);

/* Makes an empty volume on the disk. `label` has at most 16 bytes. EXISTS if something is there, unless `force`. */
NONOS_MUST_CHECK int nonos_disk_make(const char *label, bool force);

#endif
