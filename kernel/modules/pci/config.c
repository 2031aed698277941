#include "config.h"

#define CAPABILITIES_FIRST 0x40u
#define CAPABILITIES_MAX   48u /* four bytes each behind the header */

unsigned pci_capability_find(const struct pci_config *c, uint16_t address, uint8_t id,
                             unsigned after)
{
    if (!(pci_read(c, address, PCI_STATUS, 2) & PCI_STATUS_CAPABILITIES))
        return 0;
    bool seen = after == 0;
    unsigned at = pci_read(c, address, PCI_CAPABILITIES, 1) & ~3u;
    for (unsigned step = 0; step < CAPABILITIES_MAX && at >= CAPABILITIES_FIRST; step++) {
        if (seen && pci_read(c, address, at, 1) == id)
            return at;
        seen = seen || at == after;
        at = pci_read(c, address, at + 1, 1) & ~3u;
    }
    return 0;
}

void pci_command_change(const struct pci_config *c, uint16_t address, uint16_t set, uint16_t clear)
{
    uint32_t command = pci_read(c, address, PCI_COMMAND, 2);
    pci_write(c, address, PCI_COMMAND, 2, (command & ~(uint32_t)clear) | set);
}
