/*
 * The fields of an inode that a user may change.
 */
#include "bytes.h"
#include "ext4/format.h"
#include "ext4/writer.h"

int nonfs_ext4_set_attributes(struct nonfs_ext4_node *node, const struct nonfs_ext4_attributes *a)
{
    struct nonfs_ext4 *volume = node->volume;
    struct inode_edit edit;
    int result;

    if (a->which & ~31u ||
        (a->which & NONFS_EXT4_SET_ATIME && a->atime.nanoseconds >= 1000000000) ||
        (a->which & NONFS_EXT4_SET_MTIME && a->mtime.nanoseconds >= 1000000000))
        return NONFS_E_INVALID;
    result = nonfs_op_begin(volume);
    if (result != 0)
        return result;
    result = nonfs_node_refresh(node);
    if (result == 0 && node->stat.flags & (NONFS_EXT4_FL_IMMUTABLE | NONFS_EXT4_FL_APPEND))
        result = NONFS_E_READ_ONLY;
    if (result == 0)
        result = nonfs_inode_edit(volume, node->stat.inode, &edit);
    if (result == 0) {
        if (a->which & NONFS_EXT4_SET_MODE) {
            store_le16(edit.raw + I_MODE, (node->stat.mode & NONFS_S_IFMT) | (a->mode & 07777u));
            result = nonfs_acl_follow_mode(node, &edit, a->mode);
        }
        if (a->which & NONFS_EXT4_SET_UID) {
            store_le16(edit.raw + I_UID_LO, a->uid & 0xffff);
            store_le16(edit.raw + I_UID_HI, a->uid >> 16);
        }
        if (a->which & NONFS_EXT4_SET_GID) {
            store_le16(edit.raw + I_GID_LO, a->gid & 0xffff);
            store_le16(edit.raw + I_GID_HI, a->gid >> 16);
        }
        if (a->which & NONFS_EXT4_SET_ATIME)
            nonfs_inode_set_time(volume, &edit, INODE_ATIME, &a->atime);
        if (a->which & NONFS_EXT4_SET_MTIME)
            nonfs_inode_set_time(volume, &edit, INODE_MTIME, &a->mtime);
        nonfs_inode_set_time(volume, &edit, INODE_CTIME, &volume->writer->now);
        nonfs_inode_put(volume, &edit);
    }
    result = nonfs_op_end(volume, result);
    return result != 0 ? result : nonfs_node_refresh(node);
}
