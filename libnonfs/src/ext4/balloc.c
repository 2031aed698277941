/*
 * Taking blocks and giving them back.
 *
 * A file wants its blocks to lie together: the goal is the block behind its last one. If that is taken, the nearest run
 * behind it in the group that is long enough is next, then the longest one there is, then the same in the other groups.
 */
#include <string.h>

#include "bytes.h"
#include "divide.h"
#include "ext4/format.h"
#include "ext4/writer.h"

struct run {
    uint32_t first;
    uint32_t count;
};

/*
 * Takes away from a run what was given back and is still out of use, by leaving it at the first such block, or starting it
 * behind those at its start. `*next` is where to look on.
 */
static void run_trim(const struct writer *w, uint64_t base, struct run *run, uint32_t *next)
{
    uint64_t first = base + run->first;
    uint64_t end = first + run->count;

    *next = run->first + run->count;
    for (uint32_t i = 0; i < w->nfrees && first < end; i++) {
        const struct free_range *f = &w->frees[i];

        if (f->first >= end || f->first + f->count <= first)
            continue;
        if (f->first > first) {
            end = f->first;
            continue;
        }
        first = f->first + f->count;
        end = base + *next > first ? base + *next : first;
        i = UINT32_MAX; /* the part behind may meet ranges that were passed over */
    }
    run->first = (uint32_t)(first - base);
    run->count = first < end ? (uint32_t)(end - first) : 0;
    if (run->count > 0)
        *next = run->first + run->count;
}

/* The first run from `from` with `want` blocks, else the longest. */
static struct run bitmap_search(const struct writer *w, uint64_t base, const uint8_t *bits,
                                uint32_t from, uint32_t end, uint32_t want)
{
    struct run best = {0, 0};
    uint32_t at = from;

    while (at < end && best.count < want) {
        struct run run;

        run.first = nonfs_bit_find(bits, at, end, 0);
        if (run.first == end)
            break;
        run.count = nonfs_bit_find(bits, run.first, end, 1) - run.first;
        run_trim(w, base, &run, &at);
        if (run.count > best.count)
            best = run;
    }
    return best;
}

static int group_take(struct nonfs_ext4 *volume, struct group_ref *g, uint32_t from, uint32_t want,
                      struct run *run)
{
    uint64_t base = nonfs_group_first_block(volume, g->group);
    uint32_t end = nonfs_group_block_count(volume, g->group);
    struct block_ref ref;
    int result = nonfs_bitmap_get(volume, g, SUM_BLOCK_BITMAP, &ref);

    if (result != 0)
        return result;
    *run = bitmap_search(volume->writer, base, ref.data, from, end, want);
    if (run->count < want && from > 0) {
        struct run other = bitmap_search(volume->writer, base, ref.data, 0, end, want);

        if (other.count > run->count)
            *run = other;
    }
    if (run->count > want)
        run->count = want;
    result =
        run->count == 0 ? NONFS_E_FULL : nonfs_bitmap_set(volume, &ref, run->first, run->count, 1);
    nonfs_block_put(&ref);
    if (result != 0)
        return result;
    if (run->count > g->free_blocks)
        return nonfs_volume_fail(volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_GROUP, 0, g->block_bitmap,
                                 "it has more free blocks than it says");
    return nonfs_group_set(volume, g, GROUP_FREE_BLOCKS, g->free_blocks - run->count);
}

int nonfs_blocks_take(struct nonfs_ext4 *volume, uint64_t goal, uint32_t want, uint64_t *first,
                      uint32_t *count)
{
    const struct ext4_super *s = &volume->super;
    uint32_t group;
    uint32_t from;

    if (volume->super.free_blocks <= s->reserved_blocks)
        return NONFS_E_FULL;
    if (want > volume->super.free_blocks - s->reserved_blocks)
        want = (uint32_t)(volume->super.free_blocks - s->reserved_blocks);
    if (!nonfs_volume_contains(volume, goal, 1))
        goal = s->first_data_block;
    group = (uint32_t)divide_u64(goal - s->first_data_block, s->blocks_per_group);
    from = (uint32_t)(goal - nonfs_group_first_block(volume, group));
    for (uint32_t i = 0; i < s->info.group_count; i++) {
        struct group_ref g;
        struct run run;
        int result = nonfs_group_get(volume, group, &g);

        if (result != 0)
            return result;
        result = g.free_blocks > 0 ? group_take(volume, &g, from, want, &run) : NONFS_E_FULL;
        nonfs_block_put(&g.ref);
        if (result == 0) {
            *first = nonfs_group_first_block(volume, group) + run.first;
            *count = run.count;
            volume->super.free_blocks -= run.count;
            return 0;
        }
        if (result != NONFS_E_FULL)
            return result;
        group = group + 1 == s->info.group_count ? 0 : group + 1;
        from = 0;
    }
    return NONFS_E_FULL;
}

static int group_give(struct nonfs_ext4 *volume, uint32_t group, uint32_t first, uint32_t count)
{
    struct group_ref g;
    struct block_ref ref;
    int result = nonfs_group_get(volume, group, &g);

    if (result != 0)
        return result;
    result = nonfs_bitmap_get(volume, &g, SUM_BLOCK_BITMAP, &ref);
    if (result != 0) {
        nonfs_block_put(&g.ref);
        return result;
    }
    if (nonfs_bit_find(ref.data, first, first + count, 0) != first + count)
        result = nonfs_volume_fail(volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_GROUP, 0,
                                   g.block_bitmap, "a block in use is marked as free");
    if (result == 0)
        result = nonfs_bitmap_set(volume, &ref, first, count, 0);
    nonfs_block_put(&ref);
    if (result == 0)
        result = nonfs_group_set(volume, &g, GROUP_FREE_BLOCKS, g.free_blocks + count);
    nonfs_block_put(&g.ref);
    return result;
}

/* Keeps the range out of use until the commit, or until it was overwritten. */
static int free_remember(struct nonfs_ext4 *volume, uint64_t first, uint64_t count, int metadata)
{
    struct writer *w = volume->writer;
    struct free_range *last = w->nfrees > w->nscrub ? &w->frees[w->nfrees - 1] : NULL;

    for (uint64_t i = 0; metadata && i < count; i++) {
        if (w->nrevokes == REVOKES_MAX)
            return NONFS_E_UNSUPPORTED;
        w->revokes[w->nrevokes++] = first + i;
    }
    w->waiting += count;
    if (last != NULL && last->first + last->count == first) {
        last->count += count;
        return 0;
    }
    if (last != NULL && first + count == last->first) {
        last->first = first;
        last->count += count;
        return 0;
    }
    if (w->nfrees == FREES_MAX)
        return NONFS_E_UNSUPPORTED;
    w->frees[w->nfrees++] = (struct free_range){first, count};
    return 0;
}

int nonfs_blocks_give(struct nonfs_ext4 *volume, uint64_t first, uint64_t count, int metadata)
{
    const struct ext4_super *s = &volume->super;
    int result = free_remember(volume, first, count, metadata);

    volume->super.free_blocks += count;
    while (result == 0 && count > 0) {
        uint32_t group = (uint32_t)divide_u64(first - s->first_data_block, s->blocks_per_group);
        uint32_t within = (uint32_t)(first - nonfs_group_first_block(volume, group));
        uint64_t n = s->blocks_per_group - within;

        if (n > count)
            n = count;
        result = group_give(volume, group, within, (uint32_t)n);
        first += n;
        count -= n;
    }
    return result;
}
