/*
 * Writing the content of files.
 *
 * Whole blocks go from the caller's memory straight to the device, as many at once as lie together; a block of which a
 * part is written goes through the cache, and home before the next commit. The metadata that makes new blocks part of the
 * file is committed only after that, so a file never shows what was in its blocks before.
 */
#include <string.h>

#include "block/device.h"
#include "bytes.h"
#include "ext4/format.h"
#include "ext4/writer.h"

int nonfs_file_check_writable(struct nonfs_ext4_node *node)
{
    int result = nonfs_node_refresh(node);

    if (result != 0)
        return result;
    if (node_type(node) == NONFS_S_IFDIR)
        return NONFS_E_IS_DIRECTORY;
    if (node_type(node) != NONFS_S_IFREG)
        return NONFS_E_INVALID;
    if (node->stat.flags & (NONFS_EXT4_FL_IMMUTABLE | NONFS_EXT4_FL_VERITY))
        return NONFS_E_READ_ONLY;
    if (!(node->stat.flags & NONFS_EXT4_FL_EXTENTS))
        return nonfs_volume_fail(node->volume, NONFS_E_UNSUPPORTED, NONFS_STRUCTURE_INDIRECT,
                                 node->stat.inode, 0, "files with a block map are not changed");
    return 0;
}

uint64_t nonfs_file_size_max(const struct nonfs_ext4 *volume)
{
    return (uint64_t)UINT32_MAX << volume->super.block_shift;
}

/* A part of one block, through the cache. A new block is zero where nothing is written. */
static int write_part(struct nonfs_ext4 *volume, uint64_t physical, int is_new, uint32_t within,
                      const uint8_t *buf, size_t len)
{
    struct nonfs_cache *cache = &volume->cache;
    struct nonfs_cache_slot *slot;
    uint8_t *data;
    int result = is_new ? nonfs_cache_get_new(cache, physical, &slot)
                        : nonfs_cache_get(cache, physical, &slot);

    if (result != 0)
        return result;
    data = nonfs_cache_data(cache, slot);
    if (is_new)
        memset(data, 0, cache->block_size);
    if (buf != NULL)
        memcpy(data + within, buf, len);
    else
        memset(data + within, 0, len);
    slot->kind = 0;
    slot->content = 1;
    nonfs_cache_set_behind(cache, slot, 1);
    nonfs_cache_put(slot);
    return 0;
}

static void forget_blocks(struct nonfs_ext4 *volume, uint64_t first, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        struct nonfs_cache_slot *slot = nonfs_cache_find(&volume->cache, first + i);

        if (slot != NULL && slot->pins == 0)
            nonfs_cache_forget(&volume->cache, slot);
    }
}

/* Whole blocks, straight to the device. What was behind of them must not go home after them. */
static int write_whole(struct nonfs_ext4 *volume, uint64_t physical, const uint8_t *buf, size_t len)
{
    uint32_t shift = volume->super.block_shift;
    int held = nonfs_cache_hold(&volume->cache, physical, len >> shift);
    int result = nonfs_device_write(&volume->dev, physical << shift, len, buf, volume->bounce);

    if (held)
        nonfs_cache_release(&volume->cache, physical, len >> shift);
    forget_blocks(volume, physical, len >> shift);
    return result;
}

/* Writes `len` bytes from `within` the first of the blocks that start at `physical`; they are enough. */
static int write_blocks(struct nonfs_ext4 *volume, uint64_t physical, int is_new, uint32_t within,
                        const uint8_t *buf, size_t len)
{
    uint32_t size = volume_block_size(volume);
    uint32_t shift = volume->super.block_shift;
    int result = 0;

    while (result == 0 && len > 0) {
        size_t n;

        if (within == 0 && len >= size) {
            n = len & ~(size_t)(size - 1);
            result = write_whole(volume, physical, buf, n);
        } else {
            n = size - within < len ? size - within : len;
            result = write_part(volume, physical, is_new, within, buf, n);
        }
        physical += (within + n) >> shift;
        within = 0;
        buf += n;
        len -= n;
    }
    return result == 0
               ? 0
               : nonfs_volume_fail(volume, result, NONFS_STRUCTURE_DEVICE, 0, physical, NULL);
}

int nonfs_file_zero_part(struct nonfs_ext4_node *node, uint64_t offset, uint32_t len)
{
    struct nonfs_ext4 *volume = node->volume;
    struct block_run run;
    int result = nonfs_map_find(node, offset >> volume->super.block_shift, &run);

    if (result != 0 || run.state != RUN_MAPPED)
        return result;
    result = write_part(volume, run.physical, 0,
                        (uint32_t)(offset & (volume_block_size(volume) - 1)), NULL, len);
    return result == 0 ? 0
                       : nonfs_volume_fail(volume, result, NONFS_STRUCTURE_DEVICE, node->stat.inode,
                                           run.physical, NULL);
}

int nonfs_file_zero_tail(struct nonfs_ext4_node *node, uint64_t size)
{
    uint32_t within = (uint32_t)(size & (volume_block_size(node->volume) - 1));

    return within == 0 ? 0
                       : nonfs_file_zero_part(node, size, volume_block_size(node->volume) - within);
}

/* Where the next block of a file should lie: behind the one before it. */
static int write_goal(struct nonfs_ext4_node *node, uint64_t block, uint64_t *goal)
{
    struct block_run run;

    *goal = nonfs_group_first_block(node->volume,
                                    (node->stat.inode - 1) / node->volume->super.inodes_per_group);
    if (block > 0) {
        int result = nonfs_map_find(node, block - 1, &run);

        if (result != 0)
            return result;
        if (run.state == RUN_MAPPED)
            *goal = run.physical + 1;
    }
    return 0;
}

int nonfs_file_fill_hole(struct nonfs_ext4_node *node, uint64_t block, uint64_t want, int unwritten,
                         uint64_t *physical, uint32_t *count)
{
    uint32_t most = EXT4_EXTENT_LEN_MAX - 1;
    struct inode_edit edit;
    uint64_t goal;
    int result = write_goal(node, block, &goal);

    if (result == 0)
        result = nonfs_blocks_take(node->volume, goal, want < most ? (uint32_t)want : most,
                                   physical, count);
    if (result == 0)
        result = nonfs_extent_insert(
            node, &(struct extent_change){(uint32_t)block, *count, *physical, unwritten});
    if (result == 0)
        result = nonfs_inode_edit(node->volume, node->stat.inode, &edit);
    if (result != 0)
        return result;
    result = nonfs_inode_add_blocks(node->volume, &edit, *count);
    nonfs_inode_put(node->volume, &edit);
    return result;
}

/* Sees to it that the block at `offset` is mapped. `*n` receives how many of `len` bytes lie together from there. */
static int write_map(struct nonfs_ext4_node *node, uint64_t offset, size_t len, uint64_t *physical,
                     int *is_new, size_t *n)
{
    uint32_t shift = node->volume->super.block_shift;
    uint32_t within = (uint32_t)(offset & (volume_block_size(node->volume) - 1));
    uint64_t block = offset >> shift;
    uint64_t want = ((uint64_t)within + len + volume_block_size(node->volume) - 1) >> shift;
    struct block_run run;
    uint32_t count = 0;
    int result = nonfs_map_find(node, block, &run);

    if (result != 0)
        return result;
    if (want > run.count)
        want = run.count;
    *is_new = run.state != RUN_MAPPED;
    if (run.state == RUN_HOLE) {
        result = nonfs_file_fill_hole(node, block, want, 0, physical, &count);
        want = count;
    } else if (run.state == RUN_UNWRITTEN) {
        result = nonfs_extent_convert(node, (uint32_t)block, (uint32_t)want);
        if (result == 0)
            result = nonfs_map_find(node, block, &run);
    }
    if (result != 0)
        return result;
    if (run.state != RUN_HOLE)
        *physical = run.physical;
    *n = (want << shift) - within < len ? (size_t)((want << shift) - within) : len;
    return 0;
}

static int write_finish(struct nonfs_ext4_node *node, uint64_t end)
{
    struct nonfs_ext4 *volume = node->volume;
    struct inode_edit edit;
    int result = nonfs_inode_edit(volume, node->stat.inode, &edit);

    if (result != 0)
        return result;
    if (end > node->stat.size) {
        nonfs_inode_set_size(&edit, end);
        node->stat.size = end;
        if (end > INT32_MAX && !(volume->super.info.ro_compat & EXT4_RO_LARGE_FILE)) {
            volume->super.info.ro_compat |= EXT4_RO_LARGE_FILE;
            volume->writer->super_changed = 1;
        }
    }
    nonfs_inode_set_time(volume, &edit, INODE_MTIME | INODE_CTIME, &volume->writer->now);
    nonfs_inode_put(volume, &edit);
    return 0;
}

/* One operation: writes what lies together from `offset` on. */
static int write_step(struct nonfs_ext4_node *node, uint64_t offset, const uint8_t *buf, size_t len,
                      size_t *n)
{
    struct nonfs_ext4 *volume = node->volume;
    uint32_t within = (uint32_t)(offset & (volume_block_size(volume) - 1));
    uint64_t physical = 0;
    int is_new = 0;
    int result = nonfs_file_check_writable(node);

    if (result == 0 && offset > node->stat.size)
        result = nonfs_file_zero_tail(node, node->stat.size);
    if (result == 0)
        result = write_map(node, offset, len, &physical, &is_new, n);
    if (result != 0)
        return result;
    result = write_blocks(volume, physical, is_new, within, buf, *n);
    if (result == 0)
        result = write_finish(node, offset + *n);
    /* Blocks that are not the file's in the end must not go home either. */
    if (result != 0 && is_new)
        forget_blocks(volume, physical,
                      (within + *n + volume_block_size(volume) - 1) >> volume->super.block_shift);
    return result;
}

int nonfs_ext4_write(struct nonfs_ext4_node *node, uint64_t offset, const void *buf, size_t len,
                     size_t *done)
{
    struct nonfs_ext4 *volume = node->volume;
    uint64_t most = nonfs_file_size_max(volume);
    const uint8_t *in = buf;
    int result = 0;

    *done = 0;
    if (volume->writer == NULL)
        return NONFS_E_READ_ONLY;
    if (offset > most || len > most - offset)
        return NONFS_E_FULL;
    while (result == 0 && *done < len) {
        size_t n = 0;

        result = nonfs_op_begin(volume);
        if (result != 0)
            break;
        result = write_step(node, offset + *done, in + *done, len - *done, &n);
        result = nonfs_op_end(volume, result);
        *done += result == 0 ? n : 0;
    }
    if (result == 0)
        result = nonfs_node_refresh(node);
    return result == 0 ? nonfs_file_pad(node) : result;
}

static int allocate_step(struct nonfs_ext4_node *node, uint64_t *block, uint64_t end)
{
    struct block_run run;
    uint64_t physical;
    uint32_t count;
    int result = nonfs_file_check_writable(node);

    if (result == 0)
        result = nonfs_map_find(node, *block, &run);
    if (result != 0)
        return result;
    if (run.state == RUN_HOLE) {
        result =
            nonfs_file_fill_hole(node, *block, run.count < end - *block ? run.count : end - *block,
                                 1, &physical, &count);
        run.count = count;
    }
    *block += result == 0 ? run.count : 0;
    return result;
}

int nonfs_ext4_allocate(struct nonfs_ext4_node *node, uint64_t offset, uint64_t len, int keep_size)
{
    struct nonfs_ext4 *volume = node->volume;
    uint64_t most = nonfs_file_size_max(volume);
    uint32_t shift = volume->super.block_shift;
    uint64_t block = offset >> shift;
    uint64_t end;
    int result = 0;

    if (volume->writer == NULL)
        return NONFS_E_READ_ONLY;
    if (len == 0)
        return NONFS_E_INVALID;
    if (offset > most || len > most - offset)
        return NONFS_E_FULL;
    end = (offset + len + volume_block_size(volume) - 1) >> shift;
    while (result == 0 && block < end) {
        result = nonfs_op_begin(volume);
        if (result != 0)
            return result;
        result = allocate_step(node, &block, end);
        if (result == 0 && block >= end && !keep_size && offset + len > node->stat.size)
            result = nonfs_file_zero_tail(node, node->stat.size);
        if (result == 0 && block >= end)
            result = write_finish(node, keep_size ? 0 : offset + len);
        result = nonfs_op_end(volume, result);
    }
    if (result == 0)
        result = nonfs_node_refresh(node);
    return result == 0 && !keep_size ? nonfs_file_pad(node) : result;
}

int nonfs_ext4_sync(struct nonfs_ext4 *volume)
{
    return volume->writer == NULL ? 0 : nonfs_volume_commit(volume);
}
