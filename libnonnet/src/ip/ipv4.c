#include <nonnet/ipv4.h>

#include <nonnet/checksum.h>

#include "wire/bytes.h"

#define FLAG_RESERVED 0x8000u
#define FLAG_DF       0x4000u
#define FLAG_MF       0x2000u
#define OFFSET_MASK   0x1fffu

/*
 * RFC 791: the smallest legal pointer of a route option is 4, of a timestamp option 5, both counted
 * from its type.
 */
#define ROUTE_POINTER_MIN     4
#define TIMESTAMP_POINTER_MIN 5

static size_t options_len(const struct nonnet_ipv4_header *h)
{
    if (h->header_len < NONNET_IPV4_HEADER_MIN || h->header_len > NONNET_IPV4_HEADER_MAX)
        return 0;
    return h->header_len - NONNET_IPV4_HEADER_MIN;
}

bool nonnet_ipv4_option_next(const struct nonnet_ipv4_header *h, size_t *position,
                             struct nonnet_ipv4_option *option)
{
    size_t end = options_len(h);
    size_t at = *position;

    while (at < end && h->options[at] == NONNET_IPV4_OPTION_NOP)
        at++;
    if (at >= end || h->options[at] == NONNET_IPV4_OPTION_END)
        return false;
    if (end - at < 2 || h->options[at + 1] < 2 || h->options[at + 1] > end - at)
        return false;
    option->type = h->options[at];
    option->len = (uint8_t)(h->options[at + 1] - 2);
    option->data = h->options + at + 2;
    *position = at + h->options[at + 1];
    return true;
}

/*
 * Record route and the two source routes: a pointer, then addresses. It points at an address, or
 * just past the last.
 */
static bool route_option_is_sound(const struct nonnet_ipv4_option *o)
{
    if (o->len < 1 || (o->len - 1) % 4 != 0)
        return false;
    uint8_t pointer = o->data[0];
    return pointer >= ROUTE_POINTER_MIN && pointer % 4 == 0 && pointer <= o->len + 3;
}

/*
 * Timestamp: pointer, overflow and flags, then words of 4 bytes (flags 0) or pairs of address and
 * time (1 and 3).
 */
static bool timestamp_option_is_sound(const struct nonnet_ipv4_option *o)
{
    if (o->len < 2)
        return false;
    uint8_t pointer = o->data[0];
    uint8_t flags = o->data[1] & 0x0f;
    if (flags != 0 && flags != 1 && flags != 3)
        return false;
    unsigned entry = flags == 0 ? 4 : 8; /* a power of two: no division by a variable is needed */
    return ((unsigned)(o->len - 2) & (entry - 1)) == 0 && pointer >= TIMESTAMP_POINTER_MIN &&
           ((unsigned)(pointer - TIMESTAMP_POINTER_MIN) & (entry - 1)) == 0 &&
           pointer <= o->len + 3;
}

static bool option_is_sound(const struct nonnet_ipv4_option *o)
{
    switch (o->type) {
    case NONNET_IPV4_OPTION_RECORD_ROUTE:
    case NONNET_IPV4_OPTION_LOOSE_ROUTE:
    case NONNET_IPV4_OPTION_STRICT_ROUTE:
        return route_option_is_sound(o);
    case NONNET_IPV4_OPTION_TIMESTAMP:
        return timestamp_option_is_sound(o);
    case NONNET_IPV4_OPTION_ROUTER_ALERT:
        return o->len == 2;
    default:
        return true;
    }
}

static bool is_source_route(uint8_t type)
{
    return type == NONNET_IPV4_OPTION_LOOSE_ROUTE || type == NONNET_IPV4_OPTION_STRICT_ROUTE;
}

/*
 * Each option is complete and sound, and no packet carries two source routes (RFC 1122 section
 * 3.2.1.8 c).
 */
static bool options_are_sound(const struct nonnet_ipv4_header *h)
{
    struct nonnet_ipv4_option o;
    size_t at = 0;
    unsigned source_routes = 0;

    while (nonnet_ipv4_option_next(h, &at, &o)) {
        if (!option_is_sound(&o))
            return false;
        source_routes += is_source_route(o.type);
    }
    /* The walk stops at the end of the list or at a broken option. Only the first is in order. */
    while (at < options_len(h) && h->options[at] == NONNET_IPV4_OPTION_NOP)
        at++;
    return source_routes <= 1 && (at == options_len(h) || h->options[at] == NONNET_IPV4_OPTION_END);
}

bool nonnet_ipv4_is_source_routed(const struct nonnet_ipv4_header *h)
{
    struct nonnet_ipv4_option o;
    size_t at = 0;

    while (nonnet_ipv4_option_next(h, &at, &o)) {
        if (is_source_route(o.type))
            return true;
    }
    return false;
}

/* The rules that tie fields to each other; they hold for what is received and for what is sent. */
static bool header_is_sound(const struct nonnet_ipv4_header *h)
{
    if (h->header_len < NONNET_IPV4_HEADER_MIN || h->header_len > NONNET_IPV4_HEADER_MAX ||
        h->header_len % 4 != 0 || h->total_len < h->header_len)
        return false;
    if (h->more_fragments || h->fragment_offset > 0) {
        uint32_t payload = (uint32_t)h->total_len - h->header_len;
        if (payload == 0 || (h->more_fragments && payload % 8 != 0))
            return false;
        /*
         * The whole datagram has this header again; more than 65535 bytes cannot be sent (the "ping
         * of death").
         */
        if (h->header_len + h->fragment_offset + payload > UINT16_MAX)
            return false;
    }
    return options_are_sound(h);
}

/* Decodes the fields of `header_len` bytes, which the frame is known to hold. */
static void fields_decode(struct nonnet_ipv4_header *h, const uint8_t *frame, size_t header_len,
                          uint16_t *flags)
{
    struct byte_reader r = byte_reader(frame, header_len);

    *h = (struct nonnet_ipv4_header){.header_len = (uint8_t)header_len};
    (void)byte_reader_u8(&r);
    uint8_t tos = byte_reader_u8(&r);
    h->dscp = tos >> 2;
    h->ecn = tos & 3;
    h->total_len = byte_reader_u16(&r);
    h->id = byte_reader_u16(&r);
    *flags = byte_reader_u16(&r);
    h->dont_fragment = (*flags & FLAG_DF) != 0;
    h->more_fragments = (*flags & FLAG_MF) != 0;
    h->fragment_offset = (uint16_t)((*flags & OFFSET_MASK) * 8);
    h->ttl = byte_reader_u8(&r);
    h->protocol = byte_reader_u8(&r);
    (void)byte_reader_u16(&r);
    byte_reader_copy(&r, h->source.octet, sizeof h->source.octet);
    byte_reader_copy(&r, h->destination.octet, sizeof h->destination.octet);
    byte_reader_copy(&r, h->options, header_len - NONNET_IPV4_HEADER_MIN);
}

int nonnet_ipv4_decode(struct nonnet_ipv4_header *h, const uint8_t *frame, size_t len)
{
    struct nonnet_ipv4_header got;
    uint16_t flags;

    if (len < 1)
        return NONNET_E_TRUNCATED;
    if (frame[0] >> 4 != 4)
        return NONNET_E_UNSUPPORTED;
    size_t header_len = (size_t)(frame[0] & 0x0f) * 4;
    if (header_len < NONNET_IPV4_HEADER_MIN)
        return NONNET_E_MALFORMED;
    if (len < header_len)
        return NONNET_E_TRUNCATED;
    /* First the checksum: no field of a damaged header is worth a look. */
    if (nonnet_checksum_of(frame, header_len) != 0)
        return NONNET_E_CHECKSUM;
    fields_decode(&got, frame, header_len, &flags);
    if ((flags & FLAG_RESERVED) != 0 || !header_is_sound(&got))
        return NONNET_E_MALFORMED;
    if (got.total_len > len)
        return NONNET_E_TRUNCATED;
    *h = got;
    return NONNET_OK;
}

int nonnet_ipv4_encode(const struct nonnet_ipv4_header *h, uint8_t *out, size_t size)
{
    if (h->dscp > 63 || h->ecn > 3 || h->fragment_offset % 8 != 0 || !header_is_sound(h))
        return NONNET_E_INVALID;
    if (size < h->header_len)
        return NONNET_E_NO_SPACE;

    struct byte_writer w = byte_writer(out, h->header_len);
    byte_writer_u8(&w, (uint8_t)(0x40 | h->header_len / 4));
    byte_writer_u8(&w, (uint8_t)(h->dscp << 2 | h->ecn));
    byte_writer_u16(&w, h->total_len);
    byte_writer_u16(&w, h->id);
    byte_writer_u16(&w, (uint16_t)((h->dont_fragment ? FLAG_DF : 0) |
                                   (h->more_fragments ? FLAG_MF : 0) | h->fragment_offset / 8));
    byte_writer_u8(&w, h->ttl);
    byte_writer_u8(&w, h->protocol);
    byte_writer_u16(&w, 0);
    byte_writer_copy(&w, h->source.octet, sizeof h->source.octet);
    byte_writer_copy(&w, h->destination.octet, sizeof h->destination.octet);
    byte_writer_copy(&w, h->options, options_len(h));

    uint16_t checksum = nonnet_checksum_of(out, h->header_len);
    w = byte_writer(out + 10, 2);
    byte_writer_u16(&w, checksum);
    return NONNET_OK;
}
