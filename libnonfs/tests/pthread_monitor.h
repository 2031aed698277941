/* A monitor over POSIX threads, that counts what must not be: entered twice, or left by who is not inside. */
#ifndef NONFS_TESTS_PTHREAD_MONITOR_H
#define NONFS_TESTS_PTHREAD_MONITOR_H

#include <nonfs/monitor.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

static pthread_mutex_t monitor_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t monitor_changed = PTHREAD_COND_INITIALIZER;
static atomic_int monitor_faults, monitor_waits;
static _Thread_local bool monitor_inside;

static void monitor_enter(void *context)
{
    (void)context;
    if (monitor_inside)
        monitor_faults++;
    pthread_mutex_lock(&monitor_mutex);
    monitor_inside = true;
}

static void monitor_leave(void *context)
{
    (void)context;
    if (!monitor_inside)
        monitor_faults++;
    monitor_inside = false;
    pthread_mutex_unlock(&monitor_mutex);
}

static void monitor_wait(void *context)
{
    (void)context;
    if (!monitor_inside)
        monitor_faults++;
    monitor_waits++;
    pthread_cond_wait(&monitor_changed, &monitor_mutex);
}

static void monitor_wake(void *context)
{
    (void)context;
    if (!monitor_inside)
        monitor_faults++;
    pthread_cond_broadcast(&monitor_changed);
}

static const struct nonfs_monitor pthread_monitor = {monitor_enter, monitor_leave, monitor_wait,
                                                     monitor_wake, NULL};

#endif
