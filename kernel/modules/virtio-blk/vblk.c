#include "vblk.h"

#include <string.h>

#define NEVER          0xffffffffffffffffull /* NONOS_NEVER */
#define PAGE           4096u
#define SECTOR         512u /* unit of the device's addresses, whatever its block size */
#define BLOCK_SIZE_MAX 4096u
/* However fast clients put requests, others and the server loop get their turn. */
#define SERVE_MAX      1024u
#define ROUNDS_MAX     16u
/* With requests on their way the device's status is looked at so often: it has no interrupt for it. */
#define LOOK_NS        1000000000ull

/* Our DMA memory. */
#define DESC_AT      0u
#define AVAIL_AT     2048u
#define USED_AT      4096u
#define HEADERS_AT   8192u
#define HEADER_BYTES 32u
#define STATUS_AT    16u /* in a header's bytes */
#define ID_AT        (HEADERS_AT + VBLK_SLOTS * HEADER_BYTES)
#define TABLES_AT    12288u
#define TABLE_BYTES  (VBLK_CHAIN * 16u)

_Static_assert(VIRTQ_DESC_BYTES(VBLK_QUEUE_MAX) <= AVAIL_AT - DESC_AT, "descriptors");
_Static_assert(AVAIL_AT + VIRTQ_AVAIL_BYTES(VBLK_QUEUE_MAX) <= USED_AT, "available ring");
_Static_assert(USED_AT + VIRTQ_USED_BYTES(VBLK_QUEUE_MAX) <= HEADERS_AT, "used ring");
_Static_assert(ID_AT + VBLK_ID_LEN <= TABLES_AT, "headers");
_Static_assert(TABLES_AT + VBLK_SLOTS * TABLE_BYTES <= VBLK_DMA_BYTES, "indirect tables");

#define STATUS_PENDING 0xffu /* no answer of a device */

struct header {
    uint32_t type;
    uint32_t reserved;
    uint64_t sector;
};

/* ---- bringing the device up ---- */

struct limits {
    uint64_t sectors;
    uint32_t size_max, seg_max, block_size;
};

static int limits_read(const struct vblk *v, struct limits *l)
{
    static const struct virtio_field fields[] = {
        {VBLK_CAPACITY, 4}, {VBLK_CAPACITY + 4, 4}, {VBLK_SIZE_MAX, 4},
        {VBLK_SEG_MAX, 4},  {VBLK_BLOCK_SIZE, 4},
    };
    uint64_t features = v->device.features;
    uint32_t values[5];
    int r = virtio_config_read(&v->device, fields, values, 5);
    if (r < 0)
        return r;
    l->sectors = (uint64_t)values[1] << 32 | values[0];
    l->size_max = features & VBLK_F_SIZE_MAX ? values[2] : VBLK_REQUEST_MAX;
    l->seg_max = features & VBLK_F_SEG_MAX ? values[3] : VBLK_SEGMENTS;
    l->block_size = features & VBLK_F_BLK_SIZE ? values[4] : SECTOR;
    return NONOS_OK;
}

/* What a request may be, from the device's limits and the queue's size. */
static int limits_apply(struct vblk *v, const struct limits *l)
{
    unsigned chain_max = v->device.features & VIRTIO_F_INDIRECT ? VBLK_CHAIN : v->queue.size;
    if (l->block_size < SECTOR || l->block_size > BLOCK_SIZE_MAX ||
        (l->block_size & (l->block_size - 1)) || l->size_max < PAGE || l->seg_max < 2 ||
        chain_max < 4)
        return NONOS_E_UNSUPPORTED;
    v->block_size = l->block_size;
    v->nblocks = l->sectors / (l->block_size / SECTOR);
    v->segment_max = l->size_max;
    v->nsegments = l->seg_max < VBLK_SEGMENTS ? l->seg_max : VBLK_SEGMENTS;
    if (v->nsegments > chain_max - 2)
        v->nsegments = chain_max - 2;
    /* One segment less: data that does not begin at a page needs one more. */
    v->request_max = (v->nsegments - 1) * PAGE;
    v->nslots =
        v->device.features & VIRTIO_F_INDIRECT ? v->queue.size : v->queue.size / (v->nsegments + 2);
    if (v->nslots > VBLK_SLOTS)
        v->nslots = VBLK_SLOTS;
    return NONOS_OK;
}

static int queue_set_up(struct vblk *v)
{
    const struct virtio_queue_place place = {
        .memory = v->dma,
        .address = v->dma_address,
        .desc = DESC_AT,
        .avail = AVAIL_AT,
        .used = USED_AT,
        .size_max = VBLK_QUEUE_MAX,
    };
    memset(v->dma, 0, VBLK_DMA_BYTES);
    virtio_write(&v->device, VIRTIO_CONFIG_VECTOR, 2, VIRTIO_NO_VECTOR);
    return virtio_queue_set_up(&v->device, 0, &v->queue, &place, v->vector);
}

/* After a reset; the order is that of section 3.1.1. */
static int device_up(struct vblk *v)
{
    static const uint64_t wanted = VBLK_F_SIZE_MAX | VBLK_F_SEG_MAX | VBLK_F_RO | VBLK_F_BLK_SIZE |
                                   VBLK_F_FLUSH | VIRTIO_F_INDIRECT | VIRTIO_F_ALWAYS;
    struct limits limits;
    int r = virtio_features(&v->device, wanted);
    if (r == 0)
        r = limits_read(v, &limits);
    if (r == 0)
        r = queue_set_up(v);
    if (r == 0)
        r = limits_apply(v, &limits);
    if (r < 0) {
        virtio_status_add(&v->device, VIRTIO_FAILED);
        return r;
    }
    virtio_queue_enable(&v->device, 0);
    virtio_status_add(&v->device, VIRTIO_DRIVER_OK);
    return NONOS_OK;
}

/* ---- requests to the device ---- */

static struct header *slot_header(const struct vblk *v, unsigned slot)
{
    return (struct header *)(v->dma + HEADERS_AT + slot * HEADER_BYTES);
}

static uint8_t *slot_status(const struct vblk *v, unsigned slot)
{
    return v->dma + HEADERS_AT + slot * HEADER_BYTES + STATUS_AT;
}

/* A slot's descriptors: a table of its own, or a fixed part of the queue's. */
struct chain {
    struct virtq_desc *desc;
    unsigned first; /* number of desc[0], for `next` */
    unsigned count;
};

static struct chain chain_begin(const struct vblk *v, unsigned slot)
{
    if (v->device.features & VIRTIO_F_INDIRECT)
        return (struct chain){
            (struct virtq_desc *)(void *)(v->dma + TABLES_AT + slot * TABLE_BYTES), 0, 0};
    unsigned first = slot * (v->nsegments + 2);
    return (struct chain){v->queue.desc + first, first, 0};
}

static void chain_add(struct chain *c, uint64_t address, uint32_t len, uint16_t flags)
{
    unsigned i = c->count++;
    c->desc[i] = (struct virtq_desc){address, len, (uint16_t)(flags | VIRTQ_NEXT),
                                     (uint16_t)(c->first + i + 1)};
}

/* Adds [offset, offset + len) of a client's Memory; pages that the device sees side by side make one segment. */
static void chain_add_pages(struct chain *c, const struct vblk *v, const uint64_t *pages,
                            uint64_t offset, uint32_t len, uint16_t flags)
{
    while (len > 0) {
        uint64_t address = pages[offset / PAGE] + offset % PAGE;
        uint32_t n = 0;
        do {
            uint32_t part = PAGE - (uint32_t)((offset + n) % PAGE);
            if (part > len - n)
                part = len - n;
            if (n > v->segment_max - part ||
                pages[(offset + n) / PAGE] + (offset + n) % PAGE != address + n)
                break;
            n += part;
        } while (n < len);
        chain_add(c, address, n, flags);
        offset += n;
        len -= n;
    }
}

static void chain_submit(struct vblk *v, unsigned slot, struct chain *c)
{
    uint16_t head = (uint16_t)c->first;
    c->desc[c->count - 1].flags &= (uint16_t)~VIRTQ_NEXT;
    if (v->device.features & VIRTIO_F_INDIRECT) {
        head = (uint16_t)slot;
        v->queue.desc[slot] = (struct virtq_desc){v->dma_address + TABLES_AT + slot * TABLE_BYTES,
                                                  c->count * 16, VIRTQ_INDIRECT, 0};
    }
    virtq_put(&v->queue, head);
}

static unsigned slot_find_free(const struct vblk *v)
{
    unsigned slot = 0;
    while (slot < v->nslots && v->slots[slot].busy)
        slot++;
    return slot;
}

/* Hands a request to the device in a free slot. `client` NULL: for the serial number, into our own memory. */
static void slot_submit(struct vblk *v, unsigned slot, struct vblk_client *client, uint32_t type,
                        const struct nonos_block_request *request)
{
    uint64_t at = v->dma_address + HEADERS_AT + slot * HEADER_BYTES;
    uint32_t len = request->nblocks * v->block_size;
    uint16_t flags = type == VBLK_OUT ? 0 : VIRTQ_WRITE;
    struct chain c = chain_begin(v, slot);
    *slot_header(v, slot) = (struct header){type, 0, request->block * (v->block_size / SECTOR)};
    *slot_status(v, slot) = STATUS_PENDING;
    chain_add(&c, at, sizeof(struct header), 0);
    if (!client) {
        len = VBLK_ID_LEN;
        chain_add(&c, v->dma_address + ID_AT, len, VIRTQ_WRITE);
    } else if (type != VBLK_FLUSH) {
        chain_add_pages(&c, v, client->pages, request->data, len, flags);
    } else {
        len = 0;
    }
    chain_add(&c, at + STATUS_AT, 1, VIRTQ_WRITE);
    chain_submit(v, slot, &c);
    v->slots[slot] = (struct vblk_slot){
        .busy = true,
        .client = client,
        .id = request->id,
        .deadline_ns = v->now_ns + VBLK_TIMEOUT_NS,
        .written_max = 1 + (flags ? len : 0),
    };
    v->in_flight++;
    if (client)
        client->in_flight++;
}

/* The serial number is asked for like a block is; until it comes there is none. */
static void serial_ask(struct vblk *v)
{
    static const struct nonos_block_request none = {0};
    slot_submit(v, slot_find_free(v), NULL, VBLK_GET_ID, &none);
}

/* ---- completions ---- */

static void complete(struct vblk_client *client, uint64_t id, int32_t result)
{
    struct nonos_block_completion c = {.id = id, .result = result};
    /* There was room when the request was taken; a client that meddles with its ring loses its own answers. */
    (void)nonos_ring_put(&client->completions, &c);
    client->pending = true;
}

static void client_release_if_idle(struct vblk *v, struct vblk_client *client)
{
    if (!client->closed || client->in_flight)
        return;
    for (unsigned i = 0; i < VBLK_CLIENTS; i++)
        if (v->clients[i] == client)
            v->clients[i] = NULL;
    v->ops->released(v->context, client);
}

static void slot_end(struct vblk *v, unsigned slot, int32_t result)
{
    struct vblk_slot *s = &v->slots[slot];
    struct vblk_client *client = s->client;
    s->busy = false;
    v->in_flight--;
    if (!client) {
        if (result == 0)
            memcpy(v->serial, v->dma + ID_AT, VBLK_ID_LEN);
        return;
    }
    client->in_flight--;
    if (!client->closed)
        complete(client, s->id, result);
    client_release_if_idle(v, client);
}

static int32_t slot_result(const struct vblk *v, unsigned slot)
{
    switch (__atomic_load_n(slot_status(v, slot), __ATOMIC_RELAXED)) {
    case VBLK_S_OK:
        return NONOS_OK;
    case VBLK_S_UNSUPPORTED:
        return NONOS_E_UNSUPPORTED;
    default:
        return NONOS_E_IO;
    }
}

/* Takes what the device has finished; false if it reported something that cannot be. */
static bool used_take(struct vblk *v)
{
    unsigned stride = v->device.features & VIRTIO_F_INDIRECT ? 1 : v->nsegments + 2;
    uint32_t id, len;
    for (;;) {
        switch (virtq_take(&v->queue, v->in_flight, &id, &len)) {
        case VIRTQ_NONE:
            return true;
        case VIRTQ_NONSENSE:
            return false;
        case VIRTQ_TAKEN:
            break;
        }
        unsigned slot = id / stride;
        if (id % stride || slot >= v->nslots || !v->slots[slot].busy ||
            len > v->slots[slot].written_max)
            return false;
        v->resets = 0;
        slot_end(v, slot, slot_result(v, slot));
    }
}

/* ---- requests of clients ---- */

static int request_check(const struct vblk *v, const struct vblk_client *client,
                         const struct nonos_block_request *request, uint32_t *type)
{
    if (request->op == NONOS_BLOCK_FLUSH_NOW) {
        *type = VBLK_FLUSH;
        return NONOS_OK;
    }
    if (request->op != NONOS_BLOCK_READ && request->op != NONOS_BLOCK_WRITE)
        return NONOS_E_INVALID;
    *type = request->op == NONOS_BLOCK_READ ? VBLK_IN : VBLK_OUT;
    if (*type == VBLK_OUT && v->device.features & VBLK_F_RO)
        return NONOS_E_READ_ONLY;
    if (request->nblocks == 0 || request->nblocks > v->request_max / v->block_size ||
        request->data % SECTOR)
        return NONOS_E_INVALID;
    uint64_t len = (uint64_t)request->nblocks * v->block_size;
    if (request->data > client->len || len > client->len - request->data)
        return NONOS_E_INVALID;
    if (request->block >= v->nblocks || request->nblocks > v->nblocks - request->block)
        return NONOS_E_RANGE;
    return NONOS_OK;
}

/* Room for answers to all that is on its way and one more. */
static bool client_has_room(const struct vblk_client *client)
{
    return client->in_flight < nonos_ring_room(&client->completions);
}

/* Takes one request of a client, if there is one and it can be answered. */
static bool client_serve(struct vblk *v, struct vblk_client *client)
{
    struct nonos_block_request request;
    uint32_t type;
    unsigned slot = slot_find_free(v);
    if (client->closed || slot == v->nslots || !client_has_room(client) ||
        !nonos_ring_take(&client->requests, &request))
        return false;
    int r = v->dead ? NONOS_E_NO_DEVICE : request_check(v, client, &request, &type);
    if (r < 0)
        complete(client, request.id, r);
    else if (type == VBLK_FLUSH && !(v->device.features & VBLK_F_FLUSH))
        complete(client, request.id, NONOS_OK); /* without FLUSH every write is durable (5.2.6.2) */
    else
        slot_submit(v, slot, client, type, &request);
    return true;
}

/* One request of each client in turn, until none has any that can be taken, or for long enough. */
static void clients_serve(struct vblk *v)
{
    unsigned idle = 0;
    for (unsigned n = 0; n < SERVE_MAX && idle < VBLK_CLIENTS; n++) {
        struct vblk_client *client = v->clients[v->turn++ % VBLK_CLIENTS];
        idle = client && client_serve(v, client) ? 0 : idle + 1;
    }
}

/* Answers are shown to the clients at once, and each is woken at most once. */
static void clients_signal(struct vblk *v)
{
    for (unsigned i = 0; i < VBLK_CLIENTS; i++) {
        struct vblk_client *client = v->clients[i];
        if (!client || !client->pending)
            continue;
        client->pending = false;
        if (nonos_ring_publish(&client->completions))
            v->ops->signal(v->context, client);
    }
}

/* Whether every client that can be served has asked for nothing more; then each will signal. */
static bool clients_may_wait(struct vblk *v)
{
    bool wait = true;
    for (unsigned i = 0; i < VBLK_CLIENTS; i++) {
        struct vblk_client *client = v->clients[i];
        if (!client || client->closed || nonos_ring_may_wait(&client->requests))
            continue;
        /*
         * Entries that we have no slot or no room for now are looked at when a slot or room is there. A tail that makes no sense is
         * none of our business.
         */
        if (slot_find_free(v) < v->nslots && client_has_room(client) &&
            nonos_ring_waiting(&client->requests) > 0)
            wait = false;
    }
    return wait;
}

/* ---- recovery ---- */

/* Ends what is on its way with `result`. The device must have been reset. */
static void slots_end_all(struct vblk *v, int32_t result)
{
    for (unsigned i = 0; i < VBLK_SLOTS; i++)
        if (v->slots[i].busy)
            slot_end(v, i, result);
}

/* The device talks nonsense, has failed or is silent. */
static int recover(struct vblk *v, int32_t result)
{
    int r = virtio_reset(&v->device);
    if (r < 0) {
        /* It may still write to the clients' pages: these stay mapped until the broker has switched its bus mastering off. */
        v->dead = true;
        return r;
    }
    slots_end_all(v, result);
    r = ++v->resets > VBLK_RESETS_MAX ? NONOS_E_NO_DEVICE : device_up(v);
    v->dead = r < 0;
    return v->dead ? NONOS_E_NO_DEVICE : NONOS_OK;
}

static bool timed_out(const struct vblk *v)
{
    for (unsigned i = 0; i < VBLK_SLOTS; i++)
        if (v->slots[i].busy && v->now_ns >= v->slots[i].deadline_ns)
            return true;
    return false;
}

static int device_serve(struct vblk *v)
{
    if (v->dead)
        return NONOS_E_NO_DEVICE;
    if (!used_take(v))
        return recover(v, NONOS_E_IO);
    if (!v->in_flight || v->now_ns < v->look_ns)
        return NONOS_OK;
    v->look_ns = v->now_ns + LOOK_NS;
    if (virtio_read(&v->device, VIRTIO_STATUS, 1) & VIRTIO_NEEDS_RESET)
        return recover(v, NONOS_E_IO);
    return timed_out(v) ? recover(v, NONOS_E_TIMED_OUT) : NONOS_OK;
}

/* ---- interface ---- */

int vblk_start(struct vblk *v, const struct vblk_ops *ops, void *context, void *dma,
               uint64_t dma_address, uint16_t vector)
{
    memset(v, 0, sizeof(*v));
    v->device = (struct virtio){.access = ops->access, .context = context};
    v->ops = ops;
    v->context = context;
    v->dma = dma;
    v->dma_address = dma_address;
    v->vector = vector;
    int r = virtio_reset(&v->device);
    if (r == 0)
        r = device_up(v);
    if (r < 0)
        return r;
    v->now_ns = ops->now_ns(context);
    v->look_ns = v->now_ns + LOOK_NS;
    serial_ask(v);
    if (virtq_publish(&v->queue))
        v->ops->notify(v->context);
    return NONOS_OK;
}

int vblk_client_add(struct vblk *v, struct vblk_client *client)
{
    for (unsigned i = 0; i < VBLK_CLIENTS; i++)
        if (!v->clients[i]) {
            client->in_flight = 0;
            client->closed = client->pending = false;
            v->clients[i] = client;
            return NONOS_OK;
        }
    return NONOS_E_NO_SPACE;
}

void vblk_client_close(struct vblk *v, struct vblk_client *client)
{
    client->closed = true;
    client_release_if_idle(v, client);
}

int vblk_run(struct vblk *v)
{
    bool more = true;
    int r = NONOS_OK;
    v->now_ns = v->ops->now_ns(v->context);
    if (!v->in_flight)
        v->look_ns = v->now_ns + LOOK_NS;
    for (unsigned round = 0; round < ROUNDS_MAX && more; round++) {
        r = device_serve(v);
        clients_serve(v);
        if (r == 0 && virtq_publish(&v->queue))
            v->ops->notify(v->context);
        clients_signal(v);
        more = r == 0 && !virtq_may_wait(&v->queue);
        more = !clients_may_wait(v) || more;
    }
    return r < 0 ? r : more;
}

uint64_t vblk_deadline(const struct vblk *v)
{
    return v->in_flight && !v->dead ? v->look_ns : NEVER;
}
