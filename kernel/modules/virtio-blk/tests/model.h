/*
 * A model of a VirtIO block device for the tests. The device works when model_step() is called, on as many requests as asked
 * for; misbehaviour is switched on by fields.
 */
#ifndef VIRTIO_BLK_TESTS_MODEL_H
#define VIRTIO_BLK_TESTS_MODEL_H

#include "../../virtio/tests/model.h"
#include "../vblk.h"

#define DISK_BYTES    (4u << 20)
#define MODEL_CLIENTS (REACH_RANGES - 1)
#define CLIENT_BYTES  (1u << 20)

struct model {
    struct virtio_model virtio;
    uint64_t sectors;
    uint32_t size_max, seg_max, block_size;
    bool fails_io;
    unsigned notified, signalled, released, worked, indirect;
    uint8_t disk[DISK_BYTES];
    uint8_t durable[DISK_BYTES]; /* what a FLUSH has made safe */
    struct vblk_client *last_released;
};

/* What the driver calls; the context is a struct model. */
extern const struct vblk_ops model_ops;

/* The device's own configuration. */
uint32_t model_config(struct virtio_model *virtio, unsigned offset, unsigned width);

/* Does at most `most` requests. Returns how many. */
unsigned model_step(struct model *m, unsigned most);

#endif
