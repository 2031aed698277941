/*
 * A model of a VirtIO network device for the tests. Frames that are sent are kept when model_send() is called, frames arrive by
 * model_arrive(), both by the pair of queues that was chosen; misbehaviour is switched on by fields.
 */
#ifndef VIRTIO_NET_TESTS_MODEL_H
#define VIRTIO_NET_TESTS_MODEL_H

#include "../../driver/tests/nic_model.h"
#include "../../virtio/tests/model.h"
#include "../vnet.h"

struct model {
    struct virtio_model virtio;
    struct nic_model nic; /* frames and signals; the clock and resets are above */
    uint8_t mac[6];
    uint16_t status_field, mtu;
    uint16_t max_pairs;
    bool refuses_mac, refuses_pairs;
    uint8_t answer;      /* to commands, if not 0 */
    bool silent_command; /* commands are not answered */
    unsigned no_notify;  /* 1 + a place where it cannot be told anything, or 0 */
    unsigned pairs,
        pairs_reset; /* that the driver wanted used, and how many resets there had been then */
    unsigned pair;   /* the chosen one */
    unsigned notified[VNET_PLACES];
    uint16_t indices[VNET_PLACES]; /* of the virtqueues that are notified there */
    uint8_t mac_set[6];
    uint8_t sent_header[NIC_SENT_MAX][VNET_HEADER_LEN];
    uint32_t sent_sum[NIC_SENT_MAX]; /* of all its bytes */
    unsigned sent_parts[NIC_SENT_MAX];
    int buffers_lie; /* what a header says of the number of buffers, if not 0: more than there are */
};

/* What the driver calls; the context is a struct model. */
extern const struct vnet_ops model_ops;

/* The device's own configuration. */
uint32_t model_config(struct virtio_model *virtio, unsigned offset, unsigned width);

/* The virtqueue of a direction of the chosen pair. */
unsigned model_queue(const struct model *m, unsigned direction);

/* Turns of all pairs; the device is brought back if one found that it must be. Returns what vnet_run() does, but never IO. */
NONOS_MUST_CHECK int model_turns(struct vnet *v);

/* Sends at most `most` frames. Returns how many. */
unsigned model_send(struct model *m, unsigned most);

/*
 * A frame of `len` bytes of `fill` arrives behind `header`, whose number of buffers the device fills in; in several buffers if that was
 * negotiated. False: there were not enough.
 */
bool model_arrive_said(struct model *m, const uint8_t header[VNET_HEADER_LEN], uint32_t len,
                       uint8_t fill);

/* A frame of `len` bytes of `fill` arrives. False if there was no buffer for it. */
bool model_arrive(struct model *m, uint32_t len, uint8_t fill);

#endif
