/*
 * How a function interrupts: MSI-X (PCI Local Bus 3.0 section 6.8.2), MSI (6.8.1), or its line (6.2.4).
 *
 * A message is a write to memory, so only the broker programs where it goes: drivers never get the pages of the MSI-X table, and the
 * broker compares each address with what the kernel said for the Irq.
 */
#ifndef PCI_INTERRUPT_H
#define PCI_INTERRUPT_H

#include "device.h"

enum pci_interrupt_kind {
    PCI_INTERRUPTS_NONE,
    PCI_INTERRUPTS_LINE,
    PCI_INTERRUPTS_MSI,
    PCI_INTERRUPTS_MSIX
};

#define PCI_MSIX_ENTRY 16u /* bytes of a table entry */

struct pci_interrupts {
    enum pci_interrupt_kind kind;
    unsigned capability;   /* offset of the MSI or MSI-X capability */
    unsigned count;        /* interrupts that can be programmed */
    unsigned table_bar;    /* MSI-X */
    uint32_t table_offset; /* in that BAR */
    uint8_t line;          /* the interrupt controller's input, as the firmware routed it */
};

/*
 * What the function offers, the best first. An MSI-X capability whose table or pending bits lie outside of their BAR is not used; of MSI
 * only one message is.
 */
void pci_interrupts_read(const struct pci_config *c, const struct pci_device *device,
                         struct pci_interrupts *interrupts);

/* Lets no interrupt out: messages off, line off. */
void pci_interrupts_off(const struct pci_config *c, const struct pci_device *device,
                        const struct pci_interrupts *interrupts);

/* Masks every entry of the mapped `table`, then switches MSI-X on. Memory decoding must be on. */
void pci_msix_start(const struct pci_config *c, const struct pci_device *device,
                    const struct pci_interrupts *interrupts, volatile uint32_t *table);

/* Points entry `index` at a message and unmasks it. `index` is below count. */
void pci_msix_program(volatile uint32_t *table, unsigned index, uint64_t address, uint32_t data);

/* Points the one MSI at a message and switches it on. */
void pci_msi_program(const struct pci_config *c, const struct pci_device *device,
                     const struct pci_interrupts *interrupts, uint64_t address, uint32_t data);

#endif
