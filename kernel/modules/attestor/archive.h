/* Reading the boot archive (nonos/archive.h): the table is checked when it is opened, a file when it is used. */
#ifndef ATTESTOR_ARCHIVE_H
#define ATTESTOR_ARCHIVE_H

#include <stddef.h>
#include <stdint.h>

#include <nonos/archive.h>
#include <nonos/result.h>

struct archive {
    const uint8_t *bytes;
    size_t len;
    uint32_t nentries;
};

struct archive_file {
    const uint8_t *data; /* in the archive */
    size_t len;
    uint8_t hash[32]; /* as the table says */
};

/*
 * Opens the archive in the `len` bytes at `bytes`, which must stay. CORRUPT: magic, version, length or root hash are wrong, or an entry's
 * name, order or place is.
 */
NONOS_MUST_CHECK int archive_open(struct archive *archive, const void *bytes, size_t len);

/* Finds a file by its name; its content is not checked. NOT_FOUND. */
NONOS_MUST_CHECK int archive_find(const struct archive *archive, const char *name,
                                  struct archive_file *file);

/* Compares the content with the hash: CORRUPT if it differs. */
NONOS_MUST_CHECK int archive_check(const struct archive_file *file);

#endif
