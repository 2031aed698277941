/* Time: one monotonic clock for all processors, and one-shot timers. */
#ifndef KERNEL_ARCH_X86_64_CLOCK_H
#define KERNEL_ARCH_X86_64_CLOCK_H

#include <stdint.h>

/* Measures the processor's counter and its timer against HPET or PM timer, and stops the timers
 * that would tick by themselves. `unix_time`: the firmware's wall clock in seconds, 0 if it did not
 * say. */
void clock_init(uint64_t unix_time);
/* The time-stamp counters of the processors do not agree: the HPET becomes the clock. Panics
 * without one. */
void clock_distrust_tsc(void);
/* "TSC" or "HPET" */
const char *clock_name(void);
/* Waits that long, busily; for starting processors. */
void clock_wait(uint64_t ns);
/* What a deadline that has come calls: sched_timer_interrupt(), but while the self-test runs. */
extern void (*clock_timer_expired)(void);
/* The timer of this processor has run out. */
void clock_timer_interrupt(void);

#endif
