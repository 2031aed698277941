/* Ports, and the configuration space of PCI through them (PCI 3.0 section 3.2.2.3.2), on bus 0. */
#ifndef ECHO_KERNEL_PCI_H
#define ECHO_KERNEL_PCI_H

#include <stdint.h>

static inline void outl(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint32_t inl(uint16_t port)
{
    uint32_t value;
    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

/* The word at `at`, rounded down to a multiple of 4. */
static inline uint32_t pci_read(unsigned device, unsigned function, unsigned at)
{
    outl(0xcf8, 0x80000000u | device << 11 | function << 8 | (at & 0xfcu));
    return inl(0xcfc);
}

static inline void pci_write(unsigned device, unsigned function, unsigned at, uint32_t value)
{
    outl(0xcf8, 0x80000000u | device << 11 | function << 8 | (at & 0xfcu));
    outl(0xcfc, value);
}

#endif
