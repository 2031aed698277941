/*
 * What the kernels of the examples need of a PC and of each other: how a multiboot loader hands over, the serial port, and how
 * QEMU is told to end. machine.c has the four memory functions, too.
 */
#ifndef TINY_KERNEL_MACHINE_H
#define TINY_KERNEL_MACHINE_H

#include <stdint.h>

#define MULTIBOOT_MAGIC   0x2badb002u
#define MULTIBOOT_MODULES (1u << 3) /* in flags: mods_count and mods_addr are there */

struct multiboot_info {
    uint32_t flags, mem_lower, mem_upper, boot_device, cmdline, mods_count, mods_addr;
};
struct multiboot_module {
    uint32_t start, end, string, reserved;
};

/* Prints on the first serial port. */
void print(const char *text);

#define EXIT_OK    0x10 /* QEMU ends with status 33 */
#define EXIT_ERROR 0x11 /* with status 35 */

/* Ends QEMU through its device isa-debug-exit, with status 2 * n + 1. */
_Noreturn void leave(uint8_t n);

#endif
