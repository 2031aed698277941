/*
 * A model of a VirtIO network device for the tests. "Physical" addresses are pointers; an access is allowed only inside of what the driver and
 * the client own, so a wild address fails the test. Frames that are sent are kept when model_send() is called, frames arrive by
 * model_arrive(); misbehaviour is switched on by fields.
 */
#ifndef VIRTIO_NET_TESTS_MODEL_H
#define VIRTIO_NET_TESTS_MODEL_H

#include <check_main.h>
#include <stdalign.h>

#include "../vnet.h"

#define CLIENT_BYTES (1u << 20)
#define SENT_MAX     512u

enum nonsense {
    BEHAVES,
    BAD_ID,       /* an id of no slot */
    TWICE,        /* the same id again */
    TOO_LONG,     /* more written than there was room */
    TOO_MANY,     /* the index runs ahead */
    INSIDE_CHAIN, /* an id in the middle of a chain */
};

struct model_queue {
    uint16_t size, vector, enabled;
    uint64_t desc, avail, used;
    uint16_t seen, done;
};

struct model_range {
    uint8_t *base;
    size_t len;
};

struct model {
    /* what the device offers */
    uint64_t offered;
    uint16_t queue_max[VNET_QUEUES];
    uint8_t mac[6];
    uint16_t status_field, mtu;
    bool refuses_features, refuses_vector, never_resets, generation_moves;
    enum nonsense nonsense;
    bool silent, refuses_mac, needs_reset;

    /* registers */
    uint32_t feature_select, driver_select;
    uint64_t accepted;
    uint8_t status, generation;
    uint16_t config_vector, select;
    struct model_queue queues[VNET_QUEUES];

    unsigned resets, signalled, pauses, notified[VNET_QUEUES];
    uint64_t now_ns;
    uint8_t mac_set[6];
    uint8_t sent[SENT_MAX][64]; /* how each frame began */
    uint32_t sent_len[SENT_MAX];
    unsigned nsent;
    struct model_range ranges[2]; /* the driver's and the client's */
};

/* What the driver calls; the context is a struct model. */
extern const struct vnet_ops model_ops;

/* Sends at most `most` frames. Returns how many. */
unsigned model_send(struct model *m, unsigned most);

/* A frame of `len` bytes of `fill` arrives. False if there was no buffer for it. */
bool model_arrive(struct model *m, uint32_t len, uint8_t fill);

#endif
