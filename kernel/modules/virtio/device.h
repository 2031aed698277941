/*
 * What all VirtIO devices have in common (VIRTIO 1.2 sections 2, 3 and 4.1.4.3): status, features, queues. Registers are reached through
 * struct virtio_access, so that a driver runs on the host against a model of its device.
 */
#ifndef VIRTIO_DEVICE_H
#define VIRTIO_DEVICE_H

#include <nonos/result.h>

#include "queue.h"

enum virtio_region { VIRTIO_COMMON, VIRTIO_ISR, VIRTIO_DEVICE };

/* Places in the common configuration (section 4.1.4.3). */
enum virtio_common {
    VIRTIO_DEVICE_FEATURE_SELECT = 0x00,
    VIRTIO_DEVICE_FEATURE = 0x04,
    VIRTIO_DRIVER_FEATURE_SELECT = 0x08,
    VIRTIO_DRIVER_FEATURE = 0x0c,
    VIRTIO_CONFIG_VECTOR = 0x10,
    VIRTIO_STATUS = 0x14,
    VIRTIO_GENERATION = 0x15,
    VIRTIO_QUEUE_SELECT = 0x16,
    VIRTIO_QUEUE_SIZE = 0x18,
    VIRTIO_QUEUE_VECTOR = 0x1a,
    VIRTIO_QUEUE_ENABLE = 0x1c,
    VIRTIO_QUEUE_NOTIFY_OFF = 0x1e,
    VIRTIO_QUEUE_DESC = 0x20,
    VIRTIO_QUEUE_DRIVER = 0x28,
    VIRTIO_QUEUE_DEVICE = 0x30,
    VIRTIO_COMMON_LEN = 0x38
};

enum virtio_status {
    VIRTIO_ACKNOWLEDGE = 1,
    VIRTIO_DRIVER = 2,
    VIRTIO_DRIVER_OK = 4,
    VIRTIO_FEATURES_OK = 8,
    VIRTIO_NEEDS_RESET = 64,
    VIRTIO_FAILED = 128
};

#define VIRTIO_F_INDIRECT        (1ull << 28)
#define VIRTIO_F_EVENT_IDX       (1ull << 29)
#define VIRTIO_F_VERSION_1       (1ull << 32)
#define VIRTIO_F_ACCESS_PLATFORM (1ull << 33)
#define VIRTIO_F_ORDER_PLATFORM  (1ull << 36)
/* What every driver takes where it is offered. */
#define VIRTIO_F_ALWAYS \
    (VIRTIO_F_EVENT_IDX | VIRTIO_F_VERSION_1 | VIRTIO_F_ACCESS_PLATFORM | VIRTIO_F_ORDER_PLATFORM)

#define VIRTIO_NO_VECTOR 0xffffu

struct virtio_access {
    uint32_t (*read)(void *context, enum virtio_region region, unsigned offset, unsigned width);
    void (*write)(void *context, enum virtio_region region, unsigned offset, unsigned width,
                  uint32_t value);
    void (*pause)(void *context); /* about a millisecond, while the device resets itself */
};

struct virtio {
    const struct virtio_access *access;
    void *context;
    uint64_t features; /* negotiated */
};

/* The common configuration. */
uint32_t virtio_read(const struct virtio *v, unsigned offset, unsigned width);
void virtio_write(const struct virtio *v, unsigned offset, unsigned width, uint32_t value);
void virtio_status_add(const struct virtio *v, uint8_t bits);

/*
 * Section 4.1.4.3.2: the reset is complete when the status reads 0. From then on the device touches no memory. NO_DEVICE: it does not
 * become so within a second.
 */
NONOS_MUST_CHECK int virtio_reset(const struct virtio *v);

/* What the device offers, after a reset: the steps of section 3.1.1 up to that. */
uint64_t virtio_offered(const struct virtio *v);

/*
 * The first steps of section 3.1.1 after a reset, up to FEATURES_OK: takes of `wanted` what is offered. UNSUPPORTED: not VirtIO 1, or the
 * device does not want it so.
 */
NONOS_MUST_CHECK int virtio_features(struct virtio *v, uint64_t wanted);

/* A field of the device's own configuration; each is read with its own width (section 4.1.3.1). */
struct virtio_field {
    uint8_t offset;
    uint8_t width; /* 1, 2 or 4 */
};

/*
 * Reads fields of the device's own configuration as they were at one moment (section 2.5.1). UNSUPPORTED: they do not stay the same
 * for long enough.
 */
NONOS_MUST_CHECK int virtio_config_read(const struct virtio *v, const struct virtio_field *fields,
                                        uint32_t *values, unsigned nfields);

/* Where the parts of a queue lie in the driver's memory, which begins at `memory` and, for the device, at `address`. */
struct virtio_queue_place {
    uint8_t *memory;
    uint64_t address;
    uint32_t desc, avail, used; /* offsets */
    uint16_t size_max;
};

/*
 * Sets up queue `index`, as long as the device and the place allow, and interrupting by `vector`; it is not enabled yet. The place is zeroed
 * memory. UNSUPPORTED: there is no such queue, its size is no power of two, or the device has nothing left for the vector.
 */
NONOS_MUST_CHECK int virtio_queue_set_up(const struct virtio *v, uint16_t index, struct virtq *q,
                                         const struct virtio_queue_place *place, uint16_t vector);
void virtio_queue_enable(const struct virtio *v, uint16_t index);

#endif
