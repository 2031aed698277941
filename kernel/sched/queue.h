/*
 * A queue of threads by priority, first come first served within one: run queues, callers of an
 * endpoint, waiters. All operations take constant time. The scheduler's lock guards every queue.
 */
#ifndef KERNEL_SCHED_QUEUE_H
#define KERNEL_SCHED_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include <nonos/objects.h>

#define PRIORITIES (NONOS_PRIORITY_MAX + 1)

struct thread;

struct thread_queue {
    uint32_t used;                   /* bit n: somebody of priority n waits */
    struct thread *head[PRIORITIES]; /* rings */
};

/* At the end of its priority, or in front of it. The thread is in no queue. */
void queue_insert(struct thread_queue *queue, struct thread *thread, bool in_front);
void queue_remove(struct thread *thread); /* from the queue it is in */
/* Who comes first; NULL if nobody waits. */
struct thread *queue_first(const struct thread_queue *queue);
/* Who comes after `thread` in its queue; NULL at the end. */
struct thread *queue_next(const struct thread *thread);
/* Highest priority that waits, or -1. */
int queue_priority(const struct thread_queue *queue);

#endif
