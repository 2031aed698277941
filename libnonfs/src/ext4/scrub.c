/*
 * Overwriting what was given back.
 *
 * A range that is given back is in the writer's list until its transaction is committed, and with NONFS_MOUNT_SCRUB after that, too,
 * in the first `nscrub` places, until it was overwritten. As long as it is in the list it is not taken again. A replay never
 * needs it: the commit that gave it back is durable, and what of it is in the log was revoked by that.
 *
 * After the ranges comes the log, which holds copies of inodes and names: it is made empty and what was written of it since the
 * last time is overwritten. Then, if there is one, the sweep: all blocks that are free, because what an interrupted mount gave back is
 * on no list; a block that holds zeros already is only read.
 */
#include <string.h>

#include "block/device.h"
#include "ext4/format.h"
#include "ext4/writer.h"

static int scrub_fail(struct nonfs_ext4 *volume, int result, uint64_t block)
{
    return nonfs_volume_fail(volume, result, NONFS_STRUCTURE_DEVICE, 0, block, NULL);
}

int nonfs_blocks_zero(struct nonfs_ext4 *volume, uint64_t first, uint64_t count)
{
    uint32_t shift = volume->super.block_shift;
    uint8_t *zeros = volume->writer->stage;

    memset(zeros, 0,
           (size_t)(count < JOURNAL_STAGE_BLOCKS ? count : JOURNAL_STAGE_BLOCKS) << shift);
    while (count > 0) {
        uint64_t n = count < JOURNAL_STAGE_BLOCKS ? count : JOURNAL_STAGE_BLOCKS;
        int result = nonfs_device_write(&volume->dev, first << shift, (size_t)n << shift, zeros,
                                        volume->bounce);

        if (result != 0)
            return scrub_fail(volume, result, first);
        first += n;
        count -= n;
    }
    return 0;
}

/* Takes from the end of the list, which has no range of a running transaction. */
static int scrub_ranges(struct nonfs_ext4 *volume, uint32_t *budget)
{
    struct writer *w = volume->writer;

    while (w->nscrub > 0 && *budget > 0) {
        struct free_range *range = &w->frees[w->nscrub - 1];
        uint64_t n = range->count < *budget ? range->count : *budget;
        int result = nonfs_blocks_zero(volume, range->first + (range->count - n), n);

        if (result != 0)
            return result;
        range->count -= n;
        w->waiting -= n;
        *budget -= (uint32_t)n;
        if (range->count == 0)
            w->nfrees = --w->nscrub;
    }
    return 0;
}

int nonfs_scrub_list(struct nonfs_ext4 *volume)
{
    uint32_t budget;
    int result = 0;

    do {
        budget = UINT32_MAX;
        result = scrub_ranges(volume, &budget);
    } while (result == 0 && volume->writer->nscrub > 0);
    return result;
}

/* Blocks of the log that were written since it was overwritten last. */
static uint32_t log_left(const struct nonfs_ext4 *volume)
{
    const struct journal *j = volume->journal;
    uint32_t all;

    if (j == NULL)
        return 0;
    all = j->end - j->first;
    return j->written < all ? j->written : all;
}

/* Overwrites up to `most` blocks of the log from `at` on that lie together; `*n` receives how many. */
static int log_zero(struct nonfs_ext4 *volume, uint32_t at, uint32_t most, uint32_t *n)
{
    const struct journal *j = volume->journal;
    uint64_t physical = nonfs_journal_map(j, at);

    *n = 1;
    while (*n < most && at + *n < j->end && nonfs_journal_map(j, at + *n) == physical + *n)
        ++*n;
    return nonfs_blocks_zero(volume, physical, *n);
}

/* Overwrites them from the oldest on. They are behind the head of an empty log, where no replay looks. */
static int scrub_log(struct nonfs_ext4 *volume, uint32_t *budget)
{
    struct journal *j = volume->journal;
    uint32_t left = log_left(volume);
    int result;

    if (left == 0 || *budget == 0)
        return 0;
    result = j->used > 0 ? nonfs_volume_checkpoint(volume) : 0;
    while (result == 0 && left > 0 && *budget > 0) {
        uint32_t before = j->head - j->first;
        uint32_t at = left <= before ? j->head - left : j->end - (left - before);
        uint32_t n;

        result = log_zero(volume, at, left < *budget ? left : *budget, &n);
        left -= n;
        *budget -= n;
        j->written = left;
    }
    return result;
}

static int is_zero(const uint8_t *bytes, size_t len)
{
    return bytes[0] == 0 && memcmp(bytes, bytes + 1, len - 1) == 0;
}

/* Reads blocks that are free, and overwrites them unless they are zero. */
static int sweep_blocks(struct nonfs_ext4 *volume, uint64_t first, uint32_t count)
{
    uint32_t shift = volume->super.block_shift;
    uint8_t *bytes = volume->writer->stage;
    size_t len = (size_t)count << shift;
    int result = nonfs_device_read(&volume->dev, first << shift, len, bytes, volume->bounce);

    if (result != 0)
        return scrub_fail(volume, result, first);
    return is_zero(bytes, len) ? 0 : nonfs_blocks_zero(volume, first, count);
}

/* The free blocks of the group of the sweep, from where it is. `bits` has room for a block. */
static int sweep_group(struct nonfs_ext4 *volume, uint8_t *bits, uint32_t *budget)
{
    struct writer *w = volume->writer;
    uint64_t base = nonfs_group_first_block(volume, w->sweep_group);
    uint32_t end = nonfs_group_block_count(volume, w->sweep_group);
    struct group_ref g;
    int holds;
    int result = nonfs_group_get(volume, w->sweep_group, &g);

    if (result != 0)
        return result;
    result = nonfs_bitmap_load(volume, &g, SUM_BLOCK_BITMAP, bits, &holds);
    if (result == 0 && !holds)
        result = nonfs_volume_fail(volume, NONFS_E_CHECKSUM, NONFS_STRUCTURE_GROUP, 0,
                                   g.block_bitmap, "the checksum of a bitmap does not match");
    nonfs_block_put(&g.ref);
    while (result == 0 && w->sweep_block<end && * budget> 0) {
        uint32_t n = 0;

        while (n < JOURNAL_STAGE_BLOCKS && n < *budget && w->sweep_block + n < end &&
               !bit_is_set(bits, w->sweep_block + n))
            n++;
        if (n > 0)
            result = sweep_blocks(volume, base + w->sweep_block, n);
        if (result != 0)
            return result;
        *budget -= n;
        /* What ended the run is in use, if it is not the budget, the end or the size of a request. */
        w->sweep_block += n > 0 ? n : 1;
    }
    if (result == 0 && w->sweep_block >= end) {
        w->sweep_group++;
        w->sweep_block = 0;
    }
    return result;
}

static int sweep(struct nonfs_ext4 *volume, uint32_t *budget)
{
    struct writer *w = volume->writer;
    int result = 0;

    while (result == 0 && w->sweep_group<volume->super.info.group_count && * budget> 0)
        result = sweep_group(volume, w->scratch, budget);
    return result;
}

void nonfs_ext4_scrub_all(struct nonfs_ext4 *volume)
{
    if (!(volume->flags & NONFS_MOUNT_SCRUB))
        return;
    volume->writer->sweep_group = 0;
    volume->writer->sweep_block = 0;
    if (volume->journal != NULL)
        volume->journal->written = UINT32_MAX; /* all of the log, however much that is */
}

int nonfs_scrub(struct nonfs_ext4 *volume, uint32_t *budget)
{
    int result = scrub_ranges(volume, budget);

    if (result == 0)
        result = scrub_log(volume, budget);
    return result;
}

int nonfs_ext4_scrub(struct nonfs_ext4 *volume, uint32_t budget, uint64_t *left)
{
    struct writer *w = volume->writer;
    uint32_t rest = budget;
    uint64_t blocks = 0;
    int result;

    *left = 0;
    if (!(volume->flags & NONFS_MOUNT_SCRUB))
        return 0;
    result = nonfs_volume_commit(volume);
    if (result == 0)
        result = nonfs_scrub(volume, &rest);
    if (result == 0)
        result = sweep(volume, &rest);
    if (result == 0 && rest < budget)
        result = nonfs_device_flush(&volume->dev);
    if (w->sweep_group < volume->super.info.group_count)
        blocks = (uint64_t)(volume->super.info.group_count - w->sweep_group) *
                     volume->super.blocks_per_group -
                 w->sweep_block;
    *left = w->waiting + log_left(volume) + blocks;
    return result;
}
