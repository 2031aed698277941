#include "wire/ndp.h"

#include "ip/address.h"
#include "wire/bytes.h"
#include "wire/ethernet.h"
#include "wire/icmp.h"

#define OPTION_SOURCE_MAC 1
#define OPTION_TARGET_MAC 2
#define OPTION_PREFIX     3
#define OPTION_MTU        5
#define OPTION_NONCE      14

#define OPTION_UNIT    8
#define PREFIX_UNITS   4
#define RA_MANAGED     0x800000u
#define RA_OTHER       0x400000u
#define NA_ROUTER      0x80000000u
#define NA_SOLICITED   0x40000000u
#define NA_OVERRIDE    0x20000000u
#define PREFIX_ON_LINK 0x80
#define PREFIX_AUTO    0x40

static struct nonnet_address address_read(struct byte_reader *r)
{
    struct nonnet_address a = {.version = 6};
    byte_reader_copy(r, a.octet, sizeof a.octet);
    return a;
}

/* RFC 4191 section 2.1: 01 high, 00 medium, 11 low; 10 is reserved and taken for medium. */
static uint8_t preference_of(uint8_t flags)
{
    switch (flags >> 3 & 3) {
    case 1:
        return 2;
    case 3:
        return 0;
    default:
        return 1;
    }
}

static void body_read(struct ndp_message *m, struct byte_reader *r)
{
    uint32_t word = byte_reader_u32(r);

    switch (m->type) {
    case ICMPV6_ROUTER_ADVERTISEMENT:
        m->hop_limit = (uint8_t)(word >> 24);
        m->preference = preference_of((uint8_t)(word >> 16));
        m->managed = (word & RA_MANAGED) != 0;
        m->other_configuration = (word & RA_OTHER) != 0;
        m->lifetime_s = (uint16_t)word;
        m->reachable_ms = byte_reader_u32(r);
        m->retransmit_ms = byte_reader_u32(r);
        break;
    case ICMPV6_NEIGHBOUR_ADVERTISEMENT:
        m->router = (word & NA_ROUTER) != 0;
        m->solicited = (word & NA_SOLICITED) != 0;
        m->override = (word & NA_OVERRIDE) != 0;
        m->target = address_read(r);
        break;
    case ICMPV6_NEIGHBOUR_SOLICITATION:
        m->target = address_read(r);
        break;
    case ICMPV6_REDIRECT:
        m->target = address_read(r);
        m->destination = address_read(r);
        break;
    default:
        break;
    }
}

static int mac_read(struct byte_reader *r, bool *has, struct nonnet_mac *mac)
{
    byte_reader_copy(r, mac->octet, sizeof mac->octet);
    if (r->failed || mac_is_group(mac) || mac_is_zero(mac))
        return NONNET_E_MALFORMED;
    *has = true;
    return NONNET_OK;
}

/*
 * One option; `r` holds what follows its type and length. Those that are not known say nothing to
 * us.
 */
static int option_read(struct ndp_message *m, uint8_t type, struct byte_reader r)
{
    switch (type) {
    case OPTION_SOURCE_MAC:
        return mac_read(&r, &m->has_source_mac, &m->source_mac);
    case OPTION_TARGET_MAC:
        return mac_read(&r, &m->has_target_mac, &m->target_mac);
    case OPTION_MTU:
        (void)byte_reader_u16(&r);
        m->mtu = byte_reader_u32(&r);
        return NONNET_OK;
    case OPTION_NONCE:
        byte_reader_copy(&r, m->nonce, sizeof m->nonce);
        m->has_nonce = true;
        return NONNET_OK;
    default:
        return NONNET_OK;
    }
}

static int options_read(struct ndp_message *m, struct byte_reader *r)
{
    m->options = r->next;
    m->options_len = r->left;
    while (r->left > 0) {
        uint8_t type = byte_reader_u8(r);
        size_t len = (size_t)byte_reader_u8(r) * OPTION_UNIT;
        if (!r->failed && len == 0)
            return NONNET_E_MALFORMED;
        const uint8_t *data = byte_reader_take(r, len - 2);
        if (!data)
            return NONNET_E_TRUNCATED;
        int rc = option_read(m, type, byte_reader(data, len - 2));
        if (rc != NONNET_OK)
            return rc;
    }
    return NONNET_OK;
}

int nonnet_ndp_decode(struct ndp_message *m, const uint8_t *data, size_t len)
{
    struct byte_reader r = byte_reader(data, len);
    struct ndp_message got = {.type = byte_reader_u8(&r)};
    uint8_t code = byte_reader_u8(&r);

    (void)byte_reader_u16(&r);
    if (r.failed)
        return NONNET_E_TRUNCATED;
    if (got.type < ICMPV6_ROUTER_SOLICITATION || got.type > ICMPV6_REDIRECT)
        return NONNET_E_UNSUPPORTED;
    if (code != 0)
        return NONNET_E_MALFORMED;
    body_read(&got, &r);
    if (r.failed)
        return NONNET_E_TRUNCATED;
    if (got.target.version != 0 && nonnet_address_is_multicast(&got.target))
        return NONNET_E_MALFORMED;
    int rc = options_read(&got, &r);
    if (rc == NONNET_OK)
        *m = got;
    return rc;
}

static bool prefix_read(struct ndp_prefix *p, struct byte_reader r)
{
    p->prefix_len = byte_reader_u8(&r);
    uint8_t flags = byte_reader_u8(&r);
    p->on_link = (flags & PREFIX_ON_LINK) != 0;
    p->autonomous = (flags & PREFIX_AUTO) != 0;
    p->valid_s = byte_reader_u32(&r);
    p->preferred_s = byte_reader_u32(&r);
    (void)byte_reader_u32(&r);
    struct nonnet_address prefix = address_read(&r);
    if (r.failed || p->prefix_len > 128 || p->preferred_s > p->valid_s)
        return false;
    p->prefix = nonnet_address_prefix(&prefix, p->prefix_len);
    return true;
}

bool nonnet_ndp_prefix_next(const struct ndp_message *m, size_t *at, struct ndp_prefix *prefix)
{
    struct byte_reader r = byte_reader(m->options + *at, m->options_len - *at);

    while (r.left > 0) {
        uint8_t type = byte_reader_u8(&r);
        size_t len = (size_t)byte_reader_u8(&r) * OPTION_UNIT - 2;
        const uint8_t *data = byte_reader_take(&r, len);
        *at = m->options_len - r.left;
        if (data && type == OPTION_PREFIX && len == (size_t)PREFIX_UNITS * OPTION_UNIT - 2 &&
            prefix_read(prefix, byte_reader(data, len)))
            return true;
    }
    return false;
}

static void mac_option_write(struct byte_writer *w, uint8_t type, const struct nonnet_mac *mac)
{
    byte_writer_u8(w, type);
    byte_writer_u8(w, 1);
    byte_writer_copy(w, mac->octet, sizeof mac->octet);
}

size_t nonnet_ndp_encode(const struct ndp_message *m, uint8_t *out)
{
    struct byte_writer w = byte_writer(out, NDP_ENCODED_MAX);

    byte_writer_u8(&w, m->type);
    byte_writer_u8(&w, 0);
    byte_writer_u16(&w, 0);
    byte_writer_u32(&w, (m->router ? NA_ROUTER : 0) | (m->solicited ? NA_SOLICITED : 0) |
                            (m->override ? NA_OVERRIDE : 0));
    if (m->type != ICMPV6_ROUTER_SOLICITATION)
        byte_writer_copy(&w, m->target.octet, sizeof m->target.octet);
    if (m->has_source_mac)
        mac_option_write(&w, OPTION_SOURCE_MAC, &m->source_mac);
    if (m->has_target_mac)
        mac_option_write(&w, OPTION_TARGET_MAC, &m->target_mac);
    if (m->has_nonce) {
        byte_writer_u8(&w, OPTION_NONCE);
        byte_writer_u8(&w, 1);
        byte_writer_copy(&w, m->nonce, sizeof m->nonce);
    }
    return w.used;
}
