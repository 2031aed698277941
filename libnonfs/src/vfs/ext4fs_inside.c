/* Who is inside of the monitor: see ext4fs.h. */
#include "ext4fs.h"

static const struct nonfs_monitor *monitor_of(const struct ext4fs *ext)
{
    return ext->config.monitor;
}

static void inside_wait(struct ext4fs *ext)
{
    ext->waiting++;
    monitor_of(ext)->wait(monitor_of(ext)->context);
    ext->waiting--;
}

static void inside_wake(struct ext4fs *ext)
{
    if (ext->waiting > 0)
        monitor_of(ext)->wake(monitor_of(ext)->context);
}

static void change_take(struct ext4fs *ext)
{
    while (ext->changing)
        inside_wait(ext);
    ext->changing = true;
}

static void change_give(struct ext4fs *ext)
{
    ext->changing = false;
    inside_wake(ext);
}

void ext4fs_read_enter(struct ext4fs *ext)
{
    if (monitor_of(ext) == NULL)
        return;
    monitor_of(ext)->enter(monitor_of(ext)->context);
    while (ext->alone || ext->readers == ext->readers_max)
        inside_wait(ext);
    ext->readers++;
}

void ext4fs_read_leave(struct ext4fs *ext)
{
    if (monitor_of(ext) == NULL) {
        ext4fs_stop_finish(ext);
        return;
    }
    ext->readers--;
    inside_wake(ext);
    if (ext->stop_why != NULL) {
        change_take(ext);
        ext4fs_stop_finish(ext);
        change_give(ext);
    }
    monitor_of(ext)->leave(monitor_of(ext)->context);
}

void ext4fs_change_enter(struct ext4fs *ext)
{
    if (monitor_of(ext) == NULL)
        return;
    monitor_of(ext)->enter(monitor_of(ext)->context);
    change_take(ext);
}

void ext4fs_change_leave(struct ext4fs *ext)
{
    ext4fs_stop_finish(ext);
    if (monitor_of(ext) == NULL)
        return;
    change_give(ext);
    monitor_of(ext)->leave(monitor_of(ext)->context);
}

void ext4fs_alone_enter(struct ext4fs *ext)
{
    ext->alone = true;
    while (ext->readers > 0)
        inside_wait(ext);
}

void ext4fs_alone_leave(struct ext4fs *ext)
{
    ext->alone = false;
    inside_wake(ext);
}
