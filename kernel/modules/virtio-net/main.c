/*
 * The VirtIO network driver: brings the device up, and serves it by ../driver/nic_server.h, whose loop takes the turns of the first pair
 * of queues and does what concerns the whole device.
 */
#include <stdio.h>

#include "../driver/nic_server.h"
#include "../virtio/transport.h"
#include "vnet.h"
#include "workers.h"

#define IRQ_FRAMES 1u
#define IRQ_CONFIG 2u
#define ISR_LEN    1u
#define ISR_CONFIG 2u
#define NOTIFY_LEN 2u

static struct driver_loop *loop;
static struct transport transport;
static struct vnet vnet;
static struct {
    volatile uint16_t *at;
    uint16_t index;
} notify_places[VNET_PLACES];
static bool msix;
static bool shared; /* one message for frames and for the configuration */

static int hw_notify_find(void *context, unsigned place, uint16_t index)
{
    notify_places[place].index = index;
    return transport_notify_find(context, index, &notify_places[place].at);
}

static void hw_notify(void *context, unsigned place)
{
    (void)context;
    *notify_places[place].at = notify_places[place].index; /* section 4.1.5.2 */
}

static const struct vnet_ops hw_ops = {&transport_access, hw_notify_find, hw_notify,
                                       &nic_server_port_ops};

static int card_open(struct nic_client *client)
{
    workers_stop();
    int r = vnet_open(&vnet, client);
    workers_go();
    if (r >= 0 && vnet.active < client->nqueues)
        nonos_logf("virtio-net: the device uses %u pair of queues, not %u\n", vnet.active,
                   client->nqueues);
    return r;
}

static int card_close(void)
{
    workers_stop();
    int r = vnet_close(&vnet);
    workers_go();
    return r;
}

/* What concerns the whole device; afterwards each pair has a turn. */
static int whole(int (*act)(struct vnet *v))
{
    workers_stop();
    int r = act(&vnet);
    workers_go();
    return r;
}

static int card_run(unsigned irqs)
{
    bool configured = irqs & IRQ_CONFIG || (irqs & IRQ_FRAMES && shared);
    /* Reading the status makes the device let go of its line. */
    if (irqs & IRQ_FRAMES && !msix)
        configured = transport_read(&transport, TRANSPORT_ISR, 0, 1) & ISR_CONFIG;
    int r = configured ? whole(vnet_configured) : NONOS_OK;
    if (r >= 0 && vnet_broken(&vnet))
        r = whole(vnet_recover);
    if (r >= 0)
        r = vnet_run(&vnet, 0);
    return r == NONOS_E_IO ? 1 : r; /* the next turn brings it back */
}

static uint64_t card_deadline(void)
{
    return vnet_deadline(&vnet, 0);
}

static const struct nic_card_ops card_ops = {card_open, card_close, card_run, card_deadline};

/* One message for frames and one for the configuration, if the device has two. */
static int interrupts_take(uint16_t *vector, uint16_t *config_vector)
{
    enum driver_irq_kind kind = DRIVER_IRQ_LINE;
    *vector = *config_vector = VIRTIO_NO_VECTOR;
    int r = driver_loop_irq(loop, transport.device, 0, &kind);
    msix = kind == DRIVER_IRQ_MSIX;
    if (r < 0 || !msix)
        return r;
    *vector = 0;
    r = driver_loop_irq(loop, transport.device, 1, &kind);
    shared = r == NONOS_E_NOT_FOUND;
    *config_vector = shared ? 0 : 1;
    return shared ? NONOS_OK : r;
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
    nonos_handle domain;
    void *memory;
    uint64_t address;
    int r = transport_open(&transport, nonos_cap_find("device"), lens);
    if (r < 0)
        return r;
    /* What the firmware or an earlier driver began must have ended before the device may reach memory again. */
    transport_write(&transport, TRANSPORT_COMMON, VIRTIO_STATUS, 1, 0);
    r = driver_dma_take(transport.device, &domain);
    if (r >= 0)
        r = driver_memory_make(domain, VNET_DMA_BYTES, &memory, &address);
    if (r >= 0)
        r = interrupts_take(&vector, &config_vector);
    if (r < 0)
        return r;
    nic_server_domain(domain);
    r = vnet_start(&vnet, &hw_ops, &transport, memory, address, vector, config_vector);
    if (r >= 0 && msix && !shared)
        workers_start(&vnet, loop, transport.device, domain);
    return r;
}

int main(void)
{
    int r = nic_server_init("virtio-net", &card_ops, &vnet.pairs[0].port, &loop);
    if (r >= 0)
        r = device_start();
    char remark[32] = "";
    if (!msix)
        snprintf(remark, sizeof(remark), ", line interrupt");
    else if (vnet.npairs > 1)
        snprintf(remark, sizeof(remark), ", %u pairs of queues", vnet.npairs);
    return nic_server_run(r, remark);
}
