/*
 * Changing extent trees: inserting; extent_remove.c takes out and converts.
 *
 * Each step looks the way down up anew, changes one thing, and leaves a tree that is right; so a split, which makes room
 * in one node, is a step of its own before the insertion is tried again. Two rules hold after each: the key of an index
 * entry is the first block of what hangs below it, and no node but the root is empty.
 */
#include <string.h>

#include "ext4/extent_tree.h"
#include "ext4/format.h"
#include "ext4/writer.h"

#define WRITTEN_MAX   EXT4_EXTENT_LEN_MAX
#define UNWRITTEN_MAX (EXT4_EXTENT_LEN_MAX - 1)

int nonfs_tree_fail(struct tree *t, const char *reason)
{
    return nonfs_volume_fail(t->volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_EXTENTS,
                             t->node->stat.inode, 0, reason);
}

int nonfs_tree_open(struct tree *t, struct nonfs_ext4_node *node)
{
    *t = (struct tree){.node = node, .volume = node->volume};
    if (!(node->stat.flags & NONFS_EXT4_FL_EXTENTS))
        return nonfs_volume_fail(t->volume, NONFS_E_UNSUPPORTED, NONFS_STRUCTURE_INDIRECT,
                                 node->stat.inode, 0, "files with a block map are not changed");
    return nonfs_inode_edit(t->volume, node->stat.inode, &t->inode);
}

void nonfs_tree_unpin(struct tree *t)
{
    for (; t->pinned > 0; t->pinned--)
        nonfs_block_put(&t->level[t->pinned].ref);
}

void nonfs_tree_close(struct tree *t)
{
    nonfs_tree_unpin(t);
    memcpy(t->node->map, t->inode.raw + I_MAP, sizeof(t->node->map));
    t->node->run_state = RUN_NONE;
    nonfs_inode_put(t->volume, &t->inode);
}

uint64_t nonfs_index_child(const struct tree_level *l)
{
    const uint8_t *raw = l->bytes + EXT4_EXTENT_SIZE * (l->at + 1);

    return join_hi_lo(load_le16(raw + EI_LEAF_HI), load_le32(raw + EI_LEAF_LO));
}

int nonfs_tree_find(struct tree *t, uint32_t block)
{
    struct extent_node n;
    const char *reason = nonfs_extent_node_decode(&n, t->inode.raw + I_MAP, 60);

    nonfs_tree_unpin(t);
    if (reason != NULL)
        return nonfs_tree_fail(t, reason);
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
        result = nonfs_extent_node_get(t->node, nonfs_index_child(l), &t->level[d + 1].ref, &n);
        if (result != 0)
            return result;
        t->pinned = d + 1;
        if (n.depth != t->depth - d - 1 || n.entries == 0)
            return nonfs_tree_fail(t, "a node is not what its parent says");
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

int nonfs_level_delete(struct tree *t, uint32_t d, uint32_t at)
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

struct extent_change nonfs_leaf_extent(const struct tree *t, uint32_t i)
{
    struct extent_node n = {.bytes = t->level[t->depth].bytes};
    struct extent e = extent_decode(&n, i);

    return (struct extent_change){(uint32_t)e.first, (uint32_t)e.count, e.physical, e.unwritten};
}

int nonfs_leaf_set(struct tree *t, uint32_t i, const struct extent_change *e)
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
        with = nonfs_leaf_extent(t, at - 1);
        if (with.first + with.count > e->first)
            return nonfs_tree_fail(t, "an extent would overlap another one");
        if (extents_join(&with, e)) {
            with.count += e->count;
            return nonfs_leaf_set(t, at - 1, &with);
        }
    }
    if (at < t->level[t->depth].entries) {
        with = nonfs_leaf_extent(t, at);
        if (extents_join(e, &with)) {
            with.first = e->first;
            with.physical = e->physical;
            with.count += e->count;
            return nonfs_leaf_set(t, at, &with);
        }
    }
    *merged = 0;
    return 0;
}

int nonfs_tree_insert(struct tree *t, const struct extent_change *e)
{
    /* Each round without success makes room at one level, and there are few. */
    for (uint32_t round = 0; round < 3 * (EXT4_EXTENT_DEPTH_MAX + 1); round++) {
        uint8_t entry[EXT4_EXTENT_SIZE];
        int merged;
        int result = nonfs_tree_find(t, e->first);

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
    return nonfs_tree_fail(t, "there is no room, however often it is made");
}

int nonfs_extent_insert(struct nonfs_ext4_node *node, const struct extent_change *e)
{
    struct tree t;
    int result = nonfs_tree_open(&t, node);

    if (result != 0)
        return result;
    result = nonfs_tree_insert(&t, e);
    nonfs_tree_close(&t);
    return result;
}
