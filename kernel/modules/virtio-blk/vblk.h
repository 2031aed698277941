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

#include "queue.h"

enum vblk_region { VBLK_COMMON, VBLK_ISR, VBLK_DEVICE };

/* Places in the common configuration (section 4.1.4.3). */
enum vblk_common {
    VBLK_DEVICE_FEATURE_SELECT = 0x00,
    VBLK_DEVICE_FEATURE = 0x04,
    VBLK_DRIVER_FEATURE_SELECT = 0x08,
    VBLK_DRIVER_FEATURE = 0x0c,
    VBLK_CONFIG_VECTOR = 0x10,
    VBLK_STATUS = 0x14,
    VBLK_GENERATION = 0x15,
    VBLK_QUEUE_SELECT = 0x16,
    VBLK_QUEUE_SIZE = 0x18,
    VBLK_QUEUE_VECTOR = 0x1a,
    VBLK_QUEUE_ENABLE = 0x1c,
    VBLK_QUEUE_NOTIFY_OFF = 0x1e,
    VBLK_QUEUE_DESC = 0x20,
    VBLK_QUEUE_DRIVER = 0x28,
    VBLK_QUEUE_DEVICE = 0x30,
    VBLK_COMMON_LEN = 0x38
};

/* Places in the device's own configuration (section 5.2.4). */
enum vblk_config {
    VBLK_CAPACITY = 0,
    VBLK_SIZE_MAX = 8,
    VBLK_SEG_MAX = 12,
    VBLK_BLOCK_SIZE = 20,
    VBLK_CONFIG_LEN = 24
};

enum vblk_status {
    VBLK_ACKNOWLEDGE = 1,
    VBLK_DRIVER = 2,
    VBLK_DRIVER_OK = 4,
    VBLK_FEATURES_OK = 8,
    VBLK_NEEDS_RESET = 64,
    VBLK_FAILED = 128
};

#define VBLK_F_SIZE_MAX        (1ull << 1)
#define VBLK_F_SEG_MAX         (1ull << 2)
#define VBLK_F_RO              (1ull << 5)
#define VBLK_F_BLK_SIZE        (1ull << 6)
#define VBLK_F_FLUSH           (1ull << 9)
#define VBLK_F_INDIRECT        (1ull << 28)
#define VBLK_F_EVENT_IDX       (1ull << 29)
#define VBLK_F_VERSION_1       (1ull << 32)
#define VBLK_F_ACCESS_PLATFORM (1ull << 33)
#define VBLK_F_ORDER_PLATFORM  (1ull << 36)

enum vblk_type { VBLK_IN = 0, VBLK_OUT = 1, VBLK_FLUSH = 4, VBLK_GET_ID = 8 };
enum vblk_answer { VBLK_S_OK = 0, VBLK_S_IOERR = 1, VBLK_S_UNSUPPORTED = 2 };

#define VBLK_NO_VECTOR   0xffffu
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
    uint32_t (*read)(void *context, enum vblk_region region, unsigned offset, unsigned width);
    void (*write)(void *context, enum vblk_region region, unsigned offset, unsigned width,
                  uint32_t value);
    void (*notify)(void *context); /* tells the device to look at queue 0 */
    uint64_t (*now_ns)(void *context);
    void (*pause)(void *context); /* about a millisecond, while the device resets itself */
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
    const struct vblk_ops *ops;
    void *context;
    uint8_t *dma;
    uint64_t dma_address;
    uint16_t vector; /* MSI-X vector of the queue, or VBLK_NO_VECTOR */

    struct virtq queue;
    uint64_t features;
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
