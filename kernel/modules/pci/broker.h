/*
 * Devices that are claimed, and the capabilities made for them. Invariant: all that a driver holds of a device is derived from a
 * handle in its struct claim, so revoking these takes everything back.
 */
#ifndef PCI_BROKER_H
#define PCI_BROKER_H

#include <nonos/runtime.h>

#include "device.h"
#include "interrupt.h"

/* Of MSI-X vectors at most so many are given out; a driver has a queue or two. */
#define PCI_IRQS_MAX 32u

/* What the broker's own capabilities are called in its start-up block. */
#define PCI_NAME_PORTS \
    "ports" /* IoRegion of ports that holds 0xcf8 to 0xcff; BARs of ports are cut out of it */
#define PCI_NAME_MMIO "mmio" /* root IoRegion of memory */
#define PCI_NAME_IRQ  "irqs" /* root Irq */
#define PCI_NAME_DMA  "dma"  /* root DmaDomain */

struct broker_roots {
    nonos_handle ports, mmio, irq, dma;
};

struct claim_irq {
    nonos_handle handle; /* 0: not made yet */
    uint64_t address;    /* of its message, as the kernel said */
    uint64_t data;
};

struct claim {
    bool active;
    uint64_t owner;        /* badge that the supervisor gave for its driver, or 0 */
    nonos_handle endpoint; /* of the device; the server loop's */
    struct pci_interrupts interrupts;
    nonos_handle bars[PCI_BARS];
    nonos_handle domain;
    struct claim_irq irqs[PCI_IRQS_MAX];
    nonos_handle table_region; /* MSI-X table, mapped here */
    volatile uint32_t *table;
};

struct broker {
    struct pci_config config;
    struct broker_roots roots;
    struct pci_device devices[PCI_DEVICES_MAX];
    struct claim claims[PCI_DEVICES_MAX]; /* of the device with the same index */
    unsigned ndevices;
};

/* Brings the function into a known state for a new driver: no bus mastering, no interrupts. */
void broker_claim(struct broker *b, unsigned index, uint64_t owner);

/* Stops the device, takes back all that was derived for it, resets it. The endpoint is the caller's to close. */
void broker_release(struct broker *b, unsigned index);

/*
 * The resources of a claimed device. Each returns a handle that stays the broker's, and may be called again for the same one.
 * bar: NOT_FOUND: there is none, or the device's registers make no sense; DENIED: it shares a page with another device, is not page
 * aligned, or holds only the MSI-X table. irq: NOT_FOUND past the last. irq_enable: DENIED unless address and data are
 * what the kernel said for that Irq. Errors of the system calls.
 */
NONOS_MUST_CHECK int broker_bar(struct broker *b, unsigned index, uint64_t bar,
                                struct pci_window *window, nonos_handle *region);
NONOS_MUST_CHECK int broker_irq(struct broker *b, unsigned index, uint64_t number,
                                nonos_handle *irq);
NONOS_MUST_CHECK int broker_irq_enable(struct broker *b, unsigned index, uint64_t number,
                                       uint64_t address, uint64_t data);
NONOS_MUST_CHECK int broker_dma(struct broker *b, unsigned index, nonos_handle *domain);

#endif
