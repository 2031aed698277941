/*
 * The nodes of extent trees, as their search and their changes see them.
 */
#ifndef NONFS_EXT4_EXTENT_H
#define NONFS_EXT4_EXTENT_H

#include "bytes.h"
#include "ext4/volume.h"

/* Offsets in a header, in an index entry and in an extent. */
enum { EH_MAGIC = 0, EH_ENTRIES = 2, EH_MAX = 4, EH_DEPTH = 6 };
enum { EI_BLOCK = 0, EI_LEAF_LO = 4, EI_LEAF_HI = 8 };
enum { EE_BLOCK = 0, EE_LEN = 4, EE_START_HI = 6, EE_START_LO = 8 };

struct extent_node {
    const uint8_t *bytes;
    uint32_t entries;
    uint32_t max;
    uint32_t depth;
};

struct extent {
    uint64_t first;
    uint64_t count;
    uint64_t physical;
    int unwritten;
};

static inline const uint8_t *extent_entry(const struct extent_node *n, uint32_t i)
{
    return n->bytes + EXT4_EXTENT_SIZE * (i + 1);
}

static inline uint32_t extent_key(const struct extent_node *n, uint32_t i)
{
    return load_le32(extent_entry(n, i));
}

static inline struct extent extent_decode(const struct extent_node *n, uint32_t i)
{
    const uint8_t *raw = extent_entry(n, i);
    uint32_t len = load_le16(raw + EE_LEN);
    struct extent e = {
        .first = load_le32(raw + EE_BLOCK),
        .count = len,
        .physical = join_hi_lo(load_le16(raw + EE_START_HI), load_le32(raw + EE_START_LO)),
    };

    if (len > EXT4_EXTENT_LEN_MAX) {
        e.count = len - EXT4_EXTENT_LEN_MAX;
        e.unwritten = 1;
    }
    return e;
}

static inline void extent_header_store(uint8_t *raw, uint32_t entries, uint32_t max, uint32_t depth)
{
    store_le16(raw + EH_MAGIC, EXT4_EXTENT_MAGIC);
    store_le16(raw + EH_ENTRIES, entries);
    store_le16(raw + EH_MAX, max);
    store_le16(raw + EH_DEPTH, depth);
}

/* `len` as on disk: above EXT4_EXTENT_LEN_MAX for an unwritten extent. */
static inline void extent_store(uint8_t *raw, uint32_t first, uint32_t len, uint64_t physical)
{
    store_le32(raw + EE_BLOCK, first);
    store_le16(raw + EE_LEN, len);
    store_le16(raw + EE_START_HI, (uint32_t)(physical >> 32));
    store_le32(raw + EE_START_LO, (uint32_t)physical);
}

static inline void extent_index_store(uint8_t *raw, uint32_t key, uint64_t child)
{
    store_le32(raw + EI_BLOCK, key);
    store_le32(raw + EI_LEAF_LO, (uint32_t)child);
    store_le16(raw + EI_LEAF_HI, (uint32_t)(child >> 32));
    store_le16(raw + EI_LEAF_HI + 2, 0);
}

/* Decodes a header and checks every entry against its neighbours. Returns what is wrong, or NULL. */
const char *nonfs_extent_node_decode(struct extent_node *n, const uint8_t *bytes, uint32_t size);

/* Whether the entries of a child lie in the range that its parent gives it: from `first` to before `end`. */
int nonfs_extent_node_fits(const struct extent_node *n, uint64_t first, uint64_t end);

/* Pins a node in block `block`, verified. Its header is decoded again each time, its entries are checked once. */
int nonfs_extent_node_get(struct nonfs_ext4_node *node, uint64_t block, struct block_ref *ref,
                          struct extent_node *n);

#endif
