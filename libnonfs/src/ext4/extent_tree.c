/*
 * Changing extent trees.
 *
 * Each step looks the way down up anew, changes one thing, and leaves a tree that is right; so a split, which makes room
 * in one node, is a step of its own before the insertion is tried again. Two rules hold after each: the key of an index
 * entry is the first block of what hangs below it, and no node but the root is empty.
 */
#include <string.h>

#include "ext4/extent.h"
#include "ext4/format.h"
#include "ext4/writer.h"

#define WRITTEN_MAX   EXT4_EXTENT_LEN_MAX
#define UNWRITTEN_MAX (EXT4_EXTENT_LEN_MAX - 1)
#define REMOVE_ROOM   16u /* what one step of a removal needs of an operation */
#define SHRINK_ROOM   4u  /* and to make a tree shallower */
#define METADATA_STEP 8u  /* blocks of metadata given back in one step */

struct tree_level {
    struct block_ref ref; /* not for level 0, which is the inode */
    const uint8_t *bytes;
    uint32_t entries;
    uint32_t max;
    uint32_t
        at; /* the entry that was followed; in a leaf, how many entries start at or before the block */
};

struct tree {
    struct nonfs_ext4_node *node;
    struct nonfs_ext4 *volume;
    struct inode_edit inode;
    uint32_t depth; /* level of the leaves */
    uint32_t pinned;
    struct tree_level level[EXT4_EXTENT_DEPTH_MAX + 1];
};

static int tree_fail(struct tree *t, const char *reason)
{
    return nonfs_volume_fail(t->volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_EXTENTS,
                             t->node->stat.inode, 0, reason);
}

static int tree_open(struct tree *t, struct nonfs_ext4_node *node)
{
    *t = (struct tree){.node = node, .volume = node->volume};
    if (!(node->stat.flags & NONFS_EXT4_FL_EXTENTS))
        return nonfs_volume_fail(t->volume, NONFS_E_UNSUPPORTED, NONFS_STRUCTURE_INDIRECT,
                                 node->stat.inode, 0, "files with a block map are not changed");
    return nonfs_inode_edit(t->volume, node->stat.inode, &t->inode);
}

static void tree_unpin(struct tree *t)
{
    for (; t->pinned > 0; t->pinned--)
        nonfs_block_put(&t->level[t->pinned].ref);
}

/* The node's copy of the root follows what was changed. */
static void tree_close(struct tree *t)
{
    tree_unpin(t);
    memcpy(t->node->map, t->inode.raw + I_MAP, sizeof(t->node->map));
    t->node->run_state = RUN_NONE;
    nonfs_inode_put(t->volume, &t->inode);
}

static uint64_t index_child(const struct tree_level *l)
{
    const uint8_t *raw = l->bytes + EXT4_EXTENT_SIZE * (l->at + 1);

    return join_hi_lo(load_le16(raw + EI_LEAF_HI), load_le32(raw + EI_LEAF_LO));
}

/* Goes down to the leaf for `block`; for one before all extents, to the first leaf. */
static int tree_find(struct tree *t, uint32_t block)
{
    struct extent_node n;
    const char *reason = nonfs_extent_node_decode(&n, t->inode.raw + I_MAP, 60);

    tree_unpin(t);
    if (reason != NULL)
        return tree_fail(t, reason);
    t->depth = n.depth;
    for (uint32_t d = 0;; d++) {
        struct tree_level *l = &t->level[d];
        int result;

        l->bytes = n.bytes;
        l->entries = n.entries;
        l->max = n.max;
        l->at = 0;
        while (l->at < n.entries && extent_key(&n, l->at) <= block)
            l->at++;
        if (d == t->depth)
            return 0;
        l->at -= l->at > 0 ? 1 : 0;
        result = nonfs_extent_node_get(t->node, index_child(l), &t->level[d + 1].ref, &n);
        if (result != 0)
            return result;
        t->pinned = d + 1;
        if (n.depth != t->depth - d - 1 || n.entries == 0)
            return tree_fail(t, "a node is not what its parent says");
    }
}

static int level_edit(struct tree *t, uint32_t d, uint8_t **bytes)
{
    int result;

    if (d == 0) {
        *bytes = t->inode.raw + I_MAP;
        return 0;
    }
    result = nonfs_block_edit(t->volume, &t->level[d].ref, bytes);
    if (result == 0)
        nonfs_block_set_sum(&t->level[d].ref, SUM_EXTENTS, t->node->stat.inode,
                            t->node->checksum_seed);
    return result;
}

/* Gives the index entries above level `d` the first key of what is below them. */
static int tree_fix_keys(struct tree *t, uint32_t d)
{
    uint32_t key = load_le32(t->level[d].bytes + EXT4_EXTENT_SIZE);

    while (d-- > 0) {
        uint8_t *bytes;
        int result = level_edit(t, d, &bytes);

        if (result != 0)
            return result;
        store_le32(bytes + EXT4_EXTENT_SIZE * (t->level[d].at + 1) + EI_BLOCK, key);
        if (t->level[d].at != 0)
            break;
    }
    return 0;
}

static int level_insert(struct tree *t, uint32_t d, uint32_t at, const uint8_t *entry)
{
    struct tree_level *l = &t->level[d];
    uint8_t *bytes;
    uint8_t *place;
    int result = level_edit(t, d, &bytes);

    if (result != 0)
        return result;
    place = bytes + EXT4_EXTENT_SIZE * (at + 1);
    memmove(place + EXT4_EXTENT_SIZE, place, (size_t)(l->entries - at) * EXT4_EXTENT_SIZE);
    memcpy(place, entry, EXT4_EXTENT_SIZE);
    l->entries++;
    store_le16(bytes + EH_ENTRIES, l->entries);
    return at == 0 ? tree_fix_keys(t, d) : 0;
}

static int level_delete(struct tree *t, uint32_t d, uint32_t at)
{
    struct tree_level *l = &t->level[d];
    uint8_t *bytes;
    uint8_t *place;
    int result = level_edit(t, d, &bytes);

    if (result != 0)
        return result;
    place = bytes + EXT4_EXTENT_SIZE * (at + 1);
    l->entries--;
    memmove(place, place + EXT4_EXTENT_SIZE, (size_t)(l->entries - at) * EXT4_EXTENT_SIZE);
    memset(bytes + EXT4_EXTENT_SIZE * (l->entries + 1), 0, EXT4_EXTENT_SIZE);
    store_le16(bytes + EH_ENTRIES, l->entries);
    return at == 0 && l->entries > 0 ? tree_fix_keys(t, d) : 0;
}

static void change_store(uint8_t *raw, const struct extent_change *e)
{
    extent_store(raw, e->first, e->count + (e->unwritten ? EXT4_EXTENT_LEN_MAX : 0), e->physical);
}

static struct extent_change leaf_extent(const struct tree *t, uint32_t i)
{
    struct extent_node n = {.bytes = t->level[t->depth].bytes};
    struct extent e = extent_decode(&n, i);

    return (struct extent_change){(uint32_t)e.first, (uint32_t)e.count, e.physical, e.unwritten};
}

static int leaf_set(struct tree *t, uint32_t i, const struct extent_change *e)
{
    uint8_t *bytes;
    int result = level_edit(t, t->depth, &bytes);

    if (result != 0)
        return result;
    change_store(bytes + EXT4_EXTENT_SIZE * (i + 1), e);
    return i == 0 ? tree_fix_keys(t, t->depth) : 0;
}

/* A block for a node, near the inode's others, and counted as the file's. */
static int node_block_take(struct tree *t, struct block_ref *ref, uint8_t **bytes)
{
    uint64_t goal = nonfs_group_first_block(t->volume, (t->node->stat.inode - 1) /
                                                           t->volume->super.inodes_per_group);
    uint64_t block;
    uint32_t count;
    int result = nonfs_blocks_take(t->volume, goal, 1, &block, &count);

    if (result == 0)
        result = nonfs_inode_add_blocks(t->volume, &t->inode, 1);
    if (result == 0)
        result = nonfs_block_edit_new(t->volume, block, ref, bytes);
    if (result != 0)
        return result;
    nonfs_block_set_checked(ref, BLOCK_EXTENTS, t->node->stat.inode);
    nonfs_block_set_sum(ref, SUM_EXTENTS, t->node->stat.inode, t->node->checksum_seed);
    extent_header_store(*bytes, 0,
                        (volume_block_size(t->volume) - EXT4_EXTENT_SIZE) / EXT4_EXTENT_SIZE, 0);
    return 0;
}

/* Moves the root's entries into a new block below it. */
static int tree_grow(struct tree *t)
{
    uint8_t *root = t->inode.raw + I_MAP;
    struct block_ref ref;
    uint8_t *bytes;
    uint64_t block;
    int result;

    if (t->depth == EXT4_EXTENT_DEPTH_MAX)
        return NONFS_E_FULL;
    result = node_block_take(t, &ref, &bytes);
    if (result != 0)
        return result;
    block = ref.slot->block;
    store_le16(bytes + EH_ENTRIES, t->level[0].entries);
    store_le16(bytes + EH_DEPTH, t->depth);
    memcpy(bytes + EXT4_EXTENT_SIZE, root + EXT4_EXTENT_SIZE,
           (size_t)t->level[0].entries * EXT4_EXTENT_SIZE);
    nonfs_block_put(&ref);
    extent_index_store(root + EXT4_EXTENT_SIZE, load_le32(root + EXT4_EXTENT_SIZE), block);
    memset(root + 2 * EXT4_EXTENT_SIZE, 0, 3 * (size_t)EXT4_EXTENT_SIZE);
    store_le16(root + EH_ENTRIES, 1);
    store_le16(root + EH_DEPTH, t->depth + 1);
    return 0;
}

/*
 * Moves the upper half of the node at level `d` into a new one beside it; its parent has room. When a file grows at its
 * end only the last entry moves, so that full nodes stay behind.
 */
static int tree_split(struct tree *t, uint32_t d)
{
    struct tree_level *l = &t->level[d];
    uint32_t past = d == t->depth ? l->at : l->at + 1;
    uint32_t keep = past == l->entries ? l->entries - 1 : l->entries / 2;
    uint32_t moved = l->entries - keep;
    uint8_t entry[EXT4_EXTENT_SIZE];
    struct block_ref ref;
    uint8_t *fresh;
    uint8_t *bytes;
    int result = level_edit(t, d, &bytes);

    if (result == 0)
        result = node_block_take(t, &ref, &fresh);
    if (result != 0)
        return result;
    store_le16(fresh + EH_ENTRIES, moved);
    store_le16(fresh + EH_DEPTH, t->depth - d);
    memcpy(fresh + EXT4_EXTENT_SIZE, bytes + EXT4_EXTENT_SIZE * (keep + 1),
           (size_t)moved * EXT4_EXTENT_SIZE);
    memset(bytes + EXT4_EXTENT_SIZE * (keep + 1), 0, (size_t)moved * EXT4_EXTENT_SIZE);
    store_le16(bytes + EH_ENTRIES, keep);
    extent_index_store(entry, load_le32(fresh + EXT4_EXTENT_SIZE), ref.slot->block);
    nonfs_block_put(&ref);
    return level_insert(t, d - 1, t->level[d - 1].at + 1, entry);
}

static int tree_make_room(struct tree *t)
{
    for (uint32_t d = t->depth; d-- > 0;) {
        if (t->level[d].entries < t->level[d].max)
            return tree_split(t, d + 1);
    }
    return tree_grow(t);
}

/* Whether `b` goes on where `a` ends, and both fit into one extent. */
static int extents_join(const struct extent_change *a, const struct extent_change *b)
{
    return a->unwritten == b->unwritten && a->first + a->count == b->first &&
           a->physical + a->count == b->physical &&
           a->count + b->count <= (a->unwritten ? UNWRITTEN_MAX : WRITTEN_MAX);
}

/* Tries to make an extent beside the place of `e` longer. */
static int leaf_merge(struct tree *t, const struct extent_change *e, int *merged)
{
    uint32_t at = t->level[t->depth].at;
    struct extent_change with;

    *merged = 1;
    if (at > 0) {
        with = leaf_extent(t, at - 1);
        if (with.first + with.count > e->first)
            return tree_fail(t, "an extent would overlap another one");
        if (extents_join(&with, e)) {
            with.count += e->count;
            return leaf_set(t, at - 1, &with);
        }
    }
    if (at < t->level[t->depth].entries) {
        with = leaf_extent(t, at);
        if (extents_join(e, &with)) {
            with.first = e->first;
            with.physical = e->physical;
            with.count += e->count;
            return leaf_set(t, at, &with);
        }
    }
    *merged = 0;
    return 0;
}

static int tree_insert(struct tree *t, const struct extent_change *e)
{
    /* Each round without success makes room at one level, and there are few. */
    for (uint32_t round = 0; round < 3 * (EXT4_EXTENT_DEPTH_MAX + 1); round++) {
        uint8_t entry[EXT4_EXTENT_SIZE];
        int merged;
        int result = tree_find(t, e->first);

        if (result == 0)
            result = leaf_merge(t, e, &merged);
        if (result != 0 || merged)
            return result;
        if (t->level[t->depth].entries < t->level[t->depth].max) {
            change_store(entry, e);
            return level_insert(t, t->depth, t->level[t->depth].at, entry);
        }
        result = tree_make_room(t);
        if (result != 0)
            return result;
    }
    return tree_fail(t, "there is no room, however often it is made");
}

int nonfs_extent_insert(struct nonfs_ext4_node *node, const struct extent_change *e)
{
    struct tree t;
    int result = tree_open(&t, node);

    if (result != 0)
        return result;
    result = tree_insert(&t, e);
    tree_close(&t);
    return result;
}

/* Takes nodes out that have no entry left, from the leaf up. */
static int tree_drop_empty(struct tree *t)
{
    uint32_t d = t->depth;

    for (; d > 0 && t->level[d].entries == 0; d--) {
        struct tree_level *parent = &t->level[d - 1];
        int result = nonfs_blocks_give(t->volume, index_child(parent), 1, 1);

        if (result == 0)
            result = nonfs_inode_add_blocks(t->volume, &t->inode, -1);
        if (result == 0)
            result = level_delete(t, d - 1, parent->at);
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
        result = level_delete(t, t->depth, i);
        return result == 0 ? tree_drop_empty(t) : result;
    }
    rest.first = to + 1;
    rest.count = end - to;
    rest.physical += rest.first - e->first;
    if (from == e->first)
        return leaf_set(t, i, &rest);
    e->count = from - e->first;
    result = leaf_set(t, i, e);
    return result == 0 && to < end ? tree_insert(t, &rest) : result;
}

static int tree_remove_step(struct tree *t, uint32_t first, uint32_t last, int metadata, int *done)
{
    struct extent_change e;
    uint32_t from;
    uint32_t to;
    uint32_t i;
    int result = tree_find(t, last);

    if (result != 0)
        return result;
    i = t->level[t->depth].at;
    *done = i == 0;
    if (*done)
        return 0;
    e = leaf_extent(t, --i);
    to = e.first + (e.count - 1);
    *done = to < first;
    if (*done)
        return 0;
    from = e.first > first ? e.first : first;
    to = to < last ? to : last;
    if (metadata && to - from >= METADATA_STEP)
        from = to - METADATA_STEP + 1;
    if (!nonfs_volume_contains(t->volume, e.physical, e.count))
        return tree_fail(t, "it maps blocks outside of the volume");
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

    tree_unpin(t);
    while (load_le16(root + EH_DEPTH) > 0 && load_le16(root + EH_ENTRIES) == 1 &&
           nonfs_op_room(t->volume) >= SHRINK_ROOM) {
        struct tree_level only = {.bytes = root};
        uint64_t block = index_child(&only);
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
    int result = tree_open(&t, node);

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
    tree_close(&t);
    return result;
}

static int tree_convert(struct tree *t, uint32_t first, uint32_t count)
{
    uint32_t last = first + (count - 1);
    struct extent_change whole;
    struct extent_change part;
    uint32_t end;
    uint32_t i;
    int result = tree_find(t, first);

    if (result != 0)
        return result;
    i = t->level[t->depth].at;
    if (i == 0)
        return tree_fail(t, "an extent that was found is gone");
    whole = leaf_extent(t, --i);
    end = whole.first + (whole.count - 1);
    if (!whole.unwritten || last > end || first > end)
        return tree_fail(t, "an extent that was found has changed");
    part = (struct extent_change){first, count, whole.physical + (first - whole.first), 0};
    if (first == whole.first && last == end)
        return leaf_set(t, i, &part);
    result = leaf_cut(t, i, &whole, first, last);
    return result == 0 ? tree_insert(t, &part) : result;
}

int nonfs_extent_convert(struct nonfs_ext4_node *node, uint32_t first, uint32_t count)
{
    struct tree t;
    int result = tree_open(&t, node);

    if (result != 0)
        return result;
    result = tree_convert(&t, first, count);
    tree_close(&t);
    return result;
}
