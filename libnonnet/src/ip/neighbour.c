#include "ip/neighbour.h"

#include "ip/address.h"
#include "ip/arp.h"
#include "ndp/ndp.h"
#include "stack/packet.h"
#include "wire/ethernet.h"

/* RFC 4861 section 10. */
#define MULTICAST_SOLICITATIONS 3
#define UNICAST_SOLICITATIONS   3
#define DELAY_FIRST_PROBE       SECONDS(5)
/* Of one neighbour: control packets that wait for its answer. Sockets have bounds of their own. */
#define CONTROL_WAITING_MAX     3

static struct neighbour *neighbour_find(const struct nonnet_stack *stack, uint8_t interface,
                                        const struct nonnet_address *ip)
{
    for (uint16_t i = 0; i < stack->config.nneighbours; i++) {
        struct neighbour *n = &stack->neighbours[i];
        if (n->used && n->interface == interface && address_equal(&n->ip, ip))
            return n;
    }
    return NULL;
}

static void waiting_discard(struct nonnet_stack *stack, struct neighbour *n)
{
    unsigned count;

    stack->nparked_control = (uint16_t)(stack->nparked_control - n->ncontrol);
    n->ncontrol = 0;
    count = nonnet_packets_discard(stack, &n->waiting);
    stack->counters[NONNET_COUNT_DROP_NEIGHBOUR_FAILED] += count;
}

static void neighbour_drop(struct nonnet_stack *stack, struct neighbour *n)
{
    waiting_discard(stack, n);
    n->used = false;
}

/* An order of who is given up first: stale, then those in use; the longest unused of each. */
static bool is_better_victim(const struct neighbour *a, const struct neighbour *b)
{
    bool stale_a = a->state == NEIGHBOUR_STALE;
    bool stale_b = b->state == NEIGHBOUR_STALE;
    return stale_a != stale_b ? stale_a : a->used_at < b->used_at;
}

struct census {
    unsigned nincomplete;
    unsigned nof_interface;
    struct neighbour *unused;
    struct neighbour *oldest_incomplete; /* of the interface, if it is at its bound */
    struct neighbour *victim;            /* among those that answered, likewise */
};

static void census_add(struct census *c, struct neighbour *n, bool eligible)
{
    if (n->state == NEIGHBOUR_INCOMPLETE) {
        c->nincomplete++;
        if (eligible && (!c->oldest_incomplete || n->used_at < c->oldest_incomplete->used_at))
            c->oldest_incomplete = n;
    } else if (eligible && (!c->victim || is_better_victim(n, c->victim))) {
        c->victim = n;
    }
}

static struct census census_take(const struct nonnet_stack *stack, uint8_t interface)
{
    struct census c = {0};
    uint16_t limit = stack->config.nneighbours;

    if (stack->config.ninterfaces > 1)
        limit = (uint16_t)(limit - limit / 4);
    for (uint16_t i = 0; i < stack->config.nneighbours; i++) {
        struct neighbour *n = &stack->neighbours[i];
        c.nof_interface += n->used && n->interface == interface;
    }
    bool own_only = c.nof_interface >= limit;
    for (uint16_t i = 0; i < stack->config.nneighbours; i++) {
        struct neighbour *n = &stack->neighbours[i];
        if (n->used)
            census_add(&c, n, !own_only || n->interface == interface);
        else if (!own_only && !c.unused)
            c.unused = n;
    }
    return c;
}

/*
 * A place for an entry without an answer. NULL if every candidate to make room has answered and is
 * in use.
 */
static struct neighbour *place_find(struct nonnet_stack *stack, uint8_t interface)
{
    struct census c = census_take(stack, interface);
    struct neighbour *place = c.unused;

    if (c.nincomplete >= stack->config.nneighbours / 2u)
        place = c.oldest_incomplete;
    else if (!place)
        place = c.victim ? c.victim : c.oldest_incomplete;
    if (place && place->used)
        neighbour_drop(stack, place);
    return place;
}

static struct neighbour *neighbour_new(struct nonnet_stack *stack, struct neighbour *place,
                                       uint8_t interface, const struct nonnet_address *ip)
{
    *place = (struct neighbour){
        .used = true,
        .interface = interface,
        .state = NEIGHBOUR_INCOMPLETE,
        .ip = *ip,
        .waiting = packet_list_empty(),
        .due = NONNET_NEVER,
        .used_at = stack->now,
    };
    return place;
}

/* Asks: all stations, or the one that had the address last. */
static void neighbour_solicit(struct nonnet_stack *stack, struct neighbour *n)
{
    const struct nonnet_mac *to = n->state == NEIGHBOUR_PROBE ? &n->mac : NULL;
    struct interface *interface = &stack->interfaces[n->interface];

    n->solicited++;
    n->due = stack_after(stack, interface->retransmit_us);
    if (n->ip.version == 4)
        nonnet_arp_solicit(stack, n->interface, &n->ip, &n->asker, to);
    else
        nonnet_ndp_solicit(stack, n->interface, &n->ip, &n->asker, to);
}

static void state_set(struct nonnet_stack *stack, struct neighbour *n, enum neighbour_state state)
{
    uint64_t reachable = stack->interfaces[n->interface].reachable_us;

    n->state = (uint8_t)state;
    n->solicited = 0;
    switch (state) {
    case NEIGHBOUR_REACHABLE:
        /* Half to one and a half of the base time: RFC 4861 section 6.3.2. */
        n->due =
            stack_after(stack, reachable / 2 + nonnet_stack_random(stack, (uint32_t)reachable));
        break;
    case NEIGHBOUR_DELAY:
        n->due = stack_after(stack, DELAY_FIRST_PROBE);
        break;
    case NEIGHBOUR_INCOMPLETE:
    case NEIGHBOUR_PROBE:
        neighbour_solicit(stack, n);
        break;
    default:
        n->due = NONNET_NEVER;
    }
}

static void packet_send_to(struct nonnet_stack *stack, struct packet *packet,
                           const struct neighbour *n)
{
    packet->destination = n->mac;
    nonnet_packet_send(stack, packet);
}

/* Lets a packet wait for the answer, or drops it. */
static void packet_park(struct nonnet_stack *stack, struct packet *packet, struct neighbour *n)
{
    if (packet->owner == PACKET_CONTROL) {
        if (n->ncontrol >= CONTROL_WAITING_MAX ||
            stack->nparked_control >= stack->config.npackets / 4u) {
            stack_count(stack, NONNET_COUNT_DROP_NEIGHBOUR_QUEUE);
            nonnet_packet_free(stack, packet);
            return;
        }
        n->ncontrol++;
        stack->nparked_control++;
    }
    nonnet_packet_append(stack, &n->waiting, packet);
}

/* Groups have no neighbour to ask: RFC 1112 section 6.4, RFC 2464 section 7. */
static bool group_mac(const struct nonnet_stack *stack, const struct nonnet_address *ip,
                      uint8_t interface, struct nonnet_mac *mac)
{
    const uint8_t *o = ip->octet;

    if (nonnet_address_is_limited_broadcast(ip) ||
        nonnet_address_is_subnet_broadcast(stack, ip, interface))
        *mac = (struct nonnet_mac){{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
    else if (!nonnet_address_is_multicast(ip))
        return false;
    else if (ip->version == 4)
        *mac = (struct nonnet_mac){{0x01, 0x00, 0x5e, o[1] & 0x7f, o[2], o[3]}};
    else
        *mac = (struct nonnet_mac){{0x33, 0x33, o[12], o[13], o[14], o[15]}};
    return true;
}

bool nonnet_neighbour_station(struct nonnet_stack *stack, uint8_t interface,
                              const struct nonnet_address *next_hop,
                              const struct nonnet_address *source, struct nonnet_mac *mac)
{
    struct neighbour *n = neighbour_find(stack, interface, next_hop);
    if (!n) /* no group is one */
        return group_mac(stack, next_hop, interface, mac);
    if (n->state == NEIGHBOUR_INCOMPLETE)
        return false;
    n->used_at = stack->now;
    if (n->state == NEIGHBOUR_STALE) {
        n->asker = *source;
        state_set(stack, n, NEIGHBOUR_DELAY);
    }
    *mac = n->mac;
    return true;
}

bool nonnet_neighbour_is_known(const struct nonnet_stack *stack, uint8_t interface,
                               const struct nonnet_address *next_hop)
{
    const struct neighbour *n = neighbour_find(stack, interface, next_hop);

    return n && n->state != NEIGHBOUR_INCOMPLETE;
}

void nonnet_neighbour_send(struct nonnet_stack *stack, struct packet *packet,
                           const struct nonnet_address *next_hop,
                           const struct nonnet_address *source)
{
    uint8_t interface = packet->interface;

    if (stack->interfaces[interface].config.link == NONNET_LINK_IP ||
        nonnet_neighbour_station(stack, interface, next_hop, source, &packet->destination)) {
        nonnet_packet_send(stack, packet);
        return;
    }
    struct neighbour *n = neighbour_find(stack, interface, next_hop);
    if (!n) {
        struct neighbour *place = place_find(stack, interface);
        if (!place) {
            stack_count(stack, NONNET_COUNT_DROP_NEIGHBOUR_TABLE);
            nonnet_packet_free(stack, packet);
            return;
        }
        n = neighbour_new(stack, place, interface, next_hop);
        n->asker = *source;
        state_set(stack, n, NEIGHBOUR_INCOMPLETE);
    }
    n->used_at = stack->now;
    packet_park(stack, packet, n);
}

static void waiting_release(struct nonnet_stack *stack, struct neighbour *n)
{
    struct packet *packet;

    stack->nparked_control = (uint16_t)(stack->nparked_control - n->ncontrol);
    n->ncontrol = 0;
    while ((packet = nonnet_packet_take(stack, &n->waiting)) != NULL)
        packet_send_to(stack, packet, n);
}

/* RFC 4861 section 7.2.5, for an entry that has a station. */
static void neighbour_update(struct nonnet_stack *stack, struct neighbour *n,
                             const struct neighbour_news *news)
{
    bool moved = news->mac && !mac_equal(news->mac, &n->mac);
    /* An answer that nobody asked for proves nothing. */
    bool answer = news->solicited && n->state == NEIGHBOUR_PROBE;

    if (moved && (!news->override || (!answer && n->state == NEIGHBOUR_REACHABLE))) {
        /* The old station is asked before it is given up. */
        if (n->state == NEIGHBOUR_REACHABLE)
            state_set(stack, n, NEIGHBOUR_STALE);
        return;
    }
    if (moved)
        n->mac = *news->mac;
    if (answer)
        state_set(stack, n, NEIGHBOUR_REACHABLE);
    else if (moved)
        state_set(stack, n, NEIGHBOUR_STALE);
}

bool nonnet_neighbour_hear(struct nonnet_stack *stack, uint8_t interface,
                           const struct neighbour_news *news)
{
    struct neighbour *n = neighbour_find(stack, interface, news->ip);

    if (!n)
        return false;
    if (n->state == NEIGHBOUR_INCOMPLETE) {
        if (!news->mac)
            return true;
        n->mac = *news->mac;
        state_set(stack, n, news->solicited ? NEIGHBOUR_REACHABLE : NEIGHBOUR_STALE);
        waiting_release(stack, n);
    } else {
        neighbour_update(stack, n, news);
    }
    if (news->says_router)
        n->router = news->is_router;
    return true;
}

void nonnet_neighbour_router(struct nonnet_stack *stack, uint8_t interface,
                             const struct nonnet_address *ip, const struct nonnet_mac *mac)
{
    struct neighbour_news news = {
        .ip = ip, .mac = mac, .override = true, .is_router = true, .says_router = true};

    if (nonnet_neighbour_hear(stack, interface, &news) || !mac)
        return;
    struct census c = census_take(stack, interface);
    if (!c.unused)
        return;
    struct neighbour *n = neighbour_new(stack, c.unused, interface, ip);
    n->mac = *mac;
    n->router = true;
    state_set(stack, n, NEIGHBOUR_STALE);
}

bool nonnet_neighbour_is_failing(const struct nonnet_stack *stack, uint8_t interface,
                                 const struct nonnet_address *ip)
{
    const struct neighbour *n = neighbour_find(stack, interface, ip);
    return n && n->solicited > 1 &&
           (n->state == NEIGHBOUR_INCOMPLETE || n->state == NEIGHBOUR_PROBE);
}

void nonnet_neighbours_forget(struct nonnet_stack *stack, uint8_t interface)
{
    for (uint16_t i = 0; i < stack->config.nneighbours; i++) {
        if (stack->neighbours[i].used && stack->neighbours[i].interface == interface)
            neighbour_drop(stack, &stack->neighbours[i]);
    }
}

static void neighbour_tick(struct nonnet_stack *stack, struct neighbour *n)
{
    switch (n->state) {
    case NEIGHBOUR_INCOMPLETE:
        if (n->solicited < MULTICAST_SOLICITATIONS)
            neighbour_solicit(stack, n);
        else
            neighbour_drop(stack, n);
        break;
    case NEIGHBOUR_REACHABLE:
        state_set(stack, n, NEIGHBOUR_STALE);
        break;
    case NEIGHBOUR_DELAY:
        state_set(stack, n, NEIGHBOUR_PROBE);
        break;
    case NEIGHBOUR_PROBE:
        if (n->solicited < UNICAST_SOLICITATIONS)
            neighbour_solicit(stack, n);
        else
            neighbour_drop(stack, n);
        break;
    default:
        n->due = NONNET_NEVER;
    }
}

void nonnet_neighbours_tick(struct nonnet_stack *stack)
{
    for (uint16_t i = 0; i < stack->config.nneighbours; i++) {
        struct neighbour *n = &stack->neighbours[i];
        if (n->used && n->due <= stack->now)
            neighbour_tick(stack, n);
    }
}

uint64_t nonnet_neighbours_deadline(const struct nonnet_stack *stack)
{
    uint64_t due = NONNET_NEVER;

    for (uint16_t i = 0; i < stack->config.nneighbours; i++) {
        if (stack->neighbours[i].used)
            due = earlier(due, stack->neighbours[i].due);
    }
    return due;
}
