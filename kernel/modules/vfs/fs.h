/*
 * What a file system offers to the vfs. An inode number names an object of one file system; the
 * root's is fs->root. Functions return 0 or a negative nonos_result, and change nothing when they
 * fail. Names are one path component, not NUL-terminated, never "", "." or "..", at most
 * NONOS_FILE_NAME_MAX bytes, without '/' and NUL.
 */
#ifndef VFS_FS_H
#define VFS_FS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonos/file.h>
#include <nonos/result.h>

struct fs;

/*
 * Receives one directory entry; returns false if it has no room for it: then the walk ends before
 * this entry.
 */
typedef bool fs_emit(void *context, uint64_t inode, enum nonos_file_kind kind, const char *name,
                     size_t name_len);

struct fs_ops {
    int (*lookup)(struct fs *fs, uint64_t dir, const char *name, size_t len, uint64_t *inode,
                  enum nonos_file_kind *kind);
    /* The root's parent is the root. */
    int (*parent)(struct fs *fs, uint64_t dir, uint64_t *parent);
    int (*stat)(struct fs *fs, uint64_t inode, struct nonos_file_stat *stat);
    /* Reads up to `len` bytes; *done 0 at the end. */
    int (*read)(struct fs *fs, uint64_t inode, uint64_t offset, void *buffer, size_t len,
                size_t *done);
    /* Entries from *cursor on (0: the first); sets *cursor behind the last one that `emit` took. */
    int (*read_dir)(struct fs *fs, uint64_t dir, uint64_t *cursor, fs_emit *emit, void *context);
    int (*read_link)(struct fs *fs, uint64_t inode, char *target, size_t size, size_t *len);
    int (*stat_fs)(struct fs *fs, struct nonos_file_fs *info);

    /* While an inode is open it keeps its data, also when its last name goes. */
    int (*open)(struct fs *fs, uint64_t inode);
    void (*close)(struct fs *fs, uint64_t inode);

    /* The rest is NULL on a file system that is never written. */
    int (*write)(struct fs *fs, uint64_t inode, uint64_t offset, const void *buffer, size_t len,
                 size_t *done);
    int (*truncate)(struct fs *fs, uint64_t inode, uint64_t size);
    int (*create)(struct fs *fs, uint64_t dir, const char *name, size_t len,
                  enum nonos_file_kind kind, uint32_t mode, const char *target, size_t target_len,
                  uint64_t *inode);
    int (*link)(struct fs *fs, uint64_t inode, uint64_t dir, const char *name, size_t len);
    /* `directory` says which kind must be there: NOT_DIRECTORY, IS_DIRECTORY, NOT_EMPTY. */
    int (*remove)(struct fs *fs, uint64_t dir, const char *name, size_t len, bool directory);
    /*
     * Replaces what is at the new name as rename(2) does; INVALID if a directory would move into
     * itself.
     */
    int (*rename)(struct fs *fs, uint64_t old_dir, const char *old_name, size_t old_len,
                  uint64_t new_dir, const char *new_name, size_t new_len);
    int (*set_mode)(struct fs *fs, uint64_t inode, uint32_t mode);
    int (*set_times)(struct fs *fs, uint64_t inode, int64_t access_ns, int64_t modify_ns);
    /* Returns when all that was written is durable. */
    int (*sync)(struct fs *fs);
    /*
     * The same, and nothing is written any more until it is mounted again: for the end of power.
     * What is open can still be read.
     */
    int (*rest)(struct fs *fs);
};

struct fs {
    const struct fs_ops *ops;
    uint64_t root;
    uint64_t device; /* st_dev: given by the mount table */
    bool read_only;
    size_t users; /* open files and paths of views: walk.c counts them */
};

/* Wall clock for time stamps, nanoseconds since 1970. Set once at start; tests set their own. */
extern int64_t (*fs_clock)(void);

#endif
