/*
 * Padding of files: blocks behind the end, reserved and never written by the file, but filled with zeros on the device, so that
 * on an encrypted device they look like the others.
 */
#include "ext4/format.h"
#include "ext4/writer.h"

#define PAD_CLASS_MIN 16384u /* bytes of the smallest class */

uint64_t nonfs_ext4_padded_size(uint64_t size)
{
    uint64_t class_size = PAD_CLASS_MIN;

    if (size == 0)
        return 0;
    for (; class_size < size && class_size >> 62 == 0; class_size *= 2) {
        if (class_size + class_size / 2 >= size)
            return class_size + class_size / 2;
    }
    return class_size < size ? size : class_size;
}

/* The first hole from `*block` on before `end`; `end` if there is none. */
static int pad_find_hole(struct nonfs_ext4_node *node, uint64_t *block, uint64_t end,
                         struct block_run *run)
{
    while (*block < end) {
        int result = nonfs_map_find(node, *block, run);

        if (result != 0 || run->state == RUN_HOLE)
            return result;
        *block += run->count;
    }
    *block = end;
    return 0;
}

/* One operation: reserves what lies together from `*block` on. */
static int pad_step(struct nonfs_ext4_node *node, uint64_t *block, uint64_t end)
{
    struct block_run run;
    uint64_t physical;
    uint32_t count;
    int result = nonfs_file_check_writable(node);

    if (result == 0)
        result = pad_find_hole(node, block, end, &run);
    if (result != 0 || *block == end)
        return result;
    if (run.count > end - *block)
        run.count = end - *block;
    result = nonfs_file_fill_hole(node, *block, run.count, 1, &physical, &count);
    if (result == 0)
        result = nonfs_blocks_zero(node->volume, physical, count);
    *block += result == 0 ? count : 0;
    return result;
}

int nonfs_file_pad(struct nonfs_ext4_node *node)
{
    struct nonfs_ext4 *volume = node->volume;
    uint64_t mask = volume_block_size(volume) - 1u;
    uint64_t block = node_block_count(node);
    uint64_t end = (nonfs_ext4_padded_size(node->stat.size) + mask) >> volume->super.block_shift;
    struct block_run run;
    int result;

    if (!(volume->flags & NONFS_MOUNT_PAD))
        return 0;
    if (end > UINT32_MAX)
        end = UINT32_MAX;
    result = pad_find_hole(node, &block, end, &run);
    while (result == 0 && block < end) {
        result = nonfs_op_begin(volume);
        if (result == 0)
            result = nonfs_op_end(volume, pad_step(node, &block, end));
        if (result == 0)
            result = nonfs_node_refresh(node);
    }
    return result;
}
