#include "walk.h"

#include <stdlib.h>
#include <string.h>

static int listing_compare(const void *a, const void *b)
{
    const struct listing_entry *x = a;
    const struct listing_entry *y = b;

    return strcmp(x->name, y->name);
}

static void listing_add(struct listing *listing, const struct nonfs_ext4_entry *entry)
{
    struct listing_entry *e;

    /* Room for a power of two. */
    if ((listing->count & (listing->count - 1)) == 0) {
        size_t room = listing->count == 0 ? 1 : 2 * listing->count;
        listing->entries = allocate(listing->entries, room * sizeof(*listing->entries));
    }
    e = &listing->entries[listing->count++];
    e->inode = entry->inode;
    e->name = allocate(NULL, entry->name_len + 1u);
    memcpy(e->name, entry->name, entry->name_len + 1u);
}

int listing_read(struct volume *volume, struct nonfs_ext4_node *directory, const char *path,
                 struct listing *listing)
{
    struct nonfs_ext4_entry entry;
    uint64_t cursor = 0;
    int failed = 0;
    int result;

    *listing = (struct listing){.count = 0};
    while ((result = nonfs_ext4_readdir(directory, &cursor, &entry)) != NONFS_E_NOT_FOUND) {
        if (result != 0) {
            volume_complain(volume, path, result);
            failed = -1;
        } else if (strcmp(entry.name, ".") != 0 && strcmp(entry.name, "..") != 0) {
            listing_add(listing, &entry);
        }
        if (result == NONFS_E_GONE || result == NONFS_E_NOT_DIRECTORY)
            break;
    }
    if (listing->count > 1)
        qsort(listing->entries, listing->count, sizeof(*listing->entries), listing_compare);
    return failed;
}

void listing_free(struct listing *listing)
{
    for (size_t i = 0; i < listing->count; i++)
        free(listing->entries[i].name);
    free(listing->entries);
}

static void walk_set_path(struct walk *w, size_t at, const char *name)
{
    size_t len = strlen(name);

    if (at + len + 2 > w->path_capacity) {
        w->path_capacity = 2 * (at + len + 2);
        w->path = allocate(w->path, w->path_capacity);
    }
    if (at > 0 && w->path[at - 1] != '/')
        w->path[at++] = '/';
    memcpy(w->path + at, name, len + 1);
}

/* Goes into a directory, unless the walk has been there. */
static void walk_enter(struct walk *w, struct nonfs_ext4_node *node)
{
    struct walk_level *level;
    struct nonfs_ext4_stat st;

    nonfs_ext4_stat(node, &st);
    if (w->seen[st.inode / 8] >> st.inode % 8 & 1) {
        complain("%s: %s: the directory (inode %u) is reached in two ways", w->volume->image,
                 w->path, st.inode);
        w->failed = 1;
        return;
    }
    w->seen[st.inode / 8] |= (uint8_t)(1u << st.inode % 8);
    if (w->depth == w->capacity) {
        w->capacity = 2 * w->capacity + 16;
        w->levels = allocate(w->levels, w->capacity * sizeof(*w->levels));
    }
    level = &w->levels[w->depth++];
    level->inode = st.inode;
    level->next = 0;
    level->path_len = strlen(w->path);
    if (listing_read(w->volume, node, w->path[0] != '\0' ? w->path : "/", &level->listing) != 0)
        w->failed = 1;
}

static int node_is_directory(const struct nonfs_ext4_node *node)
{
    struct nonfs_ext4_stat st;

    nonfs_ext4_stat(node, &st);
    return (st.mode & NONFS_S_IFMT) == NONFS_S_IFDIR;
}

/* Opens the entry that `level` comes to next; returns 0, or -1 after a message. */
static int walk_open_next(struct walk *w, struct walk_level *level, struct nonfs_ext4_node *node)
{
    const struct listing_entry *e = &level->listing.entries[level->next++];
    int result;

    walk_set_path(w, level->path_len, e->name);
    result = nonfs_ext4_open(w->volume->fs, e->inode, node);
    if (result == 0)
        return 0;
    if (result == NONFS_E_NOT_FOUND || result == NONFS_E_INVALID)
        complain("%s: %s: the entry names an inode (%u) that %s", w->volume->image, w->path,
                 e->inode, result == NONFS_E_INVALID ? "does not exist" : "is not in use");
    else
        volume_complain(w->volume, w->path, result);
    w->failed = 1;
    return -1;
}

int walk_tree(struct volume *volume, const char *path,
              void (*visit)(struct walk *walk, struct nonfs_ext4_node *node, const char *name,
                            void *user),
              void *user)
{
    struct walk w = {.volume = volume};
    struct nonfs_ext4_node node;

    if (volume_lookup(volume, path == NULL ? "/" : path, 0, &node) != 0)
        return -1;
    w.seen = allocate(NULL, volume->info.inode_count / 8 + 1);
    memset(w.seen, 0, volume->info.inode_count / 8 + 1);
    walk_set_path(&w, 0, path == NULL ? "" : path);
    visit(&w, &node, path == NULL ? "." : path, user);
    if (node_is_directory(&node))
        walk_enter(&w, &node);
    while (w.depth > 0) {
        struct walk_level *level = &w.levels[w.depth - 1];

        if (level->next == level->listing.count) {
            listing_free(&level->listing);
            w.depth--;
            continue;
        }
        if (walk_open_next(&w, level, &node) != 0)
            continue;
        visit(&w, &node, level->listing.entries[level->next - 1].name, user);
        if (node_is_directory(&node))
            walk_enter(&w, &node);
    }
    free(w.levels);
    free(w.path);
    free(w.seen);
    return w.failed ? -1 : 0;
}

int walk_all(struct volume *volume, const struct arguments *arguments,
             void (*visit)(struct walk *walk, struct nonfs_ext4_node *node, const char *name,
                           void *user),
             void *user)
{
    int failed = 0;

    if (arguments->npaths == 0)
        failed = walk_tree(volume, NULL, visit, user);
    for (int i = 0; i < arguments->npaths; i++) {
        if (walk_tree(volume, arguments->paths[i], visit, user) != 0)
            failed = -1;
    }
    return failed != 0 ? EXIT_CODE_CONTENT : EXIT_CODE_OK;
}
