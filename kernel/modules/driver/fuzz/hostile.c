#include "hostile.h"

#define PUT_MAX 32u

/* By queue and enum nic_direction: buffers that the client has put and not got back; unknown once it has meddled with a ring. */
static unsigned out[NONOS_NIC_QUEUES_MAX][NIC_DIRECTIONS];
static unsigned queue; /* of which the rings are chosen */
static bool meddled;

uint8_t hostile_u8(struct hostile_input *in)
{
    if (in->len == 0)
        return 0;
    in->len--;
    return *in->data++;
}

uint16_t hostile_u16(struct hostile_input *in)
{
    uint8_t low = hostile_u8(in);
    return (uint16_t)(low | hostile_u8(in) << 8);
}

uint32_t hostile_u32(struct hostile_input *in)
{
    uint16_t low = hostile_u16(in);
    return low | (uint32_t)hostile_u16(in) << 16;
}

static void put(enum nic_direction direction, const struct nonos_nic_buffer *b)
{
    struct nonos_ring_end *ring =
        &client_rings[direction == NIC_TX ? NONOS_NIC_TX : NONOS_NIC_RX_FREE];
    if (!nonos_ring_put(ring, b))
        return;
    out[queue][direction]++;
    (void)nonos_ring_publish(ring);
}

static void choose(unsigned which)
{
    queue = which;
    client_queue(which);
}

void hostile_renew(void)
{
    client_renew();
    choose(0);
    memset(out, 0, sizeof(out));
    meddled = false;
    for (unsigned i = 0; i < PUT_MAX; i++) {
        struct nonos_nic_buffer b = {.offset = buffer(i), .len = BUFFER};
        put(NIC_RX, &b);
    }
}

/* An entry of which any word may be any. */
static void put_wild(struct hostile_input *in, enum nic_direction direction)
{
    struct nonos_nic_buffer b = {
        .offset = hostile_u32(in),
        .len = hostile_u32(in),
        .flags = hostile_u16(in),
        .head = hostile_u16(in),
        .checksum_start = hostile_u16(in),
        .checksum_offset = hostile_u16(in),
        .segment_len = hostile_u16(in),
        .header_len = hostile_u16(in),
    };
    put(direction, &b);
}

/* One that is nearly right, so that it is not all refused. */
static void put_likely(struct hostile_input *in)
{
    static const uint16_t flags[] = {0, NONOS_NIC_FRAME_PARTIAL,
                                     NONOS_NIC_FRAME_PARTIAL | NONOS_NIC_FRAME_SEGMENTS_IPV4,
                                     NONOS_NIC_FRAME_PARTIAL | NONOS_NIC_FRAME_SEGMENTS_IPV6};
    unsigned kind = hostile_u8(in) % 4;
    struct nonos_nic_buffer b =
        client_train(hostile_u32(in) % (CLIENT_BYTES - DATA_AT) + DATA_AT, hostile_u16(in));
    b.flags = flags[kind];
    b.checksum_start = kind == 3 ? 54 : 34;
    b.header_len = (uint16_t)(b.checksum_start + 20 + hostile_u8(in) % 41);
    b.segment_len = (uint16_t)(hostile_u16(in) % 1500);
    if (kind < 2) {
        b.offset = buffer(b.offset % BUFFERS);
        b.len = b.len % 1501 + 14;
    }
    put(NIC_TX, &b);
}

static void put_free(struct hostile_input *in)
{
    for (unsigned n = hostile_u8(in) % PUT_MAX; n > 0; n--) {
        struct nonos_nic_buffer b = {.offset = buffer(hostile_u16(in) % BUFFERS), .len = BUFFER};
        put(NIC_RX, &b);
    }
}

/* An index of a ring becomes any. */
static void meddle(struct hostile_input *in)
{
    struct nonos_ring *ring = client_rings[hostile_u8(in) % NONOS_NIC_RINGS].ring;
    if (hostile_u8(in) % 8)
        return; /* seldom: afterwards there is nothing to be judged */
    uint32_t value = hostile_u8(in) & 1 ? hostile_u32(in) : ring->head + hostile_u8(in);
    meddled = true;
    if (hostile_u8(in) & 1)
        ring->head = value;
    else
        ring->tail = value;
}

void hostile_act(struct hostile_input *in)
{
    choose(client->nqueues > 1 ? hostile_u8(in) % client->nqueues : 0);
    switch (hostile_u8(in) % 8) {
    case 0:
        put_wild(in, NIC_TX);
        break;
    case 1:
        put_wild(in, NIC_RX);
        break;
    case 2:
        meddle(in);
        break;
    case 3:
    case 4:
        put_free(in);
        break;
    default:
        put_likely(in);
    }
}

static void judge(const struct nic_port *port, enum nic_direction direction)
{
    const uint32_t known =
        direction == NIC_TX
            ? 0
            : NONOS_NIC_FRAME_MORE |
                  (port->offloads & NONOS_NIC_OFFLOAD_VERIFIED
                       ? NONOS_NIC_FRAME_VERIFIED | NONOS_NIC_FRAME_PARTIAL
                       : 0) |
                  (port->offloads & NONOS_NIC_OFFLOAD_JOINED ? NONOS_NIC_FRAME_SEGMENTS : 0);
    struct nonos_nic_buffer b;
    while (client_take(direction == NIC_TX ? NONOS_NIC_TX_DONE : NONOS_NIC_RX, &b)) {
        if (meddled)
            continue;
        ck_assert_uint_gt(out[queue][direction], 0);
        out[queue][direction]--;
        ck_assert_uint_eq(b.flags & ~known, 0);
        if (b.len == 0)
            continue;
        ck_assert(direction == NIC_RX && b.offset < CLIENT_BYTES);
        ck_assert_uint_le((uint64_t)b.offset % NIC_PAGE + b.head + b.len, NIC_PAGE);
        if (b.flags & NONOS_NIC_FRAME_PARTIAL)
            ck_assert_uint_ge(b.checksum_start, NONOS_NIC_HEADER_LEN);
    }
}

void hostile_judge(const struct nic_port *port)
{
    for (unsigned i = 0; i < NONOS_NIC_QUEUES_MAX; i++) {
        choose(i);
        judge(port, NIC_RX);
        judge(port, NIC_TX);
    }
    choose(0);
}

static bool step(struct hostile_input *in, const struct hostile_card *card, uint8_t act)
{
    switch (act % 8) {
    case 2:
        card->work(in);
        return true;
    case 3:
        card->lie(in);
        return true;
    case 4:
        card->change(in);
        return true;
    case 5:
        *card->now_ns += (uint64_t)hostile_u16(in) << 20;
        return true;
    case 6:
        if (hostile_u8(in) % 8 != 0)
            return true;
        hostile_renew();
        return card->open() >= 0;
    default:
        hostile_act(in);
        return true;
    }
}

bool hostile_play(struct hostile_input *in, const struct hostile_card *card)
{
    while (in->len > 0 && !card->port->dead) {
        uint8_t act = hostile_u8(in);
        if (!step(in, card, act))
            return false;
        if (act % 32 < 24)
            card->turn(in);
    }
    return true;
}
