/*
 * A mounted volume, and what its parts share; those that write are listed in writer.h.
 *
 *   mount.c       arena, mounting, what is known of the volume
 *   superblock.c  decoding and checking the superblock; features.c names and judges its feature bits
 *   volume.c      blocks of the volume through the cache; diagnostics
 *   recover.c     finding the journal, replaying it
 *   sums.c        checksums of inodes, descriptors and bitmaps, for mkfs too
 *   group.c       group descriptors
 *   inode.c       inodes
 *   map.c         from blocks of a file to blocks of the volume; extent.c and indirect.c are its two forms
 *   inline.c      content that lies inside the inode
 *   xattr.c       extended attributes; acl.c the two forms of access control lists
 *   file.c        reading files and symbolic links
 *   dirblock.c    one block of directory entries, checked before anything looks at an entry
 *   dir.c         listing and linear search; htree.c and hash.c search through the hash tree
 *   lookup.c      paths
 *
 * Raw bytes are decoded in superblock.c, group.c, inode.c, extent.c, indirect.c, dirblock.c, htree.c, inline.c, xattr.c and acl.c only. Every
 * loop over links on disk is bounded: trees by their depth, chains of records by the block, searches by the number of
 * blocks of the directory, which is bounded by the number of blocks of the volume.
 */
#ifndef NONFS_EXT4_VOLUME_H
#define NONFS_EXT4_VOLUME_H

#include <stdint.h>

#include <nonfs/ext4.h>
#include <nonfs/ext4_node.h>

#include "block/cache.h"
#include "block/outside.h"
#include "ext4/format.h"
#include "ext4/superblock.h"
#include "jbd2/journal.h"

struct nonfs_ext4 {
    uint32_t magic; /* VOLUME_MAGIC while mounted */
    uint32_t flags;
    struct nonfs_block_device dev;
    struct outside outside; /* with a monitor, what `dev` goes through */
    struct ext4_super super;
    struct nonfs_cache cache;
    struct nonfs_diagnostic diagnostic;
    uint8_t *bounce;       /* NONFS_EXT4_PROBE_SIZE bytes: for the cache and for file.c */
    char *path;            /* VOLUME_PATH_SIZE bytes: what is left of the path of a lookup */
    char *link;            /* NONFS_EXT4_PATH_MAX + 1 bytes: the target of a link met on the way */
    struct writer *writer; /* NULL on a volume that is only read */
    struct journal *journal; /* NULL where the journal is not to be used */
};

#define VOLUME_MAGIC     0x6e66e874u
#define VOLUME_PATH_SIZE (2 * (NONFS_EXT4_PATH_MAX + 1))

/* What a block was checked as; 0 in the cache means not checked. */
enum block_kind {
    BLOCK_EXTENTS = 1,
    BLOCK_DIRECTORY,
    BLOCK_BLOCK_BITMAP,
    BLOCK_INODE_BITMAP,
    BLOCK_ORPHANS,
    BLOCK_XATTR, /* for inode 0: it may be shared */
    BLOCK_INODES,
    BLOCK_GROUPS,
};

#define BLOCK_PARTS_MAX 64u /* parts of a block of which the cache remembers something */

/* A block in the cache, pinned until nonfs_block_put. */
struct block_ref {
    struct nonfs_cache_slot *slot;
    const uint8_t *data;
};

/* Records what is wrong and returns `result`. `inode` and `block` may be 0, `reason` NULL. */
int nonfs_volume_fail(struct nonfs_ext4 *volume, int result, enum nonfs_structure structure,
                      uint64_t inode, uint64_t block, const char *reason);

/* Whether `count` blocks from `first` lie in the volume. */
int nonfs_volume_contains(const struct nonfs_ext4 *volume, uint64_t first, uint64_t count);

/*
 * Pins block `block` of the volume. `structure` and `inode` are for the diagnostic. Returns 0; NONFS_E_CORRUPT if the
 * volume has no such block; NONFS_E_IO, NONFS_E_GONE.
 */
int nonfs_block_get(struct nonfs_ext4 *volume, uint64_t block, enum nonfs_structure structure,
                    uint64_t inode, struct block_ref *ref);

void nonfs_block_put(struct block_ref *ref);

/* Whether the block was checked as `kind` for `inode` since it was read; and says that it was. */
int nonfs_block_is_checked(const struct block_ref *ref, enum block_kind kind, uint32_t inode);
void nonfs_block_set_checked(struct block_ref *ref, enum block_kind kind, uint32_t inode);
/* The same for one part, which has the number `number`, of a block with parts. */
int nonfs_part_is_checked(const struct block_ref *ref, enum block_kind kind, uint32_t number,
                          uint32_t part);
void nonfs_part_set_checked(struct block_ref *ref, enum block_kind kind, uint32_t number,
                            uint32_t part);

static inline int volume_has_metadata_csum(const struct nonfs_ext4 *volume)
{
    return (volume->super.info.ro_compat & EXT4_RO_METADATA_CSUM) != 0;
}

static inline uint32_t volume_block_size(const struct nonfs_ext4 *volume)
{
    return volume->super.info.block_size;
}

static inline uint32_t node_type(const struct nonfs_ext4_node *node)
{
    return node->stat.mode & NONFS_S_IFMT;
}

/* Blocks that hold the content of a file, the last one counted whole. */
static inline uint64_t node_block_count(const struct nonfs_ext4_node *node)
{
    uint32_t shift = node->volume->super.block_shift;
    return (node->stat.size >> shift) +
           ((node->stat.size & (((uint64_t)1 << shift) - 1)) != 0 ? 1 : 0);
}

/* Finds the journal, which must lie in the volume, and reads its superblock. */
int nonfs_volume_open_journal(struct nonfs_ext4 *volume);

/* Replays the journal, reads the superblock again and marks the volume as recovered. The cache is empty then. */
int nonfs_volume_recover(struct nonfs_ext4 *volume);

/* Writes the superblock home, past the journal. Does not flush. */
int nonfs_volume_write_super(struct nonfs_ext4 *volume);

/* A group descriptor, decoded, and the pinned block that holds it. */
struct group_ref {
    struct block_ref ref;
    uint32_t offset; /* in the block */
    uint32_t group;
    uint64_t block_bitmap;
    uint64_t inode_bitmap;
    uint64_t inode_table;
    uint32_t free_blocks; /* clusters */
    uint32_t free_inodes;
    uint32_t directories;
    uint32_t unused_inodes; /* at the end of the table, never used */
    uint32_t block_bitmap_sum;
    uint32_t inode_bitmap_sum;
    uint32_t flags;
};

/* Reads and checks the descriptor of a group; released by nonfs_block_put on its `ref`. */
int nonfs_group_get(struct nonfs_ext4 *volume, uint32_t group, struct group_ref *g);

/* Counts free blocks and inodes anew: Linux keeps the numbers of the superblock only when it unmounts. */
int nonfs_group_sum_free(struct nonfs_ext4 *volume);

/* Whether an entry of a directory may name this inode. */
int nonfs_inode_is_nameable(const struct nonfs_ext4 *volume, uint32_t inode);

/*
 * The raw bytes of an inode (inode_size of them), its checksum verified. `offset` receives where they start in the
 * block. Returns 0, or NONFS_E_NOT_FOUND if the inode is not in use.
 */
int nonfs_inode_get(struct nonfs_ext4 *volume, uint32_t inode, struct block_ref *ref,
                    uint32_t *offset);

/* Bytes of fields behind the fixed ones; whether a field of `len` bytes at `offset` is there. */
uint32_t nonfs_inode_extra_size(const struct nonfs_ext4 *volume, const uint8_t *raw);
static inline int inode_has(uint32_t extra, uint32_t offset, uint32_t len)
{
    return offset + len <= EXT4_GOOD_OLD_INODE + extra;
}
/* The block with attributes; 0: none. */
uint64_t nonfs_inode_xattr_block(const struct nonfs_ext4 *volume, const uint8_t *raw);
/* Whether the checksum of an inode holds that starts at `offset` in a pinned block; remembered. */
int nonfs_inode_is_sound(const struct nonfs_ext4 *volume, struct block_ref *ref, uint32_t offset,
                         uint32_t inode);
/* As nonfs_inode_get, but without a look at the inode. */
int nonfs_inode_locate(struct nonfs_ext4 *volume, uint32_t inode, struct block_ref *ref,
                       uint32_t *offset);
/* As nonfs_ext4_open; `deleted` opens also an inode without links. */
int nonfs_node_open(struct nonfs_ext4 *volume, uint32_t inode, int deleted,
                    struct nonfs_ext4_node *node);
/* What raw bytes say, checked but for their checksum. */
int nonfs_node_decode(struct nonfs_ext4 *volume, uint32_t inode, const uint8_t *raw,
                      struct nonfs_ext4_node *node);
/* Reads the node again if the volume changed since. NONFS_E_NOT_FOUND if the inode was deleted. */
int nonfs_node_refresh(struct nonfs_ext4_node *node);

/* Whether a user holds the inode, so that it is there even without a name. */
int nonfs_inode_is_held(const struct nonfs_ext4 *volume, uint32_t inode);

/* orphan.c: the orphan file, and one of its blocks, pinned and verified. */
int nonfs_orphan_file_open(struct nonfs_ext4 *volume, struct nonfs_ext4_node *file);
int nonfs_orphan_block_get(struct nonfs_ext4_node *file, uint64_t block, struct block_ref *ref);
uint32_t nonfs_orphan_block_sum(uint32_t seed, uint64_t block, const uint8_t *bytes, uint32_t size);

/* What a range of a file's blocks is. */
enum run_state { RUN_NONE, RUN_HOLE, RUN_UNWRITTEN, RUN_MAPPED };

struct block_run {
    enum run_state state;
    uint64_t first;    /* block of the file */
    uint64_t count;    /* at least 1 */
    uint64_t physical; /* block of the volume, when RUN_MAPPED */
};

/*
 * Finds the run of blocks that contains block `block` of the file and starts there. A run that is RUN_MAPPED lies in the
 * volume. Not for nodes with inline data.
 */
int nonfs_map_find(struct nonfs_ext4_node *node, uint64_t block, struct block_run *run);
int nonfs_extent_find(struct nonfs_ext4_node *node, uint32_t block, struct block_run *run);
int nonfs_indirect_find(struct nonfs_ext4_node *node, uint32_t block, struct block_run *run);

/* The two parts of inline content: 60 bytes in the block map, the rest in an attribute behind the inode. */
struct inline_data {
    const uint8_t *head; /* node->map */
    uint32_t head_len;
    const uint8_t *tail; /* in `ref` */
    uint32_t tail_len;
    struct block_ref ref;
};

/* Finds the inline content of a node; released by nonfs_inline_put. */
int nonfs_inline_get(struct nonfs_ext4_node *node, struct inline_data *data);
void nonfs_inline_put(struct inline_data *data);
int nonfs_inline_read(struct nonfs_ext4_node *node, uint64_t offset, void *buf, size_t len);
int nonfs_inline_readdir(struct nonfs_ext4_node *node, uint64_t *cursor,
                         struct nonfs_ext4_entry *entry);

/* Behind the last entry of every directory. */
#define DIR_CURSOR_END (UINT64_MAX - 3)

/* One entry, decoded; `name` points into the block. */
struct dir_record {
    uint32_t inode;  /* 0: not in use */
    uint32_t length; /* bytes to the next record */
    uint8_t type;
    uint8_t name_len;
    const char *name;
};

/*
 * Decodes the record at `offset` of `size` bytes of records. Returns 0, or NONFS_E_CORRUPT with `*reason` set; nothing
 * that it gives points outside of the bytes.
 */
int nonfs_record_decode(const struct nonfs_ext4 *volume, const uint8_t *bytes, uint32_t size,
                        uint32_t offset, struct dir_record *record, const char **reason);
int nonfs_record_matches(const struct dir_record *record, const char *name, size_t name_len);
/* Returns NULL, or what is wrong with the name; then `*entry` is unchanged. */
const char *nonfs_record_to_entry(const struct dir_record *record, struct nonfs_ext4_entry *entry);

/*
 * Pins block `block` of a directory with its checksum and its chain of records verified. Returns 0; NONFS_E_NOT_FOUND if
 * there is a hole, with its length in `*hole`.
 */
int nonfs_dirblock_get(struct nonfs_ext4_node *directory, uint64_t block, struct block_ref *ref,
                       uint64_t *hole);

/* Where a record is: in which block of the directory, at which offset, and where the one before it starts. */
struct dir_place {
    uint64_t block;
    uint32_t offset;
    uint32_t before; /* the same as `offset` for the first record */
};

/* The checksum of a block of a hash tree, whose entries start at `entries`. */
uint32_t nonfs_dx_sum(const uint8_t *bytes, uint32_t entries, uint32_t seed);
void nonfs_dx_store_sum(uint8_t *bytes, uint32_t entries, uint32_t seed);

/* As nonfs_ext4_find, and says where the record is. */
int nonfs_dir_find(struct nonfs_ext4_node *directory, const char *name, size_t name_len,
                   struct nonfs_ext4_entry *entry, struct dir_place *place);

/* Searches one block. Returns 0 with `*entry` filled, or NONFS_E_NOT_FOUND. */
int nonfs_dirblock_find(struct nonfs_ext4_node *directory, uint64_t block, const char *name,
                        size_t name_len, struct nonfs_ext4_entry *entry, struct dir_place *place);

/* Checks that a directory's size is possible and gives its number of blocks. */
int nonfs_dir_block_count(struct nonfs_ext4_node *directory, uint64_t *nblocks);

/*
 * Searches through the hash tree. Returns 0; NONFS_E_NOT_FOUND; NONFS_E_CORRUPT if the tree cannot be used, in which
 * case the entry may still be found by searching all blocks; other errors.
 */
int nonfs_htree_find(struct nonfs_ext4_node *directory, const char *name, size_t name_len,
                     struct nonfs_ext4_entry *entry, struct dir_place *place);

/* Versions of the hash, as in the root of the tree. */
enum hash_version {
    HASH_LEGACY,
    HASH_HALF_MD4,
    HASH_TEA,
    HASH_LEGACY_UNSIGNED,
    HASH_HALF_MD4_UNSIGNED,
    HASH_TEA_UNSIGNED,
};

/* The hash of a name, its lowest bit 0. `seed` is the volume's; all zero means the default. */
uint32_t nonfs_hash_name(enum hash_version version, const uint32_t seed[4], const char *name,
                         size_t name_len);

/* Whether the target takes the place of the block map. */
int nonfs_symlink_is_fast(const struct nonfs_ext4_node *node);
/* Reads the target of a link into `target`, which holds NONFS_EXT4_PATH_MAX + 1 bytes, and adds a NUL. */
int nonfs_symlink_read(struct nonfs_ext4_node *node, char *target, size_t *len);

#endif
