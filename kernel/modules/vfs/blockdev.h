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

#include <nonos/server.h>

struct blockdev;

/*
 * Connects to the driver that serves `service`. `server` is the calling task's: while a request
 * waits its heartbeats are answered, and bit BLOCKDEV_BIT of its notification is used. NO_DEVICE,
 * NO_MEMORY, or the driver's error.
 */
NONOS_MUST_CHECK int blockdev_open(struct nonos_server *server, const char *service,
                                   struct blockdev **blockdev);

#define BLOCKDEV_BIT (1ull << 59)

/* The device for libnonfs; valid as long as the blockdev. */
const struct nonfs_block_device *blockdev_device(const struct blockdev *blockdev);

#endif
