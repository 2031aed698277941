/*
 * The VirtIO network driver: serves nonos/nic.h for one device, to one client at a time.
 *
 * The client's frames lie in its own Memory, which the device reaches directly. If the device cannot be brought back the driver
 * ends: the broker then takes bus mastering away, the supervisor starts a new driver, and the client opens it.
 */
#include <stdlib.h>

#include <nonos/runtime.h>
#include <nonos/server.h>
#include <nonos/supervisor.h>

#include "../virtio/transport.h"
#include "vnet.h"

#define BIT_REQUEST ((uint64_t)NONOS_NIC_REQUEST_BIT)
#define BIT_IRQ     (1ull << 1)
#define BIT_CONFIG  (1ull << 2)
#define BIT_TIMER   (1ull << 3)
#define BIT_MORE    (1ull << 4) /* to ourselves */
#define MEMORY_MAX  (16ull << 20)
#define ISR_LEN     1u
#define ISR_CONFIG  2u
#define NOTIFY_LEN  2u

struct client {
    struct vnet_client rings;
    uint64_t badge;
    nonos_handle memory; /* its deletion ends our mapping and the DMA window */
    nonos_handle notification;
    uint64_t bits;
    uint64_t *pages;
};

static struct nonos_server server;
static struct transport transport;
static struct vnet vnet;
static struct client *client;
static volatile uint16_t *notify_at[VNET_QUEUES];
static nonos_handle domain, irq, config_irq, requests_signal;
static bool msix, timer_set;
static bool shared; /* one message for frames and for the configuration */

/* ---- what the driver proper needs ---- */

static void hw_notify(void *context, unsigned queue)
{
    (void)context;
    if (notify_at[queue])
        *notify_at[queue] = (uint16_t)queue; /* section 4.1.5.2 */
}

static uint64_t hw_now(void *context)
{
    (void)context;
    return nonos_time_monotonic();
}

static void hw_signal(void *context)
{
    (void)context;
    (void)nonos_notify_signal(client->notification, client->bits);
}

static const struct vnet_ops hw_ops = {&transport_access, hw_notify, hw_now, hw_signal};

/* ---- the loop ---- */

/* Goes on after a run of the driver proper that gave `r`. */
static void ran(int r)
{
    if (r < 0) {
        nonos_logf("virtio-net: the device failed: %s\n", nonos_strerror(r));
        nonos_server_stop(&server);
        return;
    }
    if (r > 0)
        (void)nonos_notify_signal(server.notification, BIT_MORE);
    uint64_t deadline = vnet_deadline(&vnet);
    if (deadline != NONOS_NEVER && !timer_set) {
        timer_set = true;
        (void)nonos_notify_timer(server.notification, deadline, BIT_TIMER);
    }
}

static void signalled(struct nonos_server *s, uint64_t bits)
{
    bool configured = bits & BIT_CONFIG || (bits & BIT_IRQ && shared);
    (void)s;
    if (bits & BIT_TIMER)
        timer_set = false;
    /* Reading the status makes the device let go of its line; only then may the line be unmasked. */
    if (bits & BIT_IRQ && !msix)
        configured = transport_read(&transport, TRANSPORT_ISR, 0, 1) & ISR_CONFIG;
    ran(configured ? vnet_configured(&vnet) : vnet_run(&vnet));
    if (bits & BIT_IRQ)
        (void)nonos_irq_ack(irq);
    if (bits & BIT_CONFIG)
        (void)nonos_irq_ack(config_irq);
}

/* ---- the client ---- */

static void client_free(struct client *c)
{
    if (c->memory)
        (void)nonos_cap_delete(c->memory);
    if (c->notification)
        (void)nonos_cap_delete(c->notification);
    free(c->pages);
    free(c);
}

/* A device that does not reset may still have the client's pages: these stay ours until the broker has switched its bus mastering off. */
static int client_close(void)
{
    struct client *c = client;
    client = NULL;
    if (!c)
        return NONOS_OK;
    int r = vnet_close(&vnet);
    if (r < 0)
        ran(r);
    else
        client_free(c);
    return r;
}

/* What OPEN says, checked. */
struct layout {
    uint32_t entries;
    uint64_t len;
};

static bool layout_decode(struct layout *l, const uint64_t *words)
{
    if (words[0] == 0 || words[0] > NONOS_NIC_ENTRIES_MAX || words[0] & (words[0] - 1) ||
        words[1] % NONOS_PAGE_SIZE || words[1] > MEMORY_MAX || words[3] >> 48)
        return false;
    *l = (struct layout){(uint32_t)words[0], words[1]};
    return nonos_nic_ring_offset(NONOS_NIC_RINGS, l->entries) <= l->len;
}

static int client_attach(struct client *c, const struct layout *l)
{
    void *base;
    int r = transport_client_memory(domain, c->memory, l->len, &base, &c->pages);
    if (r < 0)
        return r;
    c->rings.status = base;
    c->rings.pages = c->pages;
    c->rings.len = l->len;
    for (unsigned i = 0; i < NONOS_NIC_RINGS; i++)
        nonos_ring_attach(&c->rings.rings[i],
                          (uint8_t *)base + nonos_nic_ring_offset(i, l->entries), l->entries,
                          sizeof(struct nonos_nic_buffer));
    client = c;
    r = vnet_open(&vnet, &c->rings);
    if (r < 0)
        client = NULL;
    return r;
}

static int request_open(struct nonos_request *request)
{
    struct layout layout;
    if (!layout_decode(&layout, request->in.words) || request->in.ncaps < 2)
        return NONOS_E_INVALID;
    int r = client_close();
    if (r < 0)
        return r;
    struct client *c = calloc(1, sizeof(*c));
    if (!c)
        return NONOS_E_NO_MEMORY;
    c->badge = request->badge;
    c->memory = nonos_request_take(request, 0);
    c->notification = nonos_request_take(request, 1);
    c->bits = request->in.words[2];
    c->rings.mac = request->in.words[3];
    r = client_attach(c, &layout);
    if (r < 0) {
        if (vnet.dead)
            ran(NONOS_E_NO_DEVICE); /* its pages stay ours, see client_close() */
        else
            client_free(c);
        return r;
    }
    request->out.words[0] = vnet.mac;
    request->out.words[1] = vnet.mtu;
    (void)nonos_notify_signal(server.notification, BIT_MORE); /* it may have put buffers already */
    return nonos_request_give(request, requests_signal);
}

static int request_info(struct nonos_request *request)
{
    static const uint64_t both = VNET_F_CTRL_VQ | VNET_F_CTRL_MAC;
    uint64_t features = vnet.device.features;
    bool settable = !vnet.own_mac || (features & both) == both;
    request->out.words[0] = vnet.own_mac;
    request->out.words[1] = vnet.mtu;
    request->out.words[2] = (vnet.link ? NONOS_NIC_LINK : 0) | (settable ? NONOS_NIC_SET_MAC : 0);
    return NONOS_OK;
}

static int request_counter(struct nonos_request *request)
{
    if (request->in.words[0] >= NONOS_NIC_COUNTERS)
        return NONOS_E_NOT_FOUND;
    request->out.words[0] = vnet.counters[request->in.words[0]];
    return NONOS_OK;
}

static int call(struct nonos_server *s, struct nonos_request *request)
{
    (void)s;
    if (request->badge == 0) {
        if (request->in.label != NONOS_SUPERVISOR_GONE)
            return NONOS_E_NO_CALL;
        return client && client->badge == request->in.words[0] ? client_close() : NONOS_OK;
    }
    switch (request->in.label) {
    case NONOS_NIC_INFO:
        return request_info(request);
    case NONOS_NIC_OPEN:
        return request_open(request);
    case NONOS_NIC_COUNTER:
        return request_counter(request);
    default:
        return NONOS_E_NO_CALL;
    }
}

static const struct nonos_server_ops server_ops = {.call = call, .signalled = signalled};

/* ---- start ---- */

/* One message for frames and one for the configuration, if the device has two. */
static int interrupts_take(uint16_t *vector, uint16_t *config_vector)
{
    bool second;
    *vector = *config_vector = VIRTIO_NO_VECTOR;
    int r = transport_irq(&transport, 0, server.notification, BIT_IRQ, &irq, &msix);
    if (r < 0 || !msix)
        return r;
    *vector = 0;
    r = transport_irq(&transport, 1, server.notification, BIT_CONFIG, &config_irq, &second);
    shared = r == NONOS_E_NOT_FOUND;
    *config_vector = shared ? 0 : 1;
    return shared ? NONOS_OK : r;
}

static int notify_find(void)
{
    int r = transport_notify_find(&transport, VNET_RX, &notify_at[VNET_RX]);
    if (r >= 0)
        r = transport_notify_find(&transport, VNET_TX, &notify_at[VNET_TX]);
    /* Not every device has a queue for commands. */
    if (r >= 0 && transport_notify_find(&transport, VNET_CTRL, &notify_at[VNET_CTRL]) < 0)
        notify_at[VNET_CTRL] = NULL;
    return r;
}

static int device_start(void)
{
    static const uint32_t lens[TRANSPORT_BLOCKS] = {
        [TRANSPORT_COMMON] = VIRTIO_COMMON_LEN,
        [TRANSPORT_NOTIFY] = NOTIFY_LEN,
        [TRANSPORT_ISR] = ISR_LEN,
        [TRANSPORT_DEVICE] = VNET_CONFIG_LEN,
    };
    uint16_t vector, config_vector;
    void *memory;
    uint64_t address;
    int r = transport_open(&transport, nonos_cap_find("device"), lens);
    if (r < 0)
        return r;
    /* What the firmware or an earlier driver began must have ended before the device may reach memory again. */
    transport_write(&transport, TRANSPORT_COMMON, VIRTIO_STATUS, 1, 0);
    r = notify_find();
    if (r >= 0)
        r = transport_dma(&transport, &domain);
    if (r >= 0)
        r = transport_memory(domain, VNET_DMA_BYTES, &memory, &address);
    if (r >= 0)
        r = interrupts_take(&vector, &config_vector);
    return r < 0 ? r
                 : vnet_start(&vnet, &hw_ops, &transport, memory, address, vector, config_vector);
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
        nonos_logf("virtio-net: MTU %u%s%s\n", vnet.mtu, vnet.link ? "" : ", no link",
                   msix ? "" : ", line interrupt");
        r = nonos_server_run(&server);
    }
    if (r < 0)
        nonos_logf("virtio-net: %s\n", nonos_strerror(r));
    return 1;
}
