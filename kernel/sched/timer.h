/*
 * Timers: one leftist heap per processor, linked through the timers themselves, so that arming one
 * cannot fail. Arming and stopping take logarithmic time. The scheduler's lock guards all of it;
 * `fire` runs under it, in the timer interrupt.
 */
#ifndef KERNEL_SCHED_TIMER_H
#define KERNEL_SCHED_TIMER_H

#include <stdbool.h>
#include <stdint.h>

struct timer {
    uint64_t deadline_ns;
    void (*fire)(struct timer *timer);
    struct timer_heap *heap; /* NULL: not armed */
    struct timer *parent, *left, *right;
    uint32_t rank; /* length of the right spine */
};

struct timer_heap {
    struct timer *first;
};

/* The timer is not armed. */
void timer_insert(struct timer_heap *heap, struct timer *timer);
void timer_remove(struct timer *timer); /* armed or not */
/* Takes out the first timer if its deadline has come. */
struct timer *timer_take_due(struct timer_heap *heap, uint64_t now_ns);

#endif
