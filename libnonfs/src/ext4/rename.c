/*
 * Moving names, over others too, and exchanging two.
 */
#include "ext4/format.h"
#include "ext4/writer.h"

#define PARENTS_MAX 65536u /* directories above another one; more is a loop */

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
        result = nonfs_child_find(&at, "..", 2, &place, &at);
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
        result = nonfs_directory_is_empty(&r->over);
    r->moves_directory = child_directory && r->from != r->to;
    return result;
}

/* The directory's ".." names its new parent. */
static int rename_set_parent(struct nonfs_ext4_node *directory,
                             const struct nonfs_ext4_node *parent)
{
    struct nonfs_ext4_entry entry;
    struct dir_place place;
    int result = nonfs_dir_find(directory, "..", 2, &entry, &place);

    return result == 0 ? nonfs_dir_set(directory, &place, parent->stat.inode, NONFS_TYPE_DIRECTORY)
                       : result;
}

static int rename_links(struct renaming *r, uint32_t *rest)
{
    int over_directory = r->has_over && node_type(&r->over) == NONFS_S_IFDIR;
    int result = nonfs_inode_change_links(&r->child, 0);

    if (result == 0 && r->moves_directory)
        result = rename_set_parent(&r->child, r->to);
    if (result == 0 && r->from != r->to)
        result = nonfs_directory_touch(r->from, r->moves_directory ? -1 : 0);
    if (result == 0)
        result =
            nonfs_directory_touch(r->to, (r->moves_directory ? 1 : 0) - (over_directory ? 1 : 0));
    return result == 0 && r->has_over ? nonfs_child_unlink(&r->over, rest) : result;
}

/* Not inlined: a kernel's stack is small, and the two nodes of a renaming are large. */
static __attribute__((__noinline__)) int rename_names(struct renaming *r, const char *name,
                                                      size_t name_len, const char *new_name,
                                                      size_t new_name_len, uint32_t *rest)
{
    struct dir_place place;
    struct nonfs_ext4_entry entry;
    uint8_t type;
    int result = nonfs_child_find(r->from, name, name_len, &place, &r->child);

    if (result != 0)
        return result;
    type = nonfs_mode_type(r->child.stat.mode);
    result = nonfs_child_find(r->to, new_name, new_name_len, &place, &r->over);
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

/* Begins the operation, if both names may be in their directories. */
static int rename_begin(const struct renaming *r, const char *name, size_t name_len,
                        const char *other, size_t other_len)
{
    struct nonfs_ext4 *volume = r->from->volume;
    int result;

    if (r->to->volume != volume)
        return NONFS_E_INVALID;
    result = nonfs_op_begin(volume);
    if (result != 0)
        return result;
    result = nonfs_directory_check(r->from, name, name_len);
    if (result == 0)
        result = nonfs_directory_check(r->to, other, other_len);
    return result == 0 ? 0 : nonfs_op_end(volume, result);
}

int nonfs_ext4_rename(struct nonfs_ext4_node *from, const char *name, size_t name_len,
                      struct nonfs_ext4_node *to, const char *new_name, size_t new_name_len)
{
    struct nonfs_ext4 *volume = from->volume;
    struct renaming r = {.from = from, .to = to->stat.inode == from->stat.inode ? from : to};
    uint32_t rest = 0;
    int result = rename_begin(&r, name, name_len, new_name, new_name_len);

    if (result != 0)
        return result;
    result = rename_names(&r, name, name_len, new_name, new_name_len, &rest);
    result = nonfs_op_end(volume, result);
    return result == 0 && rest != 0 ? nonfs_orphan_finish(volume, rest, 1) : result;
}

static int exchange_check(const struct renaming *r)
{
    int result = 0;

    if ((r->child.stat.flags | r->over.stat.flags) &
        (NONFS_EXT4_FL_IMMUTABLE | NONFS_EXT4_FL_APPEND))
        return NONFS_E_READ_ONLY;
    if (r->from == r->to)
        return 0;
    if (node_type(&r->child) == NONFS_S_IFDIR)
        result = directory_is_below(r->to, &r->child);
    if (result == 0 && node_type(&r->over) == NONFS_S_IFDIR)
        result = directory_is_below(r->from, &r->over);
    return result;
}

static int exchange_links(struct renaming *r)
{
    int child_moves = r->from != r->to && node_type(&r->child) == NONFS_S_IFDIR;
    int over_moves = r->from != r->to && node_type(&r->over) == NONFS_S_IFDIR;
    int result = nonfs_inode_change_links(&r->child, 0);

    if (result == 0)
        result = nonfs_inode_change_links(&r->over, 0);
    if (result == 0 && child_moves)
        result = rename_set_parent(&r->child, r->to);
    if (result == 0 && over_moves)
        result = rename_set_parent(&r->over, r->from);
    if (result == 0 && r->from != r->to)
        result = nonfs_directory_touch(r->from, over_moves - child_moves);
    return result == 0 ? nonfs_directory_touch(r->to, child_moves - over_moves) : result;
}

/* Each name is given the other's inode: no name is added or removed, so their places stay. Not inlined, likewise. */
static __attribute__((__noinline__)) int exchange_names(struct renaming *r, const char *name,
                                                        size_t name_len, const char *other,
                                                        size_t other_len)
{
    struct dir_place place;
    struct dir_place other_place;
    int result = nonfs_child_find(r->from, name, name_len, &place, &r->child);

    if (result == 0)
        result = nonfs_child_find(r->to, other, other_len, &other_place, &r->over);
    if (result != 0 || r->child.stat.inode == r->over.stat.inode)
        return result;
    result = exchange_check(r);
    if (result == 0)
        result =
            nonfs_dir_set(r->from, &place, r->over.stat.inode, nonfs_mode_type(r->over.stat.mode));
    if (result == 0)
        result = nonfs_dir_set(r->to, &other_place, r->child.stat.inode,
                               nonfs_mode_type(r->child.stat.mode));
    return result == 0 ? exchange_links(r) : result;
}

int nonfs_ext4_exchange(struct nonfs_ext4_node *from, const char *name, size_t name_len,
                        struct nonfs_ext4_node *to, const char *other, size_t other_len)
{
    struct renaming r = {.from = from, .to = to->stat.inode == from->stat.inode ? from : to};
    int result = rename_begin(&r, name, name_len, other, other_len);

    if (result != 0)
        return result;
    result = exchange_names(&r, name, name_len, other, other_len);
    return nonfs_op_end(from->volume, result);
}
