/*
 * The RTL8139 driver: brings the card up, and serves it by ../driver/nic_server.h.
 */
#include "../driver/nic_server.h"
#include "rtl8139.h"

/* The same registers twice: as memory, or, where the firmware gave that no page of its own, as ports. */
#define BAR_PORTS  0u
#define BAR_MEMORY 1u

static struct driver_loop *loop;
static struct driver_bar registers;
static struct rtl8139 rtl8139;

static uint32_t hw_read(void *context, unsigned offset, unsigned width)
{
    (void)context;
    return driver_bar_read(&registers, offset, width);
}

static void hw_write(void *context, unsigned offset, unsigned width, uint32_t value)
{
    (void)context;
    driver_bar_write(&registers, offset, width, value);
}

static void hw_pause(void *context)
{
    (void)context;
    driver_pause();
}

static const struct rtl8139_ops hw_ops = {hw_read, hw_write, hw_pause};

static int card_open(struct nic_client *client)
{
    return rtl8139_open(&rtl8139, client);
}

static int card_close(void)
{
    return rtl8139_close(&rtl8139);
}

static int card_run(unsigned irqs)
{
    return rtl8139_run(&rtl8139, irqs);
}

static uint64_t card_deadline(void)
{
    return rtl8139_deadline(&rtl8139);
}

static const struct nic_card_ops card_ops = {card_open, card_close, card_run, card_deadline};

static int card_start(nonos_handle device)
{
    enum driver_irq_kind irq;
    nonos_handle domain;
    uint64_t address;
    void *memory;
    int r = driver_bar_take(device, BAR_MEMORY, &registers);
    if (r < 0)
        r = driver_bar_take(device, BAR_PORTS, &registers);
    if (r < 0)
        return r;
    if (registers.offset || registers.len < RTL8139_REGISTERS)
        return NONOS_E_UNSUPPORTED;
    /* What the firmware or an earlier driver began ends before the card may reach memory. */
    r = rtl8139_start(&rtl8139, &hw_ops, NULL, &nic_server_port_ops);
    if (r >= 0)
        r = driver_dma_take(device, &domain);
    if (r >= 0)
        r = driver_memory_make(domain, RTL8139_DMA_BYTES, &memory, &address);
    if (r >= 0)
        r = rtl8139_memory(&rtl8139, memory, address);
    return r < 0 ? r : driver_loop_irq(loop, device, 0, &irq);
}

int main(void)
{
    int r = nic_server_init("rtl8139", &card_ops, &rtl8139.port, &loop);
    if (r >= 0)
        r = card_start(nonos_cap_find("device"));
    return nic_server_run(r, registers.ports ? ", by ports" : "");
}
