/* In place of the runtime's: one thread of the host plays them all, in turns. */
#ifndef NONOS_THREAD_H
#define NONOS_THREAD_H

#include <nonos/runtime.h>

struct nonos_thread {
    nonos_handle handle;
};

struct nonos_mutex {
    bool held;
};

struct nonos_thread *nonos_thread_self(void);
NONOS_MUST_CHECK int nonos_thread_spawn(void (*entry)(void *argument), void *argument,
                                        size_t stack_len);
NONOS_MUST_CHECK int nonos_mutex_init(struct nonos_mutex *mutex);
void nonos_mutex_lock(struct nonos_mutex *mutex);
void nonos_mutex_unlock(struct nonos_mutex *mutex);

#endif
