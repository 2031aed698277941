#include "model.h"

#include "../registers.h"

static uint8_t *at(struct model *m, uint32_t address, size_t len)
{
    ck_assert_uint_ge(address, MODEL_ADDRESS);
    return reach(&m->reach, (uint64_t)(uintptr_t)m->base + (address - MODEL_ADDRESS), len);
}

static bool unlocked(const struct model *m)
{
    return (m->cfg9346 & EEM_MASK) == EEM_UNLOCKED;
}

static void reset(struct model *m)
{
    m->nic.resets++;
    if (m->never_resets)
        return;
    m->cr = CR_BUFE;
    m->imr = m->isr = m->cbr = m->capr = 0;
    m->rcr = m->tcr = m->rbstart = 0;
    m->next_tx = 0;
    memset(m->tsad, 0, sizeof(m->tsad));
    for (unsigned i = 0; i < 4; i++)
        m->tsd[i] = TSD_OWN;
}

/* The register at 60h: a bit of each slot for OWN, TABT, TUN and TOK. */
static uint32_t summary(const struct model *m)
{
    static const uint32_t bits[] = {TSD_OWN, TSD_TABT, TSD_TUN, TSD_TOK};
    uint32_t value = 0;
    for (unsigned i = 0; i < 16; i++)
        value |= (m->tsd[i % 4] & bits[i / 4]) ? 1u << i : 0;
    return value;
}

static uint32_t model_read(void *context, unsigned offset, unsigned width)
{
    struct model *m = context;
    uint32_t value;
    if (m->gone)
        return 0xffffffffu >> (32 - 8 * width);
    if (offset >= REG_TSD && offset < REG_TSAD) {
        ck_assert_uint_eq(width, 4);
        m->status_reads++;
        return m->tsd[(offset - REG_TSD) / 4];
    }
    switch (offset) {
    case REG_IDR:
    case REG_IDR + 4:
        memcpy(&value, m->idr + offset, 4);
        return value;
    case REG_CR:
        ck_assert_uint_eq(width, 1);
        return (m->cr & ~CR_BUFE) | ((uint16_t)(m->capr + CAPR_LEAD) == m->cbr ? CR_BUFE : 0);
    case REG_TSADS:
        ck_assert_uint_eq(width, 2);
        m->status_reads++;
        return summary(m);
    case REG_ISR:
        ck_assert_uint_eq(width, 2);
        return m->isr;
    case REG_MPC:
        return m->mpc;
    case REG_9346CR:
        return m->cfg9346;
    case REG_MSR:
        return m->link ? 0 : MSR_LINKB;
    case REG_BMCR:
        return m->bmcr;
    default:
        ck_abort_msg("register %#x is read", offset);
    }
}

static void command_write(struct model *m, uint32_t value)
{
    if (value & CR_RST) {
        m->cr |= CR_RST;
        reset(m);
        return;
    }
    m->cr = (uint8_t)value;
}

static void eem_write(struct model *m, uint32_t value)
{
    m->cfg9346 = (uint8_t)value;
    if ((value & EEM_MASK) != EEM_AUTOLOAD || m->never_loads)
        return;
    m->loads++;
    memcpy(m->idr, m->rom_mac, 6);
    m->cfg9346 = EEM_NORMAL;
}

static void model_write(void *context, unsigned offset, unsigned width, uint32_t value)
{
    struct model *m = context;
    if (m->gone)
        return;
    if (offset >= REG_TSD && offset < REG_TSAD) {
        ck_assert(m->cr & CR_TE);
        m->tsd[(offset - REG_TSD) / 4] = value & ~(TSD_TOK | TSD_TUN | TSD_TABT);
        if (m->sends_at_once)
            (void)model_send(m, 1);
        return;
    }
    if (offset >= REG_TSAD && offset < REG_RBSTART) {
        ck_assert_uint_eq(value % 4, 0);
        m->tsad[(offset - REG_TSAD) / 4] = value;
        return;
    }
    switch (offset) {
    case REG_IDR:
    case REG_IDR + 4:
        ck_assert(unlocked(m) && width == 4);
        memcpy(m->idr + offset, &value, 4);
        break;
    case REG_MAR:
    case REG_MAR + 4:
        m->mar[(offset - REG_MAR) / 4] = value;
        break;
    case REG_RBSTART:
        ck_assert(!(m->cr & CR_RE));
        m->rbstart = value;
        break;
    case REG_CR:
        ck_assert_uint_eq(width, 1);
        command_write(m, value);
        break;
    case REG_CAPR:
        ck_assert_uint_eq(width, 2);
        m->capr = (uint16_t)value;
        break;
    case REG_IMR:
        m->imr = (uint16_t)value;
        break;
    case REG_ISR:
        ck_assert_uint_eq(width, 2);
        m->isr &= (uint16_t)~value;
        break;
    case REG_TCR:
        m->tcr = value;
        break;
    case REG_RCR:
        m->rcr = value;
        break;
    case REG_MPC:
        m->mpc = 0;
        break;
    case REG_9346CR:
        eem_write(m, value);
        break;
    case REG_BMCR:
        ck_assert(unlocked(m));
        m->bmcr = (uint16_t)(value & ~BMCR_RESTART);
        break;
    default:
        ck_abort_msg("register %#x is written", offset);
    }
}

const struct rtl8139_ops model_ops = {model_read, model_write, nic_model_pause};
const struct nic_port_ops model_port_ops = {nic_model_now, nic_model_signal};

/* ---- the card's work ---- */

unsigned model_send(struct model *m, unsigned most)
{
    unsigned n = 0;
    for (; n < most && m->cr & CR_TE && !m->gone && !m->silent; n++) {
        uint32_t *tsd = &m->tsd[m->next_tx];
        if (*tsd & TSD_OWN)
            break;
        uint32_t len = *tsd & TSD_LEN;
        ck_assert_uint_ge(len, 60);
        nic_model_keep(&m->nic, at(m, m->tsad[m->next_tx], len), len);
        *tsd |= TSD_OWN | (m->aborts ? TSD_TABT : m->underruns ? TSD_TUN | TSD_TOK : TSD_TOK);
        m->isr |= m->aborts ? INT_TER : INT_TOK;
        m->next_tx = (m->next_tx + 1) % 4;
    }
    return n;
}

static void ring_put(struct model *m, const uint8_t *from, size_t len)
{
    size_t first = RTL8139_RING - m->cbr < len ? RTL8139_RING - m->cbr : len;
    memcpy(at(m, m->rbstart + m->cbr, first), from, first);
    memcpy(at(m, m->rbstart, len - first), from + first, len - first);
    m->cbr = (uint16_t)(m->cbr + len);
}

bool model_arrive(struct model *m, uint32_t header, uint32_t len, uint8_t fill)
{
    uint8_t data[4200];
    uint32_t used = (uint16_t)(m->cbr - (uint16_t)(m->capr + CAPR_LEAD));
    uint32_t total = (HEADER_LEN + len + CRC_LEN + 3) & ~3u;
    if (m->gone || !(m->cr & CR_RE))
        return false;
    ck_assert_uint_eq(m->rcr & (3u << 11), 3u << 11);
    if (used + total >= RTL8139_RING) {
        m->mpc++;
        m->isr |= INT_RXOVW;
        return false;
    }
    memset(data, fill, len);
    memset(data + len, 0xcc, CRC_LEN);
    ring_put(m, (const uint8_t *)&header, HEADER_LEN);
    ring_put(m, data, len + CRC_LEN);
    m->cbr = (uint16_t)((m->cbr + 3) & ~3u);
    m->isr |= INT_ROK;
    return true;
}

bool model_receive(struct model *m, uint32_t len, uint8_t fill)
{
    return model_arrive(m, HEADER_ROK | (len + CRC_LEN) << 16, len, fill);
}

void model_link(struct model *m, bool link)
{
    m->link = link;
    m->isr |= INT_LINK;
}

bool model_interrupts(const struct model *m)
{
    return m->isr & m->imr;
}
