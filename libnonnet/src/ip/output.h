/*
 * The way of a message out: network header, fragments, neighbour.
 */
#ifndef NONNET_IP_OUTPUT_H
#define NONNET_IP_OUTPUT_H

#include "ip/route.h"
#include "stack/state.h"

#define IP_HEAD_MAX   48
#define HOP_LIMIT_MAX 255
#define IPV4_TTL      64 /* RFC 1700 */

enum ip_checksum {
    IP_CHECKSUM_NONE,
    IP_CHECKSUM_PLAIN,  /* over the message */
    IP_CHECKSUM_PSEUDO, /* and the pseudo-header */
};

/* A message of the upper layer: a head that is made for it, and a body that may be somebody's. */
struct ip_send {
    struct path path; /* path.source is the source; version 0 sends the unspecified address */
    struct nonnet_address destination;
    uint8_t protocol;
    uint8_t hop_limit;
    bool dont_fragment; /* of IPv4: say so to others; for both: refuse what is too long */
    bool router_alert;  /* RFC 2711, of IPv6 */
    enum packet_owner owner;
    struct udp_socket *socket;     /* of PACKET_UDP */
    const struct nonnet_mac *link; /* straight to this station, or NULL */
    enum ip_checksum checksum;
    uint8_t checksum_at; /* offset of the field in the head, which is 0 */
    uint8_t head[IP_HEAD_MAX];
    size_t head_len;
    const uint8_t *body;
    size_t body_len;
};

/* What a hop limit is when nothing special is wanted. */
uint8_t nonnet_hop_limit(const struct nonnet_stack *stack, uint8_t interface, uint8_t version);

/*
 * Sends a message, as one packet or as fragments, all or nothing. Fills the checksum in.
 *
 * Returns 0; NONNET_E_TOO_LONG; NONNET_E_FULL if there are not enough packets now.
 */
NONNET_MUST_CHECK int nonnet_ip_send(struct nonnet_stack *stack, struct ip_send *send);

/* Control messages: what cannot be sent is counted and forgotten. Returns whether it was sent. */
bool nonnet_ip_send_control(struct nonnet_stack *stack, struct ip_send *send);

/*
 * The identification of a datagram that may be cut (RFC 7739 section 5.3): counts for each group of
 * destinations, from a place that only the key knows.
 */
uint32_t nonnet_identification(struct nonnet_stack *stack, const struct nonnet_address *source,
                               const struct nonnet_address *destination, uint8_t protocol);

#endif
