#include "e1000.h"

#include <string.h>

#include "card.h"
#include "registers.h"
#include "transmit.h"

#define MASK      (E1000_SLOTS - 1)
#define RING_SIZE (E1000_SLOTS * sizeof(struct e1000_desc))

/* Buffers for frames are shown in groups, as each write of a tail costs, while the card has enough of them. */
#define RX_GROUP  16u
#define RX_ENOUGH 48u

_Static_assert((E1000_SLOTS & MASK) == 0 && E1000_SLOTS % 8 == 0, "section 13.4.27");
_Static_assert(NIC_DIRECTIONS *RING_SIZE <= E1000_DMA_BYTES, "both rings");
_Static_assert(sizeof(struct e1000_desc) == 16, "sections 3.2.3 and 3.3.3");

/* ---- buffers ---- */

static bool has_room(const struct e1000 *e, enum nic_direction direction)
{
    const struct e1000_ring *ring = &e->rings[direction];
    unsigned needs = direction == NIC_TX ? transmit_needs(e) : 1;
    return ring->put - ring->done + needs < E1000_SLOTS &&
           nic_port_room(&e->port, direction, ring->nbuffers);
}

/* Hands a buffer to the card, which sees it with the next tail; there is room for it. */
static void submit(struct e1000 *e, enum nic_direction direction, const struct nonos_nic_buffer *b)
{
    struct e1000_ring *ring = &e->rings[direction];
    struct e1000_slot *slot = &ring->slots[ring->put & MASK];
    *slot = (struct e1000_slot){*b, e->port.now_ns + NIC_TIMEOUT_NS, 1};
    ring->nbuffers++;
    if (direction == NIC_TX)
        slot->ndesc = transmit_describe(e, b);
    else
        ring->desc[ring->put++ & MASK] = (struct e1000_desc){nic_port_address(&e->port, b), 0};
}

static void publish(struct e1000 *e, enum nic_direction direction)
{
    struct e1000_ring *ring = &e->rings[direction];
    uint32_t unshown = ring->put - ring->shown, shown = ring->shown - ring->done;
    /* One that has enough buffers for frames does not need the few that came back yet. */
    if (unshown == 0 || (direction == NIC_RX && unshown < RX_GROUP && shown >= RX_ENOUGH))
        return;
    ring->shown = ring->put;
    /* Release: the card must see descriptors and frames before the tail that covers them. */
    __atomic_thread_fence(__ATOMIC_RELEASE);
    card_write(e, (direction == NIC_TX ? REG_TX_RING : REG_RX_RING) + RING_TAIL, ring->put & MASK);
}

static struct e1000_slot *oldest(struct e1000_ring *ring)
{
    return &ring->slots[ring->done & MASK];
}

/*
 * What the card wrote into the last descriptor of the oldest buffer; false if it has not finished it. Acquire: the frame is read after the bit
 * that says that it is there. The bit has the same place in both directions.
 */
static bool finished(struct e1000_ring *ring, uint64_t *rest)
{
    if (ring->done == ring->shown)
        return false;
    uint32_t last = ring->done + oldest(ring)->ndesc - 1;
    *rest = __atomic_load_n(&ring->desc[last & MASK].rest, __ATOMIC_ACQUIRE);
    return *rest & RX_DD;
}

/* The card has the oldest buffer no longer. */
static struct nonos_nic_buffer retire(struct e1000 *e, struct e1000_ring *ring)
{
    const struct e1000_slot *slot = oldest(ring);
    ring->done += slot->ndesc;
    ring->nbuffers--;
    e->port.resets = 0;
    return slot->buffer;
}

static void sent_take(struct e1000 *e)
{
    struct e1000_ring *ring = &e->rings[NIC_TX];
    uint64_t rest;
    while (finished(ring, &rest)) {
        e->port.counters[rest & TX_LATE ? NONOS_NIC_TX_LOST : NONOS_NIC_TX_FRAMES]++;
        nic_port_return(&e->port, NIC_TX, retire(e, ring).offset, 0);
    }
}

/* Which counter a frame that is no good belongs to; NONOS_NIC_RX_FRAMES of a good one. */
static enum nonos_nic_counter arrived_judge(struct e1000 *e, uint64_t rest)
{
    bool last = rest & RX_EOP;
    bool piece = e->in_pieces || !last;
    e->in_pieces = !last;
    /* A frame in pieces is longer than any that the card was asked for. */
    if (piece || rest >> RX_ERROR_SHIFT & RX_ERRORS)
        return NONOS_NIC_RX_ERRORS;
    return (uint16_t)rest < NONOS_NIC_HEADER_LEN ? NONOS_NIC_RX_SHORT : NONOS_NIC_RX_FRAMES;
}

/* Sections 3.2.3.1 and 3.2.9: the card's word for the checksum of TCP or UDP. An IPv4 header that is wrong is not vouched for, either. */
static bool arrived_verified(const struct e1000 *e, uint64_t rest)
{
    bool looked = rest & RX_TCPCS && !(rest & RX_IXSM);
    bool wrong = rest & RX_TCPE || (rest & RX_IPCS && rest & RX_IPE);
    return e->port.offloads & NONOS_NIC_OFFLOAD_VERIFIED && looked && !wrong;
}

static void arrived_deliver(struct e1000 *e, const struct nonos_nic_buffer *b, uint64_t rest)
{
    const struct nonos_nic_buffer said = {
        .offset = b->offset,
        .len = (uint16_t)rest,
        .flags = arrived_verified(e, rest) ? NONOS_NIC_FRAME_VERIFIED : 0,
    };
    nic_port_deliver(&e->port, &said);
}

/* Takes frames that arrived; false if the card reported something that cannot be. */
static bool arrived_take(struct e1000 *e)
{
    struct e1000_ring *ring = &e->rings[NIC_RX];
    uint64_t rest;
    for (unsigned i = 0; i < NIC_SERVE_MAX && finished(ring, &rest); i++) {
        if ((uint16_t)rest > E1000_BUFFER)
            return false;
        struct nonos_nic_buffer b = retire(e, ring);
        enum nonos_nic_counter counter = arrived_judge(e, rest);
        e->port.counters[counter]++;
        if (counter == NONOS_NIC_RX_FRAMES)
            arrived_deliver(e, &b, rest);
        else
            submit(e, NIC_RX, &b);
    }
    return true;
}

/* ---- the card ---- */

static void rings_clear(struct e1000 *e)
{
    memset(e->dma, 0, E1000_DMA_BYTES);
    memset(e->rings, 0, sizeof(e->rings));
    for (unsigned i = 0; i < NIC_DIRECTIONS; i++)
        e->rings[i].desc = (struct e1000_desc *)(e->dma + i * RING_SIZE);
    e->context_kept = (struct e1000_desc){0};
    e->in_pieces = e->tx_causes = false;
}

static void link_look(struct e1000 *e)
{
    nic_port_link(&e->port, card_read(e, REG_STATUS) & STATUS_LU);
}

static int up(struct e1000 *e)
{
    struct nic_port *p = &e->port;
    p->mac = p->client->mac ? p->client->mac : p->own_mac;
    if (!p->mac)
        return NONOS_E_UNSUPPORTED;
    p->offloads = transmit_agree(e->offloads, p->client->offloads);
    rings_clear(e);
    card_up(e, p->mac);
    link_look(e);
    return NONOS_OK;
}

static int stop(struct e1000 *e)
{
    int r = card_stop(e);
    e->port.dead = e->port.dead || r < 0;
    return r;
}

/* Gives the buffers for arriving frames to the card again, and those of sent ones back. */
static void buffers_renew(struct e1000 *e)
{
    const struct e1000_ring *tx = &e->before[NIC_TX], *rx = &e->before[NIC_RX];
    for (uint32_t i = tx->done; i != tx->put; i += tx->slots[i & MASK].ndesc) {
        e->port.counters[NONOS_NIC_TX_LOST]++;
        nic_port_return(&e->port, NIC_TX, tx->slots[i & MASK].buffer.offset, 0);
    }
    for (uint32_t i = rx->done; i != rx->put; i++)
        submit(e, NIC_RX, &rx->slots[i & MASK].buffer);
}

static int recover(struct e1000 *e)
{
    memcpy(e->before, e->rings, sizeof(e->before));
    e->port.counters[NONOS_NIC_RESETS]++;
    int r = stop(e);
    if (r == 0 && ++e->port.resets > NIC_RESETS_MAX)
        r = NONOS_E_NO_DEVICE;
    if (r == 0)
        r = up(e);
    e->port.dead = r < 0;
    if (r == 0)
        buffers_renew(e);
    return r;
}

/* What the interrupt was for. Reading clears the causes and lets go of the line; with MSI-X it takes writing. */
static int causes_take(struct e1000 *e)
{
    uint32_t causes = card_read(e, REG_ICR);
    if (causes == ALL_ONES && card_gone(e)) {
        e->port.dead = true;
        return NONOS_E_NO_DEVICE;
    }
    card_write(e, REG_ICR, causes);
    if (!e->port.client)
        return NONOS_OK;
    if (causes & CAUSE_RXO)
        e->port.counters[NONOS_NIC_RX_MISSED] += card_read(e, REG_MPC);
    if (causes & CAUSE_LSC)
        link_look(e);
    return NONOS_OK;
}

/* ---- the driver's turn ---- */

static int card_serve(struct nic_port *port)
{
    struct e1000 *e = (struct e1000 *)port;
    sent_take(e);
    if (!arrived_take(e)) {
        port->counters[NONOS_NIC_NONSENSE]++;
        return recover(e);
    }
    bool sending = e->rings[NIC_TX].nbuffers > 0;
    if (sending && port->now_ns < e->look_ns)
        return NONOS_OK;
    e->look_ns = port->now_ns + NIC_LOOK_NS;
    if (sending && card_gone(e)) {
        port->dead = true;
        return NONOS_E_NO_DEVICE;
    }
    return sending && port->now_ns >= oldest(&e->rings[NIC_TX])->deadline_ns ? recover(e)
                                                                             : NONOS_OK;
}

static bool card_room(const struct nic_port *port, enum nic_direction direction)
{
    return has_room((const struct e1000 *)port, direction);
}

static void card_submit(struct nic_port *port, enum nic_direction direction,
                        const struct nonos_nic_buffer *b)
{
    submit((struct e1000 *)port, direction, b);
}

static void card_publish(struct nic_port *port, enum nic_direction direction)
{
    publish((struct e1000 *)port, direction);
}

/*
 * The card tells of every frame that arrives. Of frames that were sent it need not while half of the slots are free: they are looked
 * at when something else happens.
 */
static bool card_may_wait(struct nic_port *port)
{
    struct e1000 *e = (struct e1000 *)port;
    struct e1000_ring *tx = &e->rings[NIC_TX];
    bool want = tx->put - tx->done > E1000_SLOTS / 2;
    uint64_t rest;
    if (want != e->tx_causes) {
        e->tx_causes = want;
        card_write(e, want ? REG_IMS : REG_IMC, CAUSE_TXDW | CAUSE_TXQ0);
    }
    /* Looked at once more: its cause may have been cleared, unseen, while it was masked. */
    return !(want && finished(tx, &rest)) && !finished(&e->rings[NIC_RX], &rest);
}

/* ---- interface ---- */

int e1000_start(struct e1000 *e, enum e1000_kind kind, const struct e1000_ops *ops, void *context,
                const struct nic_port_ops *port_ops)
{
    memset(e, 0, sizeof(*e));
    e->kind = kind;
    e->ops = ops;
    e->context = context;
    nic_port_init(&e->port, port_ops, context);
    int r = stop(e);
    if (r < 0)
        return r;
    e->offloads = transmit_offloads(kind) | NONOS_NIC_OFFLOAD_VERIFIED;
    e->port.own_mac = card_mac(e);
    e->port.mac_settable = true;
    e->port.rx_min = E1000_BUFFER;
    link_look(e);
    return NONOS_OK;
}

void e1000_cut_nothing(struct e1000 *e)
{
    e->offloads &= ~(NONOS_NIC_OFFLOAD_SEGMENT_IPV4 | NONOS_NIC_OFFLOAD_SEGMENT_IPV6);
}

void e1000_memory(struct e1000 *e, void *dma, uint64_t address)
{
    e->dma = dma;
    e->dma_address = address;
}

int e1000_close(struct e1000 *e)
{
    nic_port_attach(&e->port, NULL);
    return stop(e);
}

int e1000_open(struct e1000 *e, struct nic_client *client)
{
    int r = e->port.dead ? NONOS_E_NO_DEVICE : e1000_close(e);
    if (r < 0)
        return r;
    nic_port_attach(&e->port, client);
    e->look_ns = e->port.now_ns + NIC_LOOK_NS;
    r = up(e);
    if (r < 0)
        (void)!e1000_close(e);
    return r;
}

int e1000_run(struct e1000 *e, bool interrupted)
{
    static const struct nic_card card = {card_serve, card_room, card_submit, card_publish,
                                         card_may_wait};
    int r = interrupted && !e->port.dead ? causes_take(e) : NONOS_OK;
    return r < 0 ? r : nic_port_run(&e->port, &card);
}

uint64_t e1000_deadline(const struct e1000 *e)
{
    return e->port.client && !e->port.dead && e->rings[NIC_TX].nbuffers ? e->look_ns : NIC_NEVER;
}
