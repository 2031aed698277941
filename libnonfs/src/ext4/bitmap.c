/*
 * The bitmaps of blocks and inodes. A group whose bitmap was never written says so in its descriptor: it is then made from
 * what must be in use, as Linux and e2fsck make it.
 */
#include <string.h>

#include "bytes.h"
#include "divide.h"
#include "ext4/format.h"
#include "ext4/sums.h"
#include "ext4/writer.h"

uint64_t nonfs_group_first_block(const struct nonfs_ext4 *volume, uint32_t group)
{
    return volume->super.first_data_block + (uint64_t)group * volume->super.blocks_per_group;
}

uint32_t nonfs_group_block_count(const struct nonfs_ext4 *volume, uint32_t group)
{
    uint64_t left = volume->super.info.block_count - nonfs_group_first_block(volume, group);

    return left < volume->super.blocks_per_group ? (uint32_t)left : volume->super.blocks_per_group;
}

static void bits_set(uint8_t *bits, uint64_t first, uint64_t end)
{
    for (uint64_t i = first; i < end; i++)
        bits[i / 8] = (uint8_t)(bits[i / 8] | 1u << (i % 8));
}

/* Marks those of `count` blocks from `first` that lie in the group. */
static void bits_set_blocks(const struct nonfs_ext4 *volume, uint32_t group, uint8_t *bits,
                            uint64_t first, uint64_t count)
{
    uint64_t start = nonfs_group_first_block(volume, group);
    uint64_t end = start + nonfs_group_block_count(volume, group);
    uint64_t from = first > start ? first : start;
    uint64_t to = first + count < end ? first + count : end;

    if (from < to)
        bits_set(bits, from - start, to - start);
}

uint32_t nonfs_group_base_blocks(const struct nonfs_ext4 *volume, uint32_t group)
{
    const struct ext4_super *s = &volume->super;
    uint32_t per_block = s->info.block_size / s->descriptor_size;
    uint32_t table = (s->info.group_count + per_block - 1) / per_block;
    uint32_t copy = nonfs_superblock_in_group(s, group) ? 1 : 0;
    uint32_t meta = group / per_block;
    uint32_t within = group - meta * per_block;

    if (s->info.incompat & EXT4_INCOMPAT_META_BG && meta >= s->first_meta_bg)
        return copy + (within == 0 || within == 1 || within == per_block - 1 ? 1 : 0);
    if (!copy)
        return 0;
    if (s->info.incompat & EXT4_INCOMPAT_META_BG)
        table = s->first_meta_bg;
    return 1 + table + s->reserved_descriptors;
}

static void block_bitmap_make(const struct nonfs_ext4 *volume, const struct group_ref *g,
                              uint8_t *bits)
{
    const struct ext4_super *s = &volume->super;
    uint64_t table_blocks =
        ((uint64_t)s->inodes_per_group * s->info.inode_size + s->info.block_size - 1) >>
        s->block_shift;

    memset(bits, 0, s->info.block_size);
    bits_set(bits, 0, nonfs_group_base_blocks(volume, g->group));
    bits_set_blocks(volume, g->group, bits, g->block_bitmap, 1);
    bits_set_blocks(volume, g->group, bits, g->inode_bitmap, 1);
    bits_set_blocks(volume, g->group, bits, g->inode_table, table_blocks);
    bits_set(bits, nonfs_group_block_count(volume, g->group), 8 * (uint64_t)s->info.block_size);
}

static void inode_bitmap_make(const struct nonfs_ext4 *volume, const struct group_ref *g,
                              uint8_t *bits)
{
    (void)g;
    memset(bits, 0, volume_block_size(volume));
    bits_set(bits, volume->super.inodes_per_group, 8 * (uint64_t)volume_block_size(volume));
}

static int bitmap_fail(struct nonfs_ext4 *volume, int result, const struct group_ref *g,
                       uint64_t block, const char *reason)
{
    nonfs_volume_fail(volume, result, NONFS_STRUCTURE_GROUP, 0, block, reason);
    volume->diagnostic.group = g->group;
    return result;
}

static int bitmap_sum_holds(const struct nonfs_ext4 *volume, const struct group_ref *g,
                            enum block_sum which, const uint8_t *bits)
{
    uint32_t sum;
    uint32_t stored = which == SUM_BLOCK_BITMAP ? g->block_bitmap_sum : g->inode_bitmap_sum;

    if (!volume_has_metadata_csum(volume))
        return 1;
    sum = nonfs_bitmap_sum(&volume->super, which == SUM_INODE_BITMAP, bits);
    return stored == (volume->super.descriptor_size >= EXT4_GROUP_SIZE_64 ? sum : sum & 0xffff);
}

int nonfs_bitmap_load(struct nonfs_ext4 *volume, const struct group_ref *g, enum block_sum which,
                      uint8_t *bits, int *holds)
{
    uint64_t block = which == SUM_BLOCK_BITMAP ? g->block_bitmap : g->inode_bitmap;
    struct block_ref ref;
    int result;

    *holds = 1;
    if (which == SUM_BLOCK_BITMAP && g->flags & EXT4_GROUP_BLOCK_UNINIT) {
        block_bitmap_make(volume, g, bits);
        return 0;
    }
    if (which == SUM_INODE_BITMAP && g->flags & EXT4_GROUP_INODE_UNINIT) {
        inode_bitmap_make(volume, g, bits);
        return 0;
    }
    result = nonfs_block_get(volume, block, NONFS_STRUCTURE_GROUP, 0, &ref);
    if (result != 0)
        return result;
    memcpy(bits, ref.data, volume_block_size(volume));
    nonfs_block_put(&ref);
    *holds = bitmap_sum_holds(volume, g, which, bits);
    return 0;
}

int nonfs_bitmap_get(struct nonfs_ext4 *volume, struct group_ref *g, enum block_sum which,
                     struct block_ref *ref)
{
    uint64_t block = which == SUM_BLOCK_BITMAP ? g->block_bitmap : g->inode_bitmap;
    uint32_t uninit = which == SUM_BLOCK_BITMAP ? EXT4_GROUP_BLOCK_UNINIT : EXT4_GROUP_INODE_UNINIT;
    enum block_kind kind = which == SUM_BLOCK_BITMAP ? BLOCK_BLOCK_BITMAP : BLOCK_INODE_BITMAP;
    uint8_t *bits;
    int result;

    if (!nonfs_volume_contains(volume, block, 1))
        return bitmap_fail(volume, NONFS_E_CORRUPT, g, block, "a bitmap is outside of the volume");
    if (g->flags & uninit) {
        result = nonfs_block_edit_new(volume, block, ref, &bits);
        if (result != 0)
            return result;
        if (which == SUM_BLOCK_BITMAP)
            block_bitmap_make(volume, g, bits);
        else
            inode_bitmap_make(volume, g, bits);
        nonfs_block_set_sum(ref, which, g->group, 0);
        result = nonfs_group_set(volume, g, GROUP_FLAGS, g->flags & ~uninit);
    } else {
        result = nonfs_block_get(volume, block, NONFS_STRUCTURE_GROUP, 0, ref);
        if (result != 0)
            return result;
        if (!nonfs_block_is_checked(ref, kind, g->group) &&
            !bitmap_sum_holds(volume, g, which, ref->data))
            result = bitmap_fail(volume, NONFS_E_CHECKSUM, g, block,
                                 "the checksum of a bitmap does not match");
    }
    if (result != 0) {
        nonfs_block_put(ref);
        return result;
    }
    nonfs_block_set_checked(ref, kind, g->group);
    return 0;
}

int nonfs_bitmap_set(struct nonfs_ext4 *volume, struct block_ref *ref, uint32_t first,
                     uint32_t count, int value)
{
    enum block_sum which =
        ref->slot->kind == BLOCK_BLOCK_BITMAP ? SUM_BLOCK_BITMAP : SUM_INODE_BITMAP;
    uint32_t from = first / 8;
    uint8_t *bits;
    int result =
        nonfs_block_edit_part(volume, ref, from, (first + count - 1) / 8 - from + 1, &bits);

    if (result != 0)
        return result;
    nonfs_block_set_sum(ref, which, ref->slot->owner, 0);
    for (uint32_t i = first; i < first + count; i++) {
        uint8_t bit = (uint8_t)(1u << (i % 8));

        bits[i / 8] = (uint8_t)(value ? bits[i / 8] | bit : bits[i / 8] & ~bit);
    }
    return 0;
}

/* Whether eight bytes are all of this value. */
static int bytes_are(const uint8_t *p, uint8_t value)
{
    uint64_t have;
    uint64_t want = value ? UINT64_MAX : 0;

    memcpy(&have, p, sizeof(have));
    return have == want;
}

uint32_t nonfs_bit_find(const uint8_t *bits, uint32_t i, uint32_t end, int value)
{
    uint8_t skip = value ? 0x00 : 0xff;

    while (i < end) {
        if (i % 8 == 0) {
            while (end - i >= 64 && bytes_are(bits + i / 8, skip))
                i += 64;
            while (end - i >= 8 && bits[i / 8] == skip)
                i += 8;
            if (i >= end)
                break;
        }
        if (bit_is_set(bits, i) == value)
            return i;
        i++;
    }
    return end;
}
