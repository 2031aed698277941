#include "nic.h"

#include <string.h>

#define ENTRIES    NIC_RX_EACH
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
    return nonos_page_round(nonos_nic_rings_end(NIC_QUEUES, ENTRIES));
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

/* How many buffers for frames that arrive each queue has. */
static unsigned rx_each(const struct nic *nic)
{
    unsigned each = NIC_RX_BUFFERS / nic->nqueues;
    return each < NIC_RX_EACH ? each : NIC_RX_EACH;
}

static void queue_put(struct nic_queue *q, enum nonos_nic_ring ring,
                      const struct nonos_nic_buffer *b)
{
    (void)nonos_ring_put(&q->rings[ring], b); /* there is room for all */
    q->pending[ring] = true;
}

/* To the queue whose buffer it is, by whichever it came. */
static void buffer_give(struct nic *nic, unsigned index)
{
    struct nonos_nic_buffer b = {.offset = buffer_offset(index), .len = NIC_RX_LEN};
    nic->owner[index] = NIC_DRIVERS;
    queue_put(&nic->queues[index / rx_each(nic)], NONOS_NIC_RX_FREE, &b);
}

static void queue_clear(struct nic *nic, unsigned queue)
{
    struct nic_queue *q = &nic->queues[queue];
    memset(q->pending, 0, sizeof(q->pending));
    for (unsigned i = 0; i < NONOS_NIC_RINGS; i++)
        nonos_ring_attach(&q->rings[i], nic->base + nonos_nic_ring_offset(queue, i, ENTRIES),
                          ENTRIES, sizeof(struct nonos_nic_buffer));
}

/* All buffers are ours again, and the rings are empty. */
static void rings_clear(struct nic *nic)
{
    memset(nic->base, 0, buffers_at());
    memset(nic->owner, NIC_OURS, sizeof(nic->owner));
    for (unsigned i = 0; i < NIC_QUEUES; i++)
        queue_clear(nic, i);
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
    m.words[6] = NIC_QUEUES;
    r = asker_ask(&nic->asker, nic->connection, &m);
    nic->question = r < 0 ? NIC_ASKS_NOTHING : NIC_ASKS_OPEN;
    if (r < 0)
        (void)nonos_cap_delete(nic->signal);
    return r;
}

/* The card has so many queues: each gets its buffers, and flows, until frames of them arrive, go by any. */
static void queues_begin(struct nic *nic, unsigned nqueues, const nonos_handle *wakes)
{
    nic->nqueues = nqueues;
    nic->turn = 0;
    for (unsigned i = 0; i < NIC_QUEUES; i++) {
        if (nic->queues[i].wake)
            (void)nonos_cap_delete(nic->queues[i].wake);
        nic->queues[i].wake = i < nqueues ? wakes[i] : 0;
    }
    for (unsigned i = 0; i < FLOWS; i++)
        nic->steering[i] = (uint8_t)(i % nqueues);
    for (unsigned i = 0; i < nqueues * rx_each(nic); i++)
        buffer_give(nic, i);
}

static int opened(struct nic *nic, const struct nonos_message *m)
{
    queues_begin(nic, (unsigned)m->words[4], m->caps);
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

/* How many queues the answer to OPEN is about; 0 if it makes no sense. */
static uint32_t queues_said(const struct nonos_message *m)
{
    return m->words[4] <= NIC_QUEUES && m->words[4] <= m->ncaps ? (uint32_t)m->words[4] : 0;
}

/* What the driver says; `r` is the result of its call. */
static int answer_take(struct nic *nic, int r, const struct nonos_message *m)
{
    enum nic_question question = nic->question;
    nic->question = NIC_ASKS_NOTHING;
    if (question == NIC_ASKS_OPEN)
        (void)nonos_cap_delete(nic->signal); /* the driver has its own */
    uint32_t expected = question == NIC_ASKS_OPEN ? queues_said(m) : 0;
    if (r >= 0)
        caps_drop(m, expected);
    if (r >= 0 && question == NIC_ASKS_OPEN && expected == 0)
        r = NONOS_E_IO;
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
static bool queue_receive(struct nic *nic, struct nonos_ring_end *ring, struct nic_frame *f)
{
    struct nonos_nic_buffer b;
    while (nonos_ring_take(ring, &b)) {
        f->said = said_of(&b);
        f->len = f->nparts = f->nheld = 0;
        bool whole = part_receive(nic, &b, f);
        while (b.flags & NONOS_NIC_FRAME_MORE) {
            if (!nonos_ring_take(ring, &b)) {
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

bool nic_receive(struct nic *nic, struct nic_frame *f)
{
    for (unsigned i = 0; nic->attached && i < nic->nqueues; i++) {
        unsigned queue = nic->turn;
        nic->turn = (queue + 1) % nic->nqueues;
        if (!queue_receive(nic, &nic->queues[queue].rings[NONOS_NIC_RX], f))
            continue;
        if (nic->nqueues > 1)
            nic->steering[flow_of(f->parts[0].data, f->parts[0].len)] = (uint8_t)queue;
        return true;
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

static void sent_take(struct nic *nic, struct nonos_ring_end *ring)
{
    struct nonos_nic_buffer b;
    while (nonos_ring_take(ring, &b)) {
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
    for (unsigned i = 0; i < nic->nqueues && nic->ntx_free == 0; i++)
        sent_take(nic, &nic->queues[i].rings[NONOS_NIC_TX_DONE]);
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
    unsigned queue =
        nic->nqueues > 1 ? nic->steering[flow_of(nic->base + buffer_offset(index), len)] : 0;
    nic->owner[index] = NIC_DRIVERS;
    queue_put(&nic->queues[queue], NONOS_NIC_TX, &b);
}

static void queue_flush(struct nic_queue *q)
{
    bool wake = false;
    for (unsigned i = 0; i < NONOS_NIC_RINGS; i++)
        if (q->pending[i]) {
            q->pending[i] = false;
            wake = nonos_ring_publish(&q->rings[i]) || wake;
        }
    if (wake)
        (void)nonos_notify_signal(q->wake, NONOS_NIC_REQUEST_BIT);
}

void nic_flush(struct nic *nic)
{
    for (unsigned i = 0; nic->attached && i < nic->nqueues; i++)
        queue_flush(&nic->queues[i]);
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
    bool wait = true;
    for (unsigned i = 0; i < nic->nqueues; i++) {
        wait = ring_may_wait(&nic->queues[i].rings[NONOS_NIC_RX]) && wait;
        /* Buffers that come back matter only to who has none. */
        if (nic->ntx_free == 0)
            wait = ring_may_wait(&nic->queues[i].rings[NONOS_NIC_TX_DONE]) && wait;
    }
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
