#include <module/archive.h>

#include <string.h>

#include <noncrypto/blake3.h>
#include <noncrypto/memory.h>
#include <nonos/archive.h>

static int header_decode(struct nonos_archive_header *header, const uint8_t *archive, uint64_t len)
{
    uint8_t root[32];
    if (len < sizeof(*header))
        return NONOS_E_CORRUPT;
    memcpy(header, archive, sizeof(*header));
    if (header->magic != NONOS_ARCHIVE_MAGIC || header->version != 1 || header->len > len ||
        header->nentries > NONOS_ARCHIVE_MAX_ENTRIES ||
        header->nentries * sizeof(struct nonos_archive_entry) > header->len - sizeof(*header))
        return NONOS_E_CORRUPT;
    noncrypto_blake3(root, archive + sizeof(*header),
                     header->nentries * sizeof(struct nonos_archive_entry));
    return noncrypto_compare(root, header->root, sizeof(root)) ? NONOS_E_CORRUPT : 0;
}

static int entry_decode(const struct nonos_archive_entry *entry, uint64_t archive_len,
                        struct archive_file *file)
{
    if (entry->offset % 4096 || entry->offset > archive_len ||
        entry->len > archive_len - entry->offset)
        return NONOS_E_CORRUPT;
    file->offset = entry->offset;
    file->len = entry->len;
    return 0;
}

int archive_find(const void *archive, uint64_t len, const char *name, struct archive_file *file)
{
    struct nonos_archive_header header;
    const uint8_t *bytes = archive;
    char wanted[NONOS_ARCHIVE_NAME_SIZE] = {0};
    int error = header_decode(&header, bytes, len);
    if (error)
        return error;
    for (unsigned i = 0; i + 1 < sizeof(wanted) && name[i]; i++)
        wanted[i] = name[i];
    for (uint32_t i = 0; i < header.nentries; i++) {
        struct nonos_archive_entry entry;
        memcpy(&entry, bytes + sizeof(header) + i * sizeof(entry), sizeof(entry));
        if (memcmp(entry.name, wanted, sizeof(wanted)) == 0)
            return entry_decode(&entry, header.len, file);
    }
    return NONOS_E_NOT_FOUND;
}
