/*
 * Operations and transactions.
 *
 * A transaction is in the cache until it is committed. Commit: the content of files goes home; the log gets the changed
 * blocks, each with the checksum that waited; after a flush the commit block makes it count. From then on the blocks are
 * behind, and go home when their slot is wanted, or all of them in a checkpoint, which empties the log. A checkpoint is
 * made right after a commit, when nothing is dirty, as soon as three quarters of the log are full.
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
    uint32_t blocks = OP_BLOCKS_MAX - w->undo_blocks;
    uint32_t frees = OP_FREES_MAX - (w->nfrees - w->before.nfrees);
    uint32_t revokes = OP_FREES_MAX - (w->nrevokes - w->before.nrevokes);

    frees = frees < revokes ? frees : revokes;
    return blocks < frees ? blocks : frees;
}

/* Whether the next operation might find no block although some only wait. */
static int waits_for_blocks(const struct nonfs_ext4 *volume)
{
    const struct writer *w = volume->writer;

    return w->nfrees + OP_FREES_MAX > FREES_MAX ||
           (w->waiting > 0 &&
            volume->super.free_blocks < w->waiting + volume->super.reserved_blocks + OP_BLOCKS_MAX);
}

/*
 * What the cache can spare, and what the log holds with descriptors, revoke blocks and the commit block: a transaction may
 * fill it. Where each change is in another block, the blocks that are logged become fewer the later that is done.
 */
uint32_t nonfs_transaction_limit(const struct nonfs_ext4 *volume, uint32_t room)
{
    uint32_t limit = volume->cache.nslots - CLEAN_BLOCKS_MIN;

    room -= room / 16 + 12;
    return limit < room ? limit : room;
}

static uint32_t transaction_limit_now(const struct nonfs_ext4 *volume)
{
    return volume->journal == NULL
               ? volume->cache.nslots - CLEAN_BLOCKS_MIN
               : nonfs_transaction_limit(volume, nonfs_journal_room(volume->journal));
}

static int op_make_room(struct nonfs_ext4 *volume)
{
    const struct writer *w = volume->writer;
    int result = 0;

    if (volume->cache.dirty.count + OP_BLOCKS_MAX + 1 > transaction_limit_now(volume) ||
        w->nrevokes + OP_FREES_MAX > REVOKES_MAX || waits_for_blocks(volume))
        result = nonfs_volume_commit(volume);
    return result == 0 && waits_for_blocks(volume) ? nonfs_scrub_list(volume) : result;
}

int nonfs_op_begin(struct nonfs_ext4 *volume)
{
    struct writer *w = volume->writer;
    int result;

    if (w == NULL)
        return NONFS_E_READ_ONLY;
    if (w->aborted)
        return NONFS_E_ABORTED;
    result = op_make_room(volume);
    if (result != 0)
        return result;
    w->operation++;
    w->nundo = 0;
    w->undo_used = 0;
    w->undo_blocks = 0;
    w->before = (struct op_numbers){
        .free_blocks = volume->super.free_blocks,
        .waiting = w->waiting,
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

    if (u->len == 0) {
        nonfs_cache_forget(cache, slot);
        return;
    }
    memcpy(nonfs_cache_data(cache, slot) + u->offset, content, u->len);
    slot->verified = u->verified;
    slot->stale = u->stale;
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
        op_undo(volume, &w->undo[w->nundo], w->undo_data + w->undo[w->nundo].at);
    }
    w->full_end = w->full_first;
    w->taken_end = 0;
    volume->super.free_blocks = w->before.free_blocks;
    w->waiting = w->before.waiting;
    volume->super.free_inodes = w->before.free_inodes;
    volume->super.last_orphan = w->before.last_orphan;
    w->nfrees = w->before.nfrees;
    w->nrevokes = w->before.nrevokes;
    if (w->nfrees > 0)
        w->frees[w->nfrees - 1] = w->before.last_free;
    return result;
}

/* Whether the running operation kept something of a slot. */
static int op_keeps(const struct nonfs_ext4 *volume, const struct nonfs_cache_slot *slot,
                    struct undo *found)
{
    const struct writer *w = volume->writer;
    uint32_t number = (uint32_t)(slot - volume->cache.slots);

    for (uint32_t i = w->nundo; i-- > 0;) {
        if (w->undo[i].slot == number) {
            *found = w->undo[i];
            return 1;
        }
    }
    return 0;
}

/* Keeps `len` bytes of a slot from `offset`, none of one that is new, and what the cache knows of it. */
static int op_remember(struct nonfs_ext4 *volume, struct nonfs_cache_slot *slot, uint32_t offset,
                       uint32_t len)
{
    struct writer *w = volume->writer;
    struct undo before;
    int is_first = !op_keeps(volume, slot, &before);

    if ((is_first && w->undo_blocks == OP_BLOCKS_MAX) || w->nundo == OP_UNDO_MAX ||
        len > UNDO_SIZE(volume_block_size(volume)) - w->undo_used)
        return nonfs_volume_fail(volume, NONFS_E_UNSUPPORTED, NONFS_STRUCTURE_NONE, 0, 0,
                                 "one operation would change too many blocks");
    w->undo_blocks += is_first ? 1 : 0;
    w->undo[w->nundo++] = (struct undo){
        .verified = slot->verified,
        .stale = slot->stale,
        .slot = (uint32_t)(slot - volume->cache.slots),
        .offset = offset,
        .len = len,
        .at = w->undo_used,
        .owner = slot->owner,
        .seed = slot->seed,
        .operation = slot->operation,
        .sum = slot->sum,
        .kind = slot->kind,
        .dirty = slot->dirty,
        .behind = slot->behind,
        .content = slot->content,
    };
    memcpy(w->undo_data + w->undo_used, nonfs_cache_data(&volume->cache, slot) + offset, len);
    w->undo_used += len;
    nonfs_cache_set_dirty(&volume->cache, slot, 1);
    return 0;
}

/* Keeps a slot whole, or the fact that it held nothing. The number of the operation says that this was done. */
static int op_remember_whole(struct nonfs_ext4 *volume, struct nonfs_cache_slot *slot, int is_new)
{
    int result = op_remember(volume, slot, 0, is_new ? 0 : volume_block_size(volume));

    if (result == 0)
        slot->operation = volume->writer->operation;
    return result;
}

static int op_keeps_whole(const struct nonfs_ext4 *volume, const struct nonfs_cache_slot *slot)
{
    return slot->dirty && slot->operation == volume->writer->operation;
}

int nonfs_block_edit(struct nonfs_ext4 *volume, struct block_ref *ref, uint8_t **data)
{
    *data = nonfs_cache_data(&volume->cache, ref->slot);
    return op_keeps_whole(volume, ref->slot) ? 0 : op_remember_whole(volume, ref->slot, 0);
}

/* One part of a block is kept as such; when there are more of them, or it is large, the whole block is. */
int nonfs_block_edit_part(struct nonfs_ext4 *volume, struct block_ref *ref, uint32_t offset,
                          uint32_t len, uint8_t **data)
{
    struct undo before;

    *data = nonfs_cache_data(&volume->cache, ref->slot);
    if (op_keeps_whole(volume, ref->slot))
        return 0;
    if (op_keeps(volume, ref->slot, &before))
        return before.offset <= offset && offset + len <= before.offset + before.len
                   ? 0
                   : op_remember_whole(volume, ref->slot, 0);
    return len > UNDO_PART_MAX(volume_block_size(volume))
               ? op_remember_whole(volume, ref->slot, 0)
               : op_remember(volume, ref->slot, offset, len);
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
    result = op_remember_whole(volume, ref->slot, !was_there);
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

static void part_store_sum(const struct nonfs_ext4 *volume, uint8_t *data, enum block_sum sum,
                           uint32_t number, uint32_t part)
{
    const struct ext4_super *s = &volume->super;

    if (sum == SUM_INODES)
        nonfs_inode_store_sum(s, number, data + (size_t)part * s->info.inode_size);
    else
        nonfs_group_store_sum(s, number, data + (size_t)part * s->descriptor_size);
}

void nonfs_part_set_sum(struct nonfs_ext4 *volume, struct block_ref *ref, enum block_sum sum,
                        uint32_t number, uint32_t part)
{
    enum block_kind kind = sum == SUM_INODES ? BLOCK_INODES : BLOCK_GROUPS;

    if (part < BLOCK_PARTS_MAX) {
        nonfs_part_set_checked(ref, kind, number, part);
        nonfs_block_set_sum(ref, sum, number - part, 0);
        ref->slot->stale |= (uint64_t)1 << part;
        return;
    }
    part_store_sum(volume, nonfs_cache_data(&volume->cache, ref->slot), sum, number, part);
}

/* Blocks that were given back are nobody's: what the cache holds of them need not be written. */
static void commit_forget_freed(struct nonfs_ext4 *volume)
{
    struct nonfs_cache *cache = &volume->cache;
    const struct writer *w = volume->writer;

    for (uint32_t i = w->nscrub; i < w->nfrees; i++) {
        const struct free_range *range = &w->frees[i];

        if (range->count > cache->nslots) {
            for (uint32_t s = 0; s < cache->nslots; s++) {
                nonfs_cache_settle(cache, &cache->slots[s]);
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

/* Of a block of names the sum remains known. */
static void commit_store_sum(struct nonfs_ext4 *volume, struct nonfs_cache_slot *slot,
                             struct known_sum *known)
{
    uint8_t *data = nonfs_cache_data(&volume->cache, slot);
    uint32_t size = volume_block_size(volume);
    uint32_t entries = slot->sum == SUM_DX_ROOT ? EXT4_DX_ROOT_ENTRIES : EXT4_DX_NODE_ENTRIES;
    uint32_t tail;

    known->len = 0;
    switch (slot->sum) {
    case SUM_EXTENTS:
        tail = EXT4_EXTENT_SIZE * (load_le16(data + 4) + 1u);
        store_le32(data + tail, nonfs_crc32c(slot->seed, data, tail));
        break;
    case SUM_DIRECTORY:
        tail = size - EXT4_DIR_TAIL_SIZE;
        *known = (struct known_sum){slot->seed, nonfs_crc32c(slot->seed, data, tail), tail,
                                    volume->writer->leaf_power};
        store_le32(data + tail + 8, known->sum);
        break;
    case SUM_DX_ROOT:
    case SUM_DX_NODE:
        nonfs_dx_store_sum(data, entries, slot->seed);
        break;
    case SUM_XATTR:
        store_le32(data + XB_CHECKSUM, nonfs_xattr_block_sum(volume, slot->block, data));
        break;
    case SUM_INODES:
    case SUM_GROUPS:
        for (uint32_t part = 0; part < BLOCK_PARTS_MAX; part++) {
            if (slot->stale >> part & 1)
                part_store_sum(volume, data, (enum block_sum)slot->sum, slot->owner + part, part);
        }
        break;
    case SUM_ORPHANS:
        store_le32(data + size - 4, nonfs_orphan_block_sum(slot->seed, slot->block, data, size));
        break;
    default:
        break;
    }
    slot->sum = SUM_NONE;
    slot->stale = 0;
}

/* Stores the checksums of bitmaps in their descriptors, which are dirty whenever a bitmap is. */
static int commit_store_bitmap_sums(struct nonfs_ext4 *volume)
{
    struct nonfs_cache *cache = &volume->cache;

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
    }
    return 0;
}

/*
 * Computes the checksums that wait, those of descriptors also on volumes that have no others, and puts each block into the log
 * while it is at hand.
 */
static int commit_put_blocks(struct nonfs_ext4 *volume)
{
    struct nonfs_cache *cache = &volume->cache;
    int all = volume_has_metadata_csum(volume);
    int result = 0;

    for (uint32_t i = cache->dirty.oldest; result == 0 && i != NONFS_CACHE_NONE;
         i = cache->slots[i].newer) {
        struct nonfs_cache_slot *slot = &cache->slots[i];
        struct known_sum known = {.len = 0};

        if (all || slot->sum == SUM_GROUPS)
            commit_store_sum(volume, slot, &known);
        if (volume->journal != NULL)
            result = nonfs_journal_put(volume->journal, slot->block, nonfs_cache_data(cache, slot),
                                       &known);
    }
    return result;
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
    const struct writer *w = volume->writer;
    struct journal *j = volume->journal;
    int result;

    nonfs_journal_begin(j);
    result = nonfs_journal_put_revokes(j, w->revokes, w->nrevokes);
    if (result == 0)
        result = commit_put_blocks(volume);
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
    if (volume->flags & NONFS_MOUNT_SCRUB) {
        w->nscrub = w->nfrees;
    } else {
        w->nfrees = 0;
        w->waiting = 0;
    }
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
    if (result == 0 && volume_has_metadata_csum(volume))
        result = commit_store_bitmap_sums(volume);
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
    result = commit_put_blocks(volume);
    commit_done(volume);
    if (result == 0)
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
