/*
 * VirtIO over PCI (VIRTIO 1.2 section 4.1): where the four register blocks of a device lie, and access to them.
 *
 * The capabilities that say so are the device's word: each place is checked against the region that the broker gave for its BAR.
 */
#ifndef VIRTIO_TRANSPORT_H
#define VIRTIO_TRANSPORT_H

#include <nonos/runtime.h>

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

/* Where queue `queue` is notified, with its queue_notify_off; NULL if that lies outside of the block. */
volatile uint16_t *transport_notify_address(const struct transport *t, uint16_t notify_off);

/* One interrupt: the Irq, and whether it is a message. Errors of the broker. */
NONOS_MUST_CHECK int transport_irq(const struct transport *t, nonos_handle notification,
                                   uint64_t bits, nonos_handle *irq, bool *msix);

/* The DmaDomain; the device may master the bus from now on. */
NONOS_MUST_CHECK int transport_dma(const struct transport *t, nonos_handle *domain);

#endif
