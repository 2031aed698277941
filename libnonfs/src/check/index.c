/*
 * The hash tree of a directory: each of its blocks hangs in it once, and each name where its hash says.
 */
#include <string.h>

#include "check/check.h"
#include "ext4/htree.h"
#include "ext4/writer.h"

struct index_walk {
    struct checker *c;
    struct htree_walk w;
    uint64_t blocks; /* that were met */
    uint32_t last;   /* hash of the entry before */
    int wrong;
};

/* Notes a block of the directory. Returns whether it is there and was not met before. */
static int index_meet(struct index_walk *x, uint32_t block)
{
    x->blocks++;
    if (block >= x->w.nblocks)
        return 0;
    if (x->w.nblocks > CHECK_INDEX_BITS)
        return x->blocks <= x->w.nblocks;
    if (check_bit(x->c->index_bits, block))
        return 0;
    check_set_bit(x->c->index_bits, block);
    return 1;
}

/* The names of a block: from `from`, and to before `end`, or to it if the next block goes on with the same hash. */
static int leaf_check(struct index_walk *x, uint32_t block, uint32_t from, uint64_t end)
{
    struct checker *c = x->c;
    uint32_t size = volume_block_size(c->volume);
    struct dir_record record;
    struct block_ref ref;
    const char *reason;
    uint64_t hole;
    int belongs = 1;
    int result = nonfs_dirblock_get(&c->node, block, &ref, &hole);

    /* What is wrong with the block was said. */
    if (result != 0)
        return result == NONFS_E_IO || result == NONFS_E_GONE ? result : 0;
    for (uint32_t at = 0; at < size; at += record.length) {
        uint32_t hash;

        if (nonfs_record_decode(c->volume, ref.data, size, at, &record, &reason) != 0)
            break;
        if (record.inode == 0)
            continue;
        hash =
            nonfs_hash_name(x->w.version, c->volume->super.hash_seed, record.name, record.name_len);
        belongs &= hash >= (from & ~1u) && hash <= (end & ~(uint64_t)1) &&
                   (hash < (end & ~(uint64_t)1) || (end & 1) != 0);
    }
    result = ref.slot->block != 0 && !belongs
                 ? nonfs_check_report(c, &(struct nonfs_problem){.kind = NONFS_PROBLEM_INDEX_ORDER,
                                                                 .inode = c->node.stat.inode,
                                                                 .block = ref.slot->block})
                 : 0;
    nonfs_block_put(&ref);
    return result;
}

/* Goes through the tree with a frame for each level; `end` of a level is where its parent's next entry starts. */
static int index_walk(struct index_walk *x)
{
    uint64_t end[DX_LEVELS_MAX + 1] = {UINT32_MAX};
    uint32_t level = 0;

    x->w.frames[0] = (struct htree_frame){0, 0};
    (void)index_meet(x, 0);
    for (;;) {
        struct htree_frame *f = &x->w.frames[level];
        struct htree_node n;
        uint32_t child = 0;
        uint32_t from = 0;
        uint32_t count;
        int result;

        x->w.steps = 8;
        result = nonfs_htree_node_get(&x->w, f->block, &n);
        if (result != 0)
            return nonfs_check_damage(x->c, result);
        count = n.count;
        if (f->at < count) {
            child = htree_block(&n, f->at);
            from = f->at == 0 ? x->last : htree_hash(&n, f->at);
            x->wrong |= f->at > 0 && (from & ~1u) < (x->last & ~1u);
            x->last = from;
            end[level + 1] = f->at + 1 < count ? htree_hash(&n, f->at + 1) : end[level];
        }
        nonfs_block_put(&n.ref);
        if (f->at++ >= count) {
            if (level == 0)
                return 0;
            level--;
            continue;
        }
        if (!index_meet(x, child)) {
            x->wrong = 1;
            continue;
        }
        if (level + 1 < x->w.depth) {
            level++;
            x->w.frames[level] = (struct htree_frame){child, 0};
            continue;
        }
        result = leaf_check(x, child, from, end[level + 1]);
        if (result != 0)
            return result;
    }
}

int nonfs_check_index(struct checker *c)
{
    struct index_walk x = {.c = c, .w = {.directory = &c->node}};
    int result = nonfs_htree_start(&x.w, "", 0);

    if (result != 0)
        return nonfs_check_damage(c, result);
    memset(c->index_bits, 0, CHECK_INDEX_BITS / 8);
    result = index_walk(&x);
    if (result == 0 && (x.wrong || x.blocks != x.w.nblocks))
        result = nonfs_check_report(c, &(struct nonfs_problem){.kind = NONFS_PROBLEM_INDEX_BLOCKS,
                                                               .inode = c->node.stat.inode,
                                                               .found = x.blocks,
                                                               .expected = x.w.nblocks});
    return result;
}
