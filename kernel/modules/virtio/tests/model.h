/*
 * What the models of VirtIO devices share: the common registers and the split queue, for tests of drivers. Misbehaviour is switched on by
 * fields. A model of one kind of device has this as its first member, which is the drivers' context.
 */
#ifndef VIRTIO_TESTS_MODEL_H
#define VIRTIO_TESTS_MODEL_H

#include "../../driver/tests/reach.h"
#include "../device.h"

#define VIRTIO_MODEL_QUEUES 17

enum nonsense {
    BEHAVES,
    BAD_ID,       /* an id of no slot */
    TWICE,        /* the same id again */
    TOO_LONG,     /* more written than there was room */
    TOO_MANY,     /* the index runs ahead */
    INSIDE_CHAIN, /* an id in the middle of a chain */
};

struct virtio_model_queue {
    uint16_t size, vector, enabled;
    uint64_t desc, avail, used;
    uint16_t seen, done;
};

struct virtio_model {
    /* what the device offers */
    uint64_t offered;
    uint16_t queue_max[VIRTIO_MODEL_QUEUES];
    uint32_t (*config)(struct virtio_model *m, unsigned offset, unsigned width);
    bool refuses_features, refuses_vector, never_resets, generation_moves;
    bool silent, needs_reset;
    enum nonsense nonsense;

    /* registers */
    uint32_t feature_select, driver_select;
    uint64_t accepted;
    uint8_t status, generation;
    uint16_t config_vector, select;
    struct virtio_model_queue queues[VIRTIO_MODEL_QUEUES];

    unsigned resets, pauses;
    uint64_t now_ns;
    struct reach reach; /* the driver's and its clients' memory */
};

/* Registers for a driver; the context is a struct virtio_model. */
extern const struct virtio_access virtio_model_access;

/* The next chain that the driver put into a queue. False: there is none, or the device does not work. */
bool virtio_model_next(struct virtio_model *m, unsigned queue, uint16_t *head);

/* Descriptor `at` of a queue. */
const struct virtq_desc *virtio_model_desc(struct virtio_model *m, unsigned queue, uint16_t at);

/* Gives a chain back with `len` bytes written, of `room`, or whatever nonsense was asked for. */
void virtio_model_used(struct virtio_model *m, unsigned queue, uint16_t head, uint32_t len,
                       uint32_t room);

#endif
