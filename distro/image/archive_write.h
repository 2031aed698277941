/*
 * Writes a boot archive (nonos/archive.h) from files on the build machine.
 */
#ifndef IMAGE_ARCHIVE_WRITE_H
#define IMAGE_ARCHIVE_WRITE_H

#include <stddef.h>
#include <stdint.h>

struct archive_item {
    const char *name; /* in the archive */
    const uint8_t *data;
    size_t len;
};

enum archive_write_result {
    ARCHIVE_WRITE_OK = 0,
    ARCHIVE_WRITE_E_NAME = -1,      /* not a name that an archive may hold */
    ARCHIVE_WRITE_E_DUPLICATE = -2, /* two items have the same name */
    ARCHIVE_WRITE_E_TOO_MANY = -3,  /* more than NONOS_ARCHIVE_MAX_ENTRIES */
    ARCHIVE_WRITE_E_MEMORY = -4,
};

/*
 * Makes the archive of `count` items, which are sorted by name. The bytes depend on names and
 * contents only, not on the order of the items. On success `*out` is memory for free() with
 * `*out_len` bytes. On failure `*culprit` is the index of the item that a message should name,
 * after sorting, and nothing else is set.
 */
int archive_write(struct archive_item *items, size_t count, uint8_t **out, size_t *out_len,
                  size_t *culprit);

#endif
