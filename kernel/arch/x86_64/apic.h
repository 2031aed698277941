/* The local APIC of the calling processor (xAPIC mode, SDM volume 3 chapter 11) and the messages
 * between processors. */
#ifndef KERNEL_ARCH_X86_64_APIC_H
#define KERNEL_ARCH_X86_64_APIC_H

#include <stdbool.h>
#include <stdint.h>

/* Maps the registers, sets this processor's APIC up and masks the old interrupt controllers. */
void apic_init(void);
/* Sets up the calling processor's own; apic_init() has run. */
void apic_enable(void);
uint32_t apic_id(void);

void apic_eoi(void);
/* Whether an interrupt waits for this processor. */
bool apic_interrupt_waits(void);

/* Raises `vector` on processor `cpu`. */
void apic_send(unsigned cpu, unsigned vector);
/* A non-maskable interrupt to every other processor. */
void apic_stop_others(void);
/* INIT, then start-up at page `page` of the first MiB, to the processor with that APIC ID. */
void apic_send_init(uint32_t id);
void apic_send_startup(uint32_t id, unsigned page);

/* The timer counts down at this rate from apic_timer_start(); 0 stops it. */
extern uint64_t apic_timer_hz;
void apic_timer_start(uint32_t count);
uint32_t apic_timer_count(void);

#endif
