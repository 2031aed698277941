/*
 * Operations and transactions.
 *
 * A transaction is in the cache until it is committed. Commit: the content of files goes home; the checksums that wait are
 * computed; the log gets the changed blocks; after a flush the commit block makes it count. From then on the blocks are
 * behind, and go home when their slot is wanted, or all of them in a checkpoint, which empties the log. A checkpoint is
 * made right after a commit, when nothing is dirty, as soon as the log has no room for the largest transaction.
 *
 * When the device fails during a commit, nobody knows what reached it: writing ends, and what the cache holds is read on.
 */
#include <string.h>

#include "block/device.h"
#include "bytes.h"
#include "checksum/crc.h"
#include "ext4/format.h"
#include "ext4/sums.h"
#include "ext4/writer.h"

uint32_t nonfs_op_room(const struct nonfs_ext4 *volume)
{
    const struct writer *w = volume->writer;
    uint32_t blocks = OP_BLOCKS_MAX - w->nundo;
    uint32_t frees = OP_FREES_MAX - (w->nfrees - w->before.nfrees);
    uint32_t revokes = OP_FREES_MAX - (w->nrevokes - w->before.nrevokes);

    frees = frees < revokes ? frees : revokes;
    return blocks < frees ? blocks : frees;
}

int nonfs_op_begin(struct nonfs_ext4 *volume)
{
    struct writer *w = volume->writer;

    if (w == NULL)
        return NONFS_E_READ_ONLY;
    if (w->aborted)
        return NONFS_E_ABORTED;
    if (volume->cache.dirty.count + OP_BLOCKS_MAX + 1 > w->limit ||
        w->nfrees + OP_FREES_MAX > FREES_MAX || w->nrevokes + OP_FREES_MAX > REVOKES_MAX) {
        int result = nonfs_volume_commit(volume);

        if (result != 0)
            return result;
    }
    w->operation++;
    w->nundo = 0;
    w->before = (struct op_numbers){
        .free_blocks = volume->super.free_blocks,
        .free_inodes = volume->super.free_inodes,
        .last_orphan = volume->super.last_orphan,
        .nfrees = w->nfrees,
        .nrevokes = w->nrevokes,
    };
    if (w->nfrees > 0)
        w->before.last_free = w->frees[w->nfrees - 1];
    return 0;
}

static void op_undo(struct nonfs_ext4 *volume, const struct undo *u, const uint8_t *content)
{
    struct nonfs_cache *cache = &volume->cache;
    struct nonfs_cache_slot *slot = &cache->slots[u->slot];

    if (u->is_new) {
        nonfs_cache_forget(cache, slot);
        return;
    }
    memcpy(nonfs_cache_data(cache, slot), content, cache->block_size);
    slot->owner = u->owner;
    slot->seed = u->seed;
    slot->operation = u->operation;
    slot->sum = u->sum;
    slot->kind = u->kind;
    slot->content = u->content;
    nonfs_cache_set_dirty(cache, slot, u->dirty);
    nonfs_cache_set_behind(cache, slot, u->behind);
}

int nonfs_op_end(struct nonfs_ext4 *volume, int result)
{
    struct writer *w = volume->writer;

    w->changes++;
    if (result == 0) {
        w->super_changed |= w->before.free_blocks != volume->super.free_blocks ||
                            w->before.free_inodes != volume->super.free_inodes ||
                            w->before.last_orphan != volume->super.last_orphan;
        return 0;
    }
    while (w->nundo > 0) {
        w->nundo--;
        op_undo(volume, &w->undo[w->nundo],
                w->undo_data + (size_t)w->nundo * volume_block_size(volume));
    }
    volume->super.free_blocks = w->before.free_blocks;
    volume->super.free_inodes = w->before.free_inodes;
    volume->super.last_orphan = w->before.last_orphan;
    w->nfrees = w->before.nfrees;
    w->nrevokes = w->before.nrevokes;
    if (w->nfrees > 0)
        w->frees[w->nfrees - 1] = w->before.last_free;
    return result;
}

static int op_remember(struct nonfs_ext4 *volume, struct nonfs_cache_slot *slot, int is_new)
{
    struct writer *w = volume->writer;

    if (w->nundo == OP_BLOCKS_MAX)
        return nonfs_volume_fail(volume, NONFS_E_UNSUPPORTED, NONFS_STRUCTURE_NONE, 0, 0,
                                 "one operation would change too many blocks");
    w->undo[w->nundo] = (struct undo){
        .slot = (uint32_t)(slot - volume->cache.slots),
        .owner = slot->owner,
        .seed = slot->seed,
        .operation = slot->operation,
        .sum = slot->sum,
        .kind = slot->kind,
        .dirty = slot->dirty,
        .behind = slot->behind,
        .content = slot->content,
        .is_new = (uint8_t)is_new,
    };
    if (!is_new)
        memcpy(w->undo_data + (size_t)w->nundo * volume_block_size(volume),
               nonfs_cache_data(&volume->cache, slot), volume_block_size(volume));
    w->nundo++;
    slot->operation = w->operation;
    nonfs_cache_set_dirty(&volume->cache, slot, 1);
    return 0;
}

int nonfs_block_edit(struct nonfs_ext4 *volume, struct block_ref *ref, uint8_t **data)
{
    int result = 0;

    if (!ref->slot->dirty || ref->slot->operation != volume->writer->operation)
        result = op_remember(volume, ref->slot, 0);
    *data = nonfs_cache_data(&volume->cache, ref->slot);
    return result;
}

int nonfs_block_edit_new(struct nonfs_ext4 *volume, uint64_t block, struct block_ref *ref,
                         uint8_t **data)
{
    int was_there = nonfs_cache_find(&volume->cache, block) != NULL;
    int result = nonfs_cache_get_new(&volume->cache, block, &ref->slot);

    if (result != 0)
        return nonfs_volume_fail(volume, result, NONFS_STRUCTURE_DEVICE, 0, block, NULL);
    ref->data = nonfs_cache_data(&volume->cache, ref->slot);
    *data = nonfs_cache_data(&volume->cache, ref->slot);
    result = op_remember(volume, ref->slot, !was_there);
    if (result != 0) {
        nonfs_block_put(ref);
        return result;
    }
    memset(*data, 0, volume_block_size(volume));
    ref->slot->kind = 0;
    ref->slot->content = 0;
    nonfs_cache_set_behind(&volume->cache, ref->slot, 0);
    return 0;
}

void nonfs_block_set_sum(struct block_ref *ref, enum block_sum sum, uint32_t owner, uint32_t seed)
{
    ref->slot->sum = (uint8_t)sum;
    ref->slot->owner = owner;
    ref->slot->seed = seed;
}

/* Blocks that were given back are nobody's: what the cache holds of them need not be written. */
static void commit_forget_freed(struct nonfs_ext4 *volume)
{
    struct nonfs_cache *cache = &volume->cache;
    const struct writer *w = volume->writer;

    for (uint32_t i = 0; i < w->nfrees; i++) {
        const struct free_range *range = &w->frees[i];

        if (range->count > cache->nslots) {
            for (uint32_t s = 0; s < cache->nslots; s++) {
                if (cache->slots[s].filled && cache->slots[s].block - range->first < range->count)
                    nonfs_cache_forget(cache, &cache->slots[s]);
            }
            continue;
        }
        for (uint64_t b = 0; b < range->count; b++) {
            struct nonfs_cache_slot *slot = nonfs_cache_find(cache, range->first + b);

            if (slot != NULL)
                nonfs_cache_forget(cache, slot);
        }
    }
}

static void commit_store_sum(struct nonfs_ext4 *volume, struct nonfs_cache_slot *slot)
{
    uint8_t *data = nonfs_cache_data(&volume->cache, slot);
    uint32_t size = volume_block_size(volume);
    uint32_t entries = slot->sum == SUM_DX_ROOT ? EXT4_DX_ROOT_ENTRIES : EXT4_DX_NODE_ENTRIES;
    uint32_t tail;

    switch (slot->sum) {
    case SUM_EXTENTS:
        tail = EXT4_EXTENT_SIZE * (load_le16(data + 4) + 1u);
        store_le32(data + tail, nonfs_crc32c(slot->seed, data, tail));
        break;
    case SUM_DIRECTORY:
        tail = size - EXT4_DIR_TAIL_SIZE;
        store_le32(data + tail + 8, nonfs_crc32c(slot->seed, data, tail));
        break;
    case SUM_DX_ROOT:
    case SUM_DX_NODE:
        nonfs_dx_store_sum(data, entries, slot->seed);
        break;
    case SUM_XATTR:
        store_le32(data + XB_CHECKSUM, nonfs_xattr_block_sum(volume, slot->block, data));
        break;
    case SUM_ORPHANS:
        store_le32(data + size - 4, nonfs_orphan_block_sum(slot->seed, slot->block, data, size));
        break;
    default:
        break;
    }
    slot->sum = SUM_NONE;
}

/* Computes the checksums that wait. Those of bitmaps lie in descriptors, which are dirty whenever a bitmap is. */
static int commit_store_sums(struct nonfs_ext4 *volume)
{
    struct nonfs_cache *cache = &volume->cache;

    if (!volume_has_metadata_csum(volume))
        return 0;
    for (uint32_t i = cache->dirty.oldest; i != NONFS_CACHE_NONE; i = cache->slots[i].newer) {
        struct nonfs_cache_slot *slot = &cache->slots[i];
        int result = 0;

        if (slot->sum == SUM_BLOCK_BITMAP || slot->sum == SUM_INODE_BITMAP)
            result = nonfs_group_set_bitmap_sum(volume, slot->owner, (enum block_sum)slot->sum,
                                                nonfs_bitmap_sum(&volume->super,
                                                                 slot->sum == SUM_INODE_BITMAP,
                                                                 nonfs_cache_data(cache, slot)));
        if (result != 0)
            return result;
        commit_store_sum(volume, slot);
    }
    return 0;
}

static int commit_super(struct nonfs_ext4 *volume)
{
    uint64_t block = EXT4_SUPER_OFFSET >> volume->super.block_shift;
    uint32_t offset = EXT4_SUPER_OFFSET & (volume_block_size(volume) - 1);
    struct nonfs_cache_slot *slot;
    int result;

    if (!volume->writer->super_changed)
        return 0;
    result = nonfs_cache_get(&volume->cache, block, &slot);
    if (result != 0)
        return result;
    volume->super.info.write_time = (uint32_t)volume->writer->now.seconds;
    nonfs_superblock_store(&volume->super, nonfs_cache_data(&volume->cache, slot) + offset);
    nonfs_cache_set_dirty(&volume->cache, slot, 1);
    nonfs_cache_put(slot);
    return 0;
}

static int commit_write_log(struct nonfs_ext4 *volume)
{
    struct nonfs_cache *cache = &volume->cache;
    const struct writer *w = volume->writer;
    struct journal *j = volume->journal;
    int result;

    nonfs_journal_begin(j);
    result = nonfs_journal_put_revokes(j, w->revokes, w->nrevokes);
    for (uint32_t i = cache->dirty.oldest; result == 0 && i != NONFS_CACHE_NONE;
         i = cache->slots[i].newer)
        result =
            nonfs_journal_put(j, cache->slots[i].block, nonfs_cache_data(cache, &cache->slots[i]));
    if (result == 0)
        result = nonfs_journal_commit(j, (uint64_t)w->now.seconds, w->now.nanoseconds);
    return result;
}

static void commit_done(struct nonfs_ext4 *volume)
{
    struct nonfs_cache *cache = &volume->cache;
    struct writer *w = volume->writer;

    while (cache->dirty.count > 0) {
        struct nonfs_cache_slot *slot = &cache->slots[cache->dirty.oldest];

        nonfs_cache_set_dirty(cache, slot, 0);
        nonfs_cache_set_behind(cache, slot, 1);
        slot->content = 0;
    }
    w->nfrees = 0;
    w->nrevokes = 0;
    w->super_changed = 0;
}

/* Revoked blocks that are no longer in the log need no record; without a journal nobody reads them. */
static int commit_transaction(struct nonfs_ext4 *volume)
{
    struct nonfs_cache *cache = &volume->cache;
    int result;

    commit_forget_freed(volume);
    result = commit_super(volume);
    if (result == 0)
        result = commit_store_sums(volume);
    if (result == 0)
        result = nonfs_cache_write_behind(cache, 1);
    if (result != 0)
        return result;
    if (cache->dirty.count == 0)
        return nonfs_device_flush(&volume->dev);
    if (volume->journal != NULL) {
        result = commit_write_log(volume);
        if (result == 0)
            commit_done(volume);
        if (result == 0 && nonfs_journal_room(volume->journal) <
                               (volume->journal->end - volume->journal->first) / 4)
            result = nonfs_volume_checkpoint(volume);
        return result;
    }
    commit_done(volume);
    result = nonfs_cache_write_behind(cache, 0);
    return result != 0 ? result : nonfs_device_flush(&volume->dev);
}

static int writer_abort(struct nonfs_ext4 *volume, int result)
{
    volume->writer->aborted = 1;
    if (result == NONFS_E_IO || result == NONFS_E_GONE)
        return nonfs_volume_fail(volume, result, NONFS_STRUCTURE_JOURNAL, 0, 0,
                                 "the device failed in a commit, and writing ended");
    return result;
}

int nonfs_volume_commit(struct nonfs_ext4 *volume)
{
    int result;

    if (volume->writer->aborted)
        return NONFS_E_ABORTED;
    result = commit_transaction(volume);
    return result == 0 ? 0 : writer_abort(volume, result);
}

int nonfs_volume_checkpoint(struct nonfs_ext4 *volume)
{
    int result = nonfs_cache_write_behind(&volume->cache, 0);

    if (result == 0)
        result = nonfs_device_flush(&volume->dev);
    if (result == 0 && volume->journal != NULL)
        result = nonfs_journal_empty(volume->journal);
    return result;
}
