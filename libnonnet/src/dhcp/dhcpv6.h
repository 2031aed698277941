/*
 * What the rest of the stack has to do with the DHCP client for IPv6.
 */
#ifndef NONNET_DHCP_DHCPV6_H
#define NONNET_DHCP_DHCPV6_H

#include <nonnet/dhcpv6.h>

#include "ip/input.h"
#include "stack/state.h"

/* A router said what there is to ask for; its prefixes have been taken. */
void nonnet_dhcpv6_advertised(struct nonnet_stack *stack, struct interface *interface);

/*
 * Whether a datagram to this port may be an answer that the interface's client waits for. Servers
 * and relays may send from any port.
 */
bool nonnet_dhcpv6_expects(const struct interface *interface, const struct delivery *d,
                           uint16_t to);

/* Takes a datagram that was expected; `data` is what UDP carried. */
void nonnet_dhcpv6_input(struct nonnet_stack *stack, const struct delivery *d, const uint8_t *data,
                         size_t len);

/* Somebody else has the address of the lease, which is gone from the table. */
void nonnet_dhcpv6_conflict(struct nonnet_stack *stack, struct interface *interface);

void nonnet_dhcpv6_link_changed(struct interface *interface);
void nonnet_dhcpv6_tick(struct nonnet_stack *stack);
uint64_t nonnet_dhcpv6_deadline(const struct nonnet_stack *stack);

#endif
