/*
 * The blocks of an inode, through its extent tree or its map of blocks. A block of the tree itself that is used twice is not
 * followed, so a walk ends after as many of them as the volume has; beyond the window, where that is not known, it ends
 * after as many steps.
 */
#include "bytes.h"
#include "check/check.h"
#include "ext4/extent.h"
#include "ext4/format.h"

uint64_t nonfs_check_mark_range(struct checker *c, uint64_t first, uint64_t count)
{
    uint64_t from = first > c->window_first ? first : c->window_first;
    uint64_t end = c->window_first + c->window_count;
    uint64_t to = first + count < end ? first + count : end;

    for (uint64_t block = from; block < to; block++) {
        uint64_t i = block - c->window_first;

        if (i % 8 == 0 && to - block >= 8 && c->window[i / 8] == 0) {
            c->window[i / 8] = 0xff;
            block += 7;
        } else if (check_bit(c->window, i)) {
            return block;
        } else {
            check_set_bit(c->window, i);
        }
    }
    return 0;
}

int nonfs_check_mark(struct checker *c, uint32_t inode, uint64_t first, uint64_t count, int *fresh)
{
    struct nonfs_problem problem = {.inode = inode, .block = first};

    if (fresh != NULL)
        *fresh = 0;
    problem.kind = NONFS_PROBLEM_BLOCK_OUTSIDE;
    if (!nonfs_volume_contains(c->volume, first, count))
        return nonfs_check_report_once(c, &problem);
    problem.kind = NONFS_PROBLEM_BLOCK_TWICE;
    problem.block = nonfs_check_mark_range(c, first, count);
    /* With this feature content may be shared. */
    if (problem.block != 0 && fresh == NULL &&
        c->volume->super.info.ro_compat & EXT4_RO_SHARED_BLOCKS)
        return 0;
    if (problem.block != 0)
        return nonfs_check_report(c, &problem);
    if (fresh != NULL)
        *fresh = 1;
    return 0;
}

/* The way down to the node that is looked at. */
struct walk_level {
    uint64_t block; /* of the node; the root has none */
    uint32_t at;    /* the next entry */
};

struct walk {
    struct checker *c;
    struct check_map *map;
    uint64_t steps; /* blocks of the map that may still be looked at */
    uint32_t depth; /* of the level that is looked at, from the root */
    struct walk_level level[EXT4_EXTENT_DEPTH_MAX + 1];
};

static int walk_damaged(struct walk *w, enum nonfs_structure structure, uint64_t block,
                        const char *reason)
{
    w->map->damaged = 1;
    return nonfs_check_damage(w->c, nonfs_volume_fail(w->c->volume, NONFS_E_CORRUPT, structure,
                                                      w->c->node.stat.inode, block, reason));
}

/* Marks a block of the map itself. `*follow`: it may be looked at. */
static int walk_mark(struct walk *w, uint64_t block, int *follow)
{
    int result = nonfs_check_mark(w->c, w->c->node.stat.inode, block, 1, follow);

    w->map->blocks++;
    if (w->steps == 0)
        *follow = 0;
    else
        w->steps--;
    if (!*follow)
        w->map->damaged = 1;
    return result;
}

static int leaf_mark(struct walk *w, const struct extent_node *n)
{
    struct check_map *map = w->map;
    int result = 0;

    for (uint32_t i = 0; result == 0 && i < n->entries; i++) {
        struct extent e = extent_decode(n, i);

        if (e.first < map->end)
            return walk_damaged(w, NONFS_STRUCTURE_EXTENTS, w->level[w->depth].block,
                                "the entries are not in order");
        map->blocks += e.count;
        map->end = e.first + e.count;
        if (!e.unwritten)
            map->written_end = map->end;
        result = nonfs_check_mark(w->c, w->c->node.stat.inode, e.physical, e.count, NULL);
    }
    return result;
}

/* Goes from the node at the present level, which has `key` and what is before `end` to give, to a child. */
static int extents_enter(struct walk *w, const struct extent_node *parent, uint64_t block,
                         uint64_t key, uint64_t end)
{
    struct nonfs_ext4_node *node = &w->c->node;
    struct extent_node n;
    struct block_ref ref;
    int fits;
    int follow;
    int result = walk_mark(w, block, &follow);

    if (result != 0 || !follow)
        return result;
    result = nonfs_extent_node_get(node, block, &ref, &n);
    if (result != 0) {
        w->map->damaged = 1;
        return nonfs_check_damage(w->c, result);
    }
    fits = n.depth + 1 == parent->depth && n.entries > 0 && nonfs_extent_node_fits(&n, key, end) &&
           extent_key(&n, 0) == key;
    nonfs_block_put(&ref);
    if (!fits)
        return walk_damaged(w, NONFS_STRUCTURE_EXTENTS, block, "it is not what its parent says");
    w->depth++;
    w->level[w->depth] = (struct walk_level){.block = block};
    return 0;
}

/* Looks at the node of the present level: all of a leaf, one entry of another one. `*done`: the root has no more. */
static int extents_step(struct walk *w, int *done)
{
    struct nonfs_ext4_node *node = &w->c->node;
    struct walk_level *l = &w->level[w->depth];
    struct block_ref ref = {.slot = NULL};
    struct extent_node n;
    uint64_t child = 0;
    uint64_t key = 0;
    uint64_t end = (uint64_t)UINT32_MAX + 1;
    int result = 0;

    if (w->depth > 0)
        result = nonfs_extent_node_get(node, l->block, &ref, &n);
    else if (nonfs_extent_node_decode(&n, node->map, sizeof(node->map)) != NULL)
        return *done = 1, walk_damaged(w, NONFS_STRUCTURE_EXTENTS, 0, "the root is damaged");
    if (result != 0)
        return result;
    if (n.depth > 0 && l->at < n.entries) {
        const uint8_t *raw = extent_entry(&n, l->at);

        child = join_hi_lo(load_le16(raw + EI_LEAF_HI), load_le32(raw + EI_LEAF_LO));
        key = extent_key(&n, l->at++);
        if (l->at < n.entries)
            end = extent_key(&n, l->at);
    } else {
        result = n.depth == 0 ? leaf_mark(w, &n) : 0;
        *done = w->depth == 0;
        w->depth -= w->depth > 0 ? 1 : 0;
    }
    if (ref.slot != NULL)
        nonfs_block_put(&ref);
    return result == 0 && child != 0 ? extents_enter(w, &n, child, key, end) : result;
}

/* One number in a map of blocks that stands for a block of the file, number `block` of it. */
static int number_mark(struct walk *w, uint32_t number, uint64_t block)
{
    if (number == 0)
        return 0;
    w->map->blocks++;
    w->map->end = block + 1;
    w->map->written_end = block + 1;
    return nonfs_check_mark(w->c, w->c->node.stat.inode, number, 1, NULL);
}

/* A tree of `levels` levels whose first block of the file is `first`. */
static int indirect_walk(struct walk *w, uint32_t number, uint32_t levels, uint64_t first)
{
    struct nonfs_ext4 *volume = w->c->volume;
    uint32_t shift = volume->super.block_shift - 2;
    int follow = 0;
    int result = number == 0 ? 0 : walk_mark(w, number, &follow);

    if (result != 0 || !follow)
        return result;
    w->depth = 0;
    w->level[0] = (struct walk_level){.block = number};
    for (;;) {
        struct walk_level *l = &w->level[w->depth];
        uint32_t below = levels - 1 - w->depth;
        struct block_ref ref;

        result = nonfs_block_get(volume, l->block, NONFS_STRUCTURE_INDIRECT, w->c->node.stat.inode,
                                 &ref);
        if (result != 0)
            return result;
        while (result == 0 && l->at < 1u << shift) {
            uint32_t child = load_le32(ref.data + 4 * (size_t)l->at++);

            if (below == 0)
                result = number_mark(w, child, first++);
            else if (child == 0)
                first += (uint64_t)1 << (shift * below);
            else
                result = walk_mark(w, child, &follow);
            if (below == 0 || child == 0)
                continue;
            if (follow) {
                w->depth++;
                w->level[w->depth] = (struct walk_level){.block = child};
                break;
            }
            first += (uint64_t)1 << (shift * below);
        }
        nonfs_block_put(&ref);
        if (result != 0)
            return result;
        if (l != &w->level[w->depth])
            continue;
        if (w->depth == 0)
            return 0;
        w->depth--;
    }
}

static int blocks_walk(struct walk *w)
{
    const uint8_t *map = w->c->node.map;
    uint32_t shift = w->c->volume->super.block_shift - 2;
    uint64_t first = EXT4_DIRECT_BLOCKS;
    int resize = w->c->node.stat.inode == EXT4_INODE_RESIZE;
    int result = 0;

    /* What the inode for resizing maps are copies of descriptors, and these are marked as such. */
    if (resize) {
        result = number_mark(w, load_le32(map + 4 * (EXT4_DIRECT_BLOCKS + 1)), 0);
        return result == 0 && w->c->first
                   ? nonfs_check_resize(w->c, load_le32(map + 4 * (EXT4_DIRECT_BLOCKS + 1)))
                   : result;
    }
    for (uint32_t i = 0; result == 0 && i < EXT4_DIRECT_BLOCKS; i++)
        result = number_mark(w, load_le32(map + 4 * (size_t)i), i);
    for (uint32_t level = 1; result == 0 && level <= 3; level++) {
        result = indirect_walk(w, load_le32(map + 4 * (size_t)(EXT4_DIRECT_BLOCKS + level - 1)),
                               level, first);
        first += (uint64_t)1 << (shift * level);
    }
    return result;
}

int nonfs_check_map_walk(struct checker *c, struct check_map *map)
{
    struct walk w = {.c = c, .map = map, .steps = c->volume->super.info.block_count};
    int done = 0;
    int result = 0;

    *map = (struct check_map){.blocks = 0};
    if (!(c->node.stat.flags & NONFS_EXT4_FL_EXTENTS))
        return blocks_walk(&w);
    while (result == 0 && !done)
        result = extents_step(&w, &done);
    return result;
}
