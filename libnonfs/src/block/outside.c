#include "block/outside.h"

static int outside_read(void *context, uint64_t first_block, uint32_t nblocks, void *buf)
{
    struct outside *o = context;
    int result;

    o->monitor.leave(o->monitor.context);
    result = o->device.ops->read(o->device.context, first_block, nblocks, buf);
    o->monitor.enter(o->monitor.context);
    return result;
}

static int outside_write(void *context, uint64_t first_block, uint32_t nblocks, const void *buf)
{
    struct outside *o = context;
    int result;

    o->monitor.leave(o->monitor.context);
    result = o->device.ops->write(o->device.context, first_block, nblocks, buf);
    o->monitor.enter(o->monitor.context);
    return result;
}

static int outside_flush(void *context)
{
    struct outside *o = context;
    int result;

    o->monitor.leave(o->monitor.context);
    result = o->device.ops->flush(o->device.context);
    o->monitor.enter(o->monitor.context);
    return result;
}

void nonfs_outside_put(struct outside *outside, const struct nonfs_monitor *monitor,
                       struct nonfs_block_device *dev)
{
    static const struct nonfs_block_ops read_only = {.read = outside_read};
    static const struct nonfs_block_ops all = {
        .read = outside_read, .write = outside_write, .flush = outside_flush};

    outside->device = *dev;
    outside->monitor = *monitor;
    dev->ops = dev->ops->write != NULL ? &all : &read_only;
    dev->context = outside;
}
