#include "pci.h"

#include <stdlib.h>

#include <nonos/pci.h>

#define BAR_LEN_MAX (1u << 20) /* of registers nobody needs more */
#define PAUSE_NS    1000000ull

int driver_config_read(nonos_handle device, uint64_t offset, uint64_t width, uint32_t *value)
{
    struct nonos_message m = nonos_message_make(NONOS_PCI_CONFIG_READ);
    m.words[0] = offset;
    m.words[1] = width;
    int r = nonos_call(device, &m);
    *value = (uint32_t)m.words[0];
    return r;
}

int driver_capability_next(nonos_handle device, uint32_t id, uint64_t *at)
{
    struct nonos_message m = nonos_message_make(NONOS_PCI_CAPABILITY);
    m.words[0] = id;
    m.words[1] = *at;
    int r = nonos_call(device, &m);
    *at = m.words[0];
    return r;
}

int driver_bar_take(nonos_handle device, unsigned number, struct driver_bar *bar)
{
    struct nonos_message m = nonos_message_make(NONOS_PCI_BAR);
    uint64_t place;
    m.words[0] = number;
    int r = nonos_call(device, &m);
    if (r < 0)
        return r;
    uint64_t len = m.words[0] < BAR_LEN_MAX ? m.words[0] : BAR_LEN_MAX;
    if (m.words[1]) {
        *bar = (struct driver_bar){.ports = m.caps[0], .offset = m.words[2], .len = len};
        return NONOS_OK;
    }
    r = nonos_io_map(NONOS_SLOT_TASK, m.caps[0], 0, nonos_page_round(len),
                     NONOS_PROT_READ | NONOS_PROT_WRITE, NONOS_IO_UNCACHED, &place);
    if (r < 0) {
        (void)nonos_cap_delete(m.caps[0]);
        return r;
    }
    *bar = (struct driver_bar){(volatile uint8_t *)place, 0, m.words[2], len};
    return NONOS_OK;
}

uint32_t driver_bar_read(const struct driver_bar *bar, unsigned offset, unsigned width)
{
    uint64_t value;
    if (bar->ports)
        return nonos_io_read(bar->ports, offset, width, &value) < 0 ? ~0u : (uint32_t)value;
    volatile uint8_t *at = bar->at + offset;
    if (width == 1)
        return *at;
    return width == 2 ? *(volatile uint16_t *)at : *(volatile uint32_t *)at;
}

void driver_bar_write(const struct driver_bar *bar, unsigned offset, unsigned width, uint32_t value)
{
    if (bar->ports) {
        (void)!nonos_io_write(bar->ports, offset, width, value);
        return;
    }
    volatile uint8_t *at = bar->at + offset;
    if (width == 1)
        *at = (uint8_t)value;
    else if (width == 2)
        *(volatile uint16_t *)at = (uint16_t)value;
    else
        *(volatile uint32_t *)at = value;
}

void driver_pause(void)
{
    (void)nonos_sleep_until(nonos_time_monotonic() + PAUSE_NS);
}

/* The broker takes MSI-X if the device has it, else MSI. */
static enum driver_irq_kind message_kind(nonos_handle device)
{
    uint64_t at = 0;
    return driver_capability_next(device, DRIVER_CAPABILITY_MSIX, &at) >= 0 ? DRIVER_IRQ_MSIX
                                                                            : DRIVER_IRQ_MSI;
}

int driver_irq_take(nonos_handle device, unsigned number, nonos_handle notification, uint64_t bits,
                    nonos_handle *irq, enum driver_irq_kind *kind)
{
    struct nonos_message m = nonos_message_make(NONOS_PCI_IRQ);
    uint64_t msi[2] = {0, 0};
    m.words[0] = number;
    int r = nonos_call(device, &m);
    if (r < 0)
        return r;
    *irq = m.caps[0];
    *kind = m.words[0] ? message_kind(device) : DRIVER_IRQ_LINE;
    r = nonos_irq_bind(*irq, notification, bits, msi);
    if (r >= 0) {
        m = nonos_message_make(NONOS_PCI_IRQ_ENABLE);
        m.words[0] = number;
        m.words[1] = msi[0];
        m.words[2] = msi[1];
        r = nonos_call(device, &m);
    }
    if (r >= 0)
        r = nonos_irq_ack(*irq); /* a line is masked until its first acknowledgement */
    if (r < 0)
        (void)nonos_cap_delete(*irq);
    return r;
}

int driver_dma_take(nonos_handle device, nonos_handle *domain)
{
    struct nonos_message m = nonos_message_make(NONOS_PCI_DMA);
    int r = nonos_call(device, &m);
    *domain = m.caps[0];
    return r;
}

int driver_memory_make(nonos_handle domain, size_t len, void **memory, uint64_t *address)
{
    uint64_t pages[DRIVER_MEMORY_MAX / NONOS_PAGE_SIZE];
    nonos_handle handle;
    if (len > DRIVER_MEMORY_MAX)
        return NONOS_E_INVALID;
    int r = nonos_memory_create(len, NONOS_MEMORY_FLAG_DMA | NONOS_MEMORY_FLAG_CONTIGUOUS, &handle,
                                memory);
    if (r >= 0)
        r = nonos_dma_map(domain, handle, 0, len, pages);
    for (size_t i = 1; i < len / NONOS_PAGE_SIZE && r >= 0; i++)
        if (pages[i] != pages[0] + i * (uint64_t)NONOS_PAGE_SIZE)
            r = NONOS_E_UNSUPPORTED;
    *address = r < 0 ? 0 : pages[0];
    return r;
}

void driver_memory_unmap(nonos_handle domain, nonos_handle memory, uint64_t len)
{
    if (domain)
        (void)nonos_dma_unmap(domain, memory, 0,
                              len); /* there is none if the client took it back */
    (void)nonos_cap_delete(memory);
}

int driver_memory_map(nonos_handle domain, nonos_handle memory, uint64_t len, void **base,
                      uint64_t **pages)
{
    *pages = calloc(len / NONOS_PAGE_SIZE, sizeof(uint64_t));
    if (!*pages)
        return NONOS_E_NO_MEMORY;
    int r = nonos_memory_map(memory, len, NONOS_PROT_READ | NONOS_PROT_WRITE, base);
    return r < 0 || !domain ? r : nonos_dma_map(domain, memory, 0, len, *pages);
}
