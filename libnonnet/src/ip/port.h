/*
 * Which port a socket gets when it does not say: algorithm 3 of RFC 6056. The offset that the keyed
 * hash gives for a peer is unknown to everybody else; the counter makes one pair of hosts go
 * through all ports before a port comes again.
 */
#ifndef NONNET_IP_PORT_H
#define NONNET_IP_PORT_H

#include "stack/state.h"

#define NPORTS_EPHEMERAL 32768u /* the upper half: no port there is assigned */

/* Where the ports between these two begin. */
uint32_t nonnet_port_offset(const struct nonnet_stack *stack, uint8_t protocol,
                            const struct nonnet_address *local,
                            const struct nonnet_endpoint *remote);

/* The next candidate. */
uint16_t nonnet_port_next(struct nonnet_stack *stack, uint32_t offset);

#endif
