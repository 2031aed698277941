/*
 * The VirtIO network driver proper (VIRTIO 1.2 section 5.1), without its surroundings: registers, clock and wake-ups come through struct
 * vnet_ops, memory is given, so that it runs on the host against a model of the device.
 *
 * Buffers come from the client's rings (nonos/nic.h) and go to the device with the addresses of the client's own pages: nothing is
 * copied. A slot stands for a buffer that the device has; a slot's two descriptors are fixed, so that what the device reports names a
 * slot or is nonsense. On nonsense, failure or silence the device is reset and set up anew: frames that were being sent are lost, as
 * on any network, and the buffers for arriving ones go to it again.
 *
 * A device with several pairs of queues (VIRTIO_NET_F_MQ) gives each queue of the client's a pair of its own, with its own interrupt. Turns
 * of different pairs may be taken at the same time, by a thread each: a turn touches its pair, its queue of the client's, and registers that
 * are only read. Whatever concerns the whole device (vnet_open(), vnet_close(), vnet_recover(), vnet_configured()) is called by one thread
 * and while no pair has its turn; a turn which finds that the device must be reset ends, and says so.
 *
 * Offloads are what the client can use and the device has: checksums both ways, trains of TCP segments to be cut (each in a table of
 * indirect descriptors, one for each page), and such that arrive, in as many buffers as they need.
 */
#ifndef VIRTIO_VNET_H
#define VIRTIO_VNET_H

#include "../driver/nic_port.h"
#include "../virtio/device.h"
#include "header.h"

/* Places in the device's own configuration (section 5.1.4). */
enum vnet_config {
    VNET_MAC = 0,
    VNET_STATUS = 6,
    VNET_MAX_PAIRS = 8,
    VNET_MTU = 10,
    VNET_CONFIG_LEN = 12
};

#define VNET_S_LINK_UP 1u

#define VNET_F_CSUM       (1ull << 0)
#define VNET_F_GUEST_CSUM (1ull << 1)
#define VNET_F_MTU        (1ull << 3)
#define VNET_F_MAC        (1ull << 5)
#define VNET_F_GUEST_TSO4 (1ull << 7)
#define VNET_F_GUEST_TSO6 (1ull << 8)
#define VNET_F_HOST_TSO4  (1ull << 11)
#define VNET_F_HOST_TSO6  (1ull << 12)
#define VNET_F_MRG_RXBUF  (1ull << 15)
#define VNET_F_STATUS     (1ull << 16)
#define VNET_F_CTRL_VQ    (1ull << 17)
#define VNET_F_MQ         (1ull << 22)
#define VNET_F_CTRL_MAC   (1ull << 23)

/* The directions of a pair. */
enum { VNET_RX = NIC_RX, VNET_TX = NIC_TX };

#define VNET_PAIRS_MAX NONOS_NIC_QUEUES_MAX

/* Where the device is notified: by direction and pair as vnet_place() says, and for commands. */
#define VNET_PLACE_COMMANDS (2 * VNET_PAIRS_MAX)
#define VNET_PLACES         (VNET_PLACE_COMMANDS + 1)

#define VNET_SLOTS     128u
#define VNET_QUEUE_MAX (2 * VNET_SLOTS)
#define VNET_MTU_MIN   576u
#define VNET_MTU_MAX   (NIC_PAGE - VNET_HEADER_LEN - NONOS_NIC_HEADER_LEN)
/* Descriptors of a train: its header, and a page each; it may begin at the end of a page. */
#define VNET_TABLE     (1 + NONOS_NIC_TRAIN_MAX / NIC_PAGE + 2)

/* The driver's own DMA memory of each pair: contiguous, zeroed. That of the first also has the queue of commands. */
#define VNET_DMA_BYTES 57344u

struct vnet_ops {
    const struct virtio_access *access;
    /* Notes where and as what the device is told of virtqueue `index`. UNSUPPORTED: there is no such place. */
    int (*notify_find)(void *context, unsigned place, uint16_t index);
    void (*notify)(void *context, unsigned place); /* tells the device to look at it */
    const struct nic_port_ops *port;
};

struct vnet_slot {
    bool busy;
    struct nonos_nic_buffer buffer;
    uint64_t deadline_ns;
};

/* One direction. */
struct vnet_queue {
    struct virtq ring;
    struct vnet_slot slots[VNET_SLOTS];
    uint8_t free[VNET_SLOTS]; /* numbers of free slots */
    unsigned nslots, nfree;
};

/* A part of a frame that arrived. */
struct vnet_part {
    uint8_t slot;
    uint32_t len;
};

struct vnet;

/* A pair of queues: what its turns touch. */
struct vnet_pair {
    struct nic_port port; /* with the facts of the card in each pair's */
    struct vnet *net;
    unsigned number;
    uint8_t *dma;
    uint64_t dma_address;
    uint16_t vector; /* of MSI-X, or VIRTIO_NO_VECTOR */
    bool broken;     /* the device must be reset; atomic, as others ask */

    struct vnet_queue queues[2];
    struct vnet_queue before[2];        /* while the device is brought back */
    struct vnet_part parts[VNET_SLOTS]; /* while a frame is put together */
    uint64_t look_ns;                   /* when status and deadlines are looked at next */
};

struct vnet {
    struct vnet_pair pairs[VNET_PAIRS_MAX];
    unsigned npairs;        /* that the driver has the means for */
    unsigned device_npairs; /* that the device said at the start that it has */
    unsigned active;        /* that carry frames */
    struct virtio device;   /* its context is that of all ops */
    const struct vnet_ops *ops;
    void *context;
    uint16_t config_vector; /* of MSI-X, or VIRTIO_NO_VECTOR */
    struct virtq commands;
    bool commands_fail; /* one was not answered: the device may still be at it */
};

static inline unsigned vnet_place(unsigned pair, unsigned direction)
{
    return 2 * pair + direction;
}

/*
 * Resets the device, reads what it is, and leaves it idle, with one pair. `dma` is VNET_DMA_BYTES that the device sees at `dma_address`.
 * NO_DEVICE: it does not reset. UNSUPPORTED: not VirtIO 1, or an MTU below VNET_MTU_MIN.
 */
NONOS_MUST_CHECK int vnet_start(struct vnet *v, const struct vnet_ops *ops, void *context,
                                void *dma, uint64_t dma_address, uint16_t vector,
                                uint16_t config_vector);

/* Whether the device has use for one more pair. */
bool vnet_wants_pair(const struct vnet *v);

/* Gives it one, which interrupts by `vector`, with VNET_DMA_BYTES of its own. Before there is a client. */
void vnet_pair_add(struct vnet *v, void *dma, uint64_t dma_address, uint16_t vector);

/*
 * Ends what there was and sets the device up for a client: `queues`, as many as the first one says, whose fields up to `nqueues` are set. The first
 * port says how many the client gets: fewer, if there are not so many pairs, or the device does not obey. UNSUPPORTED: it has no station address
 * and none was given, or does not allow what it allowed before; NO_DEVICE: it does not reset any more. After an error there is no client.
 */
NONOS_MUST_CHECK int vnet_open(struct vnet *v, struct nic_client *queues);

/* Resets the device; afterwards it has none of the client's pages. NO_DEVICE: it does not reset, so it may have. */
NONOS_MUST_CHECK int vnet_close(struct vnet *v);

/*
 * A pair's turn: takes what the device has finished and what the client asks for. To be called after an interrupt, after the client's
 * signal, and when vnet_deadline() has come. Returns 0 when there is nothing left to do; 1 if it should be called again, after others had their
 * turn; IO if the device must be brought back, by vnet_recover(); NO_DEVICE if it could not be.
 */
NONOS_MUST_CHECK int vnet_run(struct vnet *v, unsigned pair);

/* Whether a pair's turn has found that the device must be brought back. May be called during turns. */
bool vnet_broken(const struct vnet *v);

/* Brings the device back, with all pairs, each of which must then have a turn. NO_DEVICE: it could not be. */
NONOS_MUST_CHECK int vnet_recover(struct vnet *v);

/*
 * The device's configuration may have changed: looks at the link, and whether the device wants to be reset. Each pair must then have a turn.
 * NO_DEVICE: it could not be brought back.
 */
NONOS_MUST_CHECK int vnet_configured(struct vnet *v);

/* When a pair must have a turn at the latest, monotonic; NONOS_NEVER if it is sending nothing. As a part of its turn. */
uint64_t vnet_deadline(const struct vnet *v, unsigned pair);

#endif
