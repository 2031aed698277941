/*
 * A block device in memory that can be written, that fails at will, and that ends the program if it is asked for what a
 * caller of a block device must not ask for.
 */
#ifndef NONFS_TESTS_MEMORY_DISK_H
#define NONFS_TESTS_MEMORY_DISK_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <nonfs/block.h>

struct memory_disk {
    uint8_t *bytes;
    struct nonfs_block_device dev;
    uint64_t calls;      /* of read, write and flush so far */
    uint64_t writes;     /* of write so far */
    uint64_t fail_at;    /* this call fails, and all later ones; 0: none */
    int fail_once;       /* 1: only that one */
    int fail_result;     /* what it fails with; 0: NONFS_E_GONE */
    uint64_t fail_write; /* this write fails, and all later ones; 0: none */
    uint64_t flushes;
    int unflushed; /* 1: something was written since the last flush */
};

static inline int memory_disk_result(const struct memory_disk *disk)
{
    if (disk->fail_at == 0 || disk->calls < disk->fail_at ||
        (disk->fail_once && disk->calls > disk->fail_at))
        return 0;
    return disk->fail_result != 0 ? disk->fail_result : NONFS_E_GONE;
}

static inline int memory_disk_call(struct memory_disk *disk, uint64_t first, uint32_t nblocks)
{
    if (nblocks == 0 || first > disk->dev.block_count || nblocks > disk->dev.block_count - first ||
        (disk->dev.max_transfer_blocks != 0 && nblocks > disk->dev.max_transfer_blocks))
        abort();
    disk->calls++;
    return memory_disk_result(disk);
}

static inline int memory_disk_read(void *context, uint64_t first, uint32_t nblocks, void *buf)
{
    struct memory_disk *disk = context;
    int result = memory_disk_call(disk, first, nblocks);

    if (result == 0)
        memcpy(buf, disk->bytes + first * disk->dev.block_size,
               (size_t)nblocks * disk->dev.block_size);
    return result;
}

static inline int memory_disk_write(void *context, uint64_t first, uint32_t nblocks,
                                    const void *buf)
{
    struct memory_disk *disk = context;
    int result = memory_disk_call(disk, first, nblocks);

    disk->writes++;
    if (disk->fail_write != 0 && disk->writes >= disk->fail_write)
        return NONFS_E_IO;
    if (result == 0) {
        memcpy(disk->bytes + first * disk->dev.block_size, buf,
               (size_t)nblocks * disk->dev.block_size);
        disk->unflushed = 1;
    }
    return result;
}

static inline int memory_disk_flush(void *context)
{
    struct memory_disk *disk = context;

    disk->flushes++;
    disk->unflushed = 0;
    disk->calls++;
    return memory_disk_result(disk);
}

static inline void memory_disk_make(struct memory_disk *disk, uint64_t size, uint32_t block_size)
{
    static const struct nonfs_block_ops ops = {memory_disk_read, memory_disk_write,
                                               memory_disk_flush};

    memset(disk, 0, sizeof(*disk));
    disk->bytes = calloc(1, size);
    if (disk->bytes == NULL)
        abort();
    disk->dev.ops = &ops;
    disk->dev.context = disk;
    disk->dev.block_size = block_size;
    disk->dev.block_count = size / block_size;
}

static inline void memory_disk_free(struct memory_disk *disk)
{
    free(disk->bytes);
    disk->bytes = NULL;
}

#endif
