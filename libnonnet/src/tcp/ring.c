#include "ring.h"

#include <string.h>

struct tcp_slices nonnet_tcp_ring_slices(const struct tcp_ring *ring, uint32_t offset, uint32_t len)
{
    uint32_t at = ring->head + offset;
    if (at >= ring->size)
        at -= ring->size;
    uint32_t first = len < ring->size - at ? len : ring->size - at;
    return (struct tcp_slices){.data = {ring->data + at, ring->data}, .len = {first, len - first}};
}

void nonnet_tcp_ring_write(struct tcp_ring *ring, uint32_t offset, const uint8_t *data,
                           uint32_t len)
{
    struct tcp_slices to = nonnet_tcp_ring_slices(ring, offset, len);

    if (to.len[0] > 0)
        memcpy(to.data[0], data, to.len[0]);
    if (to.len[1] > 0)
        memcpy(to.data[1], data + to.len[0], to.len[1]);
}

void nonnet_tcp_ring_drop(struct tcp_ring *ring, uint32_t len)
{
    ring->head += len;
    if (ring->head >= ring->size)
        ring->head -= ring->size;
    ring->used -= len;
}
