/*
 * The states of RFC 2131 figure 5 without those of a reboot: RFC 7844 section 3.3 has a client
 * forget what addresses it had.
 */
#include "dhcp/dhcpv4.h"

#include "ip/address.h"
#include "ip/output.h"
#include "ip/route.h"
#include "tcp/tcp.h"
#include "wire/dhcpv4.h"
#include "wire/udp.h"

#define PROTOCOL_UDP       17
#define START_SPREAD       SECONDS(1)
#define RETRY_FIRST        SECONDS(4) /* section 4.1 */
#define RETRY_MAX          SECONDS(64)
#define RENEW_RETRY_MIN    SECONDS(60) /* section 4.4.5 */
#define REQUESTS_MAX       4
#define WAIT_AFTER_DECLINE SECONDS(10) /* section 3.1.5 */
#define LEASE_S_MIN        60u
#define LEASE_S_FOREVER    UINT32_MAX

static const struct nonnet_address everybody = {4, {255, 255, 255, 255}};

static bool is_bound(const struct dhcpv4 *c)
{
    return c->state == DHCPV4_BOUND || c->state == DHCPV4_RENEWING || c->state == DHCPV4_REBINDING;
}

/*
 * The options that the client uses, in an order that says nothing about its maker (RFC 7844 section
 * 3.6).
 */
static size_t parameters_shuffle(const struct nonnet_stack *stack, uint8_t out[6])
{
    static const uint8_t codes[6] = {1, 3, 6, 51, 58, 121};

    memcpy(out, codes, sizeof codes);
    for (uint32_t i = sizeof codes - 1; i > 0; i--) {
        uint32_t other = nonnet_stack_random(stack, i + 1);
        uint8_t code = out[i];
        out[i] = out[other];
        out[other] = code;
    }
    return sizeof codes;
}

/*
 * Sends a message: to everybody from nobody, or from the address that the client has to its server.
 */
static void message_send(struct nonnet_stack *stack, struct interface *interface,
                         struct dhcpv4_request *r, bool unicast)
{
    struct dhcpv4 *c = &interface->dhcpv4;
    uint8_t message[DHCPV4_REQUEST_LEN];
    uint8_t parameters[6];
    struct ip_send send = {
        .path = {.interface = interface->index,
                 .mtu = interface->config.mtu,
                 .next_hop = everybody,
                 .source = {.version = 4}},
        .destination = everybody,
        .protocol = PROTOCOL_UDP,
        .hop_limit = IPV4_TTL,
        .owner = PACKET_CONTROL,
        .checksum = IP_CHECKSUM_PSEUDO,
        .checksum_at = UDP_CHECKSUM_OFFSET,
        .head_len = UDP_HEADER_LEN,
        .body = message,
        .body_len = sizeof message,
    };
    struct udp_header h = {.source = DHCPV4_CLIENT_PORT,
                           .destination = DHCPV4_SERVER_PORT,
                           .len = UDP_HEADER_LEN + sizeof message};

    if (unicast) {
        send.destination = c->offer.server;
        if (nonnet_path_find(stack, &send.destination, interface->index, &send.path) != NONNET_OK)
            return;
    }
    if (r->ciaddr.version != 0)
        send.path.source = r->ciaddr;
    if (r->type == DHCPV4_DISCOVER || r->type == DHCPV4_REQUEST) {
        r->nparameters = parameters_shuffle(stack, parameters);
        r->parameters = parameters;
        r->broadcast = r->ciaddr.version == 0;
    }
    r->xid = c->xid;
    r->client = interface->config.mac;
    nonnet_dhcpv4_encode(r, message);
    udp_encode(&h, send.head);
    (void)nonnet_ip_send_control(stack, &send);
}

/* The next time to say the same again: twice as late as the last, a second more or less. */
static void retry_schedule(struct nonnet_stack *stack, struct dhcpv4 *c)
{
    c->retry_us = c->retry_us == 0 ? RETRY_FIRST : earlier(c->retry_us * 2, RETRY_MAX);
    c->due = stack_after(stack, c->retry_us - US_PER_S + nonnet_stack_random(stack, 2 * US_PER_S));
}

static void state_enter(struct dhcpv4 *c, enum dhcpv4_state state)
{
    c->state = (uint8_t)state;
    c->sent = 0;
    c->retry_us = 0;
}

/* Begins anew, after a while. */
static void restart(struct nonnet_stack *stack, struct dhcpv4 *c, uint64_t wait_us)
{
    state_enter(c, DHCPV4_SELECTING);
    c->xid = nonnet_stack_random(stack, UINT32_MAX);
    c->due = stack_after(stack, wait_us);
}

/* Removes what the lease brought. */
static void lease_drop(struct nonnet_stack *stack, struct interface *interface,
                       enum address_loss loss)
{
    for (uint16_t i = 0; i < stack->config.naddresses; i++) {
        struct address *a = &stack->addresses[i];
        if (a->used && a->interface == interface->index && a->ip.version == 4 &&
            a->origin == ADDRESS_LEASED)
            nonnet_address_drop(stack, a, loss);
    }
    nonnet_routes_forget(stack, interface->index, ROUTE_LEASED);
    interface->events |= NONNET_EVENT_LEASE_CHANGED;
}

static void discover(struct nonnet_stack *stack, struct interface *interface)
{
    struct dhcpv4_request r = {.type = DHCPV4_DISCOVER};

    message_send(stack, interface, &r, false);
    retry_schedule(stack, &interface->dhcpv4);
}

static void request(struct nonnet_stack *stack, struct interface *interface)
{
    struct dhcpv4 *c = &interface->dhcpv4;
    struct dhcpv4_request r = {
        .type = DHCPV4_REQUEST, .wanted = c->offer.address, .server = c->offer.server};

    if (c->sent == REQUESTS_MAX) {
        restart(stack, c, START_SPREAD);
        return;
    }
    message_send(stack, interface, &r, false);
    c->sent++;
    retry_schedule(stack, c);
}

/* Section 4.4.5: half of the time that is left, but a minute at least. */
static void renew(struct nonnet_stack *stack, struct interface *interface)
{
    struct dhcpv4 *c = &interface->dhcpv4;
    struct dhcpv4_request r = {.type = DHCPV4_REQUEST, .ciaddr = c->offer.address};
    bool renewing = c->state == DHCPV4_RENEWING;
    uint64_t end = renewing ? c->rebind_at : c->expires;

    message_send(stack, interface, &r, renewing);
    uint64_t half = (end - stack->now) >> 1;
    c->due = earlier(end, stack_after(stack, half > RENEW_RETRY_MIN ? half : RENEW_RETRY_MIN));
}

static void bound_step(struct nonnet_stack *stack, struct interface *interface)
{
    struct dhcpv4 *c = &interface->dhcpv4;

    if (stack->now >= c->expires) {
        lease_drop(stack, interface, ADDRESS_AWAY);
        restart(stack, c, START_SPREAD);
        return;
    }
    if (c->state == DHCPV4_BOUND)
        c->xid = nonnet_stack_random(stack, UINT32_MAX);
    state_enter(c, stack->now >= c->rebind_at ? DHCPV4_REBINDING : DHCPV4_RENEWING);
    renew(stack, interface);
}

static void client_step(struct nonnet_stack *stack, struct interface *interface)
{
    switch (interface->dhcpv4.state) {
    case DHCPV4_SELECTING:
        discover(stack, interface);
        break;
    case DHCPV4_REQUESTING:
        request(stack, interface);
        break;
    default:
        bound_step(stack, interface);
    }
}

static bool offer_is_sound(const struct dhcpv4_reply *r)
{
    return nonnet_address_is_host(&r->address) && nonnet_address_is_host(&r->server) &&
           r->prefix_len > 0 && r->lease_s > 0;
}

/* The times of section 4.4.5, in seconds from now, in order whatever the server says. */
static void times_take(struct nonnet_stack *stack, struct dhcpv4 *c, const struct dhcpv4_reply *r)
{
    uint32_t lease = r->lease_s > LEASE_S_MIN ? r->lease_s : LEASE_S_MIN;
    uint32_t rebind = r->rebind_s;
    uint32_t renewal = r->renew_s;

    if (lease == LEASE_S_FOREVER) {
        c->expires = c->rebind_at = c->due = NONNET_NEVER;
        return;
    }
    if (rebind == 0 || rebind >= lease)
        rebind = lease - (lease >> 3);
    if (renewal == 0 || renewal >= rebind)
        renewal = rebind == r->rebind_s ? rebind >> 1 : lease >> 1;
    c->expires = stack_after(stack, SECONDS(lease));
    c->rebind_at = stack_after(stack, SECONDS(rebind));
    c->due = stack_after(stack, SECONDS(renewal));
}

static void routes_take(struct nonnet_stack *stack, const struct interface *interface,
                        const struct dhcpv4_reply *r)
{
    nonnet_routes_forget(stack, interface->index, ROUTE_LEASED);
    for (uint8_t i = 0; i < r->nroutes; i++) {
        const struct dhcpv4_route *said = &r->routes[i];
        struct route route = {.interface = interface->index,
                              .origin = ROUTE_LEASED,
                              .preference = 1,
                              .prefix_len = said->prefix_len,
                              .prefix = said->prefix,
                              .gateway = said->gateway,
                              .valid_until = NONNET_NEVER};
        if (nonnet_address_is_unspecified(&said->gateway))
            route.gateway = (struct nonnet_address){0};
        else if (!nonnet_address_is_host(&said->gateway))
            continue;
        if (!nonnet_route_learn(stack, &route))
            stack_count(stack, NONNET_COUNT_DROP_DHCP_TABLE);
    }
}

/* Takes an acknowledged lease. Returns false if there is no place for its address. */
static bool lease_take(struct nonnet_stack *stack, struct interface *interface,
                       const struct dhcpv4_reply *r)
{
    struct dhcpv4 *c = &interface->dhcpv4;
    struct address_wish wish = {.interface = interface->index,
                                .prefix_len = r->prefix_len,
                                .origin = ADDRESS_LEASED,
                                .probe = true,
                                .ip = r->address,
                                .preferred_until = NONNET_NEVER,
                                .valid_until = NONNET_NEVER};

    const struct address *known = nonnet_address_find(stack, &r->address, NO_INTERFACE);
    if (known && (known->interface != interface->index || known->origin != ADDRESS_LEASED))
        return false;
    if (!known) {
        lease_drop(stack, interface, ADDRESS_AWAY);
        if (!nonnet_address_new(stack, &wish))
            return false;
        nonnet_tcp_leased(stack, interface->index);
    }
    c->offer = *r;
    routes_take(stack, interface, r);
    times_take(stack, c, r);
    interface->events |= NONNET_EVENT_LEASE_CHANGED;
    return true;
}

static void acknowledged(struct nonnet_stack *stack, struct interface *interface,
                         const struct dhcpv4_reply *r)
{
    struct dhcpv4 *c = &interface->dhcpv4;

    /* What is acknowledged is what was asked for, by whom it was asked. */
    if (!offer_is_sound(r) || !address_equal(&r->address, &c->offer.address) ||
        (c->state == DHCPV4_REQUESTING && !address_equal(&r->server, &c->offer.server))) {
        stack_count(stack, NONNET_COUNT_DROP_DHCP_IGNORED);
        return;
    }
    if (lease_take(stack, interface, r)) {
        state_enter(c, DHCPV4_BOUND);
        return;
    }
    stack_count(stack, NONNET_COUNT_DROP_DHCP_TABLE);
    restart(stack, c, RETRY_MAX);
}

bool nonnet_dhcpv4_expects(const struct interface *interface, uint16_t from, uint16_t to)
{
    const struct dhcpv4 *c = &interface->dhcpv4;
    return c->state != DHCPV4_OFF && c->state != DHCPV4_BOUND && from == DHCPV4_SERVER_PORT &&
           to == DHCPV4_CLIENT_PORT;
}

void nonnet_dhcpv4_input(struct nonnet_stack *stack, const struct delivery *d, const uint8_t *data,
                         size_t len)
{
    struct interface *interface = &stack->interfaces[d->interface];
    struct dhcpv4 *c = &interface->dhcpv4;
    struct dhcpv4_reply r;

    if (nonnet_dhcpv4_decode(&r, data, len) != NONNET_OK) {
        stack_count(stack, NONNET_COUNT_DROP_DHCP_MALFORMED);
        return;
    }
    bool ours = r.xid == c->xid && memcmp(&r.client, &interface->config.mac, sizeof r.client) == 0;
    if (ours && r.type == DHCPV4_OFFER && c->state == DHCPV4_SELECTING && offer_is_sound(&r)) {
        c->offer = r;
        state_enter(c, DHCPV4_REQUESTING);
        request(stack, interface);
    } else if (ours && r.type == DHCPV4_ACK && c->state != DHCPV4_SELECTING) {
        acknowledged(stack, interface, &r);
    } else if (ours && r.type == DHCPV4_NAK && c->state != DHCPV4_SELECTING &&
               (c->state == DHCPV4_REBINDING || address_equal(&r.server, &c->offer.server))) {
        if (is_bound(c))
            lease_drop(stack, interface, ADDRESS_AWAY);
        restart(stack, c, START_SPREAD);
    } else {
        stack_count(stack, NONNET_COUNT_DROP_DHCP_IGNORED);
    }
}

void nonnet_dhcpv4_conflict(struct nonnet_stack *stack, struct interface *interface,
                            const struct nonnet_address *lost)
{
    struct dhcpv4 *c = &interface->dhcpv4;
    struct dhcpv4_request r = {.type = DHCPV4_DECLINE, .wanted = *lost, .server = c->offer.server};

    if (!is_bound(c))
        return;
    message_send(stack, interface, &r, false);
    lease_drop(stack, interface, ADDRESS_OVER);
    restart(stack, c, WAIT_AFTER_DECLINE);
}

void nonnet_dhcpv4_link_changed(struct nonnet_stack *stack, struct interface *interface)
{
    struct dhcpv4 *c = &interface->dhcpv4;

    if (c->state == DHCPV4_OFF)
        return;
    if (is_bound(c))
        lease_drop(stack, interface, ADDRESS_AWAY);
    restart(stack, c, nonnet_stack_random(stack, (uint32_t)START_SPREAD));
    if (!interface->up)
        c->due = NONNET_NEVER;
}

void nonnet_dhcpv4_tick(struct nonnet_stack *stack)
{
    for (uint16_t i = 0; i < stack->config.ninterfaces; i++) {
        struct interface *interface = &stack->interfaces[i];
        if (interface->used && interface->dhcpv4.state != DHCPV4_OFF &&
            interface->dhcpv4.due <= stack->now)
            client_step(stack, interface);
    }
}

uint64_t nonnet_dhcpv4_deadline(const struct nonnet_stack *stack)
{
    uint64_t due = NONNET_NEVER;

    for (uint16_t i = 0; i < stack->config.ninterfaces; i++) {
        const struct interface *interface = &stack->interfaces[i];
        if (interface->used && interface->dhcpv4.state != DHCPV4_OFF)
            due = earlier(due, interface->dhcpv4.due);
    }
    return due;
}

static void client_end(struct nonnet_stack *stack, struct interface *interface)
{
    struct dhcpv4 *c = &interface->dhcpv4;
    struct dhcpv4_request r = {
        .type = DHCPV4_RELEASE, .ciaddr = c->offer.address, .server = c->offer.server};

    if (is_bound(c)) {
        if (interface->up)
            message_send(stack, interface, &r, true);
        lease_drop(stack, interface, ADDRESS_OVER);
    }
    *c = (struct dhcpv4){.state = DHCPV4_OFF};
}

int nonnet_dhcpv4_enable(struct nonnet_stack *stack, struct nonnet_interface_handle handle,
                         bool enable, uint64_t now)
{
    struct interface *interface = nonnet_interface_of(stack, handle);

    if (!interface)
        return NONNET_E_STALE;
    if (interface->config.link != NONNET_LINK_ETHERNET)
        return NONNET_E_INVALID;
    stack_set_time(stack, now);
    if (enable == (interface->dhcpv4.state != DHCPV4_OFF))
        return NONNET_OK;
    if (!enable) {
        client_end(stack, interface);
        return NONNET_OK;
    }
    interface->dhcpv4.state = DHCPV4_SELECTING;
    nonnet_dhcpv4_link_changed(stack, interface);
    return NONNET_OK;
}

int nonnet_dhcpv4_lease(const struct nonnet_stack *stack, struct nonnet_interface_handle handle,
                        struct nonnet_dhcpv4_lease *lease)
{
    const struct interface *interface = nonnet_interface_of(stack, handle);

    if (!interface)
        return NONNET_E_STALE;
    const struct dhcpv4 *c = &interface->dhcpv4;
    if (!is_bound(c))
        return NONNET_E_NOT_FOUND;
    *lease = (struct nonnet_dhcpv4_lease){.address = c->offer.address,
                                          .prefix_len = c->offer.prefix_len,
                                          .nname_servers = c->offer.nname_servers,
                                          .expires = c->expires};
    memcpy(lease->name_servers, c->offer.name_servers, sizeof c->offer.name_servers);
    for (uint8_t i = 0; i < c->offer.nroutes; i++) {
        const struct dhcpv4_route *route = &c->offer.routes[i];
        if (route->prefix_len == 0 && !nonnet_address_is_unspecified(&route->gateway))
            lease->router = route->gateway;
    }
    return NONNET_OK;
}
