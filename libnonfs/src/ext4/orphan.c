/*
 * Orphans: inodes that are to be deleted or shortened when the volume is mounted next, if that does not happen before.
 *
 * They are in the orphan file, if the volume has one, which is blocks full of numbers of inodes with a checksum each; else,
 * or when that is full, in a chain that starts in the superblock and goes on in the field for the time of deletion.
 *
 * A file that is held by its user when its last name goes is an orphan until it is released.
 */
#include <string.h>

#include "bytes.h"
#include "checksum/crc.h"
#include "ext4/format.h"
#include "ext4/writer.h"

/* Numbers in a block of the orphan file, with the signature and the checksum behind them. */
static uint32_t numbers_in_block(const struct nonfs_ext4 *volume)
{
    return (volume_block_size(volume) - EXT4_ORPHAN_TAIL) / 4;
}

uint32_t nonfs_orphan_block_sum(uint32_t seed, uint64_t block, const uint8_t *bytes, uint32_t size)
{
    uint8_t number[8];

    store_le64(number, block);
    return nonfs_crc32c(nonfs_crc32c(seed, number, sizeof(number)), bytes, size - EXT4_ORPHAN_TAIL);
}

int nonfs_orphan_block_get(struct nonfs_ext4_node *file, uint64_t block, struct block_ref *ref)
{
    struct nonfs_ext4 *volume = file->volume;
    uint32_t size = volume_block_size(volume);
    const uint8_t *tail;
    struct block_run run;
    int result = nonfs_map_find(file, block, &run);

    if (result == 0 && run.state != RUN_MAPPED)
        result = nonfs_volume_fail(volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_ORPHANS,
                                   file->stat.inode, 0, "the orphan file has a hole");
    if (result == 0)
        result =
            nonfs_block_get(volume, run.physical, NONFS_STRUCTURE_ORPHANS, file->stat.inode, ref);
    if (result != 0 || nonfs_block_is_checked(ref, BLOCK_ORPHANS, file->stat.inode))
        return result;
    tail = ref->data + size - EXT4_ORPHAN_TAIL;
    if (load_le32(tail) != EXT4_ORPHAN_MAGIC)
        result =
            nonfs_volume_fail(volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_ORPHANS, file->stat.inode,
                              run.physical, "the signature of the orphan file is missing");
    else if (volume_has_metadata_csum(volume) &&
             load_le32(tail + 4) !=
                 nonfs_orphan_block_sum(file->checksum_seed, run.physical, ref->data, size))
        result = nonfs_volume_fail(volume, NONFS_E_CHECKSUM, NONFS_STRUCTURE_ORPHANS,
                                   file->stat.inode, run.physical, NULL);
    if (result == 0)
        nonfs_block_set_checked(ref, BLOCK_ORPHANS, file->stat.inode);
    else
        nonfs_block_put(ref);
    return result;
}

int nonfs_orphan_file_open(struct nonfs_ext4 *volume, struct nonfs_ext4_node *file)
{
    const struct ext4_super *s = &volume->super;
    int result = nonfs_ext4_open(volume, s->orphan_inode, file);

    if (result == NONFS_E_INVALID || result == NONFS_E_NOT_FOUND ||
        (result == 0 &&
         (node_type(file) != NONFS_S_IFREG || !(file->stat.flags & NONFS_EXT4_FL_EXTENTS) ||
          file->stat.size == 0 || (file->stat.size & (s->info.block_size - 1)) != 0 ||
          file->stat.size >> s->block_shift > EXT4_ORPHAN_BLOCKS_MAX)))
        return nonfs_volume_fail(volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_ORPHANS, s->orphan_inode,
                                 0, "the orphan file is not one");
    return result;
}

static int volume_has_orphan_file(const struct nonfs_ext4 *volume)
{
    return (volume->super.info.compat & EXT4_COMPAT_ORPHAN_FILE) != 0;
}

static int number_store(struct nonfs_ext4_node *file, struct block_ref *ref, uint32_t at,
                        uint32_t inode)
{
    uint8_t *bytes;
    int result = nonfs_block_edit(file->volume, ref, &bytes);

    if (result != 0)
        return result;
    store_le32(bytes + 4 * (size_t)at, inode);
    nonfs_block_set_sum(ref, SUM_ORPHANS, file->stat.inode, file->checksum_seed);
    return 0;
}

/* Looks for a number in the file, from where the last one was found, and puts another one in its place. */
static int file_replace(struct nonfs_ext4 *volume, uint32_t old, uint32_t inode)
{
    struct writer *w = volume->writer;
    struct nonfs_ext4_node *file = &w->orphan_file;
    uint32_t per_block = numbers_in_block(volume);
    uint32_t nblocks = (uint32_t)(file->stat.size >> volume->super.block_shift);

    for (uint32_t i = 0; i < nblocks; i++) {
        uint32_t block =
            w->orphan_block + i < nblocks ? w->orphan_block + i : w->orphan_block + i - nblocks;
        struct block_ref ref;
        uint32_t at = 0;
        int result = nonfs_orphan_block_get(file, block, &ref);

        if (result != 0)
            return result;
        while (at < per_block && load_le32(ref.data + 4 * (size_t)at) != old)
            at++;
        if (at < per_block)
            result = number_store(file, &ref, at, inode);
        nonfs_block_put(&ref);
        if (result == 0 && at < per_block)
            w->orphan_block = block;
        if (result != 0 || at < per_block)
            return result;
    }
    return NONFS_E_NOT_FOUND;
}

int nonfs_orphan_add(struct nonfs_ext4 *volume, struct inode_edit *edit)
{
    int result = NONFS_E_NOT_FOUND;

    if (volume_has_orphan_file(volume))
        result = file_replace(volume, 0, edit->inode);
    if (result != NONFS_E_NOT_FOUND)
        return result;
    store_le32(edit->raw + I_DTIME, volume->super.last_orphan);
    volume->super.last_orphan = edit->inode;
    return 0;
}

/* Lets the one before `inode` in the chain name the one behind it. Few are held, so the chain is short. */
static int chain_skip(struct nonfs_ext4 *volume, uint32_t inode, uint32_t next)
{
    uint32_t at = volume->super.last_orphan;

    for (uint32_t steps = 0; at != 0 && steps < volume->super.info.inode_count; steps++) {
        struct inode_edit edit;
        uint32_t offset;
        int result;

        if (at > volume->super.info.inode_count)
            break;
        result = nonfs_inode_locate(volume, at, &edit.ref, &offset);
        if (result != 0)
            return result;
        if (load_le32(edit.ref.data + offset + I_DTIME) != inode) {
            at = load_le32(edit.ref.data + offset + I_DTIME);
            nonfs_block_put(&edit.ref);
            continue;
        }
        nonfs_block_put(&edit.ref);
        result = nonfs_inode_edit(volume, at, &edit);
        if (result == 0) {
            store_le32(edit.raw + I_DTIME, next);
            nonfs_inode_put(volume, &edit);
        }
        return result;
    }
    return nonfs_volume_fail(volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_SUPERBLOCK, inode, 0,
                             "the chain of orphans is damaged");
}

int nonfs_orphan_drop(struct nonfs_ext4 *volume, struct inode_edit *edit)
{
    uint32_t next = load_le32(edit->raw + I_DTIME);
    int result = NONFS_E_NOT_FOUND;

    if (volume_has_orphan_file(volume))
        result = file_replace(volume, edit->inode, 0);
    if (result != NONFS_E_NOT_FOUND)
        return result;
    store_le32(edit->raw + I_DTIME, 0);
    if (volume->super.last_orphan != edit->inode)
        return chain_skip(volume, edit->inode, next);
    volume->super.last_orphan = next;
    return 0;
}

/* Finishes one orphan that an earlier mount left. */
static int orphan_finish_left(struct nonfs_ext4 *volume, uint32_t inode)
{
    struct nonfs_ext4_node node;
    int result = inode < volume->super.first_inode ? NONFS_E_INVALID
                                                   : nonfs_node_open(volume, inode, 1, &node);

    if (result == 0)
        result = nonfs_orphan_finish(volume, inode, node.stat.links == 0);
    if (result == NONFS_E_INVALID || result == NONFS_E_NOT_FOUND)
        return nonfs_volume_fail(volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_ORPHANS, inode, 0,
                                 "the orphans are damaged");
    return result;
}

static int file_finish(struct nonfs_ext4 *volume)
{
    struct writer *w = volume->writer;
    uint32_t per_block = numbers_in_block(volume);
    uint32_t nblocks = (uint32_t)(w->orphan_file.stat.size >> volume->super.block_shift);

    for (uint32_t i = 0; i < nblocks * per_block; i++) {
        struct block_ref ref;
        uint32_t inode;
        int result = nonfs_orphan_block_get(&w->orphan_file, i / per_block, &ref);

        if (result != 0)
            return result;
        inode = load_le32(ref.data + 4 * (size_t)(i % per_block));
        nonfs_block_put(&ref);
        w->orphan_block = i / per_block;
        result = inode == 0 ? 0 : orphan_finish_left(volume, inode);
        if (result != 0)
            return result;
    }
    w->orphan_block = 0;
    return 0;
}

int nonfs_orphans_finish(struct nonfs_ext4 *volume)
{
    uint32_t steps = volume->super.info.inode_count;
    int result = 0;

    volume->writer->nheld = 0;
    while (result == 0 && volume->super.last_orphan != 0) {
        if (steps-- == 0)
            return nonfs_volume_fail(volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_SUPERBLOCK, 0, 0,
                                     "the chain of orphans has no end");
        result = orphan_finish_left(volume, volume->super.last_orphan);
    }
    return result == 0 && volume_has_orphan_file(volume) ? file_finish(volume) : result;
}

int nonfs_orphans_begin(struct nonfs_ext4 *volume)
{
    if (!volume_has_orphan_file(volume))
        return 0;
    volume->super.info.ro_compat |= EXT4_RO_ORPHAN_PRESENT;
    return nonfs_orphan_file_open(volume, &volume->writer->orphan_file);
}

static struct held *held_find(const struct nonfs_ext4 *volume, uint32_t inode)
{
    struct writer *w = volume->writer;

    for (uint32_t i = 0; i < w->nheld; i++) {
        if (w->held[i].inode == inode)
            return &w->held[i];
    }
    return NULL;
}

int nonfs_inode_is_held(const struct nonfs_ext4 *volume, uint32_t inode)
{
    return volume->writer != NULL && held_find(volume, inode) != NULL;
}

int nonfs_ext4_hold(struct nonfs_ext4_node *node)
{
    struct writer *w = node->volume->writer;
    struct held *held;
    int result = nonfs_node_refresh(node);

    if (result != 0 || w == NULL)
        return result;
    held = held_find(node->volume, node->stat.inode);
    if (held == NULL) {
        if (w->nheld == w->held_max)
            return NONFS_E_NO_MEMORY;
        held = &w->held[w->nheld++];
        *held = (struct held){.inode = node->stat.inode};
    }
    held->count++;
    return 0;
}

int nonfs_ext4_release(struct nonfs_ext4_node *node)
{
    struct nonfs_ext4 *volume = node->volume;
    struct writer *w = volume->writer;
    struct held *held;
    int result = w == NULL ? 0 : nonfs_node_refresh(node);

    if (w == NULL)
        return 0;
    held = held_find(volume, node->stat.inode);
    if (held == NULL)
        return NONFS_E_INVALID;
    if (--held->count > 0)
        return 0;
    *held = w->held[--w->nheld];
    return result == 0 && node->stat.links == 0 ? nonfs_orphan_finish(volume, node->stat.inode, 1)
                                                : result;
}
