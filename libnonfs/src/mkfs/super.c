#include <string.h>

#include "bytes.h"
#include "checksum/crc.h"
#include "ext4/format.h"
#include "mkfs/mkfs.h"

#define ERRORS_CONTINUE   1u
#define HASH_HALF_MD4     1u
#define JOURNAL_IN_BLOCKS 1u /* what backs the journal's inode up: its map */
#define MOUNT_USER_XATTR  4u
#define MOUNT_ACL         8u
#define FLAG_SIGNED_HASH  1u
#define EXTRA_SIZE        32u
#define DYNAMIC_REVISION  1u

/* Since these features there is a count of what was written. */
#define COUNTED_RO                                                                    \
    (EXT4_RO_HUGE_FILE | EXT4_RO_GDT_CSUM | EXT4_RO_DIR_NLINK | EXT4_RO_EXTRA_ISIZE | \
     EXT4_RO_METADATA_CSUM)

static void counts_store(const struct mkfs *m, uint8_t *raw)
{
    const struct ext4_super *s = &m->super;

    store_le32(raw + SB_INODES_COUNT, s->info.inode_count);
    store_le32(raw + SB_FREE_INODES, s->info.inode_count - MKFS_FIRST_INODE);
    store_le32(raw + SB_BLOCKS_COUNT_LO, (uint32_t)s->info.block_count);
    store_le32(raw + SB_BLOCKS_COUNT_HI, (uint32_t)(s->info.block_count >> 32));
    store_le32(raw + SB_RESERVED_BLOCKS_LO, (uint32_t)s->reserved_blocks);
    store_le32(raw + SB_RESERVED_BLOCKS_HI, (uint32_t)(s->reserved_blocks >> 32));
    store_le32(raw + SB_FREE_BLOCKS_LO, (uint32_t)m->free_blocks);
    store_le32(raw + SB_FREE_BLOCKS_HI, (uint32_t)(m->free_blocks >> 32));
    store_le32(raw + SB_FIRST_DATA_BLOCK, s->first_data_block);
    store_le32(raw + SB_LOG_BLOCK_SIZE, s->block_shift - 10);
    store_le32(raw + SB_LOG_CLUSTER_SIZE, s->block_shift - 10);
    store_le32(raw + SB_BLOCKS_PER_GROUP, s->blocks_per_group);
    store_le32(raw + SB_CLUSTERS_PER_GROUP, s->blocks_per_group);
    store_le32(raw + SB_INODES_PER_GROUP, s->inodes_per_group);
    store_le32(raw + SB_OVERHEAD,
               (uint32_t)(m->overhead + m->journal_blocks + s->first_data_block));
    store_le16(raw + SB_RESERVED_DESCRIPTORS, (uint16_t)m->reserved_descriptor_blocks);
    if (s->info.incompat & EXT4_INCOMPAT_64BIT)
        store_le16(raw + SB_DESCRIPTOR_SIZE, (uint16_t)s->descriptor_size);
}

static void identity_store(const struct mkfs *m, uint8_t *raw)
{
    const struct nonfs_ext4_info *info = &m->super.info;

    store_le16(raw + SB_MAGIC, EXT4_SUPER_MAGIC);
    store_le32(raw + SB_REVISION, DYNAMIC_REVISION);
    store_le32(raw + SB_FIRST_INODE, MKFS_FIRST_INODE);
    store_le16(raw + SB_INODE_SIZE, MKFS_INODE_SIZE);
    store_le32(raw + SB_COMPAT, info->compat);
    store_le32(raw + SB_INCOMPAT, info->incompat);
    store_le32(raw + SB_RO_COMPAT, info->ro_compat);
    memcpy(raw + SB_UUID, info->uuid, sizeof(info->uuid));
    memcpy(raw + SB_LABEL, m->config->label, NONFS_MKFS_LABEL_SIZE);
    memcpy(raw + SB_HASH_SEED, m->hash_seed, sizeof(m->hash_seed));
    raw[SB_HASH_VERSION] = HASH_HALF_MD4;
    store_le32(raw + SB_FLAGS, FLAG_SIGNED_HASH);
    store_le16(raw + SB_MIN_EXTRA_SIZE, EXTRA_SIZE);
    store_le16(raw + SB_WANT_EXTRA_SIZE, EXTRA_SIZE);
    if (mkfs_is_flexible(m))
        raw[SB_FLEX_LOG] = MKFS_FLEX_LOG;
    if (mkfs_has_metadata_csum(m))
        raw[SB_CHECKSUM_TYPE] = EXT4_CHECKSUM_CRC32C;
    if (info->incompat & EXT4_INCOMPAT_CSUM_SEED)
        store_le32(raw + SB_CHECKSUM_SEED, m->super.checksum_seed);
}

static void state_store(const struct mkfs *m, uint8_t *raw)
{
    const struct nonfs_ext4_info *info = &m->super.info;
    uint64_t journal_size = (uint64_t)m->journal_blocks << m->super.block_shift;

    store_le32(raw + SB_WRITE_TIME, m->config->time);
    store_le32(raw + SB_CHECK_TIME, m->config->time);
    store_le32(raw + SB_MAKE_TIME, m->config->time);
    store_le16(raw + SB_MOUNTS_MAX, UINT16_MAX); /* no number of mounts asks for a check */
    store_le16(raw + SB_ERRORS, ERRORS_CONTINUE);
    store_le32(raw + SB_MOUNT_OPTIONS, MOUNT_USER_XATTR | MOUNT_ACL);
    if (info->incompat & EXT4_INCOMPAT_FLEX_BG || info->ro_compat & COUNTED_RO)
        store_le64(raw + SB_KBYTES_WRITTEN, 1 + (m->written >> 10));
    if (m->njournal == 0)
        return;
    store_le32(raw + SB_JOURNAL_INODE, MKFS_INODE_JOURNAL);
    raw[SB_JOURNAL_BACKUP] = JOURNAL_IN_BLOCKS;
    memcpy(raw + SB_JOURNAL_MAP, m->journal_map, sizeof(m->journal_map));
    store_le32(raw + SB_JOURNAL_MAP + 60, (uint32_t)(journal_size >> 32));
    store_le32(raw + SB_JOURNAL_MAP + 64, (uint32_t)journal_size);
}

/* Only the first copy says that the volume is clean: the others are not kept up to date. */
static int copy_write(struct mkfs *m, uint32_t group)
{
    /* With blocks above 1 KiB the first one shares its block with the boot sector. */
    uint32_t offset = group == 0 && m->super.first_data_block == 0 ? EXT4_SUPER_OFFSET : 0;
    uint8_t *raw = m->block + offset;

    memset(m->block, 0, m->super.info.block_size);
    counts_store(m, raw);
    identity_store(m, raw);
    state_store(m, raw);
    store_le16(raw + SB_STATE, group == 0 ? EXT4_STATE_CLEAN : 0);
    store_le16(raw + SB_GROUP_NUMBER, group < UINT16_MAX ? (uint16_t)group : UINT16_MAX);
    if (mkfs_has_metadata_csum(m))
        store_le32(raw + SB_CHECKSUM, nonfs_crc32c(UINT32_MAX, raw, SB_CHECKSUM));
    return mkfs_write(m, mkfs_group_first(m, group), 1, m->block);
}

int mkfs_super_write(struct mkfs *m)
{
    uint64_t written = m->written;
    int result = 0;

    for (uint32_t g = mkfs_next_super(m, 0); g < m->super.info.group_count && result == 0;
         g = mkfs_next_super(m, g)) {
        result = copy_write(m, g);
        /* Every copy has the same count. */
        m->written = written;
    }
    return result == 0 ? copy_write(m, 0) : result;
}
