/*
 * An inode's lock is held while its file system waits for a device, so it should not be another inode's as well: there are many, a byte each, over one
 * mutex, which is held for a few instructions only.
 */
#include "locks.h"

#include <nonos/thread.h>

#define LOCKS (1u + 256u)

static struct {
    struct nonos_mutex mutex;
    struct nonos_condition given;
    bool held[LOCKS];
} all;

static struct nonos_mutex tmp;

static void tree_take(void *context, unsigned number)
{
    (void)context;
    nonos_mutex_lock(&all.mutex);
    while (all.held[number])
        nonos_condition_wait(&all.given, &all.mutex);
    all.held[number] = true;
    nonos_mutex_unlock(&all.mutex);
}

static void tree_give(void *context, unsigned number)
{
    (void)context;
    nonos_mutex_lock(&all.mutex);
    all.held[number] = false;
    nonos_condition_wake(&all.given);
    nonos_mutex_unlock(&all.mutex);
}

static void tmp_take(void *context, unsigned number)
{
    (void)context, (void)number;
    nonos_mutex_lock(&tmp);
}

static void tmp_give(void *context, unsigned number)
{
    (void)context, (void)number;
    nonos_mutex_unlock(&tmp);
}

const struct nonfs_locks locks_tree = {tree_take, tree_give, NULL, LOCKS};
const struct nonfs_locks locks_tmp = {tmp_take, tmp_give, NULL, 1};

int locks_init(void)
{
    int r = nonos_mutex_init(&all.mutex);
    if (r >= 0)
        r = nonos_condition_init(&all.given);
    return r < 0 ? r : nonos_mutex_init(&tmp);
}
