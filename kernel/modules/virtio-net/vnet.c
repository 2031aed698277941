#include "vnet.h"

#include <string.h>

#include "frames.h"

#define CONTROL_MAX    16u
#define CONTROL_PAUSES 1000u

/* Our DMA memory: the two directions, each with its queue in QUEUE_BYTES, then the queue of commands; then what frames.h has. */
#define QUEUE_BYTES   8192u
#define AVAIL_AT      4096u
#define USED_AT       5120u
#define CONTROL_AT    (2 * QUEUE_BYTES)
#define CONTROL_AVAIL (CONTROL_AT + 512u)
#define CONTROL_USED  (CONTROL_AT + 768u)
#define COMMAND_AT    (CONTROL_AT + 1056u)
#define ARGUMENT_AT   (CONTROL_AT + 1064u)
#define ANSWER_AT     (CONTROL_AT + 1072u)

_Static_assert(VIRTQ_DESC_BYTES(VNET_QUEUE_MAX) <= AVAIL_AT, "descriptors");
_Static_assert(AVAIL_AT + VIRTQ_AVAIL_BYTES(VNET_QUEUE_MAX) <= USED_AT, "available ring");
_Static_assert(USED_AT + VIRTQ_USED_BYTES(VNET_QUEUE_MAX) <= QUEUE_BYTES, "used ring");
_Static_assert(VIRTQ_USED_BYTES(CONTROL_MAX) <= COMMAND_AT - CONTROL_USED, "commands");
_Static_assert(ANSWER_AT < VNET_HEADERS_AT, "commands");

/* Section 5.1.6.5.1. */
#define CLASS_MAC       1u
#define COMMAND_MAC_SET 1u
#define ANSWER_OK       0u
#define ANSWER_PENDING  0xffu /* no answer of a device */

/* ---- bringing the device up ---- */

static bool has_control(const struct vnet *v)
{
    static const uint64_t both = VNET_F_CTRL_VQ | VNET_F_CTRL_MAC;
    return (v->device.features & both) == both;
}

/* Section 5.1.4; without STATUS the link counts as up. */
static int config_read(struct vnet *v)
{
    static const struct virtio_field fields[] = {
        {VNET_MAC, 1},     {VNET_MAC + 1, 1}, {VNET_MAC + 2, 1}, {VNET_MAC + 3, 1},
        {VNET_MAC + 4, 1}, {VNET_MAC + 5, 1}, {VNET_STATUS, 2},  {VNET_MTU, 2},
    };
    uint64_t features = v->device.features;
    uint32_t values[8];
    uint8_t mac[NIC_MAC_LEN];
    int r = virtio_config_read(&v->device, fields, values, 8);
    if (r < 0)
        return r;
    for (unsigned i = 0; i < NIC_MAC_LEN; i++)
        mac[i] = (uint8_t)values[i];
    v->port.own_mac = features & VNET_F_MAC ? nonos_nic_mac_word(mac) : 0;
    v->port.mac_settable = !v->port.own_mac || has_control(v);
    v->port.mtu = features & VNET_F_MTU ? values[NIC_MAC_LEN + 1] : NIC_MTU_USUAL;
    if (v->port.mtu < VNET_MTU_MIN)
        return NONOS_E_UNSUPPORTED;
    if (v->port.mtu > VNET_MTU_MAX)
        v->port.mtu = VNET_MTU_MAX;
    v->port.rx_min = VNET_HEADER_LEN + NONOS_NIC_HEADER_LEN + v->port.mtu;
    nic_port_link(&v->port, !(features & VNET_F_STATUS) || values[NIC_MAC_LEN] & VNET_S_LINK_UP);
    return NONOS_OK;
}

struct offload_features {
    uint32_t offload;
    uint64_t features, needs; /* needs: all of them; 5.1.3.1, and what this driver wants for it */
};

static const struct offload_features offload_features[] = {
    {NONOS_NIC_OFFLOAD_CHECKSUM, VNET_F_CSUM, VNET_F_CSUM},
    {NONOS_NIC_OFFLOAD_VERIFIED, VNET_F_GUEST_CSUM, VNET_F_GUEST_CSUM},
    {NONOS_NIC_OFFLOAD_SEGMENT_IPV4, VNET_F_CSUM | VNET_F_HOST_TSO4 | VIRTIO_F_INDIRECT,
     VNET_F_CSUM | VNET_F_HOST_TSO4 | VIRTIO_F_INDIRECT},
    {NONOS_NIC_OFFLOAD_SEGMENT_IPV6, VNET_F_CSUM | VNET_F_HOST_TSO6 | VIRTIO_F_INDIRECT,
     VNET_F_CSUM | VNET_F_HOST_TSO6 | VIRTIO_F_INDIRECT},
    /* Without buffers that are merged each would have to hold the longest frame. */
    {NONOS_NIC_OFFLOAD_JOINED,
     VNET_F_GUEST_CSUM | VNET_F_GUEST_TSO4 | VNET_F_GUEST_TSO6 | VNET_F_MRG_RXBUF,
     VNET_F_GUEST_CSUM | VNET_F_MRG_RXBUF},
};

/* What of `wanted` the device has, and the features that it takes. */
static uint32_t offloads_choose(uint32_t wanted, uint64_t offered, uint64_t *features)
{
    uint32_t agreed = 0;
    if (!(wanted & NONOS_NIC_OFFLOAD_CHECKSUM))
        wanted &= ~(NONOS_NIC_OFFLOAD_SEGMENT_IPV4 | NONOS_NIC_OFFLOAD_SEGMENT_IPV6);
    if (!(wanted & NONOS_NIC_OFFLOAD_VERIFIED))
        wanted &= ~NONOS_NIC_OFFLOAD_JOINED;
    for (unsigned i = 0; i < sizeof(offload_features) / sizeof(offload_features[0]); i++)
        if (wanted & offload_features[i].offload &&
            (offered & offload_features[i].needs) == offload_features[i].needs) {
            agreed |= offload_features[i].offload;
            *features |= offload_features[i].features;
        }
    return agreed;
}

/* After a reset: what the device is, and what it will do for the client. */
static int device_ask(struct vnet *v)
{
    uint64_t wanted = VNET_F_MTU | VNET_F_MAC | VNET_F_STATUS | VNET_F_CTRL_VQ | VNET_F_CTRL_MAC |
                      VIRTIO_F_ALWAYS;
    v->port.offloads = v->port.client ? offloads_choose(v->port.client->offloads,
                                                        virtio_offered(&v->device), &wanted)
                                      : 0;
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
    /* Section 2.7.5.3.1: no chain is longer than the queue, and so no table. */
    if (index == VNET_TX && q->ring.size < VNET_TABLE)
        v->port.offloads &= ~(NONOS_NIC_OFFLOAD_SEGMENT_IPV4 | NONOS_NIC_OFFLOAD_SEGMENT_IPV6);
    q->nslots = q->nfree = q->ring.size / 2;
    for (unsigned i = 0; i < q->nslots; i++)
        q->free[i] = (uint8_t)(q->nslots - 1 - i);
    return NONOS_OK;
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
    desc[1] = (struct virtq_desc){v->dma_address + ARGUMENT_AT, NIC_MAC_LEN, VIRTQ_NEXT, 2};
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
    struct nic_port *p = &v->port;
    uint64_t wanted = p->client->mac;
    p->mac = p->own_mac;
    if (wanted && wanted != p->own_mac && (!p->own_mac || (has_control(v) && mac_set(v, wanted))))
        p->mac = wanted;
    return p->mac ? NONOS_OK : NONOS_E_UNSUPPORTED;
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
    return mac_choose(v);
}

/* ---- buffers ---- */

/* Whether one more buffer can be taken: a slot is free, and there is room for all to come back. */
static bool has_room(const struct vnet *v, unsigned queue)
{
    return v->queues[queue].nfree > 0 && nic_port_room(&v->port, queue, vnet_in_flight(v, queue));
}

/* ---- waiting ---- */

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
            v->port.counters[NONOS_NIC_TX_LOST]++;
            nic_port_return(&v->port, NIC_TX, before[VNET_TX].slots[i].buffer.offset, 0);
        }
    for (unsigned i = 0; i < before[VNET_RX].nslots; i++) {
        const struct nonos_nic_buffer *b = &before[VNET_RX].slots[i].buffer;
        if (!before[VNET_RX].slots[i].busy)
            continue;
        if (v->queues[VNET_RX].nfree > 0)
            vnet_buffer_submit(v, VNET_RX, b);
        else
            nic_port_return(&v->port, NIC_RX, b->offset, 0);
    }
}

static int recover(struct vnet *v)
{
    uint32_t offloads = v->port.offloads;
    memcpy(v->before, v->queues, sizeof(v->before));
    v->port.counters[NONOS_NIC_RESETS]++;
    int r = virtio_reset(&v->device);
    if (r == 0)
        r = ++v->port.resets > NIC_RESETS_MAX ? NONOS_E_NO_DEVICE : NONOS_OK;
    memset(v->queues[VNET_RX].slots, 0, sizeof(v->queues[VNET_RX].slots));
    memset(v->queues[VNET_TX].slots, 0, sizeof(v->queues[VNET_TX].slots));
    if (r == 0)
        r = device_up(v);
    /* What the client was promised must still be. */
    if (r == 0 && v->port.offloads != offloads)
        r = NONOS_E_UNSUPPORTED;
    v->port.dead = r < 0;
    if (v->port.dead)
        return NONOS_E_NO_DEVICE;
    slots_renew(v, v->before);
    return NONOS_OK;
}

static bool timed_out(const struct vnet *v)
{
    const struct vnet_queue *tx = &v->queues[VNET_TX];
    for (unsigned i = 0; i < tx->nslots; i++)
        if (tx->slots[i].busy && v->port.now_ns >= tx->slots[i].deadline_ns)
            return true;
    return false;
}

static int device_serve(struct vnet *v)
{
    if (!vnet_used_take(v, VNET_RX) || !vnet_used_take(v, VNET_TX)) {
        v->port.counters[NONOS_NIC_NONSENSE]++;
        return recover(v);
    }
    if (vnet_in_flight(v, VNET_TX) > 0 && v->port.now_ns < v->look_ns)
        return NONOS_OK;
    v->look_ns = v->port.now_ns + NIC_LOOK_NS;
    if (vnet_in_flight(v, VNET_TX) > 0 &&
        (virtio_read(&v->device, VIRTIO_STATUS, 1) & VIRTIO_NEEDS_RESET || timed_out(v)))
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
    nic_port_init(&v->port, ops->port, context);
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
    nic_port_attach(&v->port, NULL);
    int r = virtio_reset(&v->device);
    v->port.dead = v->port.dead || r < 0;
    return r;
}

int vnet_open(struct vnet *v, struct nic_client *client)
{
    int r = v->port.dead ? NONOS_E_NO_DEVICE : vnet_close(v);
    if (r < 0)
        return r;
    nic_port_attach(&v->port, client);
    v->look_ns = v->port.now_ns + NIC_LOOK_NS;
    memset(v->queues, 0, sizeof(v->queues));
    r = device_up(v);
    if (r < 0)
        (void)!vnet_close(v);
    return r;
}

static int card_serve(struct nic_port *port)
{
    return device_serve((struct vnet *)port);
}

static bool card_room(const struct nic_port *port, enum nic_direction direction)
{
    return has_room((const struct vnet *)port, direction);
}

static void card_submit(struct nic_port *port, enum nic_direction direction,
                        const struct nonos_nic_buffer *b)
{
    vnet_buffer_submit((struct vnet *)port, direction, b);
}

static void card_publish(struct nic_port *port, enum nic_direction direction)
{
    struct vnet *v = (struct vnet *)port;
    if (virtq_publish(&v->queues[direction].ring))
        v->ops->notify(v->context, direction);
}

static bool card_may_wait(struct nic_port *port)
{
    return device_may_wait((struct vnet *)port);
}

int vnet_run(struct vnet *v)
{
    static const struct nic_card card = {card_serve, card_room, card_submit, card_publish,
                                         card_may_wait};
    return nic_port_run(&v->port, &card);
}

int vnet_configured(struct vnet *v)
{
    if (!v->port.client || v->port.dead)
        return v->port.dead ? NONOS_E_NO_DEVICE : NONOS_OK;
    v->port.now_ns = v->port.ops->now_ns(v->port.context);
    int r = virtio_read(&v->device, VIRTIO_STATUS, 1) & VIRTIO_NEEDS_RESET ? recover(v)
                                                                           : config_read(v);
    if (r < 0) {
        v->port.dead = true;
        return NONOS_E_NO_DEVICE;
    }
    return vnet_run(v);
}

uint64_t vnet_deadline(const struct vnet *v)
{
    return v->port.client && !v->port.dead && vnet_in_flight(v, VNET_TX) ? v->look_ns : NIC_NEVER;
}
