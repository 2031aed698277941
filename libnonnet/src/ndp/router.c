/*
 * Routers: RFC 4861 sections 6.3 and 8.3, RFC 4191, RFC 7559.
 *
 * What is announced to everybody on the link is believed within limits: no hop limit too small to
 * reach the Internet, no timer that makes us a flood, no MTU outside of what IPv6 and the interface
 * allow, and no more routes than half of the table.
 */
#include "dhcp/dhcpv6.h"
#include "ip/address.h"
#include "ip/neighbour.h"
#include "ip/output.h"
#include "ip/route.h"
#include "ndp/ndp.h"
#include "wire/icmp.h"

#define SOLICIT_WAIT_FIRST SECONDS(4)
#define SOLICIT_WAIT_MAX   SECONDS(3600)
#define HOP_LIMIT_LEAST    32
#define REACHABLE_MS_MAX   3600000u /* RFC 4861 section 6.2.1 */
#define RETRANSMIT_MS_MIN  100u
#define RETRANSMIT_MS_MAX  60000u
#define PREFIXES_MAX       16 /* of one message */
#define REDIRECT_LIFETIME  SECONDS(600)

static const struct nonnet_address all_routers = {6, {0xff, 2, [15] = 2}};
static const struct nonnet_address anywhere = {.version = 6};

/* When something ends that is valid for so many seconds from now. */
static uint64_t until(const struct nonnet_stack *stack, uint32_t seconds)
{
    return seconds == NDP_LIFETIME_MAX ? NONNET_NEVER : stack_after(stack, SECONDS(seconds));
}

static void parameters_take(struct interface *interface, const struct ndp_message *m)
{
    interface->managed = m->managed;
    interface->other_configuration = m->other_configuration;
    if (m->hop_limit >= HOP_LIMIT_LEAST)
        interface->hop_limit = m->hop_limit;
    if (m->reachable_ms > 0 && m->reachable_ms <= REACHABLE_MS_MAX)
        interface->reachable_us = (uint64_t)m->reachable_ms * US_PER_MS;
    if (m->retransmit_ms >= RETRANSMIT_MS_MIN && m->retransmit_ms <= RETRANSMIT_MS_MAX)
        interface->retransmit_us = (uint64_t)m->retransmit_ms * US_PER_MS;
    if (m->mtu >= IPV6_MTU_MIN && m->mtu <= interface->config.mtu)
        interface->ipv6_mtu = m->mtu;
}

static void route_announce(struct nonnet_stack *stack, const struct route *route)
{
    struct route *known = nonnet_route_find(stack, route->interface, &route->prefix,
                                            route->prefix_len, &route->gateway);

    if (route->valid_until > stack->now) {
        if (!nonnet_route_learn(stack, route))
            stack_count(stack, NONNET_COUNT_DROP_NDP_TABLE);
    } else if (known && known->origin == ROUTE_ANNOUNCED) {
        known->valid_until = stack->now;
        nonnet_routes_tick(stack);
    }
}

static void prefix_take(struct nonnet_stack *stack, struct interface *interface,
                        const struct ndp_prefix *p)
{
    /* Section 6.3.4: the link-local prefix is nobody's to announce. */
    if (nonnet_address_is_link_local(&p->prefix) || nonnet_address_is_multicast(&p->prefix))
        return;
    if (p->on_link) {
        struct route route = {.interface = interface->index,
                              .origin = ROUTE_ANNOUNCED,
                              .preference = 1,
                              .prefix_len = p->prefix_len,
                              .prefix = p->prefix,
                              .valid_until = until(stack, p->valid_s)};
        route_announce(stack, &route);
    }
    if (p->autonomous && (interface->config.flags & NONNET_INTERFACE_SLAAC) != 0)
        nonnet_slaac_prefix(stack, interface, p);
}

void nonnet_router_advertised(struct nonnet_stack *stack, const struct ndp_message *m,
                              const struct delivery *d)
{
    struct interface *interface = &stack->interfaces[d->interface];
    struct ndp_prefix prefix;
    size_t at = 0;

    if (!nonnet_address_is_link_local(&d->source)) {
        stack_count(stack, NONNET_COUNT_DROP_NDP_MALFORMED);
        return;
    }
    parameters_take(interface, m);
    struct route route = {.interface = d->interface,
                          .origin = ROUTE_ANNOUNCED,
                          .preference = m->preference,
                          .prefix = anywhere,
                          .gateway = d->source,
                          .valid_until = until(stack, m->lifetime_s)};
    route_announce(stack, &route);
    if (m->lifetime_s > 0)
        interface->solicit_at = NONNET_NEVER;
    nonnet_neighbour_router(stack, d->interface, &d->source,
                            m->has_source_mac ? &m->source_mac : NULL);
    for (unsigned n = 0; n < PREFIXES_MAX && nonnet_ndp_prefix_next(m, &at, &prefix); n++)
        prefix_take(stack, interface, &prefix);
    nonnet_dhcpv6_advertised(stack, interface);
}

/* Section 8.1: only the router that packets to the destination go through now may say so. */
static bool redirect_is_valid(const struct nonnet_stack *stack, const struct ndp_message *m,
                              const struct delivery *d)
{
    struct path path;

    return nonnet_address_is_link_local(&d->source) && nonnet_address_is_host(&m->destination) &&
           (nonnet_address_is_link_local(&m->target) ||
            address_equal(&m->target, &m->destination)) &&
           nonnet_path_find(stack, &m->destination, d->interface, &path) == NONNET_OK &&
           address_equal(&path.next_hop, &d->source);
}

void nonnet_router_redirected(struct nonnet_stack *stack, const struct ndp_message *m,
                              const struct delivery *d)
{
    bool on_link = address_equal(&m->target, &m->destination);

    if (!redirect_is_valid(stack, m, d)) {
        stack_count(stack, NONNET_COUNT_DROP_NDP_IGNORED);
        return;
    }
    struct route route = {.interface = d->interface,
                          .origin = ROUTE_REDIRECT,
                          .preference = 1,
                          .prefix_len = 128,
                          .prefix = m->destination,
                          .valid_until = stack_after(stack, REDIRECT_LIFETIME)};
    if (!on_link)
        route.gateway = m->target;
    /* A destination has one better way at a time. */
    struct route *known = nonnet_route_find(stack, d->interface, &m->destination, 128, NULL);
    if (known && known->origin == ROUTE_REDIRECT)
        known->gateway = route.gateway;
    if (!nonnet_route_learn(stack, &route)) {
        stack_count(stack, NONNET_COUNT_DROP_NDP_TABLE);
        return;
    }
    struct neighbour_news news = {.ip = &m->target,
                                  .mac = m->has_target_mac ? &m->target_mac : NULL,
                                  .override = true,
                                  .is_router = !on_link,
                                  .says_router = !on_link};
    (void)nonnet_neighbour_hear(stack, d->interface, &news);
}

void nonnet_router_solicit(struct nonnet_stack *stack, struct interface *interface)
{
    const struct address *source =
        nonnet_source_select(stack, &all_routers, &all_routers, interface->index);
    struct nonnet_address nobody = {.version = 6};
    struct ndp_message m = {.type = ICMPV6_ROUTER_SOLICITATION,
                            .has_source_mac =
                                source && interface->config.link == NONNET_LINK_ETHERNET,
                            .source_mac = interface->config.mac};

    nonnet_ndp_send(stack, interface->index, &m, source ? &source->ip : &nobody, &all_routers,
                    NULL);
    uint64_t wait = interface->solicit_wait_us;
    wait = wait == 0 ? SOLICIT_WAIT_FIRST : wait * 2;
    wait = wait < SOLICIT_WAIT_MAX ? wait : SOLICIT_WAIT_MAX;
    interface->solicit_wait_us = wait;
    /* About a tenth more or less, so that hosts which began together do not stay together. */
    wait += nonnet_stack_random(stack, (uint32_t)(wait >> 3));
    interface->solicit_at = stack_after(stack, wait - (wait >> 4));
}
