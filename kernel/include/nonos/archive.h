/*
 * The boot archive: a read-only container of modules, programs, the manifest and small data files.
 *
 *     header | entry[nentries] | zero padding to a page | file | padding | file | ...
 *
 * All numbers are little endian. Every file starts on a page boundary, so that a page of the archive can be mapped. The
 * archive is a hash tree of depth two: header.root is the BLAKE3 of the entry table, each entry holds the BLAKE3 of its
 * file. A reader checks root when it opens the archive and a file's hash before it uses the file. Entries are sorted by name
 * (byte order), names are unique relative paths such as "modules/vfs" or "bin/ls".
 */
#ifndef NONOS_ARCHIVE_H
#define NONOS_ARCHIVE_H

#include <stdint.h>

#define NONOS_ARCHIVE_MAGIC       0x31484352414e4f4eull /* "NONARCH1" */
#define NONOS_ARCHIVE_NAME_SIZE   64
#define NONOS_ARCHIVE_MAX_ENTRIES 4096
#define NONOS_ARCHIVE_ATTESTOR    "modules/attestor"
#define NONOS_ARCHIVE_MANIFEST    "manifest"

struct nonos_archive_header {
    uint64_t magic;
    uint32_t version; /* 1 */
    uint32_t nentries;
    uint64_t len; /* of the whole archive, a multiple of 4096 */
    uint64_t reserved;
    uint8_t root[32];
};

struct nonos_archive_entry {
    char name[NONOS_ARCHIVE_NAME_SIZE]; /* NUL-terminated and NUL-padded */
    uint64_t offset;                    /* from the start of the archive, a multiple of 4096 */
    uint64_t len;                       /* bytes; the rest of the last page is zero */
    uint8_t hash[32];
};

#endif
