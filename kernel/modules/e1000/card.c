#include "card.h"

#include "registers.h"

#define RESET_PAUSES  100u
#define MASTER_PAUSES 100u
#define QUIET_PAUSES  10u /* for what is on its way over the bus */
#define EEPROM_PAUSES 10u
#define MAC_WORDS     3u
#define MAC_GROUP     1u
/* 8000 interrupts a second at most, in units of 256 ns (section 13.4.18). */
#define THROTTLE      488u

uint32_t card_read(const struct e1000 *e, uint32_t offset)
{
    return e->ops->read(e->context, offset);
}

void card_write(const struct e1000 *e, uint32_t offset, uint32_t value)
{
    e->ops->write(e->context, offset, value);
}

/* Bits of the status are reserved and read as 0, so all ones are no status. */
bool card_gone(const struct e1000 *e)
{
    return card_read(e, REG_STATUS) == ALL_ONES;
}

static void pauses(const struct e1000 *e, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        e->ops->pause(e->context);
}

/* Waits until `bits` of a register are clear; false if they stay set, as those of a card that is gone do. */
static bool wait_clear(const struct e1000 *e, uint32_t offset, uint32_t bits, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (!(card_read(e, offset) & bits))
            return true;
        e->ops->pause(e->context);
    }
    return false;
}

int card_stop(const struct e1000 *e)
{
    if (card_gone(e))
        return NONOS_E_NO_DEVICE;
    card_write(e, REG_IMC, ALL_ONES);
    card_write(e, REG_RCTL, 0);
    card_write(e, REG_TCTL, 0);
    uint32_t ctrl = card_read(e, REG_CTRL) & ~CTRL_RST;
    if (e->kind == E1000_82574) {
        ctrl |= CTRL_MASTER_DISABLE;
        card_write(e, REG_CTRL, ctrl);
        /* A card that does not obey is reset all the same (82574 data sheet section 3.1.3.10). */
        (void)wait_clear(e, REG_STATUS, STATUS_MASTER_ENABLE, MASTER_PAUSES);
    }
    pauses(e, QUIET_PAUSES);
    card_write(e, REG_CTRL, ctrl | CTRL_RST);
    pauses(e, QUIET_PAUSES); /* it may not be touched at first, and reads its EEPROM afterwards */
    if (!wait_clear(e, REG_CTRL, CTRL_RST, RESET_PAUSES))
        return NONOS_E_NO_DEVICE;
    card_write(e, REG_IMC, ALL_ONES);
    (void)card_read(e, REG_ICR);
    /* All ones, of a card that went, have the bits, too. */
    bool works = card_read(e, REG_RCTL) & RCTL_EN || card_read(e, REG_TCTL) & TCTL_EN;
    return works ? NONOS_E_NO_DEVICE : NONOS_OK;
}

/* ---- the station address ---- */

/* Section 5.3.1; on an 82574 address and status lie elsewhere (its section 10.2.2.4). False: the EEPROM does not answer. */
static bool eeprom_read(const struct e1000 *e, uint32_t word, uint16_t *value)
{
    unsigned shift = e->kind == E1000_82574 ? 2 : 8;
    uint32_t done = e->kind == E1000_82574 ? 1u << 1 : 1u << 4;
    card_write(e, REG_EERD, EERD_START | word << shift);
    for (unsigned i = 0; i < EEPROM_PAUSES; i++) {
        uint32_t eerd = card_read(e, REG_EERD);
        if (eerd == ALL_ONES)
            return false;
        if (eerd & done) {
            *value = (uint16_t)(eerd >> EERD_DATA_SHIFT);
            return true;
        }
        e->ops->pause(e->context);
    }
    return false;
}

/* The first words of the EEPROM are the address, if all of them have the sum that they should. */
static uint64_t eeprom_mac(const struct e1000 *e)
{
    uint64_t mac = 0;
    uint16_t sum = 0, value;
    for (uint32_t i = 0; i < EEPROM_WORDS; i++) {
        if (!eeprom_read(e, i, &value))
            return 0;
        sum = (uint16_t)(sum + value);
        if (i < MAC_WORDS)
            mac |= (uint64_t)value << 16 * i;
    }
    return sum == EEPROM_CHECKSUM ? mac : 0;
}

static uint64_t register_mac(const struct e1000 *e)
{
    uint32_t low = card_read(e, REG_RAL0), high = card_read(e, REG_RAH0);
    return high & RAH_AV ? (uint64_t)(high & 0xffffu) << 32 | low : 0;
}

uint64_t card_mac(const struct e1000 *e)
{
    uint64_t mac = eeprom_mac(e);
    if (mac == 0 || mac & MAC_GROUP)
        mac = register_mac(e);
    return mac & MAC_GROUP ? 0 : mac;
}

/* ---- starting ---- */

static void ring_set_up(const struct e1000 *e, uint32_t group, const struct e1000_ring *ring)
{
    uint64_t address = e->dma_address + (uint64_t)((uint8_t *)ring->desc - e->dma);
    card_write(e, group + RING_BASE_LOW, (uint32_t)address);
    card_write(e, group + RING_BASE_HIGH, (uint32_t)(address >> 32));
    card_write(e, group + RING_LEN, E1000_SLOTS * sizeof(struct e1000_desc));
    card_write(e, group + RING_HEAD, 0);
    card_write(e, group + RING_TAIL, 0);
    card_write(e, group + RING_DELAY, 0); /* interrupts are throttled, not delayed */
}

/* With MSI-X, message 0 for everything; without it none of this matters. Causes are cleared by writing them to ICR. */
static void messages_set_up(const struct e1000 *e)
{
    card_write(e, REG_EIAC, 0);
    card_write(e, REG_IVAR,
               IVAR_VALID << IVAR_RXQ0_SHIFT | IVAR_VALID << IVAR_TXQ0_SHIFT |
                   IVAR_VALID << IVAR_OTHER_SHIFT);
    card_write(e, REG_EITR0, THROTTLE);
    card_write(e, REG_RFCTL, 0); /* no extended descriptors */
    card_write(e, REG_TX_RING + RING_CONTROL,
               card_read(e, REG_TX_RING + RING_CONTROL) | TXDCTL_BIT_22);
}

/* An 82574 has no bit of its own for checksums over IPv6. */
static uint32_t rx_checksums(const struct e1000 *e)
{
    if (!(e->port.offloads & NONOS_NIC_OFFLOAD_VERIFIED))
        return 0;
    return RXCSUM_IPOFL | RXCSUM_TUOFL | (e->kind == E1000_82574 ? 0 : RXCSUM_IPV6OFL);
}

void card_up(const struct e1000 *e, uint64_t mac)
{
    const uint32_t wrong =
        CTRL_ILOS | CTRL_FRCSPD | CTRL_FRCDPX | CTRL_RFCE | CTRL_TFCE | CTRL_VME | CTRL_RST;
    uint32_t ctrl = card_read(e, REG_CTRL) & ~wrong;
    if (e->kind == E1000_82574) {
        ctrl &= ~CTRL_MASTER_DISABLE; /* of others the bit means something else */
        messages_set_up(e);
    }
    card_write(e, REG_CTRL, ctrl | CTRL_SLU | CTRL_ASDE);
    card_write(e, REG_ITR, THROTTLE);
    card_write(e, REG_RAL0, (uint32_t)mac);
    card_write(e, REG_RAH0, (uint32_t)(mac >> 32) | RAH_AV);
    for (uint32_t i = 0; i < MTA_WORDS; i++)
        card_write(e, REG_MTA + 4 * i, 0);
    card_write(e, REG_RXCSUM, rx_checksums(e));
    ring_set_up(e, REG_RX_RING, &e->rings[NIC_RX]);
    ring_set_up(e, REG_TX_RING, &e->rings[NIC_TX]);
    card_write(e, REG_TIPG, TIPG_COPPER);
    card_write(e, REG_TCTL,
               TCTL_EN | TCTL_PSP | TCTL_CT << TCTL_CT_SHIFT | TCTL_COLD << TCTL_COLD_SHIFT);
    /* All groups are heard, as the network module expects; long frames are not. */
    card_write(e, REG_RCTL, RCTL_EN | RCTL_MPE | RCTL_BAM | RCTL_SECRC);
    card_write(e, REG_IMS, CAUSE_LSC | CAUSE_RXO | CAUSE_RXT0 | CAUSE_RXQ0 | CAUSE_OTHER);
}
