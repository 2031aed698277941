/*
 * Names: making, linking and deleting files; rename.c moves them.
 */
#include <string.h>

#include "bytes.h"
#include "ext4/format.h"
#include "ext4/writer.h"

static int name_check(const char *name, size_t len)
{
    if (len > NONFS_EXT4_NAME_MAX)
        return NONFS_E_NAME_TOO_LONG;
    if (len == 0 || (name[0] == '.' && (len == 1 || (len == 2 && name[1] == '.'))))
        return NONFS_E_INVALID;
    for (size_t i = 0; i < len; i++) {
        if (name[i] == '/' || name[i] == '\0')
            return NONFS_E_INVALID;
    }
    return 0;
}

uint8_t nonfs_mode_type(uint32_t mode)
{
    switch (mode & NONFS_S_IFMT) {
    case NONFS_S_IFREG:
        return NONFS_TYPE_REGULAR;
    case NONFS_S_IFDIR:
        return NONFS_TYPE_DIRECTORY;
    case NONFS_S_IFCHR:
        return NONFS_TYPE_CHARACTER_DEVICE;
    case NONFS_S_IFBLK:
        return NONFS_TYPE_BLOCK_DEVICE;
    case NONFS_S_IFIFO:
        return NONFS_TYPE_FIFO;
    case NONFS_S_IFSOCK:
        return NONFS_TYPE_SOCKET;
    case NONFS_S_IFLNK:
        return NONFS_TYPE_SYMLINK;
    default:
        return NONFS_TYPE_UNKNOWN;
    }
}

int nonfs_directory_check(struct nonfs_ext4_node *directory, const char *name, size_t len)
{
    int result = nonfs_node_refresh(directory);

    if (result != 0)
        return result;
    if (node_type(directory) != NONFS_S_IFDIR)
        return NONFS_E_NOT_DIRECTORY;
    /* One that is held has no name any more, and can get none. */
    if (directory->stat.links == 0)
        return NONFS_E_NOT_FOUND;
    if (directory->stat.flags & NONFS_EXT4_FL_IMMUTABLE)
        return NONFS_E_READ_ONLY;
    return name_check(name, len);
}

int nonfs_child_find(struct nonfs_ext4_node *directory, const char *name, size_t len,
                     struct dir_place *place, struct nonfs_ext4_node *child)
{
    struct nonfs_ext4_entry entry;
    int result = nonfs_dir_find(directory, name, len, &entry, place);

    if (result != 0)
        return result;
    result = nonfs_inode_is_nameable(directory->volume, entry.inode)
                 ? nonfs_ext4_open(directory->volume, entry.inode, child)
                 : NONFS_E_NOT_FOUND;
    if (result == NONFS_E_NOT_FOUND)
        return nonfs_volume_fail(directory->volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_DIRECTORY,
                                 directory->stat.inode, 0,
                                 "an entry names an inode that is not in use");
    return result;
}

static int name_is_free(struct nonfs_ext4_node *directory, const char *name, size_t len)
{
    struct nonfs_ext4_entry entry;
    struct dir_place place;
    int result = nonfs_dir_find(directory, name, len, &entry, &place);

    return result == 0 ? NONFS_E_EXISTS : result == NONFS_E_NOT_FOUND ? 0 : result;
}

int nonfs_directory_touch(struct nonfs_ext4_node *directory, int links)
{
    struct nonfs_ext4 *volume = directory->volume;
    struct inode_edit edit;
    int result = nonfs_inode_edit(volume, directory->stat.inode, &edit);

    if (result != 0)
        return result;
    nonfs_inode_set_time(volume, &edit, INODE_MTIME | INODE_CTIME, &volume->writer->now);
    result = links != 0 ? nonfs_inode_add_links(volume, &edit, links) : 0;
    nonfs_inode_put(volume, &edit);
    return result;
}

int nonfs_inode_change_links(struct nonfs_ext4_node *node, int links)
{
    struct nonfs_ext4 *volume = node->volume;
    struct inode_edit edit;
    int result = nonfs_inode_edit(volume, node->stat.inode, &edit);

    if (result != 0)
        return result;
    nonfs_inode_set_time(volume, &edit, INODE_CTIME, &volume->writer->now);
    result = links != 0 ? nonfs_inode_add_links(volume, &edit, links) : 0;
    node->stat.links = load_le16(edit.raw + I_LINKS);
    nonfs_inode_put(volume, &edit);
    return result;
}

static int new_check(const struct nonfs_ext4 *volume, const struct nonfs_ext4_new *what)
{
    uint8_t type = nonfs_mode_type(what->mode);

    if (type == NONFS_TYPE_UNKNOWN)
        return NONFS_E_INVALID;
    if ((type == NONFS_TYPE_CHARACTER_DEVICE || type == NONFS_TYPE_BLOCK_DEVICE) &&
        (what->device_major > 0xfff || what->device_minor > 0xfffff))
        return NONFS_E_INVALID;
    if (type != NONFS_TYPE_SYMLINK)
        return 0;
    if (what->target_len == 0)
        return NONFS_E_INVALID;
    for (size_t i = 0; i < what->target_len; i++) {
        if (what->target[i] == '\0')
            return NONFS_E_INVALID;
    }
    return what->target_len > NONFS_EXT4_PATH_MAX || what->target_len >= volume_block_size(volume)
               ? NONFS_E_NAME_TOO_LONG
               : 0;
}

static void device_store(uint8_t *map, const struct nonfs_ext4_new *what)
{
    if (what->device_major < 256 && what->device_minor < 256)
        store_le32(map, what->device_major << 8 | what->device_minor);
    else
        store_le32(map + 4, (what->device_minor & 0xff) | what->device_major << 8 |
                                (what->device_minor & ~0xffu) << 12);
}

/* The fields of a new inode that belong to its type. */
static void new_store(struct inode_edit *edit, const struct nonfs_ext4_new *what)
{
    uint8_t type = nonfs_mode_type(what->mode);
    int fast = type == NONFS_TYPE_SYMLINK && what->target_len < 60;

    store_le16(edit->raw + I_UID_LO, what->uid & 0xffff);
    store_le16(edit->raw + I_UID_HI, what->uid >> 16);
    store_le16(edit->raw + I_GID_LO, what->gid & 0xffff);
    store_le16(edit->raw + I_GID_HI, what->gid >> 16);
    store_le16(edit->raw + I_LINKS, type == NONFS_TYPE_DIRECTORY ? 2 : 1);
    if (type == NONFS_TYPE_CHARACTER_DEVICE || type == NONFS_TYPE_BLOCK_DEVICE)
        device_store(edit->raw + I_MAP, what);
    if (fast) {
        memcpy(edit->raw + I_MAP, what->target, what->target_len);
        nonfs_inode_set_size(edit, what->target_len);
    } else if (type == NONFS_TYPE_REGULAR || type == NONFS_TYPE_DIRECTORY ||
               type == NONFS_TYPE_SYMLINK) {
        store_le32(edit->raw + I_FLAGS, NONFS_EXT4_FL_EXTENTS);
        nonfs_extent_root_init(edit->raw + I_MAP);
    }
}

/* The target of a link that is too long for the inode: one block, written through the journal. */
static int symlink_store(struct nonfs_ext4_node *node, const struct nonfs_ext4_new *what)
{
    struct inode_edit edit;
    struct block_ref ref;
    uint64_t physical;
    uint32_t count;
    uint8_t *bytes;
    int result = nonfs_file_fill_hole(node, 0, 1, 0, &physical, &count);

    if (result == 0)
        result = nonfs_block_edit_new(node->volume, physical, &ref, &bytes);
    if (result != 0)
        return result;
    memcpy(bytes, what->target, what->target_len);
    nonfs_block_put(&ref);
    result = nonfs_inode_edit(node->volume, node->stat.inode, &edit);
    if (result != 0)
        return result;
    nonfs_inode_set_size(&edit, what->target_len);
    nonfs_inode_put(node->volume, &edit);
    return 0;
}

static int create_inode(struct nonfs_ext4_node *directory, const struct nonfs_ext4_new *what,
                        struct nonfs_ext4_node *made)
{
    struct nonfs_ext4 *volume = directory->volume;
    uint8_t type = nonfs_mode_type(what->mode);
    uint32_t mode = what->mode;
    struct inode_edit edit;
    uint32_t inode;
    int result =
        nonfs_inode_take(volume, directory->stat.inode, type == NONFS_TYPE_DIRECTORY, &inode);

    if (result == 0)
        result = nonfs_inode_edit_new(volume, inode, what->mode, &edit);
    if (result != 0)
        return result;
    new_store(&edit, what);
    result = nonfs_acl_inherit(directory, &edit, &mode);
    store_le16(edit.raw + I_MODE, mode);
    nonfs_inode_put(volume, &edit);
    if (result == 0)
        result = nonfs_ext4_open(volume, inode, made);
    if (result == 0 && type == NONFS_TYPE_DIRECTORY)
        result = nonfs_dir_init(made, directory->stat.inode);
    if (result == 0 && type == NONFS_TYPE_SYMLINK && what->target_len >= 60)
        result = symlink_store(made, what);
    return result;
}

int nonfs_ext4_create(struct nonfs_ext4_node *directory, const char *name, size_t name_len,
                      const struct nonfs_ext4_new *what, struct nonfs_ext4_node *node)
{
    struct nonfs_ext4 *volume = directory->volume;
    struct nonfs_ext4_node made;
    int result = nonfs_op_begin(volume);

    if (result != 0)
        return result;
    result = nonfs_directory_check(directory, name, name_len);
    if (result == 0)
        result = new_check(volume, what);
    if (result == 0)
        result = name_is_free(directory, name, name_len);
    if (result == 0)
        result = create_inode(directory, what, &made);
    if (result == 0)
        result =
            nonfs_dir_add(directory, name, name_len, made.stat.inode, nonfs_mode_type(what->mode));
    if (result == 0)
        result =
            nonfs_directory_touch(directory, (what->mode & NONFS_S_IFMT) == NONFS_S_IFDIR ? 1 : 0);
    result = nonfs_op_end(volume, result);
    if (result == 0 && node != NULL) {
        result = nonfs_node_refresh(&made);
        *node = made;
    }
    return result;
}

int nonfs_ext4_link(struct nonfs_ext4_node *directory, const char *name, size_t name_len,
                    struct nonfs_ext4_node *node)
{
    struct nonfs_ext4 *volume = directory->volume;
    int result = nonfs_op_begin(volume);

    if (result != 0)
        return result;
    result = nonfs_directory_check(directory, name, name_len);
    if (result == 0)
        result = nonfs_node_refresh(node);
    if (result == 0 && node->stat.links == 0)
        result = NONFS_E_NOT_FOUND;
    if (result == 0 && node_type(node) == NONFS_S_IFDIR)
        result = NONFS_E_IS_DIRECTORY;
    if (result == 0 && node->stat.flags & NONFS_EXT4_FL_IMMUTABLE)
        result = NONFS_E_READ_ONLY;
    if (result == 0)
        result = name_is_free(directory, name, name_len);
    if (result == 0)
        result = nonfs_inode_change_links(node, 1);
    if (result == 0)
        result = nonfs_dir_add(directory, name, name_len, node->stat.inode,
                               nonfs_mode_type(node->stat.mode));
    if (result == 0)
        result = nonfs_directory_touch(directory, 0);
    result = nonfs_op_end(volume, result);
    return result != 0 ? result : nonfs_node_refresh(node);
}

int nonfs_directory_is_empty(struct nonfs_ext4_node *directory)
{
    struct nonfs_ext4_entry entry;
    uint64_t cursor = 0;

    for (;;) {
        int result = nonfs_ext4_readdir(directory, &cursor, &entry);

        if (result == NONFS_E_NOT_FOUND)
            return 0;
        if (result != 0)
            return result;
        if (entry.name[0] != '.' ||
            (entry.name_len != 1 && (entry.name_len != 2 || entry.name[1] != '.')))
            return NONFS_E_NOT_EMPTY;
    }
}

int nonfs_child_unlink(struct nonfs_ext4_node *child, uint32_t *rest)
{
    struct nonfs_ext4 *volume = child->volume;
    struct inode_edit edit;
    int more = 0;
    int result;

    if (node_type(child) != NONFS_S_IFDIR) {
        result = nonfs_inode_change_links(child, -1);
    } else {
        result = nonfs_inode_edit(volume, child->stat.inode, &edit);
        if (result != 0)
            return result;
        store_le16(edit.raw + I_LINKS, 0);
        child->stat.links = 0;
        nonfs_inode_put(volume, &edit);
    }
    if (result == 0 && child->stat.links == 0)
        result = nonfs_inode_drop(child, &more);
    *rest = more ? child->stat.inode : 0;
    return result;
}

static int remove_name(struct nonfs_ext4_node *directory, const char *name, size_t name_len,
                       int directories, uint32_t *rest)
{
    struct nonfs_ext4_node child;
    struct dir_place place;
    int is_directory;
    int result = nonfs_directory_check(directory, name, name_len);

    if (result == 0)
        result = nonfs_child_find(directory, name, name_len, &place, &child);
    if (result != 0)
        return result;
    is_directory = node_type(&child) == NONFS_S_IFDIR;
    if (is_directory && !directories)
        return NONFS_E_IS_DIRECTORY;
    if (!is_directory && directories)
        return NONFS_E_NOT_DIRECTORY;
    if (child.stat.flags & (NONFS_EXT4_FL_IMMUTABLE | NONFS_EXT4_FL_APPEND))
        return NONFS_E_READ_ONLY;
    if (is_directory)
        result = nonfs_directory_is_empty(&child);
    if (result == 0)
        result = nonfs_dir_remove(directory, &place);
    if (result == 0)
        result = nonfs_directory_touch(directory, is_directory ? -1 : 0);
    return result == 0 ? nonfs_child_unlink(&child, rest) : result;
}

static int remove_operation(struct nonfs_ext4_node *directory, const char *name, size_t name_len,
                            int directories)
{
    uint32_t rest = 0;
    int result = nonfs_op_begin(directory->volume);

    if (result != 0)
        return result;
    result = remove_name(directory, name, name_len, directories, &rest);
    result = nonfs_op_end(directory->volume, result);
    return result == 0 && rest != 0 ? nonfs_orphan_finish(directory->volume, rest, 1) : result;
}

int nonfs_ext4_unlink(struct nonfs_ext4_node *directory, const char *name, size_t name_len)
{
    return remove_operation(directory, name, name_len, 0);
}

int nonfs_ext4_rmdir(struct nonfs_ext4_node *directory, const char *name, size_t name_len)
{
    return remove_operation(directory, name, name_len, 1);
}
