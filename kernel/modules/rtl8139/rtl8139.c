#include "rtl8139.h"

#include <string.h>

#include "registers.h"

#define RESET_PAUSES 100u
#define LOAD_PAUSES  50u
#define TX_MIN       60u /* without check sequence: the card does not pad */
#define RX_LOOKS_MAX 64u /* bad frames that are passed over at once */
#define MAC_GROUP    1u
#define MAC_NONE     0xffffffffffffull

_Static_assert(RTL8139_RING + CAPR_LEAD <= RTL8139_SLOTS_AT, "ring");
_Static_assert(NONOS_NIC_HEADER_LEN + NIC_MTU_USUAL <= RTL8139_SLOT, "slot");

static uint32_t read(const struct rtl8139 *r, unsigned offset, unsigned width)
{
    return r->ops->read(r->context, offset, width);
}

static void write(const struct rtl8139 *r, unsigned offset, unsigned width, uint32_t value)
{
    r->ops->write(r->context, offset, width, value);
}

/* The upper bits of the command register are reserved and read as 0, so all ones are none. */
static bool gone(const struct rtl8139 *r)
{
    return read(r, REG_CR, 1) == CR_GONE;
}

/* Waits until bits of a register of one byte are clear; those of a card that is gone never are. */
static bool wait_clear(const struct rtl8139 *r, unsigned offset, uint32_t bits, unsigned pauses)
{
    for (unsigned i = 0; i < pauses; i++) {
        if (!(read(r, offset, 1) & bits))
            return true;
        r->ops->pause(r->context);
    }
    return false;
}

/* Interrupts and both directions off, then the reset (section 5.6), after which the card does nothing. */
static int stop(struct rtl8139 *r)
{
    r->rx_ready = r->rx_broken = false;
    if (gone(r)) {
        r->port.dead = true;
        return NONOS_E_NO_DEVICE;
    }
    write(r, REG_IMR, 2, 0);
    write(r, REG_CR, 1, 0);
    write(r, REG_CR, 1, CR_RST);
    if (!wait_clear(r, REG_CR, CR_RST, RESET_PAUSES) || read(r, REG_CR, 1) & (CR_TE | CR_RE))
        r->port.dead = true;
    return r->port.dead ? NONOS_E_NO_DEVICE : NONOS_OK;
}

/* ---- bringing the card up ---- */

/* The reset leaves what a driver wrote there: the card loads its own address anew (section 5.12). 0: it has none. */
static uint64_t own_mac(const struct rtl8139 *r)
{
    write(r, REG_9346CR, 1, EEM_AUTOLOAD);
    if (!wait_clear(r, REG_9346CR, EEM_MASK, LOAD_PAUSES))
        write(r, REG_9346CR, 1, EEM_NORMAL);
    uint64_t mac = read(r, REG_IDR, 4) | (uint64_t)(read(r, REG_IDR + 4, 4) & 0xffffu) << 32;
    return mac & MAC_GROUP || mac == MAC_NONE ? 0 : mac;
}

/* The registers that the EEPROM fills are locked. */
static void locked_set_up(const struct rtl8139 *r)
{
    write(r, REG_9346CR, 1, EEM_UNLOCKED);
    write(r, REG_IDR, 4, (uint32_t)r->port.mac);
    write(r, REG_IDR + 4, 4, (uint32_t)(r->port.mac >> 32));
    if (!(read(r, REG_BMCR, 2) & BMCR_ANE))
        write(r, REG_BMCR, 2, BMCR_ANE | BMCR_RESTART);
    write(r, REG_9346CR, 1, EEM_NORMAL);
}

static void link_look(struct rtl8139 *r)
{
    nic_port_link(&r->port, !(read(r, REG_MSR, 1) & MSR_LINKB));
}

static int up(struct rtl8139 *r)
{
    struct nic_port *p = &r->port;
    p->mac = p->client->mac ? p->client->mac : p->own_mac;
    if (!p->mac)
        return NONOS_E_UNSUPPORTED;
    memset(r->dma, 0, RTL8139_DMA_BYTES);
    r->tx_put = r->tx_done = r->rx_at = 0;
    locked_set_up(r);
    write(r, REG_RBSTART, 4, r->dma_address);
    for (unsigned i = 0; i < RTL8139_TX_SLOTS; i++)
        write(r, REG_TSAD + 4 * i, 4, r->dma_address + RTL8139_SLOTS_AT + i * RTL8139_SLOT);
    /* Thresholds count only once both directions are on (section 5.9). */
    write(r, REG_CR, 1, CR_TE | CR_RE);
    write(r, REG_TCR, 4, TCR_SET);
    write(r, REG_RCR, 4, RCR_SET);
    write(r, REG_CAPR, 2, (uint16_t)-CAPR_LEAD);
    write(r, REG_MPC, 4, 0);
    /* All groups are heard, as the network module expects. */
    write(r, REG_MAR, 4, 0xffffffffu);
    write(r, REG_MAR + 4, 4, 0xffffffffu);
    write(r, REG_ISR, 2, 0xffffu);
    r->tx_tells = false;
    write(r, REG_IMR, 2, INT_USED);
    link_look(r);
    return NONOS_OK;
}

/* ---- frames that arrive ---- */

/* Gives the room of the frame at `rx_at` back: the next one begins behind it, at a multiple of 4. */
static void rx_pass(struct rtl8139 *r, uint32_t len)
{
    r->rx_at = (r->rx_at + HEADER_LEN + len + CRC_LEN + 3) & ~3u & (RTL8139_RING - 1);
    /* Release: what was read is read before the card may write over it. */
    __atomic_thread_fence(__ATOMIC_RELEASE);
    write(r, REG_CAPR, 2, (uint16_t)(r->rx_at - CAPR_LEAD));
}

/* Looks at the next frame; those that nobody can use are passed over. */
static void rx_look(struct rtl8139 *r)
{
    r->rx_ready = false;
    for (unsigned i = 0; i < RX_LOOKS_MAX && !r->rx_broken; i++) {
        if (read(r, REG_CR, 1) & CR_BUFE)
            return;
        /* Acquire: the frame is read after the header that says that it is there. */
        uint32_t header =
            __atomic_load_n((uint32_t *)(void *)(r->dma + r->rx_at), __ATOMIC_ACQUIRE);
        uint32_t len = header >> 16;
        if (len == LEN_WRITING)
            return;
        if (!(header & HEADER_ROK) || len < CRC_LEN || len > LEN_MAX) {
            r->rx_broken = true;
            return;
        }
        len -= CRC_LEN;
        if (len >= NONOS_NIC_HEADER_LEN && len <= NONOS_NIC_HEADER_LEN + r->port.mtu) {
            r->rx_len = len;
            r->rx_ready = true;
            return;
        }
        r->port.counters[len < NONOS_NIC_HEADER_LEN ? NONOS_NIC_RX_SHORT : NONOS_NIC_RX_ERRORS]++;
        rx_pass(r, len);
    }
}

/* Copies the frame that is ready into a client's buffer, which is long enough. It may go on at the ring's beginning. */
static void rx_copy(struct rtl8139 *r, const struct nonos_nic_buffer *b)
{
    uint32_t at = (r->rx_at + HEADER_LEN) & (RTL8139_RING - 1);
    uint32_t first = RTL8139_RING - at < r->rx_len ? RTL8139_RING - at : r->rx_len;
    uint8_t *to = nic_port_data(&r->port, b);
    memcpy(to, r->dma + at, first);
    memcpy(to + first, r->dma, r->rx_len - first);
    nic_port_return(&r->port, NIC_RX, b->offset, r->rx_len);
    r->port.counters[NONOS_NIC_RX_FRAMES]++;
    r->port.resets = 0;
    rx_pass(r, r->rx_len);
    rx_look(r);
}

/* ---- frames that are sent ---- */

static unsigned in_flight(const struct rtl8139 *r)
{
    return r->tx_put - r->tx_done;
}

static void tx_submit(struct rtl8139 *r, const struct nonos_nic_buffer *b)
{
    unsigned slot = r->tx_put++ % RTL8139_TX_SLOTS;
    uint8_t *to = r->dma + RTL8139_SLOTS_AT + slot * RTL8139_SLOT;
    uint32_t len = b->len < TX_MIN ? TX_MIN : b->len;
    memcpy(to, nic_port_data(&r->port, b), b->len);
    memset(to + b->len, 0, len - b->len);
    r->tx_offsets[slot] = b->offset;
    r->deadlines_ns[slot] = r->port.now_ns + NIC_TIMEOUT_NS;
    /* Release: the card must see the frame before the word that has it sent. */
    __atomic_thread_fence(__ATOMIC_RELEASE);
    write(r, REG_TSD + 4 * slot, 4, len | TSD_EARLY << TSD_EARLY_SHIFT);
}

/* Of the oldest slot, all in one register: TSADS_FINISHED, or 0 while it is being sent. */
static uint32_t tx_finished(const struct rtl8139 *r, uint32_t statuses)
{
    return statuses == TSADS_GONE ? 0 : statuses >> r->tx_done % RTL8139_TX_SLOTS & TSADS_FINISHED;
}

static void tx_take(struct rtl8139 *r)
{
    uint32_t finished, statuses = in_flight(r) ? read(r, REG_TSADS, 2) : 0;
    while (in_flight(r) && (finished = tx_finished(r, statuses)) != 0) {
        unsigned slot = r->tx_done % RTL8139_TX_SLOTS;
        uint32_t status = finished == TSADS_TOK ? 0 : read(r, REG_TSD + 4 * slot, 4);
        bool lost = status & (TSD_TABT | TSD_OWC);
        if (status & TSD_TABT) /* or it sends nothing any more (section 5.8) */
            write(r, REG_TCR, 4, TCR_SET | TCR_CLRABT);
        r->port.counters[lost ? NONOS_NIC_TX_LOST : NONOS_NIC_TX_FRAMES]++;
        r->port.resets = 0;
        r->tx_done++;
        nic_port_return(&r->port, NIC_TX, r->tx_offsets[slot], 0);
    }
}

/*
 * Whether nothing more can be sent now. Only then the card tells of frames that it sent: others are looked at when something else happens. One
 * that it finishes before it may tell has left its cause, and interrupts then.
 */
static bool tx_may_wait(struct rtl8139 *r)
{
    bool full = in_flight(r) == RTL8139_TX_SLOTS;
    if (full && tx_finished(r, read(r, REG_TSADS, 2)))
        return false;
    if (full != r->tx_tells) {
        r->tx_tells = full;
        write(r, REG_IMR, 2, full ? INT_USED | INT_TOK : INT_USED);
    }
    return true;
}

/* ---- recovery ---- */

static int recover(struct rtl8139 *r)
{
    r->port.counters[NONOS_NIC_RESETS]++;
    int result = stop(r);
    if (result == 0 && ++r->port.resets > NIC_RESETS_MAX)
        result = NONOS_E_NO_DEVICE;
    for (; result == 0 && in_flight(r); r->tx_done++) {
        r->port.counters[NONOS_NIC_TX_LOST]++;
        nic_port_return(&r->port, NIC_TX, r->tx_offsets[r->tx_done % RTL8139_TX_SLOTS], 0);
    }
    if (result == 0)
        result = up(r);
    r->port.dead = result < 0;
    return result;
}

/*
 * What the interrupt was for; the card lets go of its line. After an overflow it goes on when there is room in the ring again and the causes are
 * cleared (section 5.4): frames are taken afterwards, in the same turn.
 */
static int causes_take(struct rtl8139 *r)
{
    uint32_t causes = read(r, REG_ISR, 2);
    if (causes == ISR_GONE && gone(r)) {
        r->port.dead = true;
        return NONOS_E_NO_DEVICE;
    }
    write(r, REG_ISR, 2, causes);
    if (!r->port.client)
        return NONOS_OK;
    if (causes & (INT_RXOVW | INT_FOVW)) {
        r->port.counters[NONOS_NIC_RX_MISSED] += read(r, REG_MPC, 4) & 0xffffffu;
        write(r, REG_MPC, 4, 0);
    }
    if (causes & INT_LINK)
        link_look(r);
    return causes & INT_SERR ? recover(r) : NONOS_OK;
}

/* ---- the driver's turn ---- */

static int card_serve(struct nic_port *port)
{
    struct rtl8139 *r = (struct rtl8139 *)port;
    tx_take(r);
    if (!r->rx_ready)
        rx_look(r);
    if (r->rx_broken) {
        port->counters[NONOS_NIC_NONSENSE]++;
        return recover(r);
    }
    bool sending = in_flight(r) > 0;
    if (sending && port->now_ns < r->look_ns)
        return NONOS_OK;
    r->look_ns = port->now_ns + NIC_LOOK_NS;
    if (sending && gone(r)) {
        port->dead = true;
        return NONOS_E_NO_DEVICE;
    }
    return sending && port->now_ns >= r->deadlines_ns[r->tx_done % RTL8139_TX_SLOTS] ? recover(r)
                                                                                     : NONOS_OK;
}

/* A buffer for an arriving frame is taken only when there is one. */
static bool card_room(const struct nic_port *port, enum nic_direction direction)
{
    const struct rtl8139 *r = (const struct rtl8139 *)port;
    if (direction == NIC_RX)
        return r->rx_ready && nic_port_room(port, NIC_RX, 0);
    return in_flight(r) < RTL8139_TX_SLOTS && nic_port_room(port, NIC_TX, in_flight(r));
}

static void card_submit(struct nic_port *port, enum nic_direction direction,
                        const struct nonos_nic_buffer *b)
{
    struct rtl8139 *r = (struct rtl8139 *)port;
    if (direction == NIC_RX)
        rx_copy(r, b);
    else
        tx_submit(r, b);
}

/* The card was shown each frame by itself. */
static void card_publish(struct nic_port *port, enum nic_direction direction)
{
    (void)port;
    (void)direction;
}

/* The card tells of each frame that comes. One that came before may wait for a buffer; a new one, or a broken ring, is a reason to go on. */
static bool card_may_wait(struct nic_port *port)
{
    struct rtl8139 *r = (struct rtl8139 *)port;
    if (!tx_may_wait(r))
        return false;
    if (r->rx_ready)
        return true;
    rx_look(r);
    return !r->rx_ready && !r->rx_broken;
}

/* ---- interface ---- */

int rtl8139_start(struct rtl8139 *r, const struct rtl8139_ops *ops, void *context,
                  const struct nic_port_ops *port_ops)
{
    memset(r, 0, sizeof(*r));
    r->ops = ops;
    r->context = context;
    nic_port_init(&r->port, port_ops, context);
    int result = stop(r);
    if (result < 0)
        return result;
    r->port.own_mac = own_mac(r);
    r->port.mac_settable = true;
    link_look(r);
    return stop(r); /* loading may have set anything */
}

int rtl8139_memory(struct rtl8139 *r, void *dma, uint64_t address)
{
    if (address > UINT32_MAX - RTL8139_DMA_BYTES)
        return NONOS_E_UNSUPPORTED;
    r->dma = dma;
    r->dma_address = (uint32_t)address;
    return NONOS_OK;
}

int rtl8139_close(struct rtl8139 *r)
{
    nic_port_attach(&r->port, NULL);
    r->tx_done = r->tx_put;
    return stop(r);
}

int rtl8139_open(struct rtl8139 *r, struct nic_client *client)
{
    int result = r->port.dead ? NONOS_E_NO_DEVICE : rtl8139_close(r);
    if (result < 0)
        return result;
    nic_port_attach(&r->port, client);
    r->look_ns = r->port.now_ns + NIC_LOOK_NS;
    result = up(r);
    if (result < 0)
        (void)!rtl8139_close(r);
    return result;
}

int rtl8139_run(struct rtl8139 *r, bool interrupted)
{
    static const struct nic_card card = {card_serve, card_room, card_submit, card_publish,
                                         card_may_wait};
    int result = interrupted && !r->port.dead ? causes_take(r) : NONOS_OK;
    return result < 0 ? result : nic_port_run(&r->port, &card);
}

uint64_t rtl8139_deadline(const struct rtl8139 *r)
{
    return r->port.client && !r->port.dead && in_flight(r) ? r->look_ns : NIC_NEVER;
}
