#include "ring.h"

#include <string.h>

#define SPAN_MIN (128u * 1024u)

void nonnet_tcp_ring_reset(struct tcp_ring *ring)
{
    ring->head = 0;
    ring->span = ring->size < SPAN_MIN ? ring->size : SPAN_MIN;
}

void nonnet_tcp_ring_wipe(struct tcp_ring *ring)
{
    if (ring->touched > 0)
        memset(ring->data, 0, ring->touched);
    ring->touched = 0;
}

static void touch_until(struct tcp_ring *ring, uint32_t end)
{
    if (end > ring->touched)
        ring->touched = end;
}

void nonnet_tcp_ring_touch(struct tcp_ring *ring, uint32_t offset, uint32_t len)
{
    uint32_t at = ring->head + offset;
    if (at >= ring->span)
        at -= ring->span;
    touch_until(ring, len < ring->span - at ? at + len : ring->span);
}

void nonnet_tcp_ring_need(struct tcp_ring *ring, uint32_t len)
{
    if (ring->span == 0)
        nonnet_tcp_ring_reset(ring);
    while (ring->span < len) {
        uint32_t before = ring->span;
        ring->span = ring->size - before < before ? ring->size : 2 * before;
        /*
         * What lay before the head came behind the old end, and has to again; where the new part
         * is too short for all of it, the rest moves to the front.
         */
        uint32_t fits = ring->head < ring->span - before ? ring->head : ring->span - before;
        if (fits > 0) {
            memcpy(ring->data + before, ring->data, fits);
            touch_until(ring, before + fits);
        }
        if (fits < ring->head)
            memmove(ring->data, ring->data + fits, ring->head - fits);
    }
}

struct tcp_slices nonnet_tcp_ring_slices(const struct tcp_ring *ring, uint32_t offset, uint32_t len)
{
    uint32_t at = ring->head + offset;
    if (at >= ring->span)
        at -= ring->span;
    uint32_t first = len < ring->span - at ? len : ring->span - at;
    return (struct tcp_slices){.data = {ring->data + at, ring->data}, .len = {first, len - first}};
}

void nonnet_tcp_ring_write(struct tcp_ring *ring, uint32_t offset, const uint8_t *data,
                           uint32_t len)
{
    nonnet_tcp_ring_need(ring, offset + len);
    struct tcp_slices to = nonnet_tcp_ring_slices(ring, offset, len);

    if (to.len[0] > 0)
        memcpy(to.data[0], data, to.len[0]);
    if (to.len[1] > 0)
        memcpy(to.data[1], data + to.len[0], to.len[1]);
    nonnet_tcp_ring_touch(ring, offset, len);
}

void nonnet_tcp_ring_write_text(struct tcp_ring *ring, uint32_t offset, struct tcp_text text,
                                uint32_t len)
{
    nonnet_tcp_ring_need(ring, offset + len);
    while (len > 0) {
        uint32_t n = tcp_text_piece(&text, len);
        nonnet_tcp_ring_write(ring, offset, text.data, n);
        tcp_text_pass(&text, n);
        offset += n;
        len -= n;
    }
}

void nonnet_tcp_ring_drop(struct tcp_ring *ring, uint32_t len)
{
    ring->head += len;
    if (ring->head >= ring->span && ring->span > 0)
        ring->head -= ring->span;
    ring->used -= len;
}
