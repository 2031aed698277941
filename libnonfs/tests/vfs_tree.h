/* A tree of files over one file system, and what tests do with it. */
#ifndef NONFS_TESTS_VFS_TREE_H
#define NONFS_TESTS_VFS_TREE_H

#include <check.h>

#include <stdlib.h>
#include <string.h>

#include <nonfs/vfs_file.h>

struct vfs_tree {
    struct nonfs_vfs vfs;
    struct nonfs_view whole;
    struct nonfs_file root;
    struct nonfs_vfs_scratch scratch;
    struct nonfs_fs *fs;
};

static inline void tree_open(struct vfs_tree *t, struct nonfs_fs *fs,
                             const struct nonfs_locks *locks)
{
    ck_assert_int_eq(nonfs_vfs_init(&t->vfs, locks), 0);
    ck_assert_int_eq(nonfs_vfs_mount_root(&t->vfs, fs), 0);
    nonfs_view_whole(&t->whole, &t->vfs, NULL);
    ck_assert_int_eq(nonfs_file_open_view(&t->whole, true, &t->root), 0);
    nonfs_view_release(&t->whole);
    t->fs = fs;
}

static inline void tree_close(struct vfs_tree *t)
{
    nonfs_file_close(&t->root);
    ck_assert_uint_eq(t->fs->users, 0);
}

static inline int tree_open_file(struct vfs_tree *t, struct nonfs_file *dir, const char *path,
                                 unsigned flags, struct nonfs_file *file)
{
    return nonfs_file_open(dir, &t->scratch, path, strlen(path), flags, 0644, file);
}

/* Writes a file anew. */
static inline int tree_put(struct vfs_tree *t, struct nonfs_file *dir, const char *path,
                           const void *bytes, size_t len)
{
    struct nonfs_file file;
    size_t done = 0;
    int r = tree_open_file(t, dir, path, NONFS_OPEN_WRITE | NONFS_OPEN_CREATE | NONFS_OPEN_TRUNCATE,
                           &file);
    if (r < 0)
        return r;
    r = nonfs_file_write(&file, 0, bytes, len, &done);
    if (r == 0)
        ck_assert_uint_eq(done, len);
    nonfs_file_close(&file);
    return r;
}

/* Reads a file of less than `size` bytes as a string. */
static inline int tree_get(struct vfs_tree *t, struct nonfs_file *dir, const char *path, char *text,
                           size_t size)
{
    struct nonfs_file file;
    size_t done = 0;
    int r = tree_open_file(t, dir, path, NONFS_OPEN_READ, &file);
    if (r < 0)
        return r;
    r = nonfs_file_read(&file, 0, text, size - 1, &done);
    text[done] = '\0';
    nonfs_file_close(&file);
    return r;
}

static inline void tree_must_hold(struct vfs_tree *t, struct nonfs_file *dir, const char *path,
                                  const char *expected)
{
    char text[128];
    ck_assert_msg(tree_get(t, dir, path, text, sizeof(text)) == 0, "%s", path);
    ck_assert_str_eq(text, expected);
}

static inline int tree_get_nothing(struct vfs_tree *t, struct nonfs_file *dir, const char *path)
{
    char text[128];
    return tree_get(t, dir, path, text, sizeof(text));
}

static inline int tree_make_directory(struct vfs_tree *t, struct nonfs_file *dir, const char *path)
{
    return nonfs_path_make_directory(dir, &t->scratch, path, strlen(path), 0755);
}

static inline int tree_symlink(struct vfs_tree *t, struct nonfs_file *dir, const char *target,
                               const char *path)
{
    return nonfs_path_symlink(dir, &t->scratch, target, strlen(target), path, strlen(path));
}

static inline int tree_link(struct vfs_tree *t, struct nonfs_file *dir, const char *from,
                            const char *to)
{
    return nonfs_path_link(dir, &t->scratch, from, strlen(from), to, strlen(to));
}

static inline int tree_rename(struct vfs_tree *t, struct nonfs_file *dir, const char *from,
                              const char *to)
{
    return nonfs_path_rename(dir, &t->scratch, from, strlen(from), to, strlen(to));
}

static inline int tree_remove(struct vfs_tree *t, struct nonfs_file *dir, const char *path,
                              bool is_directory)
{
    return nonfs_path_remove(dir, &t->scratch, path, strlen(path), is_directory);
}

static inline int tree_stat(struct vfs_tree *t, struct nonfs_file *dir, const char *path,
                            struct nonfs_fs_stat *stat)
{
    return nonfs_path_stat(dir, &t->scratch, path, strlen(path), NONFS_PATH_NO_FOLLOW, stat);
}

/* A view of a part, as an open directory. */
static inline int tree_view(struct vfs_tree *t, struct nonfs_file *from, const char *text,
                            struct nonfs_view *view, struct nonfs_file *dir)
{
    int r = nonfs_view_part(view, from->view, &t->scratch, text, strlen(text), NULL);
    if (r < 0)
        return r;
    r = nonfs_file_open_view(view, from->write, dir);
    nonfs_view_release(view);
    return r;
}

struct tree_names {
    char names[400][256];
    size_t count;
    size_t room; /* entries that a call takes */
};

static inline bool tree_note_name(void *context, uint64_t inode, enum nonfs_kind kind,
                                  const char *name, size_t len)
{
    struct tree_names *n = context;
    (void)inode, (void)kind;
    if (n->room == 0)
        return false;
    n->room--;
    ck_assert_uint_lt(n->count, 400);
    memcpy(n->names[n->count], name, len);
    n->names[n->count++][len] = '\0';
    return true;
}

static inline int tree_compare_names(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* All names of a directory, sorted, read `room` at a time. */
static inline void tree_list(struct vfs_tree *t, struct nonfs_file *dir, const char *path,
                             size_t room, struct tree_names *n)
{
    struct nonfs_file file;
    size_t before;
    ck_assert_int_eq(tree_open_file(t, dir, path, NONFS_OPEN_READ | NONFS_OPEN_DIRECTORY, &file),
                     0);
    n->count = 0;
    do {
        before = n->count;
        n->room = room;
        ck_assert_int_eq(nonfs_file_read_dir(&file, tree_note_name, n), 0);
    } while (n->count > before);
    nonfs_file_close(&file);
    qsort(n->names, n->count, sizeof(n->names[0]), tree_compare_names);
}

#endif
