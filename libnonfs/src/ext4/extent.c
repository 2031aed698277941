/*
 * Extent trees.
 *
 * A node is a header and up to `max` entries of 12 bytes, sorted by their first block of the file. The root lies in the
 * inode, every other node fills a block, with a checksum behind the last possible entry. Each level says its depth, and
 * the walk demands that it falls by one: so it ends, even if a node is its own child.
 */
#include "ext4/extent.h"
#include "bytes.h"
#include "checksum/crc.h"
#include "ext4/format.h"

/* Decodes a header and checks every entry against its neighbours. Returns what is wrong, or NULL. */
const char *nonfs_extent_node_decode(struct extent_node *n, const uint8_t *bytes, uint32_t size)
{
    uint64_t end = 0;

    n->bytes = bytes;
    n->entries = load_le16(bytes + EH_ENTRIES);
    n->max = load_le16(bytes + EH_MAX);
    n->depth = load_le16(bytes + EH_DEPTH);
    if (load_le16(bytes + EH_MAGIC) != EXT4_EXTENT_MAGIC)
        return "the signature is missing";
    if (n->max == 0 || n->max > size / EXT4_EXTENT_SIZE - 1 || n->entries > n->max)
        return "the number of entries is out of range";
    if (n->depth > EXT4_EXTENT_DEPTH_MAX || (n->depth > 0 && n->entries == 0))
        return "the depth is out of range";
    for (uint32_t i = 0; i < n->entries; i++) {
        uint64_t first = extent_key(n, i);
        uint64_t count = n->depth == 0 ? extent_decode(n, i).count : 1;

        if (first < end)
            return "the entries are not in order";
        if (count == 0 || first + count > (uint64_t)UINT32_MAX + 1)
            return "an extent is out of range";
        end = first + count;
    }
    return NULL;
}

static int extent_fail(struct nonfs_ext4_node *node, int result, uint64_t block, const char *reason)
{
    return nonfs_volume_fail(node->volume, result, NONFS_STRUCTURE_EXTENTS, node->stat.inode, block,
                             reason);
}

/* Pins a node in block `block`, verified. Its header is decoded again each time, its entries are checked once. */
int nonfs_extent_node_get(struct nonfs_ext4_node *node, uint64_t block, struct block_ref *ref,
                          struct extent_node *n)
{
    struct nonfs_ext4 *volume = node->volume;
    uint32_t size = volume_block_size(volume);
    const char *reason = NULL;
    uint32_t tail;
    int result = nonfs_block_get(volume, block, NONFS_STRUCTURE_EXTENTS, node->stat.inode, ref);

    if (result != 0)
        return result;
    if (nonfs_block_is_checked(ref, BLOCK_EXTENTS, node->stat.inode)) {
        n->bytes = ref->data;
        n->entries = load_le16(ref->data + EH_ENTRIES);
        n->max = load_le16(ref->data + EH_MAX);
        n->depth = load_le16(ref->data + EH_DEPTH);
        return 0;
    }
    reason = nonfs_extent_node_decode(n, ref->data, size);
    tail = EXT4_EXTENT_SIZE * (n->max + 1);
    if (reason != NULL)
        result = NONFS_E_CORRUPT;
    else if (!volume_has_metadata_csum(volume))
        result = 0;
    else if (tail + 4 > size)
        result = NONFS_E_CORRUPT, reason = "there is no room for the checksum";
    else if (nonfs_crc32c(node->checksum_seed, ref->data, tail) != load_le32(ref->data + tail))
        result = NONFS_E_CHECKSUM;
    if (result != 0) {
        nonfs_block_put(ref);
        return extent_fail(node, result, block, reason);
    }
    nonfs_block_set_checked(ref, BLOCK_EXTENTS, node->stat.inode);
    return 0;
}

/* The last entry that starts at or before `block`; n->entries if there is none. */
static uint32_t extent_search(const struct extent_node *n, uint64_t block)
{
    uint32_t lo = 0;
    uint32_t hi = n->entries;

    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (extent_key(n, mid) <= block)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo == 0 ? n->entries : lo - 1;
}

/* Answers from a leaf whose parent gives it the blocks below `end`. */
static void extent_leaf_find(const struct extent_node *n, uint64_t block, uint64_t end,
                             struct block_run *run)
{
    uint32_t i = extent_search(n, block);
    uint32_t next = i == n->entries ? 0 : i + 1;

    *run = (struct block_run){.first = block};
    if (i < n->entries) {
        struct extent e = extent_decode(n, i);

        if (block - e.first < e.count) {
            run->state = e.unwritten ? RUN_UNWRITTEN : RUN_MAPPED;
            run->count = e.count - (block - e.first);
            run->physical = e.unwritten ? 0 : e.physical + (block - e.first);
            return;
        }
    }
    run->state = RUN_HOLE;
    run->count = (next < n->entries ? extent_key(n, next) : end) - block;
}

int nonfs_extent_node_fits(const struct extent_node *n, uint64_t first, uint64_t end)
{
    struct extent last = {.first = 0};

    if (n->entries == 0)
        return 1;
    if (extent_key(n, 0) < first)
        return 0;
    if (n->depth > 0)
        return extent_key(n, n->entries - 1) < end;
    last = extent_decode(n, n->entries - 1);
    return last.first + last.count <= end;
}

int nonfs_extent_find(struct nonfs_ext4_node *node, uint32_t block, struct block_run *run)
{
    uint64_t first = 0;
    uint64_t end = (uint64_t)UINT32_MAX + 1;
    struct block_ref ref = {.slot = NULL};
    struct extent_node n;
    const char *reason = nonfs_extent_node_decode(&n, node->map, sizeof(node->map));

    if (reason != NULL)
        return extent_fail(node, NONFS_E_CORRUPT, 0, reason);
    while (n.depth > 0) {
        uint32_t depth = n.depth - 1;
        uint32_t i = extent_search(&n, block);
        uint32_t next = i == n.entries ? 0 : i + 1;
        uint64_t child = 0;
        int result = 0;

        if (next < n.entries)
            end = extent_key(&n, next);
        if (i < n.entries) {
            const uint8_t *raw = extent_entry(&n, i);

            first = extent_key(&n, i);
            child = join_hi_lo(load_le16(raw + EI_LEAF_HI), load_le32(raw + EI_LEAF_LO));
        }
        if (ref.slot != NULL)
            nonfs_block_put(&ref);
        if (i == n.entries) {
            /* Before the first entry of the tree there is a hole. */
            *run = (struct block_run){RUN_HOLE, block, end - block, 0};
            return 0;
        }
        result = nonfs_extent_node_get(node, child, &ref, &n);
        if (result != 0)
            return result;
        if (n.depth != depth || !nonfs_extent_node_fits(&n, first, end)) {
            nonfs_block_put(&ref);
            return extent_fail(node, NONFS_E_CORRUPT, child,
                               n.depth != depth ? "the depth does not fall by one"
                                                : "the entries do not fit their parent");
        }
    }
    extent_leaf_find(&n, block, end, run);
    if (ref.slot != NULL)
        nonfs_block_put(&ref);
    return 0;
}
