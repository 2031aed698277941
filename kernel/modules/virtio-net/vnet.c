#include "vnet.h"

#include <string.h>

#include "commands.h"
#include "frames.h"

/* A pair's DMA memory: the two directions, each with its queue in QUEUE_BYTES; then what commands.h and frames.h have. */
#define QUEUE_BYTES 8192u
#define AVAIL_AT    4096u
#define USED_AT     5120u

_Static_assert(VIRTQ_DESC_BYTES(VNET_QUEUE_MAX) <= AVAIL_AT, "descriptors");
_Static_assert(AVAIL_AT + VIRTQ_AVAIL_BYTES(VNET_QUEUE_MAX) <= USED_AT, "available ring");
_Static_assert(USED_AT + VIRTQ_USED_BYTES(VNET_QUEUE_MAX) <= QUEUE_BYTES, "used ring");
_Static_assert(2 * QUEUE_BYTES <= VNET_COMMANDS_AT && VNET_COMMANDS_END <= VNET_HEADERS_AT,
               "parts of the memory");

#define DEVICE_PAIRS_MAX 0x8000u /* section 5.1.4.1 */

/* ---- bringing the device up ---- */

/* A number of pairs that may not be is that of a device of whose pairs one can be used. */
static unsigned pairs_read(uint32_t value)
{
    /* Behind the most that may be, the queue of commands would have no number. */
    return value >= 1 && value < DEVICE_PAIRS_MAX ? value : 1;
}

/* Section 5.1.4; without STATUS the link counts as up. */
static int config_read(struct vnet *v)
{
    static const struct virtio_field fields[] = {
        {VNET_MAC, 1},     {VNET_MAC + 1, 1}, {VNET_MAC + 2, 1},
        {VNET_MAC + 3, 1}, {VNET_MAC + 4, 1}, {VNET_MAC + 5, 1},
        {VNET_STATUS, 2},  {VNET_MTU, 2},     {VNET_MAX_PAIRS, 2},
    };
    struct nic_port *p = &v->pairs[0].port;
    uint64_t features = v->device.features;
    uint32_t values[9];
    uint8_t mac[NIC_MAC_LEN];
    int r = virtio_config_read(&v->device, fields, values, features & VNET_F_MQ ? 9 : 8);
    if (r < 0)
        return r;
    for (unsigned i = 0; i < NIC_MAC_LEN; i++)
        mac[i] = (uint8_t)values[i];
    p->own_mac = features & VNET_F_MAC ? nonos_nic_mac_word(mac) : 0;
    p->mac_settable = !p->own_mac || (vnet_commands_wanted(v) && features & VNET_F_CTRL_MAC);
    p->mtu = features & VNET_F_MTU ? values[NIC_MAC_LEN + 1] : NIC_MTU_USUAL;
    if (p->mtu < VNET_MTU_MIN)
        return NONOS_E_UNSUPPORTED;
    if (p->mtu > VNET_MTU_MAX)
        p->mtu = VNET_MTU_MAX;
    p->rx_min = VNET_HEADER_LEN + NONOS_NIC_HEADER_LEN + p->mtu;
    nic_port_link(p, !(features & VNET_F_STATUS) || values[NIC_MAC_LEN] & VNET_S_LINK_UP);
    unsigned npairs = features & VNET_F_MQ ? pairs_read(values[8]) : 1;
    if (v->device_npairs == 0)
        v->device_npairs = npairs;
    /* The queue of commands is found by it. */
    return features & VNET_F_MQ && npairs != v->device_npairs ? NONOS_E_UNSUPPORTED : NONOS_OK;
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

/* After a reset: what the device is, and what it will do for the client; with several pairs, if it may be so many. */
static int device_ask(struct vnet *v, unsigned npairs)
{
    struct nic_port *p = &v->pairs[0].port;
    uint64_t offered = virtio_offered(&v->device);
    uint64_t wanted = VNET_F_MTU | VNET_F_MAC | VNET_F_STATUS | VNET_F_CTRL_VQ | VNET_F_CTRL_MAC |
                      VIRTIO_F_ALWAYS;
    p->offloads = p->client ? offloads_choose(p->client->offloads, offered, &wanted) : 0;
    /* Section 5.1.3.1: MQ requires CTRL_VQ. */
    if (npairs > 1 && offered & VNET_F_CTRL_VQ)
        wanted |= VNET_F_MQ;
    int r = virtio_features(&v->device, wanted);
    return r < 0 ? r : config_read(v);
}

static int direction_set_up(struct vnet_pair *p, unsigned direction)
{
    struct vnet *v = p->net;
    struct vnet_queue *q = &p->queues[direction];
    const struct virtio_queue_place place = {
        .memory = p->dma + direction * QUEUE_BYTES,
        .address = p->dma_address + direction * QUEUE_BYTES,
        .avail = AVAIL_AT,
        .used = USED_AT,
        .size_max = VNET_QUEUE_MAX,
    };
    uint16_t index = (uint16_t)vnet_place(p->number, direction); /* section 5.1.2 */
    int r = virtio_queue_set_up(&v->device, index, &q->ring, &place, p->vector);
    if (r == 0)
        r = v->ops->notify_find(v->context, vnet_place(p->number, direction), index);
    if (r < 0)
        return r;
    if (q->ring.size < 2)
        return NONOS_E_UNSUPPORTED;
    /* Section 2.7.5.3.1: no chain is longer than the queue, and so no table. */
    if (direction == VNET_TX && q->ring.size < VNET_TABLE)
        v->pairs[0].port.offloads &=
            ~(NONOS_NIC_OFFLOAD_SEGMENT_IPV4 | NONOS_NIC_OFFLOAD_SEGMENT_IPV6);
    q->nslots = q->nfree = q->ring.size / 2;
    for (unsigned i = 0; i < q->nslots; i++)
        q->free[i] = (uint8_t)(q->nslots - 1 - i);
    return NONOS_OK;
}

static int queues_set_up(struct vnet *v)
{
    int r = NONOS_OK;
    virtio_write(&v->device, VIRTIO_CONFIG_VECTOR, 2, v->config_vector);
    if (virtio_read(&v->device, VIRTIO_CONFIG_VECTOR, 2) != v->config_vector)
        return NONOS_E_UNSUPPORTED;
    for (unsigned i = 0; i < v->active && r == 0; i++) {
        memset(v->pairs[i].dma, 0, VNET_DMA_BYTES);
        r = direction_set_up(&v->pairs[i], VNET_RX);
        if (r == 0)
            r = direction_set_up(&v->pairs[i], VNET_TX);
    }
    return r < 0 ? r : vnet_commands_set_up(v);
}

static void queues_enable(struct vnet *v)
{
    for (unsigned i = 0; i < v->active; i++) {
        virtio_queue_enable(&v->device, (uint16_t)vnet_place(i, VNET_RX));
        virtio_queue_enable(&v->device, (uint16_t)vnet_place(i, VNET_TX));
    }
    vnet_commands_enable(v);
}

/* A device without an address of its own filters nothing and need not be told. */
static int mac_choose(struct vnet *v)
{
    struct nic_port *p = &v->pairs[0].port;
    uint64_t wanted = p->client->mac;
    p->mac = p->own_mac;
    if (wanted && wanted != p->own_mac && (!p->own_mac || vnet_command_mac(v, wanted)))
        p->mac = wanted;
    return p->mac ? NONOS_OK : NONOS_E_UNSUPPORTED;
}

/* The first pair's port has the facts of the card; those of the others check frames by them, too. */
static void ports_agree(struct vnet *v)
{
    const struct nic_port *first = &v->pairs[0].port;
    for (unsigned i = 1; i < v->active; i++) {
        struct nic_port *p = &v->pairs[i].port;
        p->mtu = first->mtu;
        p->rx_min = first->rx_min;
        p->offloads = first->offloads;
    }
}

/* After a reset; the order is that of section 3.1.1. */
static int device_up(struct vnet *v, unsigned npairs)
{
    int r = device_ask(v, npairs);
    v->active = v->device.features & VNET_F_MQ ? npairs : 1;
    if (r == 0)
        r = queues_set_up(v);
    if (r < 0) {
        virtio_status_add(&v->device, VIRTIO_FAILED);
        return r;
    }
    queues_enable(v);
    virtio_status_add(&v->device, VIRTIO_DRIVER_OK);
    r = mac_choose(v);
    /* Section 5.1.6.5.6: until it is told otherwise the device uses the first pair. */
    if (v->active > 1 && !vnet_command_pairs(v, v->active))
        v->active = 1;
    ports_agree(v);
    return r;
}

/* ---- buffers ---- */

/* Whether one more buffer can be taken: a slot is free, and there is room for all to come back. */
static bool has_room(const struct vnet_pair *p, unsigned queue)
{
    return p->queues[queue].nfree > 0 && nic_port_room(&p->port, queue, vnet_in_flight(p, queue));
}

/* ---- waiting ---- */

/*
 * The device tells of every frame that arrives. Of frames that were sent it need not while half of the slots are free: they are
 * looked at when something else happens.
 */
static bool device_may_wait(struct vnet_pair *p)
{
    struct vnet_queue *tx = &p->queues[VNET_TX];
    bool wait = virtq_may_wait(&p->queues[VNET_RX].ring);
    if (tx->nfree < tx->nslots / 2)
        wait = virtq_may_wait(&tx->ring) && wait;
    return wait;
}

/* ---- recovery ---- */

/* Gives the buffers for arriving frames to the device again, and those of sent ones back. It has been reset, and set up. */
static void slots_renew(struct vnet_pair *p)
{
    const struct vnet_queue *tx = &p->before[VNET_TX], *rx = &p->before[VNET_RX];
    for (unsigned i = 0; i < tx->nslots; i++)
        if (tx->slots[i].busy) {
            nic_port_count(&p->port, NONOS_NIC_TX_LOST);
            nic_port_return(&p->port, NIC_TX, tx->slots[i].buffer.offset, 0);
        }
    for (unsigned i = 0; i < rx->nslots; i++) {
        const struct nonos_nic_buffer *b = &rx->slots[i].buffer;
        if (!rx->slots[i].busy)
            continue;
        if (p->queues[VNET_RX].nfree > 0)
            vnet_buffer_submit(p, VNET_RX, b);
        else
            nic_port_return(&p->port, NIC_RX, b->offset, 0);
    }
}

/* How many resets there were since any pair last did something, this one counted. */
static unsigned resets_count(struct vnet *v)
{
    unsigned least = ++v->pairs[0].port.resets;
    for (unsigned i = 1; i < v->active; i++)
        if (++v->pairs[i].port.resets < least)
            least = v->pairs[i].port.resets;
    return least;
}

static int device_failed(struct vnet *v)
{
    for (unsigned i = 0; i < v->npairs; i++)
        v->pairs[i].port.dead = true;
    return NONOS_E_NO_DEVICE;
}

int vnet_recover(struct vnet *v)
{
    uint32_t offloads = v->pairs[0].port.offloads;
    unsigned active = v->active;
    if (!v->pairs[0].port.client || v->pairs[0].port.dead)
        return v->pairs[0].port.dead ? NONOS_E_NO_DEVICE : NONOS_OK;
    nic_port_count(&v->pairs[0].port, NONOS_NIC_RESETS);
    int r = virtio_reset(&v->device);
    if (r == 0)
        r = resets_count(v) > NIC_RESETS_MAX ? NONOS_E_NO_DEVICE : NONOS_OK;
    for (unsigned i = 0; i < active; i++) {
        struct vnet_pair *p = &v->pairs[i];
        memcpy(p->before, p->queues, sizeof(p->before));
        memset(p->queues, 0, sizeof(p->queues));
        __atomic_store_n(&p->broken, false, __ATOMIC_RELAXED);
    }
    if (r == 0)
        r = device_up(v, active);
    /* What the client was promised must still be. */
    if (r == 0 && (v->pairs[0].port.offloads != offloads || v->active != active))
        r = NONOS_E_UNSUPPORTED;
    if (r < 0)
        return device_failed(v);
    for (unsigned i = 0; i < active; i++)
        slots_renew(&v->pairs[i]);
    return NONOS_OK;
}

bool vnet_broken(const struct vnet *v)
{
    for (unsigned i = 0; i < v->npairs; i++)
        if (__atomic_load_n(&v->pairs[i].broken, __ATOMIC_RELAXED))
            return true;
    return false;
}

/* Only who has no pair's turn can bring the device back. */
static int pair_break(struct vnet_pair *p)
{
    __atomic_store_n(&p->broken, true, __ATOMIC_RELAXED);
    return NONOS_E_IO;
}

static bool timed_out(const struct vnet_pair *p)
{
    const struct vnet_queue *tx = &p->queues[VNET_TX];
    for (unsigned i = 0; i < tx->nslots; i++)
        if (tx->slots[i].busy && p->port.now_ns >= tx->slots[i].deadline_ns)
            return true;
    return false;
}

static int pair_serve(struct vnet_pair *p)
{
    if (p->broken)
        return NONOS_E_IO;
    if (!vnet_used_take(p, VNET_RX) || !vnet_used_take(p, VNET_TX)) {
        nic_port_count(&p->port, NONOS_NIC_NONSENSE);
        return pair_break(p);
    }
    if (vnet_in_flight(p, VNET_TX) > 0 && p->port.now_ns < p->look_ns)
        return NONOS_OK;
    p->look_ns = p->port.now_ns + NIC_LOOK_NS;
    if (vnet_in_flight(p, VNET_TX) > 0 &&
        (virtio_read(&p->net->device, VIRTIO_STATUS, 1) & VIRTIO_NEEDS_RESET || timed_out(p)))
        return pair_break(p);
    return NONOS_OK;
}

/* ---- interface ---- */

static void pair_init(struct vnet *v, unsigned number, void *dma, uint64_t dma_address,
                      uint16_t vector)
{
    struct vnet_pair *p = &v->pairs[number];
    nic_port_init(&p->port, v->ops->port, v->context);
    p->net = v;
    p->number = number;
    p->dma = dma;
    p->dma_address = dma_address;
    p->vector = vector;
}

int vnet_start(struct vnet *v, const struct vnet_ops *ops, void *context, void *dma,
               uint64_t dma_address, uint16_t vector, uint16_t config_vector)
{
    memset(v, 0, sizeof(*v));
    v->device = (struct virtio){.access = ops->access, .context = context};
    v->ops = ops;
    v->context = context;
    v->config_vector = config_vector;
    v->npairs = 1;
    pair_init(v, 0, dma, dma_address, vector);
    int r = virtio_reset(&v->device);
    if (r == 0)
        r = device_ask(v, VNET_PAIRS_MAX);
    if (r < 0) {
        virtio_status_add(&v->device, VIRTIO_FAILED);
        return r;
    }
    return virtio_reset(&v->device);
}

bool vnet_wants_pair(const struct vnet *v)
{
    return v->npairs < VNET_PAIRS_MAX && v->npairs < v->device_npairs;
}

void vnet_pair_add(struct vnet *v, void *dma, uint64_t dma_address, uint16_t vector)
{
    pair_init(v, v->npairs, dma, dma_address, vector);
    v->npairs++;
}

int vnet_close(struct vnet *v)
{
    for (unsigned i = 0; i < v->npairs; i++) {
        nic_port_attach(&v->pairs[i].port, NULL);
        __atomic_store_n(&v->pairs[i].broken, false, __ATOMIC_RELAXED);
    }
    int r = virtio_reset(&v->device);
    return r < 0 ? device_failed(v) : r;
}

int vnet_open(struct vnet *v, struct nic_client *queues)
{
    unsigned wanted = queues[0].nqueues < v->npairs ? queues[0].nqueues : v->npairs;
    int r = v->pairs[0].port.dead ? NONOS_E_NO_DEVICE : vnet_close(v);
    if (r < 0)
        return r;
    nic_port_attach(&v->pairs[0].port, &queues[0]);
    memset(v->pairs[0].queues, 0, sizeof(v->pairs[0].queues));
    for (unsigned i = 1; i < wanted; i++)
        memset(v->pairs[i].queues, 0, sizeof(v->pairs[i].queues));
    r = device_up(v, wanted ? wanted : 1);
    if (r < 0) {
        (void)!vnet_close(v);
        return r;
    }
    for (unsigned i = 1; i < v->active; i++)
        nic_port_attach(&v->pairs[i].port, &queues[i]);
    for (unsigned i = 0; i < v->active; i++)
        v->pairs[i].look_ns = v->pairs[i].port.now_ns + NIC_LOOK_NS;
    v->pairs[0].port.nqueues = v->active;
    return NONOS_OK;
}

static int card_serve(struct nic_port *port)
{
    return pair_serve((struct vnet_pair *)port);
}

static bool card_room(const struct nic_port *port, enum nic_direction direction)
{
    return has_room((const struct vnet_pair *)port, direction);
}

static void card_submit(struct nic_port *port, enum nic_direction direction,
                        const struct nonos_nic_buffer *b)
{
    vnet_buffer_submit((struct vnet_pair *)port, direction, b);
}

static void card_publish(struct nic_port *port, enum nic_direction direction)
{
    struct vnet_pair *p = (struct vnet_pair *)port;
    if (virtq_publish(&p->queues[direction].ring))
        p->net->ops->notify(p->net->context, vnet_place(p->number, direction));
}

static bool card_may_wait(struct nic_port *port)
{
    return device_may_wait((struct vnet_pair *)port);
}

int vnet_run(struct vnet *v, unsigned pair)
{
    static const struct nic_card card = {card_serve, card_room, card_submit, card_publish,
                                         card_may_wait};
    return nic_port_run(&v->pairs[pair].port, &card);
}

int vnet_configured(struct vnet *v)
{
    struct nic_port *p = &v->pairs[0].port;
    if (!p->client || p->dead)
        return p->dead ? NONOS_E_NO_DEVICE : NONOS_OK;
    p->now_ns = p->ops->now_ns(p->context);
    if (virtio_read(&v->device, VIRTIO_STATUS, 1) & VIRTIO_NEEDS_RESET)
        return vnet_recover(v);
    if (config_read(v) < 0)
        return device_failed(v);
    ports_agree(v);
    return NONOS_OK;
}

uint64_t vnet_deadline(const struct vnet *v, unsigned pair)
{
    const struct vnet_pair *p = &v->pairs[pair];
    return p->port.client && !p->port.dead && vnet_in_flight(p, VNET_TX) ? p->look_ns : NIC_NEVER;
}
