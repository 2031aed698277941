#include "model.h"

static uint32_t model_read(void *context, enum virtio_region region, unsigned offset,
                           unsigned width)
{
    struct virtio_model *m = context;
    if (region == VIRTIO_DEVICE) {
        m->generation += m->generation_moves;
        return m->config(m, offset, width);
    }
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
        return m->select < VIRTIO_MODEL_QUEUES ? m->queue_max[m->select] : 0;
    case VIRTIO_QUEUE_VECTOR:
        ck_assert_uint_lt(m->select, VIRTIO_MODEL_QUEUES);
        return m->refuses_vector ? VIRTIO_NO_VECTOR : m->queues[m->select].vector;
    default:
        ck_abort_msg("register %#x is read", offset);
    }
}

static void half_write(uint64_t *value, unsigned half, uint32_t word)
{
    *value = (*value & ~(0xffffffffull << 32 * half)) | (uint64_t)word << 32 * half;
}

static void status_write(struct virtio_model *m, uint32_t value)
{
    if (value == 0) {
        m->resets++;
        m->needs_reset = false;
        memset(m->queues, 0, sizeof(m->queues));
        m->status = m->never_resets ? m->status : 0;
        return;
    }
    if (value & ~m->status & VIRTIO_DRIVER_OK)
        ck_assert_uint_eq(m->queues[0].enabled, 1);
    m->status = (uint8_t)value;
    if (m->refuses_features)
        m->status &= (uint8_t)~VIRTIO_FEATURES_OK;
}

static void queue_write(struct virtio_model *m, unsigned offset, uint32_t value)
{
    ck_assert_uint_lt(m->select, VIRTIO_MODEL_QUEUES);
    struct virtio_model_queue *q = &m->queues[m->select];
    switch (offset) {
    case VIRTIO_QUEUE_SIZE:
        q->size = (uint16_t)value;
        break;
    case VIRTIO_QUEUE_VECTOR:
        q->vector = (uint16_t)value;
        break;
    case VIRTIO_QUEUE_ENABLE:
        ck_assert(m->status & VIRTIO_FEATURES_OK);
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
    struct virtio_model *m = context;
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
        m->select = (uint16_t)value;
        break;
    default:
        queue_write(m, offset, value);
    }
}

static void model_pause(void *context)
{
    ((struct virtio_model *)context)->pauses++;
}

const struct virtio_access virtio_model_access = {model_read, model_write, model_pause};

bool virtio_model_next(struct virtio_model *m, unsigned queue, uint16_t *head)
{
    struct virtio_model_queue *q = &m->queues[queue];
    if (!(m->status & VIRTIO_DRIVER_OK) || !q->enabled || m->silent)
        return false;
    if (m->needs_reset) {
        m->status |= VIRTIO_NEEDS_RESET;
        return false;
    }
    const uint16_t *avail = (void *)reach(&m->reach, q->avail, VIRTQ_AVAIL_BYTES(q->size));
    if (q->seen == __atomic_load_n(&avail[1], __ATOMIC_ACQUIRE))
        return false;
    *head = avail[2 + (q->seen & (q->size - 1))];
    ck_assert_uint_lt(*head, q->size);
    q->seen++;
    return true;
}

const struct virtq_desc *virtio_model_desc(struct virtio_model *m, unsigned queue, uint16_t at)
{
    struct virtio_model_queue *q = &m->queues[queue];
    const struct virtq_desc *table = (void *)reach(&m->reach, q->desc, VIRTQ_DESC_BYTES(q->size));
    ck_assert_uint_lt(at, q->size);
    return &table[at];
}

static void used_put(struct virtio_model *m, unsigned queue, uint32_t id, uint32_t len)
{
    struct virtio_model_queue *q = &m->queues[queue];
    uint16_t *used = (void *)reach(&m->reach, q->used, VIRTQ_USED_BYTES(q->size));
    uint32_t entry[2] = {id, len};
    memcpy(used + 2 + 4 * (q->done & (q->size - 1)), entry, 8);
    q->done++;
    used[2 + 4 * q->size] = q->seen; /* avail_event: tell about the next one */
    __atomic_store_n(&used[1], q->done, __ATOMIC_RELEASE);
}

void virtio_model_used(struct virtio_model *m, unsigned queue, uint16_t head, uint32_t len,
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
