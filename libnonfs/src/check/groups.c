/*
 * What lies at fixed places: tables of the groups, their bitmaps and their counts.
 */
#include <string.h>

#include "bytes.h"
#include "check/check.h"
#include "ext4/format.h"
#include "ext4/writer.h"

static int tables_overlap(struct checker *c, const struct group_ref *g, uint64_t first,
                          uint64_t count)
{
    uint64_t twice = nonfs_check_mark_range(c, first, count);

    if (twice == 0)
        return 0;
    check_set_bit(c->bad_tables, g->group);
    return nonfs_check_report(c, &(struct nonfs_problem){.kind = NONFS_PROBLEM_GROUP_OVERLAP,
                                                         .group = g->group,
                                                         .block = twice});
}

/* Marks one table of a group, or says that it is not where it may be. */
static int table_mark(struct checker *c, const struct group_ref *g, uint64_t first, uint64_t count)
{
    const struct nonfs_ext4 *volume = c->volume;
    uint64_t start = nonfs_group_first_block(volume, g->group);
    uint64_t end = start + nonfs_group_block_count(volume, g->group);
    int flexible = (volume->super.info.incompat & EXT4_INCOMPAT_FLEX_BG) != 0;

    if (nonfs_volume_contains(volume, first, count) &&
        (flexible || (first >= start && first + count <= end)))
        return tables_overlap(c, g, first, count);
    check_set_bit(c->bad_tables, g->group);
    return nonfs_check_report_once(c, &(struct nonfs_problem){.kind = NONFS_PROBLEM_GROUP_OUTSIDE,
                                                              .group = g->group,
                                                              .block = first});
}

static int group_mark(struct checker *c, uint32_t group)
{
    struct nonfs_ext4 *volume = c->volume;
    const struct ext4_super *s = &volume->super;
    uint64_t table =
        ((uint64_t)s->inodes_per_group * s->info.inode_size + s->info.block_size - 1) >>
        s->block_shift;
    struct group_ref g;
    int result = nonfs_group_get(volume, group, &g);

    if (result != 0) {
        check_set_bit(c->bad_tables, group);
        c->blind = 1;
        return nonfs_check_damage(c, result);
    }
    nonfs_block_put(&g.ref);
    result = tables_overlap(c, &g, nonfs_group_first_block(volume, group),
                            nonfs_group_base_blocks(volume, group));
    if (result == 0)
        result = table_mark(c, &g, g.block_bitmap, 1);
    if (result == 0)
        result = table_mark(c, &g, g.inode_bitmap, 1);
    return result == 0 ? table_mark(c, &g, g.inode_table, table) : result;
}

int nonfs_check_mark_tables(struct checker *c)
{
    int result = 0;

    for (uint32_t group = 0; result == 0 && group < c->volume->super.info.group_count; group++)
        result = group_mark(c, group);
    return result;
}

/* A row of bits that differ, all in the same way. */
struct row {
    uint64_t first;
    uint64_t count;
};

static void row_add(struct row *row, uint64_t i)
{
    row->first = row->count == 0 ? i : row->first;
    row->count++;
}

/* Compares `n` bits of what is in use with the bitmap in c->bits. Returns how many are in use. */
static uint32_t bits_compare(const struct checker *c, const uint8_t *used, uint64_t start,
                             uint32_t n, struct row *unmarked, struct row *unused)
{
    uint32_t count = 0;

    *unmarked = (struct row){0, 0};
    *unused = (struct row){0, 0};
    for (uint32_t i = 0; i < n; i++) {
        int is_used = check_bit(used, start + i);
        int is_marked = check_bit(c->bits, i);

        count += (uint32_t)is_used;
        if (is_used && !is_marked)
            row_add(unmarked, i);
        else if (is_marked && !is_used)
            row_add(unused, i);
    }
    return count;
}

static int padding_is_set(const struct checker *c, uint32_t from)
{
    for (uint32_t i = from; i < 8 * volume_block_size(c->volume); i++) {
        if (!check_bit(c->bits, i))
            return 0;
    }
    return 1;
}

/* Reads one bitmap into c->bits; says if its checksum or its end is wrong. */
static int bitmap_read(struct checker *c, struct group_ref *g, enum block_sum which, uint32_t nbits)
{
    uint64_t block = which == SUM_BLOCK_BITMAP ? g->block_bitmap : g->inode_bitmap;
    struct nonfs_problem problem = {.group = g->group, .block = block};
    int holds = 1;
    int result = nonfs_bitmap_load(c->volume, g, which, c->bits, &holds);

    if (result != 0)
        return result;
    problem.kind = NONFS_PROBLEM_GROUP_BITMAP_SUM;
    if (!holds)
        result = nonfs_check_report(c, &problem);
    problem.kind = NONFS_PROBLEM_GROUP_PADDING;
    if (result == 0 && !padding_is_set(c, nbits))
        result = nonfs_check_report(c, &problem);
    return result;
}

static int count_compare(struct checker *c, enum nonfs_problem_kind kind, uint32_t group,
                         uint64_t found, uint64_t expected)
{
    return found == expected
               ? 0
               : nonfs_check_report(
                     c, &(struct nonfs_problem){
                            .kind = kind, .group = group, .found = found, .expected = expected});
}

/* Reports a row of bits that are wrong, if there is any. */
static int row_report(struct checker *c, const struct row *row, struct nonfs_problem problem)
{
    problem.found = row->count;
    return row->count == 0 ? 0 : nonfs_check_report(c, &problem);
}

static int block_bitmap_check(struct checker *c, struct group_ref *g)
{
    uint64_t start = nonfs_group_first_block(c->volume, g->group);
    uint32_t n = nonfs_group_block_count(c->volume, g->group);
    struct nonfs_problem problem = {.group = g->group};
    struct row unmarked;
    struct row unused;
    uint32_t count;
    int result = bitmap_read(c, g, SUM_BLOCK_BITMAP, n);

    if (result != 0)
        return result;
    count = bits_compare(c, c->window, start - c->window_first, n, &unmarked, &unused);
    c->free_blocks += n - count;
    c->result->blocks += count;
    problem.kind = NONFS_PROBLEM_GROUP_UNMARKED_BLOCKS;
    problem.block = start + unmarked.first;
    result = row_report(c, &unmarked, problem);
    problem.kind = NONFS_PROBLEM_GROUP_UNUSED_BLOCKS;
    problem.block = start + unused.first;
    if (result == 0)
        result = row_report(c, &unused, problem);
    return result != 0 ? result
                       : count_compare(c, NONFS_PROBLEM_GROUP_FREE_BLOCKS, g->group, g->free_blocks,
                                       n - count);
}

int nonfs_check_block_bitmaps(struct checker *c)
{
    const struct ext4_super *s = &c->volume->super;
    int result = 0;

    for (uint32_t group = 0; result == 0 && group < s->info.group_count; group++) {
        uint64_t start = nonfs_group_first_block(c->volume, group);
        struct group_ref g;

        if (start < c->window_first || start >= c->window_first + c->window_count)
            continue;
        /* What is wrong with a descriptor was said. */
        if (nonfs_group_get(c->volume, group, &g) != 0)
            continue;
        nonfs_block_put(&g.ref);
        if (nonfs_volume_contains(c->volume, g.block_bitmap, 1))
            result = block_bitmap_check(c, &g);
    }
    return result;
}

static int inode_bitmap_check(struct checker *c, struct group_ref *g)
{
    uint32_t n = c->volume->super.inodes_per_group;
    uint64_t start = (uint64_t)g->group * n + 1;
    struct nonfs_problem problem = {.group = g->group};
    uint32_t directories = 0;
    struct row unmarked;
    struct row unused;
    uint32_t count;
    int result = bitmap_read(c, g, SUM_INODE_BITMAP, n);

    if (result != 0)
        return result;
    count = bits_compare(c, c->used, start, n, &unmarked, &unused);
    for (uint32_t i = 0; i < n; i++)
        directories += (uint32_t)check_bit(c->directory, start + i);
    c->free_inodes += n - count;
    problem.kind = NONFS_PROBLEM_GROUP_UNMARKED_INODES;
    problem.inode = start + unmarked.first;
    result = row_report(c, &unmarked, problem);
    problem.kind = NONFS_PROBLEM_GROUP_UNUSED_INODES;
    problem.inode = start + unused.first;
    if (result == 0)
        result = row_report(c, &unused, problem);
    if (result == 0)
        result =
            count_compare(c, NONFS_PROBLEM_GROUP_FREE_INODES, g->group, g->free_inodes, n - count);
    return result != 0 ? result
                       : count_compare(c, NONFS_PROBLEM_GROUP_DIRECTORIES, g->group, g->directories,
                                       directories);
}

int nonfs_check_inode_bitmaps(struct checker *c)
{
    int result = 0;

    for (uint32_t group = 0; result == 0 && group < c->volume->super.info.group_count; group++) {
        struct group_ref g;

        if (nonfs_group_get(c->volume, group, &g) != 0)
            continue;
        nonfs_block_put(&g.ref);
        if (nonfs_volume_contains(c->volume, g.inode_bitmap, 1))
            result = inode_bitmap_check(c, &g);
    }
    return result;
}
