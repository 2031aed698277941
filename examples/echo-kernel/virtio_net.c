/*
 * "Virtual I/O Device (VIRTIO) Version 1.0": section 2.4 has the queues, 4.1 PCI, 5.1 the network card. Addresses are physical ones,
 * as this kernel has no other. The processor keeps stores in order, so only the compiler has to be told where order matters.
 */
#include "virtio_net.h"

#include "pci.h"

#define QUEUE_LEN  64u
#define HEADER_LEN 12u /* in front of each frame, section 5.1.6; all zeros: nothing is offloaded */

#define CARD 0x10411af4u /* device and vendor; no transitional card */

enum { CAP_COMMON = 1, CAP_NOTIFY = 2, CAP_DEVICE = 4 };                     /* section 4.1.4 */
enum { ACKNOWLEDGE = 1, DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8 };        /* section 2.1 */
enum { FEATURE_MAC = 1u << 5, FEATURE_VERSION_1 = 1u << 0 /* of word 1 */ }; /* sections 5.1.3, 6 */
enum { DESCRIPTOR_WRITE = 2, AVAILABLE_NO_INTERRUPT = 1 }; /* sections 2.4.5, 2.4.6 */

/* Section 4.1.4.3. */
struct common {
    uint32_t device_feature_select, device_feature, driver_feature_select, driver_feature;
    uint16_t msix_config, num_queues;
    uint8_t status, config_generation;
    uint16_t queue_select, queue_size, queue_msix_vector, queue_enable, queue_notify_off;
    uint32_t queue_desc[2], queue_driver[2], queue_device[2];
};

struct queue {
    struct {
        uint64_t address;
        uint32_t len;
        uint16_t flags, next;
    } descriptors[QUEUE_LEN] __attribute__((aligned(16)));
    struct {
        uint16_t flags, index, ring[QUEUE_LEN];
    } available;
    struct {
        uint16_t flags, index;
        struct {
            uint32_t id, len;
        } ring[QUEUE_LEN];
    } used __attribute__((aligned(4)));
    uint8_t buffers[QUEUE_LEN][HEADER_LEN + FRAME_LEN + 2];
    volatile uint16_t *notify;
    uint16_t number, seen, free[QUEUE_LEN], nfree;
};

static struct queue rx, tx = {.number = 1};
static unsigned card;

static void barrier(void)
{
    __asm__ volatile("" : : : "memory");
}

/* Where the structure of that kind lies; `extra`, unless NULL, is the word after its capability's usual ones. NULL: nowhere. */
static volatile void *find(unsigned kind, uint32_t *extra)
{
    unsigned at = pci_read(card, 0, 0x34) & 0xfc;
    for (unsigned n = 0; at && n < 48; at = pci_read(card, 0, at) >> 8 & 0xfc, n++) {
        uint32_t head = pci_read(card, 0, at), bar = pci_read(card, 0, at + 4) & 0xff;
        if ((head & 0xff) != 9 || head >> 24 != kind || bar > 5)
            continue;
        if (extra)
            *extra = pci_read(card, 0, at + 16);
        uint32_t base = pci_read(card, 0, 0x10 + 4 * bar);
        if (base & 1 || ((base & 6) == 4 && pci_read(card, 0, 0x14 + 4 * bar)))
            return NULL; /* ports, or above 4 GiB */
        return (volatile uint8_t *)((base & ~15u) + pci_read(card, 0, at + 8));
    }
    return NULL;
}

/* Gives the card a buffer. */
static void give(struct queue *q, uint32_t id, size_t len)
{
    q->descriptors[id].len = len;
    q->available.ring[q->available.index % QUEUE_LEN] = (uint16_t)id;
    barrier();
    q->available.index++;
    barrier();
    *q->notify = q->number;
}

static bool queue_start(struct queue *q, volatile struct common *common, uint16_t flags)
{
    uint32_t multiplier;
    volatile uint8_t *notify = find(CAP_NOTIFY, &multiplier);
    common->queue_select = q->number;
    if (!notify || common->queue_size < QUEUE_LEN)
        return false;
    common->queue_size = QUEUE_LEN;
    common->queue_desc[0] = (uint32_t)q->descriptors;
    common->queue_driver[0] = (uint32_t)&q->available;
    common->queue_device[0] = (uint32_t)&q->used;
    q->available.flags = AVAILABLE_NO_INTERRUPT;
    for (uint16_t i = 0; i < QUEUE_LEN; i++) {
        q->descriptors[i].address = (uint32_t)q->buffers[i];
        q->descriptors[i].flags = flags;
        q->free[q->nfree++] = i;
    }
    q->notify = (volatile uint16_t *)(notify + multiplier * common->queue_notify_off);
    common->queue_enable = 1;
    return true;
}

bool virtio_net_start(uint8_t mac[6])
{
    while (card < 32 && pci_read(card, 0, 0) != CARD)
        card++;
    if (card == 32)
        return false;
    pci_write(card, 0, 4, pci_read(card, 0, 4) | 6); /* memory, bus master */
    volatile struct common *common = find(CAP_COMMON, NULL);
    volatile uint8_t *config = find(CAP_DEVICE, NULL);
    if (!common || !config)
        return false;
    common->status = 0;
    while (common->status)
        ;
    common->status = ACKNOWLEDGE | DRIVER;
    common->driver_feature_select = 0;
    common->driver_feature = FEATURE_MAC;
    common->driver_feature_select = 1;
    common->driver_feature = FEATURE_VERSION_1;
    common->status = ACKNOWLEDGE | DRIVER | FEATURES_OK;
    if (!(common->status & FEATURES_OK) || !queue_start(&rx, common, DESCRIPTOR_WRITE) ||
        !queue_start(&tx, common, 0))
        return false;
    common->status = ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK;
    while (rx.nfree)
        give(&rx, rx.free[--rx.nfree], sizeof(rx.buffers[0]));
    for (unsigned i = 0; i < 6; i++)
        mac[i] = config[i];
    return true;
}

const uint8_t *virtio_net_receive(size_t *len)
{
    barrier();
    if (rx.seen == rx.used.index)
        return NULL;
    barrier();
    uint32_t id = rx.used.ring[rx.seen % QUEUE_LEN].id % QUEUE_LEN;
    uint32_t n = rx.used.ring[rx.seen % QUEUE_LEN].len;
    *len = n < HEADER_LEN ? 0 : n > sizeof(rx.buffers[0]) ? FRAME_LEN : n - HEADER_LEN;
    return rx.buffers[id] + HEADER_LEN;
}

void virtio_net_release(void)
{
    give(&rx, rx.used.ring[rx.seen++ % QUEUE_LEN].id % QUEUE_LEN, sizeof(rx.buffers[0]));
}

uint8_t *virtio_net_frame(void)
{
    for (barrier(); tx.seen != tx.used.index && tx.nfree < QUEUE_LEN; barrier())
        tx.free[tx.nfree++] = tx.used.ring[tx.seen++ % QUEUE_LEN].id % QUEUE_LEN;
    return tx.nfree ? tx.buffers[tx.free[tx.nfree - 1]] + HEADER_LEN : NULL;
}

void virtio_net_send(size_t len)
{
    give(&tx, tx.free[--tx.nfree], HEADER_LEN + len);
}
