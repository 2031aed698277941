#include "model.h"

#include "../registers.h"
#include "wire.h"

#define DESC_LEN 16u

void model_eeprom(struct model *m, const uint8_t mac[6])
{
    uint16_t sum = 0;
    for (unsigned i = 0; i < 3; i++)
        m->eeprom[i] = (uint16_t)(mac[2 * i] | mac[2 * i + 1] << 8);
    m->eeprom[5] = 0x1234;
    m->eeprom[63] = 0;
    for (unsigned i = 0; i < 63; i++)
        sum = (uint16_t)(sum + m->eeprom[i]);
    m->eeprom[63] = (uint16_t)(EEPROM_CHECKSUM - sum);
}

static void reset(struct model *m)
{
    m->nic.resets++;
    if (m->never_resets)
        return;
    m->ctrl = 0;
    m->rctl = m->works_after_reset ? RCTL_EN : 0;
    m->tctl = m->ims = m->icr = m->itr = m->ivar = m->eitr = 0;
    memset(m->rings, 0, sizeof(m->rings));
    memset(m->contexts, 0, sizeof(m->contexts));
    m->packet.len = m->rxcsum = 0;
    m->ral = (uint32_t)m->eeprom[0] | (uint32_t)m->eeprom[1] << 16;
    m->rah = m->eeprom[2] | (m->no_register_mac ? 0 : RAH_AV);
}

static uint32_t status(const struct model *m)
{
    bool master = m->kind == E1000_82574 && (!(m->ctrl & CTRL_MASTER_DISABLE) || m->disobeys);
    return (m->link && m->ctrl & CTRL_SLU ? STATUS_LU : 0) | (master ? STATUS_MASTER_ENABLE : 0);
}

static void eerd_write(struct model *m, uint32_t value)
{
    unsigned shift = m->kind == E1000_82574 ? 2 : 8;
    uint32_t done = m->kind == E1000_82574 ? 2 : 16;
    uint32_t word = (value & 0xffffu) >> shift;
    ck_assert(value & EERD_START);
    ck_assert_uint_lt(word, 64);
    m->eerd = m->eeprom_silent ? 0 : (uint32_t)m->eeprom[word] << EERD_DATA_SHIFT | done;
}

static uint32_t ring_read(struct model *m, enum nic_direction direction, uint32_t at)
{
    ck_assert(direction == NIC_TX && at == RING_CONTROL);
    return m->tx_control;
}

static void ring_write(struct model *m, enum nic_direction direction, uint32_t at, uint32_t value)
{
    struct model_ring *ring = &m->rings[direction];
    bool works = direction == NIC_TX ? m->tctl & TCTL_EN : m->rctl & RCTL_EN;
    switch (at) {
    case RING_TAIL:
        m->tails[direction]++;
        ring->tail = value;
        ck_assert(value == 0 || value < ring->len / DESC_LEN);
        return;
    case RING_CONTROL:
        m->tx_control = value;
        return;
    case RING_DELAY:
        ck_assert_uint_eq(value, 0);
        return;
    default:
        break;
    }
    ck_assert_msg(!works, "a ring is set up while it is at work");
    switch (at) {
    case RING_BASE_LOW:
        ck_assert_uint_eq(value % 16, 0);
        ring->base = (ring->base & ~0xffffffffull) | value;
        break;
    case RING_BASE_HIGH:
        ring->base = (uint32_t)ring->base | (uint64_t)value << 32;
        break;
    case RING_LEN:
        ck_assert_uint_eq(value % 128, 0);
        ring->len = value;
        break;
    case RING_HEAD:
        ring->head = value;
        break;
    default:
        ck_abort_msg("register %#x of a ring is written", at);
    }
}

static uint32_t model_read(void *context, uint32_t offset)
{
    struct model *m = context;
    uint32_t value;
    if (m->gone)
        return ALL_ONES;
    if (offset >= REG_RX_RING && offset <= REG_RX_RING + RING_CONTROL)
        return ring_read(m, NIC_RX, offset - REG_RX_RING);
    if (offset >= REG_TX_RING && offset <= REG_TX_RING + RING_CONTROL)
        return ring_read(m, NIC_TX, offset - REG_TX_RING);
    switch (offset) {
    case REG_CTRL:
        return m->ctrl;
    case REG_STATUS:
        return status(m);
    case REG_EERD:
        return m->eerd;
    case REG_ICR:
        value = m->icr;
        m->icr = m->ivar ? m->icr : 0; /* with MSI-X, reading clears nothing */
        return value;
    case REG_RCTL:
        return m->rctl;
    case REG_TCTL:
        return m->tctl;
    case REG_MPC:
        value = m->missed;
        m->missed = 0;
        return value;
    case REG_RAL0:
        return m->ral;
    case REG_RAH0:
        return m->rah;
    default:
        ck_abort_msg("register %#x is read", offset);
    }
}

static void model_write(void *context, uint32_t offset, uint32_t value)
{
    struct model *m = context;
    if (m->gone)
        return;
    if (offset >= REG_RX_RING && offset <= REG_RX_RING + RING_CONTROL) {
        ring_write(m, NIC_RX, offset - REG_RX_RING, value);
        return;
    }
    if (offset >= REG_TX_RING && offset <= REG_TX_RING + RING_CONTROL) {
        ring_write(m, NIC_TX, offset - REG_TX_RING, value);
        return;
    }
    if (offset >= REG_MTA && offset < REG_MTA + 4 * MTA_WORDS)
        return;
    switch (offset) {
    case REG_CTRL:
        m->ctrl = value;
        if (value & CTRL_RST)
            reset(m);
        break;
    case REG_EERD:
        eerd_write(m, value);
        break;
    case REG_ICR:
        m->icr &= ~value;
        break;
    case REG_IMS:
        m->ims |= value;
        break;
    case REG_IMC:
        m->ims &= ~value;
        break;
    case REG_RCTL:
        ck_assert_uint_eq(value & 0x02030020u,
                          0); /* BSEX, BSIZE, LPE: buffers of 2048, no long frames */
        m->rctl = value;
        break;
    case REG_TCTL:
        m->tctl = value;
        break;
    case REG_ITR:
        m->itr = value;
        break;
    case REG_IVAR:
        m->ivar = value;
        break;
    case REG_EITR0:
        m->eitr = value;
        break;
    case REG_RAL0:
        m->ral = value;
        break;
    case REG_RAH0:
        m->rah = value;
        break;
    case REG_EIAC:
    case REG_RFCTL:
        ck_assert_uint_eq(value, 0);
        break;
    case REG_RXCSUM:
        /* No other sum, no other order; of IPv6, an 82574 has no bit. */
        ck_assert_uint_eq(value & ~(m->kind == E1000_82574 ? 0x300u : 0x700u), 0);
        m->rxcsum = value;
        break;
    case REG_TIPG:
        break;
    default:
        ck_abort_msg("register %#x is written", offset);
    }
}

const struct e1000_ops model_ops = {model_read, model_write, nic_model_pause};
const struct nic_port_ops model_port_ops = {nic_model_now, nic_model_signal};

/* ---- the card's work ---- */

static struct e1000_desc *next(struct model *m, enum nic_direction direction)
{
    struct model_ring *ring = &m->rings[direction];
    bool works = direction == NIC_TX ? m->tctl & TCTL_EN : m->rctl & RCTL_EN;
    if (m->gone || m->silent || !works || ring->head == ring->tail)
        return NULL;
    return (void *)reach(&m->reach, ring->base + (uint64_t)ring->head * DESC_LEN, DESC_LEN);
}

static void finish(struct model *m, enum nic_direction direction, struct e1000_desc *desc,
                   uint64_t rest, uint32_t cause)
{
    struct model_ring *ring = &m->rings[direction];
    __atomic_store_n(&desc->rest, rest, __ATOMIC_RELEASE);
    ring->head = (ring->head + 1) % (ring->len / DESC_LEN);
    m->icr |= cause;
}

unsigned model_send(struct model *m, unsigned most)
{
    unsigned n = 0;
    struct e1000_desc *desc;
    while (n < most && (desc = next(m, NIC_TX))) {
        bool reports = desc->rest & TX_RS;
        if (transmitter_take(m, desc)) {
            transmitter_emit(m);
            n++;
        }
        /* Section 3.3.3.1: only a descriptor that asks for it is written back. */
        finish(m, NIC_TX, desc, desc->rest | (reports ? TX_DD | (m->late ? 1ull << 34 : 0) : 0),
               reports ? CAUSE_TXDW | CAUSE_TXQ0 : 0);
    }
    return n;
}

bool model_arrive(struct model *m, const struct arrival *a)
{
    struct e1000_desc *desc = next(m, NIC_RX);
    if (!desc) {
        m->missed += m->rctl & RCTL_EN ? 1 : 0;
        m->icr |= CAUSE_RXO;
        return false;
    }
    /* The card may write as much as it was told of, wherever the buffer is. */
    uint8_t *data = reach(&m->reach, desc->address, E1000_BUFFER);
    ck_assert_uint_le(a->len, E1000_BUFFER);
    if (a->frame)
        memcpy(data, a->frame, a->len);
    else
        memset(data, a->fill, a->len);
    uint64_t rest = (a->told ? a->told : a->len) | RX_DD | (a->more ? 0 : RX_EOP) |
                    (uint64_t)a->status << 32 | (uint64_t)a->errors << RX_ERROR_SHIFT;
    finish(m, NIC_RX, desc, rest, CAUSE_RXT0 | CAUSE_RXQ0);
    return true;
}

bool model_receive(struct model *m, uint32_t len, uint8_t fill)
{
    return model_arrive(m, &(struct arrival){.len = len, .fill = fill});
}

/* Section 3.2.9, and 3.2.3 for the bits: what the card was told to look at, of Ethernet II frames without fragments and extensions. */
bool model_hear(struct model *m, const uint8_t *frame, uint32_t len)
{
    const uint8_t *ip = frame + WIRE_ETHERNET;
    bool ipv6 = wire_get16(frame + 12) == 0x86dd;
    struct wire_kind kind = {ipv6, ip[ipv6 ? 6 : 9]};
    struct arrival a = {.frame = frame, .len = len};
    bool fragment = !ipv6 && wire_get16(ip + 6) & 0x3fff;
    bool ipv6_too = m->kind == E1000_82574 || m->rxcsum & RXCSUM_IPV6OFL;
    if (m->rxcsum & RXCSUM_IPOFL && !ipv6) {
        a.status |= 1u << 6;
        a.errors |= wire_ip_right(frame, len, kind) ? 0 : 1u << 6;
    }
    if (m->rxcsum & RXCSUM_TUOFL && !fragment && (!ipv6 || ipv6_too) &&
        (kind.protocol == WIRE_TCP || kind.protocol == WIRE_UDP)) {
        /* An 82574 says of UDP that it is UDP. */
        a.status |= 1u << 5 | (kind.protocol == WIRE_UDP && m->kind == E1000_82574 ? 1u << 4 : 0);
        a.errors |= wire_transport_right(frame, len, kind) ? 0 : 1u << 5;
    }
    if (!a.status)
        a.status = 1u << 2;
    return model_arrive(m, &a);
}

void model_link(struct model *m, bool link)
{
    m->link = link;
    m->icr |= CAUSE_LSC | CAUSE_OTHER;
}

bool model_interrupts(const struct model *m)
{
    return m->icr & m->ims;
}
