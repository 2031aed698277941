/*
 * The VirtIO block driver: serves nonos/block.h for one disk.
 *
 * A client is a connection; it has one queue, in its own Memory, which the device reaches directly. If the device cannot be brought
 * back the driver ends: the broker then takes bus mastering away, the supervisor starts a new driver, and clients submit again.
 */
#include <stdlib.h>
#include <string.h>

#include "../driver/loop.h"
#include "../virtio/transport.h"
#include "vblk.h"

#define MEMORY_MAX  (64ull << 20)
#define ENTRIES_MAX 1024u
#define ISR_LEN     1u
#define NOTIFY_LEN  2u

struct client {
    struct vblk_client queue;
    uint64_t badge;
    nonos_handle memory;
    nonos_handle notification;
    uint64_t bits;
    uint64_t *pages;
};

static struct driver_loop loop;
static struct transport transport;
static struct vblk vblk;
static struct client *clients[VBLK_CLIENTS]; /* whose queue is open */
static volatile uint16_t *notify_at;
static nonos_handle domain;
static bool msix;

/* ---- what the driver proper needs ---- */

static void hw_notify(void *context)
{
    (void)context;
    *notify_at = 0; /* the number of the queue (section 4.1.5.2) */
}

static uint64_t hw_now(void *context)
{
    (void)context;
    return nonos_time_monotonic();
}

static void hw_signal(void *context, struct vblk_client *queue)
{
    const struct client *client = queue->context;
    (void)context;
    (void)nonos_notify_signal(client->notification, client->bits);
}

static void client_free(struct client *client)
{
    if (client->memory)
        driver_memory_unmap(domain, client->memory, client->queue.len);
    /* What clients took back before this is out of reach when nothing is on its way. */
    if (vblk.in_flight == 0)
        (void)nonos_dma_settle(domain);
    if (client->notification)
        (void)nonos_cap_delete(client->notification);
    free(client->pages);
    free(client);
}

static void hw_released(void *context, struct vblk_client *queue)
{
    (void)context;
    client_free(queue->context);
}

static const struct vblk_ops hw_ops = {&transport_access, hw_notify, hw_now, hw_signal,
                                       hw_released};

/* ---- the loop ---- */

static int device_run(unsigned irqs)
{
    /* Reading the status makes the device let go of its line. */
    if (irqs && !msix)
        (void)transport_read(&transport, TRANSPORT_ISR, 0, 1);
    return vblk_run(&vblk);
}

static uint64_t device_deadline(void)
{
    return vblk_deadline(&vblk);
}

/* ---- clients ---- */

static void client_close(uint64_t badge)
{
    for (unsigned i = 0; i < VBLK_CLIENTS; i++)
        if (clients[i] && clients[i]->badge == badge) {
            struct client *client = clients[i];
            clients[i] = NULL;
            vblk_client_close(&vblk, &client->queue);
        }
}

/* The queue's place in the client's Memory, as OPEN says it. */
struct layout {
    uint32_t entries;
    uint64_t completions;
    uint64_t len;
};

static bool layout_decode(struct layout *l, const uint64_t *words)
{
    const uint64_t mask = NONOS_PAGE_SIZE - 1;
    if (words[0] == 0 || words[0] > ENTRIES_MAX || words[0] & (words[0] - 1) || words[1] & mask ||
        words[2] & mask || words[2] > MEMORY_MAX || words[1] >= words[2])
        return false;
    *l = (struct layout){(uint32_t)words[0], words[1], words[2]};
    return nonos_ring_bytes(l->entries, sizeof(struct nonos_block_request)) <= l->completions &&
           nonos_ring_bytes(l->entries, sizeof(struct nonos_block_completion)) <=
               l->len - l->completions;
}

/* Maps the client's Memory for us and for the device. */
static int client_map(struct client *client, const struct layout *l)
{
    void *base;
    int r = driver_memory_map(domain, client->memory, l->len, &base, &client->pages);
    if (r < 0)
        return r;
    client->queue.pages = client->pages;
    client->queue.len = l->len;
    client->queue.context = client;
    nonos_ring_attach(&client->queue.requests, base, l->entries,
                      sizeof(struct nonos_block_request));
    nonos_ring_attach(&client->queue.completions, (uint8_t *)base + l->completions, l->entries,
                      sizeof(struct nonos_block_completion));
    return NONOS_OK;
}

/* Whether the device still works for a queue of this client that was closed. */
static bool client_drains(uint64_t badge)
{
    for (unsigned i = 0; i < VBLK_CLIENTS; i++) {
        const struct vblk_client *queue = vblk.clients[i];
        if (queue && queue->closed && ((const struct client *)queue->context)->badge == badge)
            return true;
    }
    return false;
}

static unsigned client_place(void)
{
    unsigned i = 0;
    while (i < VBLK_CLIENTS && clients[i])
        i++;
    return i;
}

static int request_open(struct nonos_request *request)
{
    struct layout layout;
    if (!layout_decode(&layout, request->in.words) || request->in.ncaps < 2)
        return NONOS_E_INVALID;
    client_close(request->badge);
    if (client_drains(request->badge))
        return NONOS_E_BUSY;
    unsigned place = client_place();
    struct client *client = calloc(1, sizeof(*client));
    if (place == VBLK_CLIENTS || !client) {
        free(client);
        return client ? NONOS_E_NO_SPACE : NONOS_E_NO_MEMORY;
    }
    client->badge = request->badge;
    client->memory = nonos_request_take(request, 0);
    client->notification = nonos_request_take(request, 1);
    client->bits = request->in.words[3];
    int r = client_map(client, &layout);
    if (r >= 0)
        r = vblk_client_add(&vblk, &client->queue);
    if (r < 0) {
        client_free(client);
        return r;
    }
    clients[place] = client;
    driver_loop_more(&loop); /* it may have asked already */
    return nonos_request_give(request, loop.requests);
}

static int request_info(struct nonos_request *request)
{
    uint64_t *out = request->out.words;
    out[0] = vblk.block_size;
    out[1] = vblk.nblocks;
    out[2] = (vblk.device.features & VBLK_F_RO ? NONOS_BLOCK_READ_ONLY : 0) |
             (vblk.device.features & VBLK_F_FLUSH ? NONOS_BLOCK_FLUSH : 0);
    out[3] = vblk.request_max;
    memcpy(&out[4], vblk.serial, sizeof(vblk.serial));
    return NONOS_OK;
}

static int on_request(struct nonos_request *request)
{
    switch (request->in.label) {
    case NONOS_BLOCK_INFO:
        return request_info(request);
    case NONOS_BLOCK_OPEN:
        return request_open(request);
    default:
        return NONOS_E_NO_CALL;
    }
}

static const struct driver_loop_ops loop_ops = {device_run, device_deadline, on_request,
                                                client_close};

/* ---- start ---- */

static int device_start(void)
{
    static const uint32_t lens[TRANSPORT_BLOCKS] = {
        [TRANSPORT_COMMON] = VIRTIO_COMMON_LEN,
        [TRANSPORT_NOTIFY] = NOTIFY_LEN,
        [TRANSPORT_ISR] = ISR_LEN,
        [TRANSPORT_DEVICE] = VBLK_CONFIG_LEN,
    };
    enum driver_irq_kind kind = DRIVER_IRQ_LINE;
    void *memory;
    uint64_t address;
    int r = transport_open(&transport, nonos_cap_find("device"), lens);
    if (r < 0)
        return r;
    /* What the firmware or an earlier driver began must have ended before the device may reach memory again. */
    transport_write(&transport, TRANSPORT_COMMON, VIRTIO_STATUS, 1, 0);
    r = transport_notify_find(&transport, 0, &notify_at);
    if (r >= 0)
        r = driver_dma_take(transport.device, &domain);
    if (r >= 0)
        r = driver_memory_make(domain, VBLK_DMA_BYTES, &memory, &address);
    if (r >= 0)
        r = driver_loop_irq(&loop, transport.device, 0, &kind);
    msix = kind == DRIVER_IRQ_MSIX;
    if (r >= 0)
        r = vblk_start(&vblk, &hw_ops, &transport, memory, address, msix ? 0 : VIRTIO_NO_VECTOR);
    return r;
}

int main(void)
{
    int r = driver_loop_init(&loop, "virtio-blk", &loop_ops);
    if (r >= 0)
        r = device_start();
    if (r < 0) {
        nonos_logf("virtio-blk: %s\n", nonos_strerror(r));
        return 1;
    }
    nonos_logf("virtio-blk: %lu blocks of %u bytes%s%s\n", vblk.nblocks, vblk.block_size,
               vblk.device.features & VBLK_F_RO ? ", read-only" : "",
               msix ? "" : ", line interrupt");
    return driver_loop_run(&loop);
}
