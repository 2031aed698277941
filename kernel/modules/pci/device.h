/*
 * Functions and their base address registers: enumeration, sizing, and which of them may be handed out.
 *
 * A device may be hostile: what it says about itself is checked against itself and against all other devices before a driver
 * gets a part of the address space because of it.
 */
#ifndef PCI_DEVICE_H
#define PCI_DEVICE_H

#include "config.h"

#define PCI_BARS        6u
#define PCI_DEVICES_MAX 256u

struct pci_bar {
    uint64_t base;
    uint64_t len; /* 0: there is none, or it makes no sense */
    bool ports;
    bool wide; /* 64-bit: the next slot is its upper half */
};

struct pci_device {
    uint16_t address;
    uint16_t vendor;
    uint16_t id;
    uint32_t class_code; /* class << 16 | subclass << 8 | interface */
    uint8_t header;      /* header type without the multi-function bit */
    struct pci_bar bars[PCI_BARS];
};

/*
 * Finds the functions on bus 0 and behind bridges as the firmware numbered them, each bus once, and sizes their base address registers.
 * Bus mastering is off afterwards in every function that is not a bridge: nobody has claimed one. Returns how many were found, at
 * most `max`.
 */
unsigned pci_scan(const struct pci_config *c, struct pci_device *devices, unsigned max);

/*
 * Sizes the registers of one function, with its decoding off meanwhile. Registers of bridges are left alone: devices behind them
 * may be in use.
 */
void pci_bars_size(const struct pci_config *c, struct pci_device *device);

/*
 * Whether BAR `bar` of devices[index] can be handed to a driver by itself: assigned, memory page aligned and without a page in common
 * with another device, ports outside of the first 4 KiB, where the machine's own devices are.
 */
bool pci_bar_usable(const struct pci_device *devices, unsigned ndevices, unsigned index,
                    unsigned bar);

/* The memory of one BAR that a driver may map: all of it, or what is left beside the pages of the MSI-X table. */
struct pci_window {
    uint64_t offset; /* in the BAR */
    uint64_t len;
};

struct pci_interrupts;
struct pci_window pci_bar_window(const struct pci_device *device, unsigned bar,
                                 const struct pci_interrupts *interrupts);

/* Whether a device matches: `ids` vendor | device id << 16 with PCI_ANY in either half, `class_match` mask << 32 | value or 0. */
bool pci_device_matches(const struct pci_device *device, uint64_t ids, uint64_t class_match);

#endif
