/*
 * Extended attributes on disk: a list of entries from the front of an area, their values from its end. There are two such
 * areas: what an inode has behind its fields, and a block that inodes may share.
 */
#ifndef NONFS_EXT4_XATTR_H
#define NONFS_EXT4_XATTR_H

#include "ext4/volume.h"

/* Offsets in an entry. */
enum {
    XE_NAME_LEN = 0,
    XE_NAME_INDEX = 1,
    XE_VALUE_OFFSET = 2,
    XE_VALUE_INODE = 4,
    XE_SIZE = 8,
    XE_HASH = 12,
};

/* Offsets in the block, and where its entries start. */
enum { XB_MAGIC = 0, XB_REFCOUNT = 4, XB_BLOCKS = 8, XB_HASH = 12, XB_CHECKSUM = 16 };
#define XATTR_BLOCK_HEADER 32u
#define XATTR_INODE_HEADER 4u         /* the magic before the entries in an inode */
#define XATTR_VALUE_MAX    (1u << 24) /* of a value in an inode of its own */

/* The prefixes of names, as numbers in an entry. */
enum xattr_index {
    XATTR_USER = 1,
    XATTR_ACL_ACCESS = 2,
    XATTR_ACL_DEFAULT = 3,
    XATTR_TRUSTED = 4,
    XATTR_SECURITY = 6,
    XATTR_SYSTEM = 7,
};

struct xattr_name {
    enum xattr_index index;
    uint32_t len; /* without the prefix */
    const char *text;
};

struct xattr_area {
    const uint8_t *bytes; /* offsets of values count from here; NULL: there is none */
    uint32_t first;       /* offset of the first entry */
    uint32_t size;
};

struct xattr_entry {
    struct xattr_name name;
    uint32_t next;   /* offset of the entry behind it */
    uint32_t offset; /* of the value in the area, if `inode` is 0 */
    uint32_t inode;  /* that holds the value; 0: it lies in the area */
    uint32_t size;   /* bytes of the value */
    uint32_t hash;
};

static inline int xattr_at_end(const struct xattr_area *a, uint32_t at)
{
    return a->size - at < 4 ||
           (a->bytes[at] | a->bytes[at + 1] | a->bytes[at + 2] | a->bytes[at + 3]) == 0;
}

static inline uint32_t xattr_entry_size(uint32_t name_len)
{
    return (EXT4_XATTR_ENTRY_SIZE + name_len + 3) & ~3u;
}

/* Decodes the entry at `at`, which is not the end. Returns what is wrong, or NULL; then all of it lies in the area. */
const char *nonfs_xattr_decode(const struct xattr_area *a, uint32_t at, struct xattr_entry *e);

/* Below, at or above 0 as `a` comes before, is or comes behind `b` in a block. */
int nonfs_xattr_name_compare(const struct xattr_name *a, const struct xattr_name *b);

/* Splits a name in its prefix and the rest. NONFS_E_INVALID for a prefix that is not known; NONFS_E_NAME_TOO_LONG. */
int nonfs_xattr_name_parse(const char *text, size_t len, struct xattr_name *name);

/* The area in an inode of which these are the raw bytes. Returns what is wrong, or NULL. */
const char *nonfs_xattr_inode_area(const struct nonfs_ext4 *volume, const uint8_t *raw,
                                   struct xattr_area *a);

/* Pins a block of attributes, verified. */
int nonfs_xattr_block_get(struct nonfs_ext4 *volume, uint32_t inode, uint64_t block,
                          struct block_ref *ref, struct xattr_area *a);

/* The checksum of the block with this number. */
uint32_t nonfs_xattr_block_sum(const struct nonfs_ext4 *volume, uint64_t block,
                               const uint8_t *bytes);

/* The hash of a name and the value behind it; zeros fill the value to full words. `is_signed`: as some machines had it. */
uint32_t nonfs_xattr_hash(const struct xattr_name *name, const uint8_t *value, uint32_t size,
                          int is_signed);

/*
 * POSIX ACLs have one form on disk and another one in Linux' system calls, in which this library takes and gives them.
 * acl.c: `*len` receives the length, `out` holds `size` bytes or is NULL. NONFS_E_CORRUPT; NONFS_E_NO_SPACE.
 */
int nonfs_acl_from_disk(const uint8_t *disk, uint32_t disk_len, uint8_t *out, size_t size,
                        size_t *len);

/* An ACL from a caller, as it goes to disk. */
struct acl_set {
    uint32_t len;         /* bytes on disk; 0: it has no entry */
    uint32_t permissions; /* the nine bits of a mode that say the same */
    int minimal;          /* it says no more than they do */
};

/* Checks the ACL; `disk` holds as many bytes as `value`. NONFS_E_INVALID. */
int nonfs_acl_to_disk(const uint8_t *value, size_t len, uint8_t *disk, struct acl_set *set);

/* Puts the permissions of a new mode into an ACL on disk. */
void nonfs_acl_set_mode(uint8_t *disk, uint32_t disk_len, uint32_t mode);

/* Leaves in both the ACL and the mode what both allow. Returns whether the ACL says no more than the mode. */
int nonfs_acl_restrict(uint8_t *disk, uint32_t disk_len, uint32_t *mode);

/* Copies a value out of an area as it is on disk. `*len` receives its length: 0 if there is no such attribute. */
int nonfs_xattr_copy(struct nonfs_ext4_node *node, const struct xattr_name *name, uint8_t *value,
                     uint32_t size, uint32_t *len);

#endif
