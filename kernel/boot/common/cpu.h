/* What the loaders ask of the processor. */
#ifndef BOOT_CPU_H
#define BOOT_CPU_H

#include "common/entropy.h"
#include "common/result.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Returns 0, BOOT_E_CPU_NX, or BOOT_E_CPU_LA57: five-level paging is on and cannot be left from
 * 64-bit mode.
 */
BOOT_MUST_CHECK
int boot_cpu_check(void);

/* Whether pages of 1 GiB exist. */
bool boot_cpu_has_huge_pages(void);

/*
 * Sets the control registers as boot_info.h promises. Writes to read-only pages fault from here on.
 */
void boot_cpu_prepare(void);

/* Mixes in RDRAND if there is one, and the jitter of the time-stamp counter. */
void boot_cpu_gather(struct boot_entropy *entropy);

/* Stops this processor for ever. */
void boot_cpu_stop(void) __attribute__((noreturn));

static inline uint64_t boot_cpu_tsc(void)
{
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

static inline uint8_t boot_cpu_in8(uint16_t port)
{
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline void boot_cpu_out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

#endif
