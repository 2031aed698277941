/*
 * Spin locks with ranks. A processor takes locks in ascending rank only; debug builds check that
 * and stop with both places named. Interrupts are off in ring 0 while a lock is held, so a lock
 * needs no saving of flags.
 */
#ifndef KERNEL_DEBUG_LOCK_H
#define KERNEL_DEBUG_LOCK_H

#include <stdint.h>

/* Order in which locks are taken. */
enum lock_rank {
    LOCK_RANK_TREE = 1, /* capability derivation tree */
    LOCK_RANK_TASK,     /* a task's mappings */
    LOCK_RANK_OBJECT,   /* lists of objects */
    LOCK_RANK_SCHED,    /* run queues, thread states, endpoints, notifications, timers */
    LOCK_RANK_TABLE,    /* a task's capability table */
    LOCK_RANK_ACCOUNT,
    LOCK_RANK_SPACE, /* page tables */
    LOCK_RANK_IRQ,
    LOCK_RANK_IOAPIC, /* register windows of the I/O APICs */
    LOCK_RANK_AUDIT,
    LOCK_RANK_HEAP,
    LOCK_RANK_STACK,
    LOCK_RANK_KERNEL_MAP, /* page tables of the kernel half */
    LOCK_RANK_FRAME,
    LOCK_RANK_LOG,
};

struct lock {
    uint32_t next; /* ticket lock: fair, so that no processor starves; not on virtual ones */
    uint32_t owner;
    uint32_t holder; /* processor + 1, or 0 */
    uint32_t rank;   /* enum lock_rank */
};

#define LOCK_INIT(lock_rank) \
    {                        \
        .rank = (lock_rank)  \
    }

void lock_init(struct lock *lock, enum lock_rank rank);
void lock_acquire(struct lock *lock);
void lock_release(struct lock *lock);

/* Two locks of one rank, in the order of their addresses. */
void lock_acquire_two(struct lock *a, struct lock *b);
void lock_release_two(struct lock *a, struct lock *b);

#endif
