/*
 * What the parts share that change a volume.
 *
 *   transaction.c  operations, which happen or do not; transactions, which are many of them; commit and checkpoint
 *   write_mount.c  what a mount for writing checks and says in the superblock; unmounting
 *   scrub.c        overwriting what was given back
 *   bitmap.c       bitmaps of blocks and inodes with their descriptors; balloc.c and ialloc.c take and give back
 *   inode_write.c  the fields of an inode
 *   extent_tree.c  inserting extents; extent_remove.c takes them out
 *   file_write.c   content of files; pad.c reserves blocks behind them; truncate.c shortens them and deletes inodes, with the chain of orphans
 *   xattr_write.c  extended attributes and ACLs
 *   orphan.c       what is to be deleted at the next mount; inodes that are held
 *   dir_write.c    names of directories; htree_write.c those with a hash tree
 *   namespace.c    create, link, unlink; rename.c moves names; attributes.c changes fields of inodes
 *
 * Everything between nonfs_op_begin and nonfs_op_end is one operation. It changes blocks only through nonfs_block_edit and
 * nonfs_block_edit_part, which keep what they held; when anything fails, nonfs_op_end puts that back, and the numbers of
 * the volume besides. So an operation needs no way back of its own, whatever it met. Operations are in the same
 * transaction until it is committed.
 *
 * Blocks that are given back stay out of use until the transaction is committed: until then their old content counts. With
 * NONFS_MOUNT_SCRUB they stay so until they were overwritten.
 */
#ifndef NONFS_EXT4_WRITER_H
#define NONFS_EXT4_WRITER_H

#include <nonfs/ext4_write.h>

#include "ext4/volume.h"
#include "ext4/xattr.h"

#define OP_BLOCKS_MAX    64u   /* blocks that one operation may change */
#define OP_FREES_MAX     64u   /* ranges of blocks that it may give back */
#define FREES_MAX        2048u /* the same for a transaction */
#define REVOKES_MAX      1024u
#define CLEAN_BLOCKS_MIN 48u /* slots of the cache that a transaction leaves */

/* Of each block that changes a part is kept, or the whole of it, or first one and then the other. */
#define OP_UNDO_MAX               (2 * OP_BLOCKS_MAX)
#define UNDO_PART_MAX(block_size) ((block_size) / 4)
#define UNDO_SIZE(block_size)     ((uint64_t)OP_BLOCKS_MAX * ((block_size) + UNDO_PART_MAX(block_size)))

struct undo {
    uint64_t verified;
    uint64_t stale;
    uint32_t slot;
    uint32_t offset; /* what was kept of the block: from here */
    uint32_t len;    /* so many bytes; 0: it held nothing before */
    uint32_t at;     /* where they are in undo_data */
    uint32_t owner;
    uint32_t seed;
    uint32_t operation;
    uint8_t sum;
    uint8_t kind;
    uint8_t dirty;
    uint8_t behind;
    uint8_t content;
};

struct free_range {
    uint64_t first;
    uint64_t count;
};

/* What an operation puts back besides blocks. */
struct op_numbers {
    uint64_t free_blocks;
    uint64_t waiting;
    uint32_t free_inodes;
    uint32_t last_orphan;
    uint32_t nfrees;
    uint32_t nrevokes;
    struct free_range last_free;
};

/* An inode that its users hold, and how often. */
struct held {
    uint32_t inode;
    uint32_t count;
};

struct writer {
    struct nonfs_time now;
    uint64_t changes; /* operations that succeeded: a node is read again after each */
    uint32_t operation;
    uint32_t nundo;
    uint32_t undo_used;   /* bytes of undo_data */
    uint32_t undo_blocks; /* blocks that the operation changed */
    uint8_t aborted;
    uint8_t super_changed;
    struct op_numbers before;
    struct undo *undo;
    uint8_t *undo_data;
    struct free_range *frees;
    uint64_t *revokes;
    uint32_t nfrees;
    uint32_t nscrub;  /* of these: the first ones, committed, that wait to be overwritten */
    uint64_t waiting; /* blocks in all of them, which are counted as free but not to be had */
    uint32_t nrevokes;
    uint32_t sweep_group; /* the sweep goes on here; the number of groups: there is none */
    uint32_t sweep_block; /* in the group */
    uint8_t *stage;
    struct held *held;
    uint32_t nheld;
    uint32_t held_max;
    uint32_t full_first;  /* groups without a free inode, as far as was seen: from here */
    uint32_t full_end;    /* to before here */
    uint32_t taken_group; /* the group that gave an inode last */
    uint32_t taken_end;   /* all of its inodes before this one are in use */
    uint32_t leaf_power;  /* for the sum of a block of names: see struct known_sum */
    struct nonfs_ext4_node orphan_file; /* if the volume has one */
    uint32_t orphan_block;              /* of it, where to look first */
    uint8_t *scratch;                   /* two blocks, for splitting blocks of names */
};

/* The checksum that a block gets when it is committed: so it is computed once, however often the block changes. */
enum block_sum {
    SUM_NONE,
    SUM_EXTENTS,
    SUM_DIRECTORY,
    SUM_DX_ROOT,
    SUM_DX_NODE,
    SUM_XATTR,
    SUM_ORPHANS,
    SUM_BLOCK_BITMAP, /* the owner is the group */
    SUM_INODE_BITMAP,
    SUM_INODES, /* of the parts that are stale; the owner is the number of the first part */
    SUM_GROUPS,
};

/* Starts an operation, committing first if there would be no room. NONFS_E_READ_ONLY; NONFS_E_ABORTED; device errors. */
int nonfs_op_begin(struct nonfs_ext4 *volume);
/* Ends it, and returns `result`: if that is not 0, everything is as it was. */
int nonfs_op_end(struct nonfs_ext4 *volume, int result);
/* Blocks and ranges that the running operation may still use. */
uint32_t nonfs_op_room(const struct nonfs_ext4 *volume);

/* Lets a pinned block be changed. `data` receives its content. */
int nonfs_block_edit(struct nonfs_ext4 *volume, struct block_ref *ref, uint8_t **data);
/* The same, when only `len` bytes from `offset` are changed. */
int nonfs_block_edit_part(struct nonfs_ext4 *volume, struct block_ref *ref, uint32_t offset,
                          uint32_t len, uint8_t **data);
/* Pins a block that was just taken, all zero and changed. */
int nonfs_block_edit_new(struct nonfs_ext4 *volume, uint64_t block, struct block_ref *ref,
                         uint8_t **data);
void nonfs_block_set_sum(struct block_ref *ref, enum block_sum sum, uint32_t owner, uint32_t seed);
/* The same for a part of a block, which has the number `number`: SUM_INODES or SUM_GROUPS. */
void nonfs_part_set_sum(struct nonfs_ext4 *volume, struct block_ref *ref, enum block_sum sum,
                        uint32_t number, uint32_t part);

/* Blocks that a transaction may change when the log has `room` free blocks. */
uint32_t nonfs_transaction_limit(const struct nonfs_ext4 *volume, uint32_t room);
/* Writes all that was changed, durably. */
int nonfs_volume_commit(struct nonfs_ext4 *volume);
/* Writes everything home, so that the log is empty. After a commit. */
int nonfs_volume_checkpoint(struct nonfs_ext4 *volume);

/* scrub.c */
/* Overwrites blocks with zeros; not while a commit is running. */
int nonfs_blocks_zero(struct nonfs_ext4 *volume, uint64_t first, uint64_t count);
/* All ranges that wait for it, after a commit. */
int nonfs_scrub_list(struct nonfs_ext4 *volume);
/* The same within a budget, and the log after them. */
int nonfs_scrub(struct nonfs_ext4 *volume, uint32_t *budget);

/* write_mount.c */
/* Whether the volume, as its superblock describes it, may be written. */
int nonfs_write_judge(struct nonfs_ext4 *volume);
int nonfs_write_begin(struct nonfs_ext4 *volume);
int nonfs_write_end(struct nonfs_ext4 *volume);

/* group.c */
enum group_field {
    GROUP_FREE_BLOCKS,
    GROUP_FREE_INODES,
    GROUP_DIRECTORIES,
    GROUP_UNUSED_INODES,
    GROUP_FLAGS
};
/* Changes a number in the descriptor, which is pinned in `g`, and its checksum. */
int nonfs_group_set(struct nonfs_ext4 *volume, struct group_ref *g, enum group_field field,
                    uint32_t value);
/* Stores the checksum of a bitmap in its descriptor, at commit: the block of the descriptor is dirty. */
int nonfs_group_set_bitmap_sum(struct nonfs_ext4 *volume, uint32_t group, enum block_sum which,
                               uint32_t sum);

/* bitmap.c: pins the bitmap of a group, verified; made from nothing if it never was written. */
int nonfs_bitmap_get(struct nonfs_ext4 *volume, struct group_ref *g, enum block_sum which,
                     struct block_ref *ref);
/* Sets `count` bits from `first` of a bitmap that is pinned, 1 at least, to `value`. */
int nonfs_bitmap_set(struct nonfs_ext4 *volume, struct block_ref *ref, uint32_t first,
                     uint32_t count, int value);
/* Where the first bit of this value is, from `i` on; `end` if there is none. */
uint32_t nonfs_bit_find(const uint8_t *bits, uint32_t i, uint32_t end, int value);
/* The same, for reading, into one block of memory; `*holds`: its checksum matches. */
int nonfs_bitmap_load(struct nonfs_ext4 *volume, const struct group_ref *g, enum block_sum which,
                      uint8_t *bits, int *holds);
/* Blocks at the start of a group with the superblock's copy, descriptors and those that are reserved for more of them. */
uint32_t nonfs_group_base_blocks(const struct nonfs_ext4 *volume, uint32_t group);
uint64_t nonfs_group_first_block(const struct nonfs_ext4 *volume, uint32_t group);
uint32_t nonfs_group_block_count(const struct nonfs_ext4 *volume, uint32_t group);

static inline int bit_is_set(const uint8_t *bits, uint32_t i)
{
    return bits[i / 8] >> (i % 8) & 1;
}

/* balloc.c: takes 1 to `want` blocks that lie together, at or near `goal`. NONFS_E_FULL if there is none. */
int nonfs_blocks_take(struct nonfs_ext4 *volume, uint64_t goal, uint32_t want, uint64_t *first,
                      uint32_t *count);
/* Gives blocks back. `metadata`: they were written through the journal. */
int nonfs_blocks_give(struct nonfs_ext4 *volume, uint64_t first, uint64_t count, int metadata);

/* ialloc.c */
int nonfs_inode_take(struct nonfs_ext4 *volume, uint32_t parent, int directory, uint32_t *inode);
int nonfs_inode_give(struct nonfs_ext4 *volume, uint32_t inode, int directory);

/* An inode whose raw fields are being changed. */
struct inode_edit {
    struct block_ref ref;
    uint8_t *raw;
    uint32_t offset; /* in the block */
    uint32_t inode;
};

/* namespace.c: the type that an entry for such an inode has. */
uint8_t nonfs_mode_type(uint32_t mode);
/* Refreshes a directory; whether names in it may be changed, and the name may be one. */
int nonfs_directory_check(struct nonfs_ext4_node *directory, const char *name, size_t len);
/* Finds a name and opens what it names. */
int nonfs_child_find(struct nonfs_ext4_node *directory, const char *name, size_t len,
                     struct dir_place *place, struct nonfs_ext4_node *child);
/* NONFS_E_NOT_EMPTY if there are more entries than its dots. */
int nonfs_directory_is_empty(struct nonfs_ext4_node *directory);
/* The directory changed: its times, and its links by as many as are given. */
int nonfs_directory_touch(struct nonfs_ext4_node *directory, int links);
/* The same for an inode that was named anew. */
int nonfs_inode_change_links(struct nonfs_ext4_node *node, int links);
/* Takes one link from a file, all from a directory, and deletes what has none. `*rest`: the inode that needs more of that. */
int nonfs_child_unlink(struct nonfs_ext4_node *child, uint32_t *rest);

/* inode_write.c: pins an inode for changing; `put` stores its checksum. */
int nonfs_inode_edit(struct nonfs_ext4 *volume, uint32_t inode, struct inode_edit *edit);
void nonfs_inode_put(struct nonfs_ext4 *volume, struct inode_edit *edit);
/* The same for an inode just taken: its fields are zero but those of a new inode. */
int nonfs_inode_edit_new(struct nonfs_ext4 *volume, uint32_t inode, uint32_t mode,
                         struct inode_edit *edit);
enum inode_times { INODE_ATIME = 1, INODE_MTIME = 2, INODE_CTIME = 4, INODE_CRTIME = 8 };
void nonfs_inode_set_time(struct nonfs_ext4 *volume, struct inode_edit *edit, unsigned which,
                          const struct nonfs_time *t);
void nonfs_inode_set_size(struct inode_edit *edit, uint64_t size);
/* Adds to the blocks in use, which may be negative. NONFS_E_FULL if there are more than can be counted. */
int nonfs_inode_add_blocks(struct nonfs_ext4 *volume, struct inode_edit *edit, int64_t blocks);
/* Number of links; directories with too many say 1. NONFS_E_TOO_MANY_LINKS. */
int nonfs_inode_add_links(struct nonfs_ext4 *volume, struct inode_edit *edit, int links);
/* extent_tree.c, extent_remove.c: the running operation changes the extents of `edit`, of which `node` is a fresh copy. */
struct extent_change {
    uint32_t first; /* block of the file */
    uint32_t count;
    uint64_t physical;
    int unwritten;
};
int nonfs_extent_insert(struct nonfs_ext4_node *node, const struct extent_change *e);
/*
 * Takes the extents from `first` to `last` out, from the end on, and gives their blocks back. `*more` says that the operation is full
 * before it is done.
 */
int nonfs_extent_remove(struct nonfs_ext4_node *node, uint32_t first, uint32_t last, int metadata,
                        int *more);
/* Turns a range that lies in one unwritten extent into a written one. */
int nonfs_extent_convert(struct nonfs_ext4_node *node, uint32_t first, uint32_t count);

/* An extent tree without an entry, in the 60 bytes of an inode. */
void nonfs_extent_root_init(uint8_t *map);

/*
 * truncate.c: deletes an inode without links as far as the operation has room, or makes it an orphan if it is held;
 * `*more`: nonfs_orphan_finish goes on.
 */
int nonfs_inode_drop(struct nonfs_ext4_node *node, int *more);
/* Deletes an orphan, or frees what is behind its size, in operations of its own. */
int nonfs_orphan_finish(struct nonfs_ext4 *volume, uint32_t inode, int deletes);

/* orphan.c: makes an inode an orphan, and lets it be none. */
int nonfs_orphan_add(struct nonfs_ext4 *volume, struct inode_edit *edit);
int nonfs_orphan_drop(struct nonfs_ext4 *volume, struct inode_edit *edit);
/* Opens the orphan file, which is in use from now on. */
int nonfs_orphans_begin(struct nonfs_ext4 *volume);
/* Finishes all orphans, and lets go of what is held. */
int nonfs_orphans_finish(struct nonfs_ext4 *volume);

/* xattr_write.c: an attribute of an inode gets a value, or goes if that is NULL. NONFS_E_FULL if it has no room. */
struct xattr_change {
    struct xattr_name name;
    const uint8_t *value; /* not in the first block of scratch */
    uint32_t len;
};
int nonfs_xattr_put(struct nonfs_ext4 *volume, struct inode_edit *edit,
                    const struct xattr_change *change);
/* Lets go of the block of attributes, which several inodes may share. */
int nonfs_xattr_block_drop(struct nonfs_ext4 *volume, struct inode_edit *edit);
/* The mode changes: so does the ACL, if there is one. */
int nonfs_acl_follow_mode(struct nonfs_ext4_node *node, struct inode_edit *edit, uint32_t mode);
/* A new inode gets the default ACL of its directory, and `*mode` becomes what that allows. */
int nonfs_acl_inherit(struct nonfs_ext4_node *directory, struct inode_edit *edit, uint32_t *mode);

/* file_write.c: refreshes the node; whether its content may be changed. */
int nonfs_file_check_writable(struct nonfs_ext4_node *node);
uint64_t nonfs_file_size_max(const struct nonfs_ext4 *volume);
/* Between operations: reserves what the file lacks of its class, if the mount pads. */
int nonfs_file_pad(struct nonfs_ext4_node *node);
/* Zeros in the rest of the block that holds `size`, and in a part of one block, where they are mapped. */
int nonfs_file_zero_tail(struct nonfs_ext4_node *node, uint64_t size);
int nonfs_file_zero_part(struct nonfs_ext4_node *node, uint64_t offset, uint32_t len);
/* Maps 1 to `want` blocks from `block`, where there is a hole of that length. */
int nonfs_file_fill_hole(struct nonfs_ext4_node *node, uint64_t block, uint64_t want, int unwritten,
                         uint64_t *physical, uint32_t *count);

/* dir_write.c: puts a name into a directory, where it is not, and takes the record at a place out of it. */
int nonfs_dir_add(struct nonfs_ext4_node *directory, const char *name, size_t name_len,
                  uint32_t inode, uint8_t type);
int nonfs_dir_remove(struct nonfs_ext4_node *directory, const struct dir_place *place);
/* Lets a record name another inode. */
int nonfs_dir_set(struct nonfs_ext4_node *directory, const struct dir_place *place, uint32_t inode,
                  uint8_t type);
/* The first block of a new directory. */
int nonfs_dir_init(struct nonfs_ext4_node *directory, uint32_t parent);
/* A new block at the end of the directory, all of it one unused record with a tail; pinned. */
int nonfs_dir_append(struct nonfs_ext4_node *directory, uint32_t *block, struct block_ref *ref,
                     uint8_t **bytes);
/* Pins a block of the directory for changing. */
int nonfs_dir_edit(struct nonfs_ext4_node *directory, uint64_t block, struct block_ref *ref,
                   uint8_t **bytes);
/* Puts a record into a block of the directory; NONFS_E_NO_SPACE if it has no room: then nothing is kept of the block. */
int nonfs_dirblock_insert(struct nonfs_ext4_node *directory, uint64_t block, const char *name,
                          size_t name_len, uint32_t inode, uint8_t type);
/* Bytes of a block for records; bytes of a record with a name of this length. */
uint32_t nonfs_dirblock_room(const struct nonfs_ext4 *volume);
static inline uint32_t dirent_size(size_t name_len)
{
    return (uint32_t)(EXT4_DIRENT_HEADER + name_len + 3) & ~3u;
}
void nonfs_dirent_store(uint8_t *raw, uint32_t length, const char *name, size_t name_len,
                        uint32_t inode, uint8_t type);
void nonfs_dirent_set_length(uint8_t *raw, uint32_t length);

/* htree_write.c: the same for directories with a hash tree, and how one gets it. */
int nonfs_htree_add(struct nonfs_ext4_node *directory, const char *name, size_t name_len,
                    uint32_t inode, uint8_t type);
int nonfs_htree_make(struct nonfs_ext4_node *directory);

#endif
