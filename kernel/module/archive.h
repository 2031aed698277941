/* The boot archive, as far as the kernel reads it: to find the first task's image. */
#ifndef KERNEL_MODULE_ARCHIVE_H
#define KERNEL_MODULE_ARCHIVE_H

#include <stddef.h>
#include <stdint.h>

#include <nonos/result.h>

struct archive_file {
    uint64_t offset;
    uint64_t len;
};

/*
 * Checks the header and the hash of the entry table of an archive of `len` bytes at `archive`, and
 * finds a file. CORRUPT if the archive breaks a rule or the hash differs; NOT_FOUND.
 */
NONOS_MUST_CHECK int archive_find(const void *archive, uint64_t len, const char *name,
                                  struct archive_file *file);

#endif
