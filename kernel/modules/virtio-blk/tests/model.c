#include "model.h"

static uint8_t *reach(struct model *m, uint64_t address, size_t len)
{
    for (unsigned i = 0; i < m->nranges; i++) {
        uint64_t base = (uint64_t)(uintptr_t)m->ranges[i].base;
        if (address >= base && len <= m->ranges[i].len && address - base <= m->ranges[i].len - len)
            return m->ranges[i].base + (address - base);
    }
    ck_abort_msg("the device was given an address that is not the driver's or a client's");
}

static uint32_t config_word(const struct model *m, unsigned offset)
{
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

static uint32_t model_read(void *context, enum virtio_region region, unsigned offset,
                           unsigned width)
{
    struct model *m = context;
    (void)width;
    if (region == VIRTIO_DEVICE) {
        m->generation += m->generation_moves;
        return config_word(m, offset);
    }
    switch (offset) {
    case VIRTIO_DEVICE_FEATURE:
        return (uint32_t)(m->offered >> 32 * m->feature_select);
    case VIRTIO_STATUS:
        return m->status;
    case VIRTIO_GENERATION:
        return m->generation;
    case VIRTIO_QUEUE_SIZE:
        return m->queue_max;
    case VIRTIO_QUEUE_VECTOR:
        return m->refuses_vector ? VIRTIO_NO_VECTOR : m->vector;
    default:
        ck_abort_msg("register %#x is read", offset);
    }
}

static void half_write(uint64_t *value, unsigned half, uint32_t word)
{
    *value = (*value & ~(0xffffffffull << 32 * half)) | (uint64_t)word << 32 * half;
}

static void status_write(struct model *m, uint32_t value)
{
    if (value == 0) {
        m->resets++;
        m->needs_reset = false;
        m->seen = m->done = m->enabled = 0;
        m->status = m->never_resets ? m->status : 0;
        return;
    }
    m->status = (uint8_t)value;
    if (m->refuses_features)
        m->status &= (uint8_t)~VIRTIO_FEATURES_OK;
    if (m->status & VIRTIO_DRIVER_OK)
        ck_assert_uint_eq(m->enabled, 1);
}

static void model_write(void *context, enum virtio_region region, unsigned offset, unsigned width,
                        uint32_t value)
{
    struct model *m = context;
    (void)width;
    ck_assert_int_eq(region, VIRTIO_COMMON);
    switch (offset) {
    case VIRTIO_DEVICE_FEATURE_SELECT:
        m->feature_select = value;
        break;
    case VIRTIO_DRIVER_FEATURE_SELECT:
        m->driver_select = value;
        break;
    case VIRTIO_DRIVER_FEATURE:
        half_write(&m->accepted, m->driver_select, value);
        ck_assert_uint_eq(m->accepted & ~m->offered & 0xffffffffull << 32 * m->driver_select, 0);
        break;
    case VIRTIO_STATUS:
        status_write(m, value);
        break;
    case VIRTIO_QUEUE_SIZE:
        m->queue_size = (uint16_t)value;
        break;
    case VIRTIO_QUEUE_VECTOR:
        m->vector = (uint16_t)value;
        break;
    case VIRTIO_QUEUE_ENABLE:
        ck_assert(m->status & VIRTIO_FEATURES_OK);
        m->enabled = (uint16_t)value;
        break;
    case VIRTIO_QUEUE_DESC:
    case VIRTIO_QUEUE_DESC + 4:
        half_write(&m->desc, offset > VIRTIO_QUEUE_DESC, value);
        break;
    case VIRTIO_QUEUE_DRIVER:
    case VIRTIO_QUEUE_DRIVER + 4:
        half_write(&m->avail, offset > VIRTIO_QUEUE_DRIVER, value);
        break;
    case VIRTIO_QUEUE_DEVICE:
    case VIRTIO_QUEUE_DEVICE + 4:
        half_write(&m->used, offset > VIRTIO_QUEUE_DEVICE, value);
        break;
    case VIRTIO_CONFIG_VECTOR:
    case VIRTIO_QUEUE_SELECT:
        break;
    default:
        ck_abort_msg("register %#x is written", offset);
    }
}

/* ---- the device's work ---- */

struct model_chain {
    struct virtq_desc desc[256];
    unsigned count;
};

static void chain_read(struct model *m, uint16_t head, struct model_chain *c)
{
    const struct virtq_desc *table = (void *)reach(m, m->desc, 16u * m->queue_size);
    unsigned size = m->queue_size, at = head;
    ck_assert_uint_lt(head, size);
    if (table[head].flags & VIRTQ_INDIRECT) {
        ck_assert(m->accepted & VIRTIO_F_INDIRECT);
        ck_assert_uint_eq(table[head].len % 16, 0);
        m->indirect++;
        size = table[head].len / 16;
        table = (void *)reach(m, table[head].address, table[head].len);
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
    ck_assert_uint_le(c->count - 2, m->accepted & VBLK_F_SEG_MAX ? m->seg_max : VBLK_SEGMENTS);
    for (unsigned i = 1; i + 1 < c->count; i++) {
        const struct virtq_desc *d = &c->desc[i];
        uint8_t *memory = reach(m, d->address, d->len);
        if (m->accepted & VBLK_F_SIZE_MAX)
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
    memcpy(&header, reach(m, c->desc[0].address, 16), 16);
    const struct virtq_desc *last = &c->desc[c->count - 1];
    ck_assert_uint_eq(last->len, 1);
    ck_assert(last->flags & VIRTQ_WRITE);
    if (m->fails_io) {
        *reach(m, last->address, 1) = VBLK_S_IOERR;
        return 1;
    }
    if (header.type == VBLK_FLUSH)
        memcpy(m->durable, m->disk, DISK_BYTES);
    else
        written = data_move(m, c, header.type, header.sector * 512);
    *reach(m, last->address, 1) = VBLK_S_OK;
    return written + 1;
}

static void used_put(struct model *m, uint32_t id, uint32_t len)
{
    uint16_t *used = (void *)reach(m, m->used, VIRTQ_USED_BYTES(m->queue_size));
    uint32_t entry[2] = {id, len};
    memcpy(used + 2 + 4 * (m->done & (m->queue_size - 1)), entry, 8);
    m->done++;
    __atomic_store_n(&used[1], m->done, __ATOMIC_RELEASE);
}

static void used_put_nonsense(struct model *m, uint16_t head, uint32_t len)
{
    switch (m->nonsense) {
    case BAD_ID:
        used_put(m, 0xfffffff0u, len);
        break;
    case TWICE:
        used_put(m, head, len);
        used_put(m, head, len);
        break;
    case TOO_LONG:
        used_put(m, head, len + 1);
        break;
    case TOO_MANY:
        m->done = (uint16_t)(m->done + 999);
        used_put(m, head, len);
        break;
    case INSIDE_CHAIN:
        used_put(m, head + 1u, len);
        break;
    default:
        used_put(m, head, len);
    }
}

unsigned model_step(struct model *m, unsigned most)
{
    unsigned n = 0;
    if (!(m->status & VIRTIO_DRIVER_OK) || m->silent)
        return 0;
    if (m->needs_reset) {
        m->status |= VIRTIO_NEEDS_RESET;
        return 0;
    }
    const uint16_t *avail = (void *)reach(m, m->avail, VIRTQ_AVAIL_BYTES(m->queue_size));
    uint16_t *used = (void *)reach(m, m->used, VIRTQ_USED_BYTES(m->queue_size));
    while (n < most && m->seen != __atomic_load_n(&avail[1], __ATOMIC_ACQUIRE)) {
        struct model_chain c;
        uint16_t head = avail[2 + (m->seen & (m->queue_size - 1))];
        chain_read(m, head, &c);
        used_put_nonsense(m, head, request_work(m, &c));
        m->seen++;
        n++;
    }
    used[2 + 4 * m->queue_size] = m->seen; /* avail_event: tell about the next one */
    m->worked += n;
    return n;
}

static void model_notify(void *context)
{
    ((struct model *)context)->notified++;
}

static uint64_t model_now(void *context)
{
    return ((struct model *)context)->now_ns;
}

static void model_pause(void *context)
{
    ((struct model *)context)->pauses++;
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

static const struct virtio_access model_access = {model_read, model_write, model_pause};

const struct vblk_ops model_ops = {&model_access, model_notify, model_now, model_signal,
                                   model_released};
