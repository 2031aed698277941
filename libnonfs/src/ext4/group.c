/*
 * Group descriptors: where they lie, whether their checksums hold, and what they say of their group.
 */
#include "bytes.h"
#include "ext4/format.h"
#include "ext4/sums.h"
#include "ext4/writer.h"

static int group_fail(struct nonfs_ext4 *volume, int result, uint32_t group, uint64_t block,
                      const char *reason)
{
    nonfs_volume_fail(volume, result, NONFS_STRUCTURE_GROUP, 0, block, reason);
    volume->diagnostic.group = group;
    return result;
}

/* The block with the descriptor of `group`: in one table behind the superblock, or with meta_bg one block a meta group. */
static uint64_t group_block(const struct ext4_super *s, uint32_t group)
{
    uint32_t per_block = s->info.block_size / s->descriptor_size;
    uint32_t index = group / per_block;
    uint32_t super_block = s->info.block_size == 1024 ? 1 : 0;
    uint64_t first_group;
    uint64_t shift;

    if (!(s->info.incompat & EXT4_INCOMPAT_META_BG) || index < s->first_meta_bg)
        return (uint64_t)super_block + 1 + index;
    first_group = (uint64_t)index * per_block;
    shift = nonfs_superblock_in_group(s, (uint32_t)first_group) ? 1 : 0;
    /* With 1 KiB blocks and bigalloc the volume starts at block 0, and the superblock is still in block 1. */
    if (s->info.block_size == 1024 && first_group == 0 && s->first_data_block == 0)
        shift++;
    return s->first_data_block + first_group * s->blocks_per_group + shift;
}

static uint64_t load_halves(const uint8_t *raw, int wide, uint32_t lo, uint32_t hi)
{
    return load_le32(raw + lo) | (wide ? (uint64_t)load_le32(raw + hi) << 32 : 0);
}

static uint32_t load_quarters(const uint8_t *raw, int wide, uint32_t lo, uint32_t hi)
{
    return load_le16(raw + lo) | (wide ? (uint32_t)load_le16(raw + hi) << 16 : 0);
}

static void group_decode(const struct nonfs_ext4 *volume, const uint8_t *raw, struct group_ref *g)
{
    int wide = volume->super.descriptor_size >= EXT4_GROUP_SIZE_64;

    g->block_bitmap = load_halves(raw, wide, GD_BLOCK_BITMAP_LO, GD_BLOCK_BITMAP_HI);
    g->inode_bitmap = load_halves(raw, wide, GD_INODE_BITMAP_LO, GD_INODE_BITMAP_HI);
    g->inode_table = load_halves(raw, wide, GD_INODE_TABLE_LO, GD_INODE_TABLE_HI);
    g->free_blocks = load_quarters(raw, wide, GD_FREE_BLOCKS_LO, GD_FREE_BLOCKS_HI);
    g->free_inodes = load_quarters(raw, wide, GD_FREE_INODES_LO, GD_FREE_INODES_HI);
    g->directories = load_quarters(raw, wide, GD_DIRECTORIES_LO, GD_DIRECTORIES_HI);
    g->unused_inodes = load_quarters(raw, wide, GD_UNUSED_INODES_LO, GD_UNUSED_INODES_HI);
    g->block_bitmap_sum = load_quarters(raw, wide, GD_BLOCK_BITMAP_SUM_LO, GD_BLOCK_BITMAP_SUM_HI);
    g->inode_bitmap_sum = load_quarters(raw, wide, GD_INODE_BITMAP_SUM_LO, GD_INODE_BITMAP_SUM_HI);
    /* The flags count only where a checksum covers them. */
    g->flags = nonfs_groups_have_sums(&volume->super) ? load_le16(raw + GD_FLAGS) : 0;
}

int nonfs_group_get(struct nonfs_ext4 *volume, uint32_t group, struct group_ref *g)
{
    const struct ext4_super *s = &volume->super;
    uint64_t table_blocks =
        ((uint64_t)s->inodes_per_group * s->info.inode_size + s->info.block_size - 1) >>
        s->block_shift;
    uint64_t block = group_block(s, group);
    const uint8_t *raw;
    uint32_t part;
    int result = nonfs_block_get(volume, block, NONFS_STRUCTURE_GROUP, 0, &g->ref);

    if (result != 0) {
        volume->diagnostic.group = group;
        return result;
    }
    g->group = group;
    part = group % (s->info.block_size / s->descriptor_size);
    g->offset = part * s->descriptor_size;
    raw = g->ref.data + g->offset;
    group_decode(volume, raw, g);
    if (nonfs_groups_have_sums(s) && !nonfs_part_is_checked(&g->ref, BLOCK_GROUPS, group, part)) {
        if (nonfs_group_sum(s, group, raw) == load_le16(raw + GD_CHECKSUM))
            nonfs_part_set_checked(&g->ref, BLOCK_GROUPS, group, part);
        else
            result = group_fail(volume, NONFS_E_CHECKSUM, group, block, NULL);
    }
    if (result == 0 && !nonfs_volume_contains(volume, g->inode_table, table_blocks))
        result = group_fail(volume, NONFS_E_CORRUPT, group, block,
                            "the inode table is outside of the volume");
    if (result != 0)
        nonfs_block_put(&g->ref);
    return result;
}

int nonfs_group_sum_free(struct nonfs_ext4 *volume)
{
    uint64_t blocks = 0;
    uint64_t inodes = 0;

    for (uint32_t group = 0; group < volume->super.info.group_count; group++) {
        struct group_ref g;
        int result = nonfs_group_get(volume, group, &g);

        if (result != 0)
            return result;
        blocks += g.free_blocks;
        inodes += g.free_inodes;
        nonfs_block_put(&g.ref);
    }
    volume->super.free_blocks = blocks;
    volume->super.free_inodes = (uint32_t)inodes;
    return 0;
}

/* The descriptor was changed: its checksum waits for the commit. */
static void group_set_sum(struct nonfs_ext4 *volume, struct group_ref *g)
{
    if (nonfs_groups_have_sums(&volume->super))
        nonfs_part_set_sum(volume, &g->ref, SUM_GROUPS, g->group,
                           g->offset / volume->super.descriptor_size);
}

static void store_quarters(uint8_t *raw, int wide, uint32_t lo, uint32_t hi, uint32_t value)
{
    store_le16(raw + lo, value & 0xffff);
    if (wide)
        store_le16(raw + hi, value >> 16);
}

int nonfs_group_set(struct nonfs_ext4 *volume, struct group_ref *g, enum group_field field,
                    uint32_t value)
{
    static const struct {
        uint8_t lo;
        uint8_t hi;
    } fields[] = {
        [GROUP_FREE_BLOCKS] = {GD_FREE_BLOCKS_LO, GD_FREE_BLOCKS_HI},
        [GROUP_FREE_INODES] = {GD_FREE_INODES_LO, GD_FREE_INODES_HI},
        [GROUP_DIRECTORIES] = {GD_DIRECTORIES_LO, GD_DIRECTORIES_HI},
        [GROUP_UNUSED_INODES] = {GD_UNUSED_INODES_LO, GD_UNUSED_INODES_HI},
    };
    int wide = volume->super.descriptor_size >= EXT4_GROUP_SIZE_64;
    uint8_t *data;
    uint8_t *raw;
    int result =
        nonfs_block_edit_part(volume, &g->ref, g->offset, volume->super.descriptor_size, &data);

    if (result != 0)
        return result;
    raw = data + g->offset;
    if (field == GROUP_FLAGS)
        store_le16(raw + GD_FLAGS, value);
    else
        store_quarters(raw, wide, fields[field].lo, fields[field].hi, value);
    group_set_sum(volume, g);
    group_decode(volume, raw, g);
    return 0;
}

int nonfs_group_set_bitmap_sum(struct nonfs_ext4 *volume, uint32_t group, enum block_sum which,
                               uint32_t sum)
{
    int wide = volume->super.descriptor_size >= EXT4_GROUP_SIZE_64;
    struct group_ref g;
    uint8_t *raw;
    int result = nonfs_group_get(volume, group, &g);

    if (result != 0)
        return result;
    raw = nonfs_cache_data(&volume->cache, g.ref.slot) + g.offset;
    if (which == SUM_BLOCK_BITMAP)
        store_quarters(raw, wide, GD_BLOCK_BITMAP_SUM_LO, GD_BLOCK_BITMAP_SUM_HI, sum);
    else
        store_quarters(raw, wide, GD_INODE_BITMAP_SUM_LO, GD_INODE_BITMAP_SUM_HI, sum);
    group_set_sum(volume, &g);
    nonfs_block_put(&g.ref);
    return 0;
}
