/*
 * ARP: who has an address (RFC 826), and whether it is ours alone (RFC 5227).
 */
#ifndef NONNET_IP_ARP_H
#define NONNET_IP_ARP_H

#include "stack/state.h"

/* Takes an ARP packet that arrived. */
void nonnet_arp_input(struct nonnet_stack *stack, struct interface *interface, const uint8_t *data,
                      size_t len);

/*
 * Asks for a neighbour's station: of all, or of the one that had the address (RFC 1122 section
 * 2.3.2.1).
 */
void nonnet_arp_solicit(struct nonnet_stack *stack, uint8_t interface,
                        const struct nonnet_address *ip, const struct nonnet_address *asker,
                        const struct nonnet_mac *to);

/* The next probe or announcement of an address that is due: RFC 5227 sections 2.1 and 2.3. */
void nonnet_arp_address_step(struct nonnet_stack *stack, struct address *a);

#endif
