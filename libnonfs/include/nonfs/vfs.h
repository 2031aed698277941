/*
 * The VFS layer: mounts, views and walks over file systems (nonfs/fs.h). Open files and what is done through them is in
 * nonfs/vfs_file.h.
 *
 * A tree of files is made of mounted file systems, the first of which is the root. A *view* is what "/" means for who holds a
 * directory: the whole tree, or a tree in which only some paths exist, each read-only or writable. Directories on the way to
 * them can be passed and listed, showing nothing but the way. A view is checked from an inode's real ancestors at every "..",
 * so a directory that somebody moves cannot carry its holder out of the view. Nothing here recurses, whatever the tree.
 *
 * Memory is the caller's: every structure has a known size, and its members are the library's unless a comment says more.
 *
 * Threads. Without locks (nonfs_vfs_init with NULL) one thread calls at a time. With them any number do, each with a scratch of its
 * own. Lock 0, the tree's, is held for everything that walks, looks up, changes, opens or closes names, mounts or unmounts;
 * so these are done one after the other. The others belong to inodes: an inode has the one that its number falls on, a `serial` file system
 * (ext4 without a monitor) has one for the whole volume. Reading, writing, truncating and describing an open file, and seeking in it, take
 * nothing but its inode's lock, so that several files are worked on at once. The order is: the tree's lock; locks of inodes, by rising
 * number; what a file system locks inside of its functions. One struct nonfs_file may be used by several threads.
 */
#ifndef NONFS_VFS_H
#define NONFS_VFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonfs/fs.h>
#include <nonfs/result.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONFS_VFS_MOUNTS_MAX     16u
#define NONFS_VFS_MOUNT_TEXT_MAX 63u /* bytes of a mount's path, which is for people */
#define NONFS_VFS_SYMLINKS_MAX   40u /* followed by one walk */
#define NONFS_VIEW_PATHS_MAX     16u
#define NONFS_VIEW_DEPTH_MAX     32u /* directories above a path of a view */

/* An object of one of the mounted file systems. */
struct nonfs_place {
    struct nonfs_fs *fs;
    uint64_t inode;
};

struct nonfs_mount {
    struct nonfs_fs *fs;
    struct nonfs_place on; /* directory that it hides */
    char text[NONFS_VFS_MOUNT_TEXT_MAX + 1];
};

struct nonfs_vfs {
    struct nonfs_mount mounts[NONFS_VFS_MOUNTS_MAX];
    size_t nmounts;
    uint64_t ndevices; /* numbers given so far: a file system that comes later is another one */
    struct nonfs_locks locks;
};

/* Where a path ended. */
struct nonfs_target {
    struct nonfs_place at; /* valid if `exists` */
    enum nonfs_kind kind;
    bool exists;
    bool write;             /* changes of it are allowed; of the directory too, if `dir_write` */
    struct nonfs_place dir; /* directory that holds the last name */
    bool dir_write;
    bool has_name; /* false: the path ends in "/", "." or "..", or is empty */
    char name[NONFS_NAME_MAX];
    size_t name_len;
};

/* What one call needs while it runs; one for each thread. Holds nothing between calls, and needs no preparation. */
struct nonfs_vfs_scratch {
    struct nonfs_target target[2];
    char text
        [2 *
         NONFS_PATH_MAX]; /* the path still to go, with the targets of links put in front of it */
    size_t text_start;
    char link[NONFS_PATH_MAX];
};

/*
 * Makes a tree without a root. `locks` is copied; NULL for one thread. Its count is 1 and a power of two: one lock for the
 * tree, and at least one for inodes. Returns 0 or NONFS_E_INVALID.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_vfs_init(struct nonfs_vfs *vfs,
                                              const struct nonfs_locks *locks);

/* ---- mounts ---- */

/* Mounts the root. `fs` must live until it is unmounted, or the tree forgotten. NONFS_E_BUSY if there is a root. */
NONFS_API NONFS_MUST_CHECK int nonfs_vfs_mount_root(struct nonfs_vfs *vfs, struct nonfs_fs *fs);

/*
 * Mounts `fs` on the directory `where`. `text` is NUL-terminated, for people, and cut after NONFS_VFS_MOUNT_TEXT_MAX bytes.
 *
 * Returns 0; NONFS_E_NO_SPACE if there are NONFS_VFS_MOUNTS_MAX; NONFS_E_NOT_DIRECTORY; NONFS_E_BUSY if something is mounted
 * there or `fs` is mounted; or the file system's error.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_vfs_mount(struct nonfs_vfs *vfs, struct nonfs_place where,
                                               const char *text, struct nonfs_fs *fs);

/* Ends the mount of `fs`. NONFS_E_NOT_FOUND; NONFS_E_BUSY if it is the root, in use, or something is mounted on it. */
NONFS_API NONFS_MUST_CHECK int nonfs_vfs_unmount(struct nonfs_vfs *vfs, const struct nonfs_fs *fs);

/*
 * Describes a mount, by index from 0. `text` has NONFS_VFS_MOUNT_TEXT_MAX + 1 bytes. NONFS_E_NOT_FOUND past the last one, or the
 * file system's error.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_vfs_mount_info(struct nonfs_vfs *vfs, size_t index,
                                                    struct nonfs_fs_info *info, char *text);

/*
 * Makes everything durable; with `rest`, file systems that can are put to rest (see nonfs/fs.h). Goes on after an error, and
 * returns the first one. A file system is in use while that is done to it, and the tree is not locked.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_vfs_sync(struct nonfs_vfs *vfs, bool rest);

/* ---- views ---- */

struct nonfs_view;
/* The last reference to a view is gone, and its memory is the embedder's again. No lock is held. */
typedef void nonfs_view_gone(struct nonfs_view *view);

struct nonfs_view_path {
    struct nonfs_place at;
    bool write;
    struct nonfs_place way[NONFS_VIEW_DEPTH_MAX]; /* from the directory above `at` up to the root */
    size_t nway;
};

struct nonfs_view {
    struct nonfs_vfs *vfs;
    size_t references;
    nonfs_view_gone *gone;
    bool whole;
    size_t npaths;
    struct nonfs_view_path paths[NONFS_VIEW_PATHS_MAX];
};

/* A view of the whole tree, with one reference, the caller's. `gone` may be NULL. Cannot fail. */
NONFS_API void nonfs_view_whole(struct nonfs_view *view, struct nonfs_vfs *vfs,
                                nonfs_view_gone *gone);

/*
 * A view of a part of `from`, with one reference, the caller's.
 *
 * text  `len` bytes: lines "PATH ro" or "PATH rw", with paths from the root of `from`. What is read-only in `from` stays
 *       so, and what `from` singles out below one of the paths keeps its own rule. Named twice: the stricter one holds.
 *
 * Returns 0; NONFS_E_INVALID if a line makes no sense or there are too many; NONFS_E_NOT_FOUND, or the error of the walk. On
 * error the memory is the caller's, and `gone` is not called.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_view_part(struct nonfs_view *view, struct nonfs_view *from,
                                               struct nonfs_vfs_scratch *scratch, const char *text,
                                               size_t len, nonfs_view_gone *gone);

/* Gives a reference back. */
NONFS_API void nonfs_view_release(struct nonfs_view *view);

#ifdef __cplusplus
}
#endif

#endif
