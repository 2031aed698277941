/*
 * The inodes that a new volume has, and the blocks of their files.
 */
#include <string.h>

#include <nonfs/ext4_node.h>

#include "bytes.h"
#include "checksum/crc.h"
#include "ext4/extent.h"
#include "ext4/format.h"
#include "ext4/sums.h"
#include "ext4/writer.h"
#include "jbd2/format.h"
#include "mkfs/mkfs.h"

#define EXTRA_SIZE      32u
#define INODE_MAP_SIZE  60u
#define ROOT_EXTENTS    4u
#define DOUBLE_INDIRECT 13u

/* Sums of what belongs to an inode start with its number and its generation, 0. */
static uint32_t inode_seed(const struct mkfs *m, uint32_t inode)
{
    static const uint8_t raw[EXT4_GOOD_OLD_INODE];

    return nonfs_inode_seed(&m->super, inode, raw);
}

/* Seconds after 2038 need bits of the extra field, since the first one is signed. */
static void store_time(uint8_t *raw, unsigned at, unsigned extra_at, uint32_t time)
{
    store_le32(raw + at, time);
    store_le32(raw + extra_at, time >> 31);
}

static void inode_start(const struct mkfs *m, uint8_t *raw, uint16_t mode, uint16_t links,
                        uint64_t size, uint64_t nblocks)
{
    uint32_t time = m->config->time;

    store_le16(raw + I_MODE, mode);
    store_le16(raw + I_LINKS, links);
    store_le32(raw + I_SIZE_LO, (uint32_t)size);
    store_le32(raw + I_SIZE_HI, (uint32_t)(size >> 32));
    store_le32(raw + I_BLOCKS_LO, (uint32_t)(nblocks << (m->super.block_shift - 9)));
    store_le16(raw + I_EXTRA_SIZE, EXTRA_SIZE);
    store_time(raw, I_ATIME, I_ATIME_EXTRA, time);
    store_time(raw, I_CTIME, I_CTIME_EXTRA, time);
    store_time(raw, I_MTIME, I_MTIME_EXTRA, time);
    store_time(raw, I_CRTIME, I_CRTIME_EXTRA, time);
}

/* Stores extents behind the header at `p`. */
static void extents_store(uint8_t *p, const struct mkfs_run *runs, unsigned nruns)
{
    uint32_t logical = 0;

    for (unsigned i = 0; i < nruns; i++) {
        uint32_t len = (uint32_t)(runs[i].end - runs[i].first);

        extent_store(p + (size_t)EXT4_EXTENT_SIZE * (i + 1), logical, len, runs[i].first);
        logical += len;
    }
}

/* Maps a directory: by extents, or by the direct blocks, which are enough. */
static void directory_map(const struct mkfs *m, uint8_t *raw, const uint64_t *blocks, unsigned n)
{
    struct mkfs_run runs[MKFS_LOST_BLOCKS];
    unsigned nruns = 0;

    if (!(m->super.info.incompat & EXT4_INCOMPAT_EXTENTS)) {
        for (unsigned i = 0; i < n; i++)
            store_le32(raw + I_MAP + (size_t)4 * i, (uint32_t)blocks[i]);
        return;
    }
    for (unsigned i = 0; i < n; i++) {
        if (nruns > 0 && runs[nruns - 1].end == blocks[i])
            runs[nruns - 1].end++;
        else
            runs[nruns++] = (struct mkfs_run){blocks[i], blocks[i] + 1};
    }
    store_le32(raw + I_FLAGS, NONFS_EXT4_FL_EXTENTS);
    extent_header_store(raw + I_MAP, nruns, ROOT_EXTENTS, 0);
    extents_store(raw + I_MAP, runs, nruns);
}

/* Adds a record of `len` bytes to a directory block. */
static uint8_t *record_store(const struct mkfs *m, uint8_t *p, uint32_t inode, uint32_t len,
                             const char *name, uint8_t name_len)
{
    int typed = name_len > 0 && m->super.info.incompat & EXT4_INCOMPAT_FILETYPE;

    nonfs_dirent_store(p, len, name, name_len, inode,
                       typed ? NONFS_TYPE_DIRECTORY : NONFS_TYPE_UNKNOWN);
    return p + len;
}

/* Bytes of a directory block for records; a checksum stands behind them. */
static uint32_t records_size(const struct mkfs *m)
{
    return m->super.info.block_size - (mkfs_has_metadata_csum(m) ? EXT4_DIR_TAIL_SIZE : 0);
}

static int directory_block_write(struct mkfs *m, uint32_t inode, uint64_t block)
{
    uint32_t size = records_size(m);

    if (mkfs_has_metadata_csum(m)) {
        uint8_t *tail = m->block + size;

        store_le16(tail + 4, EXT4_DIR_TAIL_SIZE);
        tail[7] = EXT4_DIR_TAIL_TYPE;
        store_le32(tail + 8, nonfs_crc32c(inode_seed(m, inode), m->block, size));
    }
    return mkfs_write(m, block, 1, m->block);
}

static int root_write(struct mkfs *m)
{
    static const char lost_name[] = "lost+found";
    uint8_t *p = m->block;

    memset(m->block, 0, m->super.info.block_size);
    p = record_store(m, p, MKFS_INODE_ROOT, EXT4_DIRENT_MIN, ".", 1);
    p = record_store(m, p, MKFS_INODE_ROOT, EXT4_DIRENT_MIN, "..", 2);
    record_store(m, p, MKFS_INODE_LOST, records_size(m) - 2 * EXT4_DIRENT_MIN, lost_name,
                 sizeof(lost_name) - 1);
    return directory_block_write(m, MKFS_INODE_ROOT, m->root_block);
}

static int lost_write(struct mkfs *m)
{
    int result = 0;

    for (unsigned i = 0; i < m->nlost && result == 0; i++) {
        uint8_t *p = m->block;

        memset(m->block, 0, m->super.info.block_size);
        if (i == 0) {
            p = record_store(m, p, MKFS_INODE_LOST, EXT4_DIRENT_MIN, ".", 1);
            record_store(m, p, MKFS_INODE_ROOT, records_size(m) - EXT4_DIRENT_MIN, "..", 2);
        } else {
            record_store(m, p, 0, records_size(m), "", 0);
        }
        result = directory_block_write(m, MKFS_INODE_LOST, m->lost_blocks[i]);
    }
    return result;
}

/*
 * The blocks kept for growing form a file: a block of numbers, each of a block behind the descriptors of group 0, and each of
 * those lists the same block of every copy.
 */
static int resize_write(struct mkfs *m)
{
    uint32_t numbers = m->super.info.block_size / 4;
    uint64_t first = (uint64_t)m->super.first_data_block + 1 + m->descriptor_blocks;
    int result = 0;

    if (m->resize_block == 0)
        return 0;
    memset(m->descriptors, 0, m->super.info.block_size);
    for (uint32_t i = 0; i < m->reserved_descriptor_blocks && result == 0; i++) {
        uint32_t copy = 0;

        memset(m->block, 0, m->super.info.block_size);
        for (uint32_t g = mkfs_next_super(m, 0); g < m->super.info.group_count;
             g = mkfs_next_super(m, g)) {
            uint64_t block = first + i + (uint64_t)g * m->super.blocks_per_group;

            store_le32(m->block + (size_t)4 * copy++, (uint32_t)block);
        }
        store_le32(m->descriptors + (size_t)4 * ((m->descriptor_blocks + i) & (numbers - 1)),
                   (uint32_t)(first + i));
        result = mkfs_write(m, first + i, 1, m->block);
    }
    return result == 0 ? mkfs_write(m, m->resize_block, 1, m->descriptors) : result;
}

static void resize_inode(struct mkfs *m, uint8_t *raw)
{
    uint64_t numbers = m->super.info.block_size / 4;
    uint64_t size = (numbers * numbers + numbers + EXT4_DIRECT_BLOCKS) << m->super.block_shift;
    uint64_t copies = 0;

    if (m->resize_block == 0)
        return;
    for (uint32_t g = 0; g < m->super.info.group_count; g = mkfs_next_super(m, g))
        copies++;
    inode_start(m, raw, NONFS_S_IFREG | 0600, 1, size, 1 + m->reserved_descriptor_blocks * copies);
    store_le32(raw + I_MAP + 4 * DOUBLE_INDIRECT, (uint32_t)m->resize_block);
}

static int journal_write(struct mkfs *m)
{
    uint32_t most = (m->super.info.block_size - EXT4_EXTENT_SIZE) / EXT4_EXTENT_SIZE;
    uint32_t tail = EXT4_EXTENT_SIZE * (most + 1);
    int result = 0;

    for (unsigned i = 0; i < m->njournal && result == 0; i++)
        result = mkfs_clear(m, m->journal[i].first, m->journal[i].end - m->journal[i].first);
    if (result != 0 || m->njournal == 0)
        return result;
    memset(m->block, 0, m->super.info.block_size);
    store_be32(m->block + JH_MAGIC, JBD2_MAGIC);
    store_be32(m->block + JH_TYPE, JBD2_SUPER_V2);
    store_be32(m->block + JS_BLOCK_SIZE, m->super.info.block_size);
    store_be32(m->block + JS_LEN, m->journal_blocks);
    store_be32(m->block + JS_FIRST, 1);    /* where its log starts */
    store_be32(m->block + JS_SEQUENCE, 1); /* the number of its first transaction */
    memcpy(m->block + JS_UUID, m->super.info.uuid, sizeof(m->super.info.uuid));
    store_be32(m->block + 64, 1); /* volumes that use it */
    result = mkfs_write(m, m->journal[0].first, 1, m->block);
    if (result != 0 || m->journal_index == 0)
        return result;
    memset(m->block, 0, m->super.info.block_size);
    extent_header_store(m->block, m->njournal, most, 0);
    extents_store(m->block, m->journal, m->njournal);
    if (mkfs_has_metadata_csum(m))
        store_le32(m->block + tail,
                   nonfs_crc32c(inode_seed(m, MKFS_INODE_JOURNAL), m->block, tail));
    return mkfs_write(m, m->journal_index, 1, m->block);
}

static void journal_inode(struct mkfs *m, uint8_t *raw)
{
    uint8_t *map = raw + I_MAP;

    if (m->njournal == 0)
        return;
    inode_start(m, raw, NONFS_S_IFREG | 0600, 1,
                (uint64_t)m->journal_blocks << m->super.block_shift,
                (uint64_t)m->journal_blocks + (m->journal_index != 0));
    store_le32(raw + I_FLAGS, NONFS_EXT4_FL_EXTENTS);
    if (m->journal_index == 0) {
        extent_header_store(map, m->njournal, ROOT_EXTENTS, 0);
        extents_store(map, m->journal, m->njournal);
    } else {
        /* What stands behind the one entry has no meaning; mke2fs leaves the extents that were there. */
        extents_store(map, m->journal, ROOT_EXTENTS);
        extent_header_store(map, 1, ROOT_EXTENTS, 1);
        extent_index_store(map + EXT4_EXTENT_SIZE, 0, m->journal_index);
    }
    /* The superblock has a copy of the map. */
    memcpy(m->journal_map, map, INODE_MAP_SIZE);
}

/* The inode of a number, in a table that is zero. */
static void inode_make(struct mkfs *m, uint32_t inode, uint8_t *raw)
{
    uint32_t size = m->super.info.block_size;

    if (inode == MKFS_INODE_BAD) {
        store_le32(raw + I_ATIME, m->config->time);
        store_le32(raw + I_CTIME, m->config->time);
        store_le32(raw + I_MTIME, m->config->time);
    } else if (inode == MKFS_INODE_ROOT) {
        inode_start(m, raw, NONFS_S_IFDIR | 0755, 3, size, 1);
        directory_map(m, raw, &m->root_block, 1);
    } else if (inode == MKFS_INODE_RESIZE) {
        resize_inode(m, raw);
    } else if (inode == MKFS_INODE_JOURNAL) {
        journal_inode(m, raw);
    } else if (inode == MKFS_INODE_LOST) {
        inode_start(m, raw, NONFS_S_IFDIR | 0700, 2, (uint64_t)m->nlost * size, m->nlost);
        directory_map(m, raw, m->lost_blocks, m->nlost);
    }
    nonfs_inode_store_sum(&m->super, inode, raw);
}

static int inodes_write(struct mkfs *m)
{
    uint32_t per_block = m->super.info.block_size / MKFS_INODE_SIZE;
    int result = mkfs_chunk_load(m, 0);
    uint64_t table = m->chunk.inode_table[0];

    for (uint32_t inode = 1; inode <= MKFS_FIRST_INODE && result == 0; inode += per_block) {
        memset(m->block, 0, m->super.info.block_size);
        for (uint32_t i = 0; i < per_block && inode + i <= MKFS_FIRST_INODE; i++)
            inode_make(m, inode + i, m->block + (size_t)i * MKFS_INODE_SIZE);
        result = mkfs_write(m, table + (inode - 1) / per_block, 1, m->block);
    }
    return result;
}

int mkfs_files_write(struct mkfs *m)
{
    int result = root_write(m);

    if (result == 0)
        result = lost_write(m);
    if (result == 0)
        result = resize_write(m);
    if (result == 0)
        result = journal_write(m);
    return result == 0 ? inodes_write(m) : result;
}
