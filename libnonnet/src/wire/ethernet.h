/*
 * The Ethernet II header: IEEE 802.3 clause 3, RFC 894, RFC 2464.
 */
#ifndef NONNET_WIRE_ETHERNET_H
#define NONNET_WIRE_ETHERNET_H

#include <string.h>

#include <nonnet/address.h>
#include <nonnet/result.h>

#include "wire/bytes.h"

#define ETHERNET_HEADER_LEN 14
#define ETHERTYPE_IPV4      0x0800
#define ETHERTYPE_ARP       0x0806
#define ETHERTYPE_IPV6      0x86dd
/* Less than this is the length of an IEEE 802.3 frame. */
#define ETHERTYPE_MIN       0x0600

struct ethernet_header {
    struct nonnet_mac destination;
    struct nonnet_mac source;
    uint16_t type;
};

static inline bool mac_is_group(const struct nonnet_mac *m)
{
    return (m->octet[0] & 1) != 0;
}

static inline bool mac_is_zero(const struct nonnet_mac *m)
{
    static const struct nonnet_mac zero;
    return __builtin_memcmp(m, &zero, sizeof zero) == 0;
}

static inline bool mac_equal(const struct nonnet_mac *a, const struct nonnet_mac *b)
{
    return __builtin_memcmp(a, b, sizeof *a) == 0;
}

/*
 * Returns 0; NONNET_E_TRUNCATED for fewer than 14 bytes; NONNET_E_UNSUPPORTED for an IEEE 802.3
 * length in place of a type. On error `*h` is unchanged.
 */
static inline int ethernet_decode(struct ethernet_header *h, const uint8_t *frame, size_t len)
{
    struct byte_reader r = byte_reader(frame, len);
    struct ethernet_header got;

    byte_reader_copy(&r, got.destination.octet, sizeof got.destination.octet);
    byte_reader_copy(&r, got.source.octet, sizeof got.source.octet);
    got.type = byte_reader_u16(&r);
    if (r.failed)
        return NONNET_E_TRUNCATED;
    if (got.type < ETHERTYPE_MIN)
        return NONNET_E_UNSUPPORTED;
    *h = got;
    return NONNET_OK;
}

/* Writes ETHERNET_HEADER_LEN bytes. */
static inline void ethernet_encode(const struct ethernet_header *h, uint8_t *out)
{
    struct byte_writer w = byte_writer(out, ETHERNET_HEADER_LEN);

    byte_writer_copy(&w, h->destination.octet, sizeof h->destination.octet);
    byte_writer_copy(&w, h->source.octet, sizeof h->source.octet);
    byte_writer_u16(&w, h->type);
}

#endif
