#include "transport.h"

#define CAPABILITIES_MAX 48u

/* Offsets in a capability (section 4.1.4). */
enum { CAP_BAR = 4, CAP_OFFSET = 8, CAP_LENGTH = 12, CAP_MULTIPLIER = 16 };

static int config_read(const struct transport *t, uint64_t offset, uint64_t width, uint32_t *value)
{
    return driver_config_read(t->device, offset, width, value);
}

static bool bar_map(struct transport *t, unsigned number)
{
    struct driver_bar *bar = &t->bars[number];
    return bar->at || (!bar->ports && driver_bar_take(t->device, number, bar) >= 0 && bar->at);
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
    if (bar >= TRANSPORT_BARS || offset % 4 || !bar_map(t, bar) || offset < t->bars[bar].offset)
        return NONOS_OK;
    uint64_t inside = offset - t->bars[bar].offset;
    if (inside > t->bars[bar].len || len > t->bars[bar].len - inside)
        return NONOS_OK;
    t->blocks[type] = (struct transport_place){t->bars[bar].at + inside, len};
    if (type == TRANSPORT_NOTIFY)
        t->notify_multiplier = multiplier;
    return NONOS_OK;
}

int transport_open(struct transport *t, nonos_handle device, const uint32_t lens[TRANSPORT_BLOCKS])
{
    uint64_t at = 0;
    *t = (struct transport){.device = device};
    for (unsigned i = 0; i < CAPABILITIES_MAX; i++) {
        int r = driver_capability_next(device, DRIVER_CAPABILITY_VENDOR, &at);
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

static struct driver_bar block_bar(const struct transport *t, enum transport_block block)
{
    return (struct driver_bar){.at = t->blocks[block].at, .len = t->blocks[block].len};
}

uint32_t transport_read(const struct transport *t, enum transport_block block, unsigned offset,
                        unsigned width)
{
    struct driver_bar bar = block_bar(t, block);
    return driver_bar_read(&bar, offset, width);
}

void transport_write(const struct transport *t, enum transport_block block, unsigned offset,
                     unsigned width, uint32_t value)
{
    struct driver_bar bar = block_bar(t, block);
    driver_bar_write(&bar, offset, width, value);
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
    driver_pause();
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
