/* What the kernel takes from the firmware's tables (ACPI 6.4 chapter 5). Everything is optional but
 * the processors. */
#ifndef KERNEL_ARCH_X86_64_ACPI_H
#define KERNEL_ARCH_X86_64_ACPI_H

#include <stdbool.h>
#include <stdint.h>

#include <arch/arch.h>

#define ACPI_IOAPIC_MAX 8
#define ACPI_ISA_IRQS   16

struct acpi_ioapic {
    uint64_t address;
    uint32_t gsi_base;
};

/* How an interrupt of the ISA bus arrives. */
struct acpi_override {
    uint32_t gsi;
    bool level;
    bool active_low;
};

struct acpi_info {
    unsigned ncpus;            /* usable processors, at most CPU_MAX */
    uint32_t apic_id[CPU_MAX]; /* in the order of the table */
    unsigned nioapics;
    struct acpi_ioapic ioapic[ACPI_IOAPIC_MAX];
    struct acpi_override isa[ACPI_ISA_IRQS];
    uint64_t hpet_address;  /* 0: none */
    uint16_t pm_timer_port; /* 0: none */
    bool pm_timer_32bit;
    bool has_rtc;
};

extern struct acpi_info acpi;

/* Reads the tables from the root pointer on (0: searches the BIOS area). Without tables there is
 * one processor and no IOAPIC. */
void acpi_init(uint64_t rsdp_physical);
/* Soft-off; returns if the firmware does not say how. */
void acpi_power_off(void);
/* Writes the reset register; returns if there is none. */
void acpi_reset(void);

#endif
