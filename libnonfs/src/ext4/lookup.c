/*
 * Paths. What is left of a path stands at the end of the volume's path buffer, so that the target of a symbolic link can
 * be put in front of it: links are followed in a loop, not by recursion.
 */
#include <string.h>

#include "ext4/volume.h"

struct path_walk {
    struct nonfs_ext4 *volume;
    const char *rest;
    size_t rest_len;
    uint32_t links;
    unsigned flags;
};

static int path_put_in_front(struct path_walk *w, const char *part, size_t len)
{
    char *start = w->volume->path;

    if (len > VOLUME_PATH_SIZE - w->rest_len)
        return NONFS_E_NAME_TOO_LONG;
    w->rest_len += len;
    w->rest = start + VOLUME_PATH_SIZE - w->rest_len;
    memcpy(start + VOLUME_PATH_SIZE - w->rest_len, part, len);
    return 0;
}

static void path_skip(struct path_walk *w, size_t len)
{
    w->rest += len;
    w->rest_len -= len;
}

/* Takes the slashes away at the front of the rest; returns the length of the part that follows. */
static size_t path_next_part(struct path_walk *w)
{
    size_t len = 0;

    while (w->rest_len > 0 && w->rest[0] == '/')
        path_skip(w, 1);
    while (len < w->rest_len && w->rest[len] != '/')
        len++;
    return len;
}

static int path_open_root(struct path_walk *w, struct nonfs_ext4_node *node)
{
    int result = nonfs_ext4_open(w->volume, NONFS_EXT4_ROOT_INODE, node);

    if (result != NONFS_E_NOT_FOUND && (result != 0 || node_type(node) == NONFS_S_IFDIR))
        return result;
    return nonfs_volume_fail(w->volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_INODE,
                             NONFS_EXT4_ROOT_INODE, 0, "the root is not a directory");
}

/* Opens what an entry of `directory` names. */
static int path_open_entry(struct path_walk *w, const struct nonfs_ext4_node *directory,
                           uint32_t inode, struct nonfs_ext4_node *node)
{
    int nameable = nonfs_inode_is_nameable(w->volume, inode);
    int result = nameable ? nonfs_ext4_open(w->volume, inode, node) : NONFS_E_CORRUPT;

    if (nameable && result != NONFS_E_NOT_FOUND)
        return result;
    return nonfs_volume_fail(w->volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_DIRECTORY,
                             directory->stat.inode, 0,
                             nameable ? "an entry names an inode that is not in use"
                                      : "an entry names an inode that does not exist");
}

static int path_follow_link(struct path_walk *w, struct nonfs_ext4_node *link,
                            struct nonfs_ext4_node *at)
{
    size_t len;
    int result;

    if (++w->links > NONFS_EXT4_SYMLINK_MAX)
        return NONFS_E_LOOP;
    result = nonfs_symlink_read(link, w->volume->link, &len);
    if (result == 0)
        result = path_put_in_front(w, w->volume->link, len);
    if (result == 0 && w->volume->link[0] == '/')
        result = path_open_root(w, at);
    return result;
}

/* Goes from the directory `at` through one part of the path, which is `len` long. */
static int path_step(struct path_walk *w, struct nonfs_ext4_node *at, size_t len)
{
    struct nonfs_ext4_entry entry;
    struct nonfs_ext4_node child;
    int more;
    int result = nonfs_ext4_find(at, w->rest, len, &entry);

    if (result == 0)
        result = path_open_entry(w, at, entry.inode, &child);
    if (result != 0)
        return result;
    path_skip(w, len);
    more = w->rest_len > 0;
    if (node_type(&child) == NONFS_S_IFLNK && (more || !(w->flags & NONFS_EXT4_LOOKUP_NOFOLLOW)))
        return path_follow_link(w, &child, at);
    if (more && node_type(&child) != NONFS_S_IFDIR)
        return NONFS_E_NOT_DIRECTORY;
    *at = child;
    return 0;
}

static int path_has_nul(const char *path, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (path[i] == '\0')
            return 1;
    }
    return 0;
}

int nonfs_ext4_lookup(struct nonfs_ext4 *volume, const struct nonfs_ext4_node *start,
                      const char *path, size_t path_len, unsigned flags,
                      struct nonfs_ext4_node *node)
{
    struct path_walk w = {.volume = volume, .flags = flags};
    struct nonfs_ext4_node at;
    size_t len;
    int result = 0;

    if ((flags & ~NONFS_EXT4_LOOKUP_NOFOLLOW) != 0 || path_has_nul(path, path_len))
        return NONFS_E_INVALID;
    if (path_len > NONFS_EXT4_PATH_MAX)
        return NONFS_E_NAME_TOO_LONG;
    if (start == NULL || (path_len > 0 && path[0] == '/'))
        result = path_open_root(&w, &at);
    else
        at = *start;
    if (result == 0)
        result = path_put_in_front(&w, path, path_len);
    if (result == 0 && path_len > 0 && node_type(&at) != NONFS_S_IFDIR)
        result = NONFS_E_NOT_DIRECTORY;
    while (result == 0 && (len = path_next_part(&w)) > 0)
        result = path_step(&w, &at, len);
    if (result == 0)
        *node = at;
    return result;
}
