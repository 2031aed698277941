/*
 * Reassembly of fragments: RFC 791 section 3.2, RFC 8200 section 4.5.
 *
 * Bounds: the memory and the number of datagrams are those of the configuration, a datagram has at
 * most FRAGMENTS_MAX fragments and 30 s (IPv4) or 60 s (IPv6). When a bound is met, the oldest
 * datagram goes: of the same source if that holds half of the places, else of all.
 *
 * Any overlap ends the whole datagram, those of its fragments that are still to come included (RFC
 * 5722, for IPv4 as well). Only a fragment that came twice with the same bytes does no harm.
 */
#ifndef NONNET_IP_REASSEMBLY_H
#define NONNET_IP_REASSEMBLY_H

#include "stack/state.h"

#define FRAGMENTS_MAX 128

struct fragment {
    uint8_t interface;
    uint8_t protocol; /* of IPv4; 0 for IPv6, whose key does not have it */
    uint8_t ecn;
    bool group; /* for a group */
    bool more;
    uint32_t id;
    struct nonnet_address source;
    struct nonnet_address destination;
    uint32_t offset;
    const uint8_t *data;
    uint32_t len;
    const uint8_t *headers; /* of the packet: IPv6, up to the fragment header */
    size_t headers_len;
    uint16_t named_at;   /* IPv6: offset of the octet that named the fragment header */
    uint8_t next_header; /* IPv6: of the first fragment's fragment header */
};

void nonnet_reassembly_init(struct nonnet_stack *stack);

/*
 * Takes a fragment. When it completes its datagram, returns the packet as if it had never been cut,
 * of `*len` bytes and valid until the next call, and in `*group` whether any of its fragments was
 * for a group. Else returns NULL, having counted what was dropped.
 */
const uint8_t *nonnet_reassembly_add(struct nonnet_stack *stack, const struct fragment *f,
                                     size_t *len, bool *group);

void nonnet_reassembly_forget(struct nonnet_stack *stack, uint8_t interface);
void nonnet_reassembly_tick(struct nonnet_stack *stack);
uint64_t nonnet_reassembly_deadline(const struct nonnet_stack *stack);

#endif
