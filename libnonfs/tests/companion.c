#include <check.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <nonfs/ext4_node.h>

#include "companion.h"

#define JOURNAL_INODE 8u
#define LOST_INODE    11u

struct companion {
    struct nonfs_monitor monitor;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool taken;
    bool wants[2]; /* the test, the companion */
    unsigned turn; /* who goes on if both want */
    unsigned wakes;
    pthread_t thread;
    struct volume *volume;
    struct nonfs_block_device device;
    pthread_mutex_t device_mutex;
    bool stop; /* inside only */
    uint64_t rounds, faults;
};

static _Thread_local unsigned me;

static void take_turn(struct companion *c)
{
    c->wants[me] = true;
    pthread_cond_broadcast(&c->changed);
    while (c->taken || (c->wants[!me] && c->turn != me))
        pthread_cond_wait(&c->changed, &c->mutex);
    c->wants[me] = false;
    c->taken = true;
    c->turn = !me;
}

static void enter(void *context)
{
    struct companion *c = context;
    pthread_mutex_lock(&c->mutex);
    take_turn(c);
    pthread_mutex_unlock(&c->mutex);
}

static void leave(void *context)
{
    struct companion *c = context;
    pthread_mutex_lock(&c->mutex);
    c->taken = false;
    pthread_cond_broadcast(&c->changed);
    pthread_mutex_unlock(&c->mutex);
}

static void wait_inside(void *context)
{
    struct companion *c = context;
    pthread_mutex_lock(&c->mutex);
    unsigned before = c->wakes;
    c->taken = false;
    pthread_cond_broadcast(&c->changed);
    while (c->wakes == before)
        pthread_cond_wait(&c->changed, &c->mutex);
    take_turn(c);
    pthread_mutex_unlock(&c->mutex);
}

static void wake(void *context)
{
    struct companion *c = context;
    pthread_mutex_lock(&c->mutex);
    c->wakes++;
    pthread_cond_broadcast(&c->changed);
    pthread_mutex_unlock(&c->mutex);
}

static int device_read(void *context, uint64_t first_block, uint32_t nblocks, void *buf)
{
    struct companion *c = context;
    const struct nonfs_block_device *below = &c->volume->image.dev;

    pthread_mutex_lock(&c->device_mutex);
    int r = below->ops->read(below->context, first_block, nblocks, buf);
    pthread_mutex_unlock(&c->device_mutex);
    return r;
}

static int device_write(void *context, uint64_t first_block, uint32_t nblocks, const void *buf)
{
    struct companion *c = context;
    const struct nonfs_block_device *below = &c->volume->image.dev;

    pthread_mutex_lock(&c->device_mutex);
    int r = below->ops->write(below->context, first_block, nblocks, buf);
    pthread_mutex_unlock(&c->device_mutex);
    return r;
}

static int device_flush(void *context)
{
    struct companion *c = context;
    const struct nonfs_block_device *below = &c->volume->image.dev;

    pthread_mutex_lock(&c->device_mutex);
    int r = below->ops->flush(below->context);
    pthread_mutex_unlock(&c->device_mutex);
    return r;
}

static bool lost_is_empty(struct nonfs_ext4 *volume)
{
    struct nonfs_ext4_node node;
    struct nonfs_ext4_entry entry;
    uint64_t cursor = 0;
    unsigned n = 0;
    int r = nonfs_ext4_open(volume, LOST_INODE, &node);

    while (r == 0 && (r = nonfs_ext4_readdir(&node, &cursor, &entry)) == 0)
        n++;
    return r == NONFS_E_NOT_FOUND && n == 2;
}

/* A part of a block, through the cache, and whole blocks past it. */
static bool journal_reads(struct nonfs_ext4 *volume, uint64_t round)
{
    static uint8_t bytes[3 * NONFS_EXT4_BLOCK_SIZE_MAX];
    struct nonfs_ext4_node node;
    struct nonfs_ext4_stat stat;
    struct nonfs_ext4_info info;
    size_t done;
    int r = nonfs_ext4_open(volume, JOURNAL_INODE, &node);

    if (r != 0)
        return false;
    nonfs_ext4_stat(&node, &stat);
    nonfs_ext4_info(volume, &info);
    if (stat.size < 4ull * info.block_size)
        return false;
    uint64_t at = round * 7919 * info.block_size % (stat.size - 3ull * info.block_size);
    r = nonfs_ext4_read(&node, at + 1, bytes, 100, &done);
    if (r == 0 && done == 100 && round % 16 == 0)
        r = nonfs_ext4_read(&node, at / info.block_size * info.block_size, bytes,
                            3 * (size_t)info.block_size, &done);
    return r == 0;
}

static void *companion_run(void *context)
{
    struct companion *c = context;
    struct nonfs_ext4_info info;
    bool going = true;

    me = 1;
    while (going) {
        enter(c);
        nonfs_ext4_info(c->volume->fs, &info);
        if (!lost_is_empty(c->volume->fs) ||
            (info.compat & 4u /* has_journal */ && !journal_reads(c->volume->fs, c->rounds)))
            c->faults++;
        c->rounds++;
        going = !c->stop;
        leave(c);
    }
    return NULL;
}

struct companion *companion_start(struct volume *volume, uint32_t cache_blocks, uint32_t flags)
{
    static const struct nonfs_block_ops ops = {device_read, device_write, device_flush};
    struct companion *c = calloc(1, sizeof(*c));

    ck_assert_ptr_nonnull(c);
    c->monitor = (struct nonfs_monitor){enter, leave, wait_inside, wake, c};
    c->volume = volume;
    c->device = volume->image.dev;
    c->device.ops = &ops;
    c->device.context = c;
    pthread_mutex_init(&c->mutex, NULL);
    pthread_mutex_init(&c->device_mutex, NULL);
    pthread_cond_init(&c->changed, NULL);
    enter(c);
    ck_assert_int_eq(volume_mount_through(volume, &c->device, cache_blocks, flags, &c->monitor), 0);
    ck_assert_int_eq(pthread_create(&c->thread, NULL, companion_run, c), 0);
    /* From now on it has its turns. */
    pthread_mutex_lock(&c->mutex);
    while (!c->wants[1])
        pthread_cond_wait(&c->changed, &c->mutex);
    pthread_mutex_unlock(&c->mutex);
    return c;
}

void companion_stop(struct companion *c)
{
    c->stop = true;
    leave(c);
    pthread_join(c->thread, NULL);
    enter(c);
    printf("# read %llu times beside\n", (unsigned long long)c->rounds);
    ck_assert_uint_gt(c->rounds, 1);
    ck_assert_uint_eq(c->faults, 0);
}

void companion_free(struct companion *c)
{
    leave(c);
    pthread_mutex_destroy(&c->mutex);
    pthread_mutex_destroy(&c->device_mutex);
    pthread_cond_destroy(&c->changed);
    free(c);
}
