#include "nic.h"

#include <string.h>

#define ENTRIES   NIC_BUFFERS
#define MAC_GROUP 1u
#define MAC_LOCAL 2u
#define MAC_BYTES 6u

static uint64_t buffers_at(void)
{
    return nonos_page_round(nonos_nic_ring_offset(NONOS_NIC_RINGS, ENTRIES));
}

static uint64_t memory_len(void)
{
    return buffers_at() + 2ull * NIC_BUFFERS * NIC_FRAME;
}

static uint32_t buffer_offset(unsigned index)
{
    return (uint32_t)(buffers_at() + (uint64_t)index * NIC_FRAME);
}

/* The number of the buffer at `offset` if the driver has it and it is of the direction that begins with `first`; else negative. */
static int buffer_index(const struct nic *nic, uint32_t offset, unsigned first)
{
    uint64_t at = buffer_offset(first);
    if (offset < at || (offset - at) % NIC_FRAME || (offset - at) / NIC_FRAME >= NIC_BUFFERS)
        return -1;
    unsigned index = first + (unsigned)((offset - at) / NIC_FRAME);
    return nic->owner[index] == NIC_DRIVERS ? (int)index : -1;
}

/* ---- instances of the driver ---- */

/* On the watcher's thread: waits until the driver answers. */
static int greet(nonos_handle connection)
{
    struct nonos_message m = nonos_message_make(NONOS_NIC_INFO);
    return nonos_call(connection, &m);
}

/* RFC 7844 section 3.1: a station address of no maker, drawn at each start, where the device can have one. */
static int mac_choose(struct nic *nic)
{
    struct nonos_message m = nonos_message_make(NONOS_NIC_INFO);
    uint8_t bytes[MAC_BYTES];
    int r = nonos_call(nic->connection, &m);
    if (r < 0 || nic->mac || !(m.words[2] & NONOS_NIC_SET_MAC))
        return r;
    r = nonos_random(bytes, sizeof(bytes));
    bytes[0] = (uint8_t)((bytes[0] & ~MAC_GROUP) | MAC_LOCAL);
    nic->mac = nonos_nic_mac_word(bytes);
    return r;
}

static void buffer_give(struct nic *nic, unsigned index)
{
    struct nonos_nic_buffer b = {buffer_offset(index), NIC_FRAME};
    nic->owner[index] = NIC_DRIVERS;
    (void)nonos_ring_put(&nic->rings[NONOS_NIC_RX_FREE], &b); /* there is room for all */
    nic->pending[NONOS_NIC_RX_FREE] = true;
}

/* All buffers are ours again, and the rings are empty. */
static void rings_clear(struct nic *nic)
{
    memset(nic->base, 0, buffers_at());
    memset(nic->owner, NIC_OURS, sizeof(nic->owner));
    memset(nic->pending, 0, sizeof(nic->pending));
    for (unsigned i = 0; i < NONOS_NIC_RINGS; i++)
        nonos_ring_attach(&nic->rings[i], nic->base + nonos_nic_ring_offset(i, ENTRIES), ENTRIES,
                          sizeof(struct nonos_nic_buffer));
    for (unsigned i = 0; i < NIC_BUFFERS; i++) {
        buffer_give(nic, i);
        nic->tx_free[i] = NIC_BUFFERS + i;
    }
    nic->ntx_free = NIC_BUFFERS;
}

static int driver_open(struct nic *nic)
{
    struct nonos_message m = nonos_message_make(NONOS_NIC_OPEN);
    nonos_handle signal;
    rings_clear(nic);
    int r = nonos_cap_derive(nic->notification, NONOS_NOTIFICATION_SIGNAL | NONOS_RIGHT_GRANT, 0,
                             NONOS_NEVER, 0, &signal);
    if (r < 0)
        return r;
    m.ncaps = 2;
    m.caps[0] = nic->memory;
    m.caps[1] = signal;
    m.words[0] = ENTRIES;
    m.words[1] = memory_len();
    m.words[2] = nic->bits;
    m.words[3] = nic->mac;
    r = nonos_call(nic->connection, &m);
    if (r < 0 || !m.ncaps) {
        (void)nonos_cap_delete(signal);
        return r < 0 ? r : NONOS_E_IO;
    }
    if (nic->wake)
        (void)nonos_cap_delete(nic->wake);
    nic->wake = m.caps[0];
    nic->mac = m.words[0];
    nic->mtu = (uint32_t)m.words[1];
    return NONOS_OK;
}

bool nic_renew(struct nic *nic)
{
    nonos_handle connection;
    if (nonos_service_take(&nic->watch, &connection) < 0)
        return false;
    if (nic->connection)
        (void)nonos_cap_delete(nic->connection);
    nic->connection = connection;
    nic->attached = false;
    int r = mac_choose(nic);
    if (r >= 0)
        r = driver_open(nic);
    if (r < 0) {
        nonos_logf("net: the driver cannot be used: %s\n", nonos_strerror(r));
        return false;
    }
    nic->attached = true;
    nic_flush(nic);
    return true;
}

int nic_init(struct nic *nic, nonos_handle notification, uint64_t bits)
{
    void *base;
    *nic = (struct nic){.notification = notification, .bits = bits};
    int r = nonos_memory_create(memory_len(), NONOS_MEMORY_FLAG_DMA, &nic->memory, &base);
    if (r < 0)
        return r;
    nic->base = base;
    return nonos_service_follow(&nic->watch, "nic", notification, bits, greet);
}

/* ---- frames ---- */

bool nic_link(const struct nic *nic)
{
    const struct nonos_nic_status *status = (const void *)nic->base;
    return nic->attached && __atomic_load_n(&status->link, __ATOMIC_ACQUIRE);
}

bool nic_receive(struct nic *nic, uint8_t *frame, size_t *len)
{
    struct nonos_nic_buffer b;
    while (nic->attached && nonos_ring_take(&nic->rings[NONOS_NIC_RX], &b)) {
        int index = buffer_index(nic, b.offset, 0);
        if (index < 0)
            continue;
        bool frame_is_there = b.len > 0 && b.len <= NIC_FRAME;
        if (frame_is_there)
            memcpy(frame, nic->base + b.offset, b.len);
        buffer_give(nic, (unsigned)index);
        *len = b.len;
        if (frame_is_there)
            return true;
    }
    return false;
}

static void sent_take(struct nic *nic)
{
    struct nonos_nic_buffer b;
    while (nonos_ring_take(&nic->rings[NONOS_NIC_TX_DONE], &b)) {
        int index = buffer_index(nic, b.offset, NIC_BUFFERS);
        if (index < 0)
            continue;
        nic->owner[index] = NIC_OURS;
        nic->tx_free[nic->ntx_free++] = (uint32_t)index;
    }
}

uint8_t *nic_send_begin(struct nic *nic)
{
    if (!nic->attached)
        return NULL;
    if (nic->ntx_free == 0)
        sent_take(nic);
    return nic->ntx_free ? nic->base + buffer_offset(nic->tx_free[nic->ntx_free - 1]) : NULL;
}

void nic_send(struct nic *nic, size_t len)
{
    unsigned index = nic->tx_free[--nic->ntx_free];
    struct nonos_nic_buffer b = {buffer_offset(index), (uint32_t)len};
    nic->owner[index] = NIC_DRIVERS;
    (void)nonos_ring_put(&nic->rings[NONOS_NIC_TX], &b); /* there is room for all */
    nic->pending[NONOS_NIC_TX] = true;
}

void nic_flush(struct nic *nic)
{
    bool wake = false;
    for (unsigned i = 0; i < NONOS_NIC_RINGS && nic->attached; i++)
        if (nic->pending[i]) {
            nic->pending[i] = false;
            wake = nonos_ring_publish(&nic->rings[i]) || wake;
        }
    if (wake)
        (void)nonos_notify_signal(nic->wake, NONOS_NIC_REQUEST_BIT);
}

/* A tail that makes no sense is nothing to take. */
static bool ring_may_wait(struct nonos_ring_end *ring)
{
    return nonos_ring_may_wait(ring) || nonos_ring_waiting(ring) == 0;
}

bool nic_may_wait(struct nic *nic)
{
    if (!nic->attached)
        return true;
    bool wait = ring_may_wait(&nic->rings[NONOS_NIC_RX]);
    /* Buffers that come back matter only to who has none. */
    if (nic->ntx_free == 0)
        wait = ring_may_wait(&nic->rings[NONOS_NIC_TX_DONE]) && wait;
    return wait;
}

int nic_counter(const struct nic *nic, uint64_t index, uint64_t *value)
{
    struct nonos_message m = nonos_message_make(NONOS_NIC_COUNTER);
    m.words[0] = index;
    int r = nic->attached ? nonos_call(nic->connection, &m) : NONOS_E_NO_DEVICE;
    *value = m.words[0];
    return r;
}
