/*
 * A split virtqueue (VIRTIO 1.2 section 2.7). The device is not trusted: what it wrote is copied once, then checked.
 */
#ifndef VIRTIO_QUEUE_H
#define VIRTIO_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#define VIRTQ_NEXT     1u /* descriptor flags */
#define VIRTQ_WRITE    2u /* the device writes */
#define VIRTQ_INDIRECT 4u

struct virtq_desc {
    uint64_t address;
    uint32_t len;
    uint16_t flags;
    uint16_t next;
};

/* Bytes of the three parts for a queue of `size` entries, both event words included. */
#define VIRTQ_DESC_BYTES(size)  (16u * (size))
#define VIRTQ_AVAIL_BYTES(size) (6u + 2u * (size))
#define VIRTQ_USED_BYTES(size)  (6u + 8u * (size))

struct virtq {
    struct virtq_desc *desc;
    uint16_t *avail; /* flags, index, ring[size], used_event */
    uint16_t *used;  /* flags, index, ring[size] of id and length, avail_event */
    uint16_t size;   /* a power of two */
    uint16_t put;    /* entries put, ever */
    uint16_t published;
    uint16_t taken; /* used entries taken, ever */
    bool event_idx; /* VIRTIO_F_EVENT_IDX was negotiated */
};

/* The three parts are zeroed memory that the device can reach. */
void virtq_init(struct virtq *q, void *desc, void *avail, void *used, uint16_t size,
                bool event_idx);

/* Puts the chain that begins at descriptor `head`. The caller keeps at most `size` chains on their way. */
void virtq_put(struct virtq *q, uint16_t head);

/* Shows the device what was put. True if it wants to be notified. */
bool virtq_publish(struct virtq *q);

enum virtq_taken { VIRTQ_NONE, VIRTQ_TAKEN, VIRTQ_NONSENSE };

/* Takes one used entry. NONSENSE: the device claims to have used more than the `in_flight` chains that it has. */
enum virtq_taken virtq_take(struct virtq *q, unsigned in_flight, uint32_t *id, uint32_t *len);

/* Asks for an interrupt at the next used entry. False if there is one already: take it. */
bool virtq_may_wait(struct virtq *q);

#endif
