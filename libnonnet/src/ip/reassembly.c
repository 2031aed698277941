#include "ip/reassembly.h"

#include <nonnet/checksum.h>
#include <nonnet/ipv4.h>
#include <nonnet/ipv6.h>

#include "ip/address.h"
#include "ip/icmp.h"
#include "ip/input.h"
#include "wire/bytes.h"
#include "wire/icmp.h"

#define IPV4_TIMEOUT SECONDS(30)
#define IPV6_TIMEOUT SECONDS(60)
#define DATAGRAM_MAX 65535u

#define ECN_NONE 0u
#define ECN_CE   3u

void nonnet_reassembly_init(struct nonnet_stack *stack)
{
    for (uint16_t i = 0; i < stack->nchunks; i++)
        stack->chunks[i].next = i + 1u < stack->nchunks ? (uint16_t)(i + 1) : NO_INDEX;
    stack->free_chunk = stack->nchunks > 0 ? 0 : NO_INDEX;
    stack->nfree_chunks = stack->nchunks;
}

static void chunks_free(struct nonnet_stack *stack, struct datagram *d)
{
    uint16_t fragment = d->first_fragment;

    while (fragment != NO_INDEX) {
        uint16_t following = stack->chunks[fragment].next_fragment;
        uint16_t chunk = fragment;
        while (chunk != NO_INDEX) {
            uint16_t next = stack->chunks[chunk].next;
            stack->chunks[chunk].next = stack->free_chunk;
            stack->free_chunk = chunk;
            stack->nfree_chunks++;
            chunk = next;
        }
        fragment = following;
    }
    d->first_fragment = NO_INDEX;
    d->nfragments = d->nchunks = 0;
}

static void datagram_drop(struct nonnet_stack *stack, struct datagram *d)
{
    chunks_free(stack, d);
    d->used = false;
}

/* From now on whatever belongs to it is dropped, until its time is over. */
static void datagram_kill(struct nonnet_stack *stack, struct datagram *d,
                          enum nonnet_counter reason)
{
    stack_count(stack, reason);
    chunks_free(stack, d);
    d->dead = true;
}

static bool is_of(const struct datagram *d, const struct fragment *f)
{
    return d->used && d->id == f->id && d->interface == f->interface &&
           d->protocol == f->protocol && address_equal(&d->source, &f->source) &&
           address_equal(&d->destination, &f->destination);
}

/* Drops the oldest datagram other than `keep`; of the source alone, if that holds half of all. */
static bool datagram_evict(struct nonnet_stack *stack, const struct nonnet_address *source,
                           const struct datagram *keep)
{
    struct datagram *oldest = NULL;
    struct datagram *oldest_own = NULL;
    uint16_t nown = 0;

    for (uint16_t i = 0; i < stack->config.ndatagrams; i++) {
        struct datagram *d = &stack->datagrams[i];
        if (!d->used)
            continue;
        bool own = address_equal(&d->source, source);
        nown += own;
        if (d == keep)
            continue;
        if (!oldest || d->expires < oldest->expires)
            oldest = d;
        if (own && (!oldest_own || d->expires < oldest_own->expires))
            oldest_own = d;
    }
    struct datagram *victim =
        oldest_own && nown >= stack->config.ndatagrams / 2u ? oldest_own : oldest;
    if (!victim)
        return false;
    if (!victim->dead)
        stack_count(stack, NONNET_COUNT_DROP_FRAGMENT_MEMORY);
    datagram_drop(stack, victim);
    return true;
}

static struct datagram *datagram_unused(struct nonnet_stack *stack)
{
    for (uint16_t i = 0; i < stack->config.ndatagrams; i++) {
        if (!stack->datagrams[i].used)
            return &stack->datagrams[i];
    }
    return NULL;
}

static struct datagram *datagram_of(struct nonnet_stack *stack, const struct fragment *f)
{
    for (uint16_t i = 0; i < stack->config.ndatagrams; i++) {
        if (is_of(&stack->datagrams[i], f))
            return &stack->datagrams[i];
    }
    struct datagram *d = datagram_unused(stack);
    if (!d && datagram_evict(stack, &f->source, NULL))
        d = datagram_unused(stack);
    if (!d)
        return NULL;
    d->used = true;
    d->dead = false;
    d->interface = f->interface;
    d->protocol = f->protocol;
    d->group = d->ecn = 0;
    d->first_fragment = NO_INDEX;
    d->nfragments = d->nchunks = d->headers_len = 0;
    d->id = f->id;
    d->total = d->received = 0;
    d->source = f->source;
    d->destination = f->destination;
    d->expires = stack_after(stack, f->source.version == 4 ? IPV4_TIMEOUT : IPV6_TIMEOUT);
    return d;
}

static bool fragment_bytes_equal(const struct nonnet_stack *stack, uint16_t chunk,
                                 const struct fragment *f)
{
    uint32_t at = 0;

    for (; chunk != NO_INDEX; chunk = stack->chunks[chunk].next) {
        uint32_t part = f->len - at < CHUNK_LEN ? f->len - at : CHUNK_LEN;
        if (memcmp(stack->chunks[chunk].data, f->data + at, part) != 0)
            return false;
        at += part;
    }
    return at == f->len;
}

enum placing { PLACE_AFTER, PLACE_DUPLICATE, PLACE_OVERLAP };

/* Where a fragment belongs: `*before` is the one in front of it, or NO_INDEX. */
static enum placing fragment_place(const struct nonnet_stack *stack, const struct datagram *d,
                                   const struct fragment *f, uint16_t *before)
{
    uint32_t end = f->offset + f->len;
    uint16_t index = d->first_fragment;

    *before = NO_INDEX;
    for (; index != NO_INDEX; index = stack->chunks[index].next_fragment) {
        const struct chunk *c = &stack->chunks[index];
        if (c->offset >= end)
            break;
        if (c->offset == f->offset && c->len == f->len && fragment_bytes_equal(stack, index, f))
            return PLACE_DUPLICATE;
        if (c->offset + c->len > f->offset)
            return PLACE_OVERLAP;
        *before = index;
    }
    return PLACE_AFTER;
}

/* Copies a fragment into chunks, which there are enough of. Returns the first. */
static uint16_t fragment_store(struct nonnet_stack *stack, struct datagram *d,
                               const struct fragment *f)
{
    uint16_t first = NO_INDEX;
    uint16_t *link = &first;

    for (uint32_t at = 0; at < f->len; at += CHUNK_LEN) {
        uint32_t part = f->len - at < CHUNK_LEN ? f->len - at : CHUNK_LEN;
        uint16_t index = stack->free_chunk;
        struct chunk *c = &stack->chunks[index];
        stack->free_chunk = c->next;
        stack->nfree_chunks--;
        d->nchunks++;
        memcpy(c->data, f->data + at, part);
        *link = index;
        link = &c->next;
    }
    *link = NO_INDEX;
    stack->chunks[first].offset = f->offset;
    stack->chunks[first].len = f->len;
    return first;
}

static bool room_make(struct nonnet_stack *stack, const struct datagram *d,
                      const struct fragment *f)
{
    uint32_t needed = 0;

    for (uint32_t at = 0; at < f->len; at += CHUNK_LEN)
        needed++;
    if (needed > stack->nchunks)
        return false;
    while (stack->nfree_chunks < needed) {
        if (!datagram_evict(stack, &f->source, d))
            return false;
    }
    return true;
}

/* The last fragment says how long the datagram is, once; nothing may lie behind it. */
static bool length_agrees(const struct nonnet_stack *stack, struct datagram *d,
                          const struct fragment *f)
{
    uint32_t end = f->offset + f->len;

    if (f->len == 0 || end > DATAGRAM_MAX || (f->more && f->len % 8 != 0))
        return false;
    if (d->total != 0 && (f->more ? end > d->total : end != d->total))
        return false;
    if (!f->more) {
        for (uint16_t i = d->first_fragment; i != NO_INDEX; i = stack->chunks[i].next_fragment) {
            if (stack->chunks[i].offset + stack->chunks[i].len > end)
                return false;
        }
        d->total = end;
    }
    return true;
}

static bool headers_store(struct datagram *d, const struct fragment *f)
{
    if (f->offset > 0)
        return true;
    if (f->headers_len > sizeof d->headers)
        return false;
    memcpy(d->headers, f->headers, f->headers_len);
    d->headers_len = (uint16_t)f->headers_len;
    d->named_at = f->named_at;
    d->next_header = f->next_header;
    return true;
}

/* Copies up to `size` bytes of data in order to `out`, which begins at offset 0. */
static uint32_t data_copy(const struct nonnet_stack *stack, const struct datagram *d, uint8_t *out,
                          uint32_t size)
{
    uint32_t at = 0;

    for (uint16_t i = d->first_fragment; i != NO_INDEX; i = stack->chunks[i].next_fragment) {
        uint32_t left = stack->chunks[i].len;
        if (stack->chunks[i].offset != at)
            break;
        for (uint16_t c = i; c != NO_INDEX; c = stack->chunks[c].next) {
            uint32_t part = left < CHUNK_LEN ? left : CHUNK_LEN;
            if (part > size - at)
                return at;
            memcpy(out + at, stack->chunks[c].data, part);
            at += part;
            left -= part;
        }
    }
    return at;
}

/*
 * RFC 3168 section 5.3: congestion that one fragment met is met by the datagram; together with a
 * fragment that says its sender does not know of ECN, somebody lies. Returns false for that.
 */
static bool ecn_join(uint8_t seen, uint8_t *ecn)
{
    if ((seen & 1u << ECN_CE) == 0)
        return true;
    *ecn = ECN_CE;
    return (seen & 1u << ECN_NONE) == 0;
}

static void headers_finish_ipv4(uint8_t *headers, size_t headers_len, uint32_t total, uint8_t ecn)
{
    struct byte_writer w = byte_writer(headers + 1, 11);
    uint16_t id = (uint16_t)(headers[4] << 8 | headers[5]);
    uint8_t ttl = headers[8];
    uint8_t protocol = headers[9];

    byte_writer_u8(&w, (uint8_t)((headers[1] & 0xfc) | ecn));
    byte_writer_u16(&w, (uint16_t)(headers_len + total));
    byte_writer_u16(&w, id);
    byte_writer_u16(&w, 0);
    byte_writer_u8(&w, ttl);
    byte_writer_u8(&w, protocol);
    byte_writer_u16(&w, 0);
    uint16_t checksum = nonnet_checksum_of(headers, headers_len);
    w = byte_writer(headers + 10, 2);
    byte_writer_u16(&w, checksum);
}

static void headers_finish_ipv6(uint8_t *headers, const struct datagram *d, uint8_t ecn)
{
    struct byte_writer w = byte_writer(headers + 4, 2);

    headers[1] = (uint8_t)((headers[1] & 0xcf) | ecn << 4);
    byte_writer_u16(&w, (uint16_t)(d->headers_len - NONNET_IPV6_HEADER_LEN + d->total));
    headers[d->named_at] = d->next_header;
}

/*
 * Puts a complete datagram together. NULL if it is longer than a packet can be, or contradicts
 * itself.
 */
static const uint8_t *datagram_join(struct nonnet_stack *stack, const struct datagram *d,
                                    size_t *len)
{
    bool ipv4 = d->source.version == 4;
    size_t counted = d->headers_len - (ipv4 ? 0u : NONNET_IPV6_HEADER_LEN);
    uint8_t ecn = ipv4 ? d->headers[1] & 3 : d->headers[1] >> 4 & 3;

    if (counted + d->total > DATAGRAM_MAX || !ecn_join(d->ecn, &ecn))
        return NULL;
    memcpy(stack->assembly, d->headers, d->headers_len);
    if (ipv4)
        headers_finish_ipv4(stack->assembly, d->headers_len, d->total, ecn);
    else
        headers_finish_ipv6(stack->assembly, d, ecn);
    *len = d->headers_len + data_copy(stack, d, stack->assembly + d->headers_len, d->total);
    return stack->assembly;
}

static void fragment_link(struct nonnet_stack *stack, struct datagram *d, uint16_t fragment,
                          uint16_t before)
{
    uint16_t *link = before == NO_INDEX ? &d->first_fragment : &stack->chunks[before].next_fragment;

    stack->chunks[fragment].next_fragment = *link;
    *link = fragment;
}

/* Adds a fragment to its datagram. Returns false when it was dropped, counted. */
static bool datagram_add(struct nonnet_stack *stack, struct datagram *d, const struct fragment *f)
{
    uint16_t before;

    if (d->dead) {
        stack_count(stack, NONNET_COUNT_DROP_FRAGMENT_OVERLAP);
        return false;
    }
    enum placing placing = fragment_place(stack, d, f, &before);
    /* The same bytes that are the last now and were not before, or the other way round. */
    bool contradicts = placing == PLACE_DUPLICATE && (d->total == f->offset + f->len) == f->more;
    if (placing == PLACE_DUPLICATE && !contradicts)
        return false;
    if (contradicts || !length_agrees(stack, d, f)) {
        datagram_kill(stack, d, NONNET_COUNT_DROP_FRAGMENT_MALFORMED);
        return false;
    }
    if (placing == PLACE_OVERLAP) {
        datagram_kill(stack, d, NONNET_COUNT_DROP_FRAGMENT_OVERLAP);
        return false;
    }
    if (d->nfragments == FRAGMENTS_MAX || !headers_store(d, f) || !room_make(stack, d, f)) {
        datagram_kill(stack, d, NONNET_COUNT_DROP_FRAGMENT_MEMORY);
        return false;
    }
    fragment_link(stack, d, fragment_store(stack, d, f), before);
    d->nfragments++;
    d->received += f->len;
    d->ecn = (uint8_t)(d->ecn | 1u << f->ecn);
    d->group |= f->group;
    return true;
}

const uint8_t *nonnet_reassembly_add(struct nonnet_stack *stack, const struct fragment *f,
                                     size_t *len, bool *group)
{
    stack_count(stack, NONNET_COUNT_FRAGMENTS_IN);
    struct datagram *d = datagram_of(stack, f);
    if (!d) {
        stack_count(stack, NONNET_COUNT_DROP_FRAGMENT_MEMORY);
        return NULL;
    }
    /* Nothing overlaps, so as many bytes as there are in all are all of them. */
    if (!datagram_add(stack, d, f) || d->total == 0 || d->received < d->total)
        return NULL;
    const uint8_t *packet = datagram_join(stack, d, len);
    *group = d->group;
    stack_count(stack,
                packet ? NONNET_COUNT_DATAGRAMS_REASSEMBLED : NONNET_COUNT_DROP_FRAGMENT_MALFORMED);
    datagram_drop(stack, d);
    return packet;
}

/* RFC 1122 section 3.3.2, RFC 8200 section 4.5: the sender is told, if the first fragment came. */
static void timeout_report(struct nonnet_stack *stack, const struct datagram *d)
{
    bool ipv4 = d->source.version == 4;
    struct nonnet_ipv6_fragment header = {.id = d->id, .more = true, .next_header = d->next_header};
    uint8_t *packet = stack->assembly;
    size_t len = d->headers_len;

    memcpy(packet, d->headers, d->headers_len);
    if (!ipv4) {
        if (nonnet_ipv6_fragment_encode(&header, packet + len, NONNET_IPV6_FRAGMENT_LEN) !=
            NONNET_OK)
            return;
        len += NONNET_IPV6_FRAGMENT_LEN;
    }
    size_t payload = len;
    len += data_copy(stack, d, packet + len, IPV6_MTU_MIN);
    struct delivery about = {
        .interface = d->interface,
        .protocol = ipv4 ? d->protocol : d->next_header,
        .group = d->group,
        .source = d->source,
        .destination = d->destination,
        .packet = packet,
        .packet_len = len,
        .payload = packet + payload,
        .len = len - payload,
    };
    nonnet_icmp_error(stack, &about, ipv4 ? ICMPV4_TIME_EXCEEDED : ICMPV6_TIME_EXCEEDED,
                      ICMP_REASSEMBLY_TIME, 0);
}

void nonnet_reassembly_forget(struct nonnet_stack *stack, uint8_t interface)
{
    for (uint16_t i = 0; i < stack->config.ndatagrams; i++) {
        if (stack->datagrams[i].used && stack->datagrams[i].interface == interface)
            datagram_drop(stack, &stack->datagrams[i]);
    }
}

void nonnet_reassembly_tick(struct nonnet_stack *stack)
{
    for (uint16_t i = 0; i < stack->config.ndatagrams; i++) {
        struct datagram *d = &stack->datagrams[i];
        if (!d->used || d->expires > stack->now)
            continue;
        if (!d->dead) {
            stack_count(stack, NONNET_COUNT_DROP_FRAGMENT_TIMEOUT);
            if (d->headers_len > 0)
                timeout_report(stack, d);
        }
        datagram_drop(stack, d);
    }
}

uint64_t nonnet_reassembly_deadline(const struct nonnet_stack *stack)
{
    uint64_t due = NONNET_NEVER;

    for (uint16_t i = 0; i < stack->config.ndatagrams; i++) {
        if (stack->datagrams[i].used)
            due = earlier(due, stack->datagrams[i].expires);
    }
    return due;
}
