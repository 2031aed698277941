/*
 * A device whose functions run outside of the monitor: it is left before each of them and entered again afterwards, so
 * whoever calls this device finds the world changed by others when it is back.
 */
#ifndef NONFS_BLOCK_OUTSIDE_H
#define NONFS_BLOCK_OUTSIDE_H

#include <nonfs/block.h>
#include <nonfs/monitor.h>

struct outside {
    struct nonfs_block_device device;
    struct nonfs_monitor monitor;
};

/* Puts itself before `*dev`, which becomes the device to call. */
void nonfs_outside_put(struct outside *outside, const struct nonfs_monitor *monitor,
                       struct nonfs_block_device *dev);

#endif
