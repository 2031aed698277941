/*
 * From the volume to its journal: the hidden inode that holds it, and the state of the superblock around a replay.
 */
#include <string.h>

#include "block/device.h"
#include "bytes.h"
#include "ext4/format.h"
#include "ext4/volume.h"

static int recover_fail(struct nonfs_ext4 *volume, int result, const char *reason)
{
    uint64_t block = volume->journal != NULL ? volume->journal->bad_block : 0;

    if (result == NONFS_E_IO || result == NONFS_E_GONE)
        return nonfs_volume_fail(volume, result, NONFS_STRUCTURE_DEVICE, 0, block, NULL);
    return nonfs_volume_fail(volume, result, NONFS_STRUCTURE_JOURNAL, 0, block, reason);
}

static int journal_map_inode(struct nonfs_ext4 *volume, struct nonfs_ext4_node *node)
{
    uint64_t nblocks = node->stat.size >> volume->super.block_shift;
    struct block_run run;

    if (node_type(node) != NONFS_S_IFREG || node->stat.flags & NONFS_EXT4_FL_INLINE_DATA ||
        nblocks < JBD2_LEN_MIN || nblocks > volume->super.info.block_count)
        return recover_fail(volume, NONFS_E_CORRUPT, "its inode is not one of a journal");
    for (uint64_t block = 0; block < nblocks; block += run.count) {
        int result = nonfs_map_find(node, block, &run);

        if (result != 0)
            return result;
        if (run.state != RUN_MAPPED)
            return recover_fail(volume, NONFS_E_CORRUPT, "it has a hole");
        if (run.count > nblocks - block)
            run.count = nblocks - block;
        result = nonfs_journal_add_run(volume->journal, (uint32_t)run.count, run.physical);
        if (result != 0)
            return recover_fail(volume, result, volume->journal->reason);
    }
    return 0;
}

int nonfs_volume_open_journal(struct nonfs_ext4 *volume)
{
    const struct ext4_super *s = &volume->super;
    struct journal *j = volume->journal;
    struct nonfs_ext4_node node;
    int result;

    *j = (struct journal){
        .dev = &volume->dev,
        .bounce = volume->bounce,
        .super = j->super,
        .runs = j->runs,
        .block_size = s->info.block_size,
        .block_shift = s->block_shift,
        .volume_first = s->first_data_block,
        .volume_end = s->info.block_count,
    };
    if (!(s->info.compat & EXT4_COMPAT_HAS_JOURNAL))
        return recover_fail(volume, NONFS_E_CORRUPT, "the volume has none");
    if (s->journal_inode == 0 && s->journal_device != 0)
        return recover_fail(volume, NONFS_E_UNSUPPORTED, "an external journal is not supported");
    if (s->journal_inode == 0 || s->journal_inode > s->info.inode_count)
        return recover_fail(volume, NONFS_E_CORRUPT, "its inode does not exist");
    result = nonfs_ext4_open(volume, s->journal_inode, &node);
    if (result == NONFS_E_NOT_FOUND)
        return recover_fail(volume, NONFS_E_CORRUPT, "its inode is not in use");
    if (result == 0)
        result = journal_map_inode(volume, &node);
    if (result != 0)
        return result;
    result = nonfs_journal_open(j);
    return result == 0 ? 0 : recover_fail(volume, result, j->reason);
}

int nonfs_volume_write_super(struct nonfs_ext4 *volume)
{
    uint8_t *raw = volume->bounce;
    uint8_t *bounce = raw + EXT4_SUPER_SIZE;
    int result = nonfs_device_read(&volume->dev, EXT4_SUPER_OFFSET, EXT4_SUPER_SIZE, raw, bounce);

    if (result == 0) {
        nonfs_superblock_store(&volume->super, raw);
        result = nonfs_device_write(&volume->dev, EXT4_SUPER_OFFSET, EXT4_SUPER_SIZE, raw, bounce);
    }
    return result == 0 ? 0 : recover_fail(volume, result, NULL);
}

/* The superblock may have been in the journal. What an earlier user said of errors moves from there to the volume. */
static int recover_finish(struct nonfs_ext4 *volume)
{
    int result =
        nonfs_superblock_read(&volume->super, &volume->dev, volume->bounce, &volume->diagnostic);

    if (result != 0)
        return result;
    if (volume->super.info.block_size != volume->journal->block_size)
        return recover_fail(volume, NONFS_E_CORRUPT, "it changed the size of blocks");
    volume->super.info.incompat &= ~EXT4_INCOMPAT_RECOVER;
    volume->super.info.needs_recovery = 0;
    result = nonfs_group_sum_free(volume);
    if (result != 0)
        return result;
    if (volume->journal->error != 0) {
        volume->super.state |= EXT4_STATE_ERRORS;
        volume->super.info.clean = 0;
    }
    result = nonfs_volume_write_super(volume);
    if (result == 0)
        result = nonfs_device_flush(&volume->dev);
    if (result == 0 && volume->journal->error != 0) {
        volume->journal->error = 0;
        result = nonfs_journal_write_super(volume->journal);
    }
    return result == 0 ? 0 : recover_fail(volume, result, NULL);
}

int nonfs_volume_recover(struct nonfs_ext4 *volume)
{
    struct nonfs_cache *cache = &volume->cache;
    int result = nonfs_device_check_writable(&volume->dev);

    if (result != 0)
        return recover_fail(volume, result, NULL);
    result = nonfs_volume_open_journal(volume);
    if (result != 0)
        return result;
    /* What the cache holds is old after the replay, which may have its memory. */
    result = nonfs_journal_recover(volume->journal, cache->data,
                                   (size_t)cache->nslots * cache->block_size);
    nonfs_cache_init(cache);
    if (result != 0)
        return recover_fail(volume, result, volume->journal->reason);
    return recover_finish(volume);
}
