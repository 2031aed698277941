/*
 * Checks of a boot archive (nonos/archive.h) before anything in it is believed.
 */
#ifndef BOOT_ARCHIVE_H
#define BOOT_ARCHIVE_H

#include "common/result.h"

#include <nonos/archive.h>
#include <stddef.h>
#include <stdint.h>

struct boot_archive {
    const uint8_t *data;
    uint64_t len;
    uint32_t nentries;
};

/*
 * Checks header, entry table and root hash of the archive in the `len` bytes at `data` and
 * describes it in `*archive`, which keeps the pointer. Afterwards every entry's name is a valid,
 * NUL-terminated relative path, names are in strictly ascending byte order, and every file lies
 * page aligned behind the table and inside the archive, in the order of the entries. The files' own
 * hashes are not looked at: who uses a file checks it then.
 *
 * Returns 0 or one of BOOT_E_ARCHIVE_*.
 */
BOOT_MUST_CHECK
int boot_archive_check(struct boot_archive *archive, const void *data, size_t len);

/* Copies entry `index`, below archive->nentries, of a checked archive. */
void boot_archive_entry(const struct boot_archive *archive, uint32_t index,
                        struct nonos_archive_entry *entry);

/*
 * Whether `name` may stand in an archive: 1 to NONOS_ARCHIVE_NAME_SIZE - 1 bytes of letters, digits
 * and . _ - + between single slashes, no part "." or "..". `size` bytes at `name` may be read;
 * without a NUL among them the answer is no.
 */
int boot_archive_name_valid(const char *name, size_t size);

#endif
