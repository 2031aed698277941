/*
 * The block map of ext2 and ext3: twelve direct blocks, then trees of one, two and three levels of blocks full of
 * 32-bit block numbers. A number 0 is a hole, as large as all that would hang below it. There are no checksums.
 */
#include "bytes.h"
#include "ext4/format.h"
#include "ext4/volume.h"

/* The run that starts at entry `i` of `n` block numbers, when a number stands for one block. */
static void indirect_leaf_run(const uint8_t *numbers, uint32_t i, uint32_t n, struct block_run *run)
{
    uint32_t start = load_le32(numbers + 4 * (size_t)i);
    uint32_t count = 1;

    while (i + count < n) {
        uint64_t expected = start == 0 ? 0 : (uint64_t)start + count;

        if (load_le32(numbers + 4 * (size_t)(i + count)) != expected)
            break;
        count++;
    }
    run->state = start == 0 ? RUN_HOLE : RUN_MAPPED;
    run->count = count;
    run->physical = start;
}

/* Walks down the tree of `level` levels under block `number`; `rel` counts from the tree's first block. */
static int indirect_tree_find(struct nonfs_ext4_node *node, uint32_t number, uint32_t level,
                              uint64_t rel, struct block_run *run)
{
    uint32_t shift =
        node->volume->super.block_shift - 2; /* numbers in a block, as a power of two */

    for (;; level--) {
        uint64_t below = (uint64_t)1 << (shift * level); /* blocks of the file under `number` */
        struct block_ref ref;
        uint32_t i;
        int result;

        rel &= below - 1;
        if (number == 0) {
            run->state = RUN_HOLE;
            run->count = below - rel;
            return 0;
        }
        result =
            nonfs_block_get(node->volume, number, NONFS_STRUCTURE_INDIRECT, node->stat.inode, &ref);
        if (result != 0)
            return result;
        i = (uint32_t)(rel >> (shift * (level - 1)));
        if (level == 1)
            indirect_leaf_run(ref.data, i, 1u << shift, run);
        else
            number = load_le32(ref.data + 4 * (size_t)i);
        nonfs_block_put(&ref);
        if (level == 1)
            return 0;
    }
}

int nonfs_indirect_find(struct nonfs_ext4_node *node, uint32_t block, struct block_run *run)
{
    uint32_t shift = node->volume->super.block_shift - 2;
    uint64_t rel = block;

    *run = (struct block_run){.first = block};
    if (rel < EXT4_DIRECT_BLOCKS) {
        indirect_leaf_run(node->map, block, EXT4_DIRECT_BLOCKS, run);
        return 0;
    }
    rel -= EXT4_DIRECT_BLOCKS;
    for (uint32_t level = 1; level <= 3; level++) {
        uint64_t blocks = (uint64_t)1 << (shift * level);

        if (rel < blocks) {
            uint32_t root = EXT4_DIRECT_BLOCKS + level - 1;
            return indirect_tree_find(node, load_le32(node->map + 4 * (size_t)root), level, rel,
                                      run);
        }
        rel -= blocks;
    }
    return nonfs_volume_fail(node->volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_INDIRECT,
                             node->stat.inode, 0, "the file is larger than its map can be");
}
