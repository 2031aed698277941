/*
 * ICMP errors, of both versions: when one may be sent (RFC 1122 section 3.2.2, RFC 4443 section
 * 2.4) and what one that is received is about.
 */
#ifndef NONNET_IP_ICMP_H
#define NONNET_IP_ICMP_H

#include "ip/input.h"

/*
 * Answers a packet with an ICMP error, unless the rules forbid it or the rate limit does. The limit
 * is one for the host, with a random share of its burst, so that nobody can learn from it what
 * others provoked.
 */
void nonnet_icmp_error(struct nonnet_stack *stack, const struct delivery *d, uint8_t type,
                       uint8_t code, uint32_t word);

/* The packet of ours that an error quotes: the first bytes of it, of which nothing is sure. */
struct icmp_quote {
    struct nonnet_address source;
    struct nonnet_address destination;
    uint8_t protocol;
    uint32_t len; /* of the packet, as it says itself */
    uint16_t source_port;
    uint16_t destination_port;
    uint32_t seq; /* of TCP */
};

/* Returns false if it is no first fragment with eight bytes of UDP or TCP in it (RFC 792). */
bool nonnet_icmp_quote_read(struct icmp_quote *q, const uint8_t *data, size_t len, uint8_t version);

/* Acts on an error about a quoted packet. `mtu` is that of PATH_TOO_BIG. */
void nonnet_icmp_quote_act(struct nonnet_stack *stack, const struct icmp_quote *q,
                           enum path_error error, uint32_t mtu);

/* Answers an echo request by a reply of the same content. */
void nonnet_icmp_echo_answer(struct nonnet_stack *stack, const struct delivery *d,
                             uint8_t reply_type);

#endif
