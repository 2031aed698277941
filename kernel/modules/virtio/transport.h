/*
 * VirtIO over PCI (VIRTIO 1.2 section 4.1): where the four register blocks of a device lie, and access to them.
 *
 * The capabilities that say so are the device's word: each place is checked against the region that the broker gave for its BAR.
 */
#ifndef VIRTIO_TRANSPORT_H
#define VIRTIO_TRANSPORT_H

#include "../driver/pci.h"
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

#define TRANSPORT_BARS 6u

struct transport {
    nonos_handle device; /* endpoint at the pci broker */
    struct transport_place blocks[TRANSPORT_BLOCKS];
    uint32_t notify_multiplier;
    struct driver_bar bars[TRANSPORT_BARS]; /* those that are mapped */
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

#endif
