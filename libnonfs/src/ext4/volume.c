#include "ext4/volume.h"
#include "ext4/format.h"

int nonfs_volume_fail(struct nonfs_ext4 *volume, int result, enum nonfs_structure structure,
                      uint64_t inode, uint64_t block, const char *reason)
{
    volume->diagnostic = (struct nonfs_diagnostic){
        .result = result,
        .structure = structure,
        .inode = inode,
        .block = block,
        .reason = reason,
    };
    return result;
}

int nonfs_volume_contains(const struct nonfs_ext4 *volume, uint64_t first, uint64_t count)
{
    uint64_t end = volume->super.info.block_count;

    return first >= volume->super.first_data_block && first < end && count <= end - first;
}

int nonfs_block_get(struct nonfs_ext4 *volume, uint64_t block, enum nonfs_structure structure,
                    uint64_t inode, struct block_ref *ref)
{
    int result;

    if (!nonfs_volume_contains(volume, block, 1))
        return nonfs_volume_fail(volume, NONFS_E_CORRUPT, structure, inode, block,
                                 "the block is outside of the volume");
    result = nonfs_cache_get(&volume->cache, block, &ref->slot);
    if (result != 0)
        return nonfs_volume_fail(volume, result, NONFS_STRUCTURE_DEVICE, inode, block, NULL);
    ref->data = nonfs_cache_data(&volume->cache, ref->slot);
    return 0;
}

void nonfs_block_put(struct block_ref *ref)
{
    nonfs_cache_put(ref->slot);
    ref->slot = NULL;
    ref->data = NULL;
}

int nonfs_block_is_checked(const struct block_ref *ref, enum block_kind kind, uint32_t inode)
{
    return ref->slot->kind == kind && ref->slot->owner == inode;
}

void nonfs_block_set_checked(struct block_ref *ref, enum block_kind kind, uint32_t inode)
{
    if (!nonfs_block_is_checked(ref, kind, inode))
        ref->slot->verified = 0;
    ref->slot->kind = (uint8_t)kind;
    ref->slot->owner = inode;
}

int nonfs_part_is_checked(const struct block_ref *ref, enum block_kind kind, uint32_t number,
                          uint32_t part)
{
    return part < BLOCK_PARTS_MAX && nonfs_block_is_checked(ref, kind, number - part) &&
           (ref->slot->verified >> part & 1) != 0;
}

void nonfs_part_set_checked(struct block_ref *ref, enum block_kind kind, uint32_t number,
                            uint32_t part)
{
    if (part >= BLOCK_PARTS_MAX)
        return;
    nonfs_block_set_checked(ref, kind, number - part);
    ref->slot->verified |= (uint64_t)1 << part;
}
