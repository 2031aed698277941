#include "guard.h"

#include <nonos/result.h>

#define EXPRESS_CAPABILITIES 4u
#define EXPRESS_CONTROL      8u
#define EXPRESS_STATUS       10u
#define EXPRESS_RESET_ABLE   (1u << 28)
#define EXPRESS_RESET        (1u << 15)
#define EXPRESS_PENDING      (1u << 5)
#define AF_CAPABILITIES      3u
#define AF_CONTROL           4u
#define AF_STATUS            5u
#define AF_RESET_ABLE        2u
#define AF_RESET             1u
#define AF_PENDING           1u
#define PENDING_MS           100u /* the longest that transfers may take to end */
#define RESET_MS             100u /* the longest that a reset may take */

#define COMMAND_OF_DRIVER \
    (PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER | PCI_COMMAND_INTX_DISABLE)

bool pci_access_valid(uint64_t offset, uint64_t width)
{
    return (width == 1 || width == 2 || width == 4) && offset < PCI_CONFIG_SIZE &&
           offset % width == 0;
}

int pci_guarded_write(const struct pci_config *c, const struct pci_device *device, uint64_t offset,
                      uint64_t width, uint64_t value, bool may_master)
{
    if (!pci_access_valid(offset, width) || value >> (8 * width))
        return NONOS_E_INVALID;
    if (width == 1 && (offset == PCI_CACHE_LINE || offset == PCI_LATENCY)) {
        pci_write(c, device->address, (unsigned)offset, 1, (uint32_t)value);
        return NONOS_OK;
    }
    if (offset != PCI_COMMAND || width != 2)
        return NONOS_E_DENIED;
    uint16_t set = (uint16_t)(value & COMMAND_OF_DRIVER);
    if (set & PCI_COMMAND_BUS_MASTER && !may_master)
        return NONOS_E_DENIED;
    pci_command_change(c, device->address, set, (uint16_t)(COMMAND_OF_DRIVER & ~set));
    return NONOS_OK;
}

void pci_device_quiesce(const struct pci_config *c, const struct pci_device *device)
{
    uint16_t address = device->address;
    pci_command_change(c, address, 0, PCI_COMMAND_BUS_MASTER);
    unsigned express = pci_capability_find(c, address, PCI_CAPABILITY_EXPRESS, 0);
    unsigned af = pci_capability_find(c, address, PCI_CAPABILITY_AF, 0);
    for (unsigned ms = 0; ms < PENDING_MS; ms += 10) {
        bool pending =
            (express && pci_read(c, address, express + EXPRESS_STATUS, 2) & EXPRESS_PENDING) ||
            (!express && af && pci_read(c, address, af + AF_STATUS, 1) & AF_PENDING);
        if (!pending)
            return;
        c->ops->sleep_ms(c->context, 10);
    }
}

/* Starts the reset by whichever way the function has. */
static bool reset_start(const struct pci_config *c, uint16_t address)
{
    unsigned at = pci_capability_find(c, address, PCI_CAPABILITY_EXPRESS, 0);
    if (at && pci_read(c, address, at + EXPRESS_CAPABILITIES, 4) & EXPRESS_RESET_ABLE) {
        uint32_t control = pci_read(c, address, at + EXPRESS_CONTROL, 2);
        pci_write(c, address, at + EXPRESS_CONTROL, 2, control | EXPRESS_RESET);
        return true;
    }
    at = pci_capability_find(c, address, PCI_CAPABILITY_AF, 0);
    if (at && pci_read(c, address, at + AF_CAPABILITIES, 1) & AF_RESET_ABLE) {
        pci_write(c, address, at + AF_CONTROL, 1, AF_RESET);
        return true;
    }
    return false;
}

bool pci_device_reset(const struct pci_config *c, const struct pci_device *device)
{
    uint16_t address = device->address;
    uint32_t line = pci_read(c, address, PCI_INTERRUPT_LINE, 1);
    uint32_t cache_line = pci_read(c, address, PCI_CACHE_LINE, 1);
    uint32_t bars[PCI_BARS];
    for (unsigned i = 0; i < PCI_BARS; i++)
        bars[i] = pci_read(c, address, PCI_BAR0 + 4 * i, 4);
    pci_command_change(c, address, PCI_COMMAND_INTX_DISABLE, PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
    if (!reset_start(c, address))
        return false;
    c->ops->sleep_ms(c->context, RESET_MS);
    for (unsigned i = 0; i < PCI_BARS; i++)
        pci_write(c, address, PCI_BAR0 + 4 * i, 4, bars[i]);
    pci_write(c, address, PCI_CACHE_LINE, 1, cache_line);
    pci_write(c, address, PCI_INTERRUPT_LINE, 1, line);
    pci_command_change(c, address, PCI_COMMAND_INTX_DISABLE,
                       PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER);
    return true;
}
