/*
 * The inode for resizing: it keeps the blocks behind the descriptors for more of them. Its double-indirect block names those
 * of the first group, and each of these lists its copies in the other groups.
 */
#include "bytes.h"
#include "check/check.h"
#include "ext4/format.h"
#include "ext4/writer.h"

static int resize_problem(struct checker *c, uint64_t block)
{
    return nonfs_check_report_once(c, &(struct nonfs_problem){.kind = NONFS_PROBLEM_RESIZE,
                                                              .inode = EXT4_INODE_RESIZE,
                                                              .block = block});
}

/* Whether the block of the first group, which lies at `first`, lists its copies and nothing else. */
static int copies_are_listed(const struct checker *c, const uint8_t *bytes, uint64_t first)
{
    const struct ext4_super *s = &c->volume->super;
    uint32_t n = s->info.block_size / 4;
    uint32_t i = 0;

    for (uint32_t group = 1; group < s->info.group_count && i < n; group++) {
        if (!nonfs_superblock_in_group(s, group))
            continue;
        if (load_le32(bytes + 4 * (size_t)i++) != first + (uint64_t)group * s->blocks_per_group)
            return 0;
    }
    for (; i < n; i++) {
        if (load_le32(bytes + 4 * (size_t)i) != 0)
            return 0;
    }
    return 1;
}

static int reserved_check(struct checker *c, uint64_t block)
{
    struct block_ref ref;
    int listed;
    int result =
        nonfs_block_get(c->volume, block, NONFS_STRUCTURE_INDIRECT, EXT4_INODE_RESIZE, &ref);

    if (result != 0)
        return result;
    listed = copies_are_listed(c, ref.data, block);
    nonfs_block_put(&ref);
    return listed ? 0 : resize_problem(c, block);
}

int nonfs_check_resize(struct checker *c, uint32_t map)
{
    const struct ext4_super *s = &c->volume->super;
    uint32_t n = s->info.block_size / 4;
    uint32_t per_block = s->info.block_size / s->descriptor_size;
    uint32_t tables = (s->info.group_count + per_block - 1) / per_block;
    uint64_t first = (uint64_t)s->first_data_block + 1 + tables;
    int result = 0;

    if (!(s->info.compat & EXT4_COMPAT_RESIZE_INODE))
        return 0;
    for (uint32_t i = 0; result == 0 && i < n; i++) {
        uint32_t at = (tables + i) % n;
        uint64_t expected = i < s->reserved_descriptors ? first + i : 0;
        struct block_ref ref;
        uint32_t number;

        result = nonfs_block_get(c->volume, map, NONFS_STRUCTURE_INDIRECT, EXT4_INODE_RESIZE, &ref);
        if (result != 0)
            return nonfs_check_damage(c, result);
        number = load_le32(ref.data + 4 * (size_t)at);
        nonfs_block_put(&ref);
        if (number != expected)
            return resize_problem(c, map);
        if (expected != 0)
            result = nonfs_check_damage(c, reserved_check(c, expected));
    }
    return result;
}
