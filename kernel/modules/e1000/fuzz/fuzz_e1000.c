/*
 * The driver between a hostile client and a card that lies, as the input says. A card that has lied of a descriptor since its reset has another view of its
 * rings than the driver, so it only reaches what they point to; until then it is the model of the tests.
 */
#include "../../driver/fuzz/hostile.h"

#include "../registers.h"
#include "../tests/model.h"
#include "../tests/wire.h"

#define DESC_LEN 16u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct model *m;
static struct e1000 *e;
static uint8_t *dma;
static unsigned lied_at; /* the number of resets when it last lied of a descriptor */

static void set_up(void)
{
    static bool made;
    if (!made) {
        m = calloc(1, sizeof(*m));
        e = calloc(1, sizeof(*e));
        dma = aligned_alloc(4096, E1000_DMA_BYTES);
        client_make(&m->reach);
        reach_allow(&m->reach, dma, E1000_DMA_BYTES);
        made = true;
    }
    struct reach reach = m->reach;
    memset(m, 0, sizeof(*m));
    m->reach = reach;
    m->link = m->nic.forgets = true;
    m->nic.now_ns = 1000;
    lied_at = ~0u;
}

static uint8_t *ring_at(enum nic_direction direction, uint32_t slot)
{
    struct model_ring *ring = &m->rings[direction];
    uint32_t slots = ring->len / DESC_LEN;
    return slots ? reach(&m->reach, ring->base + (uint64_t)(slot % slots) * DESC_LEN, DESC_LEN)
                 : NULL;
}

/* What the card writes into a descriptor becomes any. */
static void lie(struct hostile_input *in)
{
    enum nic_direction direction = hostile_u8(in) & 1 ? NIC_TX : NIC_RX;
    uint8_t how = hostile_u8(in);
    uint32_t slot = how & 1 ? hostile_u8(in) : e->rings[direction].done + hostile_u8(in) % 4;
    uint64_t rest = hostile_u32(in) | (uint64_t)hostile_u32(in) << 32;
    struct e1000_desc *desc = (void *)ring_at(direction, slot);
    if (!desc)
        return;
    lied_at = m->nic.resets;
    /* Mostly plausible: done, a length that fits. */
    desc->rest = how & 2 ? rest : (rest & 0xffff000007ffull) | RX_DD;
}

/* The card reaches all that descriptors point to, as it may until it is stopped. */
static void reach_all(void)
{
    for (unsigned d = 0; d < NIC_DIRECTIONS; d++) {
        struct model_ring *ring = &m->rings[d];
        bool works = d == NIC_TX ? m->tctl & TCTL_EN : m->rctl & RCTL_EN;
        for (uint32_t i = ring->head; works && !m->gone && i != ring->tail;
             i = (i + 1) % (ring->len / DESC_LEN)) {
            const struct e1000_desc *desc = (const void *)ring_at((enum nic_direction)d, i);
            if (d == NIC_RX)
                memset(reach(&m->reach, desc->address, E1000_BUFFER), 0x55, E1000_BUFFER);
        }
    }
}

/* A frame of one of four kinds arrives, one byte of it being any. */
static void hear(struct hostile_input *in)
{
    uint8_t frame[120], how = hostile_u8(in);
    struct wire_kind kind = {how & 1, how & 2 ? WIRE_TCP : WIRE_UDP};
    wire_make(frame, sizeof(frame), kind, how);
    if (how & 4)
        wire_finish(frame, sizeof(frame), kind);
    if (how & 8)
        frame[hostile_u8(in) % sizeof(frame)] = hostile_u8(in);
    (void)model_hear(m, frame, sizeof(frame));
}

/* A frame arrives and is reported as the input says, mostly as one that is whole. */
static void arrive(struct hostile_input *in)
{
    uint8_t how = hostile_u8(in);
    struct arrival a = {.len = hostile_u16(in) % (E1000_BUFFER + 1),
                        .told = how & 1 ? hostile_u16(in) : 0,
                        .status = how & 2 ? hostile_u8(in) & 0xfcu : 0,
                        .errors = how & 4 ? hostile_u8(in) : 0,
                        .more = how % 32 == 8};
    (void)model_arrive(m, &a);
}

static void work(struct hostile_input *in)
{
    uint8_t how = hostile_u8(in);
    if (lied_at == m->nic.resets)
        reach_all();
    else if (how % 4 == 0)
        (void)model_send(m, how / 4);
    else if (how % 4 == 1)
        hear(in);
    else
        arrive(in);
}

/* What of the card's changes behind the driver's back. */
static void change(struct hostile_input *in)
{
    switch (hostile_u8(in) % 8) {
    case 0:
        m->gone = hostile_u8(in) % 8 == 0;
        break;
    case 1:
        m->silent = !m->silent;
        break;
    case 2:
        m->never_resets = hostile_u8(in) % 4 == 0;
        break;
    case 3:
        m->late = !m->late;
        break;
    case 4:
        m->works_after_reset = hostile_u8(in) % 4 == 0;
        break;
    case 5:
        m->icr = hostile_u32(in);
        m->missed = hostile_u32(in);
        break;
    case 6:
        m->link = !m->link;
        break;
    default:
        m->eeprom[hostile_u8(in) % 64] ^= hostile_u16(in);
    }
}

static bool start(struct hostile_input *in)
{
    static const uint8_t mac[6] = {0x52, 0x54, 0, 1, 2, 3};
    uint8_t how = hostile_u8(in);
    m->kind = how & 1 ? E1000_82574 : E1000_8254X;
    m->frames_change = true;
    m->eeprom_silent = how & 2;
    m->no_register_mac = how & 4;
    m->disobeys = how & 8;
    if (how & 16)
        model_eeprom(m, mac);
    hostile_renew();
    client->offloads = how & 64 ? hostile_u8(in) : ~0u;
    client->mac = how & 32 ? nonos_nic_mac_word(mac) : 0;
    if (e1000_start(e, m->kind, &model_ops, m, &model_port_ops) < 0)
        return false;
    e1000_memory(e, dma, (uint64_t)(uintptr_t)dma);
    return e1000_open(e, client) == 0;
}

static void turn(struct hostile_input *in)
{
    int r = e1000_run(e, hostile_u8(in) & 1);
    ck_assert(r == 0 || r == 1 || r == NONOS_E_NO_DEVICE);
    ck_assert(r >= 0 || e->port.dead);
    ck_assert_uint_lt(e->rings[NIC_TX].put - e->rings[NIC_TX].done, E1000_SLOTS);
    ck_assert_uint_lt(e->rings[NIC_RX].put - e->rings[NIC_RX].done, E1000_SLOTS);
    hostile_judge(&e->port);
}

static int open_again(void)
{
    return e1000_open(e, client);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hostile_input in = {data, size};
    set_up();
    if (!start(&in))
        return 0;
    const struct hostile_card card = {&e->port, &m->nic.now_ns, open_again, work,
                                      lie,      change,         turn};
    if (!hostile_play(&in, &card))
        return 0;
    /* Once the card is stopped it reaches nothing. */
    if (e1000_close(e) == 0)
        ck_assert_uint_eq((m->rctl & RCTL_EN) | (m->tctl & TCTL_EN) | m->ims, 0);
    return 0;
}
