/* The I/O APICs; everything but their start is in arch.h. */
#ifndef KERNEL_ARCH_X86_64_IOAPIC_H
#define KERNEL_ARCH_X86_64_IOAPIC_H

/* Maps the ones that ACPI lists and masks all their lines. */
void ioapic_init(void);

#endif
