/*
 * Taking inodes and giving them back. Files go to the group of their directory. Directories at the top are spread over
 * the groups that have more free than others; those below stay near their parent while there is room (Orlov).
 */
#include "bytes.h"
#include "divide.h"
#include "ext4/format.h"
#include "ext4/writer.h"

/* The group for a directory: the one with fewest directories of those with average room. */
static int directory_group(struct nonfs_ext4 *volume, uint32_t start, int spread, uint32_t *group)
{
    const struct ext4_super *s = &volume->super;
    uint32_t inodes = s->free_inodes / s->info.group_count;
    uint64_t blocks = divide_u64(s->free_blocks, s->info.group_count);
    uint32_t fewest = UINT32_MAX;

    *group = start;
    for (uint32_t i = 0; i < s->info.group_count; i++) {
        uint32_t at = start + i < s->info.group_count ? start + i : start + i - s->info.group_count;
        struct group_ref g;
        int result = nonfs_group_get(volume, at, &g);

        if (result != 0)
            return result;
        nonfs_block_put(&g.ref);
        if (g.free_inodes == 0 || g.free_inodes < inodes || g.free_blocks < blocks)
            continue;
        if (!spread) {
            *group = at;
            return 0;
        }
        if (g.directories < fewest) {
            fewest = g.directories;
            *group = at;
        }
    }
    return 0;
}

static int group_take_inode(struct nonfs_ext4 *volume, struct group_ref *g, int directory,
                            uint32_t *inode)
{
    const struct ext4_super *s = &volume->super;
    struct writer *w = volume->writer;
    uint32_t n = s->inodes_per_group;
    uint32_t i = g->group == 0 ? s->first_inode - 1 : 0;
    struct block_ref ref;
    int result = nonfs_bitmap_get(volume, g, SUM_INODE_BITMAP, &ref);

    if (result != 0)
        return result;
    if (g->group == w->taken_group && i < w->taken_end)
        i = w->taken_end;
    i = nonfs_bit_find(ref.data, i, n, 0);
    if (i < n && (uint64_t)g->group * n + i < s->info.inode_count)
        result = nonfs_bitmap_set(volume, &ref, i, 1, 1);
    else
        result = NONFS_E_FULL;
    nonfs_block_put(&ref);
    if (result != 0)
        return result;
    w->taken_group = g->group;
    w->taken_end = i + 1;
    *inode = g->group * n + i + 1;
    result = nonfs_group_set(volume, g, GROUP_FREE_INODES, g->free_inodes - 1);
    if (result == 0 && directory)
        result = nonfs_group_set(volume, g, GROUP_DIRECTORIES, g->directories + 1);
    /* Linux makes the other bitmap too when a group comes into use, and e2fsck expects it. */
    if (result == 0 && g->flags & EXT4_GROUP_BLOCK_UNINIT) {
        result = nonfs_bitmap_get(volume, g, SUM_BLOCK_BITMAP, &ref);
        if (result == 0)
            nonfs_block_put(&ref);
    }
    if (result == 0 && n - i - 1 < g->unused_inodes)
        result = nonfs_group_set(volume, g, GROUP_UNUSED_INODES, n - i - 1);
    return result;
}

/* Groups that were seen to be full are passed over at once, so a large directory does not walk over those before it. */
static void remember_full(struct writer *w, uint32_t group)
{
    if (group != w->full_end)
        w->full_first = group;
    w->full_end = group + 1;
}

static uint32_t pass_full(const struct writer *w, uint32_t group)
{
    return group >= w->full_first && group < w->full_end ? w->full_end - group : 0;
}

int nonfs_inode_take(struct nonfs_ext4 *volume, uint32_t parent, int directory, uint32_t *inode)
{
    const struct ext4_super *s = &volume->super;
    uint32_t group = (parent - 1) / s->inodes_per_group;
    int result = 0;

    if (s->free_inodes == 0)
        return NONFS_E_FULL;
    if (directory)
        result = directory_group(volume, group, parent == NONFS_EXT4_ROOT_INODE, &group);
    for (uint32_t i = 0; result == 0 && i < s->info.group_count; i++) {
        uint32_t full = pass_full(volume->writer, group);
        struct group_ref g;

        if (full > 0) {
            i += full - 1;
            group = group + full == s->info.group_count ? 0 : group + full;
            continue;
        }
        result = nonfs_group_get(volume, group, &g);
        if (result != 0)
            return result;
        result = g.free_inodes > 0 ? group_take_inode(volume, &g, directory, inode) : NONFS_E_FULL;
        nonfs_block_put(&g.ref);
        if (result == 0) {
            volume->super.free_inodes--;
            return 0;
        }
        if (result != NONFS_E_FULL)
            return result;
        result = 0;
        remember_full(volume->writer, group);
        group = group + 1 == s->info.group_count ? 0 : group + 1;
    }
    return result != 0 ? result : NONFS_E_FULL;
}

int nonfs_inode_give(struct nonfs_ext4 *volume, uint32_t inode, int directory)
{
    struct writer *w = volume->writer;
    uint32_t n = volume->super.inodes_per_group;
    uint32_t i = (inode - 1) % n;
    struct block_ref ref;
    struct group_ref g;
    int result = nonfs_group_get(volume, (inode - 1) / n, &g);

    if (result != 0)
        return result;
    result = nonfs_bitmap_get(volume, &g, SUM_INODE_BITMAP, &ref);
    if (result == 0) {
        result = bit_is_set(ref.data, i)
                     ? nonfs_bitmap_set(volume, &ref, i, 1, 0)
                     : nonfs_volume_fail(volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_GROUP, inode,
                                         g.inode_bitmap, "an inode in use is marked as free");
        nonfs_block_put(&ref);
    }
    if (result == 0)
        result = nonfs_group_set(volume, &g, GROUP_FREE_INODES, g.free_inodes + 1);
    if (result == 0 && directory)
        result = nonfs_group_set(volume, &g, GROUP_DIRECTORIES, g.directories - 1);
    nonfs_block_put(&g.ref);
    if (result == 0)
        volume->super.free_inodes++;
    if (pass_full(w, (inode - 1) / n) > 0)
        w->full_end = w->full_first;
    if ((inode - 1) / n == w->taken_group && i < w->taken_end)
        w->taken_end = i;
    return result;
}
