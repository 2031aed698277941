#include "vnet.h"

#include <string.h>

#define NEVER          0xffffffffffffffffull /* NONOS_NEVER */
#define PAGE           4096u
#define CONTROL_MAX    16u
#define CONTROL_PAUSES 1000u
/* However fast the other sides are, the server loop gets its turn. */
#define SERVE_MAX      256u
#define ROUNDS_MAX     16u
/* With frames on their way the device's status is looked at so often. */
#define LOOK_NS        1000000000ull

/* Our DMA memory: the two directions, each with its queue in QUEUE_BYTES, then the queue of commands, then headers. */
#define QUEUE_BYTES   8192u
#define AVAIL_AT      4096u
#define USED_AT       5120u
#define CONTROL_AT    (2 * QUEUE_BYTES)
#define CONTROL_AVAIL (CONTROL_AT + 512u)
#define CONTROL_USED  (CONTROL_AT + 768u)
/* The header of every frame that is sent is this one, of zeros; what arrives in front of frames means nothing without offloads. */
#define TX_HEADER_AT  (CONTROL_AT + 1024u)
#define RX_HEADER_AT  (CONTROL_AT + 1040u)
#define COMMAND_AT    (CONTROL_AT + 1056u)
#define ARGUMENT_AT   (CONTROL_AT + 1064u)
#define ANSWER_AT     (CONTROL_AT + 1072u)

_Static_assert(VIRTQ_DESC_BYTES(VNET_QUEUE_MAX) <= AVAIL_AT, "descriptors");
_Static_assert(AVAIL_AT + VIRTQ_AVAIL_BYTES(VNET_QUEUE_MAX) <= USED_AT, "available ring");
_Static_assert(USED_AT + VIRTQ_USED_BYTES(VNET_QUEUE_MAX) <= QUEUE_BYTES, "used ring");
_Static_assert(VIRTQ_USED_BYTES(CONTROL_MAX) <= TX_HEADER_AT - CONTROL_USED, "commands");
_Static_assert(ANSWER_AT < VNET_DMA_BYTES, "headers");

/* Section 5.1.6.5.1. */
#define CLASS_MAC       1u
#define COMMAND_MAC_SET 1u
#define ANSWER_OK       0u
#define ANSWER_PENDING  0xffu /* no answer of a device */

static struct nonos_ring_end *ring_in(const struct vnet *v, unsigned queue)
{
    return &v->client->rings[queue == VNET_TX ? NONOS_NIC_TX : NONOS_NIC_RX_FREE];
}

static struct nonos_ring_end *ring_out(const struct vnet *v, unsigned queue)
{
    return &v->client->rings[queue == VNET_TX ? NONOS_NIC_TX_DONE : NONOS_NIC_RX];
}

/* ---- bringing the device up ---- */

/* Section 5.1.4; without STATUS the link counts as up. */
static int config_read(struct vnet *v)
{
    static const struct virtio_field fields[] = {
        {VNET_MAC, 1},     {VNET_MAC + 1, 1}, {VNET_MAC + 2, 1}, {VNET_MAC + 3, 1},
        {VNET_MAC + 4, 1}, {VNET_MAC + 5, 1}, {VNET_STATUS, 2},  {VNET_MTU, 2},
    };
    uint64_t features = v->device.features;
    uint32_t values[8];
    uint8_t mac[VNET_MAC_LEN];
    int r = virtio_config_read(&v->device, fields, values, 8);
    if (r < 0)
        return r;
    for (unsigned i = 0; i < VNET_MAC_LEN; i++)
        mac[i] = (uint8_t)values[i];
    v->own_mac = features & VNET_F_MAC ? nonos_nic_mac_word(mac) : 0;
    v->link = !(features & VNET_F_STATUS) || values[VNET_MAC_LEN] & VNET_S_LINK_UP;
    v->mtu = features & VNET_F_MTU ? values[VNET_MAC_LEN + 1] : VNET_MTU_USUAL;
    if (v->mtu < VNET_MTU_MIN)
        return NONOS_E_UNSUPPORTED;
    if (v->mtu > VNET_MTU_MAX)
        v->mtu = VNET_MTU_MAX;
    return NONOS_OK;
}

/* After a reset: what the device is. */
static int device_ask(struct vnet *v)
{
    static const uint64_t wanted = VNET_F_MTU | VNET_F_MAC | VNET_F_STATUS | VNET_F_CTRL_VQ |
                                   VNET_F_CTRL_MAC | VIRTIO_F_ALWAYS;
    int r = virtio_features(&v->device, wanted);
    return r < 0 ? r : config_read(v);
}

static int direction_set_up(struct vnet *v, unsigned index)
{
    struct vnet_queue *q = &v->queues[index];
    const struct virtio_queue_place place = {
        .memory = v->dma + index * QUEUE_BYTES,
        .address = v->dma_address + index * QUEUE_BYTES,
        .avail = AVAIL_AT,
        .used = USED_AT,
        .size_max = VNET_QUEUE_MAX,
    };
    int r = virtio_queue_set_up(&v->device, (uint16_t)index, &q->ring, &place, v->vector);
    if (r < 0)
        return r;
    if (q->ring.size < 2)
        return NONOS_E_UNSUPPORTED;
    q->nslots = q->nfree = q->ring.size / 2;
    for (unsigned i = 0; i < q->nslots; i++)
        q->free[i] = (uint8_t)(q->nslots - 1 - i);
    return NONOS_OK;
}

static bool has_control(const struct vnet *v)
{
    static const uint64_t both = VNET_F_CTRL_VQ | VNET_F_CTRL_MAC;
    return (v->device.features & both) == both;
}

static int queues_set_up(struct vnet *v)
{
    const struct virtio_queue_place place = {
        .memory = v->dma,
        .address = v->dma_address,
        .desc = CONTROL_AT,
        .avail = CONTROL_AVAIL,
        .used = CONTROL_USED,
        .size_max = CONTROL_MAX,
    };
    memset(v->dma, 0, VNET_DMA_BYTES);
    virtio_write(&v->device, VIRTIO_CONFIG_VECTOR, 2, v->config_vector);
    if (virtio_read(&v->device, VIRTIO_CONFIG_VECTOR, 2) != v->config_vector)
        return NONOS_E_UNSUPPORTED;
    int r = direction_set_up(v, VNET_RX);
    if (r == 0)
        r = direction_set_up(v, VNET_TX);
    if (r == 0 && has_control(v))
        r = virtio_queue_set_up(&v->device, VNET_CTRL, &v->control, &place, VIRTIO_NO_VECTOR);
    /* A chain has three descriptors. */
    return r == 0 && has_control(v) && v->control.size < 4 ? NONOS_E_UNSUPPORTED : r;
}

/* Gives the device another station address; false if it does not take it. */
static bool mac_set(struct vnet *v, uint64_t mac)
{
    static const uint8_t command[] = {CLASS_MAC, COMMAND_MAC_SET};
    uint8_t *answer = v->dma + ANSWER_AT;
    struct virtq_desc *desc = v->control.desc;
    uint32_t id, len;
    memcpy(v->dma + COMMAND_AT, command, sizeof(command));
    nonos_nic_mac_bytes(v->dma + ARGUMENT_AT, mac);
    *answer = ANSWER_PENDING;
    desc[0] = (struct virtq_desc){v->dma_address + COMMAND_AT, sizeof(command), VIRTQ_NEXT, 1};
    desc[1] = (struct virtq_desc){v->dma_address + ARGUMENT_AT, VNET_MAC_LEN, VIRTQ_NEXT, 2};
    desc[2] = (struct virtq_desc){v->dma_address + ANSWER_AT, 1, VIRTQ_WRITE, 0};
    virtq_put(&v->control, 0);
    if (virtq_publish(&v->control))
        v->ops->notify(v->context, VNET_CTRL);
    for (unsigned i = 0; i < CONTROL_PAUSES; i++) {
        enum virtq_taken taken = virtq_take(&v->control, 1, &id, &len);
        if (taken != VIRTQ_NONE)
            return taken == VIRTQ_TAKEN && id == 0 &&
                   __atomic_load_n(answer, __ATOMIC_RELAXED) == ANSWER_OK;
        v->device.access->pause(v->context);
    }
    return false;
}

/* A device without an address of its own filters nothing and need not be told. */
static int mac_choose(struct vnet *v)
{
    uint64_t wanted = v->client->mac;
    v->mac = v->own_mac;
    if (wanted && wanted != v->own_mac && (!v->own_mac || (has_control(v) && mac_set(v, wanted))))
        v->mac = wanted;
    return v->mac ? NONOS_OK : NONOS_E_UNSUPPORTED;
}

static void link_tell(struct vnet *v)
{
    __atomic_store_n(&v->client->status->link, v->link, __ATOMIC_RELEASE);
    v->client->pending = true;
}

/* After a reset; the order is that of section 3.1.1. */
static int device_up(struct vnet *v)
{
    int r = device_ask(v);
    if (r == 0)
        r = queues_set_up(v);
    if (r < 0) {
        virtio_status_add(&v->device, VIRTIO_FAILED);
        return r;
    }
    virtio_queue_enable(&v->device, VNET_RX);
    virtio_queue_enable(&v->device, VNET_TX);
    if (has_control(v))
        virtio_queue_enable(&v->device, VNET_CTRL);
    virtio_status_add(&v->device, VIRTIO_DRIVER_OK);
    link_tell(v);
    return mac_choose(v);
}

/* ---- buffers ---- */

static bool buffer_valid(const struct vnet *v, unsigned queue, const struct nonos_nic_buffer *b)
{
    uint32_t frame_max = NONOS_NIC_HEADER_LEN + v->mtu;
    if (queue == VNET_TX ? b->len < NONOS_NIC_HEADER_LEN || b->len > frame_max
                         : b->len < frame_max || b->len > PAGE)
        return false;
    return b->offset < v->client->len && b->len <= PAGE - b->offset % PAGE;
}

/* Hands a buffer to the device; there is a free slot. */
static void buffer_submit(struct vnet *v, unsigned queue, const struct nonos_nic_buffer *b)
{
    struct vnet_queue *q = &v->queues[queue];
    unsigned slot = q->free[--q->nfree];
    uint64_t header = v->dma_address + (queue == VNET_TX ? TX_HEADER_AT : RX_HEADER_AT);
    uint16_t flags = queue == VNET_TX ? 0 : VIRTQ_WRITE;
    struct virtq_desc *desc = q->ring.desc + 2 * slot;
    desc[0] =
        (struct virtq_desc){header, VNET_HEADER_LEN, flags | VIRTQ_NEXT, (uint16_t)(2 * slot + 1)};
    desc[1] = (struct virtq_desc){v->client->pages[b->offset / PAGE] + b->offset % PAGE, b->len,
                                  flags, 0};
    q->slots[slot] = (struct vnet_slot){true, *b, v->now_ns + VNET_TIMEOUT_NS};
    virtq_put(&q->ring, (uint16_t)(2 * slot));
}

static void buffer_return(struct vnet *v, unsigned queue, uint32_t offset, uint32_t len)
{
    struct nonos_nic_buffer b = {offset, len};
    /* There was room when it was taken; a client that meddles with its ring loses its own buffers. */
    (void)nonos_ring_put(ring_out(v, queue), &b);
    v->client->pending = true;
}

static unsigned in_flight(const struct vnet *v, unsigned queue)
{
    return v->queues[queue].nslots - v->queues[queue].nfree;
}

/* What the device did with one buffer; false if that cannot be. */
static bool slot_finish(struct vnet *v, unsigned queue, uint32_t id, uint32_t len)
{
    struct vnet_queue *q = &v->queues[queue];
    unsigned slot = id / 2;
    if (id % 2 || slot >= q->nslots || !q->slots[slot].busy)
        return false;
    struct nonos_nic_buffer b = q->slots[slot].buffer;
    if (queue == VNET_RX && len > VNET_HEADER_LEN + b.len)
        return false;
    q->slots[slot].busy = false;
    q->free[q->nfree++] = (uint8_t)slot;
    v->resets = 0;
    if (queue == VNET_TX) {
        v->counters[NONOS_NIC_TX_FRAMES]++;
        buffer_return(v, queue, b.offset, 0);
    } else if (len < VNET_HEADER_LEN + NONOS_NIC_HEADER_LEN) {
        v->counters[NONOS_NIC_RX_SHORT]++;
        buffer_submit(v, queue, &b);
    } else {
        v->counters[NONOS_NIC_RX_FRAMES]++;
        buffer_return(v, queue, b.offset, len - VNET_HEADER_LEN);
    }
    return true;
}

/* Takes what the device has finished; false if it reported something that cannot be. */
static bool used_take(struct vnet *v, unsigned queue)
{
    uint32_t id, len;
    for (unsigned i = 0; i < SERVE_MAX; i++) {
        switch (virtq_take(&v->queues[queue].ring, in_flight(v, queue), &id, &len)) {
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

/* Whether one more buffer can be taken: a slot is free, and there is room for all to come back. */
static bool has_room(const struct vnet *v, unsigned queue)
{
    return v->queues[queue].nfree > 0 && in_flight(v, queue) < nonos_ring_room(ring_out(v, queue));
}

static void client_serve(struct vnet *v, unsigned queue)
{
    struct nonos_nic_buffer b;
    for (unsigned i = 0; i < SERVE_MAX && has_room(v, queue); i++) {
        if (!nonos_ring_take(ring_in(v, queue), &b))
            return;
        if (buffer_valid(v, queue, &b)) {
            buffer_submit(v, queue, &b);
        } else {
            v->counters[NONOS_NIC_REFUSED]++;
            buffer_return(v, queue, b.offset, 0);
        }
    }
}

/* ---- waiting ---- */

static void client_signal(struct vnet *v)
{
    if (!v->client->pending)
        return;
    v->client->pending = false;
    /* Both are published before the client can run. */
    bool wants = nonos_ring_publish(ring_out(v, VNET_TX));
    wants = nonos_ring_publish(ring_out(v, VNET_RX)) || wants;
    if (wants)
        v->ops->signal(v->context);
}

/* Whether the client has asked for nothing more that could be done now; then it will signal. */
static bool client_may_wait(struct vnet *v, unsigned queue)
{
    struct nonos_ring_end *in = ring_in(v, queue);
    /* A tail that makes no sense is none of our business. */
    return nonos_ring_may_wait(in) || !has_room(v, queue) || nonos_ring_waiting(in) == 0;
}

/*
 * The device tells of every frame that arrives. Of frames that were sent it need not while half of the slots are free: they are
 * looked at when something else happens.
 */
static bool device_may_wait(struct vnet *v)
{
    struct vnet_queue *tx = &v->queues[VNET_TX];
    bool wait = virtq_may_wait(&v->queues[VNET_RX].ring);
    if (tx->nfree < tx->nslots / 2)
        wait = virtq_may_wait(&tx->ring) && wait;
    return wait;
}

/* ---- recovery ---- */

/* Gives the buffers for arriving frames to the device again, and those of sent ones back. It has been reset, and set up if `up`. */
static void slots_renew(struct vnet *v, const struct vnet_queue before[2])
{
    for (unsigned i = 0; i < before[VNET_TX].nslots; i++)
        if (before[VNET_TX].slots[i].busy) {
            v->counters[NONOS_NIC_TX_LOST]++;
            buffer_return(v, VNET_TX, before[VNET_TX].slots[i].buffer.offset, 0);
        }
    for (unsigned i = 0; i < before[VNET_RX].nslots; i++) {
        const struct nonos_nic_buffer *b = &before[VNET_RX].slots[i].buffer;
        if (!before[VNET_RX].slots[i].busy)
            continue;
        if (v->queues[VNET_RX].nfree > 0)
            buffer_submit(v, VNET_RX, b);
        else
            buffer_return(v, VNET_RX, b->offset, 0);
    }
}

static int recover(struct vnet *v)
{
    struct vnet_queue before[2];
    memcpy(before, v->queues, sizeof(before));
    v->counters[NONOS_NIC_RESETS]++;
    int r = virtio_reset(&v->device);
    if (r == 0)
        r = ++v->resets > VNET_RESETS_MAX ? NONOS_E_NO_DEVICE : NONOS_OK;
    memset(v->queues[VNET_RX].slots, 0, sizeof(v->queues[VNET_RX].slots));
    memset(v->queues[VNET_TX].slots, 0, sizeof(v->queues[VNET_TX].slots));
    if (r == 0)
        r = device_up(v);
    v->dead = r < 0;
    if (v->dead)
        return NONOS_E_NO_DEVICE;
    slots_renew(v, before);
    return NONOS_OK;
}

static bool timed_out(const struct vnet *v)
{
    const struct vnet_queue *tx = &v->queues[VNET_TX];
    for (unsigned i = 0; i < tx->nslots; i++)
        if (tx->slots[i].busy && v->now_ns >= tx->slots[i].deadline_ns)
            return true;
    return false;
}

static int device_serve(struct vnet *v)
{
    if (!used_take(v, VNET_RX) || !used_take(v, VNET_TX)) {
        v->counters[NONOS_NIC_NONSENSE]++;
        return recover(v);
    }
    if (in_flight(v, VNET_TX) == 0 || v->now_ns < v->look_ns)
        return NONOS_OK;
    v->look_ns = v->now_ns + LOOK_NS;
    if (virtio_read(&v->device, VIRTIO_STATUS, 1) & VIRTIO_NEEDS_RESET || timed_out(v))
        return recover(v);
    return NONOS_OK;
}

/* ---- interface ---- */

int vnet_start(struct vnet *v, const struct vnet_ops *ops, void *context, void *dma,
               uint64_t dma_address, uint16_t vector, uint16_t config_vector)
{
    memset(v, 0, sizeof(*v));
    v->device = (struct virtio){.access = ops->access, .context = context};
    v->ops = ops;
    v->context = context;
    v->dma = dma;
    v->dma_address = dma_address;
    v->vector = vector;
    v->config_vector = config_vector;
    int r = virtio_reset(&v->device);
    if (r == 0)
        r = device_ask(v);
    if (r < 0) {
        virtio_status_add(&v->device, VIRTIO_FAILED);
        return r;
    }
    return virtio_reset(&v->device);
}

int vnet_close(struct vnet *v)
{
    v->client = NULL;
    int r = virtio_reset(&v->device);
    v->dead = v->dead || r < 0;
    return r;
}

int vnet_open(struct vnet *v, struct vnet_client *client)
{
    int r = v->dead ? NONOS_E_NO_DEVICE : vnet_close(v);
    if (r < 0)
        return r;
    v->client = client;
    client->pending = false;
    v->now_ns = v->ops->now_ns(v->context);
    v->look_ns = v->now_ns + LOOK_NS;
    v->resets = 0;
    memset(v->queues, 0, sizeof(v->queues));
    r = device_up(v);
    if (r < 0)
        (void)!vnet_close(v);
    return r;
}

int vnet_run(struct vnet *v)
{
    bool more = true;
    int r = NONOS_OK;
    if (!v->client || v->dead)
        return v->dead ? NONOS_E_NO_DEVICE : NONOS_OK;
    v->now_ns = v->ops->now_ns(v->context);
    if (in_flight(v, VNET_TX) == 0)
        v->look_ns = v->now_ns + LOOK_NS;
    for (unsigned round = 0; round < ROUNDS_MAX && more && r == 0; round++) {
        r = device_serve(v);
        for (unsigned queue = VNET_RX; queue <= VNET_TX && r == 0; queue++) {
            client_serve(v, queue);
            if (virtq_publish(&v->queues[queue].ring))
                v->ops->notify(v->context, queue);
        }
        client_signal(v);
        if (r < 0)
            return r;
        more = !device_may_wait(v);
        more = !client_may_wait(v, VNET_RX) || more;
        more = !client_may_wait(v, VNET_TX) || more;
    }
    return r < 0 ? r : more;
}

int vnet_configured(struct vnet *v)
{
    bool before = v->link;
    if (!v->client || v->dead)
        return v->dead ? NONOS_E_NO_DEVICE : NONOS_OK;
    v->now_ns = v->ops->now_ns(v->context);
    int r = virtio_read(&v->device, VIRTIO_STATUS, 1) & VIRTIO_NEEDS_RESET ? recover(v)
                                                                           : config_read(v);
    if (r < 0) {
        v->dead = true;
        return NONOS_E_NO_DEVICE;
    }
    if (v->link != before) {
        v->counters[NONOS_NIC_LINK_CHANGES]++;
        link_tell(v);
        v->client->pending = false;
        v->ops->signal(v->context);
    }
    return vnet_run(v);
}

uint64_t vnet_deadline(const struct vnet *v)
{
    return v->client && !v->dead && in_flight(v, VNET_TX) ? v->look_ns : NEVER;
}
