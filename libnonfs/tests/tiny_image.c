#include "tiny_image.h"

#include <string.h>

#include <nonfs/ext4_node.h>

#include "bytes.h"
#include "ext4/xattr.h"

/* What lies in which block. */
enum {
    SUPERBLOCK = 1,
    DESCRIPTORS = 2,
    INODE_TABLE = 5, /* 8 blocks */
    ROOT_DIRECTORY = 13,
    EXTENT_LEAF = 14,
    EXTENT_DATA = 15, /* 3 blocks */
    SINGLE_MAP = 18,
    DOUBLE_MAP = 19,
    DOUBLE_LEAF = 20,
    MAPPED_DATA = 21, /* 3 blocks */
    INDEX_ROOT = 24,
    INDEX_NODE = 25,
    INDEX_LEAF = 26, /* 2 blocks */
    LINK_DATA = 28,
};

/* Which inode is what. */
enum {
    INODE_EXTENTS = 11,
    INODE_MAPPED,
    INODE_INLINE,
    INODE_INDEXED,
    INODE_INLINE_DIR,
    INODE_FAST_LINK,
    INODE_SLOW_LINK,
};

#define SLOW_TARGET "indexed/./././././././././././././././././././././././././../inline"

static uint8_t *block_of(uint8_t *image, uint32_t block)
{
    return image + block * TINY_BLOCK_SIZE;
}

static void build_superblock(uint8_t *image)
{
    uint8_t *sb = block_of(image, SUPERBLOCK);

    store_le32(sb + 0x00, TINY_INODES);
    store_le32(sb + 0x04, TINY_IMAGE_SIZE / TINY_BLOCK_SIZE);
    store_le32(sb + 0x14, 1);    /* first data block */
    store_le32(sb + 0x20, 8192); /* blocks and clusters in a group */
    store_le32(sb + 0x24, 8192);
    store_le32(sb + 0x28, TINY_INODES);
    store_le16(sb + 0x38, EXT4_SUPER_MAGIC);
    store_le16(sb + 0x3a, EXT4_STATE_CLEAN);
    store_le32(sb + 0x4c, 1); /* revision */
    store_le32(sb + 0x54, EXT4_GOOD_OLD_FIRST_INO);
    store_le16(sb + 0x58, 256);
    store_le32(sb + 0x5c, EXT4_COMPAT_DIR_INDEX);
    store_le32(sb + 0x60, EXT4_INCOMPAT_FILETYPE | EXT4_INCOMPAT_EXTENTS | EXT4_INCOMPAT_INLINE);
    memcpy(sb + 0x78, "tiny", 4);
    store_le32(block_of(image, DESCRIPTORS) + 0x08, INODE_TABLE);
}

/* Fills the common fields and gives the place of the block map. */
static uint8_t *build_inode(uint8_t *image, uint32_t inode, uint32_t mode, uint32_t size,
                            uint32_t blocks, uint32_t flags)
{
    uint8_t *raw = block_of(image, INODE_TABLE) + (inode - 1) * 256;

    store_le16(raw + 0x00, mode);
    store_le32(raw + 0x04, size);
    store_le16(raw + 0x1a, 1);
    store_le32(raw + 0x1c, 2 * blocks);
    store_le32(raw + 0x20, flags);
    store_le16(raw + 0x80, 32);
    return raw + 0x28;
}

static void build_extent_header(uint8_t *node, uint32_t entries, uint32_t max, uint32_t depth)
{
    store_le16(node, EXT4_EXTENT_MAGIC);
    store_le16(node + 2, entries);
    store_le16(node + 4, max);
    store_le16(node + 6, depth);
}

static void build_extent(uint8_t *entry, uint32_t first, uint32_t count, uint32_t physical)
{
    store_le32(entry, first);
    store_le16(entry + 4, count);
    store_le32(entry + 8, physical);
}

static void build_extents_file(uint8_t *image)
{
    uint8_t *root = build_inode(image, INODE_EXTENTS, NONFS_S_IFREG | 0644, 10 * TINY_BLOCK_SIZE, 4,
                                NONFS_EXT4_FL_EXTENTS);
    uint8_t *leaf = block_of(image, EXTENT_LEAF);

    build_extent_header(root, 1, 4, 1);
    store_le32(root + 12 + 4, EXTENT_LEAF);
    build_extent_header(leaf, 4, 84, 0);
    build_extent(leaf + 12, 0, 1, EXTENT_DATA);
    build_extent(leaf + 24, 2, 1, EXTENT_DATA + 1);
    build_extent(leaf + 36, 5, EXT4_EXTENT_LEN_MAX + 2, EXTENT_DATA); /* unwritten */
    build_extent(leaf + 48, 9, 1, EXTENT_DATA + 2);
    for (uint32_t i = 0; i < 3; i++)
        memset(block_of(image, EXTENT_DATA + i), 'a' + (int)i, TINY_BLOCK_SIZE);
}

static void build_mapped_file(uint8_t *image)
{
    uint8_t *map =
        build_inode(image, INODE_MAPPED, NONFS_S_IFREG | 0644, 269 * TINY_BLOCK_SIZE, 6, 0);

    store_le32(map, MAPPED_DATA);
    store_le32(map + 4 * 12, SINGLE_MAP);
    store_le32(map + 4 * 13, DOUBLE_MAP);
    store_le32(block_of(image, SINGLE_MAP), MAPPED_DATA + 1);
    store_le32(block_of(image, DOUBLE_MAP), DOUBLE_LEAF);
    store_le32(block_of(image, DOUBLE_LEAF), MAPPED_DATA + 2);
    for (uint32_t i = 0; i < 3; i++)
        memset(block_of(image, MAPPED_DATA + i), 'd' + (int)i, TINY_BLOCK_SIZE);
}

/* Ten bytes in the attribute "system.data" behind the inode's fields. */
static void build_inline_file(uint8_t *image)
{
    uint8_t *map =
        build_inode(image, INODE_INLINE, NONFS_S_IFREG | 0600, 70, 0, NONFS_EXT4_FL_INLINE_DATA);
    uint8_t *attributes = map - 0x28 + 0x80 + 32;

    memset(map, 'g', 60);
    store_le32(attributes, EXT4_XATTR_MAGIC);
    attributes[4] = 4;
    attributes[5] = XATTR_SYSTEM;
    store_le16(attributes + 6, 60);
    store_le32(attributes + 12, 10);
    memcpy(attributes + 20, "data", 4);
    memset(attributes + 4 + 60, 'g', 10);
}

/* Writes a record and gives the place behind it. */
static uint8_t *build_record(uint8_t *at, uint32_t inode, uint32_t length, uint32_t type,
                             const char *name)
{
    store_le32(at, inode);
    store_le16(at + 4, length);
    at[6] = (uint8_t)strlen(name);
    at[7] = (uint8_t)type;
    memcpy(at + 8, name, strlen(name));
    return at + length;
}

static void build_inline_directory(uint8_t *image)
{
    uint8_t *map = build_inode(image, INODE_INLINE_DIR, NONFS_S_IFDIR | 0755, 60, 0,
                               NONFS_EXT4_FL_INLINE_DATA);

    store_le32(map, NONFS_EXT4_ROOT_INODE);
    build_record(map + 4, INODE_INLINE, 56, NONFS_TYPE_REGULAR, "x");
}

static void build_links(uint8_t *image)
{
    uint8_t *map =
        build_inode(image, INODE_FAST_LINK, NONFS_S_IFLNK | 0777, strlen(TINY_EXTENTS), 0, 0);

    memcpy(map, TINY_EXTENTS, strlen(TINY_EXTENTS));
    map = build_inode(image, INODE_SLOW_LINK, NONFS_S_IFLNK | 0777, strlen(SLOW_TARGET), 1,
                      NONFS_EXT4_FL_EXTENTS);
    build_extent_header(map, 1, 4, 0);
    build_extent(map + 12, 0, 1, LINK_DATA);
    memcpy(block_of(image, LINK_DATA), SLOW_TARGET, strlen(SLOW_TARGET));
}

/* An entry of a node: the first has the numbers of entries in the place of a hash. */
static void build_index_entry(uint8_t *entry, uint32_t hash, uint32_t block)
{
    store_le32(entry, hash);
    store_le32(entry + 4, block);
}

static uint32_t index_hash(const char *name)
{
    static const uint32_t seed[4];

    return nonfs_hash_name(HASH_HALF_MD4, seed, name, strlen(name));
}

/* Blocks 0 to 3 of the directory: the root, one node, and two blocks of names below and from the hash 2^31. */
static void build_indexed_directory(uint8_t *image)
{
    uint8_t *map = build_inode(image, INODE_INDEXED, NONFS_S_IFDIR | 0755, 4 * TINY_BLOCK_SIZE, 4,
                               NONFS_EXT4_FL_INDEX);
    uint8_t *root = block_of(image, INDEX_ROOT);
    uint8_t *node = block_of(image, INDEX_NODE);

    for (uint32_t i = 0; i < 4; i++)
        store_le32(map + 4 * i, INDEX_ROOT + i);
    build_record(root, INODE_INDEXED, 12, NONFS_TYPE_DIRECTORY, ".");
    build_record(root + 12, NONFS_EXT4_ROOT_INODE, TINY_BLOCK_SIZE - 12, NONFS_TYPE_DIRECTORY,
                 "..");
    root[28] = HASH_HALF_MD4;
    root[29] = 8;
    root[30] = 1;
    build_index_entry(root + 32, 1u << 16 | 124, 1);
    store_le16(node + 4, TINY_BLOCK_SIZE);
    build_index_entry(node + 8, 2u << 16 | 127, 2);
    build_index_entry(node + 16, 0x80000000, 3);
    for (uint32_t leaf = 0; leaf < 2; leaf++) {
        uint8_t *start = block_of(image, INDEX_LEAF + leaf);
        uint8_t *at = start;
        uint8_t *last = start;

        for (uint32_t i = 0; i < TINY_INDEX_NAMES; i++) {
            char name[8] = "name-00";

            name[5] = (char)('0' + i / 10);
            name[6] = (char)('0' + i % 10);
            if (index_hash(name) >> 31 != leaf)
                continue;
            last = at;
            at = build_record(at, INODE_EXTENTS, 16, NONFS_TYPE_REGULAR, name);
        }
        store_le16(last + 4, (uint32_t)(start + TINY_BLOCK_SIZE - last));
    }
}

static void build_root(uint8_t *image)
{
    static const struct {
        uint32_t inode;
        uint32_t type;
        const char *name;
    } entries[] = {
        {NONFS_EXT4_ROOT_INODE, NONFS_TYPE_DIRECTORY, "."},
        {NONFS_EXT4_ROOT_INODE, NONFS_TYPE_DIRECTORY, ".."},
        {INODE_EXTENTS, NONFS_TYPE_REGULAR, TINY_EXTENTS},
        {INODE_MAPPED, NONFS_TYPE_REGULAR, TINY_MAPPED},
        {INODE_INLINE, NONFS_TYPE_REGULAR, TINY_INLINE},
        {INODE_INDEXED, NONFS_TYPE_DIRECTORY, TINY_INDEXED},
        {INODE_INLINE_DIR, NONFS_TYPE_DIRECTORY, TINY_INLINE_DIR},
        {INODE_FAST_LINK, NONFS_TYPE_SYMLINK, TINY_FAST_LINK},
        {INODE_SLOW_LINK, NONFS_TYPE_SYMLINK, TINY_SLOW_LINK},
    };
    uint8_t *map = build_inode(image, NONFS_EXT4_ROOT_INODE, NONFS_S_IFDIR | 0755, TINY_BLOCK_SIZE,
                               1, NONFS_EXT4_FL_EXTENTS);
    uint8_t *at = block_of(image, ROOT_DIRECTORY);

    build_extent_header(map, 1, 4, 0);
    build_extent(map + 12, 0, 1, ROOT_DIRECTORY);
    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
        at = build_record(at, entries[i].inode, 32, entries[i].type, entries[i].name);
    /* The last record goes to the end of the block. */
    store_le16(at - 32 + 4,
               (uint32_t)(block_of(image, ROOT_DIRECTORY) + TINY_BLOCK_SIZE - (at - 32)));
}

void tiny_image_build(uint8_t image[TINY_IMAGE_SIZE])
{
    memset(image, 0, TINY_IMAGE_SIZE);
    build_superblock(image);
    build_root(image);
    build_extents_file(image);
    build_mapped_file(image);
    build_inline_file(image);
    build_inline_directory(image);
    build_indexed_directory(image);
    build_links(image);
}
