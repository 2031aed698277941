/*
 * The client side of the block protocol: a block driver as the device table of libnonfs. It
 * outlives the driver: when the driver dies, requests wait for the next one and are given to it
 * again.
 */
#ifndef VFS_BLOCKDEV_H
#define VFS_BLOCKDEV_H

#include <nonfs/block.h>
#include <nonos/objects.h>
#include <nonos/result.h>

struct blockdev;

/*
 * Connects to the driver that serves `service`. NO_DEVICE, NO_MEMORY, or the driver's error.
 */
NONOS_MUST_CHECK int blockdev_open(const char *service, struct blockdev **blockdev);

/* The device for libnonfs, for several threads at once; valid as long as the blockdev. */
const struct nonfs_block_device *blockdev_device(const struct blockdev *blockdev);

#endif
