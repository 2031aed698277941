/* Reading the boot archive. */
#include "archive.h"

#include <string.h>

#include <noncrypto/blake3.h>
#include <noncrypto/memory.h>

#define PAGE 4096u

static void entry_at(const struct archive *archive, uint32_t i, struct nonos_archive_entry *entry)
{
    memcpy(entry, archive->bytes + sizeof(struct nonos_archive_header) + i * sizeof(*entry),
           sizeof(*entry));
}

/* Names are terminated, padded with zeroes, and ascend; files lie behind the table, on pages. */
static int entries_check(const struct archive *archive, size_t archive_len)
{
    size_t table = sizeof(struct nonos_archive_header) +
                   archive->nentries * sizeof(struct nonos_archive_entry);
    char before[NONOS_ARCHIVE_NAME_SIZE] = "";
    for (uint32_t i = 0; i < archive->nentries; i++) {
        struct nonos_archive_entry entry;
        entry_at(archive, i, &entry);
        const char *end = memchr(entry.name, 0, sizeof(entry.name));
        if (!end || end == entry.name || memcmp(before, entry.name, sizeof(before)) >= 0)
            return NONOS_E_CORRUPT;
        if (entry.offset % PAGE || entry.offset < table || entry.offset > archive_len ||
            entry.len > archive_len - entry.offset)
            return NONOS_E_CORRUPT;
        memcpy(before, entry.name, sizeof(before));
    }
    return NONOS_OK;
}

int archive_open(struct archive *archive, const void *bytes, size_t len)
{
    struct nonos_archive_header header;
    uint8_t root[32];
    if (len < sizeof(header))
        return NONOS_E_CORRUPT;
    memcpy(&header, bytes, sizeof(header));
    if (header.magic != NONOS_ARCHIVE_MAGIC || header.version != 1 || header.len > len ||
        header.len < sizeof(header) || header.nentries > NONOS_ARCHIVE_MAX_ENTRIES ||
        header.nentries * sizeof(struct nonos_archive_entry) > header.len - sizeof(header))
        return NONOS_E_CORRUPT;
    noncrypto_blake3(root, (const uint8_t *)bytes + sizeof(header),
                     header.nentries * sizeof(struct nonos_archive_entry));
    if (noncrypto_compare(root, header.root, sizeof(root)) != 0)
        return NONOS_E_CORRUPT;
    archive->bytes = bytes;
    archive->len = (size_t)header.len;
    archive->nentries = header.nentries;
    return entries_check(archive, archive->len);
}

int archive_find(const struct archive *archive, const char *name, struct archive_file *file)
{
    uint32_t low = 0, high = archive->nentries;
    while (low < high) {
        struct nonos_archive_entry entry;
        uint32_t middle = low + (high - low) / 2;
        entry_at(archive, middle, &entry);
        int order = strcmp(name, entry.name);
        if (order == 0) {
            file->data = archive->bytes + entry.offset;
            file->len = (size_t)entry.len;
            memcpy(file->hash, entry.hash, sizeof(file->hash));
            return NONOS_OK;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NONOS_E_NOT_FOUND;
}

int archive_check(const struct archive_file *file)
{
    uint8_t hash[32];
    noncrypto_blake3(hash, file->data, file->len);
    return noncrypto_compare(hash, file->hash, sizeof(hash)) == 0 ? NONOS_OK : NONOS_E_CORRUPT;
}
