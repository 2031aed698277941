/*
 * Writing a table: the backup, a flush, the primary, a flush. A header vouches for its entries by their checksum, so a
 * copy that was cut short is never taken for a good one, and the other copy is whole at that moment.
 */
#include <string.h>

#include "block/device.h"
#include "bytes.h"
#include "checksum/crc.h"
#include "gpt/table.h"

#define MBR_CYLINDERS 1024u
#define MBR_HEADS     255u
#define MBR_SECTORS   63u

/* Writes the entries of one copy and completes `h` with their checksum, then the header. */
static int copy_write(const struct nonfs_gpt *gpt, const struct nonfs_block_device *dev,
                      struct gpt_header *h, uint8_t *block)
{
    uint32_t per_block = dev->block_size / gpt->entry_size;
    uint32_t crc = UINT32_MAX;
    uint64_t lba = h->entries_first;

    for (uint32_t done = 0; done < gpt->entry_count; lba++) {
        uint32_t n = gpt->entry_count - done < per_block ? gpt->entry_count - done : per_block;
        int result;

        memset(block, 0, dev->block_size);
        for (uint32_t i = 0; i < n; i++) {
            if (gpt_entry_used(&gpt->entries[done + i]))
                gpt_entry_encode(block + (size_t)i * gpt->entry_size, &gpt->entries[done + i]);
        }
        crc = nonfs_crc32(crc, block, (size_t)n * gpt->entry_size);
        result = nonfs_device_write_blocks(dev, lba, 1, block);
        if (result != 0)
            return result;
        done += n;
    }
    h->entries_crc = ~crc;
    gpt_header_encode(block, dev->block_size, h);
    return nonfs_device_write_blocks(dev, h->lba, 1, block);
}

/* The last block in cylinders, heads and sectors of the customary geometry, as three bytes of a record. */
static void mbr_last_encode(uint8_t *p, uint64_t last)
{
    uint32_t cylinder;
    uint32_t rest;

    memset(p, 0xff, 3);
    if (last >= MBR_CYLINDERS * MBR_HEADS * MBR_SECTORS)
        return;
    cylinder = (uint32_t)last / (MBR_HEADS * MBR_SECTORS);
    rest = (uint32_t)last % (MBR_HEADS * MBR_SECTORS);
    p[0] = (uint8_t)(rest / MBR_SECTORS);
    p[1] = (uint8_t)(cylinder >> 8 << 6 | (rest % MBR_SECTORS + 1));
    p[2] = (uint8_t)cylinder;
}

/* One record over the whole disk, section 5.2.3 and table 5-4. */
static void mbr_encode(uint8_t *block, uint64_t block_count)
{
    uint8_t *record = block + 446;
    uint64_t last = block_count - 1;

    memset(record, 0, 64);
    record[2] = 2; /* the second sector, in cylinders, heads and sectors */
    record[4] = 0xee;
    mbr_last_encode(record + 5, last);
    store_le32(record + 8, 1);
    store_le32(record + 12, last > UINT32_MAX ? UINT32_MAX : (uint32_t)last);
    block[510] = 0x55;
    block[511] = 0xaa;
}

static int mbr_write(const struct nonfs_block_device *dev, uint8_t *block, unsigned flags)
{
    int result = nonfs_device_read_blocks(dev, 0, 1, block);

    if (result != 0)
        return result;
    if (flags & NONFS_GPT_NEW_MBR)
        memset(block, 0, dev->block_size);
    else if (gpt_mbr_protects(block))
        return 0;
    mbr_encode(block, dev->block_count);
    return nonfs_device_write_blocks(dev, 0, 1, block);
}

/* Whether the table is one that create or read made, so that nothing below can leave its places. */
static int table_is_valid(const struct nonfs_gpt *gpt)
{
    uint32_t size = gpt->entry_size;

    if (gpt->entries == NULL || gpt->entry_count == 0 || gpt->entry_count > gpt->capacity ||
        gpt->entry_count > NONFS_GPT_ENTRIES_MAX)
        return 0;
    if (size < GPT_ENTRY_SIZE || size > gpt->block_size || (size & (size - 1)) != 0)
        return 0;
    return gpt->entries_first >= 2 && gpt->entries_first <= gpt->first_usable &&
           gpt_entry_blocks(gpt->entry_count, size, gpt->block_size) <=
               gpt->first_usable - gpt->entries_first;
}

/* Makes the table fit the device. Returns 0 or NONFS_E_RANGE. */
static int table_fit(struct nonfs_gpt *gpt, const struct nonfs_block_device *dev)
{
    uint64_t behind = gpt_entry_blocks(gpt->entry_count, gpt->entry_size, gpt->block_size) + 1;
    uint64_t last_usable = gpt->last_usable;

    if (dev->block_count <= behind || dev->block_count - behind <= gpt->first_usable)
        return NONFS_E_RANGE;
    /* A table may leave room at its end on purpose; only a disk that changed moves the end. */
    if (dev->block_count != gpt->block_count || last_usable >= dev->block_count - behind)
        last_usable = dev->block_count - behind - 1;
    if (gpt_entries_complaint(gpt->entries, gpt->entry_count, gpt->first_usable, last_usable) !=
        NULL)
        return NONFS_E_RANGE;
    gpt->last_usable = last_usable;
    gpt->block_count = dev->block_count;
    return 0;
}

int nonfs_gpt_write(struct nonfs_gpt *gpt, const struct nonfs_block_device *dev, void *scratch,
                    unsigned flags)
{
    struct gpt_header h = {.lba = 1};
    int result = nonfs_device_check_writable(dev);

    if (result != 0)
        return result;
    if (dev->block_size != gpt->block_size || (flags & ~NONFS_GPT_NEW_MBR) != 0 ||
        !table_is_valid(gpt))
        return NONFS_E_INVALID;
    result = table_fit(gpt, dev);
    if (result != 0)
        return result;
    h.first_usable = gpt->first_usable;
    h.last_usable = gpt->last_usable;
    h.entry_count = gpt->entry_count;
    h.entry_size = gpt->entry_size;
    memcpy(h.disk_guid, gpt->disk_guid, sizeof(h.disk_guid));

    h.lba = dev->block_count - 1;
    h.alternate = 1;
    h.entries_first = h.lba - gpt_entry_blocks(gpt->entry_count, gpt->entry_size, gpt->block_size);
    result = copy_write(gpt, dev, &h, scratch);
    if (result == 0)
        result = nonfs_device_flush(dev);
    if (result != 0)
        return result;
    h.lba = 1;
    h.alternate = dev->block_count - 1;
    h.entries_first = gpt->entries_first;
    result = copy_write(gpt, dev, &h, scratch);
    if (result == 0)
        result = mbr_write(dev, scratch, flags);
    return result == 0 ? nonfs_device_flush(dev) : result;
}
