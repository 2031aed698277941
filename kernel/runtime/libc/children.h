/* The children of a task, and the notification that tells of their end and of ^C. */
#ifndef LIBC_CHILDREN_H
#define LIBC_CHILDREN_H

#include <stdbool.h>
#include <stdint.h>

#include <nonos/runtime.h>

/* Takes over a Task capability: watches it. A negative result: the task is not known here, and the handle still the caller's. */
NONOS_MUST_CHECK int children_add(nonos_handle task, int *pid);

/* Sleeps until `deadline` (monotonic ns); false if ^C came meanwhile. */
bool children_sleep(uint64_t deadline);

#endif
