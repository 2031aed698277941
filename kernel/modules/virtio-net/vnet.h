/*
 * The VirtIO network driver proper (VIRTIO 1.2 section 5.1), without its surroundings: registers, clock and wake-ups come through struct
 * vnet_ops, memory is given, so that it runs on the host against a model of the device.
 *
 * Buffers come from the client's rings (nonos/nic.h) and go to the device with the addresses of the client's own pages: nothing is
 * copied. A slot stands for a buffer that the device has; a slot's two descriptors are fixed, so that what the device reports names a
 * slot or is nonsense. On nonsense, failure or silence the device is reset and set up anew: frames that were being sent are lost, as
 * on any network, and the buffers for arriving ones go to it again.
 *
 * No offload is negotiated: the stack computes and checks every checksum, and a frame is one buffer.
 */
#ifndef VIRTIO_VNET_H
#define VIRTIO_VNET_H

#include <nonos/nic.h>
#include <nonos/result.h>

#include "../virtio/device.h"

/* Places in the device's own configuration (section 5.1.4). */
enum vnet_config { VNET_MAC = 0, VNET_STATUS = 6, VNET_MTU = 10, VNET_CONFIG_LEN = 12 };

#define VNET_S_LINK_UP 1u

#define VNET_F_MTU      (1ull << 3)
#define VNET_F_MAC      (1ull << 5)
#define VNET_F_STATUS   (1ull << 16)
#define VNET_F_CTRL_VQ  (1ull << 17)
#define VNET_F_CTRL_MAC (1ull << 23)

enum vnet_queue_index { VNET_RX, VNET_TX, VNET_CTRL, VNET_QUEUES };

#define VNET_HEADER_LEN 12u /* in front of each frame (section 5.1.6) */
#define VNET_SLOTS      128u
#define VNET_QUEUE_MAX  (2 * VNET_SLOTS)
#define VNET_MTU_MIN    576u
#define VNET_MTU_MAX    (4096u - NONOS_NIC_HEADER_LEN)
#define VNET_MTU_USUAL  1500u
#define VNET_TIMEOUT_NS 10000000000ull /* to send a frame */
#define VNET_RESETS_MAX 5u             /* without anything done between them */
#define VNET_MAC_LEN    6u

/* The driver's own DMA memory: contiguous, zeroed. */
#define VNET_DMA_BYTES 20480u

struct vnet_client {
    struct nonos_ring_end rings[NONOS_NIC_RINGS];
    struct nonos_nic_status *status;
    const uint64_t *pages; /* the device's address of each page of the client's Memory */
    uint64_t len;          /* of the Memory, whole pages */
    uint64_t mac;          /* wanted, or 0 */
    bool pending;          /* something was put or changed since it was last signalled */
};

struct vnet_ops {
    const struct virtio_access *access;
    void (*notify)(void *context, unsigned queue); /* tells the device to look at it */
    uint64_t (*now_ns)(void *context);
    void (*signal)(void *context); /* the client */
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

struct vnet {
    struct virtio device; /* its context is that of all ops */
    const struct vnet_ops *ops;
    void *context;
    uint8_t *dma;
    uint64_t dma_address;
    uint16_t vector, config_vector; /* of MSI-X, or VIRTIO_NO_VECTOR */

    struct vnet_client *client; /* NULL: the device is idle */
    struct vnet_queue queues[2];
    struct virtq control;
    uint64_t own_mac; /* 0: the device has none */
    uint64_t mac;     /* in use */
    uint32_t mtu;
    bool link;
    uint64_t counters[NONOS_NIC_COUNTERS];
    uint64_t now_ns;  /* when vnet_run() began */
    uint64_t look_ns; /* when status and deadlines are looked at next */
    unsigned resets;  /* since the device last did something */
    bool dead;
};

/*
 * Resets the device, reads what it is, and leaves it idle. `dma` is VNET_DMA_BYTES that the device sees at `dma_address`. NO_DEVICE: it does
 * not reset. UNSUPPORTED: not VirtIO 1, or an MTU below VNET_MTU_MIN.
 */
NONOS_MUST_CHECK int vnet_start(struct vnet *v, const struct vnet_ops *ops, void *context,
                                void *dma, uint64_t dma_address, uint16_t vector,
                                uint16_t config_vector);

/*
 * Ends what there was and sets the device up for a client, whose fields up to `mac` are set. UNSUPPORTED: it has no station address and none was
 * given, or does not allow what it allowed before; NO_DEVICE: it does not reset any more. After an error there is no client.
 */
NONOS_MUST_CHECK int vnet_open(struct vnet *v, struct vnet_client *client);

/* Resets the device; afterwards it has none of the client's pages. NO_DEVICE: it does not reset, so it may have. */
NONOS_MUST_CHECK int vnet_close(struct vnet *v);

/*
 * Takes what the device has finished and what the client asks for. To be called after an interrupt, after the client's signal, and when
 * vnet_deadline() has come. Returns 0 when there is nothing left to do; 1 if it should be called again, after others had their turn;
 * NO_DEVICE if the device could not be brought back.
 */
NONOS_MUST_CHECK int vnet_run(struct vnet *v);

/* The device's configuration may have changed: looks at the link, and whether the device wants to be reset. As vnet_run(). */
NONOS_MUST_CHECK int vnet_configured(struct vnet *v);

/* When vnet_run() must be called at the latest, monotonic; NONOS_NEVER if nothing is being sent. */
uint64_t vnet_deadline(const struct vnet *v);

#endif
