/*
 * Files, directories and symbolic links of a mounted ext4 volume.
 *
 * A node is an open inode, in a structure that the caller owns. It holds no resource: it may be copied, and is forgotten
 * rather than closed. It must not be used after its volume was unmounted. Any number may be open at once.
 *
 * Names are bytes, not text: everything but '/' and NUL, 1 to 255 of them.
 *
 * Every function here can return NONFS_E_IO or NONFS_E_GONE from the device, and NONFS_E_CORRUPT or NONFS_E_CHECKSUM
 * from what it reads; nonfs_ext4_diagnostic() then says which structure it was. The comments name only what is special.
 */
#ifndef NONFS_EXT4_NODE_H
#define NONFS_EXT4_NODE_H

#include <stddef.h>
#include <stdint.h>

#include <nonfs/ext4.h>
#include <nonfs/result.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONFS_EXT4_ROOT_INODE 2u
#define NONFS_EXT4_NAME_MAX   255u /* bytes of one name */
#define NONFS_EXT4_PATH_MAX \
    4095u /* bytes of a path or of a symbolic link's target, without a NUL */
#define NONFS_EXT4_SYMLINK_MAX 40u /* links followed by one lookup */

/* The type of a file, in `mode`: mode & NONFS_S_IFMT is one of these. */
#define NONFS_S_IFMT   0170000u
#define NONFS_S_IFIFO  0010000u
#define NONFS_S_IFCHR  0020000u
#define NONFS_S_IFDIR  0040000u
#define NONFS_S_IFBLK  0060000u
#define NONFS_S_IFREG  0100000u
#define NONFS_S_IFLNK  0120000u
#define NONFS_S_IFSOCK 0140000u

/* The type that a directory entry carries. */
enum nonfs_file_type {
    NONFS_TYPE_UNKNOWN =
        0, /* the volume does not store it, or stores a value that has no meaning */
    NONFS_TYPE_REGULAR = 1,
    NONFS_TYPE_DIRECTORY = 2,
    NONFS_TYPE_CHARACTER_DEVICE = 3,
    NONFS_TYPE_BLOCK_DEVICE = 4,
    NONFS_TYPE_FIFO = 5,
    NONFS_TYPE_SOCKET = 6,
    NONFS_TYPE_SYMLINK = 7,
};

/* Flags of an inode, as lsattr(1) shows them; the other bits of `flags` are passed on as they are on disk. */
#define NONFS_EXT4_FL_IMMUTABLE   0x00000010u
#define NONFS_EXT4_FL_APPEND      0x00000020u
#define NONFS_EXT4_FL_ENCRYPT     0x00000800u
#define NONFS_EXT4_FL_INDEX       0x00001000u /* directory with a hash tree */
#define NONFS_EXT4_FL_HUGE_FILE   0x00040000u
#define NONFS_EXT4_FL_EXTENTS     0x00080000u
#define NONFS_EXT4_FL_VERITY      0x00100000u /* its hash tree is not checked by this library */
#define NONFS_EXT4_FL_INLINE_DATA 0x10000000u

struct nonfs_ext4_stat {
    uint64_t size;            /* bytes */
    uint64_t allocated;       /* bytes that it takes on disk */
    uint64_t version;         /* changes whenever the inode does */
    uint64_t xattr_block;     /* block with extended attributes; 0: none */
    struct nonfs_time atime;  /* last read */
    struct nonfs_time mtime;  /* last change of the content */
    struct nonfs_time ctime;  /* last change of the inode */
    struct nonfs_time crtime; /* creation; 0 where inodes are too small to hold it */
    uint32_t deletion_time;   /* seconds since 1970, low 32 bits; 0: not deleted */
    uint32_t inode;
    uint32_t generation;
    uint32_t flags; /* NONFS_EXT4_FL_... */
    uint32_t uid;
    uint32_t gid;
    uint32_t project;
    uint32_t device_major; /* of a character or block device, else 0 */
    uint32_t device_minor;
    uint32_t links;
    uint16_t mode; /* NONFS_S_IF... and permissions */
};

/* An open inode. The members are the library's; nonfs_ext4_stat() gives what a caller may want to know. */
struct nonfs_ext4_node {
    struct nonfs_ext4 *volume;
    struct nonfs_ext4_stat stat;
    uint64_t seen; /* changes of the volume when the inode was read */
    uint32_t checksum_seed;
    uint8_t map[60];    /* i_block */
    uint32_t run_state; /* the run of blocks that was looked up last */
    uint64_t run_first;
    uint64_t run_count;
    uint64_t run_physical;
};

/* One entry of a directory. */
struct nonfs_ext4_entry {
    uint32_t inode;
    uint8_t type; /* enum nonfs_file_type */
    uint8_t name_len;
    char name[NONFS_EXT4_NAME_MAX + 1]; /* NUL-terminated */
};

/*
 * Opens an inode by its number; NONFS_EXT4_ROOT_INODE is the root directory. Returns 0; NONFS_E_NOT_FOUND if the inode
 * is not in use, or has no name and is not held; NONFS_E_INVALID if there is no such number. On error `*node` is unchanged.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_open(struct nonfs_ext4 *volume, uint32_t inode,
                                               struct nonfs_ext4_node *node);

/* Do not follow a symbolic link in the last part of the path. */
#define NONFS_EXT4_LOOKUP_NOFOLLOW 1u

/*
 * Opens what `path` names.
 *
 * start     directory from which a relative path starts; NULL: the root directory
 * path      `path_len` bytes without a NUL. A path that starts with '/' starts at the root of the volume, and so does the
 *           target of an absolute symbolic link. Empty parts are skipped; an empty path names `start`. A '/' at the end
 *           demands a directory.
 * flags     NONFS_EXT4_LOOKUP_... or 0
 * node      receives the node; may be the same as `start`
 *
 * Returns 0; NONFS_E_NOT_FOUND; NONFS_E_NOT_DIRECTORY if a part other than the last one is no directory; NONFS_E_LOOP
 * after NONFS_EXT4_SYMLINK_MAX links; NONFS_E_NAME_TOO_LONG if a part is longer than NONFS_EXT4_NAME_MAX, the path
 * longer than NONFS_EXT4_PATH_MAX, or what is left of it with the links replaced longer than twice that. On error `*node` is unchanged.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_lookup(struct nonfs_ext4 *volume,
                                                 const struct nonfs_ext4_node *start,
                                                 const char *path, size_t path_len, unsigned flags,
                                                 struct nonfs_ext4_node *node);

/*
 * Finds one name in a directory, through its hash tree if it has one, and does not follow links. "." and ".." are
 * entries like the others. A hash tree that is damaged in a way that its checksums (if any) do not show is passed over,
 * and the directory is searched from its start. Returns 0; NONFS_E_NOT_FOUND; NONFS_E_NOT_DIRECTORY;
 * NONFS_E_NAME_TOO_LONG. On error `*entry` is unchanged.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_find(struct nonfs_ext4_node *directory, const char *name,
                                               size_t name_len, struct nonfs_ext4_entry *entry);

/* What the inode says. Cannot fail: the inode was read when the node was opened. */
NONFS_API void nonfs_ext4_stat(const struct nonfs_ext4_node *node, struct nonfs_ext4_stat *out);

/*
 * Reads up to `len` bytes of a regular file from `offset`. Holes, and blocks that were reserved but never written, read
 * as zeros. Whole blocks go from the device straight into `buf`, contiguous ones in one request.
 *
 * done   receives the number of bytes read: less than `len` only at the end of the file or on error; 0 at or behind the end
 *
 * Returns 0; NONFS_E_IS_DIRECTORY; NONFS_E_INVALID if the node is neither a file nor a directory. On error the first
 * `*done` bytes of `buf` are valid and the others have no particular content.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_read(struct nonfs_ext4_node *node, uint64_t offset,
                                               void *buf, size_t len, size_t *done);

/*
 * Reads the target of a symbolic link into `target` and adds a NUL.
 *
 * size   bytes at `target`; NONFS_EXT4_PATH_MAX + 1 is always enough
 * len    receives the length without the NUL
 *
 * Returns 0; NONFS_E_INVALID if the node is no symbolic link; NONFS_E_NO_SPACE if `size` is too small (then `*len` is the
 * length of the target). On other errors `*len` is unchanged; the content of `target` does not matter.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_readlink(struct nonfs_ext4_node *node, char *target,
                                                   size_t size, size_t *len);

/*
 * Gives the next entry of a directory, "." and ".." among them, in no particular order.
 *
 * cursor   where to go on: 0 for the first entry, then what the previous call left there. A value may be kept and used
 *          again at any time while the volume is mounted; other values than these give NONFS_E_INVALID or some entry.
 *
 * Returns 0; NONFS_E_NOT_FOUND after the last entry; NONFS_E_NOT_DIRECTORY. After NONFS_E_CORRUPT, NONFS_E_CHECKSUM and
 * NONFS_E_IO the cursor has moved past what is damaged, so that a caller who wants what is left may go on; the number of
 * such errors is bounded by the size of the directory. On error `*entry` is unchanged.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_readdir(struct nonfs_ext4_node *directory,
                                                  uint64_t *cursor, struct nonfs_ext4_entry *entry);

#define NONFS_EXT4_XATTR_NAME_MAX 255u /* bytes of a name with its prefix, in calls */
#define NONFS_EXT4_XATTR_VALUE_MAX \
    65536u /* bytes of a value that is set; there is never room for more in a block */

/* One extended attribute. */
struct nonfs_ext4_xattr {
    uint64_t value_len; /* bytes */
    uint16_t name_len;
    char name[280]; /* with its prefix, NUL-terminated */
};

/*
 * Reads the value of an extended attribute.
 *
 * name   with its prefix: "user.", "trusted." or "security." and more, or "system.posix_acl_access" or
 *        "system.posix_acl_default", whose values are in the form of Linux' xattr(7) (version 2), not in that of the disk
 * value  `size` bytes; NULL asks for the length only
 * len    receives the length of the value
 *
 * Returns 0; NONFS_E_NOT_FOUND; NONFS_E_NO_SPACE if `size` is too small, with `*len` set; NONFS_E_INVALID for another
 * prefix; NONFS_E_NAME_TOO_LONG. A value in an inode of its own is given when its checksum holds.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_xattr_get(struct nonfs_ext4_node *node, const char *name,
                                                    size_t name_len, void *value, size_t size,
                                                    size_t *len);

/*
 * Gives the next extended attribute, of those that nonfs_ext4_xattr_get knows. `*cursor` starts as 0, and is right as long as
 * no attribute of the node is set or removed. Returns 0; NONFS_E_NOT_FOUND behind the last one. On error `*xattr` has no
 * particular content.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_ext4_xattr_next(struct nonfs_ext4_node *node, uint32_t *cursor,
                                                     struct nonfs_ext4_xattr *xattr);

#ifdef __cplusplus
}
#endif

#endif
