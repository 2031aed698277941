/*
 * The DHCP client for IPv6: RFC 8415, with the anonymity profile of RFC 7844.
 *
 * It does what routers say: nothing by itself; if they announce "other configuration" it asks for
 * name servers without saying who asks (Information-request, without an identifier); if they
 * announce "managed" addresses and no prefix from which the host makes its own (with
 * NONNET_INTERFACE_SLAAC), it asks for one address as well (RFC 7844 section 4). Then it is known by
 * an identifier of its station address alone (DUID-LL); there is no name, no vendor, no address that
 * it had elsewhere, and the options are asked for in a random order. Each time the link comes up it
 * begins anew.
 *
 * An address is probed for before it is used, and declined if somebody has it (section 18.2.8). It
 * comes and goes with the lease, as NONNET_EVENT_LEASE_CHANGED says. One address is held at a time,
 * temporary addresses and prefixes (IA_TA, IA_PD) are not asked for, and servers cannot make the
 * client speak (Reconfigure).
 */
#ifndef NONNET_DHCPV6_H
#define NONNET_DHCPV6_H

#include <stdbool.h>
#include <stdint.h>

#include <nonnet/address.h>
#include <nonnet/handle.h>
#include <nonnet/result.h>

#ifdef __cplusplus
extern "C" {
#endif

struct nonnet_stack;

#define NONNET_DHCPV6_SERVERS_MAX 3

struct nonnet_dhcpv6_lease {
    struct nonnet_address address; /* version 0: name servers only */
    struct nonnet_address name_servers[NONNET_DHCPV6_SERVERS_MAX];
    uint8_t nname_servers;
    uint64_t expires; /* of the address; NONNET_NEVER: not at all */
};

/*
 * Begins or ends the client of an Ethernet interface with IPv6; it may begin before the link is up.
 * Ending removes the address of the lease and gives it back, which takes some seconds more if the
 * server does not answer (section 18.2.7).
 *
 * Returns 0; NONNET_E_INVALID for an interface that is not Ethernet or has no IPv6; NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_dhcpv6_enable(struct nonnet_stack *stack,
                                                      struct nonnet_interface_handle interface,
                                                      bool enable, uint64_t now);

/*
 * What servers told the interface. Returns 0; NONNET_E_NOT_FOUND while there is nothing;
 * NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_dhcpv6_lease(const struct nonnet_stack *stack,
                                                     struct nonnet_interface_handle interface,
                                                     struct nonnet_dhcpv6_lease *lease);

#ifdef __cplusplus
}
#endif

#endif
