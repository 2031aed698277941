/*
 * Names: making, linking, deleting and moving files.
 */
#include <string.h>

#include "bytes.h"
#include "ext4/format.h"
#include "ext4/writer.h"

#define PARENTS_MAX 65536u /* directories above another one; more is a loop */

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

/* Whether names in this directory may be changed. */
static int directory_check(struct nonfs_ext4_node *directory, const char *name, size_t len)
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

/* Finds a name and opens what it names. */
static int child_find(struct nonfs_ext4_node *directory, const char *name, size_t len,
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

/* The directory changed: its times, and its links by as many as are given. */
static int directory_touch(struct nonfs_ext4_node *directory, int links)
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

static int inode_change_links(struct nonfs_ext4_node *node, int links)
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
    result = directory_check(directory, name, name_len);
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
        result = directory_touch(directory, (what->mode & NONFS_S_IFMT) == NONFS_S_IFDIR ? 1 : 0);
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
    result = directory_check(directory, name, name_len);
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
        result = inode_change_links(node, 1);
    if (result == 0)
        result = nonfs_dir_add(directory, name, name_len, node->stat.inode,
                               nonfs_mode_type(node->stat.mode));
    if (result == 0)
        result = directory_touch(directory, 0);
    result = nonfs_op_end(volume, result);
    return result != 0 ? result : nonfs_node_refresh(node);
}

static int directory_is_empty(struct nonfs_ext4_node *directory)
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

/* Takes one link from a file, all from a directory, and deletes what has none. `*rest`: the inode that needs more of that. */
static int child_unlink(struct nonfs_ext4_node *child, uint32_t *rest)
{
    struct nonfs_ext4 *volume = child->volume;
    struct inode_edit edit;
    int more = 0;
    int result;

    if (node_type(child) != NONFS_S_IFDIR) {
        result = inode_change_links(child, -1);
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
    int result = directory_check(directory, name, name_len);

    if (result == 0)
        result = child_find(directory, name, name_len, &place, &child);
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
        result = directory_is_empty(&child);
    if (result == 0)
        result = nonfs_dir_remove(directory, &place);
    if (result == 0)
        result = directory_touch(directory, is_directory ? -1 : 0);
    return result == 0 ? child_unlink(&child, rest) : result;
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

/* Whether `directory` is `child` or lies below it. Not inlined: a node is large, and so is the frame of a rename. */
static __attribute__((__noinline__)) int directory_is_below(const struct nonfs_ext4_node *directory,
                                                            const struct nonfs_ext4_node *child)
{
    struct nonfs_ext4_node at = *directory;

    for (uint32_t i = 0; i < PARENTS_MAX; i++) {
        struct dir_place place;
        int result;

        if (at.stat.inode == child->stat.inode)
            return NONFS_E_INVALID;
        if (at.stat.inode == NONFS_EXT4_ROOT_INODE)
            return 0;
        result = child_find(&at, "..", 2, &place, &at);
        if (result != 0)
            return result == NONFS_E_NOT_FOUND ? NONFS_E_CORRUPT : result;
    }
    return nonfs_volume_fail(child->volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_DIRECTORY,
                             directory->stat.inode, 0, "its parents have no end");
}

/* A rename that is under way. */
struct renaming {
    struct nonfs_ext4_node *from;
    struct nonfs_ext4_node *to; /* the same as `from` if they are one directory */
    struct nonfs_ext4_node child;
    struct nonfs_ext4_node over;
    int has_over;
    int moves_directory; /* from one parent to another */
};

static int rename_check(struct renaming *r)
{
    int child_directory = node_type(&r->child) == NONFS_S_IFDIR;
    int over_directory = r->has_over && node_type(&r->over) == NONFS_S_IFDIR;
    int result = 0;

    if (r->child.stat.flags & (NONFS_EXT4_FL_IMMUTABLE | NONFS_EXT4_FL_APPEND) ||
        (r->has_over && r->over.stat.flags & (NONFS_EXT4_FL_IMMUTABLE | NONFS_EXT4_FL_APPEND)))
        return NONFS_E_READ_ONLY;
    if (r->has_over && child_directory && !over_directory)
        return NONFS_E_NOT_DIRECTORY;
    if (!child_directory && over_directory)
        return NONFS_E_IS_DIRECTORY;
    if (child_directory && r->from != r->to)
        result = directory_is_below(r->to, &r->child);
    if (result == 0 && over_directory)
        result = directory_is_empty(&r->over);
    r->moves_directory = child_directory && r->from != r->to;
    return result;
}

/* The directory's ".." names its new parent. */
static int rename_set_parent(struct renaming *r)
{
    struct nonfs_ext4_entry entry;
    struct dir_place place;
    int result = nonfs_dir_find(&r->child, "..", 2, &entry, &place);

    return result == 0 ? nonfs_dir_set(&r->child, &place, r->to->stat.inode, NONFS_TYPE_DIRECTORY)
                       : result;
}

static int rename_links(struct renaming *r, uint32_t *rest)
{
    int over_directory = r->has_over && node_type(&r->over) == NONFS_S_IFDIR;
    int result = inode_change_links(&r->child, 0);

    if (result == 0 && r->moves_directory)
        result = rename_set_parent(r);
    if (result == 0 && r->from != r->to)
        result = directory_touch(r->from, r->moves_directory ? -1 : 0);
    if (result == 0)
        result = directory_touch(r->to, (r->moves_directory ? 1 : 0) - (over_directory ? 1 : 0));
    return result == 0 && r->has_over ? child_unlink(&r->over, rest) : result;
}

/* Not inlined: a kernel's stack is small, and the two nodes of a renaming are large. */
static __attribute__((__noinline__)) int rename_names(struct renaming *r, const char *name,
                                                      size_t name_len, const char *new_name,
                                                      size_t new_name_len, uint32_t *rest)
{
    struct dir_place place;
    struct nonfs_ext4_entry entry;
    uint8_t type;
    int result = child_find(r->from, name, name_len, &place, &r->child);

    if (result != 0)
        return result;
    type = nonfs_mode_type(r->child.stat.mode);
    result = child_find(r->to, new_name, new_name_len, &place, &r->over);
    r->has_over = result == 0;
    if (result != 0 && result != NONFS_E_NOT_FOUND)
        return result;
    if (r->has_over && r->over.stat.inode == r->child.stat.inode)
        return 0;
    result = rename_check(r);
    if (result == 0)
        result = r->has_over
                     ? nonfs_dir_set(r->to, &place, r->child.stat.inode, type)
                     : nonfs_dir_add(r->to, new_name, new_name_len, r->child.stat.inode, type);
    /* Adding may have moved the old name. */
    if (result == 0)
        result = nonfs_dir_find(r->from, name, name_len, &entry, &place);
    if (result == 0)
        result = nonfs_dir_remove(r->from, &place);
    return result == 0 ? rename_links(r, rest) : result;
}

int nonfs_ext4_rename(struct nonfs_ext4_node *from, const char *name, size_t name_len,
                      struct nonfs_ext4_node *to, const char *new_name, size_t new_name_len)
{
    struct nonfs_ext4 *volume = from->volume;
    struct renaming r = {.from = from, .to = to->stat.inode == from->stat.inode ? from : to};
    uint32_t rest = 0;
    int result;

    if (to->volume != volume)
        return NONFS_E_INVALID;
    result = nonfs_op_begin(volume);
    if (result != 0)
        return result;
    result = directory_check(from, name, name_len);
    if (result == 0)
        result = directory_check(r.to, new_name, new_name_len);
    if (result == 0)
        result = rename_names(&r, name, name_len, new_name, new_name_len, &rest);
    result = nonfs_op_end(volume, result);
    return result == 0 && rest != 0 ? nonfs_orphan_finish(volume, rest, 1) : result;
}

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
