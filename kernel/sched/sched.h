/*
 * The scheduler: per-processor run queues of 32 priorities under one lock.
 *
 * One lock guards all run queues, thread states, endpoints, notifications and timers. Its sections
 * are tens of instructions, and a priority that is lent along a chain of calls crosses processors:
 * with a lock for each queue, every link of the chain would need two.
 *
 * Placement: a woken thread goes to the processor it last ran on if that would run it at once, else
 * to an idle one, else to the one that runs the lowest priority below its own, else it queues where
 * it ran last. A processor that runs out of threads takes the first unpinned one of the highest
 * priority from another. Strict priority holds on each processor.
 *
 * Tickless: a processor's timer is set for the first timer of its heap, and for the end of a time
 * slice only while another thread of the running one's priority waits.
 */
#ifndef KERNEL_SCHED_SCHED_H
#define KERNEL_SCHED_SCHED_H

#include <arch/arch.h>
#include <debug/lock.h>
#include <sched/thread.h>

#define SCHED_SLICE_NS  10000000ull
#define SCHED_WINDOW_NS 100000000ull /* of an account's share of the processor */

extern struct lock sched_lock;

/*
 * Releases sched_lock, and then does what was noted under it: sets this processor's timer and interrupts others. Each is a
 * write to a device, for which the others need not wait.
 */
void sched_unlock(void);

/* Makes the running context this processor's idle thread. Called once on each processor. */
void sched_adopt(void);
_Noreturn void sched_idle(void);
/* Prepares the fields of a new thread that the scheduler uses. */
void sched_thread_init(struct thread *thread);
/* First thing in a kernel thread. */
void sched_kernel_begin(void);
/* Lets interrupts in, and other threads if one of higher priority became ready. No lock is held. */
void sched_preempt(void);
/* The current thread lets others of its priority go first. */
void sched_give_way(void);
void sched_cpu_info(unsigned cpu, struct nonos_cpu_info *info);
uint64_t sched_thread_time(void); /* processor time of the current thread, in nanoseconds */

/* ---- sched_lock is held ---- */

/*
 * Blocks the current thread, whose wait is set up, and releases the lock. Returns what ended the
 * wait.
 */
int sched_block(enum thread_wait wait);
/* Like it, and wakes with TIMED_OUT at the deadline. */
int sched_block_until(enum thread_wait wait, uint64_t deadline_ns);
/* Makes a blocked thread ready; its wait gives `result`. It is in no queue of waiters any more. */
void sched_wake(struct thread *thread, int result);
/* The same, on this processor: the current thread is about to block. */
void sched_hand_over(struct thread *thread, int result);
void sched_make_ready(struct thread *thread);
/* Switches to the best thread and releases the lock. */
void sched_switch(void);
void sched_timer_arm(struct timer *timer, uint64_t deadline_ns); /* armed or not */
/* Makes a thread's processor look at its `kill` or `stop`. */
void sched_kick(struct thread *thread);
/* Keeps a thread on one processor, or CPU_ANY. */
void sched_pin(struct thread *thread, uint32_t cpu);
/* Gives a thread another effective priority, in whatever queue it is. */
void sched_set_priority(struct thread *thread, unsigned priority);

/* Priority lending (sched/lend.c). */
void lend_begin(struct thread *to, unsigned priority);
void lend_end(struct thread *to, unsigned priority);
/* The counts alone, without their effect. */
void lend_count_add(struct thread *to, unsigned priority);
void lend_count_remove(struct thread *to, unsigned priority);
void priority_set_base(struct thread *thread, unsigned priority);

/* The processor share (sched/share.c). */
void share_charge(struct thread *thread, uint64_t now_ns, uint64_t used_ns);
/*
 * How long the thread may run on before its account's limit: 0 not at all, NONOS_NEVER as long as
 * it likes.
 */
uint64_t share_left_ns(const struct thread *thread, uint64_t now_ns);

#endif
