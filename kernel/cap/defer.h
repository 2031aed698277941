/*
 * Work that must wait until no lock is held: freeing an object whose last reference went, ending a
 * mapping whose capability was deleted. It is queued at the current thread and done before that
 * thread returns to user mode.
 */
#ifndef KERNEL_CAP_DEFER_H
#define KERNEL_CAP_DEFER_H

struct deferred {
    struct deferred *next;
    void (*run)(struct deferred *deferred); /* holds no lock; may preempt, must not block */
};

/* Queues at the current thread. Any lock may be held. */
void defer(struct deferred *deferred, void (*run)(struct deferred *deferred));
/* Does what the current thread has queued, and what that queues. No lock is held. */
void defer_run(void);

#endif
