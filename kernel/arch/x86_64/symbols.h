/* Names of the kernel's functions, for people. */
#ifndef KERNEL_ARCH_X86_64_SYMBOLS_H
#define KERNEL_ARCH_X86_64_SYMBOLS_H

#include <stdint.h>

/* The function that holds `address`, and how far into it that is; NULL if none is known. */
const char *symbol_find(uint64_t address, uint64_t *offset);

#endif
