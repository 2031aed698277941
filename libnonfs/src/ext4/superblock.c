#include "ext4/superblock.h"

#include <string.h>

#include <nonfs/ext4_node.h>

#include "block/device.h"
#include "bytes.h"
#include "checksum/crc.h"
#include "divide.h"
#include "ext4/format.h"

static int super_fail(struct nonfs_diagnostic *d, int result, const char *reason)
{
    *d = (struct nonfs_diagnostic){
        .result = result, .structure = NONFS_STRUCTURE_SUPERBLOCK, .reason = reason};
    return result;
}

static int super_check_sum(const uint8_t *raw, const struct nonfs_ext4_info *info,
                           struct nonfs_diagnostic *d)
{
    if (!(info->ro_compat & EXT4_RO_METADATA_CSUM))
        return 0;
    if (raw[SB_CHECKSUM_TYPE] != EXT4_CHECKSUM_CRC32C)
        return super_fail(d, NONFS_E_UNSUPPORTED, "the kind of checksum is not supported");
    if (nonfs_crc32c(~0u, raw, SB_CHECKSUM) != load_le32(raw + SB_CHECKSUM))
        return super_fail(d, NONFS_E_CHECKSUM, NULL);
    return 0;
}

/* Features and names; they decide what the other fields mean. */
static void super_decode_info(struct ext4_super *s, const uint8_t *raw)
{
    struct nonfs_ext4_info *info = &s->info;

    s->state = load_le16(raw + SB_STATE);
    if (load_le32(raw + SB_REVISION) == EXT4_GOOD_OLD_REVISION) {
        info->inode_size = EXT4_GOOD_OLD_INODE;
        s->first_inode = EXT4_GOOD_OLD_FIRST_INO;
    } else {
        info->inode_size = load_le16(raw + SB_INODE_SIZE);
        s->first_inode = load_le32(raw + SB_FIRST_INODE);
        info->compat = load_le32(raw + SB_COMPAT);
        info->incompat = load_le32(raw + SB_INCOMPAT);
        info->ro_compat = load_le32(raw + SB_RO_COMPAT);
    }
    info->inode_count = load_le32(raw + SB_INODES_COUNT);
    info->write_time = load_le32(raw + SB_WRITE_TIME);
    info->mount_count = load_le16(raw + SB_MOUNT_COUNT);
    s->mount_time = load_le32(raw + SB_MOUNT_TIME);
    info->clean = (s->state & (EXT4_STATE_CLEAN | EXT4_STATE_ERRORS)) == EXT4_STATE_CLEAN;
    info->needs_recovery = (info->incompat & EXT4_INCOMPAT_RECOVER) != 0;
    memcpy(info->uuid, raw + SB_UUID, sizeof(info->uuid));
    memcpy(info->label, raw + SB_LABEL, sizeof(info->label) - 1);
}

static void super_decode_counts(struct ext4_super *s, const uint8_t *raw)
{
    int wide = (s->info.incompat & EXT4_INCOMPAT_64BIT) != 0;

    s->info.block_count = load_le32(raw + SB_BLOCKS_COUNT_LO);
    s->reserved_blocks = load_le32(raw + SB_RESERVED_BLOCKS_LO);
    s->free_blocks = load_le32(raw + SB_FREE_BLOCKS_LO);
    if (wide) {
        s->info.block_count |= (uint64_t)load_le32(raw + SB_BLOCKS_COUNT_HI) << 32;
        s->reserved_blocks |= (uint64_t)load_le32(raw + SB_RESERVED_BLOCKS_HI) << 32;
        s->free_blocks |= (uint64_t)load_le32(raw + SB_FREE_BLOCKS_HI) << 32;
    }
    s->descriptor_size = wide ? load_le16(raw + SB_DESCRIPTOR_SIZE) : EXT4_GROUP_SIZE_32;
    s->free_inodes = load_le32(raw + SB_FREE_INODES);
    s->first_data_block = load_le32(raw + SB_FIRST_DATA_BLOCK);
    s->blocks_per_group = load_le32(raw + SB_BLOCKS_PER_GROUP);
    s->inodes_per_group = load_le32(raw + SB_INODES_PER_GROUP);
    s->reserved_descriptors = load_le16(raw + SB_RESERVED_DESCRIPTORS);
    s->first_meta_bg = load_le32(raw + SB_FIRST_META_BG);
    s->backup_groups[0] = load_le32(raw + SB_BACKUP_GROUPS);
    s->backup_groups[1] = load_le32(raw + SB_BACKUP_GROUPS + 4);
    s->orphan_inode = load_le32(raw + SB_ORPHAN_INODE);
    s->last_orphan = load_le32(raw + SB_LAST_ORPHAN);
    s->quota_inodes[0] = load_le32(raw + SB_USER_QUOTA);
    s->quota_inodes[1] = load_le32(raw + SB_GROUP_QUOTA);
    s->quota_inodes[2] = load_le32(raw + SB_PROJECT_QUOTA);
    s->journal_inode = load_le32(raw + SB_JOURNAL_INODE);
    s->journal_device = load_le32(raw + SB_JOURNAL_DEVICE);
    s->min_inode_size = load_le16(raw + SB_MIN_EXTRA_SIZE);
    s->new_inode_size = load_le16(raw + SB_WANT_EXTRA_SIZE);
    s->hash_version = raw[SB_HASH_VERSION];
    s->unsigned_hash = (load_le32(raw + SB_FLAGS) & EXT4_SUPER_FLAG_UNSIGNED_HASH) != 0;
    for (int i = 0; i < 4; i++)
        s->hash_seed[i] = load_le32(raw + SB_HASH_SEED + 4 * i);
    s->checksum_seed = s->info.incompat & EXT4_INCOMPAT_CSUM_SEED
                           ? load_le32(raw + SB_CHECKSUM_SEED)
                           : nonfs_crc32c(~0u, s->info.uuid, sizeof(s->info.uuid));
}

static int power_of_two_within(uint32_t n, uint32_t least, uint32_t most)
{
    return n >= least && n <= most && (n & (n - 1)) == 0;
}

static int super_decode_sizes(struct ext4_super *s, const uint8_t *raw, struct nonfs_diagnostic *d)
{
    uint32_t log_block = load_le32(raw + SB_LOG_BLOCK_SIZE);
    uint32_t log_cluster = load_le32(raw + SB_LOG_CLUSTER_SIZE);

    if (log_block > 6)
        return super_fail(d, NONFS_E_CORRUPT, "the block size is out of range");
    s->block_shift = 10 + log_block;
    s->info.block_size = 1u << s->block_shift;
    s->info.cluster_size = s->info.block_size;
    if (s->info.ro_compat & EXT4_RO_BIGALLOC) {
        if (log_cluster < log_block || log_cluster > 20)
            return super_fail(d, NONFS_E_CORRUPT, "the cluster size is out of range");
        s->info.cluster_size = 1024u << log_cluster;
    }
    if (!power_of_two_within(s->info.inode_size, EXT4_GOOD_OLD_INODE, s->info.block_size))
        return super_fail(d, NONFS_E_CORRUPT, "the inode size is out of range");
    if (!power_of_two_within(s->descriptor_size, EXT4_GROUP_SIZE_32, 1024) ||
        (s->info.incompat & EXT4_INCOMPAT_64BIT && s->descriptor_size < EXT4_GROUP_SIZE_64))
        return super_fail(d, NONFS_E_CORRUPT, "the size of group descriptors is out of range");
    return 0;
}

/* Checks that the counts agree, so that no later computation with them can overflow or leave the device. */
static int super_check_geometry(struct ext4_super *s, uint64_t device_size,
                                struct nonfs_diagnostic *d)
{
    uint64_t bits = 8u * (uint64_t)s->info.block_size;
    uint64_t ratio = s->info.cluster_size / s->info.block_size;
    uint64_t groups;

    if (s->blocks_per_group == 0 || s->blocks_per_group > bits * ratio)
        return super_fail(d, NONFS_E_CORRUPT, "the number of blocks in a group is out of range");
    if (s->inodes_per_group == 0 || s->inodes_per_group > bits)
        return super_fail(d, NONFS_E_CORRUPT, "the number of inodes in a group is out of range");
    if (s->info.block_count >> 48 != 0 || s->first_data_block >= s->info.block_count)
        return super_fail(d, NONFS_E_CORRUPT, "the number of blocks is out of range");
    if (s->info.block_count > device_size >> s->block_shift)
        return super_fail(d, NONFS_E_CORRUPT, "the volume is larger than the device");
    groups = divide_u64(s->info.block_count - s->first_data_block + s->blocks_per_group - 1,
                        s->blocks_per_group);
    if (groups > UINT32_MAX)
        return super_fail(d, NONFS_E_CORRUPT, "the number of groups is out of range");
    s->info.group_count = (uint32_t)groups;
    if (s->info.inode_count < NONFS_EXT4_ROOT_INODE ||
        s->info.inode_count > groups * s->inodes_per_group)
        return super_fail(d, NONFS_E_CORRUPT, "the number of inodes is out of range");
    return 0;
}

int nonfs_superblock_read(struct ext4_super *super, const struct nonfs_block_device *dev,
                          uint8_t *scratch, struct nonfs_diagnostic *diagnostic)
{
    uint8_t *raw = scratch;
    uint8_t *bounce = scratch + EXT4_SUPER_SIZE;
    uint64_t size = nonfs_device_size(dev);
    int result;

    memset(super, 0, sizeof(*super));
    if (size < EXT4_SUPER_OFFSET + EXT4_SUPER_SIZE)
        return super_fail(diagnostic, NONFS_E_NO_SIGNATURE, "the device is too small");
    result = nonfs_device_read(dev, EXT4_SUPER_OFFSET, EXT4_SUPER_SIZE, raw, bounce);
    if (result != 0)
        return super_fail(diagnostic, result, NULL);
    if (load_le16(raw + SB_MAGIC) != EXT4_SUPER_MAGIC)
        return super_fail(diagnostic, NONFS_E_NO_SIGNATURE, "the signature of ext4 is missing");
    super_decode_info(super, raw);
    super_decode_counts(super, raw);
    result = super_check_sum(raw, &super->info, diagnostic);
    if (result == 0)
        result = super_decode_sizes(super, raw, diagnostic);
    if (result == 0)
        result = super_check_geometry(super, size, diagnostic);
    if (result != 0 && nonfs_ext4_unsupported_feature(&super->info) != NULL) {
        /* The numbers may mean something else with the feature. */
        diagnostic->structure = NONFS_STRUCTURE_FEATURE;
        diagnostic->reason = nonfs_ext4_unsupported_feature(&super->info);
        diagnostic->result = NONFS_E_UNSUPPORTED;
        result = NONFS_E_UNSUPPORTED;
    }
    return result;
}

void nonfs_superblock_store(const struct ext4_super *super, uint8_t *raw)
{
    const struct nonfs_ext4_info *info = &super->info;

    store_le32(raw + SB_FREE_BLOCKS_LO, (uint32_t)super->free_blocks);
    if (info->incompat & EXT4_INCOMPAT_64BIT)
        store_le32(raw + SB_FREE_BLOCKS_HI, (uint32_t)(super->free_blocks >> 32));
    store_le32(raw + SB_FREE_INODES, super->free_inodes);
    store_le32(raw + SB_MOUNT_TIME, super->mount_time);
    store_le32(raw + SB_WRITE_TIME, info->write_time);
    store_le16(raw + SB_MOUNT_COUNT, info->mount_count);
    store_le16(raw + SB_STATE, super->state);
    store_le32(raw + SB_COMPAT, info->compat);
    store_le32(raw + SB_INCOMPAT, info->incompat);
    store_le32(raw + SB_RO_COMPAT, info->ro_compat);
    store_le32(raw + SB_LAST_ORPHAN, super->last_orphan);
    if (info->ro_compat & EXT4_RO_METADATA_CSUM)
        store_le32(raw + SB_CHECKSUM, nonfs_crc32c(~0u, raw, SB_CHECKSUM));
}

static int is_power_of(uint32_t n, uint32_t base)
{
    uint64_t p = base;

    while (p < n)
        p *= base;
    return p == n;
}

int nonfs_superblock_in_group(const struct ext4_super *super, uint32_t group)
{
    if (group == 0)
        return 1;
    if (super->info.compat & EXT4_COMPAT_SPARSE_SUPER2)
        return group == super->backup_groups[0] || group == super->backup_groups[1];
    if (group == 1 || !(super->info.ro_compat & EXT4_RO_SPARSE_SUPER))
        return 1;
    return is_power_of(group, 3) || is_power_of(group, 5) || is_power_of(group, 7);
}
