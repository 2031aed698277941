/*
 * Sorted listings of directories, and walking through all that lies below one.
 */
#ifndef NONFS_TOOLS_WALK_H
#define NONFS_TOOLS_WALK_H

#include "command.h"

struct listing_entry {
    char *name;
    uint32_t inode;
};

struct listing {
    struct listing_entry *entries;
    size_t count;
};

/*
 * Reads a directory, without its two dots, sorted by name. Damaged parts are left out, each with a message naming `path`.
 * Returns 0, or -1 if there was a message.
 */
int listing_read(struct volume *volume, struct nonfs_ext4_node *directory, const char *path,
                 struct listing *listing);
void listing_free(struct listing *listing);

/* One directory on the way from the start to where the walk is. */
struct walk_level {
    struct listing listing;
    uint32_t inode;
    size_t next; /* the entry after the one that is being visited */
    size_t path_len;
};

struct walk {
    struct volume *volume;
    struct walk_level *levels;
    size_t depth; /* levels in use: 0 for the start itself */
    size_t capacity;
    char *path; /* as it is printed */
    size_t path_capacity;
    uint8_t *seen; /* directories that were entered, a bit each */
    int failed;    /* there was a message */
};

/*
 * Visits what `path` names (NULL: the root, and the paths then have nothing in front) and everything below, a directory
 * before its content. The path given is followed if it is a link, links below are not. walk->path is the path and `name`
 * its last part, "." for the root. A directory that can be reached in two ways is damage: it is entered once, so the walk
 * ends whatever is on the disk. Returns 0, or -1 if there was a message; the visitor sets walk->failed for its own.
 */
int walk_tree(struct volume *volume, const char *path,
              void (*visit)(struct walk *walk, struct nonfs_ext4_node *node, const char *name,
                            void *user),
              void *user);

/* Walks through each path of the command line, or from the root if there is none. Returns an exit code. */
int walk_all(struct volume *volume, const struct arguments *arguments,
             void (*visit)(struct walk *walk, struct nonfs_ext4_node *node, const char *name,
                           void *user),
             void *user);

#endif
