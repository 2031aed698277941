/*
 * Changing an ext4 volume that was mounted with NONFS_MOUNT_WRITE.
 *
 * Each function is one operation, or a row of them where it says so: it happens or it does not. After an error the volume
 * is as it was before the call. What was changed reaches the disk at nonfs_ext4_sync() at the latest, in the order in which it was
 * done; after a loss of power the volume is what it was at some moment since the last sync, and never older. The journal
 * sees to that on volumes that have one; without a journal it holds only between a sync and the next change.
 *
 * A node stays right when another one changes the volume: it is read again when it is used. One whose inode was deleted
 * gives NONFS_E_NOT_FOUND, unless it is held. What nonfs_ext4_stat() gives is of the last call that used the node.
 *
 * Every function here can return NONFS_E_READ_ONLY if the volume was not mounted for writing or the inode is immutable;
 * NONFS_E_FULL; NONFS_E_ABORTED after the device failed in a commit; NONFS_E_UNSUPPORTED for inodes in a form that is only
 * read (block maps); NONFS_E_CORRUPT and NONFS_E_CHECKSUM for what is damaged; NONFS_E_IO and NONFS_E_GONE. The comments
 * name only what is special.
 *
 * Rights are not checked, and the set-group-ID bit of a directory has no effect here: that is the caller's to do.
 */
#ifndef NONFS_EXT4_WRITE_H
#define NONFS_EXT4_WRITE_H

#include <nonfs/ext4_node.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The time that changes get from now on. Cannot fail. */
NONFS_API void nonfs_ext4_set_time(struct nonfs_ext4 *volume, const struct nonfs_time *now);

/* Returns when everything that was done is durable. On a volume that is only read it does nothing. */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_sync(struct nonfs_ext4 *volume);

/*
 * With NONFS_MOUNT_SCRUB: commits what was changed and overwrites up to `budget` blocks, with zeros, of what still holds what it held
 * before it was given back. To be called when there is nothing else to do, until nothing is left: first the blocks of files and
 * metadata that were given back, then the log, then, if there is a sweep, all blocks that are free. Blocks that wait are not used,
 * and are overwritten at once where they are needed; unmounting overwrites all of them, and the log, but does not sweep. A mount that
 * replays a journal starts a sweep, because what waited before the loss of power is on no list.
 *
 * left  receives the number of blocks that are left, those in use among the ones that the sweep will pass over
 *
 * What was overwritten is so durably when it returns 0. On a flash device old content may survive in cells that the
 * device does not show: there only encryption helps. Without NONFS_MOUNT_SCRUB it does nothing and leaves 0.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_scrub(struct nonfs_ext4 *volume, uint32_t budget,
                                                uint64_t *left);

/*
 * Starts a sweep of all blocks that are free, and of all of the log, for a volume that was used without NONFS_MOUNT_SCRUB before. Names that
 * were removed then, and inodes that were deleted, stay in blocks that are in use. Cannot fail.
 */
NONFS_API void nonfs_ext4_scrub_all(struct nonfs_ext4 *volume);

/*
 * Writes `len` bytes to a regular file from `offset`, which may lie behind its end. A row of operations: `*done` receives
 * how many bytes were written, which is less than `len` only on error. With NONFS_MOUNT_PAD an error with all of `len` written says
 * that the padding failed.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_write(struct nonfs_ext4_node *node, uint64_t offset,
                                                const void *buf, size_t len, size_t *done);

/* Gives a regular file a new size; what is added reads as zeros. */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_truncate(struct nonfs_ext4_node *node, uint64_t size);

/* Makes a range of a regular file a hole, as far as the file goes. A row of operations. */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_punch(struct nonfs_ext4_node *node, uint64_t offset,
                                                uint64_t len);

/*
 * Reserves blocks for a range of a regular file; they read as zeros until they are written. The file gets longer if the
 * range ends behind it, unless `keep_size`. A row of operations. NONFS_E_INVALID for an empty range.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_allocate(struct nonfs_ext4_node *node, uint64_t offset,
                                                   uint64_t len, int keep_size);

/*
 * Holds a file or directory: when its last name goes, it stays as it is, without a name, until it is released as often as it
 * was held. A loss of power and unmounting delete it. For who gives files to others, who may go on using what they opened.
 *
 * Returns 0; NONFS_E_NO_MEMORY if there are as many as the configuration of the mount allows; NONFS_E_NOT_FOUND. On a volume
 * that is only read it does nothing.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_hold(struct nonfs_ext4_node *node);

/* Ends one holding of an inode. NONFS_E_INVALID if it is not held; other errors are of a deletion, and it is released. */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_release(struct nonfs_ext4_node *node);

/* What nonfs_ext4_create makes. Members that do not belong to the type are not looked at. */
struct nonfs_ext4_new {
    /* NONFS_S_IF... and permissions. Where the directory has a default ACL, a umask should not have changed them. */
    uint16_t mode;
    uint32_t uid;
    uint32_t gid;
    uint32_t device_major; /* of a character or block device: below 4096 */
    uint32_t device_minor; /* below 2^20 */
    const char *
        target; /* of a symbolic link: 1 to NONFS_EXT4_PATH_MAX bytes, and less than a block, without a NUL */
    size_t target_len;
};

/*
 * Creates a file of any type in a directory, with the directory's default ACL if it has one. `node` receives it and may
 * be NULL.
 *
 * Returns 0; NONFS_E_EXISTS; NONFS_E_NOT_DIRECTORY; NONFS_E_INVALID for a type, a name, a target or a device number that
 * cannot be; NONFS_E_NAME_TOO_LONG for a name or a target; NONFS_E_TOO_MANY_LINKS if the directory can hold no more directories.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_create(struct nonfs_ext4_node *directory,
                                                 const char *name, size_t name_len,
                                                 const struct nonfs_ext4_new *what,
                                                 struct nonfs_ext4_node *node);

/*
 * Gives a file another name. NONFS_E_IS_DIRECTORY; NONFS_E_EXISTS; NONFS_E_NOT_DIRECTORY; NONFS_E_INVALID;
 * NONFS_E_NAME_TOO_LONG; NONFS_E_TOO_MANY_LINKS.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_link(struct nonfs_ext4_node *directory, const char *name,
                                               size_t name_len, struct nonfs_ext4_node *node);

/*
 * Takes a name away, and deletes the file if it was its last one, unless it is held. A large file is deleted in a row of operations, which a loss of power does not interrupt for good. NONFS_E_NOT_FOUND;
 * NONFS_E_IS_DIRECTORY; NONFS_E_NOT_DIRECTORY if `directory` is none.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_unlink(struct nonfs_ext4_node *directory,
                                                 const char *name, size_t name_len);

/* Deletes an empty directory. NONFS_E_NOT_FOUND; NONFS_E_NOT_DIRECTORY; NONFS_E_NOT_EMPTY; NONFS_E_INVALID for ".". */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_rmdir(struct nonfs_ext4_node *directory, const char *name,
                                                size_t name_len);

/*
 * Moves a name, over another one if that exists: a file over a file, a directory over an empty directory. Both names of
 * one file: nothing is done. `from` and `to` may be the same node.
 *
 * Returns 0; NONFS_E_NOT_FOUND; NONFS_E_NOT_DIRECTORY; NONFS_E_IS_DIRECTORY; NONFS_E_NOT_EMPTY; NONFS_E_INVALID if a
 * directory would be moved into itself; NONFS_E_NAME_TOO_LONG; NONFS_E_TOO_MANY_LINKS.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_rename(struct nonfs_ext4_node *from, const char *name,
                                                 size_t name_len, struct nonfs_ext4_node *to,
                                                 const char *new_name, size_t new_name_len);

/*
 * Lets two names change what they name, files and directories of any type. Both names of one file: nothing is done. `from` and `to`
 * may be the same node.
 *
 * Returns 0; NONFS_E_NOT_FOUND if one of them does not exist; NONFS_E_NOT_DIRECTORY if `from` or `to` is none; NONFS_E_INVALID if a
 * directory would come into itself; NONFS_E_NAME_TOO_LONG; NONFS_E_TOO_MANY_LINKS.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_exchange(struct nonfs_ext4_node *from, const char *name,
                                                   size_t name_len, struct nonfs_ext4_node *to,
                                                   const char *other, size_t other_len);

/* What nonfs_ext4_set_attributes changes. */
#define NONFS_EXT4_SET_MODE  1u /* the permissions; the type stays */
#define NONFS_EXT4_SET_UID   2u
#define NONFS_EXT4_SET_GID   4u
#define NONFS_EXT4_SET_ATIME 8u
#define NONFS_EXT4_SET_MTIME 16u

struct nonfs_ext4_attributes {
    unsigned which; /* NONFS_EXT4_SET_... */
    uint16_t mode;
    uint32_t uid;
    uint32_t gid;
    struct nonfs_time atime;
    struct nonfs_time mtime;
};

/* Changes fields of an inode; with the mode, its access ACL. NONFS_E_INVALID for an unknown bit or a time that is none. */
NONFS_API NONFS_MUST_CHECK int
nonfs_ext4_set_attributes(struct nonfs_ext4_node *node,
                          const struct nonfs_ext4_attributes *attributes);

#define NONFS_EXT4_XATTR_CREATE  1u /* NONFS_E_EXISTS if there is such an attribute */
#define NONFS_EXT4_XATTR_REPLACE 2u /* NONFS_E_NOT_FOUND if there is none */

/*
 * Gives an extended attribute a value; names and values are as in nonfs_ext4_xattr_get. All attributes of an inode must fit
 * into what it has behind its fields and one block: NONFS_E_FULL if they do not.
 *
 * An access ACL changes the permissions, too, and if it says no more than they do, it is not stored. A default ACL is for
 * directories: NONFS_E_NOT_DIRECTORY. NONFS_E_INVALID for another prefix, an unknown flag, or an ACL that is none.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_xattr_set(struct nonfs_ext4_node *node, const char *name,
                                                    size_t name_len, const void *value, size_t len,
                                                    unsigned flags);

/* Takes an extended attribute away. NONFS_E_NOT_FOUND. */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_xattr_remove(struct nonfs_ext4_node *node,
                                                       const char *name, size_t name_len);

#ifdef __cplusplus
}
#endif

#endif
