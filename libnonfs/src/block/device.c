#include "block/device.h"

#include <string.h>

#include "divide.h"

int nonfs_device_check(const struct nonfs_block_device *dev)
{
    uint32_t size;

    if (dev == NULL || dev->ops == NULL || dev->ops->read == NULL)
        return NONFS_E_INVALID;
    size = dev->block_size;
    if (size < NONFS_BLOCK_SIZE_MIN || size > NONFS_BLOCK_SIZE_MAX || (size & (size - 1)) != 0)
        return NONFS_E_INVALID;
    return 0;
}

int nonfs_device_check_writable(const struct nonfs_block_device *dev)
{
    int result = nonfs_device_check(dev);

    if (result != 0)
        return result;
    if (dev->ops->write == NULL)
        return NONFS_E_READ_ONLY;
    return dev->ops->flush != NULL ? 0 : NONFS_E_INVALID;
}

uint64_t nonfs_device_size(const struct nonfs_block_device *dev)
{
    if (dev->block_count > UINT64_MAX >> shift_of(dev->block_size))
        return UINT64_MAX;
    return dev->block_count * dev->block_size;
}

/* The most blocks of one request: countable in 32 bits, and its bytes in a size_t of any width. */
static uint32_t device_transfer_max(const struct nonfs_block_device *dev)
{
    uint32_t most = dev->max_transfer_blocks;

    if (most == 0 || most > INT32_MAX / dev->block_size)
        most = INT32_MAX / dev->block_size;
    return most;
}

/* What the functions of the embedder return, reduced to what they may. */
static int device_result(int result)
{
    return result == 0 || result == NONFS_E_GONE ? result : NONFS_E_IO;
}

int nonfs_device_read_blocks(const struct nonfs_block_device *dev, uint64_t first, uint64_t nblocks,
                             void *buf)
{
    uint32_t most = device_transfer_max(dev);
    uint8_t *out = buf;

    while (nblocks > 0) {
        uint32_t n = nblocks < most ? (uint32_t)nblocks : most;
        int result = device_result(dev->ops->read(dev->context, first, n, out));

        if (result != 0)
            return result;
        first += n;
        nblocks -= n;
        out += (size_t)n * dev->block_size;
    }
    return 0;
}

int nonfs_device_write_blocks(const struct nonfs_block_device *dev, uint64_t first,
                              uint64_t nblocks, const void *buf)
{
    uint32_t most = device_transfer_max(dev);
    const uint8_t *in = buf;

    while (nblocks > 0) {
        uint32_t n = nblocks < most ? (uint32_t)nblocks : most;
        int result = device_result(dev->ops->write(dev->context, first, n, in));

        if (result != 0)
            return result;
        first += n;
        nblocks -= n;
        in += (size_t)n * dev->block_size;
    }
    return 0;
}

int nonfs_device_flush(const struct nonfs_block_device *dev)
{
    return device_result(dev->ops->flush(dev->context));
}

int nonfs_device_read(const struct nonfs_block_device *dev, uint64_t offset, size_t len, void *buf,
                      uint8_t *bounce)
{
    uint64_t size = nonfs_device_size(dev);
    uint8_t *out = buf;

    if (offset > size || len > size - offset)
        return NONFS_E_CORRUPT;
    while (len > 0) {
        uint32_t within = (uint32_t)(offset & (dev->block_size - 1));
        uint64_t block = offset >> shift_of(dev->block_size);
        size_t n;
        int result;

        if (within == 0 && len >= dev->block_size) {
            n = len & ~((size_t)dev->block_size - 1);
            result = nonfs_device_read_blocks(dev, block, n >> shift_of(dev->block_size), out);
        } else {
            n = dev->block_size - within < len ? dev->block_size - within : len;
            result = nonfs_device_read_blocks(dev, block, 1, bounce);
            if (result == 0)
                memcpy(out, bounce + within, n);
        }
        if (result != 0)
            return result;
        offset += n;
        out += n;
        len -= n;
    }
    return 0;
}

/* A part of one device block. */
static int device_write_part(const struct nonfs_block_device *dev, uint64_t block, uint32_t within,
                             const uint8_t *buf, size_t len, uint8_t *bounce)
{
    int result = nonfs_device_read_blocks(dev, block, 1, bounce);

    if (result != 0)
        return result;
    memcpy(bounce + within, buf, len);
    return nonfs_device_write_blocks(dev, block, 1, bounce);
}

int nonfs_device_write(const struct nonfs_block_device *dev, uint64_t offset, size_t len,
                       const void *buf, uint8_t *bounce)
{
    uint64_t size = nonfs_device_size(dev);
    const uint8_t *in = buf;

    if (offset > size || len > size - offset)
        return NONFS_E_CORRUPT;
    while (len > 0) {
        uint32_t within = (uint32_t)(offset & (dev->block_size - 1));
        uint64_t block = offset >> shift_of(dev->block_size);
        size_t n;
        int result;

        if (within == 0 && len >= dev->block_size) {
            n = len & ~((size_t)dev->block_size - 1);
            result = nonfs_device_write_blocks(dev, block, n >> shift_of(dev->block_size), in);
        } else {
            n = dev->block_size - within < len ? dev->block_size - within : len;
            result = device_write_part(dev, block, within, in, n, bounce);
        }
        if (result != 0)
            return result;
        offset += n;
        in += n;
        len -= n;
    }
    return 0;
}
