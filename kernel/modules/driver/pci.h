/*
 * What the pci broker (nonos/pci.h) gives to a driver for its device: registers, interrupts, memory that the device reaches. `device` is always
 * the device's endpoint. Functions return errors of the broker and of the system calls beside those they list.
 */
#ifndef DRIVER_PCI_H
#define DRIVER_PCI_H

#include <nonos/runtime.h>

#define DRIVER_CAPABILITY_MSI    0x05u
#define DRIVER_CAPABILITY_VENDOR 0x09u
#define DRIVER_CAPABILITY_MSIX   0x11u

#define DRIVER_MEMORY_MAX (128u << 10)

/* Configuration space: `width` bytes at `offset`. */
NONOS_MUST_CHECK int driver_config_read(nonos_handle device, uint64_t offset, uint64_t width,
                                        uint32_t *value);

/* The next capability with this id behind offset `*at`, or the first if that is 0. NOT_FOUND. */
NONOS_MUST_CHECK int driver_capability_next(nonos_handle device, uint32_t id, uint64_t *at);

/* A BAR, as far as it was given: memory that is mapped, or ports. */
struct driver_bar {
    volatile uint8_t *at; /* memory; NULL: ports, or not mapped yet */
    nonos_handle ports;   /* IoRegion; 0: memory */
    uint64_t offset;      /* where in the BAR it begins */
    uint64_t len;
};

/* Takes a BAR, and maps it if it is memory, uncached, for the driver's life; never more than 1 MiB. */
NONOS_MUST_CHECK int driver_bar_take(nonos_handle device, unsigned number, struct driver_bar *bar);

/*
 * Registers, naturally aligned, of 1, 2 or 4 bytes, inside of the BAR. Device memory is mapped uncached: volatile accesses reach it one
 * by one and in order, on x86 without a fence. Ports that cannot be read are all ones.
 */
uint32_t driver_bar_read(const struct driver_bar *bar, unsigned offset, unsigned width);
void driver_bar_write(const struct driver_bar *bar, unsigned offset, unsigned width,
                      uint32_t value);

/* About a millisecond, while a device does something. */
void driver_pause(void);

enum driver_irq_kind { DRIVER_IRQ_LINE, DRIVER_IRQ_MSI, DRIVER_IRQ_MSIX };

/* Interrupt `number`, signalled as `bits` of the notification. A device with a line has only number 0. */
NONOS_MUST_CHECK int driver_irq_take(nonos_handle device, unsigned number,
                                     nonos_handle notification, uint64_t bits, nonos_handle *irq,
                                     enum driver_irq_kind *kind);

/* The DmaDomain; the device may master the bus from now on, so it must have been stopped. */
NONOS_MUST_CHECK int driver_dma_take(nonos_handle device, nonos_handle *domain);

/*
 * Zeroed memory of the driver's own, `len` bytes (whole pages, at most DRIVER_MEMORY_MAX), which lies in one piece for the device at
 * `*address`.
 */
NONOS_MUST_CHECK int driver_memory_make(nonos_handle domain, size_t len, void **memory,
                                        uint64_t *address);

/* Takes `len` bytes of it from the device, which does not use them any more, and deletes the capability, which ends our mapping. */
void driver_memory_unmap(nonos_handle domain, nonos_handle memory, uint64_t len);

/*
 * Maps the first `len` bytes of a client's Memory for the driver and, unless `domain` is 0, for the device. `*pages`, from malloc,
 * holds the device's address of each page; it is the caller's also after an error, maybe NULL. driver_memory_unmap() ends both mappings.
 */
NONOS_MUST_CHECK int driver_memory_map(nonos_handle domain, nonos_handle memory, uint64_t len,
                                       void **base, uint64_t **pages);

#endif
