/*
 * Neighbours on Ethernet: which station has an address. One table for ARP and for neighbour
 * discovery, with the states of RFC 4861 section 7.3 for both.
 *
 * Floods: an entry is only made for an address that this host sends to; nothing that is received
 * makes one. At most half of the table are entries without an answer, of which the oldest makes
 * room for the next, so that a scan cannot push out neighbours that exist. Otherwise the entry that
 * was not used for the longest time goes: a stale one first. When there are several interfaces,
 * none holds more than three fourths of the table.
 *
 * ARP and neighbour discovery have no proof of who speaks. What can be done is done: an address
 * that was confirmed lately is not moved to another station by a message that was not asked for;
 * the old station is asked first.
 */
#ifndef NONNET_IP_NEIGHBOUR_H
#define NONNET_IP_NEIGHBOUR_H

#include "stack/state.h"

/* What a message says of a neighbour: RFC 4861 sections 7.2.3 to 7.2.5. */
struct neighbour_news {
    const struct nonnet_address *ip;
    const struct nonnet_mac *mac; /* NULL if the message has none */
    bool solicited;               /* it answers */
    bool override;                /* it may replace a station that is known */
    bool is_router;
    bool says_router; /* is_router means something */
};

/*
 * Sends a packet to a neighbour: at once when its station is known, else when it answers. Takes the
 * packet in any case; what cannot wait is dropped and counted.
 */
void nonnet_neighbour_send(struct nonnet_stack *stack, struct packet *packet,
                           const struct nonnet_address *next_hop,
                           const struct nonnet_address *source);

/*
 * The station that packets to a neighbour can be sent to at once. Returns false if it is not known
 * yet: nonnet_neighbour_send() asks for it.
 */
bool nonnet_neighbour_station(struct nonnet_stack *stack, uint8_t interface,
                              const struct nonnet_address *next_hop,
                              const struct nonnet_address *source, struct nonnet_mac *mac);

/* Whether that would return true, for a next hop that is no group. */
bool nonnet_neighbour_is_known(const struct nonnet_stack *stack, uint8_t interface,
                               const struct nonnet_address *next_hop);

/* Updates the entry of a neighbour. Returns false if there is none. */
bool nonnet_neighbour_hear(struct nonnet_stack *stack, uint8_t interface,
                           const struct neighbour_news *news);

/*
 * Puts a router's station, from a message that it sent on its own, into the entry that it has, or
 * into a new one if there is place without taking another's (RFC 4861 section 6.3.4).
 */
void nonnet_neighbour_router(struct nonnet_stack *stack, uint8_t interface,
                             const struct nonnet_address *ip, const struct nonnet_mac *mac);

/*
 * Whether a neighbour is being asked and has not answered; false for one that is not in the table.
 */
bool nonnet_neighbour_is_failing(const struct nonnet_stack *stack, uint8_t interface,
                                 const struct nonnet_address *ip);

void nonnet_neighbours_forget(struct nonnet_stack *stack, uint8_t interface);
void nonnet_neighbours_tick(struct nonnet_stack *stack);
uint64_t nonnet_neighbours_deadline(const struct nonnet_stack *stack);

#endif
