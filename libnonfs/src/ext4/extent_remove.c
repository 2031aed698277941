/*
 * Taking extents out of a tree, and turning unwritten ones into written ones. The rules are those of extent_tree.c: each
 * step leaves a tree that is right.
 */
#include <string.h>

#include "ext4/extent_tree.h"
#include "ext4/format.h"

#define REMOVE_ROOM   16u /* what one step of a removal needs of an operation */
#define SHRINK_ROOM   4u  /* and to make a tree shallower */
#define METADATA_STEP 8u  /* blocks of metadata given back in one step */

/* Takes nodes out that have no entry left, from the leaf up. */
static int tree_drop_empty(struct tree *t)
{
    uint32_t d = t->depth;

    for (; d > 0 && t->level[d].entries == 0; d--) {
        struct tree_level *parent = &t->level[d - 1];
        int result = nonfs_blocks_give(t->volume, nonfs_index_child(parent), 1, 1);

        if (result == 0)
            result = nonfs_inode_add_blocks(t->volume, &t->inode, -1);
        if (result == 0)
            result = nonfs_level_delete(t, d - 1, parent->at);
        if (result != 0)
            return result;
    }
    if (t->level[0].entries == 0)
        nonfs_extent_root_init(t->inode.raw + I_MAP);
    return 0;
}

/* Cuts blocks `from` to `to` out of extent `i` of the leaf. */
static int leaf_cut(struct tree *t, uint32_t i, struct extent_change *e, uint32_t from, uint32_t to)
{
    struct extent_change rest = *e;
    uint32_t end = e->first + (e->count - 1);
    int result;

    if (from == e->first && to == end) {
        result = nonfs_level_delete(t, t->depth, i);
        return result == 0 ? tree_drop_empty(t) : result;
    }
    rest.first = to + 1;
    rest.count = end - to;
    rest.physical += rest.first - e->first;
    if (from == e->first)
        return nonfs_leaf_set(t, i, &rest);
    e->count = from - e->first;
    result = nonfs_leaf_set(t, i, e);
    return result == 0 && to < end ? nonfs_tree_insert(t, &rest) : result;
}

static int tree_remove_step(struct tree *t, uint32_t first, uint32_t last, int metadata, int *done)
{
    struct extent_change e;
    uint32_t from;
    uint32_t to;
    uint32_t i;
    int result = nonfs_tree_find(t, last);

    if (result != 0)
        return result;
    i = t->level[t->depth].at;
    *done = i == 0;
    if (*done)
        return 0;
    e = nonfs_leaf_extent(t, --i);
    to = e.first + (e.count - 1);
    *done = to < first;
    if (*done)
        return 0;
    from = e.first > first ? e.first : first;
    to = to < last ? to : last;
    if (metadata && to - from >= METADATA_STEP)
        from = to - METADATA_STEP + 1;
    if (!nonfs_volume_contains(t->volume, e.physical, e.count))
        return nonfs_tree_fail(t, "it maps blocks outside of the volume");
    result = nonfs_blocks_give(t->volume, e.physical + (from - e.first), (uint64_t)to - from + 1,
                               metadata);
    if (result == 0)
        result = nonfs_inode_add_blocks(t->volume, &t->inode, -((int64_t)to - from + 1));
    return result == 0 ? leaf_cut(t, i, &e, from, to) : result;
}

/* Lets the root have what its only child has, as long as that fits. */
static int tree_shrink(struct tree *t)
{
    uint8_t *root = t->inode.raw + I_MAP;

    nonfs_tree_unpin(t);
    while (load_le16(root + EH_DEPTH) > 0 && load_le16(root + EH_ENTRIES) == 1 &&
           nonfs_op_room(t->volume) >= SHRINK_ROOM) {
        struct tree_level only = {.bytes = root};
        uint64_t block = nonfs_index_child(&only);
        struct block_ref ref;
        struct extent_node n;
        int fits;
        int result = nonfs_extent_node_get(t->node, block, &ref, &n);

        if (result != 0)
            return result;
        fits = n.entries <= load_le16(root + EH_MAX);
        if (fits) {
            memcpy(root + EXT4_EXTENT_SIZE, n.bytes + EXT4_EXTENT_SIZE,
                   (size_t)n.entries * EXT4_EXTENT_SIZE);
            store_le16(root + EH_ENTRIES, n.entries);
            store_le16(root + EH_DEPTH, n.depth);
        }
        nonfs_block_put(&ref);
        if (!fits)
            return 0;
        result = nonfs_blocks_give(t->volume, block, 1, 1);
        if (result == 0)
            result = nonfs_inode_add_blocks(t->volume, &t->inode, -1);
        if (result != 0)
            return result;
    }
    return 0;
}

int nonfs_extent_remove(struct nonfs_ext4_node *node, uint32_t first, uint32_t last, int metadata,
                        int *more)
{
    struct tree t;
    int done = 0;
    int result = nonfs_tree_open(&t, node);

    *more = 0;
    if (result != 0)
        return result;
    while (result == 0 && !done) {
        if (nonfs_op_room(node->volume) < REMOVE_ROOM) {
            *more = 1;
            break;
        }
        result = tree_remove_step(&t, first, last, metadata, &done);
    }
    if (result == 0 && done)
        result = tree_shrink(&t);
    nonfs_tree_close(&t);
    return result;
}

static int tree_convert(struct tree *t, uint32_t first, uint32_t count)
{
    uint32_t last = first + (count - 1);
    struct extent_change whole;
    struct extent_change part;
    uint32_t end;
    uint32_t i;
    int result = nonfs_tree_find(t, first);

    if (result != 0)
        return result;
    i = t->level[t->depth].at;
    if (i == 0)
        return nonfs_tree_fail(t, "an extent that was found is gone");
    whole = nonfs_leaf_extent(t, --i);
    end = whole.first + (whole.count - 1);
    if (!whole.unwritten || last > end || first > end)
        return nonfs_tree_fail(t, "an extent that was found has changed");
    part = (struct extent_change){first, count, whole.physical + (first - whole.first), 0};
    if (first == whole.first && last == end)
        return nonfs_leaf_set(t, i, &part);
    result = leaf_cut(t, i, &whole, first, last);
    return result == 0 ? nonfs_tree_insert(t, &part) : result;
}

int nonfs_extent_convert(struct nonfs_ext4_node *node, uint32_t first, uint32_t count)
{
    struct tree t;
    int result = nonfs_tree_open(&t, node);

    if (result != 0)
        return result;
    result = tree_convert(&t, first, count);
    nonfs_tree_close(&t);
    return result;
}
