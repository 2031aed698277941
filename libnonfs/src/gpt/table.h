/*
 * GUID partition tables on disk: UEFI 2.10 section 5.3. header.c turns header blocks and entries into numbers and back;
 * read.c and write.c move whole tables; edit.c changes them in memory; text.c knows names and GUIDs as text.
 */
#ifndef NONFS_GPT_TABLE_H
#define NONFS_GPT_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include <nonfs/gpt.h>

#define GPT_ENTRY_SIZE 128u /* bytes that mean something; what an entry has beyond is zero */

/* A header (table 5-5) whose numbers were checked against the disk and against each other. */
struct gpt_header {
    uint64_t lba;
    uint64_t alternate;
    uint64_t first_usable;
    uint64_t last_usable;
    uint64_t entries_first;
    uint32_t entry_count;
    uint32_t entry_size;
    uint32_t entries_crc;
    uint8_t disk_guid[16];
};

/* Blocks that `count` entries of `size` bytes take. */
uint64_t gpt_entry_blocks(uint32_t count, uint32_t size, uint32_t block_size);

/*
 * Decodes and checks the header block that was read from `lba`; the block may be changed. Returns 0;
 * NONFS_E_NO_SIGNATURE, NONFS_E_CHECKSUM, NONFS_E_CORRUPT or NONFS_E_UNSUPPORTED with `*reason` set.
 */
int gpt_header_decode(struct gpt_header *h, uint8_t *block, const struct nonfs_block_device *dev,
                      uint64_t lba, const char **reason);

/* Fills a whole block. */
void gpt_header_encode(uint8_t *block, uint32_t block_size, const struct gpt_header *h);

void gpt_entry_decode(struct nonfs_gpt_entry *entry, const uint8_t *p);
void gpt_entry_encode(uint8_t *p, const struct nonfs_gpt_entry *entry);

int gpt_entry_used(const struct nonfs_gpt_entry *entry);

/*
 * Whether each used entry lies inside the usable blocks and none overlaps another or has its GUID. Returns NULL, or what
 * is wrong. Takes time in the square of the number of entries, which NONFS_GPT_ENTRIES_MAX bounds.
 */
const char *gpt_entries_complaint(const struct nonfs_gpt_entry *entries, uint32_t count,
                                  uint64_t first_usable, uint64_t last_usable);

/* Whether the partition records of block 0 protect the disk: one of them is of type EEh, section 5.2.3. */
int gpt_mbr_protects(const uint8_t *block);

#endif
