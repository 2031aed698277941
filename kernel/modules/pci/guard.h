/*
 * What keeps a device to itself: which configuration registers its driver may write, and how it is brought to rest.
 */
#ifndef PCI_GUARD_H
#define PCI_GUARD_H

#include "device.h"

/* Whether `offset` and `width` name a register: width 1, 2 or 4, naturally aligned, inside of configuration space. */
bool pci_access_valid(uint64_t offset, uint64_t width);

/*
 * A driver's write. The command register takes decoding, line-off and, if `may_master`, bus-mastering bits; cache line size and latency
 * timer are the device's own affair; all else is refused: base addresses and messages would reach outside of the device.
 * Returns 0, NONOS_E_INVALID or NONOS_E_DENIED.
 */
int pci_guarded_write(const struct pci_config *c, const struct pci_device *device, uint64_t offset,
                      uint64_t width, uint64_t value, bool may_master);

/*
 * Bus mastering off, and a bounded wait until what the device had begun to transfer has ended (PCI Express tells). Its driver's
 * capabilities may be revoked afterwards.
 */
void pci_device_quiesce(const struct pci_config *c, const struct pci_device *device);

/*
 * Function-level reset, where the function has one (PCI Express Base 3.0 section 6.6.2, or the Advanced Features capability);
 * registers that the firmware set are put back. The function must be quiet. Decoding and the line are off afterwards. Returns
 * whether it was reset.
 */
bool pci_device_reset(const struct pci_config *c, const struct pci_device *device);

#endif
