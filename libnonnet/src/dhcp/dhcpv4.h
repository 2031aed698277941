/*
 * What the rest of the stack has to do with the DHCP client for IPv4.
 */
#ifndef NONNET_DHCP_DHCPV4_H
#define NONNET_DHCP_DHCPV4_H

#include <nonnet/dhcpv4.h>

#include "ip/input.h"
#include "stack/state.h"

/*
 * Whether a datagram between these ports may be an answer that the interface's client waits for. It
 * is the one packet that is let in by broadcast before there is an address, and so before there are
 * routes.
 */
bool nonnet_dhcpv4_expects(const struct interface *interface, uint16_t from, uint16_t to);

/* Takes a datagram that was expected; `data` is what UDP carried. */
void nonnet_dhcpv4_input(struct nonnet_stack *stack, const struct delivery *d, const uint8_t *data,
                         size_t len);

/* Somebody else has the address of the lease. */
void nonnet_dhcpv4_conflict(struct nonnet_stack *stack, struct interface *interface,
                            const struct nonnet_address *lost);

void nonnet_dhcpv4_link_changed(struct nonnet_stack *stack, struct interface *interface);
void nonnet_dhcpv4_tick(struct nonnet_stack *stack);
uint64_t nonnet_dhcpv4_deadline(const struct nonnet_stack *stack);

#endif
