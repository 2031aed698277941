/*
 * Where a volume is damaged: the structure, its number and what is wrong with it, for the message that a user sees.
 */
#ifndef NONFS_DIAGNOSTIC_H
#define NONFS_DIAGNOSTIC_H

#include <stddef.h>
#include <stdint.h>

#include <nonfs/result.h>

#ifdef __cplusplus
extern "C" {
#endif

enum nonfs_structure {
    NONFS_STRUCTURE_NONE,   /* nothing was recorded */
    NONFS_STRUCTURE_DEVICE, /* the block device itself; `block` is what was read */
    NONFS_STRUCTURE_SUPERBLOCK,
    NONFS_STRUCTURE_FEATURE, /* `reason` is the name of the feature */
    NONFS_STRUCTURE_JOURNAL,
    NONFS_STRUCTURE_GROUP, /* a group descriptor; `block` holds it */
    NONFS_STRUCTURE_INODE,
    NONFS_STRUCTURE_EXTENTS, /* a block of the extent tree, or the root in the inode (block 0) */
    NONFS_STRUCTURE_INDIRECT, /* a block of the classic block map, or the root in the inode (block 0) */
    NONFS_STRUCTURE_DIRECTORY, /* a block of directory entries */
    NONFS_STRUCTURE_INDEX,     /* a block of a directory's hash tree */
    NONFS_STRUCTURE_SYMLINK,
    NONFS_STRUCTURE_INLINE_DATA, /* content stored inside the inode */
    NONFS_STRUCTURE_XATTR,       /* extended attributes: a block, or those in the inode (block 0) */
    NONFS_STRUCTURE_ORPHANS,     /* the orphan file, or one of the inodes to be deleted */
    NONFS_STRUCTURE_VERITY_SUPERBLOCK,
    NONFS_STRUCTURE_VERITY_DATA, /* `block` is a block of the data, 0 too, in the data's block size */
    NONFS_STRUCTURE_VERITY_HASH, /* `block` is a block of the tree's device, in the tree's block size */
};

struct nonfs_diagnostic {
    int result; /* the error that was returned */
    enum nonfs_structure structure;
    uint64_t inode;     /* inode that the structure belongs to; 0: none */
    uint64_t block;     /* block of the volume, in units of its block size; 0: none or not known */
    uint64_t group;     /* group number, where structure is NONFS_STRUCTURE_GROUP */
    const char *reason; /* constant English text; NULL where the result says it all */
};

/* Room for every text that nonfs_diagnostic_format makes, with its final NUL. */
#define NONFS_DIAGNOSTIC_TEXT_SIZE 192u

/*
 * Writes one line such as "ext4: inode 12: directory block 345: a record runs over the end of the block" into `text`,
 * NUL-terminated and cut at `size` bytes if it does not fit. Returns the length without the NUL of what was written.
 * size = 0 writes nothing.
 */
NONFS_API size_t nonfs_diagnostic_format(const struct nonfs_diagnostic *diagnostic, char *text,
                                         size_t size);

#ifdef __cplusplus
}
#endif

#endif
