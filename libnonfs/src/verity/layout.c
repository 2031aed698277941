#include "block/device.h"
#include "divide.h"
#include "verity/tree.h"

static int block_size_is_valid(uint32_t size)
{
    return size >= NONFS_BLOCK_SIZE_MIN && size <= NONFS_BLOCK_SIZE_MAX && (size & (size - 1)) == 0;
}

int verity_layout(struct verity_layout *layout, const struct nonfs_verity_params *params)
{
    uint64_t nblocks[VERITY_LEVELS_MAX];
    uint64_t below = params->data_blocks;
    unsigned shift;
    unsigned hash_shift;

    if (!block_size_is_valid(params->data_block_size) ||
        !block_size_is_valid(params->hash_block_size) || params->salt_len > NONFS_VERITY_SALT_MAX ||
        (params->hash_offset & (params->hash_block_size - 1)) != 0 || params->data_blocks == 0 ||
        params->data_blocks > UINT64_MAX >> shift_of(params->data_block_size))
        return NONFS_E_INVALID;
    hash_shift = shift_of(params->hash_block_size);
    shift = hash_shift - shift_of(NONFS_VERITY_HASH_LEN);
    layout->shift = shift;
    layout->levels = 0;
    while (below > 1) {
        below = (below + (1u << shift) - 1) >> shift;
        nblocks[layout->levels++] = below;
    }
    /* The superblock has a block of the tree for itself. */
    layout->end = (params->hash_offset >> hash_shift) + 1;
    for (unsigned level = layout->levels; level-- > 0;) {
        layout->first[level] = layout->end;
        layout->end += nblocks[level];
    }
    return layout->end <= UINT64_MAX >> hash_shift ? 0 : NONFS_E_INVALID;
}

int verity_check_devices(const struct verity_layout *layout,
                         const struct nonfs_verity_params *params,
                         const struct nonfs_block_device *data,
                         const struct nonfs_block_device *hash)
{
    if (nonfs_device_check(data) != 0 || nonfs_device_check(hash) != 0 ||
        data->block_size > params->data_block_size || hash->block_size > params->hash_block_size)
        return NONFS_E_INVALID;
    if (params->data_blocks << shift_of(params->data_block_size) > nonfs_device_size(data) ||
        layout->end << shift_of(params->hash_block_size) > nonfs_device_size(hash))
        return NONFS_E_RANGE;
    return 0;
}

uint64_t nonfs_verity_hash_size(const struct nonfs_verity_params *params)
{
    struct verity_layout layout;

    if (verity_layout(&layout, params) != 0)
        return 0;
    return (layout.end << shift_of(params->hash_block_size)) - params->hash_offset;
}

void verity_hash(uint8_t out[NONFS_VERITY_HASH_LEN], const struct noncrypto_sha256 *salted,
                 const uint8_t *block, uint32_t len)
{
    struct noncrypto_sha256 ctx = *salted;

    noncrypto_sha256_update(&ctx, block, len);
    noncrypto_sha256_final(&ctx, out);
}

int verity_read_blocks(const struct nonfs_block_device *dev, uint32_t block_size, uint64_t first,
                       uint64_t nblocks, void *buf)
{
    unsigned ratio = shift_of(block_size) - shift_of(dev->block_size);

    return nonfs_device_read_blocks(dev, first << ratio, nblocks << ratio, buf);
}

int verity_write_block(const struct nonfs_block_device *dev, uint32_t block_size, uint64_t block,
                       const void *buf)
{
    unsigned ratio = shift_of(block_size) - shift_of(dev->block_size);

    return nonfs_device_write_blocks(dev, block << ratio, (uint64_t)1 << ratio, buf);
}

int verity_fail(struct nonfs_diagnostic *diagnostic, int result, enum nonfs_structure structure,
                uint64_t block, const char *reason)
{
    if (diagnostic != NULL) {
        diagnostic->result = result;
        diagnostic->structure = structure;
        diagnostic->inode = 0;
        diagnostic->block = block;
        diagnostic->group = 0;
        diagnostic->reason = reason;
    }
    return result;
}
