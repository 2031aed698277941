/*
 * The VirtIO network driver: brings the device up, and serves it by ../driver/nic_server.h.
 */
#include "../driver/nic_server.h"
#include "../virtio/transport.h"
#include "vnet.h"

#define IRQ_FRAMES 1u
#define IRQ_CONFIG 2u
#define ISR_LEN    1u
#define ISR_CONFIG 2u
#define NOTIFY_LEN 2u

static struct driver_loop *loop;
static struct transport transport;
static struct vnet vnet;
static volatile uint16_t *notify_at[VNET_QUEUES];
static bool msix;
static bool shared; /* one message for frames and for the configuration */

static void hw_notify(void *context, unsigned queue)
{
    (void)context;
    if (notify_at[queue])
        *notify_at[queue] = (uint16_t)queue; /* section 4.1.5.2 */
}

static const struct vnet_ops hw_ops = {&transport_access, hw_notify, &nic_server_port_ops};

static int card_open(struct nic_client *client)
{
    return vnet_open(&vnet, client);
}

static int card_close(void)
{
    return vnet_close(&vnet);
}

static int card_run(unsigned irqs)
{
    bool configured = irqs & IRQ_CONFIG || (irqs & IRQ_FRAMES && shared);
    /* Reading the status makes the device let go of its line. */
    if (irqs & IRQ_FRAMES && !msix)
        configured = transport_read(&transport, TRANSPORT_ISR, 0, 1) & ISR_CONFIG;
    return configured ? vnet_configured(&vnet) : vnet_run(&vnet);
}

static uint64_t card_deadline(void)
{
    return vnet_deadline(&vnet);
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
    nonos_handle domain;
    void *memory;
    uint64_t address;
    int r = transport_open(&transport, nonos_cap_find("device"), lens);
    if (r < 0)
        return r;
    /* What the firmware or an earlier driver began must have ended before the device may reach memory again. */
    transport_write(&transport, TRANSPORT_COMMON, VIRTIO_STATUS, 1, 0);
    r = notify_find();
    if (r >= 0)
        r = driver_dma_take(transport.device, &domain);
    if (r >= 0)
        r = driver_memory_make(domain, VNET_DMA_BYTES, &memory, &address);
    if (r >= 0)
        r = interrupts_take(&vector, &config_vector);
    if (r < 0)
        return r;
    nic_server_domain(domain);
    return vnet_start(&vnet, &hw_ops, &transport, memory, address, vector, config_vector);
}

int main(void)
{
    int r = nic_server_init("virtio-net", &card_ops, &vnet.port, &loop);
    if (r >= 0)
        r = device_start();
    return nic_server_run(r, msix ? "" : ", line interrupt");
}
