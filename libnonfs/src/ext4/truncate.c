/*
 * Shortening files and deleting inodes. What does not fit into one operation goes on in more of them; meanwhile the inode
 * is an orphan, so that the next mount can finish the work.
 */
#include <string.h>

#include "bytes.h"
#include "ext4/format.h"
#include "ext4/writer.h"

#define RELEASE_ROOM 12u /* of an operation, for the last step of a deletion */

static int node_has_extents(const struct nonfs_ext4_node *node)
{
    return (node->stat.flags & NONFS_EXT4_FL_EXTENTS) != 0;
}

static int node_is_metadata(const struct nonfs_ext4_node *node)
{
    return node_type(node) != NONFS_S_IFREG;
}

/* Leaves nothing of a deleted inode: the target of a link and attributes may be in it. */
static void inode_wipe(const struct nonfs_ext4 *volume, struct inode_edit *edit)
{
    uint32_t generation = load_le32(edit->raw + I_GENERATION);

    memset(edit->raw, 0, volume->super.info.inode_size);
    store_le32(edit->raw + I_GENERATION, generation);
}

/* The last step of a deletion: the inode has no blocks but that of its attributes. */
static int inode_release(struct nonfs_ext4_node *node)
{
    struct nonfs_ext4 *volume = node->volume;
    uint32_t least = volume->super.info.inode_count + 1;
    uint32_t now = (uint32_t)volume->writer->now.seconds;
    struct inode_edit edit;
    int result = nonfs_inode_edit(volume, node->stat.inode, &edit);

    if (result != 0)
        return result;
    result = nonfs_xattr_block_drop(volume, &edit);
    if (result == 0)
        result = nonfs_orphan_drop(volume, &edit);
    nonfs_inode_set_size(&edit, 0);
    if (volume->flags & NONFS_MOUNT_SCRUB)
        inode_wipe(volume, &edit);
    /* A small number would look like a place in the chain of orphans. */
    store_le32(edit.raw + I_DTIME, now > least ? now : least);
    nonfs_inode_put(volume, &edit);
    if (result == 0)
        result = nonfs_inode_give(volume, node->stat.inode, node_type(node) == NONFS_S_IFDIR);
    return result;
}

/* As much of a deletion as the running operation has room for. The inode is an orphan. */
static int delete_step(struct nonfs_ext4_node *node, int *more)
{
    int result = 0;

    *more = 0;
    if (node_has_extents(node))
        result = nonfs_extent_remove(node, 0, UINT32_MAX, node_is_metadata(node), more);
    else if ((node_type(node) == NONFS_S_IFREG || node_type(node) == NONFS_S_IFDIR) &&
             node->stat.allocated > 0)
        result = nonfs_volume_fail(node->volume, NONFS_E_UNSUPPORTED, NONFS_STRUCTURE_INDIRECT,
                                   node->stat.inode, 0, "files with a block map are not changed");
    if (result == 0 && !*more && nonfs_op_room(node->volume) < RELEASE_ROOM)
        *more = 1;
    return result == 0 && !*more ? inode_release(node) : result;
}

int nonfs_inode_drop(struct nonfs_ext4_node *node, int *more)
{
    struct inode_edit edit;
    int result = nonfs_inode_edit(node->volume, node->stat.inode, &edit);

    if (result != 0)
        return result;
    result = nonfs_orphan_add(node->volume, &edit);
    nonfs_inode_put(node->volume, &edit);
    *more = 0;
    return result == 0 && !nonfs_inode_is_held(node->volume, node->stat.inode)
               ? delete_step(node, more)
               : result;
}

static int truncate_step(struct nonfs_ext4_node *node, int *more)
{
    uint64_t first = node_block_count(node);
    struct inode_edit edit;
    int result = 0;

    *more = 0;
    if (first <= UINT32_MAX)
        result = nonfs_extent_remove(node, (uint32_t)first, UINT32_MAX, 0, more);
    /* One without links stays an orphan. */
    if (result != 0 || *more || node->stat.links == 0)
        return result;
    result = nonfs_inode_edit(node->volume, node->stat.inode, &edit);
    if (result == 0) {
        result = nonfs_orphan_drop(node->volume, &edit);
        nonfs_inode_put(node->volume, &edit);
    }
    return result;
}

int nonfs_orphan_finish(struct nonfs_ext4 *volume, uint32_t inode, int deletes)
{
    int more = 1;
    int result = 0;

    while (result == 0 && more) {
        struct nonfs_ext4_node node;

        result = nonfs_op_begin(volume);
        if (result != 0)
            return result;
        result = nonfs_node_open(volume, inode, 1, &node);
        if (result == 0)
            result = deletes ? delete_step(&node, &more) : truncate_step(&node, &more);
        result = nonfs_op_end(volume, result);
    }
    return result;
}

static int truncate_start(struct nonfs_ext4_node *node, uint64_t size, int *more)
{
    struct nonfs_ext4 *volume = node->volume;
    struct inode_edit edit;
    int shrinks = size < node->stat.size;
    int result;

    *more = 0;
    result = shrinks ? 0 : nonfs_file_zero_tail(node, node->stat.size);
    if (result == 0)
        result = nonfs_inode_edit(volume, node->stat.inode, &edit);
    if (result != 0)
        return result;
    nonfs_inode_set_size(&edit, size);
    nonfs_inode_set_time(volume, &edit, INODE_MTIME | INODE_CTIME, &volume->writer->now);
    if (shrinks && node->stat.links > 0)
        result = nonfs_orphan_add(volume, &edit);
    nonfs_inode_put(volume, &edit);
    node->stat.size = size;
    if (!shrinks || result != 0)
        return result;
    /* Content is not put back when an operation fails, so it is zeroed when nothing else can. */
    result = truncate_step(node, more);
    return result == 0 ? nonfs_file_zero_tail(node, size) : result;
}

int nonfs_ext4_truncate(struct nonfs_ext4_node *node, uint64_t size)
{
    struct nonfs_ext4 *volume = node->volume;
    int more = 0;
    int result = nonfs_op_begin(volume);

    if (result != 0)
        return result;
    result = nonfs_file_check_writable(node);
    if (result == 0 && size > nonfs_file_size_max(volume))
        result = NONFS_E_FULL;
    if (result == 0)
        result = truncate_start(node, size, &more);
    result = nonfs_op_end(volume, result);
    if (result == 0 && more)
        result = nonfs_orphan_finish(volume, node->stat.inode, 0);
    if (result == 0)
        result = nonfs_node_refresh(node);
    return result == 0 ? nonfs_file_pad(node) : result;
}

/* Zeros in a part of one block of a file. */
static int punch_part(struct nonfs_ext4_node *node, uint64_t from, uint64_t to)
{
    return from < to ? nonfs_file_zero_part(node, from, (uint32_t)(to - from)) : 0;
}

static int punch_step(struct nonfs_ext4_node *node, uint64_t offset, uint64_t end, int *more)
{
    struct nonfs_ext4 *volume = node->volume;
    uint32_t shift = volume->super.block_shift;
    uint64_t mask = volume_block_size(volume) - 1u;
    uint64_t first = (offset + mask) >> shift;
    uint64_t last = end >> shift;
    struct inode_edit edit;
    int result = 0;

    *more = 0;
    if (first < last)
        result = nonfs_extent_remove(node, (uint32_t)first, (uint32_t)(last - 1), 0, more);
    if (result == 0)
        result = nonfs_inode_edit(volume, node->stat.inode, &edit);
    if (result != 0)
        return result;
    nonfs_inode_set_time(volume, &edit, INODE_MTIME | INODE_CTIME, &volume->writer->now);
    nonfs_inode_put(volume, &edit);
    if (*more)
        return 0;
    /* Splitting an extent may find the volume full: content, which is not put back, is zeroed after it. */
    if (first > last)
        return punch_part(node, offset, end);
    result = punch_part(node, offset, first << shift);
    return result == 0 ? punch_part(node, last << shift, end) : result;
}

int nonfs_ext4_punch(struct nonfs_ext4_node *node, uint64_t offset, uint64_t len)
{
    struct nonfs_ext4 *volume = node->volume;
    int more = 1;
    int result = 0;

    while (result == 0 && more) {
        result = nonfs_op_begin(volume);
        if (result != 0)
            return result;
        more = 0;
        result = nonfs_file_check_writable(node);
        if (result == 0 && offset < node->stat.size)
            result =
                punch_step(node, offset,
                           len < node->stat.size - offset ? offset + len : node->stat.size, &more);
        result = nonfs_op_end(volume, result);
    }
    return result != 0 ? result : nonfs_node_refresh(node);
}
