#include "device.h"

#include <nonos/objects.h>
#include <nonos/pci.h>

#include "interrupt.h"

#define NO_DEVICE     0xffffu
#define BUSES         256u
#define SLOTS_PER_BUS 32u
#define FUNCTIONS     8u
#define BAR_IO        0x1u
#define BAR_TYPE      0x6u
#define BAR_TYPE_32   0x0u
#define BAR_TYPE_64   0x4u
#define BAR_FLAGS     0xfu
#define MACHINE_PORTS \
    0x1000u /* below: the machine's own devices, and access to configuration space */
#define PORTS_END   0x10000u
#define PAGE_MASK   ((uint64_t)NONOS_PAGE_SIZE - 1)
#define ADDRESS_END (1ull << 52) /* what a processor can address at most */

/* ---- base address registers ---- */

/*
 * Writes ones to a register, reads which bits stuck, and puts back what was there. Bits that cannot be cleared are no address bits:
 * of a register that is hardwired, nobody knows how much it decodes.
 */
static uint32_t bar_probe(const struct pci_config *c, uint16_t address, unsigned slot,
                          uint32_t *value)
{
    unsigned offset = PCI_BAR0 + 4 * slot;
    *value = pci_read(c, address, offset, 4);
    pci_write(c, address, offset, 4, 0xffffffffu);
    uint32_t ones = pci_read(c, address, offset, 4);
    pci_write(c, address, offset, 4, 0);
    uint32_t zeros = pci_read(c, address, offset, 4);
    pci_write(c, address, offset, 4, *value);
    return ones & ~zeros;
}

/* A length is the lowest address bit that can be set; all higher ones must be settable, and the base a multiple of it. */
static void bar_decode(struct pci_bar *bar, uint64_t base, uint64_t mask, uint64_t end)
{
    uint64_t len = mask & (~mask + 1);
    bool whole = mask && ~mask == len - 1;
    if (!whole || base & (len - 1) || base >= end || len > end - base)
        return;
    bar->base = base;
    bar->len = len;
}

/* Returns how many slots the register takes. */
static unsigned bar_size(const struct pci_config *c, struct pci_device *device, unsigned slot)
{
    struct pci_bar *bar = &device->bars[slot];
    uint32_t low, high = 0;
    uint32_t low_mask = bar_probe(c, device->address, slot, &low), high_mask = 0xffffffffu;
    if (low & BAR_IO) {
        bar->ports = true;
        /* The upper half may be hardwired to 0: x86 has 64 Ki ports. */
        uint64_t mask = ~0xffffull | (low_mask & 0xfffcu);
        if (low_mask & 0xfffcu)
            bar_decode(bar, low & ~3u, mask, PORTS_END);
        return 1;
    }
    if ((low & BAR_TYPE) == BAR_TYPE_64) {
        if (slot + 1 == PCI_BARS)
            return 1; /* no room for its upper half */
        bar->wide = true;
        high_mask = bar_probe(c, device->address, slot + 1, &high);
    } else if ((low & BAR_TYPE) != BAR_TYPE_32) {
        return 1;
    }
    uint64_t base = (uint64_t)high << 32 | (low & ~BAR_FLAGS);
    uint64_t mask = (uint64_t)high_mask << 32 | (low_mask & ~BAR_FLAGS);
    if (bar->wide || low_mask & ~BAR_FLAGS)
        bar_decode(bar, base, mask, ADDRESS_END);
    return bar->wide ? 2 : 1;
}

void pci_bars_size(const struct pci_config *c, struct pci_device *device)
{
    if (device->header != 0)
        return;
    uint32_t command = pci_read(c, device->address, PCI_COMMAND, 2);
    pci_write(c, device->address, PCI_COMMAND, 2, command & ~(PCI_COMMAND_IO | PCI_COMMAND_MEMORY));
    for (unsigned slot = 0; slot < PCI_BARS;) {
        device->bars[slot] = (struct pci_bar){0};
        slot += bar_size(c, device, slot);
    }
    pci_write(c, device->address, PCI_COMMAND, 2, command);
}

/* Memory counts in whole pages: that is what can be mapped. */
static uint64_t bar_end(const struct pci_bar *bar)
{
    return bar->ports ? bar->base + bar->len : (bar->base + bar->len + PAGE_MASK) & ~PAGE_MASK;
}

/* A register at 0 was not assigned: it takes no room. */
static bool bars_overlap(const struct pci_bar *a, const struct pci_bar *b)
{
    return a->base && b->base && a->len && b->len && a->ports == b->ports && a->base < bar_end(b) &&
           b->base < bar_end(a);
}

bool pci_bar_usable(const struct pci_device *devices, unsigned ndevices, unsigned index,
                    unsigned bar)
{
    if (bar >= PCI_BARS)
        return false;
    const struct pci_bar *b = &devices[index].bars[bar];
    if (b->len == 0 || b->base == 0)
        return false;
    if (b->ports ? b->base < MACHINE_PORTS : b->base & PAGE_MASK)
        return false;
    for (unsigned i = 0; i < ndevices; i++)
        for (unsigned j = 0; j < PCI_BARS && i != index; j++)
            if (bars_overlap(b, &devices[i].bars[j]))
                return false;
    return true;
}

struct pci_window pci_bar_window(const struct pci_device *device, unsigned bar,
                                 const struct pci_interrupts *interrupts)
{
    struct pci_window all = {0, device->bars[bar].len};
    if (!device->bars[bar].ports)
        all.len = (all.len + PAGE_MASK) & ~PAGE_MASK;
    if (interrupts->kind != PCI_INTERRUPTS_MSIX || interrupts->table_bar != bar)
        return all;
    uint64_t first = interrupts->table_offset & ~PAGE_MASK;
    uint64_t end = interrupts->table_offset + PCI_MSIX_ENTRY * interrupts->count;
    end = (end + PAGE_MASK) & ~PAGE_MASK;
    struct pci_window after = {end, end < all.len ? all.len - end : 0};
    return first >= after.len ? (struct pci_window){0, first} : after;
}

/* ---- enumeration ---- */

struct scan {
    const struct pci_config *config;
    struct pci_device *devices;
    unsigned count, max;
    uint8_t queue[BUSES]; /* buses found; each is in it once */
    unsigned queued;
    bool known[BUSES];
};

static void bus_add(struct scan *s, uint8_t bus)
{
    if (!s->known[bus]) {
        s->known[bus] = true;
        s->queue[s->queued++] = bus;
    }
}

/* Whether there is a function at `address`; `*header` is its header type. */
static bool function_add(struct scan *s, uint16_t address, uint8_t *header)
{
    const struct pci_config *c = s->config;
    uint16_t vendor = (uint16_t)pci_read(c, address, PCI_VENDOR, 2);
    if (vendor == NO_DEVICE || vendor == 0)
        return false;
    *header = (uint8_t)pci_read(c, address, PCI_HEADER_TYPE, 1);
    if (s->count == s->max)
        return true;
    struct pci_device *d = &s->devices[s->count++];
    *d = (struct pci_device){
        .address = address,
        .vendor = vendor,
        .id = (uint16_t)pci_read(c, address, PCI_DEVICE, 2),
        .class_code = pci_read(c, address, PCI_REVISION, 4) >> 8,
        .header = *header & (uint8_t)~PCI_HEADER_MULTIFUNCTION,
    };
    if (d->header == PCI_HEADER_BRIDGE) {
        uint8_t secondary = (uint8_t)pci_read(c, address, PCI_SECONDARY_BUS, 1);
        if (secondary) /* 0: the firmware has not numbered it */
            bus_add(s, secondary);
    } else {
        pci_command_change(c, address, 0, PCI_COMMAND_BUS_MASTER);
        pci_bars_size(c, d);
    }
    return true;
}

unsigned pci_scan(const struct pci_config *c, struct pci_device *devices, unsigned max)
{
    struct scan s = {.config = c, .devices = devices, .max = max};
    bus_add(&s, 0);
    for (unsigned i = 0; i < s.queued; i++)
        for (unsigned slot = 0; slot < SLOTS_PER_BUS; slot++) {
            uint16_t address = (uint16_t)(s.queue[i] << 8 | slot << 3);
            uint8_t header, other;
            if (!function_add(&s, address, &header) || !(header & PCI_HEADER_MULTIFUNCTION))
                continue;
            for (unsigned function = 1; function < FUNCTIONS; function++)
                (void)function_add(&s, (uint16_t)(address | function), &other);
        }
    return s.count;
}

static bool id_matches(uint64_t wanted, uint16_t id)
{
    return wanted == NONOS_PCI_ANY || wanted == id;
}

bool pci_device_matches(const struct pci_device *device, uint64_t ids, uint64_t class_match)
{
    return device->header == 0 && id_matches(ids & 0xffff, device->vendor) &&
           id_matches(ids >> 16 & 0xffff, device->id) &&
           (device->class_code & class_match >> 32) == (class_match & 0xffffffff);
}
