/*
 * Blocks for the files of a new volume, by the goals and in the order in which mke2fs allocates: the root, /lost+found, the
 * list of blocks kept for growing, the journal.
 */
#include <string.h>

#include "ext4/format.h"
#include "mkfs/mkfs.h"

uint32_t mkfs_extra_in(const struct mkfs *m, uint64_t first, uint64_t end)
{
    uint64_t n = 0;

    for (unsigned i = 0; i < m->nextra; i++) {
        uint64_t from = m->extra[i].first > first ? m->extra[i].first : first;
        uint64_t to = m->extra[i].end < end ? m->extra[i].end : end;

        if (from < to)
            n += to - from;
    }
    return (uint32_t)n;
}

static void extra_add(struct mkfs *m, uint64_t first, uint64_t len)
{
    unsigned at = m->nextra;

    while (at > 0 && m->extra[at - 1].first > first)
        at--;
    if (at > 0 && m->extra[at - 1].end == first) {
        m->extra[at - 1].end += len;
        return;
    }
    memmove(&m->extra[at + 1], &m->extra[at], (m->nextra - at) * sizeof(m->extra[0]));
    m->extra[at] = (struct mkfs_run){first, first + len};
    m->nextra++;
}

/* Moves `*at` behind the run that holds it, if one does, and lets `*end` come before the next one. Returns 1 if it moved. */
static int step_over(const struct mkfs_run *runs, unsigned nruns, uint64_t *at, uint64_t *end)
{
    for (unsigned i = 0; i < nruns; i++) {
        if (runs[i].first <= *at && *at < runs[i].end) {
            *at = runs[i].end;
            return 1;
        }
        if (runs[i].first > *at && runs[i].first < *end)
            *end = runs[i].first;
    }
    return 0;
}

/* The first free blocks at or behind `from`, at most `most` of them and all in one chunk. */
static int next_free(struct mkfs *m, uint64_t from, uint64_t most, struct mkfs_run *run)
{
    while (from < m->super.info.block_count) {
        uint64_t end;
        int result = mkfs_chunk_load(m, mkfs_group_of(m, from));

        if (result != 0)
            return result;
        end = mkfs_group_end(m, m->chunk.first_group + m->chunk.ngroups - 1);
        if (step_over(m->chunk.runs, m->chunk.nruns, &from, &end) ||
            step_over(m->extra, m->nextra, &from, &end))
            continue;
        run->first = from;
        run->end = end - from < most ? end : from + most;
        return 0;
    }
    return NONFS_E_RANGE;
}

/* Takes the first free block from `goal` on. */
static int allocate_block(struct mkfs *m, uint64_t goal, uint64_t *block)
{
    struct mkfs_run run;
    int result = next_free(m, goal, 1, &run);

    if (result != 0)
        return result;
    extra_add(m, run.first, 1);
    *block = run.first;
    return 0;
}

static uint64_t free_in_group(struct mkfs *m, uint32_t group, int *result)
{
    uint64_t first = mkfs_group_first(m, group);
    uint64_t end = mkfs_group_end(m, group);
    uint64_t n = end - first - mkfs_extra_in(m, first, end);

    *result = mkfs_chunk_load(m, group);
    for (unsigned i = 0; i < m->chunk.nruns && *result == 0; i++) {
        uint64_t from = m->chunk.runs[i].first > first ? m->chunk.runs[i].first : first;
        uint64_t to = m->chunk.runs[i].end < end ? m->chunk.runs[i].end : end;

        if (from < to)
            n -= to - from;
    }
    return n;
}

/* The journal goes to the middle of the volume: into the emptiest of the groups around it. */
static int journal_goal(struct mkfs *m, uint64_t *goal)
{
    uint32_t count = m->super.info.group_count;
    uint32_t group = mkfs_group_of(m, (m->super.info.block_count - m->super.first_data_block) / 2);
    uint32_t first = group > 0 ? group - 1 : group;
    uint32_t last;
    uint64_t most;
    int result;

    if (mkfs_is_flexible(m) && group > MKFS_FLEX) {
        group &= ~(MKFS_FLEX - 1);
        while (group < count && free_in_group(m, group, &result) == 0)
            group++;
        group = group == count ? 0 : group;
        first = group;
    }
    last = group + 1 < count ? group + 1 : group;
    most = free_in_group(m, first, &result);
    group = first;
    for (uint32_t i = first + 1; i <= last && result == 0; i++) {
        uint64_t n = free_in_group(m, i, &result);

        if (n > most) {
            most = n;
            group = i;
        }
    }
    *goal = mkfs_group_first(m, group);
    return result;
}

static int allocate_journal(struct mkfs *m)
{
    uint32_t left = m->journal_blocks;
    uint64_t from;
    int result = journal_goal(m, &from);

    while (left > 0 && result == 0) {
        uint64_t most = left < EXT4_EXTENT_LEN_MAX ? left : EXT4_EXTENT_LEN_MAX;
        struct mkfs_run run;

        if (m->njournal == MKFS_EXTENTS)
            return NONFS_E_RANGE;
        result = next_free(m, from, most, &run);
        if (result == NONFS_E_RANGE && from != m->super.first_data_block) {
            /* From the end of the volume the search goes on at its start. */
            from = m->super.first_data_block;
            result = 0;
            continue;
        }
        if (result != 0)
            return result;
        extra_add(m, run.first, run.end - run.first);
        m->journal[m->njournal++] = run;
        left -= (uint32_t)(run.end - run.first);
        from = run.end;
        /* The fifth extent does not fit the inode. */
        if (m->njournal == 5)
            result = allocate_block(m, m->journal[0].first - 1, &m->journal_index);
    }
    return result;
}

int mkfs_allocate(struct mkfs *m)
{
    uint64_t goal = m->super.first_data_block;
    int result = allocate_block(m, goal, &m->root_block);

    for (uint32_t n = mkfs_lost_count(m); m->nlost < n && result == 0; m->nlost++)
        result = allocate_block(m, goal, &m->lost_blocks[m->nlost]);
    if (result == 0 && m->super.info.compat & EXT4_COMPAT_RESIZE_INODE) {
        goal += m->descriptor_blocks + m->reserved_descriptor_blocks + 2 + m->table_blocks;
        result = allocate_block(m, goal, &m->resize_block);
    }
    return result == 0 ? allocate_journal(m) : result;
}
