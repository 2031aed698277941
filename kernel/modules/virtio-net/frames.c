#include "frames.h"

#include <string.h>

#define HEADER_BYTES 16u
#define TABLE_BYTES  VIRTQ_DESC_BYTES(VNET_TABLE)

_Static_assert(VNET_HEADER_LEN <= HEADER_BYTES, "headers");
_Static_assert(VNET_HEADERS_AT + VNET_SLOTS * HEADER_BYTES <= VNET_TABLES_AT, "headers");
_Static_assert(VNET_TABLES_AT % 16 == 0 &&
                   VNET_TABLES_AT + VNET_SLOTS * TABLE_BYTES <= VNET_DMA_BYTES,
               "tables");

/*
 * A buffer for a frame that arrives is one descriptor, with the header in front: so merged buffers are filled from their beginning
 * (section 5.1.6.3.1).
 */
static void rx_describe(struct vnet *v, unsigned slot, const struct nonos_nic_buffer *b)
{
    v->queues[VNET_RX].ring.desc[2 * slot] =
        (struct virtq_desc){nic_port_address(&v->port, b), b->len, VIRTQ_WRITE, 0};
}

/* The pages of a train, behind its header, in the slot's table. Returns the number of descriptors. */
static unsigned table_fill(struct vnet *v, struct virtq_desc *table, uint64_t header,
                           const struct nonos_nic_buffer *b)
{
    struct nonos_nic_buffer left = *b;
    unsigned n = 0;
    table[n++] = (struct virtq_desc){header, VNET_HEADER_LEN, VIRTQ_NEXT, 1};
    while (left.len > 0) {
        uint32_t len = NIC_PAGE - left.offset % NIC_PAGE;
        len = len < left.len ? len : left.len;
        table[n] = (struct virtq_desc){nic_port_address(&v->port, &left), len, VIRTQ_NEXT,
                                       (uint16_t)(n + 1)};
        left.offset += len;
        left.len -= len;
        n++;
    }
    table[n - 1].flags = 0;
    table[n - 1].next = 0;
    return n;
}

static void tx_describe(struct vnet *v, unsigned slot, const struct nonos_nic_buffer *b)
{
    struct virtq_desc *desc = v->queues[VNET_TX].ring.desc + 2 * slot;
    uint32_t header = VNET_HEADERS_AT + slot * HEADER_BYTES,
             table = VNET_TABLES_AT + slot * TABLE_BYTES;
    vnet_header_write(v->dma + header, b);
    if (b->flags & NONOS_NIC_FRAME_SEGMENTS) {
        unsigned n = table_fill(v, (struct virtq_desc *)(void *)(v->dma + table),
                                v->dma_address + header, b);
        desc[0] =
            (struct virtq_desc){v->dma_address + table, VIRTQ_DESC_BYTES(n), VIRTQ_INDIRECT, 0};
        return;
    }
    desc[0] = (struct virtq_desc){v->dma_address + header, VNET_HEADER_LEN, VIRTQ_NEXT,
                                  (uint16_t)(2 * slot + 1)};
    desc[1] = (struct virtq_desc){nic_port_address(&v->port, b), b->len, 0, 0};
}

void vnet_buffer_submit(struct vnet *v, unsigned queue, const struct nonos_nic_buffer *b)
{
    struct vnet_queue *q = &v->queues[queue];
    unsigned slot = q->free[--q->nfree];
    if (queue == VNET_RX)
        rx_describe(v, slot, b);
    else
        tx_describe(v, slot, b);
    q->slots[slot] = (struct vnet_slot){true, *b, v->port.now_ns + NIC_TIMEOUT_NS};
    virtq_put(&q->ring, (uint16_t)(2 * slot));
}

unsigned vnet_in_flight(const struct vnet *v, unsigned queue)
{
    return v->queues[queue].nslots - v->queues[queue].nfree;
}

/* The slot that the device names; NULL if it does not have it. */
static struct vnet_slot *slot_named(struct vnet *v, unsigned queue, uint32_t id)
{
    struct vnet_queue *q = &v->queues[queue];
    return id % 2 || id / 2 >= q->nslots || !q->slots[id / 2].busy ? NULL : &q->slots[id / 2];
}

static void slot_free(struct vnet *v, unsigned queue, unsigned slot)
{
    struct vnet_queue *q = &v->queues[queue];
    q->slots[slot].busy = false;
    q->free[q->nfree++] = (uint8_t)slot;
    v->port.resets = 0;
}

/* A frame was sent; false if that cannot be. */
static bool frame_sent(struct vnet *v, uint32_t id)
{
    struct vnet_slot *slot = slot_named(v, VNET_TX, id);
    if (!slot)
        return false;
    slot_free(v, VNET_TX, id / 2);
    v->port.counters[NONOS_NIC_TX_FRAMES]++;
    nic_port_return(&v->port, NIC_TX, slot->buffer.offset, 0);
    return true;
}

/* Notes part `index` of a frame; false if the device cannot have filled this buffer. */
static bool part_note(struct vnet *v, unsigned index, uint32_t id, uint32_t len)
{
    struct vnet_slot *slot = slot_named(v, VNET_RX, id);
    if (!slot || len > slot->buffer.len || (len == 0 && index > 0))
        return false;
    slot->busy = false; /* so that it is not named twice */
    v->parts[index] = (struct vnet_part){(uint8_t)(id / 2), len};
    return true;
}

/*
 * Takes the other parts of a frame: section 5.1.6.4 has them used together. Returns how many there are with the first; 0 if that cannot be,
 * and then the buffers are the device's, as far as we know.
 */
static unsigned parts_take(struct vnet *v, const uint8_t *header)
{
    bool merges = v->device.features & VNET_F_MRG_RXBUF;
    unsigned wanted = merges ? vnet_header_buffers(header) : 1, n = 1;
    uint32_t id, len;
    while (n < wanted && n < VNET_SLOTS &&
           virtq_take(&v->queues[VNET_RX].ring, vnet_in_flight(v, VNET_RX) - n, &id, &len) ==
               VIRTQ_TAKEN &&
           part_note(v, n, id, len))
        n++;
    if (n == wanted)
        return n;
    for (unsigned i = 0; i < n; i++)
        v->queues[VNET_RX].slots[v->parts[i].slot].busy = true;
    return 0;
}

/* A frame that is none: its buffers go to the device again. */
static void frame_drop(struct vnet *v, unsigned nparts, enum nonos_nic_counter counter)
{
    v->port.counters[counter]++;
    for (unsigned i = 0; i < nparts; i++) {
        struct nonos_nic_buffer b = v->queues[VNET_RX].slots[v->parts[i].slot].buffer;
        slot_free(v, VNET_RX, v->parts[i].slot);
        vnet_buffer_submit(v, VNET_RX, &b);
    }
}

/* Gives the parts of a frame to the client, of which `said` is said. */
static void frame_deliver(struct vnet *v, unsigned nparts, const struct nonos_nic_buffer *said)
{
    v->port.counters[NONOS_NIC_RX_FRAMES]++;
    for (unsigned i = 0; i < nparts; i++) {
        struct nonos_nic_buffer b = i == 0 ? *said : (struct nonos_nic_buffer){0};
        b.offset = v->queues[VNET_RX].slots[v->parts[i].slot].buffer.offset;
        b.head = i == 0 ? VNET_HEADER_LEN : 0;
        b.len = v->parts[i].len - b.head;
        b.flags |= i + 1 < nparts ? NONOS_NIC_FRAME_MORE : 0;
        slot_free(v, VNET_RX, v->parts[i].slot);
        nic_port_deliver(&v->port, &b);
    }
}

/*
 * A frame arrived; false if that cannot be. Its header lies in the client's Memory, where it may change: it is copied first, and who
 * changes it hurts himself.
 */
static bool frame_arrived(struct vnet *v, uint32_t id, uint32_t len)
{
    uint8_t header[VNET_HEADER_LEN];
    struct nonos_nic_buffer said;
    uint32_t total = 0;
    if (!part_note(v, 0, id, len))
        return false;
    memcpy(header, nic_port_data(&v->port, &v->queues[VNET_RX].slots[id / 2].buffer),
           VNET_HEADER_LEN);
    unsigned nparts = len < VNET_HEADER_LEN + NONOS_NIC_HEADER_LEN ? 1 : parts_take(v, header);
    for (unsigned i = 0; i < nparts; i++)
        total += v->parts[i].len;
    if (nparts == 0)
        return false;
    if (total < VNET_HEADER_LEN + NONOS_NIC_HEADER_LEN)
        frame_drop(v, nparts, NONOS_NIC_RX_SHORT);
    else if (!vnet_header_read(header, total - VNET_HEADER_LEN, v->port.offloads, &said))
        frame_drop(v, nparts, NONOS_NIC_NONSENSE);
    else
        frame_deliver(v, nparts, &said);
    return true;
}

/* What the device did with one buffer, or with several of one frame; false if that cannot be. */
static bool slot_finish(struct vnet *v, unsigned queue, uint32_t id, uint32_t len)
{
    return queue == VNET_TX ? frame_sent(v, id) : frame_arrived(v, id, len);
}

bool vnet_used_take(struct vnet *v, unsigned queue)
{
    uint32_t id, len;
    for (unsigned i = 0; i < NIC_SERVE_MAX; i++) {
        switch (virtq_take(&v->queues[queue].ring, vnet_in_flight(v, queue), &id, &len)) {
        case VIRTQ_NONE:
            return true;
        case VIRTQ_NONSENSE:
            return false;
        case VIRTQ_TAKEN:
            break;
        }
        if (!slot_finish(v, queue, id, len))
            return false;
    }
    return true;
}
