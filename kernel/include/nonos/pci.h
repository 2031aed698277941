/*
 * The PCI broker's protocol. The broker (module pci) owns configuration space; a driver gets a capability to it whose badge is one
 * device, and through it the device's resources as capabilities of their own. The supervisor holds the unbadged one.
 *
 * Everything a driver got for its device is derived from the broker's, and is revoked when the device is released.
 */
#ifndef NONOS_PCI_H
#define NONOS_PCI_H

#include <stdint.h>

enum nonos_pci_op {
    /* Supervisor: w0 index -> w0 address (bus << 8 | device << 3 | function), w1 vendor | device id << 16, w2 class << 16 | subclass << 8 |
     * interface, w3 1 if claimed. NOT_FOUND past the end. */
    NONOS_PCI_LIST = 1,
    /* Supervisor: w0 vendor | device id << 16 (NONOS_PCI_ANY in either half), w1 class mask and value or 0: mask << 32 | value, w2 index among
     * the matches, w3 badge of the connection of the module that will drive it, or 0 -> caps[0] the device's endpoint, w0 address.
     * NOT_FOUND, BUSY. */
    NONOS_PCI_CLAIM,
    /* Supervisor: w0 address. Bus mastering off, the device's capabilities revoked, function reset where it can be. */
    NONOS_PCI_RELEASE,

    /* Driver, on its device's endpoint: */
    NONOS_PCI_CONFIG_READ,  /* w0 offset, w1 width 1, 2, 4 -> w0 value */
    NONOS_PCI_CONFIG_WRITE, /* w0 offset, w1 width, w2 value; only registers that cannot reach outside of the device, else DENIED */
    /* w0 bar -> caps[0] IoRegion, w0 length, w1 1: ports, w2 where in the BAR it begins. The pages of the MSI-X table are left out: a region
     * ends before them or begins behind them. DENIED: not page aligned, shares a page with another device, nothing beside the table. */
    NONOS_PCI_BAR,
    NONOS_PCI_IRQ,        /* w0 index -> caps[0] Irq, w0 1: MSI or MSI-X, 0: level-triggered line */
    NONOS_PCI_IRQ_ENABLE, /* w0 index, w1 address, w2 data as irq_bind gave them: programs the MSI or MSI-X entry, or lets the line out */
    NONOS_PCI_DMA,        /* -> caps[0] DmaDomain; bus mastering is on from now */
    NONOS_PCI_CAPABILITY, /* w0 id, w1 offset to search after, or 0 -> w0 offset. NOT_FOUND. */
};

/*
 * When a device's driver has ended, whichever comes first releases the device: RELEASE, NONOS_SUPERVISOR_GONE (nonos/supervisor.h) with the badge
 * that CLAIM was told, or the deletion of the last capability to its endpoint.
 */

#define NONOS_PCI_ANY 0xffffu

#endif
