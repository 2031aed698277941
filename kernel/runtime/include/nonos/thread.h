/*
 * Threads, a mutex and a condition.
 *
 * A thread's own block is found through FS: it holds errno and the thread's handle. The C library's streams, file descriptors and
 * environment belong to one thread; malloc may be used by all.
 */
#ifndef NONOS_THREAD_H
#define NONOS_THREAD_H

#include <nonos/runtime.h>

struct nonos_thread {
    struct nonos_thread *self; /* at FS:0 */
    nonos_handle handle;
    int error;                 /* errno */
    nonos_handle stack_memory; /* 0 for the first thread */
    void (*entry)(void *argument);
    void *argument;
};

/* The calling thread's block. */
static inline struct nonos_thread *nonos_thread_self(void)
{
    struct nonos_thread *self;
    __asm__("mov %%fs:0, %0" : "=r"(self));
    return self;
}

/*
 * Starts a thread that runs entry(argument) on a stack of its own of `stack_len` bytes (0: 64 KiB) above an unmapped page, and
 * ends when that returns. Threads live as long as they run: there is no join, use a Notification. The stack is reused by a
 * later thread of the same size, and freed with the task.
 */
NONOS_MUST_CHECK int nonos_thread_spawn(void (*entry)(void *argument), void *argument,
                                        size_t stack_len);

/* A mutex: 0-initialised memory is one that is free. Waiting threads sleep on a Notification that init makes. */
struct nonos_mutex {
    uint32_t state; /* 0 free, 1 held, 2 held and somebody waits */
    nonos_handle notification;
};

/* Needed once before a second thread uses it; without it contention spins with yields. */
NONOS_MUST_CHECK int nonos_mutex_init(struct nonos_mutex *mutex);
void nonos_mutex_lock(struct nonos_mutex *mutex);
void nonos_mutex_unlock(struct nonos_mutex *mutex);

/* Something that threads wait for inside of a mutex, always the same one; at most 64 of them. */
struct nonos_condition {
    nonos_handle notification;
    uint64_t waiting; /* a bit of the notification for each that waits */
};

/* Errors of object_create. */
NONOS_MUST_CHECK int nonos_condition_init(struct nonos_condition *condition);
/* Unlocks the mutex, sleeps until nonos_condition_wake() is called after that, and locks it again. It may return for no reason. */
void nonos_condition_wait(struct nonos_condition *condition, struct nonos_mutex *mutex);
/* Wakes all that wait. Called with the mutex locked. */
void nonos_condition_wake(struct nonos_condition *condition);

#endif
