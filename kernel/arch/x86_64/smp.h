/* The other processors. */
#ifndef KERNEL_ARCH_X86_64_SMP_H
#define KERNEL_ARCH_X86_64_SMP_H

/* Starts every processor that ACPI lists; those that come up wait in kernel_secondary().
 * `cpu_count` is final afterwards. */
void smp_start(void);

#endif
