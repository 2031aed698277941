#include "ext4/sums.h"

#include "bytes.h"
#include "checksum/crc.h"
#include "ext4/format.h"

uint32_t nonfs_inode_seed(const struct ext4_super *s, uint32_t inode, const uint8_t *raw)
{
    uint8_t number[4];
    uint32_t crc;

    store_le32(number, inode);
    crc = nonfs_crc32c(s->checksum_seed, number, sizeof(number));
    return nonfs_crc32c(crc, raw + I_GENERATION, 4);
}

uint32_t nonfs_inode_sum(const struct ext4_super *s, uint32_t inode, const uint8_t *raw, int *wide)
{
    static const uint8_t zero[2];
    uint32_t size = s->info.inode_size;
    uint32_t crc = nonfs_inode_seed(s, inode, raw);

    crc = nonfs_crc32c(crc, raw, I_CHECKSUM_LO);
    crc = nonfs_crc32c(crc, zero, 2);
    crc = nonfs_crc32c(crc, raw + I_CHECKSUM_LO + 2, EXT4_GOOD_OLD_INODE - I_CHECKSUM_LO - 2);
    *wide = 0;
    if (size == EXT4_GOOD_OLD_INODE)
        return crc;
    crc = nonfs_crc32c(crc, raw + EXT4_GOOD_OLD_INODE, I_CHECKSUM_HI - EXT4_GOOD_OLD_INODE);
    if (load_le16(raw + I_EXTRA_SIZE) < 4)
        return nonfs_crc32c(crc, raw + I_CHECKSUM_HI, size - I_CHECKSUM_HI);
    *wide = 1;
    crc = nonfs_crc32c(crc, zero, 2);
    return nonfs_crc32c(crc, raw + I_CHECKSUM_HI + 2, size - I_CHECKSUM_HI - 2);
}

int nonfs_inode_sum_holds(const struct ext4_super *s, uint32_t inode, const uint8_t *raw)
{
    uint32_t stored = load_le16(raw + I_CHECKSUM_LO);
    int wide;
    uint32_t sum = nonfs_inode_sum(s, inode, raw, &wide);

    if (!wide)
        return (sum & 0xffff) == stored;
    return sum == (stored | (uint32_t)load_le16(raw + I_CHECKSUM_HI) << 16);
}

void nonfs_inode_store_sum(const struct ext4_super *s, uint32_t inode, uint8_t *raw)
{
    int wide;
    uint32_t sum;

    if (!(s->info.ro_compat & EXT4_RO_METADATA_CSUM))
        return;
    sum = nonfs_inode_sum(s, inode, raw, &wide);
    store_le16(raw + I_CHECKSUM_LO, sum & 0xffff);
    if (wide)
        store_le16(raw + I_CHECKSUM_HI, sum >> 16);
}

uint32_t nonfs_group_sum(const struct ext4_super *s, uint32_t group, const uint8_t *raw)
{
    static const uint8_t zero[2];
    uint8_t number[4];
    uint16_t crc16;

    store_le32(number, group);
    if (s->info.ro_compat & EXT4_RO_METADATA_CSUM) {
        uint32_t crc = nonfs_crc32c(s->checksum_seed, number, sizeof(number));

        crc = nonfs_crc32c(crc, raw, GD_CHECKSUM);
        crc = nonfs_crc32c(crc, zero, sizeof(zero));
        crc = nonfs_crc32c(crc, raw + GD_CHECKSUM + 2, s->descriptor_size - GD_CHECKSUM - 2);
        return crc & 0xffff;
    }
    /* Here the field is left out, and not summed as zero. */
    crc16 = nonfs_crc16(0xffff, s->info.uuid, sizeof(s->info.uuid));
    crc16 = nonfs_crc16(crc16, number, sizeof(number));
    crc16 = nonfs_crc16(crc16, raw, GD_CHECKSUM);
    return nonfs_crc16(crc16, raw + GD_CHECKSUM + 2, s->descriptor_size - GD_CHECKSUM - 2);
}

int nonfs_groups_have_sums(const struct ext4_super *s)
{
    return (s->info.ro_compat & (EXT4_RO_GDT_CSUM | EXT4_RO_METADATA_CSUM)) != 0;
}

void nonfs_group_store_sum(const struct ext4_super *s, uint32_t group, uint8_t *raw)
{
    if (nonfs_groups_have_sums(s))
        store_le16(raw + GD_CHECKSUM, nonfs_group_sum(s, group, raw));
}

uint32_t nonfs_bitmap_sum(const struct ext4_super *s, int of_inodes, const uint8_t *bits)
{
    uint32_t n = of_inodes ? s->inodes_per_group : s->blocks_per_group;

    return nonfs_crc32c(s->checksum_seed, bits, (n + 7) / 8);
}
