#include "gpt/table.h"

#include <string.h>

#include "bytes.h"
#include "checksum/crc.h"
#include "divide.h"

#define HEADER_SIZE_MIN 92u
#define REVISION_1_0    0x00010000u

static const uint8_t signature[8] = {'E', 'F', 'I', ' ', 'P', 'A', 'R', 'T'};

uint64_t gpt_entry_blocks(uint32_t count, uint32_t size, uint32_t block_size)
{
    uint64_t bytes = (uint64_t)count * size;

    return (bytes + block_size - 1) >> shift_of(block_size);
}

/* The checksum is computed with its own field as zero, section 5.3.2. */
static int checksum_holds(uint8_t *block, uint32_t header_size)
{
    uint32_t stored = load_le32(block + 16);
    uint32_t computed;

    store_le32(block + 16, 0);
    computed = ~nonfs_crc32(UINT32_MAX, block, header_size);
    store_le32(block + 16, stored);
    return computed == stored;
}

/* What is wrong with where the header says that things are, or NULL. */
static const char *places_complaint(const struct gpt_header *h,
                                    const struct nonfs_block_device *dev)
{
    uint64_t end = dev->block_count;
    uint64_t nblocks = gpt_entry_blocks(h->entry_count, h->entry_size, dev->block_size);
    uint64_t low = h->lba < h->alternate ? h->lba : h->alternate;
    uint64_t high = h->lba < h->alternate ? h->alternate : h->lba;

    /* One of the two is the primary, whose place is fixed. */
    if (low != 1 || high == 1 || high >= end)
        return "the place of the other copy is not valid";
    if (h->first_usable < 2 || h->last_usable >= high || h->first_usable > h->last_usable)
        return "the usable blocks are not between the two headers";
    if (h->entries_first >= end || nblocks > end - h->entries_first)
        return "the entries are not on the disk";
    /* Each copy has its entries on its own side, or a write through them could hit data. */
    if (h->lba == 1 && (h->entries_first < 2 || h->entries_first + nblocks > h->first_usable))
        return "the entries are not between the header and the usable blocks";
    if (h->lba != 1 && (h->entries_first <= h->last_usable || h->entries_first + nblocks > h->lba))
        return "the entries are not between the usable blocks and the header";
    return NULL;
}

int gpt_header_decode(struct gpt_header *h, uint8_t *block, const struct nonfs_block_device *dev,
                      uint64_t lba, const char **reason)
{
    uint32_t header_size = load_le32(block + 12);

    *reason = NULL;
    if (memcmp(block, signature, sizeof(signature)) != 0)
        return NONFS_E_NO_SIGNATURE;
    if (header_size < HEADER_SIZE_MIN || header_size > dev->block_size) {
        *reason = "the size of the header is not valid";
        return NONFS_E_CORRUPT;
    }
    if (!checksum_holds(block, header_size)) {
        *reason = "the checksum of the header does not match";
        return NONFS_E_CHECKSUM;
    }
    if (load_le32(block + 8) != REVISION_1_0) {
        *reason = "the revision of the header is not 1.0";
        return NONFS_E_UNSUPPORTED;
    }
    h->lba = load_le64(block + 24);
    h->alternate = load_le64(block + 32);
    h->first_usable = load_le64(block + 40);
    h->last_usable = load_le64(block + 48);
    memcpy(h->disk_guid, block + 56, sizeof(h->disk_guid));
    h->entries_first = load_le64(block + 72);
    h->entry_count = load_le32(block + 80);
    h->entry_size = load_le32(block + 84);
    h->entries_crc = load_le32(block + 88);
    if (h->lba != lba) {
        *reason = "the header was written for another block";
        return NONFS_E_CORRUPT;
    }
    if (h->entry_size < GPT_ENTRY_SIZE || (h->entry_size & (h->entry_size - 1)) != 0 ||
        h->entry_count == 0) {
        *reason = "the size of the entries is not valid";
        return NONFS_E_CORRUPT;
    }
    if (h->entry_size > dev->block_size || h->entry_count > NONFS_GPT_ENTRIES_MAX) {
        *reason = "the entries are too large or too many";
        return NONFS_E_UNSUPPORTED;
    }
    *reason = places_complaint(h, dev);
    return *reason != NULL ? NONFS_E_CORRUPT : 0;
}

void gpt_header_encode(uint8_t *block, uint32_t block_size, const struct gpt_header *h)
{
    memset(block, 0, block_size);
    memcpy(block, signature, sizeof(signature));
    store_le32(block + 8, REVISION_1_0);
    store_le32(block + 12, HEADER_SIZE_MIN);
    store_le64(block + 24, h->lba);
    store_le64(block + 32, h->alternate);
    store_le64(block + 40, h->first_usable);
    store_le64(block + 48, h->last_usable);
    memcpy(block + 56, h->disk_guid, sizeof(h->disk_guid));
    store_le64(block + 72, h->entries_first);
    store_le32(block + 80, h->entry_count);
    store_le32(block + 84, h->entry_size);
    store_le32(block + 88, h->entries_crc);
    store_le32(block + 16, ~nonfs_crc32(UINT32_MAX, block, HEADER_SIZE_MIN));
}

void gpt_entry_decode(struct nonfs_gpt_entry *entry, const uint8_t *p)
{
    memcpy(entry->type, p, sizeof(entry->type));
    memcpy(entry->guid, p + 16, sizeof(entry->guid));
    entry->first = load_le64(p + 32);
    entry->last = load_le64(p + 40);
    entry->attributes = load_le64(p + 48);
    for (unsigned i = 0; i < NONFS_GPT_NAME_UNITS; i++)
        entry->name[i] = load_le16(p + 56 + (size_t)2 * i);
}

void gpt_entry_encode(uint8_t *p, const struct nonfs_gpt_entry *entry)
{
    memcpy(p, entry->type, sizeof(entry->type));
    memcpy(p + 16, entry->guid, sizeof(entry->guid));
    store_le64(p + 32, entry->first);
    store_le64(p + 40, entry->last);
    store_le64(p + 48, entry->attributes);
    for (unsigned i = 0; i < NONFS_GPT_NAME_UNITS; i++)
        store_le16(p + 56 + (size_t)2 * i, entry->name[i]);
}

int gpt_entry_used(const struct nonfs_gpt_entry *entry)
{
    static const uint8_t unused[16] = {0};

    return memcmp(entry->type, unused, sizeof(unused)) != 0;
}

const char *gpt_entries_complaint(const struct nonfs_gpt_entry *entries, uint32_t count,
                                  uint64_t first_usable, uint64_t last_usable)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct nonfs_gpt_entry *a = &entries[i];

        if (!gpt_entry_used(a))
            continue;
        if (a->first > a->last || a->first < first_usable || a->last > last_usable)
            return "a partition is not inside the usable blocks";
        for (uint32_t k = 0; k < i; k++) {
            const struct nonfs_gpt_entry *b = &entries[k];

            if (!gpt_entry_used(b))
                continue;
            if (a->first <= b->last && b->first <= a->last)
                return "two partitions overlap";
            if (memcmp(a->guid, b->guid, sizeof(a->guid)) == 0)
                return "two partitions have the same GUID";
        }
    }
    return NULL;
}

int gpt_mbr_protects(const uint8_t *block)
{
    if (block[510] != 0x55 || block[511] != 0xaa)
        return 0;
    for (unsigned i = 0; i < 4; i++) {
        if (block[446 + 16 * i + 4] == 0xee)
            return 1;
    }
    return 0;
}
