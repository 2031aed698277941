/*
 * The DHCP client for IPv4: RFC 2131, with the anonymity profile of RFC 7844.
 *
 * It says nothing about the host but its station address: no name, no vendor, no address that it
 * had elsewhere, and it asks for what it uses in a random order. Each time the link comes up it
 * begins anew.
 *
 * An address is probed for before it is used, and declined if somebody has it (RFC 2131 section
 * 4.4.1). It and the routes of the lease come and go with the lease, as NONNET_EVENT_LEASE_CHANGED
 * says.
 */
#ifndef NONNET_DHCPV4_H
#define NONNET_DHCPV4_H

#include <stdbool.h>
#include <stdint.h>

#include <nonnet/address.h>
#include <nonnet/handle.h>
#include <nonnet/result.h>

#ifdef __cplusplus
extern "C" {
#endif

struct nonnet_stack;

#define NONNET_DHCPV4_SERVERS_MAX 3

struct nonnet_dhcpv4_lease {
    struct nonnet_address address;
    uint8_t prefix_len;
    struct nonnet_address router; /* version 0 if there is none */
    struct nonnet_address name_servers[NONNET_DHCPV4_SERVERS_MAX];
    uint8_t nname_servers;
    uint64_t expires; /* NONNET_NEVER: not at all */
};

/*
 * Begins or ends the client of an Ethernet interface; it may begin before the link is up. Ending
 * gives the lease back (RFC 2131 section 4.4.6) and removes its address and routes.
 *
 * Returns 0; NONNET_E_INVALID for an interface that is not Ethernet; NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_dhcpv4_enable(struct nonnet_stack *stack,
                                                      struct nonnet_interface_handle interface,
                                                      bool enable, uint64_t now);

/*
 * The lease that the interface has. Returns 0; NONNET_E_NOT_FOUND while there is none;
 * NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_dhcpv4_lease(const struct nonnet_stack *stack,
                                                     struct nonnet_interface_handle interface,
                                                     struct nonnet_dhcpv4_lease *lease);

#ifdef __cplusplus
}
#endif

#endif
