#include "ip/route.h"

#include "ip/address.h"
#include "ip/neighbour.h"

#define PATH_MTU_LIFETIME SECONDS(600)

/* A way that was found, by what is compared: the longest prefix, then preference, then age. */
struct candidate {
    bool found;
    uint8_t interface;
    uint8_t prefix_len;
    unsigned rank;
    uint32_t order;
    struct nonnet_address gateway; /* version 0: on the link */
};

/* The prefixes of addresses come before all routes of the same length. */
#define RANK_ADDRESS 8u

static bool interface_serves(const struct nonnet_stack *stack, uint8_t index, uint8_t wanted)
{
    return (wanted == NO_INTERFACE || index == wanted) && stack->interfaces[index].up;
}

static void candidate_offer(struct candidate *best, const struct candidate *offer)
{
    if (best->found) {
        if (offer->prefix_len != best->prefix_len) {
            if (offer->prefix_len < best->prefix_len)
                return;
        } else if (offer->rank != best->rank) {
            if (offer->rank < best->rank)
                return;
        } else if (offer->order >= best->order) {
            return;
        }
    }
    *best = *offer;
    best->found = true;
}

/* RFC 4861 section 6.3.6: routers that are known not to answer come after all others. */
static unsigned route_rank(const struct nonnet_stack *stack, const struct route *r)
{
    bool works = r->origin == ROUTE_MANUAL || r->gateway.version == 0 ||
                 !nonnet_neighbour_is_failing(stack, r->interface, &r->gateway);
    return (works ? 4u : 0u) + r->preference;
}

static struct candidate route_lookup(const struct nonnet_stack *stack,
                                     const struct nonnet_address *destination, uint8_t interface)
{
    struct candidate best = {0};

    for (uint16_t i = 0; i < stack->config.naddresses; i++) {
        const struct address *a = &stack->addresses[i];
        if (!address_is_usable(a) || !interface_serves(stack, a->interface, interface) ||
            !address_in_prefix(destination, &a->ip, a->prefix_len))
            continue;
        struct candidate offer = {.interface = a->interface,
                                  .prefix_len = a->prefix_len,
                                  .rank = RANK_ADDRESS,
                                  .order = i};
        candidate_offer(&best, &offer);
    }
    for (uint16_t i = 0; i < stack->config.nroutes; i++) {
        const struct route *r = &stack->routes[i];
        if (!r->used || r->valid_until <= stack->now ||
            !interface_serves(stack, r->interface, interface) ||
            !address_in_prefix(destination, &r->prefix, r->prefix_len))
            continue;
        struct candidate offer = {.interface = r->interface,
                                  .prefix_len = r->prefix_len,
                                  .rank = route_rank(stack, r),
                                  .order = r->order,
                                  .gateway = r->gateway};
        candidate_offer(&best, &offer);
    }
    return best;
}

/*
 * Where groups are reached when the caller does not say: as the default route, or the first that is
 * up.
 */
static struct candidate group_lookup(const struct nonnet_stack *stack, uint8_t version,
                                     uint8_t interface)
{
    struct nonnet_address any = {.version = version};
    struct candidate best = {0};

    if (interface == NO_INTERFACE)
        best = route_lookup(stack, &any, interface);
    for (uint8_t i = 0; !best.found && i < stack->config.ninterfaces; i++) {
        if (stack->interfaces[i].used && interface_serves(stack, i, interface))
            best = (struct candidate){.found = true, .interface = i};
    }
    best.gateway.version = 0;
    return best;
}

static uint32_t path_mtu(const struct nonnet_stack *stack, const struct interface *interface,
                         const struct nonnet_address *destination)
{
    uint32_t mtu = destination->version == 6 ? interface->ipv6_mtu : interface->config.mtu;

    for (uint16_t i = 0; i < stack->config.npath_mtus; i++) {
        const struct path_mtu *p = &stack->path_mtus[i];
        if (p->mtu > 0 && p->mtu < mtu && p->valid_until > stack->now &&
            address_equal(&p->destination, destination))
            mtu = p->mtu;
    }
    return mtu;
}

int nonnet_path_find(const struct nonnet_stack *stack, const struct nonnet_address *destination,
                     uint8_t interface, struct path *path)
{
    struct candidate way;

    /*
     * Nothing is looped back: packets to this host itself would go out to a wire that has no taker.
     */
    if (nonnet_address_is_loopback(destination) || nonnet_address_is_unspecified(destination) ||
        nonnet_address_find(stack, destination, NO_INTERFACE))
        return NONNET_E_UNREACHABLE;
    if (nonnet_address_is_multicast(destination) ||
        nonnet_address_is_limited_broadcast(destination))
        way = group_lookup(stack, destination->version, interface);
    else
        way = route_lookup(stack, destination, interface);
    if (!way.found)
        return NONNET_E_UNREACHABLE;
    path->interface = way.interface;
    path->next_hop = way.gateway.version == 0 ? *destination : way.gateway;
    path->mtu = path_mtu(stack, &stack->interfaces[way.interface], destination);
    path->source = (struct nonnet_address){0};
    const struct address *source =
        nonnet_source_select(stack, destination, &path->next_hop, way.interface);
    if (source)
        path->source = source->ip;
    return NONNET_OK;
}

bool nonnet_path_is_reverse(const struct nonnet_stack *stack, const struct nonnet_address *source,
                            uint8_t interface)
{
    /* Link-local addresses of IPv6 are of the link that the packet came from. */
    if (source->version == 6 && nonnet_address_is_link_local(source))
        return true;
    /* Who has an address that is being probed for says so from it: RFC 4862 section 5.4.4. */
    if (nonnet_address_find(stack, source, interface))
        return true;
    struct candidate here = route_lookup(stack, source, interface);
    struct candidate best = route_lookup(stack, source, NO_INTERFACE);
    return here.found && here.prefix_len == best.prefix_len;
}

struct route *nonnet_route_find(const struct nonnet_stack *stack, uint8_t interface,
                                const struct nonnet_address *prefix, uint8_t prefix_len,
                                const struct nonnet_address *gateway)
{
    for (uint16_t i = 0; i < stack->config.nroutes; i++) {
        struct route *r = &stack->routes[i];
        if (r->used && r->interface == interface && r->prefix_len == prefix_len &&
            address_equal(&r->prefix, prefix) && (!gateway || address_equal(&r->gateway, gateway)))
            return r;
    }
    return NULL;
}

static struct route *route_slot(struct nonnet_stack *stack)
{
    for (uint16_t i = 0; i < stack->config.nroutes; i++) {
        if (!stack->routes[i].used)
            return &stack->routes[i];
    }
    return NULL;
}

bool nonnet_route_learn(struct nonnet_stack *stack, const struct route *route)
{
    struct route *slot = nonnet_route_find(stack, route->interface, &route->prefix,
                                           route->prefix_len, &route->gateway);
    unsigned same_origin = 0;

    if (!slot) {
        for (uint16_t i = 0; i < stack->config.nroutes; i++)
            same_origin += stack->routes[i].used && stack->routes[i].origin == route->origin;
        unsigned limit = stack->config.nroutes >> (route->origin == ROUTE_REDIRECT ? 2 : 1);
        slot = same_origin < limit ? route_slot(stack) : NULL;
        if (!slot)
            return false;
        stack->interfaces[route->interface].events |= NONNET_EVENT_ROUTES_CHANGED;
    } else if (slot->origin == ROUTE_MANUAL) {
        return true; /* what the owner said stays */
    }
    uint32_t order = slot->used ? slot->order : stack->routes_added++;
    *slot = *route;
    slot->used = true;
    slot->order = order;
    return true;
}

static void route_drop(struct nonnet_stack *stack, struct route *r)
{
    r->used = false;
    nonnet_paths_changed(stack);
    stack->interfaces[r->interface].events |= NONNET_EVENT_ROUTES_CHANGED;
}

void nonnet_routes_forget(struct nonnet_stack *stack, uint8_t interface, unsigned origins)
{
    for (uint16_t i = 0; i < stack->config.nroutes; i++) {
        struct route *r = &stack->routes[i];
        if (r->used && r->interface == interface && (r->origin & origins) != 0)
            route_drop(stack, r);
    }
}

void nonnet_routes_tick(struct nonnet_stack *stack)
{
    for (uint16_t i = 0; i < stack->config.nroutes; i++) {
        if (stack->routes[i].used && stack->routes[i].valid_until <= stack->now)
            route_drop(stack, &stack->routes[i]);
    }
}

uint64_t nonnet_routes_deadline(const struct nonnet_stack *stack)
{
    uint64_t due = NONNET_NEVER;

    for (uint16_t i = 0; i < stack->config.nroutes; i++) {
        if (stack->routes[i].used)
            due = earlier(due, stack->routes[i].valid_until);
    }
    return due;
}

void nonnet_path_mtu_learn(struct nonnet_stack *stack, const struct nonnet_address *destination,
                           uint32_t mtu)
{
    struct path_mtu *slot = NULL;

    for (uint16_t i = 0; i < stack->config.npath_mtus; i++) {
        struct path_mtu *p = &stack->path_mtus[i];
        if (p->mtu > 0 && address_equal(&p->destination, destination)) {
            slot = p;
            break;
        }
        if (!slot || p->valid_until < slot->valid_until)
            slot = p;
    }
    if (!slot)
        return;
    if (slot->mtu > 0 && slot->valid_until > stack->now && slot->mtu <= mtu &&
        address_equal(&slot->destination, destination))
        return;
    slot->destination = *destination;
    slot->mtu = mtu;
    slot->valid_until = stack_after(stack, PATH_MTU_LIFETIME);
    stack_count(stack, NONNET_COUNT_PATH_MTU_LEARNED);
}

int nonnet_route_add(struct nonnet_stack *stack, struct nonnet_interface_handle handle,
                     const struct nonnet_route *route)
{
    struct interface *interface = nonnet_interface_of(stack, handle);
    const struct nonnet_address *prefix = &route->prefix;
    const struct nonnet_address *gateway = &route->gateway;

    if (!interface)
        return NONNET_E_STALE;
    if ((prefix->version != 4 && prefix->version != 6) ||
        route->prefix_len > address_len(prefix) * 8)
        return NONNET_E_INVALID;
    struct nonnet_address cut = nonnet_address_prefix(prefix, route->prefix_len);
    if (!address_equal(&cut, prefix))
        return NONNET_E_INVALID;
    if (gateway->version != 0 &&
        (gateway->version != prefix->version || !nonnet_address_is_host(gateway)))
        return NONNET_E_INVALID;
    struct route *known =
        nonnet_route_find(stack, interface->index, prefix, route->prefix_len, NULL);
    if (known && known->origin == ROUTE_MANUAL)
        return NONNET_E_IN_USE;
    struct route *slot = route_slot(stack);
    if (!slot)
        return NONNET_E_FULL;
    *slot = (struct route){
        .used = true,
        .interface = interface->index,
        .origin = ROUTE_MANUAL,
        .preference = 3, /* above what the network announces */
        .prefix_len = route->prefix_len,
        .prefix = *prefix,
        .gateway = *gateway,
        .order = stack->routes_added++,
        .valid_until = NONNET_NEVER,
    };
    nonnet_paths_changed(stack);
    return NONNET_OK;
}

int nonnet_route_remove(struct nonnet_stack *stack, struct nonnet_interface_handle handle,
                        const struct nonnet_address *prefix, uint8_t prefix_len)
{
    struct interface *interface = nonnet_interface_of(stack, handle);

    if (!interface)
        return NONNET_E_STALE;
    for (uint16_t i = 0; i < stack->config.nroutes; i++) {
        struct route *r = &stack->routes[i];
        if (r->used && r->interface == interface->index && r->origin == ROUTE_MANUAL &&
            r->prefix_len == prefix_len && address_equal(&r->prefix, prefix)) {
            r->used = false;
            nonnet_paths_changed(stack);
            return NONNET_OK;
        }
    }
    return NONNET_E_NOT_FOUND;
}

int nonnet_interface_route(const struct nonnet_stack *stack, struct nonnet_interface_handle handle,
                           size_t index, struct nonnet_route *route)
{
    const struct interface *interface = nonnet_interface_of(stack, handle);

    if (!interface)
        return NONNET_E_STALE;
    for (uint16_t i = 0; i < stack->config.nroutes; i++) {
        const struct route *r = &stack->routes[i];
        if (!r->used || r->interface != interface->index)
            continue;
        if (index == 0) {
            *route = (struct nonnet_route){r->prefix, r->prefix_len, r->gateway};
            return NONNET_OK;
        }
        index--;
    }
    return NONNET_E_NOT_FOUND;
}
