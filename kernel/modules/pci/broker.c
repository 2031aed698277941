#include "broker.h"

#include <string.h>

#include "guard.h"

#define IRQ_LEVEL      (1ull << 32) /* object_create: argument of a GSI */
#define IRQ_ACTIVE_LOW (1ull << 33)

static int create(uint32_t type, uint64_t arg0, uint64_t arg1, nonos_handle root,
                  nonos_handle *handle)
{
    int r = nonos_object_create(NONOS_SLOT_ACCOUNT, type, arg0, arg1, root, handle);
    return r < 0 ? r : NONOS_OK;
}

static void take_back(nonos_handle *handle)
{
    if (*handle) {
        (void)nonos_cap_revoke(*handle);
        (void)nonos_cap_delete(*handle);
        *handle = 0;
    }
}

void broker_claim(struct broker *b, unsigned index, uint64_t owner)
{
    struct claim *claim = &b->claims[index];
    const struct pci_device *device = &b->devices[index];
    memset(claim, 0, sizeof(*claim));
    claim->active = true;
    claim->owner = owner;
    pci_device_quiesce(&b->config, device);
    pci_interrupts_read(&b->config, device, &claim->interrupts);
    pci_interrupts_off(&b->config, device, &claim->interrupts);
}

void broker_release(struct broker *b, unsigned index)
{
    struct claim *claim = &b->claims[index];
    const struct pci_device *device = &b->devices[index];
    /*
     * In this order: a device that may still master the bus could write to memory that is given to somebody else once that is settled
     * (dma_settle), and one that may still interrupt could send a message with a vector that another Irq has by then.
     */
    pci_device_quiesce(&b->config, device);
    pci_interrupts_off(&b->config, device, &claim->interrupts);
    take_back(&claim->domain);
    for (unsigned i = 0; i < PCI_BARS; i++)
        take_back(&claim->bars[i]);
    for (unsigned i = 0; i < PCI_IRQS_MAX; i++)
        take_back(&claim->irqs[i].handle);
    take_back(&claim->table_region); /* and the mapping with it */
    (void)nonos_dma_settle(b->roots.dma);
    (void)pci_device_reset(&b->config, device);
    memset(claim, 0, sizeof(*claim));
}

int broker_bar(struct broker *b, unsigned index, uint64_t bar, struct pci_window *window,
               nonos_handle *region)
{
    const struct pci_device *device = &b->devices[index];
    struct claim *claim = &b->claims[index];
    if (bar >= PCI_BARS || device->bars[bar].len == 0)
        return NONOS_E_NOT_FOUND;
    const struct pci_bar *which = &device->bars[bar];
    *window = pci_bar_window(device, (unsigned)bar, &claim->interrupts);
    if (window->len == 0 || !pci_bar_usable(b->devices, b->ndevices, index, (unsigned)bar))
        return NONOS_E_DENIED;
    if (!claim->bars[bar]) {
        int r = create(NONOS_OBJECT_IO_REGION, which->base + window->offset, window->len,
                       which->ports ? b->roots.ports : b->roots.mmio, &claim->bars[bar]);
        if (r < 0)
            return r;
    }
    pci_command_change(&b->config, device->address,
                       which->ports ? PCI_COMMAND_IO : PCI_COMMAND_MEMORY, 0);
    *region = claim->bars[bar];
    return NONOS_OK;
}

/* Maps the pages of the MSI-X table here, and switches MSI-X on with every entry masked. */
static int table_map(struct broker *b, unsigned index)
{
    struct claim *claim = &b->claims[index];
    const struct pci_device *device = &b->devices[index];
    const struct pci_interrupts *in = &claim->interrupts;
    if (claim->table)
        return NONOS_OK;
    if (!pci_bar_usable(b->devices, b->ndevices, index, in->table_bar))
        return NONOS_E_DENIED;
    uint64_t place, start = in->table_offset & ~((uint64_t)NONOS_PAGE_SIZE - 1);
    uint64_t inside = in->table_offset - start;
    uint64_t len = nonos_page_round(inside + (uint64_t)in->count * PCI_MSIX_ENTRY);
    int r = create(NONOS_OBJECT_IO_REGION, device->bars[in->table_bar].base + start, len,
                   b->roots.mmio, &claim->table_region);
    if (r < 0)
        return r;
    r = nonos_io_map(NONOS_SLOT_TASK, claim->table_region, 0, len,
                     NONOS_PROT_READ | NONOS_PROT_WRITE, NONOS_IO_UNCACHED, &place);
    if (r < 0) {
        take_back(&claim->table_region);
        return r;
    }
    pci_command_change(&b->config, device->address, PCI_COMMAND_MEMORY, 0);
    claim->table = (volatile uint32_t *)(place + inside);
    pci_msix_start(&b->config, device, in, claim->table);
    return NONOS_OK;
}

/*
 * Makes an Irq for messages and learns where its message goes, by binding it for a moment: an Irq keeps its vector for life.
 */
static int message_create(struct broker *b, struct claim_irq *irq)
{
    nonos_handle handle, probe = 0;
    uint64_t msi[2] = {0, 0};
    int r = create(NONOS_OBJECT_IRQ, NONOS_IRQ_MSI, 0, b->roots.irq, &handle);
    if (r < 0)
        return r;
    r = create(NONOS_OBJECT_NOTIFICATION, 0, 0, 0, &probe);
    if (r >= 0)
        r = nonos_irq_bind(handle, probe, 1, msi);
    if (r >= 0)
        r = nonos_irq_bind(handle, 0, 0, msi + 0) < 0 ? NONOS_E_BUSY : NONOS_OK;
    if (probe)
        (void)nonos_cap_delete(probe);
    if (r < 0) {
        (void)nonos_cap_delete(handle);
        return r;
    }
    *irq = (struct claim_irq){handle, msi[0], msi[1]};
    return NONOS_OK;
}

int broker_irq(struct broker *b, unsigned index, uint64_t number, nonos_handle *irq)
{
    struct claim *claim = &b->claims[index];
    const struct pci_interrupts *in = &claim->interrupts;
    if (number >= in->count || number >= PCI_IRQS_MAX)
        return NONOS_E_NOT_FOUND;
    struct claim_irq *which = &claim->irqs[number];
    int r = NONOS_OK;
    if (!which->handle && in->kind == PCI_INTERRUPTS_LINE)
        /* Conventional lines are level-triggered and active-low (PCI Local Bus 3.0 section 2.2.6). */
        r = create(NONOS_OBJECT_IRQ, NONOS_IRQ_GSI, in->line | IRQ_LEVEL | IRQ_ACTIVE_LOW,
                   b->roots.irq, &which->handle);
    else if (!which->handle) {
        r = in->kind == PCI_INTERRUPTS_MSIX ? table_map(b, index) : NONOS_OK;
        if (r >= 0)
            r = message_create(b, which);
    }
    *irq = which->handle;
    return r;
}

int broker_irq_enable(struct broker *b, unsigned index, uint64_t number, uint64_t address,
                      uint64_t data)
{
    struct claim *claim = &b->claims[index];
    const struct pci_device *device = &b->devices[index];
    const struct pci_interrupts *in = &claim->interrupts;
    if (number >= in->count || number >= PCI_IRQS_MAX || !claim->irqs[number].handle)
        return NONOS_E_NOT_FOUND;
    if (in->kind == PCI_INTERRUPTS_LINE) {
        pci_command_change(&b->config, device->address, 0, PCI_COMMAND_INTX_DISABLE);
        return NONOS_OK;
    }
    /* A message is a write by the device: to no other place, and with no other vector. */
    if (address != claim->irqs[number].address || data != claim->irqs[number].data)
        return NONOS_E_DENIED;
    if (in->kind == PCI_INTERRUPTS_MSIX)
        pci_msix_program(claim->table, (unsigned)number, address, (uint32_t)data);
    else
        pci_msi_program(&b->config, device, in, address, (uint32_t)data);
    return NONOS_OK;
}

int broker_dma(struct broker *b, unsigned index, nonos_handle *domain)
{
    struct claim *claim = &b->claims[index];
    const struct pci_device *device = &b->devices[index];
    if (!claim->domain) {
        int r = create(NONOS_OBJECT_DMA_DOMAIN, device->address, 0, b->roots.dma, &claim->domain);
        if (r < 0)
            return r;
    }
    pci_command_change(&b->config, device->address, PCI_COMMAND_BUS_MASTER, 0);
    *domain = claim->domain;
    return NONOS_OK;
}
