/*
 * A ring of bytes in the caller's memory: `used` bytes from `head` on are a queue, and bytes beyond
 * them may be written ahead of time, which is how segments that come out of order find their place.
 *
 * The ring goes round in the first `span` bytes of its memory. The span doubles when more is needed
 * and starts over small when the queue is empty: a large buffer of which little is used stays in
 * the caches.
 */
#ifndef NONNET_TCP_RING_H
#define NONNET_TCP_RING_H

#include <stdint.h>

#include "text.h"

/* Bytes of a ring in place: two pieces, because they may go round its end. */
struct tcp_slices {
    uint8_t *data[2];
    uint32_t len[2];
};

struct tcp_ring {
    uint8_t *data;
    uint32_t size; /* at most 1 GiB, the largest window of RFC 7323 */
    uint32_t span; /* at most the size; 0 at first */
    uint32_t head;
    uint32_t used;
    uint32_t touched; /* of the memory, from its start: what may have been written since the wipe */
};

static inline uint32_t ring_free(const struct tcp_ring *ring)
{
    return ring->size - ring->used;
}

/* Makes the span as large as `len` bytes, at most the size, from the head on need it. */
void nonnet_tcp_ring_need(struct tcp_ring *ring, uint32_t len);

/* The bytes from `offset` to `offset + len`, counted from the head; the sum is at most the span. */
struct tcp_slices nonnet_tcp_ring_slices(const struct tcp_ring *ring, uint32_t offset,
                                         uint32_t len);

/* Copies `len` bytes to `offset`, counted from the head; the sum is at most the size. */
void nonnet_tcp_ring_write(struct tcp_ring *ring, uint32_t offset, const uint8_t *data,
                           uint32_t len);

/* Likewise of the next `len` bytes of a text. */
void nonnet_tcp_ring_write_text(struct tcp_ring *ring, uint32_t offset, struct tcp_text text,
                                uint32_t len);

/* Bytes were written in place, from `offset` to `offset + len` as in nonnet_tcp_ring_slices(). */
void nonnet_tcp_ring_touch(struct tcp_ring *ring, uint32_t offset, uint32_t len);

/* Drops the first `len` bytes of the queue. */
void nonnet_tcp_ring_drop(struct tcp_ring *ring, uint32_t len);

/* Starts over: the queue is empty, and nothing lies beyond it. */
void nonnet_tcp_ring_reset(struct tcp_ring *ring);

/* Overwrites all that went through it, and no more: of a large buffer mostly little was used. */
void nonnet_tcp_ring_wipe(struct tcp_ring *ring);

#endif
