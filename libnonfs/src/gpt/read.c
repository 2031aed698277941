/*
 * Reading a table. The primary is decoded first; what the backup must agree with is known then, so only one set of
 * entries is ever in memory.
 */
#include <string.h>

#include "block/device.h"
#include "checksum/crc.h"
#include "gpt/table.h"

/* One copy as it is read. */
struct copy {
    struct gpt_header header;
    int result;
    const char *reason;
};

static void copy_fail(struct copy *copy, int result, const char *reason)
{
    copy->result = result;
    copy->reason = reason;
}

static void header_read(struct copy *copy, const struct nonfs_block_device *dev, uint64_t lba,
                        uint8_t *block)
{
    int result = nonfs_device_read_blocks(dev, lba, 1, block);

    copy_fail(copy, result, NULL);
    if (result == 0)
        copy->result = gpt_header_decode(&copy->header, block, dev, lba, &copy->reason);
}

/* Sums the entries of a copy and, where `entries` is not NULL, decodes them. The header is good. */
static void entries_read(struct copy *copy, const struct nonfs_block_device *dev, uint8_t *block,
                         struct nonfs_gpt_entry *entries)
{
    const struct gpt_header *h = &copy->header;
    uint32_t left = h->entry_count;
    uint32_t per_block = dev->block_size / h->entry_size;
    uint32_t crc = UINT32_MAX;

    for (uint64_t lba = h->entries_first; left > 0; lba++) {
        uint32_t n = left < per_block ? left : per_block;
        int result = nonfs_device_read_blocks(dev, lba, 1, block);

        if (result != 0) {
            copy_fail(copy, result, NULL);
            return;
        }
        crc = nonfs_crc32(crc, block, (size_t)n * h->entry_size);
        for (uint32_t i = 0; i < n && entries != NULL; i++)
            gpt_entry_decode(entries++, block + (size_t)i * h->entry_size);
        left -= n;
    }
    if (~crc != h->entries_crc)
        copy_fail(copy, NONFS_E_CHECKSUM, "the checksum of the entries does not match");
}

/* Reads the entries of a copy with a good header into the table. */
static void entries_take(struct copy *copy, const struct nonfs_block_device *dev, uint8_t *block,
                         struct nonfs_gpt *gpt)
{
    const struct gpt_header *h = &copy->header;

    if (h->entry_count > gpt->capacity) {
        gpt->entry_count = h->entry_count;
        copy_fail(copy, NONFS_E_NO_SPACE, NULL);
        return;
    }
    entries_read(copy, dev, block, gpt->entries);
    if (copy->result != 0)
        return;
    copy->reason =
        gpt_entries_complaint(gpt->entries, h->entry_count, h->first_usable, h->last_usable);
    if (copy->reason != NULL)
        copy->result = NONFS_E_CORRUPT;
}

/* A good header of the backup beside a good primary: it must say the same, and so must its entries. */
static void backup_compare(struct copy *backup, const struct copy *primary,
                           const struct nonfs_block_device *dev, uint8_t *block)
{
    const struct gpt_header *a = &primary->header;
    const struct gpt_header *b = &backup->header;

    entries_read(backup, dev, block, NULL);
    if (backup->result != 0)
        return;
    if (a->first_usable != b->first_usable || a->last_usable != b->last_usable ||
        a->entry_count != b->entry_count || a->entry_size != b->entry_size ||
        a->entries_crc != b->entries_crc ||
        memcmp(a->disk_guid, b->disk_guid, sizeof(a->disk_guid)) != 0)
        copy_fail(backup, NONFS_E_CORRUPT, "it differs from the primary table");
}

static void table_set(struct nonfs_gpt *gpt, const struct gpt_header *h,
                      const struct nonfs_block_device *dev)
{
    gpt->entry_count = h->entry_count;
    gpt->entry_size = h->entry_size;
    gpt->block_size = dev->block_size;
    gpt->block_count = (h->lba == 1 ? h->alternate : h->lba) + 1;
    gpt->first_usable = h->first_usable;
    gpt->last_usable = h->last_usable;
    gpt->entries_first = h->lba == 1 ? h->entries_first : 2;
    memcpy(gpt->disk_guid, h->disk_guid, sizeof(gpt->disk_guid));
}

static void report_fill(struct nonfs_gpt_report *report, const struct copy *primary,
                        const struct copy *backup, const struct nonfs_block_device *dev)
{
    report->source = primary->result == 0 ? NONFS_GPT_PRIMARY : NONFS_GPT_BACKUP;
    report->primary = primary->result;
    report->primary_reason = primary->reason;
    report->backup = backup->result;
    report->backup_reason = backup->reason;
    report->backup_not_last =
        primary->result == 0 && primary->header.alternate != dev->block_count - 1;
}

int nonfs_gpt_read(struct nonfs_gpt *gpt, const struct nonfs_block_device *dev, void *scratch,
                   struct nonfs_gpt_report *report)
{
    struct copy primary;
    struct copy backup;
    int result = nonfs_device_check(dev);

    if (result != 0 || gpt->entries == NULL || dev->block_count == 0)
        return NONFS_E_INVALID;
    memset(report, 0, sizeof(*report));
    result = nonfs_device_read_blocks(dev, 0, 1, scratch);
    report->mbr = result == 0 && !gpt_mbr_protects(scratch) ? NONFS_E_CORRUPT : result;
    if (dev->block_count < 3) {
        report->primary = NONFS_E_NO_SIGNATURE;
        report->backup = NONFS_E_NO_SIGNATURE;
        return NONFS_E_NO_SIGNATURE;
    }
    header_read(&primary, dev, 1, scratch);
    if (primary.result == 0)
        entries_take(&primary, dev, scratch, gpt);
    header_read(&backup, dev, primary.result == 0 ? primary.header.alternate : dev->block_count - 1,
                scratch);
    if (backup.result == 0 && primary.result == 0)
        backup_compare(&backup, &primary, dev, scratch);
    else if (backup.result == 0)
        entries_take(&backup, dev, scratch, gpt);
    report_fill(report, &primary, &backup, dev);
    if (primary.result == 0 || backup.result == 0) {
        table_set(gpt, primary.result == 0 ? &primary.header : &backup.header, dev);
        return 0;
    }
    return primary.result != NONFS_E_NO_SIGNATURE ? primary.result : backup.result;
}
