#include "interrupt.h"

#define MSI_CONTROL        2u
#define MSI_ADDRESS        4u
#define MSI_ENABLE         0x0001u
#define MSI_MULTIPLE       0x0070u
#define MSI_64             0x0080u
#define MSI_MASKABLE       0x0100u
#define MSIX_CONTROL       2u
#define MSIX_TABLE         4u
#define MSIX_PENDING       8u
#define MSIX_ENABLE        0x8000u
#define MSIX_FUNCTION_MASK 0x4000u
#define MSIX_COUNT         0x07ffu
#define MSIX_BIR           7u
#define ENTRY_WORDS        4u
#define ENTRY_MASKED       1u
#define LINE_NONE          0xffu

/* Whether `len` bytes at the place that an MSI-X register names lie in a memory BAR of the device. */
static bool place_read(const struct pci_device *device, uint32_t value, uint64_t len, unsigned *bar,
                       uint32_t *offset)
{
    *bar = value & MSIX_BIR;
    *offset = value & ~MSIX_BIR;
    if (*bar >= PCI_BARS || device->bars[*bar].ports)
        return false;
    uint64_t size = device->bars[*bar].len;
    return *offset <= size && len <= size - *offset;
}

static bool msix_read(const struct pci_config *c, const struct pci_device *device,
                      struct pci_interrupts *out)
{
    unsigned at = pci_capability_find(c, device->address, PCI_CAPABILITY_MSIX, 0), bar;
    uint32_t offset;
    if (!at || at + MSIX_PENDING + 4 > PCI_CONFIG_SIZE)
        return false;
    unsigned count = (pci_read(c, device->address, at + MSIX_CONTROL, 2) & MSIX_COUNT) + 1;
    /* Pending bits come in units of 64. */
    if (!place_read(device, pci_read(c, device->address, at + MSIX_PENDING, 4),
                    (count + 63) / 64 * 8, &bar, &offset) ||
        !place_read(device, pci_read(c, device->address, at + MSIX_TABLE, 4),
                    (uint64_t)count * PCI_MSIX_ENTRY, &out->table_bar, &out->table_offset))
        return false;
    out->kind = PCI_INTERRUPTS_MSIX;
    out->capability = at;
    out->count = count;
    return true;
}

static bool msi_read(const struct pci_config *c, const struct pci_device *device,
                     struct pci_interrupts *out)
{
    unsigned at = pci_capability_find(c, device->address, PCI_CAPABILITY_MSI, 0);
    if (!at)
        return false;
    uint32_t control = pci_read(c, device->address, at + MSI_CONTROL, 2);
    unsigned len = control & MSI_MASKABLE ? 20 : 10;
    if (at + len + (control & MSI_64 ? 4 : 0) > PCI_CONFIG_SIZE)
        return false;
    out->kind = PCI_INTERRUPTS_MSI;
    out->capability = at;
    out->count = 1;
    return true;
}

void pci_interrupts_read(const struct pci_config *c, const struct pci_device *device,
                         struct pci_interrupts *interrupts)
{
    *interrupts = (struct pci_interrupts){.kind = PCI_INTERRUPTS_NONE};
    if (msix_read(c, device, interrupts) || msi_read(c, device, interrupts))
        return;
    uint8_t pin = (uint8_t)pci_read(c, device->address, PCI_INTERRUPT_PIN, 1);
    uint8_t line = (uint8_t)pci_read(c, device->address, PCI_INTERRUPT_LINE, 1);
    if (pin == 0 || line == 0 || line == LINE_NONE)
        return;
    interrupts->kind = PCI_INTERRUPTS_LINE;
    interrupts->count = 1;
    interrupts->line = line;
}

static void control_change(const struct pci_config *c, const struct pci_device *device,
                           const struct pci_interrupts *interrupts, uint32_t set, uint32_t clear)
{
    unsigned at = interrupts->capability + MSI_CONTROL; /* the same place in both capabilities */
    uint32_t value = pci_read(c, device->address, at, 2);
    pci_write(c, device->address, at, 2, (value & ~clear) | set);
}

void pci_interrupts_off(const struct pci_config *c, const struct pci_device *device,
                        const struct pci_interrupts *interrupts)
{
    if (interrupts->kind == PCI_INTERRUPTS_MSIX)
        control_change(c, device, interrupts, 0, MSIX_ENABLE);
    if (interrupts->kind == PCI_INTERRUPTS_MSI)
        control_change(c, device, interrupts, 0, MSI_ENABLE);
    pci_command_change(c, device->address, PCI_COMMAND_INTX_DISABLE, 0);
}

void pci_msix_start(const struct pci_config *c, const struct pci_device *device,
                    const struct pci_interrupts *interrupts, volatile uint32_t *table)
{
    /* Entries may be written only while masked, and count only once MSI-X is enabled: enable it with all masked at once. */
    control_change(c, device, interrupts, MSIX_ENABLE | MSIX_FUNCTION_MASK, 0);
    for (unsigned i = 0; i < interrupts->count; i++)
        table[i * ENTRY_WORDS + 3] = ENTRY_MASKED;
    /* Reading back makes sure that the masks have arrived before the function's own goes: reads push posted writes. */
    (void)table[(interrupts->count - 1) * ENTRY_WORDS + 3];
    control_change(c, device, interrupts, 0, MSIX_FUNCTION_MASK);
}

/* Uncached volatile stores reach the device in program order on x86, which needs no barrier here. */
void pci_msix_program(volatile uint32_t *table, unsigned index, uint64_t address, uint32_t data)
{
    volatile uint32_t *entry = table + (uint64_t)index * ENTRY_WORDS;
    entry[3] = ENTRY_MASKED; /* the device must not send a half-written message */
    entry[0] = (uint32_t)address;
    entry[1] = (uint32_t)(address >> 32);
    entry[2] = data;
    entry[3] = 0;
    (void)entry[3]; /* it has arrived when the driver is told so */
}

void pci_msi_program(const struct pci_config *c, const struct pci_device *device,
                     const struct pci_interrupts *interrupts, uint64_t address, uint32_t data)
{
    unsigned at = interrupts->capability;
    bool wide = pci_read(c, device->address, at + MSI_CONTROL, 2) & MSI_64;
    control_change(c, device, interrupts, 0, MSI_ENABLE | MSI_MULTIPLE);
    pci_write(c, device->address, at + MSI_ADDRESS, 4, (uint32_t)address);
    if (wide)
        pci_write(c, device->address, at + MSI_ADDRESS + 4, 4, (uint32_t)(address >> 32));
    pci_write(c, device->address, at + MSI_ADDRESS + (wide ? 8 : 4), 2, data);
    if (pci_read(c, device->address, at + MSI_CONTROL, 2) & MSI_MASKABLE)
        pci_write(c, device->address, at + MSI_ADDRESS + (wide ? 12 : 8), 4, 0);
    control_change(c, device, interrupts, MSI_ENABLE, 0);
}
