/*
 * Mounts, views and the walk from a path to an inode.
 *
 * A view is what "/" means for who holds a directory: the whole tree, or a tree in which only some
 * paths exist, each read-only or writable. Directories on the way to them can be passed and
 * listed, showing nothing but the way. A view is checked from an inode's real ancestors at every
 * "..", so a directory that somebody moves cannot carry its holder out of the view.
 */
#ifndef VFS_WALK_H
#define VFS_WALK_H

#include "fs.h"

#define MOUNTS_MAX        16
#define VIEW_PATHS_MAX    16
#define VIEW_DEPTH_MAX    32
#define WALK_SYMLINKS_MAX 40

/* An object of one of the mounted file systems. */
struct place {
    struct fs *fs;
    uint64_t inode;
};

/* ---- mounts ---- */

/*
 * The first mount is the root. `path` is for people, at most 63 bytes. NO_SPACE; NOT_DIRECTORY;
 * BUSY if it is one already.
 */
NONOS_MUST_CHECK int mount_root(struct fs *fs);
NONOS_MUST_CHECK int mount_at(struct place where, const char *path, struct fs *fs);
/* Ends the mount of `fs`. NOT_FOUND; BUSY if it is the root, in use, or something is mounted on it. */
NONOS_MUST_CHECK int mount_remove(const struct fs *fs);
/* Text for a mount, by index: false past the last. */
bool mount_get(size_t index, struct fs **fs, const char **path);
void mount_reset(void); /* forgets all: for tests */

/* Opens an inode and closes it again; its file system is in use meanwhile. */
NONOS_MUST_CHECK int place_open(struct place at);
void place_close(struct place at);

/* ---- views ---- */

struct view;

/* The whole tree. NULL if memory is out. */
struct view *view_create_whole(void);
/*
 * The part of `from` that the text says: lines "PATH ro" or "PATH rw" with paths from the root of
 * `from`. What is read-only in `from` stays so. INVALID (a line makes no sense, too many),
 * NOT_FOUND, NO_MEMORY, or the error of the walk.
 */
NONOS_MUST_CHECK int view_create(struct view *from, const char *text, size_t len,
                                 struct view **view);
struct view *view_hold(struct view *view); /* one more reference */
void view_release(struct view *view);
struct place view_root(const struct view *view);
bool view_is_whole(const struct view *view);
/* Whether `child` shows in a listing of the directory `dir`. */
bool view_shows(const struct view *view, struct place dir, struct place child);

/* ---- walks ---- */

struct target {
    struct place at; /* valid if `exists` */
    enum nonos_file_kind kind;
    bool exists;
    bool write;       /* the view allows changes of it; of the directory too, if `dir_write` */
    struct place dir; /* directory that holds the last name */
    bool dir_write;
    bool has_name; /* false: the path ends in "/", "." or "..", or is empty */
    char name[NONOS_FILE_NAME_MAX];
    size_t name_len;
};

#define WALK_NO_FOLLOW 1u /* do not follow a symlink at the end */
#define WALK_MISSING   2u /* the last name need not exist */

/*
 * Walks `path` from the directory `start`; a leading "/" starts at the view's root.
 * NOT_FOUND, NOT_DIRECTORY, LOOP, NAME_TOO_LONG, INVALID (a NUL in the path), DENIED, NO_MEMORY,
 * or the file system's error.
 */
NONOS_MUST_CHECK int walk(const struct view *view, struct place start, const char *path, size_t len,
                          unsigned flags, struct target *target);

#endif
