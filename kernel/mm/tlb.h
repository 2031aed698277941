/*
 * Taking translations away from all processors. Every (target, initiator) pair has one mailbox, so
 * that a request is never overwritten: an initiator writes a request to each target's box, raises
 * its bit in the target's mask, interrupts the target, and waits for every acknowledgement. While
 * it waits it serves its own boxes, so that two initiators never wait for each other; and whoever
 * spins with interrupts off serves them too (arch_pause()).
 */
#ifndef KERNEL_MM_TLB_H
#define KERNEL_MM_TLB_H

#include <stddef.h>
#include <stdint.h>

struct space;

/* Returns when no processor can use the translations any more. The page tables have been changed
 * already. */
void tlb_shootdown_kernel(uint64_t address, size_t npages);
void tlb_shootdown_space(struct space *space, uint64_t address, size_t npages);
/* Returns when no processor has the space's tables loaded; none may run in it. */
void tlb_leave_space(struct space *space);

/* Serves the requests to this processor. Interrupts are off. */
void tlb_poll(void);

/*
 * Around the sleep of an idle processor. In between, up to tlb_wake() as the first thing after an
 * interrupt has come, it may touch nothing whose mapping ever changes. tlb_wake() may be called
 * awake.
 */
void tlb_sleep(void);
void tlb_wake(void);

/* ---- what the architecture does ---- */

/* Forgets translations on this processor: kernel (global) ones, or those of the tables that are
 * loaded. SIZE_MAX kernel pages: all translations there are. */
void tlb_flush_kernel(uint64_t address, size_t npages);
void tlb_flush_user(uint64_t address, size_t npages);
/* If this processor has `root` loaded, it loads the kernel's own tables; and it is no longer
 * counted in the space. */
void tlb_drop_root(uint64_t root);
void tlb_interrupt(unsigned cpu);
/* Processors that answer requests. */
uint64_t tlb_online(void);

#endif
