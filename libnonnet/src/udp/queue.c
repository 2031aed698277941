/*
 * A socket's receive queue: a ring of bytes that holds records, each a header and the datagram.
 */
#include "udp/udp.h"

struct record {
    uint32_t len;
    struct nonnet_udp_message message;
};

/* The place `offset` bytes after another one; neither is more than the ring is long. */
static uint32_t ring_after(const struct nonnet_stack *stack, uint32_t at, uint32_t offset)
{
    uint32_t size = stack->config.udp_receive_len;
    uint32_t sum = at + offset;
    return sum >= size ? sum - size : sum;
}

static void ring_write(const struct nonnet_stack *stack, struct udp_socket *socket,
                       const void *data, uint32_t len)
{
    uint32_t at = ring_after(stack, socket->queue_start, socket->queue_used);
    uint32_t part = stack->config.udp_receive_len - at;

    part = part < len ? part : len;
    memcpy(socket->queue + at, data, part);
    if (len > part)
        memcpy(socket->queue, (const uint8_t *)data + part, len - part);
    socket->queue_used += len;
}

/* Copies `len` bytes that lie `offset` bytes after the start of the queue. */
static void ring_read(const struct nonnet_stack *stack, const struct udp_socket *socket,
                      uint32_t offset, void *out, uint32_t len)
{
    uint32_t at = ring_after(stack, socket->queue_start, offset);
    uint32_t part = stack->config.udp_receive_len - at;

    part = part < len ? part : len;
    memcpy(out, socket->queue + at, part);
    if (len > part)
        memcpy((uint8_t *)out + part, socket->queue, len - part);
}

bool nonnet_udp_queue_put(struct nonnet_stack *stack, struct udp_socket *socket,
                          const struct nonnet_udp_message *message, const uint8_t *data,
                          uint32_t len)
{
    struct record record;

    if (stack->config.udp_receive_len - socket->queue_used < sizeof record + len)
        return false;
    memset(&record, 0, sizeof record);
    record.len = len;
    record.message = *message;
    ring_write(stack, socket, &record, sizeof record);
    if (len > 0)
        ring_write(stack, socket, data, len);
    socket->events |= NONNET_EVENT_READABLE;
    return true;
}

int nonnet_udp_queue_take(struct nonnet_stack *stack, struct udp_socket *socket, uint8_t *data,
                          size_t size, size_t *len, struct nonnet_udp_message *message)
{
    struct record record;

    if (socket->queue_used == 0)
        return NONNET_E_EMPTY;
    ring_read(stack, socket, 0, &record, sizeof record);
    *len = record.len;
    if (size < record.len)
        return NONNET_E_NO_SPACE;
    if (record.len > 0)
        ring_read(stack, socket, sizeof record, data, record.len);
    if (message)
        *message = record.message;
    uint32_t all = (uint32_t)sizeof record + record.len;
    socket->queue_start = ring_after(stack, socket->queue_start, all);
    socket->queue_used -= all;
    if (socket->queue_used > 0)
        socket->events |= NONNET_EVENT_READABLE;
    return NONNET_OK;
}
