/*
 * Byte ranges of a block device. Volumes may have smaller blocks than their device; this is the one place that knows.
 */
#ifndef NONFS_BLOCK_DEVICE_H
#define NONFS_BLOCK_DEVICE_H

#include <stddef.h>
#include <stdint.h>

#include <nonfs/block.h>

/* Returns 0, or NONFS_E_INVALID if the table is not as <nonfs/block.h> demands. */
int nonfs_device_check(const struct nonfs_block_device *dev);

/* The same for a device that is to be written; NONFS_E_READ_ONLY if it cannot be. */
int nonfs_device_check_writable(const struct nonfs_block_device *dev);

/* Size in bytes, cut to what 64 bits hold. */
uint64_t nonfs_device_size(const struct nonfs_block_device *dev);

/*
 * Reads `len` bytes from byte `offset`. Whole device blocks go straight to `buf`; `bounce` holds NONFS_BLOCK_SIZE_MAX
 * bytes for the ends that are not aligned. Returns 0; NONFS_E_CORRUPT if the range is not on the device; NONFS_E_IO,
 * NONFS_E_GONE.
 */
int nonfs_device_read(const struct nonfs_block_device *dev, uint64_t offset, size_t len, void *buf,
                      uint8_t *bounce);

/*
 * Whole blocks of the device, in as few requests as it takes; the caller has checked that the range lies on the device.
 * Return 0, NONFS_E_IO or NONFS_E_GONE.
 */
int nonfs_device_read_blocks(const struct nonfs_block_device *dev, uint64_t first, uint64_t nblocks,
                             void *buf);
int nonfs_device_write_blocks(const struct nonfs_block_device *dev, uint64_t first,
                              uint64_t nblocks, const void *buf);
int nonfs_device_flush(const struct nonfs_block_device *dev);

/*
 * Writes `len` bytes at byte `offset`, with the rest of a device block at either end read first into `bounce`. Returns 0;
 * NONFS_E_CORRUPT if the range is not on the device; NONFS_E_IO, NONFS_E_GONE.
 */
int nonfs_device_write(const struct nonfs_block_device *dev, uint64_t offset, size_t len,
                       const void *buf, uint8_t *bounce);

#endif
