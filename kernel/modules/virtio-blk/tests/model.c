#include "model.h"

uint32_t model_config(struct virtio_model *virtio, unsigned offset, unsigned width)
{
    const struct model *m = (struct model *)virtio;
    (void)width;
    switch (offset) {
    case VBLK_CAPACITY:
        return (uint32_t)m->sectors;
    case VBLK_CAPACITY + 4:
        return (uint32_t)(m->sectors >> 32);
    case VBLK_SIZE_MAX:
        return m->size_max;
    case VBLK_SEG_MAX:
        return m->seg_max;
    case VBLK_BLOCK_SIZE:
        return m->block_size;
    default:
        return 0;
    }
}

struct model_chain {
    struct virtq_desc desc[256];
    unsigned count;
};

static void chain_read(struct model *m, uint16_t head, struct model_chain *c)
{
    const struct virtq_desc *table = virtio_model_desc(&m->virtio, 0, 0);
    unsigned size = m->virtio.queues[0].size, at = head;
    if (table[head].flags & VIRTQ_INDIRECT) {
        ck_assert(m->virtio.accepted & VIRTIO_F_INDIRECT);
        ck_assert_uint_eq(table[head].len % 16, 0);
        m->indirect++;
        size = table[head].len / 16;
        table = (void *)reach(&m->virtio.reach, table[head].address, table[head].len);
        at = 0;
    }
    for (c->count = 0;; at = table[at].next) {
        ck_assert_uint_lt(at, size);
        ck_assert_uint_lt(c->count, 256);
        c->desc[c->count++] = table[at];
        if (!(table[at].flags & VIRTQ_NEXT))
            return;
    }
}

/* Moves the data of a request; returns the bytes written to the driver's side. */
static uint32_t data_move(struct model *m, const struct model_chain *c, uint32_t type, uint64_t at)
{
    uint32_t written = 0;
    ck_assert_uint_le(c->count - 2,
                      m->virtio.accepted & VBLK_F_SEG_MAX ? m->seg_max : VBLK_SEGMENTS);
    for (unsigned i = 1; i + 1 < c->count; i++) {
        const struct virtq_desc *d = &c->desc[i];
        uint8_t *memory = reach(&m->virtio.reach, d->address, d->len);
        if (m->virtio.accepted & VBLK_F_SIZE_MAX)
            ck_assert_uint_le(d->len, m->size_max);
        ck_assert_int_eq(!!(d->flags & VIRTQ_WRITE), type != VBLK_OUT);
        if (type == VBLK_GET_ID) {
            memcpy(memory, "NONOS-MODEL-DISK", 17);
            return d->len;
        }
        ck_assert_uint_le(at + d->len, m->sectors * 512);
        if (type == VBLK_IN)
            memcpy(memory, m->disk + at, d->len);
        else
            memcpy(m->disk + at, memory, d->len);
        at += d->len;
        written += type == VBLK_IN ? d->len : 0;
    }
    return written;
}

static uint32_t request_work(struct model *m, const struct model_chain *c)
{
    struct {
        uint32_t type, reserved;
        uint64_t sector;
    } header;
    uint32_t written = 0;
    ck_assert_uint_ge(c->count, 2);
    ck_assert_uint_eq(c->desc[0].len, 16);
    ck_assert(!(c->desc[0].flags & VIRTQ_WRITE));
    memcpy(&header, reach(&m->virtio.reach, c->desc[0].address, 16), 16);
    const struct virtq_desc *last = &c->desc[c->count - 1];
    ck_assert_uint_eq(last->len, 1);
    ck_assert(last->flags & VIRTQ_WRITE);
    if (m->fails_io) {
        *reach(&m->virtio.reach, last->address, 1) = VBLK_S_IOERR;
        return 1;
    }
    if (header.type == VBLK_FLUSH)
        memcpy(m->durable, m->disk, DISK_BYTES);
    else
        written = data_move(m, c, header.type, header.sector * 512);
    *reach(&m->virtio.reach, last->address, 1) = VBLK_S_OK;
    return written + 1;
}

unsigned model_step(struct model *m, unsigned most)
{
    struct model_chain c;
    uint16_t head;
    unsigned n = 0;
    for (; n < most && virtio_model_next(&m->virtio, 0, &head); n++) {
        chain_read(m, head, &c);
        uint32_t len = request_work(m, &c);
        virtio_model_used(&m->virtio, 0, head, len, len);
    }
    m->worked += n;
    return n;
}

static void model_notify(void *context)
{
    ((struct model *)context)->notified++;
}

static uint64_t model_now(void *context)
{
    return ((struct model *)context)->virtio.now_ns;
}

static void model_signal(void *context, struct vblk_client *client)
{
    (void)client;
    ((struct model *)context)->signalled++;
}

static void model_released(void *context, struct vblk_client *client)
{
    struct model *m = context;
    m->released++;
    m->last_released = client;
}

const struct vblk_ops model_ops = {&virtio_model_access, model_notify, model_now, model_signal,
                                   model_released};
