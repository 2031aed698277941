/*
 * What a file system offers to the VFS layer (nonfs/vfs.h): one table of functions over ext4, the RAM file system, a verified
 * image, and whatever an embedder adds.
 *
 * An inode number names an object of one file system. Functions return 0 or a negative nonfs_result, and change nothing
 * when they fail, unless they say otherwise. Names are one component of a path: 1 to NONFS_NAME_MAX bytes without '/' and NUL,
 * not NUL-terminated, never "." or ".."; the VFS layer has seen to that.
 *
 * Threads: the VFS layer makes no two calls at once that name the same inode, and no two calls at once that look up,
 * change, open or close names, wherever. Calls of `read`, `write`, `truncate`, `stat` and `info` on different inodes, and `sync` and `rest`, run at
 * the same time, and beside one of the others, unless the file system is `serial`: then it gets one call at a time.
 */
#ifndef NONFS_FS_H
#define NONFS_FS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonfs/result.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONFS_NAME_MAX 255u  /* bytes of one name */
#define NONFS_PATH_MAX 4096u /* bytes of a path; a symbolic link's target has one less */

enum nonfs_kind {
    NONFS_KIND_FILE = 1,
    NONFS_KIND_DIRECTORY,
    NONFS_KIND_SYMLINK,
    NONFS_KIND_OTHER, /* devices, sockets and what else a disk may hold: has a name, and cannot be opened */
};

struct nonfs_fs_stat {
    uint64_t
        device; /* the mount: no two that are mounted at once, or one after the other, have the same */
    uint64_t inode;
    enum nonfs_kind kind;
    uint32_t mode; /* permission bits, 07777: kept, and not enforced */
    uint32_t links;
    uint32_t uid;
    uint32_t gid;
    uint32_t block_size;                                /* bytes */
    uint64_t size;                                      /* bytes */
    uint64_t allocated;                                 /* bytes that it takes */
    int64_t access_ns, change_ns, modify_ns, create_ns; /* since 1970 UTC */
};

struct nonfs_fs_info {
    char type[16];    /* "ext4", "ram", ...; NUL-terminated, zeros up to its end */
    char source[48];  /* label or device, likewise */
    char options[32]; /* of the mount beside read_only, words with commas between; likewise */
    uint64_t block_size, blocks, blocks_free, inodes, inodes_free;
    uint32_t name_max; /* bytes */
    bool read_only;
};

/* A mutual exclusion that the embedder has: `count` of them, numbered from 0. Not taken twice by one thread. */
struct nonfs_locks {
    void (*lock)(void *context,
                 unsigned number); /* NULL: there is one thread, and nothing is locked */
    void (*unlock)(void *context, unsigned number);
    void *context;
    unsigned count;
};

struct nonfs_fs;

/* Receives one entry of a directory; false if it has no room for it: then the listing ends before this entry. */
typedef bool nonfs_fs_emit(void *context, uint64_t inode, enum nonfs_kind kind, const char *name,
                           size_t name_len);

struct nonfs_fs_ops {
    /* NONFS_E_NOT_FOUND; NONFS_E_NOT_DIRECTORY. */
    int (*lookup)(struct nonfs_fs *fs, uint64_t directory, const char *name, size_t name_len,
                  uint64_t *inode, enum nonfs_kind *kind);
    /* The directory above. The root's parent is the root. */
    int (*parent)(struct nonfs_fs *fs, uint64_t directory, uint64_t *parent);
    int (*stat)(struct nonfs_fs *fs, uint64_t inode, struct nonfs_fs_stat *stat);
    /* Reads up to `len` bytes of a file; *done is 0 only at its end. */
    int (*read)(struct nonfs_fs *fs, uint64_t inode, uint64_t offset, void *buf, size_t len,
                size_t *done);
    /* Entries from *cursor on (0: the first) without "." and ".."; sets *cursor behind the last one that `emit` took. */
    int (*read_dir)(struct nonfs_fs *fs, uint64_t directory, uint64_t *cursor, nonfs_fs_emit *emit,
                    void *context);
    /* The target, not NUL-terminated. NONFS_E_INVALID if it is no symbolic link; NONFS_E_NO_SPACE if `size` is too small. */
    int (*read_link)(struct nonfs_fs *fs, uint64_t inode, char *target, size_t size, size_t *len);
    int (*info)(struct nonfs_fs *fs, struct nonfs_fs_info *info);

    /* While an inode is open it keeps its number and its data, also when its last name goes. Opened as often as closed. */
    int (*open)(struct nonfs_fs *fs, uint64_t inode);
    void (*close)(struct nonfs_fs *fs, uint64_t inode);

    /* The rest is NULL on a file system that is never written; of one with `write` and no `create`, files change and names do not. */

    /* *done is less than `len` only if it is full or fails; an error is returned only if nothing was written. */
    int (*write)(struct nonfs_fs *fs, uint64_t inode, uint64_t offset, const void *buf, size_t len,
                 size_t *done);
    /* What is added reads as zeros. */
    int (*truncate)(struct nonfs_fs *fs, uint64_t inode, uint64_t size);
    /* A file, a directory, or a link with `target`. NONFS_E_EXISTS. */
    int (*create)(struct nonfs_fs *fs, uint64_t directory, const char *name, size_t name_len,
                  enum nonfs_kind kind, uint32_t mode, const char *target, size_t target_len,
                  uint64_t *inode);
    /* NONFS_E_EXISTS; NONFS_E_IS_DIRECTORY. */
    int (*link)(struct nonfs_fs *fs, uint64_t inode, uint64_t directory, const char *name,
                size_t name_len);
    /* `is_directory` says what must be there: NONFS_E_NOT_DIRECTORY, NONFS_E_IS_DIRECTORY, NONFS_E_NOT_EMPTY. */
    int (*remove)(struct nonfs_fs *fs, uint64_t directory, const char *name, size_t name_len,
                  bool is_directory);
    /* Replaces what is at the new name as rename(2) does; NONFS_E_INVALID if a directory would move into itself. */
    int (*rename)(struct nonfs_fs *fs, uint64_t old_directory, const char *old_name, size_t old_len,
                  uint64_t new_directory, const char *new_name, size_t new_len);
    int (*set_mode)(struct nonfs_fs *fs, uint64_t inode, uint32_t mode);
    int (*set_times)(struct nonfs_fs *fs, uint64_t inode, int64_t access_ns, int64_t modify_ns);
    /* Returns when all that was written is durable. */
    int (*sync)(struct nonfs_fs *fs);
    /* The same, and nothing is written any more until it is mounted again: for the end of power. What is open can still be read. */
    int (*rest)(struct nonfs_fs *fs);
};

/* The first member of every file system. */
struct nonfs_fs {
    const struct nonfs_fs_ops *ops;
    uint64_t root;
    uint64_t device; /* given when it is mounted */
    bool read_only;  /* may become true while it is mounted, not false; looked at without a lock */
    bool serial;     /* one call at a time */
    size_t users;    /* open files and paths of views; the VFS layer counts them */
};

#ifdef __cplusplus
}
#endif

#endif
