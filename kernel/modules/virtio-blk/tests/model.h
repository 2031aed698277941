/*
 * A model of a VirtIO block device for the tests. "Physical" addresses are pointers; an access is allowed only inside of what the driver and
 * the clients own, so a wild address fails the test. The device works when model_step() is called, on as many requests as asked
 * for; misbehaviour is switched on by fields.
 */
#ifndef VIRTIO_TESTS_MODEL_H
#define VIRTIO_TESTS_MODEL_H

#include <check_main.h>
#include <stdalign.h>

#include "../vblk.h"

#define DISK_BYTES    (4u << 20)
#define MODEL_CLIENTS 20
#define CLIENT_BYTES  (1u << 20)

enum nonsense {
    BEHAVES,
    BAD_ID,       /* an id of no slot */
    TWICE,        /* the same id again */
    TOO_LONG,     /* more written than there was room */
    TOO_MANY,     /* the index runs ahead */
    INSIDE_CHAIN, /* an id in the middle of a chain */
};

struct model_range {
    uint8_t *base;
    size_t len;
};

struct model {
    /* what the device offers */
    uint64_t offered;
    uint16_t queue_max;
    uint64_t sectors;
    uint32_t size_max, seg_max, block_size;
    bool refuses_features, refuses_vector, never_resets, generation_moves;
    enum nonsense nonsense;
    bool silent, fails_io, needs_reset;

    /* registers */
    uint32_t feature_select, driver_select;
    uint64_t accepted;
    uint8_t status;
    uint8_t generation;
    uint16_t queue_size, vector, enabled;
    uint64_t desc, avail, used;

    uint16_t seen, done;
    unsigned resets, notified, signalled, released, worked, pauses, indirect;
    uint64_t now_ns;
    uint8_t disk[DISK_BYTES];
    uint8_t durable[DISK_BYTES]; /* what a FLUSH has made safe */
    struct model_range ranges[MODEL_CLIENTS + 1];
    unsigned nranges;
    struct vblk_client *last_released;
};

/* What the driver calls; the context is a struct model. */
extern const struct vblk_ops model_ops;

/* Does at most `most` requests. Returns how many. */
unsigned model_step(struct model *m, unsigned most);

#endif
