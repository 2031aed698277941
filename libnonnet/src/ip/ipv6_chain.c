/*
 * The walk over extension headers. One reader goes once over the payload; every header moves it
 * forward by at least eight bytes and the number of headers is bounded, so no chain can loop, wrap
 * or cost more than its length.
 */
#include <nonnet/ipv6.h>

#include "wire/bytes.h"

/* The octets of the IPv6 header that a parameter problem points at. */
#define AT_PAYLOAD_LEN 4
#define AT_NEXT_HEADER 6

#define OPTION_PAD1         0
#define OPTION_PADN         1
#define OPTION_ROUTER_ALERT 5

#define PROTOCOL_TCP      6
#define PROTOCOL_UDP      17
#define PROTOCOL_DCCP     33
#define PROTOCOL_ICMPV6   58
#define PROTOCOL_SCTP     132
#define PROTOCOL_UDP_LITE 136

struct walk {
    struct nonnet_ipv6_chain *chain;
    const struct nonnet_ipv6_header *header;
    struct byte_reader reader; /* the rest of the packet */
    uint32_t end;              /* of the packet, as an offset */
    uint32_t named_at;         /* offset of the octet that named the header that comes next */
    uint8_t next_header;
};

static uint32_t offset_of(const struct walk *w)
{
    return w->end - (uint32_t)w->reader.left;
}

static int problem(struct walk *w, int result, enum nonnet_ipv6_problem code, uint32_t pointer)
{
    w->chain->problem = code;
    w->chain->problem_pointer = pointer;
    return result;
}

/*
 * A header runs out of the packet. In a first fragment RFC 7112 section 5 has an answer of its own.
 */
static int truncated(struct walk *w)
{
    if (w->chain->is_fragment && !w->chain->is_atomic)
        return problem(w, NONNET_E_TRUNCATED, NONNET_IPV6_PROBLEM_FIRST_FRAGMENT, 0);
    return problem(w, NONNET_E_TRUNCATED, NONNET_IPV6_PROBLEM_FIELD, AT_PAYLOAD_LEN);
}

/* An option that is not known: its two highest bits say what to do, RFC 8200 section 4.2. */
static int unknown_option(struct walk *w, uint8_t type, uint32_t at)
{
    switch (type >> 6) {
    case 0:
        return NONNET_OK;
    case 1:
        return problem(w, NONNET_E_UNSUPPORTED, NONNET_IPV6_PROBLEM_NONE, 0);
    case 3:
        if (nonnet_ipv6_address_is_multicast(&w->header->destination))
            return problem(w, NONNET_E_UNSUPPORTED, NONNET_IPV6_PROBLEM_NONE, 0);
        /* fallthrough */
    default:
        return problem(w, NONNET_E_UNSUPPORTED, NONNET_IPV6_PROBLEM_OPTION, at);
    }
}

/*
 * One option that is not padding; `data` is its `len` bytes of data, `at` the offset of its type.
 */
static int option_visit(struct walk *w, uint8_t type, uint8_t len, bool hop_by_hop, uint32_t at)
{
    if (type != OPTION_ROUTER_ALERT || !hop_by_hop)
        return unknown_option(w, type, at);
    /* RFC 2711 section 2.1: two bytes of value, and once at most. */
    if (len != 2 || w->chain->router_alert)
        return problem(w, NONNET_E_MALFORMED, NONNET_IPV6_PROBLEM_FIELD, at + 1);
    w->chain->router_alert = true;
    return NONNET_OK;
}

/* Walks the options in `r`, which begins at offset `at` and ends with its header. */
static int options_walk(struct walk *w, struct byte_reader r, uint32_t at, bool hop_by_hop)
{
    uint32_t end = at + (uint32_t)r.left;
    unsigned noptions = 0;
    unsigned padding = 0;

    while (r.left > 0) {
        at = end - (uint32_t)r.left;
        uint8_t type = byte_reader_u8(&r);
        uint8_t len = type == OPTION_PAD1 ? 0 : byte_reader_u8(&r);
        (void)byte_reader_take(&r, len);
        if (r.failed)
            return problem(w, NONNET_E_MALFORMED, NONNET_IPV6_PROBLEM_FIELD, at);
        if (type == OPTION_PAD1 || type == OPTION_PADN) {
            padding += type == OPTION_PAD1 ? 1u : 2u + len;
            if (padding > NONNET_IPV6_PADDING_MAX)
                return problem(w, NONNET_E_MALFORMED, NONNET_IPV6_PROBLEM_NONE, 0);
            continue;
        }
        padding = 0;
        if (++noptions > NONNET_IPV6_OPTIONS_MAX)
            return problem(w, NONNET_E_MALFORMED, NONNET_IPV6_PROBLEM_NONE, 0);
        int rc = option_visit(w, type, len, hop_by_hop, at);
        if (rc != NONNET_OK)
            return rc;
    }
    return NONNET_OK;
}

/*
 * Takes a header that gives its length in units of 8 bytes, not counting the first 8 (all but the
 * fragment header). `*body` becomes what follows next header and length.
 */
static int extension_take(struct walk *w, struct byte_reader *body)
{
    uint32_t at = offset_of(w);
    uint8_t next_header = byte_reader_u8(&w->reader);
    size_t body_len = (size_t)byte_reader_u8(&w->reader) * 8 + 6;
    const uint8_t *data = byte_reader_take(&w->reader, body_len);

    if (!data)
        return truncated(w);
    *body = byte_reader(data, body_len);
    w->next_header = next_header;
    w->named_at = at;
    return NONNET_OK;
}

static int options_header(struct walk *w, bool hop_by_hop)
{
    uint32_t at = offset_of(w);
    struct byte_reader body;

    int rc = extension_take(w, &body);
    if (rc != NONNET_OK)
        return rc;
    return options_walk(w, body, at + 2, hop_by_hop);
}

/*
 * No routing type is known here: with segments left the packet is for another node (RFC 8200
 * section 4.4).
 */
static int routing_header(struct walk *w)
{
    uint32_t at = offset_of(w);
    struct byte_reader body;

    int rc = extension_take(w, &body);
    if (rc != NONNET_OK)
        return rc;
    (void)byte_reader_u8(&body);
    if (byte_reader_u8(&body) != 0)
        return problem(w, NONNET_E_UNSUPPORTED, NONNET_IPV6_PROBLEM_FIELD, at + 2);
    return NONNET_OK;
}

static int fragment_header(struct walk *w)
{
    struct nonnet_ipv6_chain *chain = w->chain;
    uint32_t at = offset_of(w);
    uint8_t next_header = byte_reader_u8(&w->reader);
    (void)byte_reader_u8(&w->reader);
    uint16_t word = byte_reader_u16(&w->reader);
    uint32_t id = byte_reader_u32(&w->reader);

    if (w->reader.failed)
        return truncated(w);
    if (chain->is_fragment)
        return problem(w, NONNET_E_MALFORMED, NONNET_IPV6_PROBLEM_FIELD, w->named_at);
    chain->fragment = (struct nonnet_ipv6_fragment){
        .id = id, .offset = word & 0xfff8u, .more = (word & 1) != 0, .next_header = next_header};
    chain->is_fragment = true;
    chain->fragment_offset = at;
    chain->is_atomic = chain->fragment.offset == 0 && !chain->fragment.more;
    w->next_header = next_header;
    w->named_at = at;

    /*
     * RFC 8200 section 4.5: only the last fragment may have a length that is no multiple of 8 ...
     */
    uint32_t data_len = (uint32_t)w->reader.left;
    if (chain->fragment.more && data_len % 8 != 0)
        return problem(w, NONNET_E_MALFORMED, NONNET_IPV6_PROBLEM_FIELD, AT_PAYLOAD_LEN);
    /* ... the packet put together again has a payload of at most 65535 bytes ... */
    uint32_t unfragmentable_len = at - NONNET_IPV6_HEADER_LEN;
    if (unfragmentable_len + chain->fragment.offset + data_len > UINT16_MAX)
        return problem(w, NONNET_E_MALFORMED, NONNET_IPV6_PROBLEM_FIELD, at + 2);
    /* ... and a fragment that is not the whole packet carries something. */
    if (data_len == 0 && !chain->is_atomic)
        return problem(w, NONNET_E_MALFORMED, NONNET_IPV6_PROBLEM_NONE, 0);
    return NONNET_OK;
}

/*
 * The length of the upper-layer header that begins at the reader; 0 where the protocol has none
 * that is known here.
 */
static size_t upper_header_len(const struct walk *w)
{
    switch (w->next_header) {
    case PROTOCOL_TCP:
        /*
         * A wrong data offset is left to TCP to refuse; here it only may not hide a part of the
         * header.
         */
        return w->reader.left >= 20 && w->reader.next[12] >> 4 > 5
                   ? (size_t)(w->reader.next[12] >> 4) * 4
                   : 20;
    case PROTOCOL_UDP:
    case PROTOCOL_UDP_LITE:
        return 8;
    case PROTOCOL_ICMPV6:
        return 4;
    case PROTOCOL_DCCP:
    case PROTOCOL_SCTP:
        return 12;
    default:
        return 0;
    }
}

static bool is_extension(uint8_t next_header)
{
    return next_header == NONNET_IPV6_HOP_BY_HOP || next_header == NONNET_IPV6_ROUTING ||
           next_header == NONNET_IPV6_FRAGMENT || next_header == NONNET_IPV6_DESTINATION_OPTIONS;
}

static int extension_visit(struct walk *w)
{
    switch (w->next_header) {
    case NONNET_IPV6_HOP_BY_HOP:
        if (w->named_at != AT_NEXT_HEADER)
            return problem(w, NONNET_E_MALFORMED, NONNET_IPV6_PROBLEM_NEXT_HEADER, w->named_at);
        return options_header(w, true);
    case NONNET_IPV6_ROUTING:
        return routing_header(w);
    case NONNET_IPV6_FRAGMENT:
        return fragment_header(w);
    default:
        return options_header(w, false);
    }
}

static bool is_later_fragment(const struct nonnet_ipv6_chain *chain)
{
    return chain->is_fragment && chain->fragment.offset > 0;
}

int nonnet_ipv6_chain_walk(struct nonnet_ipv6_chain *chain, const struct nonnet_ipv6_header *h,
                           const uint8_t *packet, size_t len)
{
    if (len < (size_t)NONNET_IPV6_HEADER_LEN + h->payload_len)
        return NONNET_E_INVALID;

    *chain = (struct nonnet_ipv6_chain){.problem = NONNET_IPV6_PROBLEM_NONE};
    struct walk w = {
        .chain = chain,
        .header = h,
        .reader = byte_reader(packet + NONNET_IPV6_HEADER_LEN, h->payload_len),
        .end = NONNET_IPV6_HEADER_LEN + (uint32_t)h->payload_len,
        .named_at = AT_NEXT_HEADER,
        .next_header = h->next_header,
    };
    while (is_extension(w.next_header) && !is_later_fragment(chain)) {
        if (chain->nextensions == NONNET_IPV6_EXTENSIONS_MAX)
            return problem(&w, NONNET_E_MALFORMED, NONNET_IPV6_PROBLEM_NONE, 0);
        chain->nextensions++;
        int rc = extension_visit(&w);
        if (rc != NONNET_OK)
            return rc;
    }
    chain->protocol = w.next_header;
    chain->upper_offset = offset_of(&w);
    chain->upper_len = (uint32_t)w.reader.left;
    if (chain->is_fragment && chain->fragment.offset == 0 && chain->fragment.more &&
        w.reader.left < upper_header_len(&w))
        return truncated(&w);
    return NONNET_OK;
}
