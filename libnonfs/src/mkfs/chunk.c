/*
 * Where the tables of a chunk lie. In a flexible group all block bitmaps come first, then all inode bitmaps, then all
 * tables, each behind the other as far as copies of the superblock allow, from the first gap that could hold all of a kind.
 * Without flexible groups each group has its own tables behind its copy of the superblock.
 */
#include <string.h>

#include "ext4/format.h"
#include "mkfs/mkfs.h"

int mkfs_is_flexible(const struct mkfs *m)
{
    return (m->super.info.incompat & EXT4_INCOMPAT_FLEX_BG) != 0;
}

/* Adds [first, first + len), which is free, to the runs. */
static void run_add(struct mkfs_chunk *c, uint64_t first, uint64_t len)
{
    unsigned at = c->nruns;

    while (at > 0 && c->runs[at - 1].first > first)
        at--;
    memmove(&c->runs[at + 1], &c->runs[at], (c->nruns - at) * sizeof(c->runs[0]));
    c->runs[at] = (struct mkfs_run){first, first + len};
    c->nruns++;
}

/*
 * The first place at or behind `from` and before `limit` where `len` blocks are free, all of them in the volume. Returns 0
 * if there is none.
 */
static uint64_t find_free(const struct mkfs *m, uint64_t from, uint64_t limit, uint64_t len)
{
    const struct mkfs_chunk *c = &m->chunk;

    for (unsigned i = 0; i < c->nruns; i++) {
        if (c->runs[i].end <= from)
            continue;
        if (from + len <= c->runs[i].first)
            break;
        from = c->runs[i].end;
    }
    return from < limit && from + len <= m->super.info.block_count ? from : 0;
}

/* Where to look for a table: behind the one before if there is room, else where all that are to come would fit. */
static uint64_t flexible_start(const struct mkfs *m, uint64_t behind, uint32_t to_come,
                               uint32_t len)
{
    const struct mkfs_chunk *c = &m->chunk;
    uint64_t first = mkfs_group_first(m, c->first_group);
    uint64_t last = mkfs_group_end(m, c->first_group + c->ngroups - 1) - 1;
    uint64_t size = (uint64_t)to_come * len;
    uint64_t found = 0;

    if (size > m->super.blocks_per_group / 4)
        size = m->super.blocks_per_group / 4;
    if (behind != 0 && behind < m->super.info.block_count)
        found = find_free(m, behind, behind + size, len);
    if (found == 0)
        found = find_free(m, first, last, size);
    return found != 0 ? found : find_free(m, first, last, len);
}

/* Places one table of `len` blocks and returns where; 0 if there is no room in the chunk. */
static uint64_t table_place(struct mkfs *m, uint64_t from, uint32_t len)
{
    struct mkfs_chunk *c = &m->chunk;
    uint64_t end = mkfs_group_end(m, c->first_group + c->ngroups - 1);
    uint64_t found = from == 0 ? 0 : find_free(m, from, end, len);

    if (found == 0 || found + len > end)
        return 0;
    run_add(c, found, len);
    return found;
}

static int flexible_group_place(struct mkfs *m, uint32_t index)
{
    struct mkfs_chunk *c = &m->chunk;
    uint32_t to_come = c->ngroups - index;
    /* The chunk that ends the volume is packed for the groups that it has, unless that is one. */
    int is_last = c->first_group + c->ngroups == m->super.info.group_count;
    uint32_t kinds_apart = is_last && c->ngroups > 1 ? c->ngroups : MKFS_FLEX;
    uint64_t behind = index > 0 ? c->block_bitmap[index - 1] + 1 : 0;

    c->block_bitmap[index] = table_place(m, flexible_start(m, behind, to_come, 1), 1);
    behind = index > 0 ? c->inode_bitmap[index - 1] + 1 : c->block_bitmap[index] + kinds_apart;
    c->inode_bitmap[index] = table_place(m, flexible_start(m, behind, to_come, 1), 1);
    behind = index > 0 ? c->inode_table[index - 1] + m->table_blocks
                       : c->inode_bitmap[index] + kinds_apart;
    c->inode_table[index] =
        table_place(m, flexible_start(m, behind, to_come, m->table_blocks), m->table_blocks);
    return c->block_bitmap[index] != 0 && c->inode_bitmap[index] != 0 && c->inode_table[index] != 0;
}

static int group_place(struct mkfs *m)
{
    struct mkfs_chunk *c = &m->chunk;
    uint64_t first = mkfs_group_first(m, c->first_group);

    /* Block 0 is never free: it holds a superblock, or lies in front of the first group. */
    first = first == 0 ? 1 : first;
    c->block_bitmap[0] = table_place(m, first, 1);
    c->inode_bitmap[0] = table_place(m, first, 1);
    c->inode_table[0] = table_place(m, first, m->table_blocks);
    return c->block_bitmap[0] != 0 && c->inode_bitmap[0] != 0 && c->inode_table[0] != 0;
}

int mkfs_chunk_load(struct mkfs *m, uint32_t group)
{
    struct mkfs_chunk *c = &m->chunk;
    uint32_t all = m->super.info.group_count;
    uint32_t size = mkfs_is_flexible(m) ? MKFS_FLEX : 1;
    int fits = 1;

    if (c->ngroups > 0 && group >= c->first_group && group - c->first_group < c->ngroups)
        return 0;
    c->first_group = group & ~(size - 1);
    c->ngroups = all - c->first_group < size ? all - c->first_group : size;
    c->nruns = 0;
    for (uint32_t i = 0; i < c->ngroups; i++) {
        uint32_t nblocks = mkfs_super_blocks(m, c->first_group + i);

        if (nblocks > 0)
            run_add(c, mkfs_group_first(m, c->first_group + i), nblocks);
    }
    for (uint32_t i = 0; i < c->ngroups && fits; i++)
        fits = mkfs_is_flexible(m) ? flexible_group_place(m, i) : group_place(m);
    if (fits)
        return 0;
    c->ngroups = 0;
    return NONFS_E_RANGE;
}
