/*
 * The block device that libnonfs works on: a table of functions which the embedder gives.
 *
 * A device is a row of blocks of one size, numbered from 0. A partition is a device of its own: the embedder adds the
 * partition's start. The library copies nothing behind these functions: a file's contiguous blocks are read by one call
 * straight into the memory of the program that asked, so a driver with DMA sees few, large requests.
 *
 * The functions are synchronous: when one returns, its buffer is the caller's again. A driver that queues requests splits
 * a large one as it likes and waits inside for all of its parts.
 *
 * Calls for one mounted volume never overlap, as long as the embedder makes the library's calls for that volume one
 * after the other; the library starts no thread and takes no lock. A volume that is mounted with a monitor (nonfs/monitor.h) is used by
 * several threads, and so are these functions: reads, writes and flushes come at the same time, though never two for the same block of which one
 * is a write. What a flush must make durable is what was written when it was called. A device that cannot have that puts a lock of its own around them.
 */
#ifndef NONFS_BLOCK_H
#define NONFS_BLOCK_H

#include <stddef.h>
#include <stdint.h>

#include <nonfs/result.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONFS_BLOCK_SIZE_MIN 512u  /* bytes */
#define NONFS_BLOCK_SIZE_MAX 4096u /* bytes */

/*
 * Each function returns 0, NONFS_E_IO, or NONFS_E_GONE when the device was removed; any other value counts as
 * NONFS_E_IO. `context` is the device's. `nblocks` is at least 1 and at most max_transfer_blocks, and the range lies
 * inside the device. Buffers hold nblocks * block_size bytes and have no particular alignment.
 */
struct nonfs_block_ops {
    /* Fills `buf` from the device. On error the content of `buf` does not matter. */
    int (*read)(void *context, uint64_t first_block, uint32_t nblocks, void *buf);
    /*
     * Writes `buf`. It may stay in the device's volatile cache until flush. On error each of the blocks may have its old
     * or its new content. NULL: the device is read-only.
     */
    int (*write)(void *context, uint64_t first_block, uint32_t nblocks, const void *buf);
    /*
     * Returns when everything written before is on stable storage, whatever happens to the power. A device without a
     * volatile cache returns 0 at once. NULL only if `write` is NULL.
     */
    int (*flush)(void *context);
};

/* Filled by the embedder; `ops` and what `context` points to must outlive every volume on the device. */
struct nonfs_block_device {
    const struct nonfs_block_ops *ops;
    void *context;
    uint64_t block_count;
    uint32_t block_size;          /* bytes: 512, 1024, 2048 or 4096 */
    uint32_t max_transfer_blocks; /* the most blocks of one read or write; 0 means no limit */
};

#ifdef __cplusplus
}
#endif

#endif
