/*
 * The VirtIO block driver: serves nonos/block.h for one disk.
 *
 * A client is a connection; it has one queue, in its own Memory, which the device reaches directly. If the device cannot be brought
 * back the driver ends: the broker then takes bus mastering away, the supervisor starts a new driver, and clients submit again.
 */
#include <stdlib.h>
#include <string.h>

#include <nonos/runtime.h>
#include <nonos/server.h>
#include <nonos/supervisor.h>

#include "../virtio/transport.h"
#include "vblk.h"

#define BIT_REQUEST ((uint64_t)NONOS_BLOCK_REQUEST_BIT)
#define BIT_IRQ     (1ull << 1)
#define BIT_TIMER   (1ull << 2)
#define BIT_MORE    (1ull << 3) /* to ourselves */
#define MEMORY_MAX  (64ull << 20)
#define ENTRIES_MAX 1024u
#define ISR_LEN     1u
#define NOTIFY_LEN  2u

struct client {
    struct vblk_client queue;
    uint64_t badge;
    nonos_handle memory; /* its deletion ends our mapping and the DMA window */
    nonos_handle notification;
    uint64_t bits;
    uint64_t *pages;
};

static struct nonos_server server;
static struct transport transport;
static struct vblk vblk;
static struct client *clients[VBLK_CLIENTS]; /* whose queue is open */
static volatile uint16_t *notify_at;
static nonos_handle domain, irq, requests_signal;
static bool msix, timer_set;

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
        (void)nonos_cap_delete(client->memory);
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

static void run(void)
{
    int r = vblk_run(&vblk);
    if (r < 0) {
        nonos_logf("virtio-blk: the device failed: %s\n", nonos_strerror(r));
        nonos_server_stop(&server);
        return;
    }
    if (r > 0)
        (void)nonos_notify_signal(server.notification, BIT_MORE);
    uint64_t deadline = vblk_deadline(&vblk);
    if (deadline != NONOS_NEVER && !timer_set) {
        timer_set = true;
        (void)nonos_notify_timer(server.notification, deadline, BIT_TIMER);
    }
}

static void signalled(struct nonos_server *s, uint64_t bits)
{
    (void)s;
    if (bits & BIT_TIMER)
        timer_set = false;
    /* Reading the status makes the device let go of its line; only then may the line be unmasked. */
    if (bits & BIT_IRQ && !msix)
        (void)transport_read(&transport, TRANSPORT_ISR, 0, 1);
    run();
    if (bits & BIT_IRQ)
        (void)nonos_irq_ack(irq);
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
    int r = transport_client_memory(domain, client->memory, l->len, &base, &client->pages);
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
    (void)nonos_notify_signal(server.notification, BIT_MORE); /* it may have asked already */
    return nonos_request_give(request, requests_signal);
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

static int call(struct nonos_server *s, struct nonos_request *request)
{
    (void)s;
    if (request->badge == 0) {
        if (request->in.label != NONOS_SUPERVISOR_GONE)
            return NONOS_E_NO_CALL;
        client_close(request->in.words[0]);
        return NONOS_OK;
    }
    switch (request->in.label) {
    case NONOS_BLOCK_INFO:
        return request_info(request);
    case NONOS_BLOCK_OPEN:
        return request_open(request);
    default:
        return NONOS_E_NO_CALL;
    }
}

static const struct nonos_server_ops server_ops = {.call = call, .signalled = signalled};

/* ---- start ---- */

static int device_start(void)
{
    static const uint32_t lens[TRANSPORT_BLOCKS] = {
        [TRANSPORT_COMMON] = VIRTIO_COMMON_LEN,
        [TRANSPORT_NOTIFY] = NOTIFY_LEN,
        [TRANSPORT_ISR] = ISR_LEN,
        [TRANSPORT_DEVICE] = VBLK_CONFIG_LEN,
    };
    void *memory;
    uint64_t address;
    int r = transport_open(&transport, nonos_cap_find("device"), lens);
    if (r < 0)
        return r;
    /* What the firmware or an earlier driver began must have ended before the device may reach memory again. */
    transport_write(&transport, TRANSPORT_COMMON, VIRTIO_STATUS, 1, 0);
    r = transport_notify_find(&transport, 0, &notify_at);
    if (r >= 0)
        r = transport_dma(&transport, &domain);
    if (r >= 0)
        r = transport_memory(domain, VBLK_DMA_BYTES, &memory, &address);
    if (r >= 0)
        r = transport_irq(&transport, 0, server.notification, BIT_IRQ, &irq, &msix);
    if (r >= 0)
        r = vblk_start(&vblk, &hw_ops, &transport, memory, address, msix ? 0 : VIRTIO_NO_VECTOR);
    return r;
}

static int start(void)
{
    int r = nonos_server_init(&server, nonos_cap_find("serve"), &server_ops, NULL);
    if (r >= 0)
        r = nonos_cap_derive(server.notification, NONOS_NOTIFICATION_SIGNAL | NONOS_RIGHT_GRANT, 0,
                             NONOS_NEVER, 0, &requests_signal);
    return r < 0 ? r : device_start();
}

int main(void)
{
    int r = start();
    if (r >= 0) {
        nonos_logf("virtio-blk: %lu blocks of %u bytes%s%s\n", vblk.nblocks, vblk.block_size,
                   vblk.device.features & VBLK_F_RO ? ", read-only" : "",
                   msix ? "" : ", line interrupt");
        r = nonos_server_run(&server);
    }
    if (r < 0)
        nonos_logf("virtio-blk: %s\n", nonos_strerror(r));
    return 1;
}
