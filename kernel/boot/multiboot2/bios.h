/* What the BIOS left in memory and in the chip set. */
#ifndef BOOT_MULTIBOOT2_BIOS_H
#define BOOT_MULTIBOOT2_BIOS_H

#include <stdint.h>

/* The physical address of the ACPI root pointer (ACPI 6.4 section 5.2.5.1), or 0. */
uint64_t bios_rsdp_find(void);

/* The real-time clock, taken as UTC, in seconds since 1970; 0 if it makes no sense. */
uint64_t bios_time_read(void);

#endif
