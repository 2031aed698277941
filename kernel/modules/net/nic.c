#include "nic.h"

#include <string.h>

#define ENTRIES    NIC_RX_BUFFERS
#define MAC_GROUP  1u
#define MAC_LOCAL  2u
#define MAC_BYTES  6u
#define COUNTER_NS 1000000000ull /* a driver has for its answer */

#define OFFLOADS                                                                                \
    (NONOS_NIC_OFFLOAD_CHECKSUM | NONOS_NIC_OFFLOAD_VERIFIED | NONOS_NIC_OFFLOAD_SEGMENT_IPV4 | \
     NONOS_NIC_OFFLOAD_SEGMENT_IPV6 | NONOS_NIC_OFFLOAD_JOINED)
#define SAID_IN (NONNET_FRAME_PARTIAL | NONNET_FRAME_VERIFIED | NONNET_FRAME_SEGMENTS)

_Static_assert(NONOS_NIC_OFFLOAD_CHECKSUM == NONNET_OFFLOAD_CHECKSUM &&
                   NONOS_NIC_OFFLOAD_VERIFIED == NONNET_OFFLOAD_VERIFIED &&
                   NONOS_NIC_OFFLOAD_SEGMENT_IPV4 == NONNET_OFFLOAD_SEGMENT_IPV4 &&
                   NONOS_NIC_OFFLOAD_SEGMENT_IPV6 == NONNET_OFFLOAD_SEGMENT_IPV6 &&
                   NONOS_NIC_OFFLOAD_JOINED == NONNET_OFFLOAD_JOINED,
               "the stack's words are the drivers'");
_Static_assert(NONOS_NIC_FRAME_PARTIAL == NONNET_FRAME_PARTIAL &&
                   NONOS_NIC_FRAME_VERIFIED == NONNET_FRAME_VERIFIED &&
                   NONOS_NIC_FRAME_SEGMENTS_IPV4 == NONNET_FRAME_SEGMENTS_IPV4 &&
                   NONOS_NIC_FRAME_SEGMENTS_IPV6 == NONNET_FRAME_SEGMENTS_IPV6,
               "of frames, too");
_Static_assert(NIC_TX_BUFFERS <= ENTRIES, "there is room for all");

static uint64_t buffers_at(void)
{
    return nonos_page_round(nonos_nic_ring_offset(NONOS_NIC_RINGS, ENTRIES));
}

static uint64_t memory_len(void)
{
    return buffers_at() + NIC_RX_BUFFERS * NIC_RX_LEN + NIC_TX_BUFFERS * NIC_TX_LEN;
}

static uint32_t buffer_offset(unsigned index)
{
    uint32_t at = (uint32_t)buffers_at();
    return index < NIC_RX_BUFFERS
               ? at + index * NIC_RX_LEN
               : at + NIC_RX_BUFFERS * NIC_RX_LEN + (index - NIC_RX_BUFFERS) * NIC_TX_LEN;
}

/* The number of the buffer at `offset` if the driver has it and it is one of `count` from `first` on; else negative. */
static int buffer_index(const struct nic *nic, uint32_t offset, unsigned first, unsigned count)
{
    uint32_t at = buffer_offset(first), each = first < NIC_RX_BUFFERS ? NIC_RX_LEN : NIC_TX_LEN;
    if (offset < at || (offset - at) % each || (offset - at) / each >= count)
        return -1;
    unsigned index = first + (offset - at) / each;
    return nic->owner[index] == NIC_DRIVERS ? (int)index : -1;
}

/* ---- instances of the driver ---- */

static int info_ask(struct nic *nic)
{
    struct nonos_message m = nonos_message_make(NONOS_NIC_INFO);
    int r = asker_ask(&nic->asker, nic->connection, &m);
    nic->question = r < 0 ? NIC_ASKS_NOTHING : NIC_ASKS_INFO;
    return r;
}

/* RFC 7844 section 3.1: a station address of no maker, drawn at each start, where the device can have one. */
static int mac_choose(struct nic *nic, uint64_t flags)
{
    uint8_t bytes[MAC_BYTES];
    if (nic->mac || !(flags & NONOS_NIC_SET_MAC))
        return NONOS_OK;
    int r = nonos_random(bytes, sizeof(bytes));
    bytes[0] = (uint8_t)((bytes[0] & ~MAC_GROUP) | MAC_LOCAL);
    nic->mac = nonos_nic_mac_word(bytes);
    return r;
}

static void buffer_give(struct nic *nic, unsigned index)
{
    struct nonos_nic_buffer b = {.offset = buffer_offset(index), .len = NIC_RX_LEN};
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
    for (unsigned i = 0; i < NIC_RX_BUFFERS; i++)
        buffer_give(nic, i);
    for (unsigned i = 0; i < NIC_TX_BUFFERS; i++)
        nic->tx_free[i] = NIC_RX_BUFFERS + i;
    nic->ntx_free = NIC_TX_BUFFERS;
}

static int open_ask(struct nic *nic)
{
    struct nonos_message m = nonos_message_make(NONOS_NIC_OPEN);
    rings_clear(nic);
    int r = nonos_cap_derive(nic->notification, NONOS_NOTIFICATION_SIGNAL | NONOS_RIGHT_GRANT, 0,
                             NONOS_NEVER, 0, &nic->signal);
    if (r < 0)
        return r;
    m.ncaps = 2;
    m.caps[0] = nic->memory;
    m.caps[1] = nic->signal;
    m.words[0] = ENTRIES;
    m.words[1] = memory_len();
    m.words[2] = nic->bits;
    m.words[3] = nic->mac;
    m.words[4] = NONOS_NIC_VERSION;
    m.words[5] = OFFLOADS;
    r = asker_ask(&nic->asker, nic->connection, &m);
    nic->question = r < 0 ? NIC_ASKS_NOTHING : NIC_ASKS_OPEN;
    if (r < 0)
        (void)nonos_cap_delete(nic->signal);
    return r;
}

static int opened(struct nic *nic, const struct nonos_message *m)
{
    if (!m->ncaps)
        return NONOS_E_IO;
    if (nic->wake)
        (void)nonos_cap_delete(nic->wake);
    nic->wake = m->caps[0];
    nic->mac = m->words[0];
    nic->mtu = (uint32_t)m->words[1];
    nic->offload = (struct nonnet_offload){(uint32_t)m->words[3] & OFFLOADS, NIC_TX_LEN};
    nic->attached = true;
    nic_flush(nic);
    return NONOS_OK;
}

/* Capabilities that no answer has. */
static void caps_drop(const struct nonos_message *m, uint32_t expected)
{
    for (uint32_t i = expected; i < m->ncaps && i < NONOS_IPC_CAPS; i++)
        (void)nonos_cap_delete(m->caps[i]);
}

/* What the driver says; `r` is the result of its call. */
static int answer_take(struct nic *nic, int r, const struct nonos_message *m)
{
    enum nic_question question = nic->question;
    nic->question = NIC_ASKS_NOTHING;
    if (question == NIC_ASKS_OPEN)
        (void)nonos_cap_delete(nic->signal); /* the driver has its own */
    if (r >= 0)
        caps_drop(m, question == NIC_ASKS_OPEN);
    if (r >= 0 && question == NIC_ASKS_INFO) {
        r = mac_choose(nic, m->words[2]);
        return r < 0 ? r : open_ask(nic);
    }
    return r < 0 ? r : opened(nic, m);
}

bool nic_renew(struct nic *nic)
{
    struct nonos_message m;
    nonos_handle connection;
    int r = NONOS_OK;
    if (nic->question != NIC_ASKS_NOTHING) {
        if (!asker_answer(&nic->asker, &r, &m))
            return false;
        r = answer_take(nic, r, &m);
        if (r >= 0)
            return nic->attached;
    }
    /* While a question is out, the next instance waits: the one before it cannot answer any more, so the question ends. */
    if (nonos_service_take(&nic->watch, &connection) >= 0) {
        if (nic->connection)
            (void)nonos_cap_delete(nic->connection);
        nic->connection = connection;
        nic->attached = false;
        r = info_ask(nic);
    }
    if (r < 0 && r != NONOS_E_PEER_GONE)
        nonos_logf("net: the driver cannot be used: %s\n", nonos_strerror(r));
    return false;
}

int nic_init(struct nic *nic, nonos_handle notification, uint64_t bits)
{
    void *base;
    *nic = (struct nic){.notification = notification, .bits = bits};
    int r = nonos_memory_create(memory_len(), NONOS_MEMORY_FLAG_DMA, &nic->memory, &base);
    if (r < 0)
        return r;
    nic->base = base;
    r = asker_init(&nic->asker, notification, bits);
    if (r >= 0)
        r = nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_NOTIFICATION, 0, 0, 0,
                                &nic->counted);
    if (r >= 0)
        r = asker_init(&nic->counters, nic->counted, 1);
    return r < 0 ? r : nonos_service_follow(&nic->watch, "nic", notification, bits, NULL);
}

/* ---- frames ---- */

bool nic_link(struct nic *nic)
{
    const struct nonos_nic_status *status = (const void *)nic->base;
    if (nic->attached)
        nic->link = __atomic_load_n(&status->link, __ATOMIC_ACQUIRE) != 0;
    return nic->link;
}

/*
 * Takes one entry as the next part of the frame: its buffer is ours until the frame is released. False: the buffer is none or empty, or its
 * frame cannot be.
 */
static bool part_receive(struct nic *nic, const struct nonos_nic_buffer *b, struct nic_frame *f)
{
    int index = buffer_index(nic, b->offset, 0, NIC_RX_BUFFERS);
    if (index < 0)
        return false;
    nic->owner[index] = NIC_OURS;
    f->held[f->nheld++] = (uint16_t)index;
    if (b->len == 0 || b->len > NIC_RX_LEN || b->head > NIC_RX_LEN - b->len ||
        b->len > NIC_FRAME - f->len)
        return false;
    const uint8_t *data = nic->base + b->offset + b->head;
    size_t head = f->nheld > 1 ? 0 : b->len < NIC_HEAD ? b->len : NIC_HEAD;
    if (head > 0) {
        memcpy(f->bytes, data, head);
        f->parts[f->nparts++] = (struct nonnet_part){f->bytes, head};
    }
    if (head < b->len)
        f->parts[f->nparts++] = (struct nonnet_part){data + head, b->len - head};
    f->len += b->len;
    return true;
}

static struct nonnet_frame said_of(const struct nonos_nic_buffer *b)
{
    return (struct nonnet_frame){.flags = b->flags & SAID_IN,
                                 .checksum_start = b->checksum_start,
                                 .checksum_offset = b->checksum_offset,
                                 .segment_len = b->segment_len};
}

/* A frame whose parts do not all come, or are not all right, is dropped. */
bool nic_receive(struct nic *nic, struct nic_frame *f)
{
    struct nonos_nic_buffer b;
    while (nic->attached && nonos_ring_take(&nic->rings[NONOS_NIC_RX], &b)) {
        f->said = said_of(&b);
        f->len = f->nparts = f->nheld = 0;
        bool whole = part_receive(nic, &b, f);
        while (b.flags & NONOS_NIC_FRAME_MORE) {
            if (!nonos_ring_take(&nic->rings[NONOS_NIC_RX], &b)) {
                whole = false;
                break;
            }
            whole = part_receive(nic, &b, f) && whole;
        }
        if (whole)
            return true;
        nic_release(nic, f);
    }
    return false;
}

void nic_join(struct nic_frame *f)
{
    size_t len = f->parts[0].len;
    for (size_t i = 1; i < f->nparts; i++) {
        memcpy(f->bytes + len, f->parts[i].data, f->parts[i].len);
        len += f->parts[i].len;
    }
}

void nic_release(struct nic *nic, const struct nic_frame *f)
{
    for (unsigned i = 0; i < f->nheld; i++)
        buffer_give(nic, f->held[i]);
}

static void sent_take(struct nic *nic)
{
    struct nonos_nic_buffer b;
    while (nonos_ring_take(&nic->rings[NONOS_NIC_TX_DONE], &b)) {
        int index = buffer_index(nic, b.offset, NIC_RX_BUFFERS, NIC_TX_BUFFERS);
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

void nic_send(struct nic *nic, size_t len, const struct nonnet_frame *said)
{
    unsigned index = nic->tx_free[--nic->ntx_free];
    struct nonos_nic_buffer b = {.offset = buffer_offset(index),
                                 .len = (uint32_t)len,
                                 .flags = (uint16_t)said->flags,
                                 .checksum_start = said->checksum_start,
                                 .checksum_offset = said->checksum_offset,
                                 .segment_len = said->segment_len,
                                 .header_len = said->header_len};
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

int nic_counter(struct nic *nic, uint64_t index, uint64_t *value)
{
    struct nonos_message m;
    uint64_t bits, deadline = nonos_time_monotonic() + COUNTER_NS;
    int r;
    *value = 0;
    if (!nic->attached)
        return NONOS_E_NO_DEVICE;
    if (asker_answer(&nic->counters, &r, &m) && r >= 0)
        caps_drop(&m, 0); /* nobody waits for it any more */
    m = nonos_message_make(NONOS_NIC_COUNTER);
    m.words[0] = index;
    int asked = asker_ask(&nic->counters, nic->connection, &m);
    if (asked < 0)
        return asked == NONOS_E_BUSY ? NONOS_E_TIMED_OUT : asked;
    while (!asker_answer(&nic->counters, &r, &m)) {
        int waited = nonos_notify_wait(nic->counted, 1, deadline, &bits);
        if (waited < 0)
            return waited;
    }
    if (r < 0)
        return r;
    caps_drop(&m, 0);
    *value = m.words[0];
    return r;
}
