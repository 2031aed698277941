#include "transport.h"

#include <stdlib.h>

#include <nonos/pci.h>

#define CAPABILITY_VENDOR 0x09u
#define CAPABILITY_MSIX   0x11u
#define CAPABILITIES_MAX  48u
#define BAR_LEN_MAX       (1u << 20) /* of registers nobody needs more */
#define PAUSE_NS          1000000ull

/* Offsets in a capability (section 4.1.4). */
enum { CAP_BAR = 4, CAP_OFFSET = 8, CAP_LENGTH = 12, CAP_MULTIPLIER = 16 };

static int config_read(const struct transport *t, uint64_t offset, uint64_t width, uint32_t *value)
{
    struct nonos_message m = nonos_message_make(NONOS_PCI_CONFIG_READ);
    m.words[0] = offset;
    m.words[1] = width;
    int r = nonos_call(t->device, &m);
    *value = (uint32_t)m.words[0];
    return r;
}

/* Maps what the broker gives of a BAR; the mapping stays for the driver's life. */
static int bar_map(struct transport *t, unsigned bar)
{
    struct nonos_message m = nonos_message_make(NONOS_PCI_BAR);
    uint64_t place;
    if (t->bars[bar])
        return NONOS_OK;
    m.words[0] = bar;
    int r = nonos_call(t->device, &m);
    if (r < 0)
        return r;
    uint64_t len = m.words[0] < BAR_LEN_MAX ? m.words[0] : BAR_LEN_MAX;
    r = m.words[1] ? NONOS_E_UNSUPPORTED
                   : nonos_io_map(NONOS_SLOT_TASK, m.caps[0], 0, nonos_page_round(len),
                                  NONOS_PROT_READ | NONOS_PROT_WRITE, NONOS_IO_UNCACHED, &place);
    if (r < 0) {
        (void)nonos_cap_delete(m.caps[0]);
        return r;
    }
    t->bars[bar] = (volatile uint8_t *)place;
    t->bar_offset[bar] = m.words[2];
    t->bar_len[bar] = len;
    return NONOS_OK;
}

/* Takes the place that the capability at `at` names, if it is one that is looked for and it lies inside of its BAR. */
static int place_take(struct transport *t, uint64_t at)
{
    uint32_t head, bar, offset, len, multiplier = 0;
    int r = config_read(t, at, 4, &head);
    uint32_t type = head >> 24;
    if (r < 0 || type < TRANSPORT_COMMON || type >= TRANSPORT_BLOCKS || t->blocks[type].at)
        return r;
    r = config_read(t, at + CAP_BAR, 1, &bar);
    if (r >= 0)
        r = config_read(t, at + CAP_OFFSET, 4, &offset);
    if (r >= 0)
        r = config_read(t, at + CAP_LENGTH, 4, &len);
    if (r >= 0 && type == TRANSPORT_NOTIFY)
        r = config_read(t, at + CAP_MULTIPLIER, 4, &multiplier);
    if (r < 0)
        return r;
    /* A place that cannot be used is passed over: there may be another of its kind (section 4.1.4). */
    if (bar >= TRANSPORT_BARS || offset % 4 || bar_map(t, bar) < 0 || offset < t->bar_offset[bar])
        return NONOS_OK;
    uint64_t inside = offset - t->bar_offset[bar];
    if (inside > t->bar_len[bar] || len > t->bar_len[bar] - inside)
        return NONOS_OK;
    t->blocks[type] = (struct transport_place){t->bars[bar] + inside, len};
    if (type == TRANSPORT_NOTIFY)
        t->notify_multiplier = multiplier;
    return NONOS_OK;
}

static int capability_next(const struct transport *t, uint32_t id, uint64_t *at)
{
    struct nonos_message m = nonos_message_make(NONOS_PCI_CAPABILITY);
    m.words[0] = id;
    m.words[1] = *at;
    int r = nonos_call(t->device, &m);
    *at = m.words[0];
    return r;
}

int transport_open(struct transport *t, nonos_handle device, const uint32_t lens[TRANSPORT_BLOCKS])
{
    uint64_t at = 0;
    *t = (struct transport){.device = device};
    for (unsigned i = 0; i < CAPABILITIES_MAX; i++) {
        int r = capability_next(t, CAPABILITY_VENDOR, &at);
        if (r == NONOS_E_NOT_FOUND)
            break;
        if (r >= 0)
            r = place_take(t, at);
        if (r < 0)
            return r;
    }
    for (unsigned i = TRANSPORT_COMMON; i < TRANSPORT_BLOCKS; i++)
        if (!t->blocks[i].at || t->blocks[i].len < lens[i])
            return NONOS_E_UNSUPPORTED;
    return NONOS_OK;
}

/* Device memory is mapped uncached: volatile accesses reach it one by one and in order, on x86 without a fence. */
uint32_t transport_read(const struct transport *t, enum transport_block block, unsigned offset,
                        unsigned width)
{
    volatile uint8_t *at = t->blocks[block].at + offset;
    if (width == 1)
        return *at;
    return width == 2 ? *(volatile uint16_t *)at : *(volatile uint32_t *)at;
}

void transport_write(const struct transport *t, enum transport_block block, unsigned offset,
                     unsigned width, uint32_t value)
{
    volatile uint8_t *at = t->blocks[block].at + offset;
    if (width == 1)
        *at = (uint8_t)value;
    else if (width == 2)
        *(volatile uint16_t *)at = (uint16_t)value;
    else
        *(volatile uint32_t *)at = value;
}

static const enum transport_block block_of[] = {
    [VIRTIO_COMMON] = TRANSPORT_COMMON,
    [VIRTIO_ISR] = TRANSPORT_ISR,
    [VIRTIO_DEVICE] = TRANSPORT_DEVICE,
};

static uint32_t access_read(void *context, enum virtio_region region, unsigned offset,
                            unsigned width)
{
    return transport_read(context, block_of[region], offset, width);
}

static void access_write(void *context, enum virtio_region region, unsigned offset, unsigned width,
                         uint32_t value)
{
    transport_write(context, block_of[region], offset, width, value);
}

static void access_pause(void *context)
{
    (void)context;
    (void)nonos_sleep_until(nonos_time_monotonic() + PAUSE_NS);
}

const struct virtio_access transport_access = {access_read, access_write, access_pause};

int transport_notify_find(const struct transport *t, uint16_t queue, volatile uint16_t **at)
{
    const struct transport_place *place = &t->blocks[TRANSPORT_NOTIFY];
    transport_write(t, TRANSPORT_COMMON, VIRTIO_QUEUE_SELECT, 2, queue);
    uint64_t offset = transport_read(t, TRANSPORT_COMMON, VIRTIO_QUEUE_NOTIFY_OFF, 2);
    offset *= t->notify_multiplier;
    if (offset % 2 || place->len < 2 || offset > place->len - 2)
        return NONOS_E_UNSUPPORTED;
    *at = (volatile uint16_t *)(place->at + offset);
    return NONOS_OK;
}

int transport_irq(const struct transport *t, unsigned number, nonos_handle notification,
                  uint64_t bits, nonos_handle *irq, bool *msix)
{
    struct nonos_message m = nonos_message_make(NONOS_PCI_IRQ);
    uint64_t msi[2] = {0, 0}, at = 0;
    m.words[0] = number;
    int r = nonos_call(t->device, &m);
    if (r < 0)
        return r;
    *irq = m.caps[0];
    /* A VirtIO device knows MSI-X and its line, not MSI. */
    *msix = m.words[0] && capability_next(t, CAPABILITY_MSIX, &at) >= 0;
    r = nonos_irq_bind(*irq, notification, bits, msi);
    if (r >= 0) {
        m = nonos_message_make(NONOS_PCI_IRQ_ENABLE);
        m.words[0] = number;
        m.words[1] = msi[0];
        m.words[2] = msi[1];
        r = nonos_call(t->device, &m);
    }
    if (r >= 0)
        r = nonos_irq_ack(*irq); /* a line is masked until its first acknowledgement */
    if (r < 0)
        (void)nonos_cap_delete(*irq);
    return r;
}

int transport_dma(const struct transport *t, nonos_handle *domain)
{
    struct nonos_message m = nonos_message_make(NONOS_PCI_DMA);
    int r = nonos_call(t->device, &m);
    *domain = m.caps[0];
    return r;
}

int transport_memory(nonos_handle domain, size_t len, void **memory, uint64_t *address)
{
    uint64_t pages[TRANSPORT_MEMORY_MAX / NONOS_PAGE_SIZE];
    nonos_handle handle;
    if (len > TRANSPORT_MEMORY_MAX)
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

int transport_client_memory(nonos_handle domain, nonos_handle memory, uint64_t len, void **base,
                            uint64_t **pages)
{
    *pages = calloc(len / NONOS_PAGE_SIZE, sizeof(uint64_t));
    if (!*pages)
        return NONOS_E_NO_MEMORY;
    int r = nonos_memory_map(memory, len, NONOS_PROT_READ | NONOS_PROT_WRITE, base);
    return r < 0 ? r : nonos_dma_map(domain, memory, 0, len, *pages);
}
