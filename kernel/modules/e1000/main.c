/*
 * The driver of Intel's gigabit cards: brings the card up, and serves it by ../driver/nic_server.h.
 */
#include "../driver/nic_server.h"
#include "e1000.h"

#define CONFIG_ID        0u
#define CONFIG_SUBSYSTEM 0x2cu
#define ID_82574L        0x10d38086u
#define SUBSYSTEM_QEMU   0x00008086u /* of its 82574L, if it is not told another */
#define REGISTERS_BAR    0u

static struct driver_loop *loop;
static struct driver_bar registers;
static struct e1000 e1000;

static uint32_t hw_read(void *context, uint32_t offset)
{
    (void)context;
    return driver_bar_read(&registers, offset, 4);
}

static void hw_write(void *context, uint32_t offset, uint32_t value)
{
    (void)context;
    driver_bar_write(&registers, offset, 4, value);
}

static void hw_pause(void *context)
{
    (void)context;
    driver_pause();
}

static const struct e1000_ops hw_ops = {hw_read, hw_write, hw_pause};

static int card_open(struct nic_client *client)
{
    return e1000_open(&e1000, client);
}

static int card_close(void)
{
    return e1000_close(&e1000);
}

static int card_run(unsigned irqs)
{
    return e1000_run(&e1000, irqs);
}

static uint64_t card_deadline(void)
{
    return e1000_deadline(&e1000);
}

static const struct nic_card_ops card_ops = {card_open, card_close, card_run, card_deadline};

static int card_start(nonos_handle device, enum driver_irq_kind *irq)
{
    nonos_handle domain;
    uint64_t address;
    uint32_t id, subsystem;
    void *memory;
    int r = driver_config_read(device, CONFIG_ID, 4, &id);
    if (r >= 0)
        r = driver_config_read(device, CONFIG_SUBSYSTEM, 4, &subsystem);
    if (r >= 0)
        r = driver_bar_take(device, REGISTERS_BAR, &registers);
    if (r < 0)
        return r;
    if (!registers.at || registers.offset || registers.len < E1000_REGISTERS)
        return NONOS_E_UNSUPPORTED;
    /* What the firmware or an earlier driver began ends before the card may reach memory again. */
    r = e1000_start(&e1000, id == ID_82574L ? E1000_82574 : E1000_8254X, &hw_ops, NULL,
                    &nic_server_port_ops);
    /* QEMU 7.2 makes fragments of IPv4 of a train, and nothing of use of one of IPv6, unless its network takes trains. */
    if (id == ID_82574L && subsystem == SUBSYSTEM_QEMU)
        e1000_cut_nothing(&e1000);
    if (r >= 0)
        r = driver_dma_take(device, &domain);
    if (r >= 0)
        r = driver_memory_make(domain, E1000_DMA_BYTES, &memory, &address);
    if (r >= 0)
        r = driver_loop_irq(loop, device, 0, irq);
    if (r < 0)
        return r;
    e1000_memory(&e1000, memory, address);
    nic_server_domain(domain);
    return NONOS_OK;
}

int main(void)
{
    enum driver_irq_kind irq = DRIVER_IRQ_LINE;
    int r = nic_server_init("e1000", &card_ops, &e1000.port, &loop);
    if (r >= 0)
        r = card_start(nonos_cap_find("device"), &irq);
    return nic_server_run(r, irq == DRIVER_IRQ_LINE ? ", line interrupt" : "");
}
