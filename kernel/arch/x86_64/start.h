/* The steps by which the kernel starts, in their order, and what they leave behind. */
#ifndef KERNEL_ARCH_X86_64_START_H
#define KERNEL_ARCH_X86_64_START_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonos/boot_info.h>

#define RO_AFTER_START __attribute__((section(".ro_after_start")))

/* From the linker script. */
extern const uint8_t image_start[], image_end[], rodata_start[], symbols_start[];
extern uint8_t data_start[], ro_after_start_end[];

/* The loader's information, copied. */
extern struct nonos_boot_info boot_info;

void kernel_start(const struct nonos_boot_info *info);
/* Goes on for ever on another stack. */
_Noreturn void stack_call(void *top, void (*function)(void));

/* ---- features.c ---- */

struct features {
    bool smep, smap, umip, fsgsbase, xsave, rdrand, invariant_tsc, hypervisor;
    uint64_t xcr0;   /* state components in use */
    size_t fpu_size; /* bytes of a thread's XSAVE or FXSAVE area */
    unsigned phys_bits;
};

extern struct features features;

/* Asks the processor what it can do; stops if it cannot do what the kernel needs. */
void features_detect(void);
/* Sets the control registers of this processor accordingly. */
void features_enable(void);

/* ---- layout.c ---- */

/* Places direct map, heap, stacks and devices at random and makes the secrets of the allocators. */
void layout_init(const struct nonos_boot_info *info);
/* `len` secret bytes for `purpose`, the same at each call. */
void layout_secret(const char *purpose, void *out, size_t len);

/* ---- serial.c ---- */

void serial_init(void);

#endif
