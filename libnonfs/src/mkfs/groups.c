/*
 * Bitmaps and group descriptors. A bitmap that the descriptor declares not initialized is not written: whoever reads it
 * knows what it would be.
 */
#include <string.h>

#include "bytes.h"
#include "ext4/format.h"
#include "ext4/sums.h"
#include "mkfs/mkfs.h"

/* Sets bits [from, to). */
static void bits_set(uint8_t *bitmap, uint32_t from, uint32_t to)
{
    for (; from < to && (from & 7) != 0; from++)
        bitmap[from >> 3] |= (uint8_t)(1u << (from & 7));
    if (from < to) {
        memset(bitmap + (from >> 3), 0xff, (to >> 3) - (from >> 3));
        for (from = to & ~7u; from < to; from++)
            bitmap[from >> 3] |= (uint8_t)(1u << (from & 7));
    }
}

/* Sets the bits of runs as far as they lie in [first, end) and returns how many these are. */
static uint32_t runs_set(uint8_t *bitmap, const struct mkfs_run *runs, unsigned nruns,
                         uint64_t first, uint64_t end)
{
    uint32_t n = 0;

    for (unsigned i = 0; i < nruns; i++) {
        uint64_t from = runs[i].first > first ? runs[i].first : first;
        uint64_t to = runs[i].end < end ? runs[i].end : end;

        if (from >= to)
            continue;
        bits_set(bitmap, (uint32_t)(from - first), (uint32_t)(to - first));
        n += (uint32_t)(to - from);
    }
    return n;
}

/* Whether a table of the chunk lies in [first, end). */
static int has_table(const struct mkfs *m, uint64_t first, uint64_t end)
{
    const struct mkfs_chunk *c = &m->chunk;

    for (uint32_t i = 0; i < c->ngroups; i++) {
        if ((c->block_bitmap[i] >= first && c->block_bitmap[i] < end) ||
            (c->inode_bitmap[i] >= first && c->inode_bitmap[i] < end) ||
            (c->inode_table[i] < end && c->inode_table[i] + m->table_blocks > first))
            return 1;
    }
    return 0;
}

/*
 * Whether the block bitmap of a group need not be written: nothing is used in it but its copy of the superblock and, without
 * flexible groups, its own tables. The bitmap of the last group is padded, so it is there.
 */
static int block_bitmap_is_known(const struct mkfs *m, uint32_t group)
{
    uint64_t first = mkfs_group_first(m, group);
    uint64_t end = mkfs_group_end(m, group);

    if (!nonfs_groups_have_sums(&m->super) || group == m->super.info.group_count - 1)
        return 0;
    if (mkfs_is_flexible(m) && has_table(m, first, end))
        return 0;
    return mkfs_extra_in(m, first, end) == 0;
}

static uint32_t bitmap_sum(const struct mkfs *m, int of_inodes)
{
    return mkfs_has_metadata_csum(m) ? nonfs_bitmap_sum(&m->super, of_inodes, m->block) : 0;
}

static void sum_store(const struct mkfs *m, uint8_t *raw, unsigned lo, unsigned hi, uint32_t sum)
{
    store_le16(raw + lo, (uint16_t)sum);
    if (m->super.descriptor_size >= EXT4_GROUP_SIZE_64)
        store_le16(raw + hi, (uint16_t)(sum >> 16));
}

/* Makes the bitmap, writes it unless it is known, and puts into the descriptor what follows from it. */
static int block_bitmap(struct mkfs *m, uint32_t group, uint8_t *raw)
{
    uint64_t first = mkfs_group_first(m, group);
    uint64_t end = mkfs_group_end(m, group);
    uint32_t nblocks = (uint32_t)(end - first);
    uint32_t used;

    memset(m->block, 0, m->super.info.block_size);
    used = runs_set(m->block, m->chunk.runs, m->chunk.nruns, first, end);
    m->overhead += used;
    used += runs_set(m->block, m->extra, m->nextra, first, end);
    m->free_blocks += nblocks - used;
    store_le16(raw + GD_FREE_BLOCKS_LO, (uint16_t)(nblocks - used));
    if (block_bitmap_is_known(m, group)) {
        store_le16(raw + GD_FLAGS, load_le16(raw + GD_FLAGS) | EXT4_GROUP_BLOCK_UNINIT);
        return 0;
    }
    bits_set(m->block, nblocks, 8 * m->super.info.block_size);
    sum_store(m, raw, GD_BLOCK_BITMAP_SUM_LO, GD_BLOCK_BITMAP_SUM_HI, bitmap_sum(m, 0));
    return mkfs_write(m, m->chunk.block_bitmap[group - m->chunk.first_group], 1, m->block);
}

static int inode_bitmap(struct mkfs *m, uint32_t group, uint8_t *raw)
{
    uint32_t used = group == 0 ? MKFS_FIRST_INODE : 0;
    uint32_t nfree = m->super.inodes_per_group - used;

    store_le16(raw + GD_FREE_INODES_LO, (uint16_t)nfree);
    store_le16(raw + GD_DIRECTORIES_LO, group == 0 ? 2 : 0);
    if (nonfs_groups_have_sums(&m->super))
        store_le16(raw + GD_UNUSED_INODES_LO, (uint16_t)nfree);
    if (nonfs_groups_have_sums(&m->super) && group != 0) {
        store_le16(raw + GD_FLAGS, load_le16(raw + GD_FLAGS) | EXT4_GROUP_INODE_UNINIT);
        return 0;
    }
    memset(m->block, 0, m->super.info.block_size);
    bits_set(m->block, 0, used);
    bits_set(m->block, m->super.inodes_per_group, 8 * m->super.info.block_size);
    sum_store(m, raw, GD_INODE_BITMAP_SUM_LO, GD_INODE_BITMAP_SUM_HI, bitmap_sum(m, 1));
    return mkfs_write(m, m->chunk.inode_bitmap[group - m->chunk.first_group], 1, m->block);
}

/* Clears the inode table, but not the blocks of it that hold the first inodes: files.c writes them. */
static int table_clear(struct mkfs *m, uint32_t group, uint64_t table)
{
    uint32_t per_block = m->super.info.block_size / MKFS_INODE_SIZE;
    uint32_t skip = group == 0 ? (MKFS_FIRST_INODE + per_block - 1) / per_block : 0;

    if (m->config->flags & NONFS_MKFS_LAZY_TABLES)
        return 0;
    return skip < m->table_blocks ? mkfs_clear(m, table + skip, m->table_blocks - skip) : 0;
}

static int group_write(struct mkfs *m, uint32_t group, uint8_t *raw)
{
    int result = mkfs_chunk_load(m, group);
    uint32_t i = group - m->chunk.first_group;
    struct mkfs_chunk *c = &m->chunk;

    if (result == 0)
        result = table_clear(m, group, c->inode_table[i]);
    if (result != 0)
        return result;
    store_le32(raw + GD_BLOCK_BITMAP_LO, (uint32_t)c->block_bitmap[i]);
    store_le32(raw + GD_INODE_BITMAP_LO, (uint32_t)c->inode_bitmap[i]);
    store_le32(raw + GD_INODE_TABLE_LO, (uint32_t)c->inode_table[i]);
    if (m->super.descriptor_size >= EXT4_GROUP_SIZE_64) {
        store_le32(raw + GD_BLOCK_BITMAP_HI, (uint32_t)(c->block_bitmap[i] >> 32));
        store_le32(raw + GD_INODE_BITMAP_HI, (uint32_t)(c->inode_bitmap[i] >> 32));
        store_le32(raw + GD_INODE_TABLE_HI, (uint32_t)(c->inode_table[i] >> 32));
    }
    if (!(m->config->flags & NONFS_MKFS_LAZY_TABLES) || m->config->flags & NONFS_MKFS_DEVICE_ZEROED)
        store_le16(raw + GD_FLAGS, EXT4_GROUP_INODE_ZEROED);
    result = block_bitmap(m, group, raw);
    if (result == 0)
        result = inode_bitmap(m, group, raw);
    nonfs_group_store_sum(&m->super, group, raw);
    return result;
}

/* Writes one block of descriptors to each copy of the table. */
static int descriptors_write(struct mkfs *m, uint32_t index)
{
    int result = 0;

    for (uint32_t g = 0; g < m->super.info.group_count && result == 0; g = mkfs_next_super(m, g))
        result = mkfs_write(m, mkfs_group_first(m, g) + 1 + index, 1, m->descriptors);
    return result;
}

int mkfs_groups_write(struct mkfs *m)
{
    uint32_t count = m->super.info.group_count;
    uint32_t group = 0;
    int result = 0;

    for (uint32_t index = 0; index < m->descriptor_blocks && result == 0; index++) {
        memset(m->descriptors, 0, m->super.info.block_size);
        for (uint32_t i = 0; i < m->descriptors_per_block && group < count && result == 0; i++)
            result = group_write(m, group++, m->descriptors + (size_t)i * m->super.descriptor_size);
        if (result == 0)
            result = descriptors_write(m, index);
        if (m->config->progress != NULL)
            m->config->progress(m->config->context, group, count);
    }
    return result;
}
