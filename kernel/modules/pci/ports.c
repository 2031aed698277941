#include "ports.h"

#define PORTS_BASE 0xcf8u
#define PORTS_LEN  8u
#define SELECT     0u
#define DATA       4u
#define ENABLE     0x80000000u

static void select_register(const struct pci_ports *p, uint16_t address, uint16_t offset)
{
    (void)nonos_io_write(p->region, SELECT, 4, ENABLE | (uint32_t)address << 8 | (offset & 0xfcu));
}

static uint32_t ports_read(void *context, uint16_t address, uint16_t offset, unsigned width)
{
    const struct pci_ports *p = context;
    uint64_t value = 0xffffffffu;
    select_register(p, address, offset);
    if (nonos_io_read(p->region, DATA + (offset & 3u), width, &value) < 0)
        return 0xffffffffu >> (32 - 8 * width);
    return (uint32_t)value;
}

static void ports_write(void *context, uint16_t address, uint16_t offset, unsigned width,
                        uint32_t value)
{
    const struct pci_ports *p = context;
    select_register(p, address, offset);
    (void)nonos_io_write(p->region, DATA + (offset & 3u), width, value);
}

static void ports_sleep(void *context, unsigned ms)
{
    (void)context;
    (void)nonos_sleep_until(nonos_time_monotonic() + ms * 1000000ull);
}

static const struct pci_config_ops ports_ops = {ports_read, ports_write, ports_sleep};

int pci_ports_init(struct pci_ports *ports, nonos_handle root, struct pci_config *config)
{
    config->ops = &ports_ops;
    config->context = ports;
    int r = nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_IO_REGION, PORTS_BASE, PORTS_LEN,
                                root, &ports->region);
    return r < 0 ? r : NONOS_OK;
}
