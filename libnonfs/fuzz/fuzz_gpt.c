/*
 * Reads a partition table from a disk that the input describes. The first byte chooses the size of blocks and whether
 * checksums are made right, so that mutation comes past them; the rest is written over the two copies of a small table. What
 * is read must then be what is read again after it was written.
 */
#include <nonfs/gpt.h>

#include "bytes.h"
#include "checksum/crc.h"
#include "memory_disk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DISK_SIZE (64u * 1024)

static struct nonfs_gpt_entry entries[2][NONFS_GPT_ENTRIES_MAX];
static uint8_t scratch[NONFS_GPT_SCRATCH_SIZE];

static void make_table(struct memory_disk *disk)
{
    struct nonfs_gpt gpt = {.entries = entries[0], .capacity = NONFS_GPT_ENTRIES_MAX};
    struct nonfs_gpt_entry e = {{1}, {2}, 0, 0, 0, {'n'}};

    if (nonfs_gpt_create(&gpt, &disk->dev, e.type, 128) != 0 ||
        nonfs_gpt_find_space(&gpt, 0, 1, &e.first, &e.last) != 0 ||
        nonfs_gpt_write(&gpt, &disk->dev, scratch, NONFS_GPT_NEW_MBR) != 0)
        abort();
}

/* Makes the checksums of the copy at `lba` right, as far as its header allows. */
static void seal(struct memory_disk *disk, uint64_t lba)
{
    uint32_t block_size = disk->dev.block_size;
    uint8_t *h = disk->bytes + lba * block_size;
    uint64_t first = load_le64(h + 72);
    uint64_t len = (uint64_t)load_le32(h + 80) * load_le32(h + 84);
    uint32_t header_size = load_le32(h + 12);

    if (first < disk->dev.block_count && len <= DISK_SIZE - first * block_size)
        store_le32(h + 88, ~nonfs_crc32(UINT32_MAX, disk->bytes + first * block_size, len));
    store_le32(h + 16, 0);
    if (header_size <= block_size)
        store_le32(h + 16, ~nonfs_crc32(UINT32_MAX, h, header_size));
}

static void read_and_write(struct memory_disk *disk)
{
    struct nonfs_gpt a = {.entries = entries[0], .capacity = NONFS_GPT_ENTRIES_MAX};
    struct nonfs_gpt b = {.entries = entries[1], .capacity = NONFS_GPT_ENTRIES_MAX};
    struct nonfs_gpt_report report;
    char name[NONFS_GPT_NAME_SIZE];
    uint64_t first;
    uint64_t last;
    int result = nonfs_gpt_read(&a, &disk->dev, scratch, &report);

    if (result != 0)
        return;
    for (uint32_t i = 0; i < a.entry_count; i++)
        (void)nonfs_gpt_name_format(a.entries[i].name, name);
    if (nonfs_gpt_find_space(&a, 0, 1, &first, &last) == 0 &&
        (first < a.first_usable || last > a.last_usable || first > last))
        abort();
    result = nonfs_gpt_write(&a, &disk->dev, scratch, 0);
    /* A backup may leave no room for the primary's entries, and a table may not fit where its backup would come to. */
    if (result == NONFS_E_INVALID || result == NONFS_E_RANGE)
        return;
    if (result != 0 || nonfs_gpt_read(&b, &disk->dev, scratch, &report) != 0 ||
        report.primary != 0 || report.backup != 0 || report.mbr != 0 ||
        a.entry_count != b.entry_count)
        abort();
    for (uint32_t i = 0; i < a.entry_count; i++) {
        uint8_t unused[16] = {0};

        if (memcmp(a.entries[i].type, unused, 16) != 0 &&
            memcmp(&a.entries[i], &b.entries[i], sizeof(b.entries[i])) != 0)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_disk disk;

    if (size < 1)
        return 0;
    memory_disk_make(&disk, DISK_SIZE, 512u << (data[0] & 3));
    make_table(&disk);
    for (size_t i = 1; i + 3 < size; i += 4) {
        /* An offset from the start or, with the highest bit, from the end; a byte. */
        size_t at = (data[i] | (size_t)data[i + 1] << 8) % (DISK_SIZE / 2);

        disk.bytes[data[i + 2] & 0x80 ? DISK_SIZE - 1 - at : at] = data[i + 3];
    }
    if (data[0] & 4) {
        seal(&disk, 1);
        seal(&disk, disk.dev.block_count - 1);
    }
    read_and_write(&disk);
    memory_disk_free(&disk);
    return 0;
}
