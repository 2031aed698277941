#include "archive_write.h"

#include "common/archive.h"
#include "common/page.h"

#include <noncrypto/blake3.h>
#include <nonos/archive.h>
#include <stdlib.h>
#include <string.h>

enum {
    HEADER_SIZE = sizeof(struct nonos_archive_header),
    ENTRY_SIZE = sizeof(struct nonos_archive_entry),
};

static void put_u32le(uint8_t *p, uint32_t n)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(n >> 8 * i);
}

static void put_u64le(uint8_t *p, uint64_t n)
{
    put_u32le(p, (uint32_t)n);
    put_u32le(p + 4, (uint32_t)(n >> 32));
}

static int item_compare(const void *a, const void *b)
{
    const struct archive_item *x = a, *y = b;
    return strcmp(x->name, y->name);
}

static int items_check(const struct archive_item *items, size_t count, size_t *culprit)
{
    *culprit = 0;
    if (count > NONOS_ARCHIVE_MAX_ENTRIES)
        return ARCHIVE_WRITE_E_TOO_MANY;
    for (size_t i = 0; i < count; i++) {
        *culprit = i;
        if (!boot_archive_name_valid(items[i].name,
                                     strnlen(items[i].name, NONOS_ARCHIVE_NAME_SIZE) + 1) ||
            strlen(items[i].name) >= NONOS_ARCHIVE_NAME_SIZE)
            return ARCHIVE_WRITE_E_NAME;
        if (i > 0 && strcmp(items[i - 1].name, items[i].name) == 0)
            return ARCHIVE_WRITE_E_DUPLICATE;
    }
    return 0;
}

static void entry_put(uint8_t *entry, const struct archive_item *item, uint64_t offset)
{
    memcpy(entry, item->name, strlen(item->name));
    put_u64le(entry + offsetof(struct nonos_archive_entry, offset), offset);
    put_u64le(entry + offsetof(struct nonos_archive_entry, len), item->len);
    noncrypto_blake3(entry + offsetof(struct nonos_archive_entry, hash), item->data, item->len);
}

static void header_put(uint8_t *archive, size_t count, uint64_t len)
{
    put_u64le(archive + offsetof(struct nonos_archive_header, magic), NONOS_ARCHIVE_MAGIC);
    put_u32le(archive + offsetof(struct nonos_archive_header, version), 1);
    put_u32le(archive + offsetof(struct nonos_archive_header, nentries), (uint32_t)count);
    put_u64le(archive + offsetof(struct nonos_archive_header, len), len);
    noncrypto_blake3(archive + offsetof(struct nonos_archive_header, root), archive + HEADER_SIZE,
                     count * ENTRY_SIZE);
}

int archive_write(struct archive_item *items, size_t count, uint8_t **out, size_t *out_len,
                  size_t *culprit)
{
    if (count > 0)
        qsort(items, count, sizeof *items, item_compare);
    int result = items_check(items, count, culprit);
    if (result)
        return result;

    uint64_t offset = boot_page_up(HEADER_SIZE + count * ENTRY_SIZE);
    uint64_t len = offset;
    for (size_t i = 0; i < count; i++)
        len += boot_page_up(items[i].len);
    uint8_t *archive = calloc(1, len);
    if (archive == NULL)
        return ARCHIVE_WRITE_E_MEMORY;

    for (size_t i = 0; i < count; i++) {
        entry_put(archive + HEADER_SIZE + i * ENTRY_SIZE, &items[i], offset);
        if (items[i].len > 0)
            memcpy(archive + offset, items[i].data, items[i].len);
        offset += boot_page_up(items[i].len);
    }
    header_put(archive, count, len);
    *out = archive;
    *out_len = len;
    return 0;
}
