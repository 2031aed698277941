#include "model.h"

static uint8_t *reach(struct model *m, uint64_t address, size_t len)
{
    for (unsigned i = 0; i < 2; i++) {
        uint64_t base = (uint64_t)(uintptr_t)m->ranges[i].base;
        if (address >= base && len <= m->ranges[i].len && address - base <= m->ranges[i].len - len)
            return m->ranges[i].base + (address - base);
    }
    ck_abort_msg("the device was given an address that is not the driver's or the client's");
}

/* ---- registers ---- */

static uint32_t config_field(struct model *m, unsigned offset, unsigned width)
{
    m->generation += m->generation_moves;
    if (offset < VNET_STATUS) {
        ck_assert_uint_eq(width, 1);
        return m->mac[offset];
    }
    ck_assert_uint_eq(width, 2);
    return offset == VNET_STATUS ? m->status_field : m->mtu;
}

static uint32_t model_read(void *context, enum virtio_region region, unsigned offset,
                           unsigned width)
{
    struct model *m = context;
    if (region == VIRTIO_DEVICE)
        return config_field(m, offset, width);
    switch (offset) {
    case VIRTIO_DEVICE_FEATURE:
        return (uint32_t)(m->offered >> 32 * m->feature_select);
    case VIRTIO_STATUS:
        return m->status;
    case VIRTIO_GENERATION:
        return m->generation;
    case VIRTIO_CONFIG_VECTOR:
        return m->config_vector;
    case VIRTIO_QUEUE_SIZE:
        return m->queue_max[m->select];
    case VIRTIO_QUEUE_VECTOR:
        return m->refuses_vector ? VIRTIO_NO_VECTOR : m->queues[m->select].vector;
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
        memset(m->queues, 0, sizeof(m->queues));
        memset(m->mac_set, 0, sizeof(m->mac_set));
        m->status = m->never_resets ? m->status : 0;
        return;
    }
    m->status = (uint8_t)value;
    if (m->refuses_features)
        m->status &= (uint8_t)~VIRTIO_FEATURES_OK;
}

static void queue_write(struct model_queue *q, unsigned offset, uint32_t value)
{
    switch (offset) {
    case VIRTIO_QUEUE_SIZE:
        q->size = (uint16_t)value;
        break;
    case VIRTIO_QUEUE_VECTOR:
        q->vector = (uint16_t)value;
        break;
    case VIRTIO_QUEUE_ENABLE:
        q->enabled = (uint16_t)value;
        break;
    case VIRTIO_QUEUE_DESC:
    case VIRTIO_QUEUE_DESC + 4:
        half_write(&q->desc, offset > VIRTIO_QUEUE_DESC, value);
        break;
    case VIRTIO_QUEUE_DRIVER:
    case VIRTIO_QUEUE_DRIVER + 4:
        half_write(&q->avail, offset > VIRTIO_QUEUE_DRIVER, value);
        break;
    case VIRTIO_QUEUE_DEVICE:
    case VIRTIO_QUEUE_DEVICE + 4:
        half_write(&q->used, offset > VIRTIO_QUEUE_DEVICE, value);
        break;
    default:
        ck_abort_msg("register %#x is written", offset);
    }
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
    case VIRTIO_CONFIG_VECTOR:
        m->config_vector = (uint16_t)value;
        break;
    case VIRTIO_QUEUE_SELECT:
        ck_assert_uint_lt(value, VNET_QUEUES);
        m->select = (uint16_t)value;
        break;
    default:
        queue_write(&m->queues[m->select], offset, value);
    }
}

static void model_pause(void *context)
{
    ((struct model *)context)->pauses++;
}

/* ---- queues ---- */

static bool queue_next(struct model *m, unsigned queue, uint16_t *head)
{
    struct model_queue *q = &m->queues[queue];
    if (!(m->status & VIRTIO_DRIVER_OK) || !q->enabled || m->silent)
        return false;
    if (m->needs_reset) {
        m->status |= VIRTIO_NEEDS_RESET;
        return false;
    }
    const uint16_t *avail = (void *)reach(m, q->avail, VIRTQ_AVAIL_BYTES(q->size));
    if (q->seen == __atomic_load_n(&avail[1], __ATOMIC_ACQUIRE))
        return false;
    *head = avail[2 + (q->seen & (q->size - 1))];
    ck_assert_uint_lt(*head, q->size);
    q->seen++;
    return true;
}

static const struct virtq_desc *queue_desc(struct model *m, unsigned queue, uint16_t at)
{
    struct model_queue *q = &m->queues[queue];
    const struct virtq_desc *table = (void *)reach(m, q->desc, 16u * q->size);
    ck_assert_uint_lt(at, q->size);
    return &table[at];
}

static void used_put(struct model *m, unsigned queue, uint32_t id, uint32_t len)
{
    struct model_queue *q = &m->queues[queue];
    uint16_t *used = (void *)reach(m, q->used, VIRTQ_USED_BYTES(q->size));
    uint32_t entry[2] = {id, len};
    memcpy(used + 2 + 4 * (q->done & (q->size - 1)), entry, 8);
    q->done++;
    used[2 + 4 * q->size] = q->seen; /* avail_event: tell about the next one */
    __atomic_store_n(&used[1], q->done, __ATOMIC_RELEASE);
}

static void used_put_nonsense(struct model *m, unsigned queue, uint16_t head, uint32_t len,
                              uint32_t room)
{
    switch (m->nonsense) {
    case BAD_ID:
        used_put(m, queue, 0xfffffff0u, len);
        break;
    case TWICE:
        used_put(m, queue, head, len);
        used_put(m, queue, head, len);
        break;
    case TOO_LONG:
        used_put(m, queue, head, room + 1);
        break;
    case TOO_MANY:
        m->queues[queue].done = (uint16_t)(m->queues[queue].done + 999);
        used_put(m, queue, head, len);
        break;
    case INSIDE_CHAIN:
        used_put(m, queue, head + 1u, len);
        break;
    default:
        used_put(m, queue, head, len);
    }
}

unsigned model_send(struct model *m, unsigned most)
{
    static const uint8_t zeros[VNET_HEADER_LEN];
    uint16_t head;
    unsigned n = 0;
    for (; n < most && queue_next(m, VNET_TX, &head); n++) {
        const struct virtq_desc *first = queue_desc(m, VNET_TX, head);
        ck_assert_uint_eq(first->len, VNET_HEADER_LEN);
        ck_assert_uint_eq(first->flags, VIRTQ_NEXT);
        ck_assert_mem_eq(reach(m, first->address, first->len), zeros, VNET_HEADER_LEN);
        const struct virtq_desc *data = queue_desc(m, VNET_TX, first->next);
        ck_assert_uint_eq(data->flags, 0);
        const uint8_t *frame = reach(m, data->address, data->len);
        ck_assert_uint_lt(m->nsent, SENT_MAX);
        m->sent_len[m->nsent] = data->len;
        memcpy(m->sent[m->nsent++], frame, data->len < 64 ? data->len : 64);
        used_put_nonsense(m, VNET_TX, head, 0, 0);
    }
    return n;
}

bool model_arrive(struct model *m, uint32_t len, uint8_t fill)
{
    uint16_t head;
    if (!queue_next(m, VNET_RX, &head))
        return false;
    const struct virtq_desc *first = queue_desc(m, VNET_RX, head);
    ck_assert_uint_eq(first->len, VNET_HEADER_LEN);
    ck_assert_uint_eq(first->flags, VIRTQ_NEXT | VIRTQ_WRITE);
    memset(reach(m, first->address, first->len), 0xee, first->len);
    const struct virtq_desc *data = queue_desc(m, VNET_RX, first->next);
    ck_assert_uint_eq(data->flags, VIRTQ_WRITE);
    ck_assert_uint_le(len, data->len);
    memset(reach(m, data->address, data->len), fill, len);
    used_put_nonsense(m, VNET_RX, head, VNET_HEADER_LEN + len, VNET_HEADER_LEN + data->len);
    return true;
}

/* Commands are carried out at once. */
static void command_work(struct model *m)
{
    uint16_t head;
    while (queue_next(m, VNET_CTRL, &head)) {
        const struct virtq_desc *command = queue_desc(m, VNET_CTRL, head);
        const struct virtq_desc *argument = queue_desc(m, VNET_CTRL, command->next);
        const struct virtq_desc *answer = queue_desc(m, VNET_CTRL, argument->next);
        const uint8_t *what = reach(m, command->address, 2);
        ck_assert(command->len == 2 && argument->len == 6 && answer->len == 1);
        ck_assert(what[0] == 1 && what[1] == 1);
        ck_assert_uint_eq(answer->flags, VIRTQ_WRITE);
        if (!m->refuses_mac)
            memcpy(m->mac_set, reach(m, argument->address, 6), 6);
        *reach(m, answer->address, 1) = m->refuses_mac;
        used_put(m, VNET_CTRL, head, 1);
    }
}

static void model_notify(void *context, unsigned queue)
{
    struct model *m = context;
    m->notified[queue]++;
    if (queue == VNET_CTRL)
        command_work(m);
}

static uint64_t model_now(void *context)
{
    return ((struct model *)context)->now_ns;
}

static void model_signal(void *context)
{
    ((struct model *)context)->signalled++;
}

static const struct virtio_access model_access = {model_read, model_write, model_pause};

const struct vnet_ops model_ops = {&model_access, model_notify, model_now, model_signal};
