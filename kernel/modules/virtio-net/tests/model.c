#include "model.h"

uint32_t model_config(struct virtio_model *virtio, unsigned offset, unsigned width)
{
    struct model *m = (struct model *)virtio;
    if (offset < VNET_STATUS) {
        ck_assert_uint_eq(width, 1);
        return m->mac[offset];
    }
    ck_assert_uint_eq(width, 2);
    if (offset == VNET_MAX_PAIRS) {
        ck_assert(m->virtio.offered & VNET_F_MQ);
        return m->max_pairs;
    }
    return offset == VNET_STATUS ? m->status_field : m->mtu;
}

unsigned model_queue(const struct model *m, unsigned direction)
{
    return 2 * m->pair + direction;
}

/* Section 5.1.6.5.6: without a command the first pair is used. */
static bool pair_used(const struct model *m)
{
    return m->pair < (m->pairs_reset == m->virtio.resets && m->pairs ? m->pairs : 1);
}

/* The descriptors of a chain, or of its indirect table (VIRTIO 1.2 section 2.7.5.3). */
static unsigned chain_read(struct model *m, uint16_t head, struct virtq_desc chain[VNET_TABLE])
{
    const struct virtq_desc *first = virtio_model_desc(&m->virtio, model_queue(m, VNET_TX), head);
    unsigned n = 0;
    if (first->flags & VIRTQ_INDIRECT) {
        ck_assert_uint_eq(first->flags, VIRTQ_INDIRECT);
        ck_assert(m->virtio.accepted & VIRTIO_F_INDIRECT);
        n = first->len / 16;
        ck_assert(first->len % 16 == 0 && n > 1 && n <= VNET_TABLE);
        ck_assert_uint_le(n, m->virtio.queues[model_queue(m, VNET_TX)].size);
        memcpy(chain, reach(&m->virtio.reach, first->address, first->len), first->len);
        for (unsigned i = 0; i + 1 < n; i++)
            ck_assert(chain[i].flags == VIRTQ_NEXT && chain[i].next == i + 1);
        ck_assert_uint_eq(chain[n - 1].flags, 0);
        return n;
    }
    chain[n++] = *first;
    ck_assert_uint_eq(first->flags, VIRTQ_NEXT);
    chain[n++] = *virtio_model_desc(&m->virtio, model_queue(m, VNET_TX), first->next);
    ck_assert_uint_eq(chain[1].flags, 0);
    return n;
}

static void frame_note(struct model *m, const struct virtq_desc *chain, unsigned n)
{
    static const uint8_t zeros[VNET_HEADER_LEN];
    unsigned number = m->nic.nsent;
    ck_assert_uint_eq(chain[0].len, VNET_HEADER_LEN);
    memcpy(m->sent_header[number], reach(&m->virtio.reach, chain[0].address, VNET_HEADER_LEN),
           VNET_HEADER_LEN);
    if (!(m->virtio.accepted & VNET_F_CSUM))
        ck_assert_mem_eq(m->sent_header[number], zeros, VNET_HEADER_LEN);
    m->sent_parts[number] = n - 1;
    for (unsigned i = 1; i < n; i++) {
        const uint8_t *bytes = reach(&m->virtio.reach, chain[i].address, chain[i].len);
        ck_assert_uint_gt(chain[i].len, 0);
        if (i == 1)
            nic_model_keep(&m->nic, bytes, chain[i].len);
        else
            m->nic.sent_len[number] += chain[i].len;
        for (uint32_t at = 0; at < chain[i].len; at++)
            m->sent_sum[number] += bytes[at];
    }
}

static int turns(struct vnet *v)
{
    int most = NONOS_OK;
    for (unsigned i = 0; i < v->npairs && most >= 0; i++) {
        int r = vnet_run(v, i);
        most = r == NONOS_E_IO || r > most ? 1 : r < 0 ? r : most;
    }
    return most;
}

int model_turns(struct vnet *v)
{
    int r = turns(v);
    if (r < 0 || !vnet_broken(v))
        return r;
    r = vnet_recover(v);
    return r < 0 ? r : turns(v);
}

unsigned model_send(struct model *m, unsigned most)
{
    struct virtq_desc chain[VNET_TABLE];
    uint16_t head;
    unsigned n = 0;
    for (;
         n < most && pair_used(m) && virtio_model_next(&m->virtio, model_queue(m, VNET_TX), &head);
         n++) {
        frame_note(m, chain, chain_read(m, head, chain));
        virtio_model_used(&m->virtio, model_queue(m, VNET_TX), head, 0, 0);
    }
    return n;
}

bool model_arrive_said(struct model *m, const uint8_t header[VNET_HEADER_LEN], uint32_t len,
                       uint8_t fill)
{
    bool merges = m->virtio.accepted & VNET_F_MRG_RXBUF;
    uint32_t left = VNET_HEADER_LEN + len, at = VNET_HEADER_LEN;
    uint16_t heads[VNET_SLOTS], n = 0;
    uint32_t lens[VNET_SLOTS], rooms[VNET_SLOTS];
    uint8_t *first = NULL;
    while (left > 0) {
        if (n == VNET_SLOTS || !pair_used(m) ||
            !virtio_model_next(&m->virtio, model_queue(m, VNET_RX), &heads[n]))
            return false;
        const struct virtq_desc *desc =
            virtio_model_desc(&m->virtio, model_queue(m, VNET_RX), heads[n]);
        ck_assert_uint_eq(desc->flags, VIRTQ_WRITE);
        ck_assert(merges || left <= desc->len);
        rooms[n] = desc->len;
        lens[n] = left < desc->len ? left : desc->len;
        uint8_t *bytes = reach(&m->virtio.reach, desc->address, desc->len);
        memset(bytes + at, fill, lens[n] - at);
        first = first ? first : bytes;
        left -= lens[n++];
        at = 0;
    }
    memcpy(first, header, VNET_HEADER_LEN);
    uint16_t said = m->buffers_lie ? (uint16_t)(n + m->buffers_lie) : n;
    first[10] = (uint8_t)said;
    first[11] = (uint8_t)(said >> 8);
    for (unsigned i = 0; i < n; i++)
        virtio_model_used(&m->virtio, model_queue(m, VNET_RX), heads[i], lens[i], rooms[i]);
    return true;
}

bool model_arrive(struct model *m, uint32_t len, uint8_t fill)
{
    static const uint8_t nothing[VNET_HEADER_LEN];
    return model_arrive_said(m, nothing, len, fill);
}

/* Carries a command out; returns the answer. */
static uint8_t command_obey(struct model *m, const uint8_t *what, const struct virtq_desc *argument)
{
    const uint8_t *bytes = reach(&m->virtio.reach, argument->address, argument->len);
    if (what[0] == 1) {
        ck_assert(what[1] == 1 && argument->len == 6 && m->virtio.accepted & VNET_F_CTRL_MAC);
        if (!m->refuses_mac)
            memcpy(m->mac_set, bytes, 6);
        return m->refuses_mac;
    }
    ck_assert(what[0] == 4 && what[1] == 0 && argument->len == 2);
    unsigned n = bytes[0] | bytes[1] << 8;
    ck_assert(m->virtio.accepted & VNET_F_MQ && n >= 1 && n <= m->max_pairs);
    for (unsigned i = 0; i < 2 * n; i++)
        ck_assert(m->virtio.queues[i].enabled);
    if (!m->refuses_pairs) {
        m->pairs = n;
        m->pairs_reset = m->virtio.resets;
    }
    return m->refuses_pairs;
}

/* Commands are carried out at once. */
static void command_work(struct model *m)
{
    unsigned queue = m->virtio.accepted & VNET_F_MQ ? 2u * m->max_pairs : 2;
    uint16_t head;
    ck_assert_uint_eq(m->indices[VNET_PLACE_COMMANDS], queue);
    while (!m->silent_command && virtio_model_next(&m->virtio, queue, &head)) {
        const struct virtq_desc *command = virtio_model_desc(&m->virtio, queue, head);
        const struct virtq_desc *argument = virtio_model_desc(&m->virtio, queue, command->next);
        const struct virtq_desc *answer = virtio_model_desc(&m->virtio, queue, argument->next);
        ck_assert(command->len == 2 && answer->len == 1);
        ck_assert_uint_eq(answer->flags, VIRTQ_WRITE);
        uint8_t said = command_obey(m, reach(&m->virtio.reach, command->address, 2), argument);
        *reach(&m->virtio.reach, answer->address, 1) = m->answer ? m->answer : said;
        virtio_model_used(&m->virtio, queue, head, 1, 1);
    }
}

static int model_notify_find(void *context, unsigned place, uint16_t index)
{
    struct model *m = context;
    ck_assert_uint_lt(place, VNET_PLACES);
    m->indices[place] = index;
    return m->no_notify == place + 1 ? NONOS_E_UNSUPPORTED : NONOS_OK;
}

static void model_notify(void *context, unsigned place)
{
    struct model *m = context;
    m->notified[place]++;
    if (place == VNET_PLACE_COMMANDS)
        command_work(m);
}

static uint64_t model_now(void *context)
{
    return ((struct model *)context)->virtio.now_ns;
}

static void model_signal(void *context)
{
    nic_model_signal(&((struct model *)context)->nic);
}

static const struct nic_port_ops port_ops = {model_now, model_signal};

const struct vnet_ops model_ops = {&virtio_model_access, model_notify_find, model_notify,
                                   &port_ops};
