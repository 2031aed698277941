/* The file systems below the task's root directory. */
#ifndef NONOS_MOUNTS_H
#define NONOS_MOUNTS_H

#include <stddef.h>

#include <nonos/result.h>

/*
 * Writes a line "SOURCE PATH TYPE ro|rw\n" for each file system to `text`, NUL-terminated; a space inside a field is "\040", as in
 * /proc/mounts of Linux. DENIED without a root directory; RANGE if `size` is too small.
 */
NONOS_MUST_CHECK int nonos_mounts(char *text, size_t size);

#endif
