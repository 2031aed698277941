/*
 * Where a packet goes: the table of routes, the prefixes that addresses put on their links, and the
 * choice of a source address.
 */
#ifndef NONNET_IP_ROUTE_H
#define NONNET_IP_ROUTE_H

#include "stack/state.h"

struct path {
    uint8_t interface;
    uint32_t mtu; /* of the way to the destination, as far as it is known */
    struct nonnet_address next_hop;
    struct nonnet_address source; /* version 0: no address fits */
};

/*
 * Finds the way to a destination, through one interface or (NO_INTERFACE) any whose link is up. A
 * group or the limited broadcast is reached through the given interface, or else where a default
 * route leads, or else the first interface.
 *
 * Returns 0, or NONNET_E_UNREACHABLE, which the host's own addresses are as well.
 */
NONNET_MUST_CHECK int nonnet_path_find(const struct nonnet_stack *stack,
                                       const struct nonnet_address *destination, uint8_t interface,
                                       struct path *path);

/* The address that packets to `destination` come from (RFC 6724 section 5), or NULL. */
const struct address *nonnet_source_select(const struct nonnet_stack *stack,
                                           const struct nonnet_address *destination,
                                           const struct nonnet_address *next_hop,
                                           uint8_t interface);

/*
 * Strict reverse-path check (RFC 3704 section 2.2): no interface has a longer prefix for the source
 * than this one has. (Where two have the same one, as two default routes, either will do: section
 * 2.3.)
 */
bool nonnet_path_is_reverse(const struct nonnet_stack *stack, const struct nonnet_address *source,
                            uint8_t interface);

struct route *nonnet_route_find(const struct nonnet_stack *stack, uint8_t interface,
                                const struct nonnet_address *prefix, uint8_t prefix_len,
                                const struct nonnet_address *gateway);

/*
 * Adds or renews a route that the network told of; announced ones fill at most half of the table,
 * redirects a fourth. Returns false if there is no place.
 */
bool nonnet_route_learn(struct nonnet_stack *stack, const struct route *route);

/* Forgets the routes through an interface that are of one of these origins. */
void nonnet_routes_forget(struct nonnet_stack *stack, uint8_t interface, unsigned origins);

/* Routes, addresses or links changed: what was looked up before is looked up anew. */
static inline void nonnet_paths_changed(struct nonnet_stack *stack)
{
    stack->path_epoch++;
}

void nonnet_routes_tick(struct nonnet_stack *stack);
uint64_t nonnet_routes_deadline(const struct nonnet_stack *stack);

/*
 * Remembers that packets to `destination` may have at most `mtu` bytes, for ten minutes (RFC 8201
 * section 4). A table that is full forgets the entry that expires first. Never makes a value
 * larger.
 */
void nonnet_path_mtu_learn(struct nonnet_stack *stack, const struct nonnet_address *destination,
                           uint32_t mtu);

#endif
