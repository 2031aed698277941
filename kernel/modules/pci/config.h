/*
 * Configuration space: how it is reached, and the registers of it that the broker uses (PCI Local Bus 3.0 chapter 6, PCI
 * Express Base 3.0 chapter 7). All logic goes through struct pci_config, so that it runs against a model on the host.
 */
#ifndef PCI_CONFIG_H
#define PCI_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

/* A function's address: bus << 8 | device << 3 | function. Offsets are naturally aligned and below 256. */
struct pci_config_ops {
    uint32_t (*read)(void *context, uint16_t address, uint16_t offset, unsigned width);
    void (*write)(void *context, uint16_t address, uint16_t offset, unsigned width, uint32_t value);
    void (*sleep_ms)(void *context, unsigned ms);
};

struct pci_config {
    const struct pci_config_ops *ops;
    void *context;
};

static inline uint32_t pci_read(const struct pci_config *c, uint16_t address, unsigned offset,
                                unsigned width)
{
    return c->ops->read(c->context, address, (uint16_t)offset, width);
}

static inline void pci_write(const struct pci_config *c, uint16_t address, unsigned offset,
                             unsigned width, uint32_t value)
{
    c->ops->write(c->context, address, (uint16_t)offset, width, value);
}

#define PCI_CONFIG_SIZE 256u

enum pci_register {
    PCI_VENDOR = 0x00,
    PCI_DEVICE = 0x02,
    PCI_COMMAND = 0x04,
    PCI_STATUS = 0x06,
    PCI_REVISION = 0x08, /* the class code is in the upper 24 bits */
    PCI_CACHE_LINE = 0x0c,
    PCI_LATENCY = 0x0d,
    PCI_HEADER_TYPE = 0x0e,
    PCI_BAR0 = 0x10,
    PCI_SECONDARY_BUS = 0x19, /* of a bridge */
    PCI_CAPABILITIES = 0x34,
    PCI_INTERRUPT_LINE = 0x3c,
    PCI_INTERRUPT_PIN = 0x3d,
};

#define PCI_COMMAND_IO           0x0001u
#define PCI_COMMAND_MEMORY       0x0002u
#define PCI_COMMAND_BUS_MASTER   0x0004u
#define PCI_COMMAND_INTX_DISABLE 0x0400u
#define PCI_STATUS_CAPABILITIES  0x0010u
#define PCI_HEADER_MULTIFUNCTION 0x80u
#define PCI_HEADER_BRIDGE        1u

#define PCI_CAPABILITY_MSI     0x05u
#define PCI_CAPABILITY_EXPRESS 0x10u
#define PCI_CAPABILITY_MSIX    0x11u
#define PCI_CAPABILITY_AF      0x13u

/*
 * Finds the capability `id` of a function behind the one at `after` (0: from the first on). Returns its offset; 0 if there is none,
 * or if the list is damaged: it is walked at most 48 steps, which is how many capabilities fit.
 */
unsigned pci_capability_find(const struct pci_config *c, uint16_t address, uint8_t id,
                             unsigned after);

/* Sets and clears bits of the command register; the others stay. */
void pci_command_change(const struct pci_config *c, uint16_t address, uint16_t set, uint16_t clear);

#endif
