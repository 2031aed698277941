/*
 * What the parts of the VFS layer share: mount.c has mounts and locks, view.c views, walk.c the walk, file.c open files and
 * their data, describe.c what is told, change.c what is changed by path.
 *
 * `_locked` marks what expects the tree's lock held. Every call of a file system goes with the locks of the inodes that it
 * names: one by the functions below, several by vfs_inodes_lock().
 */
#ifndef NONFS_SRC_VFS_H
#define NONFS_SRC_VFS_H

#include <nonfs/vfs_file.h>

/* ---- mount.c ---- */

#define VFS_PLACES_MAX \
    4u /* inodes that one operation names: a move of one over another between two directories */

struct vfs_held {
    unsigned number[VFS_PLACES_MAX]; /* rising */
    unsigned count;
};

void vfs_tree_lock(const struct nonfs_vfs *vfs);
void vfs_tree_unlock(const struct nonfs_vfs *vfs);
/* Locks what the inodes fall on, each lock once, in their order. A place without a file system is passed over. */
void vfs_inodes_lock(const struct nonfs_vfs *vfs, const struct nonfs_place *places, unsigned count,
                     struct vfs_held *held);
void vfs_inodes_unlock(const struct nonfs_vfs *vfs, const struct vfs_held *held);
void vfs_inode_lock(const struct nonfs_vfs *vfs, struct nonfs_place at);
void vfs_inode_unlock(const struct nonfs_vfs *vfs, struct nonfs_place at);

static inline bool place_equal(struct nonfs_place a, struct nonfs_place b)
{
    return a.fs == b.fs && a.inode == b.inode;
}

static inline struct nonfs_place place_root(struct nonfs_fs *fs)
{
    return (struct nonfs_place){fs, fs->root};
}

/* What is seen at a place: the root of what is mounted there, or itself. */
struct nonfs_place place_enter_locked(const struct nonfs_vfs *vfs, struct nonfs_place at);
/* The directory above: across the mount if `directory` is a root. The root of all is its own parent. */
int place_parent_locked(const struct nonfs_vfs *vfs, struct nonfs_place directory,
                        struct nonfs_place *parent);
/* Opens an inode and closes it again; its file system is in use meanwhile. */
int place_open_locked(const struct nonfs_vfs *vfs, struct nonfs_place at);
void place_close_locked(const struct nonfs_vfs *vfs, struct nonfs_place at);
int place_stat(const struct nonfs_vfs *vfs, struct nonfs_place at, struct nonfs_fs_stat *stat);
/* Makes its file system durable, or puts it to rest: no lock of a file system with a monitor is held for that. */
int place_sync(const struct nonfs_vfs *vfs, struct nonfs_place at, bool rest);

/* Whether its file system is, which it may become while it is used. */
bool place_is_read_only(struct nonfs_place at);

/* ---- view.c ---- */

/* How a place stands to a view. */
enum standing { STANDING_OUTSIDE, STANDING_WAY, STANDING_READ, STANDING_WRITE };

/* Standing of a child that was reached by name from a directory of standing `from`. */
enum standing view_step(const struct nonfs_view *view, enum standing from,
                        struct nonfs_place child);
/* Standing of a directory, from its real ancestors. */
int view_standing_locked(const struct nonfs_view *view, struct nonfs_place directory,
                         enum standing *standing);
/* Gives a reference back; true if it was the last one: then the caller calls `gone` when it holds no lock. */
bool view_drop_locked(struct nonfs_view *view);

/* ---- walk.c ---- */

#define WALK_NO_FOLLOW 1u /* do not follow a symbolic link at the end */
#define WALK_MISSING   2u /* the last name need not exist */

/* Walks a path from a directory; a leading "/" starts at the view's root. */
int walk_locked(const struct nonfs_view *view, struct nonfs_place start,
                struct nonfs_vfs_scratch *scratch, const char *path, size_t path_len,
                unsigned flags, struct nonfs_target *target);

/* ---- file.c ---- */

/* Walks from an open directory; what the handle does not allow to be changed, the target does not. */
int file_walk_locked(const struct nonfs_file *directory, struct nonfs_vfs_scratch *scratch,
                     const char *path, size_t path_len, unsigned flags,
                     struct nonfs_target *target);

/* ---- change.c ---- */

/* 0, or NONFS_E_READ_ONLY. */
int target_writable(const struct nonfs_target *target);
/* Makes what a path names and does not exist; `link` is the target of a symbolic link. */
int target_create_locked(const struct nonfs_vfs *vfs, struct nonfs_target *target,
                         enum nonfs_kind kind, uint32_t mode, const char *link, size_t link_len);

#endif
