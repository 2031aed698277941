#include "common/archive.h"

#include "common/bytes.h"
#include "common/page.h"

#include <noncrypto/blake3.h>
#include <stdbool.h>
#include <string.h>

enum {
    HEADER_SIZE = sizeof(struct nonos_archive_header),
    ENTRY_SIZE = sizeof(struct nonos_archive_entry),
};

static bool name_char_valid(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-' || c == '+';
}

int boot_archive_name_valid(const char *name, size_t size)
{
    size_t part = 0; /* length of the current part */
    size_t dots = 0; /* of which at its start */

    for (size_t i = 0; i < size; i++) {
        if (name[i] == '\0' || name[i] == '/') {
            if (part == 0 || (dots == part && dots <= 2))
                return 0;
            if (name[i] == '\0')
                return 1;
            part = dots = 0;
        } else if (name_char_valid(name[i])) {
            if (name[i] == '.' && dots == part)
                dots++;
            part++;
        } else {
            return 0;
        }
    }
    return 0;
}

static bool name_padded(const char *name)
{
    size_t end = 0;
    while (name[end] != '\0')
        end++;
    while (end < NONOS_ARCHIVE_NAME_SIZE && name[end] == '\0')
        end++;
    return end == NONOS_ARCHIVE_NAME_SIZE;
}

void boot_archive_entry(const struct boot_archive *archive, uint32_t index,
                        struct nonos_archive_entry *entry)
{
    const uint8_t *raw = archive->data + HEADER_SIZE + (size_t)index * ENTRY_SIZE;

    memcpy(entry->name, raw, sizeof entry->name);
    entry->offset = bytes_u64le(raw + offsetof(struct nonos_archive_entry, offset));
    entry->len = bytes_u64le(raw + offsetof(struct nonos_archive_entry, len));
    memcpy(entry->hash, raw + offsetof(struct nonos_archive_entry, hash), sizeof entry->hash);
}

/*
 * `*end` is the page-rounded end of what precedes the entry; `previous` is the name before it, ""
 * for the first.
 */
static bool entry_valid(const struct boot_archive *a, const struct nonos_archive_entry *e,
                        const char *previous, uint64_t *end)
{
    if (!boot_archive_name_valid(e->name, sizeof e->name) || !name_padded(e->name) ||
        memcmp(previous, e->name, sizeof e->name) >= 0)
        return false;
    if (e->offset % BOOT_PAGE_SIZE != 0 || e->offset < *end || e->offset > a->len ||
        e->len > a->len - e->offset)
        return false;
    *end = boot_page_up(e->offset + e->len);
    return true;
}

static bool entries_valid(const struct boot_archive *a)
{
    char previous[NONOS_ARCHIVE_NAME_SIZE] = {0};
    uint64_t end = boot_page_up(HEADER_SIZE + (uint64_t)a->nentries * ENTRY_SIZE);

    for (uint32_t i = 0; i < a->nentries; i++) {
        struct nonos_archive_entry e;
        boot_archive_entry(a, i, &e);
        if (!entry_valid(a, &e, previous, &end))
            return false;
        memcpy(previous, e.name, sizeof previous);
    }
    return end <= a->len;
}

int boot_archive_check(struct boot_archive *archive, const void *data, size_t len)
{
    const uint8_t *raw = data;
    uint8_t root[NONCRYPTO_BLAKE3_OUT_LEN];

    if (len < HEADER_SIZE ||
        bytes_u64le(raw + offsetof(struct nonos_archive_header, magic)) != NONOS_ARCHIVE_MAGIC)
        return BOOT_E_ARCHIVE_MAGIC;
    if (bytes_u32le(raw + offsetof(struct nonos_archive_header, version)) != 1 ||
        bytes_u64le(raw + offsetof(struct nonos_archive_header, reserved)) != 0)
        return BOOT_E_ARCHIVE_VERSION;

    uint32_t nentries = bytes_u32le(raw + offsetof(struct nonos_archive_header, nentries));
    if (bytes_u64le(raw + offsetof(struct nonos_archive_header, len)) != len ||
        len % BOOT_PAGE_SIZE != 0)
        return BOOT_E_ARCHIVE_LENGTH;
    if (nentries > NONOS_ARCHIVE_MAX_ENTRIES || (len - HEADER_SIZE) / ENTRY_SIZE < nentries)
        return BOOT_E_ARCHIVE_ENTRY;

    noncrypto_blake3(root, raw + HEADER_SIZE, (size_t)nentries * ENTRY_SIZE);
    if (memcmp(root, raw + offsetof(struct nonos_archive_header, root), sizeof root) != 0)
        return BOOT_E_ARCHIVE_ROOT;

    *archive = (struct boot_archive){.data = raw, .len = len, .nentries = nentries};
    return entries_valid(archive) ? 0 : BOOT_E_ARCHIVE_ENTRY;
}
