#include "ext4/format.h"
#include "ext4/volume.h"

/* Files are read from front to back: the run found last answers most questions. */
static int map_remembered(const struct nonfs_ext4_node *node, uint64_t block, struct block_run *run)
{
    uint64_t skip = block - node->run_first;

    if (node->run_state == RUN_NONE || block < node->run_first || skip >= node->run_count)
        return 0;
    *run = (struct block_run){
        .state = (enum run_state)node->run_state,
        .first = block,
        .count = node->run_count - skip,
        .physical = node->run_state == RUN_MAPPED ? node->run_physical + skip : 0,
    };
    return 1;
}

int nonfs_map_find(struct nonfs_ext4_node *node, uint64_t block, struct block_run *run)
{
    int extents = (node->stat.flags & NONFS_EXT4_FL_EXTENTS) != 0;
    int result;

    if (map_remembered(node, block, run))
        return 0;
    /* Sizes are checked when an inode is opened, so this is a block that no file can have. */
    if (block > UINT32_MAX)
        return NONFS_E_RANGE;
    result = extents ? nonfs_extent_find(node, (uint32_t)block, run)
                     : nonfs_indirect_find(node, (uint32_t)block, run);
    if (result != 0)
        return result;
    if (run->state == RUN_MAPPED && !nonfs_volume_contains(node->volume, run->physical, run->count))
        return nonfs_volume_fail(node->volume, NONFS_E_CORRUPT,
                                 extents ? NONFS_STRUCTURE_EXTENTS : NONFS_STRUCTURE_INDIRECT,
                                 node->stat.inode, 0, "it maps blocks outside of the volume");
    node->run_state = run->state;
    node->run_first = run->first;
    node->run_count = run->count;
    node->run_physical = run->physical;
    return 0;
}
