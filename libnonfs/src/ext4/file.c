/*
 * Reading the content of files and the targets of symbolic links.
 *
 * Whole blocks go from the device to the caller's memory, as many at once as lie together; only a block of which a part
 * is wanted comes through the cache.
 */
#include <string.h>

#include "block/device.h"
#include "ext4/format.h"
#include "ext4/volume.h"

static int file_read_part(struct nonfs_ext4_node *node, uint64_t physical, uint32_t within,
                          uint8_t *buf, size_t len)
{
    struct block_ref ref;
    int result =
        nonfs_block_get(node->volume, physical, NONFS_STRUCTURE_INODE, node->stat.inode, &ref);

    if (result != 0)
        return result;
    memcpy(buf, ref.data + within, len);
    nonfs_block_put(&ref);
    return 0;
}

/* What was written a moment ago may be in the cache only; it stays there until it was looked at. */
static int file_read_blocks(struct nonfs_ext4_node *node, uint64_t physical, uint8_t *buf,
                            size_t len)
{
    struct nonfs_ext4 *volume = node->volume;
    struct nonfs_cache *cache = &volume->cache;
    uint64_t count = len >> volume->super.block_shift;
    int held = nonfs_cache_hold(cache, physical, count);
    int result = nonfs_device_read(&volume->dev, physical << volume->super.block_shift, len, buf,
                                   volume->bounce);

    for (uint64_t i = 0; result == 0 && cache->nbehind > 0 && i < count; i++) {
        const struct nonfs_cache_slot *slot = nonfs_cache_find(cache, physical + i);

        if (slot != NULL && slot->behind)
            memcpy(buf + (i << volume->super.block_shift), nonfs_cache_data(cache, slot),
                   volume_block_size(volume));
    }
    if (held)
        nonfs_cache_release(cache, physical, count);
    return result == 0 ? 0
                       : nonfs_volume_fail(volume, result, NONFS_STRUCTURE_DEVICE, node->stat.inode,
                                           physical, NULL);
}

/* Reads from one run of blocks; `*n` is how many of the `len` bytes it gave. The range lies in the file. */
static int file_read_run(struct nonfs_ext4_node *node, uint64_t offset, uint8_t *buf, size_t len,
                         size_t *n)
{
    uint32_t shift = node->volume->super.block_shift;
    uint32_t size = volume_block_size(node->volume);
    uint32_t within = (uint32_t)(offset & (size - 1));
    struct block_run run;
    uint64_t left;
    int result = nonfs_map_find(node, offset >> shift, &run);

    if (result != 0)
        return result;
    left = (run.count << shift) - within;
    *n = len < left ? len : (size_t)left;
    if (run.state != RUN_MAPPED) {
        memset(buf, 0, *n);
        return 0;
    }
    if (within == 0 && *n >= size) {
        *n &= ~(size_t)(size - 1);
        return file_read_blocks(node, run.physical, buf, *n);
    }
    *n = *n < size - within ? *n : size - within;
    return file_read_part(node, run.physical, within, buf, *n);
}

/* Reads a range that lies in the content, whatever the type of the node. */
static int file_read_range(struct nonfs_ext4_node *node, uint64_t offset, uint8_t *buf, size_t len,
                           size_t *done)
{
    *done = 0;
    if (node->stat.flags & NONFS_EXT4_FL_INLINE_DATA) {
        int result = nonfs_inline_read(node, offset, buf, len);

        *done = result == 0 ? len : 0;
        return result;
    }
    while (*done < len) {
        size_t n;
        int result = file_read_run(node, offset + *done, buf + *done, len - *done, &n);

        if (result != 0)
            return result;
        *done += n;
    }
    return 0;
}

int nonfs_ext4_read(struct nonfs_ext4_node *node, uint64_t offset, void *buf, size_t len,
                    size_t *done)
{
    uint64_t size;
    int result = nonfs_node_refresh(node);

    *done = 0;
    if (result != 0)
        return result;
    size = node->stat.size;
    if (node_type(node) == NONFS_S_IFDIR)
        return NONFS_E_IS_DIRECTORY;
    if (node_type(node) != NONFS_S_IFREG)
        return NONFS_E_INVALID;
    if (offset >= size)
        return 0;
    return file_read_range(node, offset, buf, len < size - offset ? len : (size_t)(size - offset),
                           done);
}

/* A short target takes the place of the block map. An inode with blocks, other than one of attributes, has a map. */
int nonfs_symlink_is_fast(const struct nonfs_ext4_node *node)
{
    const struct nonfs_ext4_stat *st = &node->stat;
    uint64_t xattr = st->xattr_block != 0 ? node->volume->super.info.cluster_size : 0;

    return !(st->flags & (NONFS_EXT4_FL_EXTENTS | NONFS_EXT4_FL_INLINE_DATA)) &&
           st->size < sizeof(node->map) && st->allocated <= xattr;
}

int nonfs_symlink_read(struct nonfs_ext4_node *node, char *target, size_t *len)
{
    uint64_t size = node->stat.size;
    size_t done;
    int result;

    if (size == 0 || size > NONFS_EXT4_PATH_MAX)
        return nonfs_volume_fail(node->volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_SYMLINK,
                                 node->stat.inode, 0, "the length of the target is out of range");
    if (nonfs_symlink_is_fast(node)) {
        memcpy(target, node->map, (size_t)size);
    } else {
        result = file_read_range(node, 0, (uint8_t *)target, (size_t)size, &done);
        if (result != 0)
            return result;
    }
    for (size_t i = 0; i < size; i++) {
        if (target[i] == '\0')
            return nonfs_volume_fail(node->volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_SYMLINK,
                                     node->stat.inode, 0, "the target is shorter than it says");
    }
    target[size] = '\0';
    *len = (size_t)size;
    return 0;
}

int nonfs_ext4_readlink(struct nonfs_ext4_node *node, char *target, size_t size, size_t *len)
{
    int result = nonfs_node_refresh(node);

    if (result != 0)
        return result;
    if (node_type(node) != NONFS_S_IFLNK)
        return NONFS_E_INVALID;
    if (node->stat.size <= NONFS_EXT4_PATH_MAX && node->stat.size >= size) {
        *len = (size_t)node->stat.size;
        return NONFS_E_NO_SPACE;
    }
    return nonfs_symlink_read(node, target, len);
}
