/*
 * What the parts of ext4fs share: ext4fs.c mounts and reads, ext4fs_write.c changes, ext4fs_inside.c says who is let in.
 *
 * Threads. The monitor is the one lock of the volume: of the cache, the running transaction, the inodes that are held, and what
 * is in this structure. Nobody holds it while the device works (block/outside.h), so reads of several files are on their way at
 * once, beside a write or a commit. Three kinds of calls, told apart by what they wait for when they come:
 *
 *   reading   nothing but a place: there are as many as the cache surely has slots for, since each pins some. What it reads does
 *             not change under it: the content, the map and the names of an inode change only under the VFS layer's lock of that inode, which
 *             the reader has; of a block that several inodes share, a checksum that waits for the commit is never looked at
 *   changing  the end of the last change, a commit too: the running transaction is one thread's. While it waits for the device, readers see
 *             blocks that it changed already; they are of inodes that are locked, or single fields of others, each stored at once
 *   alone     both: the volume is mounted anew
 *
 * Order: locks of the VFS layer; the place or the change; the monitor. A reader never asks for the change before it gave its place back, and a
 * transfer waits for nothing, so there is no circle. Blocks of the running transaction are not written home and are limited in number; what
 * is clean or behind is enough for all that are inside.
 *
 * Nodes that were opened are kept by inode number. A change of the volume makes all of them old: they are opened again when they are
 * needed, because a number may have come to mean another file. What is open is held in the library, so that its number cannot.
 */
#ifndef NONFS_SRC_EXT4FS_H
#define NONFS_SRC_EXT4FS_H

#include <nonfs/ext4_fs.h>
#include <nonfs/ext4_write.h>

#define EXT4FS_NODES 256u /* direct-mapped by inode number */

struct ext4fs_kept {
    struct nonfs_ext4_node node;
    uint64_t changes; /* of the volume when it was opened */
    uint32_t inode;   /* 0: empty */
};

struct ext4fs {
    struct nonfs_fs fs;
    struct nonfs_block_device device;
    struct nonfs_ext4_fs_config config;
    struct nonfs_ext4 *volume; /* NULL: it could not be mounted anew for reading */
    void *arena;               /* the volume's */
    size_t arena_size;
    char source[sizeof(((struct nonfs_fs_info *)NULL)->source)];
    struct ext4fs_kept kept[EXT4FS_NODES];
    uint64_t changes;
    bool scrubs;  /* something may be left to be overwritten */
    bool dirty;   /* something was changed since the last commit */
    bool failed;  /* a commit failed: what came after the one before is lost */
    bool stopped; /* writing was ended by an error: the volume is not marked as clean */
    const char
        *stop_why; /* it is ended, and what is left to do for that is done by who leaves next */
    unsigned readers;
    unsigned readers_max;
    unsigned waiting; /* threads that wait to be let in */
    bool changing;
    bool alone; /* somebody is, or waits for the readers to leave */
    struct nonfs_diagnostic said;
    unsigned nsaid;
};

static inline struct ext4fs *ext4fs_of(struct nonfs_fs *fs)
{
    return (struct ext4fs *)fs;
}

/* What is looked at from outside, too. */
static inline void ext4fs_read_only_set(struct ext4fs *ext, bool read_only)
{
    __atomic_store_n(&ext->fs.read_only, read_only, __ATOMIC_RELAXED);
}
static inline void ext4fs_dirty_set(struct ext4fs *ext, bool dirty)
{
    __atomic_store_n(&ext->dirty, dirty, __ATOMIC_RELAXED);
}
static inline void ext4fs_scrubs_set(struct ext4fs *ext, bool scrubs)
{
    __atomic_store_n(&ext->scrubs, scrubs, __ATOMIC_RELAXED);
}

/* What a call of the volume returned. Damage is said, and ends writing. */
int ext4fs_result(struct ext4fs *ext, int result);

/* ext4fs_inside.c. Each pair does nothing but the end of writing, if that is due, where there is no monitor. */
void ext4fs_read_enter(struct ext4fs *ext);
void ext4fs_read_leave(struct ext4fs *ext);
void ext4fs_change_enter(struct ext4fs *ext);
void ext4fs_change_leave(struct ext4fs *ext);
/* Of who changes: waits for the readers, and lets them in again. */
void ext4fs_alone_enter(struct ext4fs *ext);
void ext4fs_alone_leave(struct ext4fs *ext);

/* The rest is called inside. */

/* A node of one call's own. The kept one of its inode, opened if it is not kept or old. */
struct ext4fs_node {
    struct nonfs_ext4_node node;
    uint64_t changes;
};
int ext4fs_node_get(struct ext4fs *ext, uint64_t inode, struct ext4fs_node *node);
/* Keeps a node that was read from, or just opened or made, unless it became old. */
void ext4fs_node_keep(struct ext4fs *ext, const struct ext4fs_node *node);

/* ext4fs_write.c: the members of struct nonfs_fs_ops. */
int ext4fs_open(struct nonfs_fs *fs, uint64_t inode);
void ext4fs_close(struct nonfs_fs *fs, uint64_t inode);
int ext4fs_write(struct nonfs_fs *fs, uint64_t inode, uint64_t offset, const void *buffer,
                 size_t len, size_t *done);
int ext4fs_truncate(struct nonfs_fs *fs, uint64_t inode, uint64_t size);
int ext4fs_create_inode(struct nonfs_fs *fs, uint64_t dir, const char *name, size_t len,
                        enum nonfs_kind kind, uint32_t mode, const char *target, size_t target_len,
                        uint64_t *inode);
int ext4fs_link(struct nonfs_fs *fs, uint64_t inode, uint64_t dir, const char *name, size_t len);
int ext4fs_remove(struct nonfs_fs *fs, uint64_t dir, const char *name, size_t len, bool directory);
int ext4fs_rename(struct nonfs_fs *fs, uint64_t old_dir, const char *old_name, size_t old_len,
                  uint64_t new_dir, const char *new_name, size_t new_len);
int ext4fs_set_mode(struct nonfs_fs *fs, uint64_t inode, uint32_t mode);
int ext4fs_set_times(struct nonfs_fs *fs, uint64_t inode, int64_t access_ns, int64_t modify_ns);
int ext4fs_sync(struct nonfs_fs *fs);

/* Ends writing because of what happened. */
void ext4fs_stop_writing(struct ext4fs *ext, const char *why);
/* What is left to do for that: says so. What was done before is committed if that is still possible. */
void ext4fs_stop_finish(struct ext4fs *ext);
struct nonfs_time ext4fs_now(const struct ext4fs *ext);

#endif
