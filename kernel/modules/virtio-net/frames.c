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
static void rx_describe(struct vnet_pair *p, unsigned slot, const struct nonos_nic_buffer *b)
{
    p->queues[VNET_RX].ring.desc[2 * slot] =
        (struct virtq_desc){nic_port_address(&p->port, b), b->len, VIRTQ_WRITE, 0};
}

/* The pages of a train, behind its header, in the slot's table. Returns the number of descriptors. */
static unsigned table_fill(struct vnet_pair *p, struct virtq_desc *table, uint64_t header,
                           const struct nonos_nic_buffer *b)
{
    struct nonos_nic_buffer left = *b;
    unsigned n = 0;
    table[n++] = (struct virtq_desc){header, VNET_HEADER_LEN, VIRTQ_NEXT, 1};
    while (left.len > 0) {
        uint32_t len = NIC_PAGE - left.offset % NIC_PAGE;
        len = len < left.len ? len : left.len;
        table[n] = (struct virtq_desc){nic_port_address(&p->port, &left), len, VIRTQ_NEXT,
                                       (uint16_t)(n + 1)};
        left.offset += len;
        left.len -= len;
        n++;
    }
    table[n - 1].flags = 0;
    table[n - 1].next = 0;
    return n;
}

static void tx_describe(struct vnet_pair *p, unsigned slot, const struct nonos_nic_buffer *b)
{
    struct virtq_desc *desc = p->queues[VNET_TX].ring.desc + 2 * slot;
    uint32_t header = VNET_HEADERS_AT + slot * HEADER_BYTES,
             table = VNET_TABLES_AT + slot * TABLE_BYTES;
    vnet_header_write(p->dma + header, b);
    if (b->flags & NONOS_NIC_FRAME_SEGMENTS) {
        unsigned n = table_fill(p, (struct virtq_desc *)(void *)(p->dma + table),
                                p->dma_address + header, b);
        desc[0] =
            (struct virtq_desc){p->dma_address + table, VIRTQ_DESC_BYTES(n), VIRTQ_INDIRECT, 0};
        return;
    }
    desc[0] = (struct virtq_desc){p->dma_address + header, VNET_HEADER_LEN, VIRTQ_NEXT,
                                  (uint16_t)(2 * slot + 1)};
    desc[1] = (struct virtq_desc){nic_port_address(&p->port, b), b->len, 0, 0};
}

void vnet_buffer_submit(struct vnet_pair *p, unsigned queue, const struct nonos_nic_buffer *b)
{
    struct vnet_queue *q = &p->queues[queue];
    unsigned slot = q->free[--q->nfree];
    if (queue == VNET_RX)
        rx_describe(p, slot, b);
    else
        tx_describe(p, slot, b);
    q->slots[slot] = (struct vnet_slot){true, *b, p->port.now_ns + NIC_TIMEOUT_NS};
    virtq_put(&q->ring, (uint16_t)(2 * slot));
}

unsigned vnet_in_flight(const struct vnet_pair *p, unsigned queue)
{
    return p->queues[queue].nslots - p->queues[queue].nfree;
}

/* The slot that the device names; NULL if it does not have it. */
static struct vnet_slot *slot_named(struct vnet_pair *p, unsigned queue, uint32_t id)
{
    struct vnet_queue *q = &p->queues[queue];
    return id % 2 || id / 2 >= q->nslots || !q->slots[id / 2].busy ? NULL : &q->slots[id / 2];
}

static void slot_free(struct vnet_pair *p, unsigned queue, unsigned slot)
{
    struct vnet_queue *q = &p->queues[queue];
    q->slots[slot].busy = false;
    q->free[q->nfree++] = (uint8_t)slot;
    p->port.resets = 0;
}

/* A frame was sent; false if that cannot be. */
static bool frame_sent(struct vnet_pair *p, uint32_t id)
{
    struct vnet_slot *slot = slot_named(p, VNET_TX, id);
    if (!slot)
        return false;
    slot_free(p, VNET_TX, id / 2);
    nic_port_count(&p->port, NONOS_NIC_TX_FRAMES);
    nic_port_return(&p->port, NIC_TX, slot->buffer.offset, 0);
    return true;
}

/* Notes part `index` of a frame; false if the device cannot have filled this buffer. */
static bool part_note(struct vnet_pair *p, unsigned index, uint32_t id, uint32_t len)
{
    struct vnet_slot *slot = slot_named(p, VNET_RX, id);
    if (!slot || len > slot->buffer.len || (len == 0 && index > 0))
        return false;
    slot->busy = false; /* so that it is not named twice */
    p->parts[index] = (struct vnet_part){(uint8_t)(id / 2), len};
    return true;
}

/*
 * Takes the other parts of a frame: section 5.1.6.4 has them used together. Returns how many there are with the first; 0 if that cannot be,
 * and then the buffers are the device's, as far as we know.
 */
static unsigned parts_take(struct vnet_pair *p, const uint8_t *header)
{
    bool merges = p->net->device.features & VNET_F_MRG_RXBUF;
    unsigned wanted = merges ? vnet_header_buffers(header) : 1, n = 1;
    uint32_t id, len;
    while (n < wanted && n < VNET_SLOTS &&
           virtq_take(&p->queues[VNET_RX].ring, vnet_in_flight(p, VNET_RX) - n, &id, &len) ==
               VIRTQ_TAKEN &&
           part_note(p, n, id, len))
        n++;
    if (n == wanted)
        return n;
    for (unsigned i = 0; i < n; i++)
        p->queues[VNET_RX].slots[p->parts[i].slot].busy = true;
    return 0;
}

/* A frame that is none: its buffers go to the device again. */
static void frame_drop(struct vnet_pair *p, unsigned nparts, enum nonos_nic_counter counter)
{
    nic_port_count(&p->port, counter);
    for (unsigned i = 0; i < nparts; i++) {
        struct nonos_nic_buffer b = p->queues[VNET_RX].slots[p->parts[i].slot].buffer;
        slot_free(p, VNET_RX, p->parts[i].slot);
        vnet_buffer_submit(p, VNET_RX, &b);
    }
}

/* Gives the parts of a frame to the client, of which `said` is said. */
static void frame_deliver(struct vnet_pair *p, unsigned nparts, const struct nonos_nic_buffer *said)
{
    nic_port_count(&p->port, NONOS_NIC_RX_FRAMES);
    for (unsigned i = 0; i < nparts; i++) {
        struct nonos_nic_buffer b = i == 0 ? *said : (struct nonos_nic_buffer){0};
        b.offset = p->queues[VNET_RX].slots[p->parts[i].slot].buffer.offset;
        b.head = i == 0 ? VNET_HEADER_LEN : 0;
        b.len = p->parts[i].len - b.head;
        b.flags |= i + 1 < nparts ? NONOS_NIC_FRAME_MORE : 0;
        slot_free(p, VNET_RX, p->parts[i].slot);
        nic_port_deliver(&p->port, &b);
    }
}

/*
 * A frame arrived; false if that cannot be. Its header lies in the client's Memory, where it may change: it is copied first, and who
 * changes it hurts himself.
 */
static bool frame_arrived(struct vnet_pair *p, uint32_t id, uint32_t len)
{
    uint8_t header[VNET_HEADER_LEN];
    struct nonos_nic_buffer said;
    uint32_t total = 0;
    if (!part_note(p, 0, id, len))
        return false;
    memcpy(header, nic_port_data(&p->port, &p->queues[VNET_RX].slots[id / 2].buffer),
           VNET_HEADER_LEN);
    unsigned nparts = len < VNET_HEADER_LEN + NONOS_NIC_HEADER_LEN ? 1 : parts_take(p, header);
    for (unsigned i = 0; i < nparts; i++)
        total += p->parts[i].len;
    if (nparts == 0)
        return false;
    if (total < VNET_HEADER_LEN + NONOS_NIC_HEADER_LEN)
        frame_drop(p, nparts, NONOS_NIC_RX_SHORT);
    else if (!vnet_header_read(header, total - VNET_HEADER_LEN, p->port.offloads, &said))
        frame_drop(p, nparts, NONOS_NIC_NONSENSE);
    else
        frame_deliver(p, nparts, &said);
    return true;
}

/* What the device did with one buffer, or with several of one frame; false if that cannot be. */
static bool slot_finish(struct vnet_pair *p, unsigned queue, uint32_t id, uint32_t len)
{
    return queue == VNET_TX ? frame_sent(p, id) : frame_arrived(p, id, len);
}

bool vnet_used_take(struct vnet_pair *p, unsigned queue)
{
    uint32_t id, len;
    for (unsigned i = 0; i < NIC_SERVE_MAX; i++) {
        switch (virtq_take(&p->queues[queue].ring, vnet_in_flight(p, queue), &id, &len)) {
        case VIRTQ_NONE:
            return true;
        case VIRTQ_NONSENSE:
            return false;
        case VIRTQ_TAKEN:
            break;
        }
        if (!slot_finish(p, queue, id, len))
            return false;
    }
    return true;
}
