/*
 * VirtIO over PCI (VIRTIO 1.2 section 4.1): where the four register blocks of a device lie, and access to them.
 *
 * The capabilities that say so are the device's word: each place is checked against the region that the broker gave for its BAR.
 */
#ifndef VIRTIO_TRANSPORT_H
#define VIRTIO_TRANSPORT_H

#include <nonos/runtime.h>

#include "device.h"

enum transport_block {
    TRANSPORT_COMMON = 1, /* as in a capability's cfg_type */
    TRANSPORT_NOTIFY,
    TRANSPORT_ISR,
    TRANSPORT_DEVICE,
    TRANSPORT_BLOCKS
};

struct transport_place {
    volatile uint8_t *at; /* NULL: the device has none */
    uint32_t len;
};

#define TRANSPORT_BARS       6u
#define TRANSPORT_MEMORY_MAX (64u << 10)

struct transport {
    nonos_handle device; /* endpoint at the pci broker */
    struct transport_place blocks[TRANSPORT_BLOCKS];
    uint32_t notify_multiplier;
    volatile uint8_t *bars[TRANSPORT_BARS]; /* mapped, or NULL */
    uint64_t bar_offset[TRANSPORT_BARS];    /* where in the BAR the mapping begins */
    uint64_t bar_len[TRANSPORT_BARS];
};

/*
 * Finds and maps the register blocks. `lens` says how long each must be at least. UNSUPPORTED: a block is missing or too short;
 * errors of the broker.
 */
NONOS_MUST_CHECK int transport_open(struct transport *t, nonos_handle device,
                                    const uint32_t lens[TRANSPORT_BLOCKS]);

/* Naturally aligned accesses of 1, 2 or 4 bytes, inside of what `lens` asked for. */
uint32_t transport_read(const struct transport *t, enum transport_block block, unsigned offset,
                        unsigned width);
void transport_write(const struct transport *t, enum transport_block block, unsigned offset,
                     unsigned width, uint32_t value);

/* Registers for a driver; the context is a struct transport. */
extern const struct virtio_access transport_access;

/* Where the device is told to look at a queue, by writing its number there. UNSUPPORTED: outside of the block. */
NONOS_MUST_CHECK int transport_notify_find(const struct transport *t, uint16_t queue,
                                           volatile uint16_t **at);

/* Interrupt `number`: the Irq, and whether it is a message; a device with a line has only number 0. Errors of the broker. */
NONOS_MUST_CHECK int transport_irq(const struct transport *t, unsigned number,
                                   nonos_handle notification, uint64_t bits, nonos_handle *irq,
                                   bool *msix);

/* The DmaDomain; the device may master the bus from now on. */
NONOS_MUST_CHECK int transport_dma(const struct transport *t, nonos_handle *domain);

/*
 * Zeroed memory of the driver's own, `len` bytes (whole pages, at most TRANSPORT_MEMORY_MAX), which lies in one piece for the device at
 * `*address`.
 */
NONOS_MUST_CHECK int transport_memory(nonos_handle domain, size_t len, void **memory,
                                      uint64_t *address);

/*
 * Maps the first `len` bytes of a client's Memory for the driver and for the device. `*pages`, from malloc, holds the device's address of each page;
 * it is the caller's also after an error, maybe NULL. The deletion of `memory` ends both mappings.
 */
NONOS_MUST_CHECK int transport_client_memory(nonos_handle domain, nonos_handle memory, uint64_t len,
                                             void **base, uint64_t **pages);

#endif
