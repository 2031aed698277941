/*
 * The VirtIO block driver proper (VIRTIO 1.2 section 5.2), without its surroundings: registers, clock and wake-ups come through struct
 * vblk_ops, memory is given, so that it runs on the host against a model of the device.
 *
 * Requests come from clients' rings (nonos/block.h) and go to the device with the addresses of the clients' own pages: nothing is
 * copied. A slot stands for a request on its way; a slot's chain of descriptors is fixed, so that what the device reports names
 * a slot or is nonsense. On nonsense, failure or silence the device is reset, what was on its way ends with an error, and the
 * device is set up anew.
 */
#ifndef VIRTIO_VBLK_H
#define VIRTIO_VBLK_H

#include <nonos/block.h>
#include <nonos/result.h>
#include <nonos/ring.h>

#include "../virtio/device.h"

/* Places in the device's own configuration (section 5.2.4). */
enum vblk_config {
    VBLK_CAPACITY = 0,
    VBLK_SIZE_MAX = 8,
    VBLK_SEG_MAX = 12,
    VBLK_BLOCK_SIZE = 20,
    VBLK_CONFIG_LEN = 24
};

#define VBLK_F_SIZE_MAX (1ull << 1)
#define VBLK_F_SEG_MAX  (1ull << 2)
#define VBLK_F_RO       (1ull << 5)
#define VBLK_F_BLK_SIZE (1ull << 6)
#define VBLK_F_FLUSH    (1ull << 9)

enum vblk_type { VBLK_IN = 0, VBLK_OUT = 1, VBLK_FLUSH = 4, VBLK_GET_ID = 8 };
enum vblk_answer { VBLK_S_OK = 0, VBLK_S_IOERR = 1, VBLK_S_UNSUPPORTED = 2 };

#define VBLK_CLIENTS     16u
#define VBLK_SLOTS       64u
#define VBLK_QUEUE_MAX   128u
#define VBLK_REQUEST_MAX (128u << 10)                  /* bytes */
#define VBLK_SEGMENTS    (VBLK_REQUEST_MAX / 4096 + 1) /* data need not begin at a page */
#define VBLK_CHAIN       (VBLK_SEGMENTS + 2)           /* header and status */
#define VBLK_ID_LEN      20u
#define VBLK_TIMEOUT_NS  10000000000ull
#define VBLK_RESETS_MAX  5u /* without a completed request between them */

/* The driver's own DMA memory: contiguous, zeroed. */
#define VBLK_DMA_BYTES 49152u

struct vblk_client {
    struct nonos_ring_end requests, completions;
    const uint64_t *pages; /* the device's address of each page of the client's Memory */
    uint64_t len;          /* of the Memory, whole pages */
    unsigned in_flight;
    bool closed;  /* waits until nothing of it is on its way */
    bool pending; /* completions were put since it was last signalled */
    void *context;
};

struct vblk_ops {
    const struct virtio_access *access;
    void (*notify)(void *context); /* tells the device to look at queue 0 */
    uint64_t (*now_ns)(void *context);
    void (*signal)(void *context, struct vblk_client *client);
    void (*released)(void *context, struct vblk_client *client); /* nothing refers to it */
};

struct vblk_slot {
    bool busy;
    struct vblk_client *client; /* NULL: the driver's own request */
    uint64_t id;
    uint64_t deadline_ns;
    uint32_t written_max; /* bytes that the device may have written */
};

struct vblk {
    struct virtio device; /* its context is that of all ops */
    const struct vblk_ops *ops;
    void *context;
    uint8_t *dma;
    uint64_t dma_address;
    uint16_t vector; /* MSI-X vector of the queue, or VIRTIO_NO_VECTOR */

    struct virtq queue;
    uint32_t block_size;
    uint64_t nblocks;
    uint32_t request_max; /* bytes */
    uint32_t segment_max; /* bytes of one segment */
    unsigned nsegments;   /* of one request */
    unsigned nslots;
    char serial[VBLK_ID_LEN];

    struct vblk_slot slots[VBLK_SLOTS];
    unsigned in_flight;
    uint64_t now_ns;  /* when vblk_run() began */
    uint64_t look_ns; /* when status and deadlines are looked at next */
    struct vblk_client *clients[VBLK_CLIENTS];
    unsigned turn;   /* client that is served first */
    unsigned resets; /* since a request last succeeded */
    bool dead;
};

/*
 * Resets the device and brings it up. `dma` is VBLK_DMA_BYTES that the device sees at `dma_address`. NO_DEVICE: it does not reset.
 * UNSUPPORTED: not VirtIO 1, or limits that this driver cannot keep. After an error the device is marked FAILED.
 */
NONOS_MUST_CHECK int vblk_start(struct vblk *v, const struct vblk_ops *ops, void *context,
                                void *dma, uint64_t dma_address, uint16_t vector);

/* Adds a client, whose fields up to `len` are set. NO_SPACE. */
NONOS_MUST_CHECK int vblk_client_add(struct vblk *v, struct vblk_client *client);

/* No request of the client is taken any more; `released` is called when the device has none of its pages, maybe at once. */
void vblk_client_close(struct vblk *v, struct vblk_client *client);

/*
 * Takes what the device has finished and what clients ask for. To be called after an interrupt, after a client's signal, and when
 * vblk_deadline() has come. Returns 0 when there is nothing left to do; 1 if it should be called again, after others had their
 * turn; NO_DEVICE if the device could not be brought back: requests are answered so from now on, but for those of which the device
 * may still have the pages.
 */
NONOS_MUST_CHECK int vblk_run(struct vblk *v);

/* When vblk_run() must be called at the latest, monotonic; NONOS_NEVER if nothing is on its way. */
uint64_t vblk_deadline(const struct vblk *v);

#endif
