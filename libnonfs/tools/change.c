/*
 * nonfs mkdir, mv and rm.
 */
#include "change.h"

#include <stdlib.h>
#include <string.h>

#include <nonfs/ext4_write.h>

#include "walk.h"

/* The length of `path` without slashes at its end. */
static size_t path_trimmed(const char *path)
{
    size_t len = strlen(path);

    while (len > 0 && path[len - 1] == '/')
        len--;
    return len;
}

int path_name(const char *path, char name[NONFS_EXT4_NAME_MAX + 1])
{
    size_t end = path_trimmed(path);
    size_t start = end;
    size_t len;

    while (start > 0 && path[start - 1] != '/')
        start--;
    len = end - start;
    if (len == 0 || (path[start] == '.' && (len == 1 || (len == 2 && path[start + 1] == '.')))) {
        complain("'%s' does not end with a name", path);
        return -1;
    }
    if (len > NONFS_EXT4_NAME_MAX) {
        complain("%s: %s", path, nonfs_strerror(NONFS_E_NAME_TOO_LONG));
        return -1;
    }
    memcpy(name, path + start, len);
    name[len] = '\0';
    return 0;
}

int place_find(struct volume *volume, const char *path, struct place *place)
{
    struct nonfs_ext4_stat st;
    size_t len;
    int result;

    if (path_name(path, place->name) != 0)
        return -1;
    len = path_trimmed(path) - strlen(place->name);
    result = nonfs_ext4_lookup(volume->fs, NULL, path, len, 0, &place->directory);
    if (result == 0) {
        nonfs_ext4_stat(&place->directory, &st);
        if ((st.mode & NONFS_S_IFMT) == NONFS_S_IFDIR)
            return 0;
        result = NONFS_E_NOT_DIRECTORY;
    }
    volume_complain(volume, path, result);
    return -1;
}

int place_open(struct place *place, struct nonfs_ext4_node *node)
{
    return nonfs_ext4_lookup(place->directory.volume, &place->directory, place->name,
                             strlen(place->name), NONFS_EXT4_LOOKUP_NOFOLLOW, node);
}

int place_find_target(struct volume *volume, const char *target, const char *source, int into,
                      struct place *place)
{
    struct nonfs_ext4_stat st;
    int result = nonfs_ext4_lookup(volume->fs, NULL, target, strlen(target), 0, &place->directory);

    if (result == 0) {
        nonfs_ext4_stat(&place->directory, &st);
        if ((st.mode & NONFS_S_IFMT) == NONFS_S_IFDIR)
            return path_name(source, place->name);
        result = NONFS_E_NOT_DIRECTORY;
    } else if (result != NONFS_E_NOT_FOUND) {
        into = 1; /* say what it was */
    }
    if (!into)
        return place_find(volume, target, place);
    volume_complain(volume, target, result);
    return -1;
}

/* What a tree consists of, each directory before what is in it. */
struct doomed {
    struct doomed_entry {
        uint32_t parent;
        int is_directory;
        char *name;
    } * entries;
    size_t count;
    size_t capacity;
};

static void doomed_add(struct walk *walk, struct nonfs_ext4_node *node, const char *name,
                       void *user)
{
    struct doomed *d = user;
    struct nonfs_ext4_stat st;
    struct doomed_entry *e;

    if (walk->depth == 0)
        return;
    if (d->count == d->capacity) {
        d->capacity = 2 * d->capacity + 64;
        d->entries = allocate(d->entries, d->capacity * sizeof(*d->entries));
    }
    nonfs_ext4_stat(node, &st);
    e = &d->entries[d->count++];
    e->parent = walk->levels[walk->depth - 1].inode;
    e->is_directory = (st.mode & NONFS_S_IFMT) == NONFS_S_IFDIR;
    e->name = allocate(NULL, strlen(name) + 1);
    strcpy(e->name, name);
}

static int remove_entry(struct nonfs_ext4_node *directory, const char *name, int is_directory)
{
    return is_directory ? nonfs_ext4_rmdir(directory, name, strlen(name))
                        : nonfs_ext4_unlink(directory, name, strlen(name));
}

/* Deletes what is in a directory. Returns 0, or -1 after a message. */
static int remove_content(struct volume *volume, const char *path)
{
    struct doomed d = {.count = 0};
    int failed = walk_tree(volume, path, doomed_add, &d);

    while (d.count > 0) {
        struct doomed_entry *e = &d.entries[--d.count];
        struct nonfs_ext4_node parent;
        int result = nonfs_ext4_open(volume->fs, e->parent, &parent);

        if (result == 0)
            result = remove_entry(&parent, e->name, e->is_directory);
        if (result != 0) {
            volume_complain(volume, e->name, result);
            failed = -1;
        }
        free(e->name);
    }
    free(d.entries);
    return failed;
}

static int remove_place(struct volume *volume, struct place *place, const char *path, int recursive)
{
    struct nonfs_ext4_node node;
    struct nonfs_ext4_stat st;
    int is_directory;
    int result = place_open(place, &node);

    if (result == 0) {
        nonfs_ext4_stat(&node, &st);
        is_directory = recursive && (st.mode & NONFS_S_IFMT) == NONFS_S_IFDIR;
        if (is_directory && remove_content(volume, path) != 0)
            return -1;
        result = remove_entry(&place->directory, place->name, is_directory);
    }
    if (result == 0)
        return 0;
    volume_complain(volume, path, result);
    return -1;
}

int remove_path(struct volume *volume, const char *path, int recursive)
{
    struct place place;

    return place_find(volume, path, &place) == 0 ? remove_place(volume, &place, path, recursive)
                                                 : -1;
}

static int is_there(struct volume *volume, const char *path)
{
    struct nonfs_ext4_node node;

    return nonfs_ext4_lookup(volume->fs, NULL, path, strlen(path), NONFS_EXT4_LOOKUP_NOFOLLOW,
                             &node) != NONFS_E_NOT_FOUND;
}

int command_rm(struct volume *volume, const struct arguments *arguments)
{
    int failed = 0;

    for (int i = 0; i < arguments->npaths; i++) {
        if (arguments->force && !is_there(volume, arguments->paths[i]))
            continue;
        if (remove_path(volume, arguments->paths[i], arguments->recursive) != 0)
            failed = 1;
    }
    return failed ? EXIT_CODE_CONTENT : EXIT_CODE_OK;
}

/* Makes a directory with the owner of the one that it is in. Returns 0, or -1 after a message. */
static int make_directory(struct volume *volume, const char *path, int may_be_there)
{
    struct nonfs_ext4_new what = {.mode = NONFS_S_IFDIR | 0755};
    struct nonfs_ext4_node there;
    struct nonfs_ext4_stat st;
    struct place place;
    int result;

    if (place_find(volume, path, &place) != 0)
        return -1;
    nonfs_ext4_stat(&place.directory, &st);
    what.uid = st.uid;
    what.gid = st.gid;
    result = nonfs_ext4_create(&place.directory, place.name, strlen(place.name), &what, NULL);
    if (result == NONFS_E_EXISTS && may_be_there) {
        result = nonfs_ext4_lookup(volume->fs, NULL, path, strlen(path), 0, &there);
        if (result == 0) {
            nonfs_ext4_stat(&there, &st);
            result = (st.mode & NONFS_S_IFMT) == NONFS_S_IFDIR ? 0 : NONFS_E_EXISTS;
        }
    }
    if (result == 0)
        return 0;
    volume_complain(volume, path, result);
    return -1;
}

/* Makes every directory on the way, too. */
static int make_directories(struct volume *volume, const char *path)
{
    char *part = allocate(NULL, strlen(path) + 1);
    size_t end = 0;
    int failed = 0;

    strcpy(part, path);
    while (failed == 0 && path[end] != '\0') {
        end += strspn(path + end, "/");
        end += strcspn(path + end, "/");
        part[end] = '\0';
        if (path_trimmed(part) == end)
            failed = make_directory(volume, part, 1);
        part[end] = path[end];
    }
    free(part);
    return failed;
}

int command_mkdir(struct volume *volume, const struct arguments *arguments)
{
    int failed = 0;

    for (int i = 0; i < arguments->npaths; i++) {
        const char *path = arguments->paths[i];

        if (arguments->parents ? make_directories(volume, path) != 0
                               : make_directory(volume, path, 0) != 0)
            failed = 1;
    }
    return failed ? EXIT_CODE_CONTENT : EXIT_CODE_OK;
}

static int move(struct volume *volume, const char *source, const char *target, int into)
{
    struct place from;
    struct place to;
    int result;

    if (place_find(volume, source, &from) != 0 ||
        place_find_target(volume, target, source, into, &to) != 0)
        return -1;
    result = nonfs_ext4_rename(&from.directory, from.name, strlen(from.name), &to.directory,
                               to.name, strlen(to.name));
    if (result == 0)
        return 0;
    volume_complain(volume, source, result);
    return -1;
}

int command_mv(struct volume *volume, const struct arguments *arguments)
{
    int last = arguments->npaths - 1;
    int failed = 0;

    for (int i = 0; i < last; i++) {
        if (move(volume, arguments->paths[i], arguments->paths[last], last > 1) != 0)
            failed = 1;
    }
    return failed ? EXIT_CODE_CONTENT : EXIT_CODE_OK;
}
