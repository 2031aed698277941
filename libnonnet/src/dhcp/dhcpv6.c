/*
 * The exchanges of RFC 8415 section 18.2, each of which is a message that is repeated (section 15)
 * until it is answered or given up; without Confirm, which tells a network where the host was (RFC
 * 7844). A lease outlives the exchanges about it: it ends when it expires.
 */
#include "dhcp/dhcpv6.h"

#include "ip/address.h"
#include "ip/output.h"
#include "ip/route.h"
#include "wire/udp.h"

#define PROTOCOL_UDP   17
#define START_SPREAD   US_PER_S /* SOL_MAX_DELAY, INF_MAX_DELAY */
#define FAILURES_MAX   7        /* in a row, after which the wait no longer doubles */
#define PREFERENCE_MAX 255
#define LEASE_S_MIN    60u
#define RENEW_S_MIN    30u
#define REFRESH_S      86400u   /* IRT_DEFAULT */
#define REFRESH_S_MIN  600u     /* IRT_MINIMUM */
#define MAX_RT_MS      3600000u /* SOL_MAX_RT, INF_MAX_RT */
#define ELAPSED_US_MAX 655350000u
#define US_PER_CS      10000u
#define XIDS           0x1000000u

static const struct nonnet_address all_servers = {6, {0xff, 2, [13] = 1, [15] = 2}};

/* Section 7.6. A count of 0 has no end, a longest time of 0 no limit. */
static const struct exchange {
    uint8_t message;
    uint8_t count_max;
    uint32_t first_ms;
    uint32_t max_ms;
} exchanges[] = {
    [DHCPV6_SOLICITING] = {DHCPV6_SOLICIT, 0, 1000, MAX_RT_MS},
    [DHCPV6_REQUESTING] = {DHCPV6_REQUEST, 10, 1000, 30000},
    [DHCPV6_RENEWING] = {DHCPV6_RENEW, 0, 10000, 600000},
    [DHCPV6_REBINDING] = {DHCPV6_REBIND, 0, 10000, 600000},
    [DHCPV6_RELEASING] = {DHCPV6_RELEASE, 4, 1000, 0},
    [DHCPV6_DECLINING] = {DHCPV6_DECLINE, 4, 1000, 0},
    [DHCPV6_INFORMING] = {DHCPV6_INFORMATION_REQUEST, 0, 1000, MAX_RT_MS},
    [DHCPV6_INFORMED] = {0},
};

/*
 * Names the one association that the client has. It is made of the station address, as the client's
 * identifier is, and so tells nothing more.
 */
static uint32_t iaid_of(const struct interface *interface)
{
    const uint8_t *mac = interface->config.mac.octet;
    return (uint32_t)mac[2] << 24 | (uint32_t)mac[3] << 16 | (uint32_t)mac[4] << 8 | mac[5];
}

/* The options that the client uses, in an order that says nothing about its maker. */
static size_t options_shuffle(const struct nonnet_stack *stack, bool informing, uint16_t out[3])
{
    static const uint16_t codes[2][3] = {
        {DHCPV6_OPTION_DNS, DHCPV6_OPTION_SOLICIT_MAX},
        {DHCPV6_OPTION_DNS, DHCPV6_OPTION_INFORMATION_MAX, DHCPV6_OPTION_REFRESH_TIME}};
    size_t count = informing ? 3 : 2;

    memcpy(out, codes[informing], sizeof codes[informing]);
    for (uint32_t i = (uint32_t)count - 1; i > 0; i--) {
        uint32_t other = nonnet_stack_random(stack, i + 1);
        uint16_t code = out[i];
        out[i] = out[other];
        out[other] = code;
    }
    return count;
}

/* Section 21.9. */
static uint16_t elapsed_cs(const struct nonnet_stack *stack, const struct dhcpv6 *c)
{
    uint64_t us = stack->now - c->began_at;
    return us >= ELAPSED_US_MAX ? UINT16_MAX : (uint16_t)((uint32_t)us / US_PER_CS);
}

static void message_send(struct nonnet_stack *stack, const struct interface *interface,
                         const struct nonnet_address *source)
{
    const struct dhcpv6 *c = &interface->dhcpv6;
    struct dhcpv6_request r = {.type = exchanges[c->state].message,
                               .xid = c->xid,
                               .elapsed_cs = elapsed_cs(stack, c),
                               .has_ia = c->state != DHCPV6_INFORMING,
                               .iaid = iaid_of(interface)};
    bool ends = c->state == DHCPV6_RELEASING || c->state == DHCPV6_DECLINING;
    uint8_t message[DHCPV6_REQUEST_MAX], duid[DHCPV6_DUID_LL_LEN];
    uint16_t options[3];
    struct ip_send send = {
        .path = {.interface = interface->index,
                 .mtu = interface->ipv6_mtu,
                 .next_hop = all_servers,
                 .source = *source},
        .destination = all_servers,
        .protocol = PROTOCOL_UDP,
        .hop_limit = nonnet_hop_limit(stack, interface->index, 6),
        .owner = PACKET_CONTROL,
        .checksum = IP_CHECKSUM_PSEUDO,
        .checksum_at = UDP_CHECKSUM_OFFSET,
        .head_len = UDP_HEADER_LEN,
        .body = message,
    };

    if (r.has_ia) {
        nonnet_dhcpv6_duid_ll(&interface->config.mac, duid);
        r.client_id = duid;
        r.client_id_len = sizeof duid;
    }
    if (ends || c->state == DHCPV6_REQUESTING || c->state == DHCPV6_RENEWING) {
        r.server_id = c->server;
        r.server_id_len = c->server_len;
    }
    if (r.has_ia && c->state != DHCPV6_SOLICITING)
        r.address = &c->address;
    if (!ends) {
        r.options = options;
        r.noptions = options_shuffle(stack, c->state == DHCPV6_INFORMING, options);
    }
    send.body_len = nonnet_dhcpv6_encode(&r, message);
    struct udp_header h = {.source = DHCPV6_CLIENT_PORT,
                           .destination = DHCPV6_SERVER_PORT,
                           .len = (uint16_t)(UDP_HEADER_LEN + send.body_len)};
    udp_encode(&h, send.head);
    (void)nonnet_ip_send_control(stack, &send);
}

/* A time and up to a tenth of `of_ms` more or less. */
static uint32_t spread(const struct nonnet_stack *stack, uint32_t ms, uint32_t of_ms)
{
    uint32_t tenth = of_ms / 10;
    return ms - tenth + nonnet_stack_random(stack, 2 * tenth + 1);
}

/* Section 15: the time after which the message is said again. */
static uint32_t retry_next(const struct nonnet_stack *stack, const struct dhcpv6 *c)
{
    const struct exchange *e = &exchanges[c->state];
    uint32_t max = c->state == DHCPV6_SOLICITING  ? c->solicit_max_ms
                   : c->state == DHCPV6_INFORMING ? c->information_max_ms
                                                  : e->max_ms;

    if (c->retry_ms == 0) /* section 18.2.1: a Solicit is not repeated early */
        return c->state == DHCPV6_SOLICITING
                   ? e->first_ms + 1 + nonnet_stack_random(stack, e->first_ms / 10)
                   : spread(stack, e->first_ms, e->first_ms);
    uint32_t next = spread(stack, 2 * c->retry_ms, c->retry_ms);
    return max > 0 && next > max ? spread(stack, max, max) : next;
}

/* Begins to say something, in a while. */
static void exchange_begin(struct nonnet_stack *stack, struct dhcpv6 *c, enum dhcpv6_state state,
                           uint64_t wait_us)
{
    c->state = (uint8_t)state;
    c->sent = 0;
    c->retry_ms = 0;
    c->xid = nonnet_stack_random(stack, XIDS);
    c->due = stack_after(stack, wait_us);
}

static void exchange_step(struct nonnet_stack *stack, struct interface *interface)
{
    struct dhcpv6 *c = &interface->dhcpv6;
    const struct address *source =
        nonnet_source_select(stack, &all_servers, &all_servers, interface->index);

    if (!source || !nonnet_address_is_link_local(&source->ip)) {
        c->due = stack_after(stack, US_PER_S); /* the link-local address is still probed for */
        return;
    }
    if (c->sent == 0)
        c->began_at = stack->now;
    message_send(stack, interface, &source->ip);
    c->sent += c->sent < UINT8_MAX;
    c->retry_ms = retry_next(stack, c);
    c->due = stack_after(stack, (uint64_t)c->retry_ms * US_PER_MS);
    if (c->state == DHCPV6_RENEWING)
        c->due = earlier(c->due, c->rebind_at);
}

static void solicit(struct nonnet_stack *stack, struct dhcpv6 *c, uint64_t wait_us)
{
    c->offered = false;
    exchange_begin(stack, c, DHCPV6_SOLICITING, wait_us);
}

/* Section 14.1: who is refused again and again asks ever more slowly. */
static uint64_t failure_wait(const struct nonnet_stack *stack, struct dhcpv6 *c)
{
    uint64_t wait = SECONDS(1) << c->failures;

    c->failures += c->failures < FAILURES_MAX;
    return wait + nonnet_stack_random(stack, START_SPREAD);
}

static void restart(struct nonnet_stack *stack, struct dhcpv6 *c)
{
    solicit(stack, c, failure_wait(stack, c));
}

/* Forgets what servers said. */
static void said_forget(struct interface *interface)
{
    struct dhcpv6 *c = &interface->dhcpv6;

    if (c->leased || c->informed)
        interface->events |= NONNET_EVENT_LEASE_CHANGED;
    c->leased = false;
    c->informed = false;
    c->nname_servers = 0;
}

static struct address *leased_address(const struct nonnet_stack *stack,
                                      const struct interface *interface)
{
    struct address *a = nonnet_address_find(stack, &interface->dhcpv6.address, interface->index);
    return a && a->origin == ADDRESS_LEASED ? a : NULL;
}

static void lease_drop(struct nonnet_stack *stack, struct interface *interface,
                       enum address_loss loss)
{
    struct address *a = leased_address(stack, interface);

    if (interface->dhcpv6.leased && a)
        nonnet_address_drop(stack, a, loss);
    said_forget(interface);
}

static void client_step(struct nonnet_stack *stack, struct interface *interface)
{
    struct dhcpv6 *c = &interface->dhcpv6;
    uint8_t count_max = exchanges[c->state].count_max;
    bool given_up = count_max > 0 && c->sent == count_max;

    if (c->state == DHCPV6_SOLICITING && c->offered)
        exchange_begin(stack, c, DHCPV6_REQUESTING, 0);
    else if (c->state == DHCPV6_RELEASING && given_up)
        *c = (struct dhcpv6){.state = DHCPV6_OFF, .due = NONNET_NEVER};
    else if (given_up)
        restart(stack, c);
    else if (c->state == DHCPV6_BOUND)
        exchange_begin(stack, c, DHCPV6_RENEWING, 0);
    else if (c->state == DHCPV6_RENEWING && c->rebind_at <= stack->now)
        exchange_begin(stack, c, DHCPV6_REBINDING, 0);
    else if (c->state == DHCPV6_INFORMED)
        exchange_begin(stack, c, DHCPV6_INFORMING, nonnet_stack_random(stack, START_SPREAD));
    if (c->due <= stack->now)
        exchange_step(stack, interface);
}

static uint64_t seconds_from_now(const struct nonnet_stack *stack, uint32_t seconds)
{
    return seconds == DHCPV6_FOREVER ? NONNET_NEVER : stack_after(stack, SECONDS(seconds));
}

/* An address that is worth asking for: the one that the client has in mind, or the first. */
static const struct dhcpv6_address *address_choose(const struct dhcpv6 *c,
                                                   const struct dhcpv6_reply *r)
{
    const struct dhcpv6_address *best = NULL;

    for (uint8_t i = 0; r->ia_status == DHCPV6_SUCCESS && i < r->naddresses; i++) {
        const struct dhcpv6_address *a = &r->addresses[i];
        if (!nonnet_address_is_host(&a->ip) || nonnet_address_is_link_local(&a->ip) ||
            a->preferred_s == 0 || a->valid_s < LEASE_S_MIN)
            continue;
        if (!best || address_equal(&a->ip, &c->address))
            best = a;
    }
    return best;
}

/* T1 and T2, in order and before the end whatever the server says (sections 14.2 and 21.4). */
static void times_take(const struct nonnet_stack *stack, struct dhcpv6 *c,
                       const struct dhcpv6_reply *r, const struct dhcpv6_address *a)
{
    uint32_t renew = r->renew_s, rebind = r->rebind_s, valid = a->valid_s;
    uint32_t span = a->preferred_s > 0 ? a->preferred_s : valid;
    bool forever = span == DHCPV6_FOREVER;

    if (rebind == 0)
        rebind = forever ? DHCPV6_FOREVER : span - span / 5;
    if (rebind >= valid && valid != DHCPV6_FOREVER)
        rebind = valid - (valid >> 3);
    if (renew == 0)
        renew = forever ? DHCPV6_FOREVER : span >> 1;
    if (renew > rebind)
        renew = rebind == DHCPV6_FOREVER ? rebind : rebind >> 1;
    if (renew < RENEW_S_MIN)
        renew = RENEW_S_MIN;
    c->due = seconds_from_now(stack, renew);
    c->rebind_at = seconds_from_now(stack, rebind > renew ? rebind : renew);
    c->expires = seconds_from_now(stack, valid);
}

static void name_servers_take(struct dhcpv6 *c, const struct dhcpv6_reply *r)
{
    c->nname_servers = 0;
    for (uint8_t i = 0; i < r->nname_servers; i++) {
        if (nonnet_address_is_host(&r->name_servers[i]))
            c->name_servers[c->nname_servers++] = r->name_servers[i];
    }
}

/* The address of a lease, made or kept. Returns false if there is no place for it. */
static bool lease_address_take(struct nonnet_stack *stack, struct interface *interface,
                               const struct dhcpv6_address *said)
{
    struct address_wish wish = {.interface = interface->index,
                                .prefix_len = 128, /* RFC 5942 */
                                .origin = ADDRESS_LEASED,
                                .probe = true,
                                .ip = said->ip,
                                .preferred_until = seconds_from_now(stack, said->preferred_s),
                                .valid_until = seconds_from_now(stack, said->valid_s)};
    struct address *known = nonnet_address_find(stack, &said->ip, NO_INTERFACE);

    if (known && (known->interface != interface->index || known->origin != ADDRESS_LEASED))
        return false;
    if (!known) {
        lease_drop(stack, interface, ADDRESS_OVER);
        return nonnet_address_new(stack, &wish) != NULL;
    }
    known->preferred_until = wish.preferred_until;
    known->valid_until = wish.valid_until;
    known->deprecated = said->preferred_s == 0;
    interface->events |= NONNET_EVENT_ADDRESS_CHANGED;
    return true;
}

static void lease_take(struct nonnet_stack *stack, struct interface *interface,
                       const struct dhcpv6_reply *r, const struct dhcpv6_address *said)
{
    struct dhcpv6 *c = &interface->dhcpv6;

    if (!lease_address_take(stack, interface, said)) {
        stack_count(stack, NONNET_COUNT_DROP_DHCP_TABLE);
        lease_drop(stack, interface, ADDRESS_AWAY);
        restart(stack, c);
        return;
    }
    c->leased = true;
    c->failures = 0;
    c->address = said->ip;
    memcpy(c->server, r->server_id, r->server_id_len);
    c->server_len = (uint8_t)r->server_id_len;
    c->state = DHCPV6_BOUND;
    times_take(stack, c, r, said);
    name_servers_take(c, r);
    interface->events |= NONNET_EVENT_LEASE_CHANGED;
}

static bool server_is_known(const struct dhcpv6 *c, const struct dhcpv6_reply *r)
{
    return r->server_id_len == c->server_len && memcmp(r->server_id, c->server, c->server_len) == 0;
}

static void ignored(struct nonnet_stack *stack)
{
    stack_count(stack, NONNET_COUNT_DROP_DHCP_IGNORED);
}

/* Section 18.2.9: the best of what comes before the first repetition, then the first to come. */
static void advertised(struct nonnet_stack *stack, struct dhcpv6 *c, const struct dhcpv6_reply *r)
{
    const struct dhcpv6_address *said = address_choose(c, r);

    if (r->status != DHCPV6_SUCCESS || !said || (c->offered && r->preference <= c->preference)) {
        ignored(stack);
        return;
    }
    c->offered = true;
    c->preference = r->preference;
    c->address = said->ip;
    memcpy(c->server, r->server_id, r->server_id_len);
    c->server_len = (uint8_t)r->server_id_len;
    if (r->preference == PREFERENCE_MAX || c->sent > 1)
        exchange_begin(stack, c, DHCPV6_REQUESTING, 0);
}

/* Section 18.2.10.1, the answer to a Request. */
static void granted(struct nonnet_stack *stack, struct interface *interface,
                    const struct dhcpv6_reply *r)
{
    struct dhcpv6 *c = &interface->dhcpv6;
    const struct dhcpv6_address *said = address_choose(c, r);

    /* What a server cannot do now is asked for again, at the pace of repetitions. */
    if (!server_is_known(c, r) || r->status == DHCPV6_UNSPEC_FAIL) {
        ignored(stack);
        return;
    }
    if (r->status == DHCPV6_SUCCESS && said)
        lease_take(stack, interface, r, said);
    else if (c->leased) /* by another server; it holds until it expires */
        exchange_begin(stack, c, DHCPV6_REBINDING, failure_wait(stack, c));
    else
        restart(stack, c);
}

/* Section 18.2.10.1, the answer to a Renew or Rebind. */
static void renewed(struct nonnet_stack *stack, struct interface *interface,
                    const struct dhcpv6_reply *r)
{
    struct dhcpv6 *c = &interface->dhcpv6;
    const struct dhcpv6_address *said = address_choose(c, r);

    if ((c->state == DHCPV6_RENEWING && !server_is_known(c, r)) || r->status != DHCPV6_SUCCESS ||
        !r->has_ia) {
        ignored(stack);
        return;
    }
    if (r->ia_status == DHCPV6_NO_BINDING) { /* the server forgot: it is asked to lease it again */
        memcpy(c->server, r->server_id, r->server_id_len);
        c->server_len = (uint8_t)r->server_id_len;
        exchange_begin(stack, c, DHCPV6_REQUESTING, 0);
        return;
    }
    for (uint8_t i = 0; r->ia_status == DHCPV6_SUCCESS && i < r->naddresses; i++) {
        if (!address_equal(&r->addresses[i].ip, &c->address))
            continue;
        if (r->addresses[i].valid_s > 0) {
            lease_take(stack, interface, r, &r->addresses[i]);
        } else {
            lease_drop(stack, interface, ADDRESS_AWAY);
            restart(stack, c);
        }
        return;
    }
    if (said)
        lease_take(stack, interface, r, said);
    else
        ignored(stack);
}

/* Section 18.2.10.4, and the time of section 21.23. */
static void informed(struct nonnet_stack *stack, struct interface *interface,
                     const struct dhcpv6_reply *r)
{
    struct dhcpv6 *c = &interface->dhcpv6;
    uint32_t refresh = r->has_refresh ? r->refresh_s : REFRESH_S;

    if (r->status != DHCPV6_SUCCESS) {
        ignored(stack);
        return;
    }
    name_servers_take(c, r);
    c->informed = true;
    c->state = DHCPV6_INFORMED;
    c->due = seconds_from_now(stack, refresh > REFRESH_S_MIN ? refresh : REFRESH_S_MIN);
    interface->events |= NONNET_EVENT_LEASE_CHANGED;
}

static void replied(struct nonnet_stack *stack, struct interface *interface,
                    const struct dhcpv6_reply *r)
{
    struct dhcpv6 *c = &interface->dhcpv6;

    switch (c->state) {
    case DHCPV6_REQUESTING:
        granted(stack, interface, r);
        break;
    case DHCPV6_RENEWING:
    case DHCPV6_REBINDING:
        renewed(stack, interface, r);
        break;
    case DHCPV6_INFORMING:
        informed(stack, interface, r);
        break;
    case DHCPV6_RELEASING:
        if (server_is_known(c, r))
            *c = (struct dhcpv6){.state = DHCPV6_OFF, .due = NONNET_NEVER};
        break;
    case DHCPV6_DECLINING:
        if (server_is_known(c, r))
            restart(stack, c);
        break;
    default:
        ignored(stack);
    }
}

bool nonnet_dhcpv6_expects(const struct interface *interface, const struct delivery *d, uint16_t to)
{
    uint8_t state = interface->dhcpv6.state;
    return state != DHCPV6_OFF && state != DHCPV6_IDLE && state != DHCPV6_BOUND &&
           state != DHCPV6_INFORMED && to == DHCPV6_CLIENT_PORT && !d->group;
}

/* Section 16.3 and 16.10: an answer names the client just if the client named itself. */
static bool is_for_us(const struct interface *interface, const struct dhcpv6_reply *r)
{
    const struct dhcpv6 *c = &interface->dhcpv6;
    uint8_t duid[DHCPV6_DUID_LL_LEN];

    if (c->sent == 0 || r->xid != c->xid)
        return false;
    if (c->state == DHCPV6_INFORMING)
        return !r->client_id;
    nonnet_dhcpv6_duid_ll(&interface->config.mac, duid);
    return r->client_id && r->client_id_len == sizeof duid &&
           memcmp(r->client_id, duid, sizeof duid) == 0;
}

void nonnet_dhcpv6_input(struct nonnet_stack *stack, const struct delivery *d, const uint8_t *data,
                         size_t len)
{
    struct interface *interface = &stack->interfaces[d->interface];
    struct dhcpv6 *c = &interface->dhcpv6;
    struct dhcpv6_reply r;

    if (nonnet_dhcpv6_decode(&r, iaid_of(interface), data, len) != NONNET_OK) {
        stack_count(stack, NONNET_COUNT_DROP_DHCP_MALFORMED);
        return;
    }
    bool soliciting = c->state == DHCPV6_SOLICITING;
    if (!is_for_us(interface, &r) || soliciting != (r.type == DHCPV6_ADVERTISE)) {
        ignored(stack);
        return;
    }
    /* These count whatever else the message says (section 18.2.9). */
    if (r.solicit_max_s > 0)
        c->solicit_max_ms = r.solicit_max_s * 1000;
    if (r.information_max_s > 0)
        c->information_max_ms = r.information_max_s * 1000;
    if (soliciting)
        advertised(stack, c, &r);
    else
        replied(stack, interface, &r);
    if (c->due <= stack->now && c->state != DHCPV6_OFF)
        client_step(stack, interface);
}

void nonnet_dhcpv6_conflict(struct nonnet_stack *stack, struct interface *interface)
{
    struct dhcpv6 *c = &interface->dhcpv6;

    if (!c->leased)
        return;
    said_forget(interface);
    exchange_begin(stack, c, DHCPV6_DECLINING, 0);
}

static bool has_announced_address(const struct nonnet_stack *stack,
                                  const struct interface *interface)
{
    for (uint16_t i = 0; i < stack->config.naddresses; i++) {
        const struct address *a = &stack->addresses[i];
        if (a->used && a->interface == interface->index && a->origin == ADDRESS_STABLE)
            return true;
    }
    return false;
}

void nonnet_dhcpv6_advertised(struct nonnet_stack *stack, struct interface *interface)
{
    struct dhcpv6 *c = &interface->dhcpv6;
    bool about_addresses =
        c->state != DHCPV6_IDLE && c->state != DHCPV6_INFORMING && c->state != DHCPV6_INFORMED;

    if (!interface->up || about_addresses) /* or off */
        return;
    uint64_t wait = nonnet_stack_random(stack, START_SPREAD);
    if (interface->managed && !has_announced_address(stack, interface)) {
        c->failures = 0;
        solicit(stack, c, wait);
    } else if ((interface->managed || interface->other_configuration) && c->state == DHCPV6_IDLE) {
        exchange_begin(stack, c, DHCPV6_INFORMING, wait);
    }
}

static void client_idle(struct dhcpv6 *c, enum dhcpv6_state state)
{
    *c = (struct dhcpv6){.state = (uint8_t)state,
                         .solicit_max_ms = MAX_RT_MS,
                         .information_max_ms = MAX_RT_MS,
                         .due = NONNET_NEVER};
}

void nonnet_dhcpv6_link_changed(struct interface *interface)
{
    struct dhcpv6 *c = &interface->dhcpv6;
    bool ends = c->state == DHCPV6_OFF || c->state == DHCPV6_RELEASING;

    said_forget(interface); /* the address goes as others do when the link is lost */
    client_idle(c, ends ? DHCPV6_OFF : DHCPV6_IDLE);
}

void nonnet_dhcpv6_tick(struct nonnet_stack *stack)
{
    for (uint16_t i = 0; i < stack->config.ninterfaces; i++) {
        struct interface *interface = &stack->interfaces[i];
        struct dhcpv6 *c = &interface->dhcpv6;
        if (!interface->used || c->state == DHCPV6_OFF)
            continue;
        if (c->leased && c->expires <= stack->now) {
            lease_drop(stack, interface, ADDRESS_AWAY);
            restart(stack, c);
        }
        if (c->due <= stack->now)
            client_step(stack, interface);
    }
}

uint64_t nonnet_dhcpv6_deadline(const struct nonnet_stack *stack)
{
    uint64_t due = NONNET_NEVER;

    for (uint16_t i = 0; i < stack->config.ninterfaces; i++) {
        const struct interface *interface = &stack->interfaces[i];
        const struct dhcpv6 *c = &interface->dhcpv6;
        if (!interface->used || c->state == DHCPV6_OFF)
            continue;
        due = earlier(due, c->due);
        if (c->leased)
            due = earlier(due, c->expires);
    }
    return due;
}

static void client_end(struct nonnet_stack *stack, struct interface *interface)
{
    struct dhcpv6 *c = &interface->dhcpv6;
    bool leased = c->leased;

    lease_drop(stack, interface, ADDRESS_OVER);
    if (leased && interface->up)
        exchange_begin(stack, c, DHCPV6_RELEASING, 0);
    else
        client_idle(c, DHCPV6_OFF);
}

int nonnet_dhcpv6_enable(struct nonnet_stack *stack, struct nonnet_interface_handle handle,
                         bool enable, uint64_t now)
{
    struct interface *interface = nonnet_interface_of(stack, handle);

    if (!interface)
        return NONNET_E_STALE;
    if (interface->config.link != NONNET_LINK_ETHERNET ||
        (interface->config.flags & NONNET_INTERFACE_IPV6) == 0)
        return NONNET_E_INVALID;
    stack_set_time(stack, now);
    uint8_t state = interface->dhcpv6.state;
    if (enable == (state != DHCPV6_OFF && state != DHCPV6_RELEASING))
        return NONNET_OK;
    if (!enable) {
        client_end(stack, interface);
        if (interface->dhcpv6.due <= stack->now)
            client_step(stack, interface);
        return NONNET_OK;
    }
    client_idle(&interface->dhcpv6, DHCPV6_IDLE);
    nonnet_dhcpv6_advertised(stack, interface); /* routers may have spoken before */
    return NONNET_OK;
}

int nonnet_dhcpv6_lease(const struct nonnet_stack *stack, struct nonnet_interface_handle handle,
                        struct nonnet_dhcpv6_lease *lease)
{
    const struct interface *interface = nonnet_interface_of(stack, handle);

    if (!interface)
        return NONNET_E_STALE;
    const struct dhcpv6 *c = &interface->dhcpv6;
    if (!c->leased && !c->informed)
        return NONNET_E_NOT_FOUND;
    *lease =
        (struct nonnet_dhcpv6_lease){.nname_servers = c->nname_servers, .expires = NONNET_NEVER};
    memcpy(lease->name_servers, c->name_servers, sizeof c->name_servers);
    if (c->leased) {
        lease->address = c->address;
        lease->expires = c->expires;
    }
    return NONNET_OK;
}
