/*
 * Interfaces, their addresses, and routes.
 *
 * The host is a strong one (RFC 1122 section 3.3.4.2): an address is reached through its own
 * interface only. Packets are never forwarded from one interface to another.
 */
#ifndef NONNET_INTERFACE_H
#define NONNET_INTERFACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonnet/address.h>
#include <nonnet/handle.h>
#include <nonnet/offload.h>
#include <nonnet/result.h>

#ifdef __cplusplus
extern "C" {
#endif

struct nonnet_stack;

enum nonnet_link {
    NONNET_LINK_ETHERNET = 1, /* frames with a header of 14 bytes: Ethernet II */
    NONNET_LINK_IP,           /* bare IP packets, as in a TUN device: no neighbours to find */
};

#define NONNET_ETHERNET_HEADER_LEN 14

/* What an interface does by itself. */
#define NONNET_INTERFACE_IPV6      0x1u /* a link-local address, neighbour discovery */
#define NONNET_INTERFACE_SLAAC     0x2u /* stable addresses of announced prefixes: RFC 4862 */
#define NONNET_INTERFACE_TEMPORARY 0x4u /* and temporary ones, which needs SLAAC: RFC 8981 */

#define NONNET_NETWORK_ID_LEN 16

struct nonnet_interface_config {
    enum nonnet_link link;
    uint32_t flags;        /* NONNET_INTERFACE_... */
    uint32_t mtu;          /* 576 to the stack's mtu_max; with IPv6 at least 1280 */
    struct nonnet_mac mac; /* of Ethernet: a station's address, not a group's */
    /*
     * Identifies the network, such as a hash of a wireless network's name: the same stable address
     * comes of the same network only (RFC 7217 section 5, Network_ID). May be zero.
     */
    uint8_t network_id[NONNET_NETWORK_ID_LEN];
    struct nonnet_offload offload; /* zeros: the device does nothing for the stack */
};

/*
 * Adds an interface, with its link down.
 *
 * Returns 0; NONNET_E_INVALID for a configuration outside of the limits above; NONNET_E_FULL. On
 * error `*interface` is unchanged.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_interface_add(struct nonnet_stack *stack,
                                                      const struct nonnet_interface_config *config,
                                                      struct nonnet_interface_handle *interface);

/*
 * Removes an interface with its addresses, routes, neighbours and packets. Connections from its
 * addresses end with NONNET_E_UNREACHABLE; other sockets stay, those bound to one of them included.
 *
 * Returns 0 or NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_interface_remove(struct nonnet_stack *stack,
                                                         struct nonnet_interface_handle interface);

/*
 * Says whether the link is there. When it comes up, addresses are probed for anew; when it goes
 * down, neighbours, announced routers and waiting packets are forgotten, and addresses formed from
 * announced prefixes with them, as the next network may be another one.
 *
 * Connections wait for the link, and then for their address: if it is not there again two minutes
 * after the link is, or a DHCP server leased another one, they end with NONNET_E_UNREACHABLE. Those
 * from temporary addresses (RFC 8981) end at once, as no such address is ever made again.
 *
 * Returns 0 or NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_interface_set_link(struct nonnet_stack *stack,
                                                           struct nonnet_interface_handle interface,
                                                           bool up, uint64_t now);

/*
 * Gives an Ethernet interface another station address, while its link is down.
 *
 * Returns 0; NONNET_E_INVALID for a group's address, a link that is up, or an interface that is not
 * Ethernet; NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_interface_set_mac(struct nonnet_stack *stack,
                                                          struct nonnet_interface_handle interface,
                                                          struct nonnet_mac mac);

/*
 * Says anew what the device does for the stack, at any time: after its driver began again, say.
 * Frames that wait to be sent are finished by the stack if the device does not do that any more.
 *
 * Returns 0; NONNET_E_INVALID for flags that there are none of, segments without
 * NONNET_OFFLOAD_CHECKSUM or a frame_max outside of its limits; NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int
nonnet_interface_set_offload(struct nonnet_stack *stack, struct nonnet_interface_handle interface,
                             const struct nonnet_offload *offload);

/* An address is used as soon as it is added, and nobody is asked first (RFC 5227, RFC 4862). */
#define NONNET_ADDRESS_UNPROBED 0x1u

/*
 * Adds a unicast address with the prefix that is on its link. Unless NONNET_ADDRESS_UNPROBED says
 * otherwise, an address of Ethernet is first probed for (RFC 5227 section 2.1; RFC 4862 section
 * 5.4) and can be used from NONNET_EVENT_ADDRESS_READY on.
 *
 * Returns 0; NONNET_E_INVALID for an address that no host can have or a prefix length longer than
 * it; NONNET_E_IN_USE if this stack has it already; NONNET_E_FULL; NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int
nonnet_interface_address_add(struct nonnet_stack *stack, struct nonnet_interface_handle interface,
                             const struct nonnet_address *address, uint8_t prefix_len,
                             uint32_t flags, uint64_t now);

/*
 * Removes an address. Connections from it are reset, and end with NONNET_E_UNREACHABLE: so do those
 * from an address that somebody else turns out to have, and, without a word to the peer, from one
 * whose time is over (RFC 4862 section 5.5.4). A deprecated address keeps its connections.
 *
 * Returns 0, NONNET_E_NOT_FOUND or NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int
nonnet_interface_address_remove(struct nonnet_stack *stack,
                                struct nonnet_interface_handle interface,
                                const struct nonnet_address *address);

enum nonnet_address_state {
    NONNET_ADDRESS_TENTATIVE = 1, /* being probed for; not used */
    NONNET_ADDRESS_PREFERRED,
    NONNET_ADDRESS_DEPRECATED, /* used by what uses it already (RFC 4862 section 5.5.4) */
};

struct nonnet_address_info {
    struct nonnet_address address;
    uint8_t prefix_len;
    enum nonnet_address_state state;
    bool announced;           /* formed from a prefix that a router announced */
    bool temporary;           /* RFC 8981 */
    uint64_t preferred_until; /* NONNET_NEVER if for ever */
    uint64_t valid_until;
};

/*
 * The interface's address number `index`, counted from 0, in no particular order; the order stays
 * as long as no address comes or goes.
 *
 * Returns 0, NONNET_E_NOT_FOUND after the last, or NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_interface_address(const struct nonnet_stack *stack,
                                                          struct nonnet_interface_handle interface,
                                                          size_t index,
                                                          struct nonnet_address_info *info);

struct nonnet_route {
    struct nonnet_address prefix; /* bits after prefix_len must be 0; its version is the route's */
    uint8_t prefix_len;
    struct nonnet_address gateway; /* version 0: the prefix is on the link */
};

/*
 * Adds a route through an interface. The longest prefix wins; among equals the first added.
 *
 * Returns 0; NONNET_E_INVALID if a bit after the prefix is set, or versions differ, or the gateway
 * is no unicast address; NONNET_E_IN_USE if the interface has a route to the prefix; NONNET_E_FULL;
 * NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_route_add(struct nonnet_stack *stack,
                                                  struct nonnet_interface_handle interface,
                                                  const struct nonnet_route *route);

/* Removes the interface's route to this prefix. Returns 0, NONNET_E_NOT_FOUND or NONNET_E_STALE. */
NONNET_MUST_CHECK NONNET_API int nonnet_route_remove(struct nonnet_stack *stack,
                                                     struct nonnet_interface_handle interface,
                                                     const struct nonnet_address *prefix,
                                                     uint8_t prefix_len);

/*
 * The interface's route number `index`, counted from 0, in no particular order: those that were added, and those that routers and
 * DHCP servers told of; not those that addresses imply.
 *
 * Returns 0, NONNET_E_NOT_FOUND after the last, or NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_interface_route(const struct nonnet_stack *stack,
                                                        struct nonnet_interface_handle interface,
                                                        size_t index, struct nonnet_route *route);

#ifdef __cplusplus
}
#endif

#endif
