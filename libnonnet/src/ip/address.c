#include "ip/address.h"

#include "dhcp/dhcpv4.h"
#include "dhcp/dhcpv6.h"
#include "ip/arp.h"
#include "ip/route.h"
#include "ndp/ndp.h"
#include "tcp/tcp.h"

bool nonnet_address_is_unspecified(const struct nonnet_address *a)
{
    static const uint8_t zeros[16];
    return memcmp(a->octet, zeros, sizeof zeros) == 0;
}

bool nonnet_address_is_multicast(const struct nonnet_address *a)
{
    return a->version == 4 ? (a->octet[0] & 0xf0) == 0xe0 : a->octet[0] == 0xff;
}

bool nonnet_address_is_loopback(const struct nonnet_address *a)
{
    static const uint8_t loopback[16] = {[15] = 1};
    if (a->version == 4)
        return a->octet[0] == 127;
    return memcmp(a->octet, loopback, sizeof loopback) == 0;
}

bool nonnet_address_is_link_local(const struct nonnet_address *a)
{
    if (a->version == 4)
        return a->octet[0] == 169 && a->octet[1] == 254;
    return a->octet[0] == 0xfe && (a->octet[1] & 0xc0) == 0x80;
}

bool nonnet_address_is_limited_broadcast(const struct nonnet_address *a)
{
    static const uint8_t ones[4] = {255, 255, 255, 255};
    return a->version == 4 && memcmp(a->octet, ones, sizeof ones) == 0;
}

/* ::/96 and ::ffff:0:0/96: addresses that stand for those of IPv4 and are not on any wire. */
static bool stands_for_ipv4(const struct nonnet_address *a)
{
    static const uint8_t zeros[12];
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    return memcmp(a->octet, zeros, sizeof zeros) == 0 ||
           memcmp(a->octet, mapped, sizeof mapped) == 0;
}

bool nonnet_address_is_host(const struct nonnet_address *a)
{
    if (a->version == 4)
        return a->octet[0] != 0 && a->octet[0] != 127 && a->octet[0] < 224;
    return a->version == 6 && a->octet[0] != 0xff && !stands_for_ipv4(a);
}

unsigned nonnet_address_common_bits(const struct nonnet_address *a, const struct nonnet_address *b)
{
    unsigned bits = 0;

    for (size_t i = 0; i < address_len(a); i++, bits += 8) {
        uint8_t difference = a->octet[i] ^ b->octet[i];
        if (difference != 0) {
            for (; (difference & 0x80) == 0; difference = (uint8_t)(difference << 1))
                bits++;
            break;
        }
    }
    return bits;
}

struct nonnet_address nonnet_address_prefix(const struct nonnet_address *a, uint8_t prefix_len)
{
    struct nonnet_address prefix = {.version = a->version};

    memcpy(prefix.octet, a->octet, prefix_len / 8);
    if (prefix_len % 8 != 0)
        prefix.octet[prefix_len / 8] =
            (uint8_t)(a->octet[prefix_len / 8] & (0xff00u >> prefix_len % 8));
    return prefix;
}

struct nonnet_address nonnet_address_solicited_node(const struct nonnet_address *a)
{
    struct nonnet_address group = {6, {0xff, 2, [11] = 1, [12] = 0xff}};
    memcpy(group.octet + 13, a->octet + 13, 3);
    return group;
}

void nonnet_address_pseudo_sum(struct nonnet_checksum *c, const struct nonnet_address *source,
                               const struct nonnet_address *destination, uint8_t protocol,
                               size_t len)
{
    struct nonnet_ipv4_address source4, destination4;
    struct nonnet_ipv6_address source6, destination6;

    if (destination->version == 4) {
        __builtin_memcpy(source4.octet, source->octet, sizeof source4.octet);
        __builtin_memcpy(destination4.octet, destination->octet, sizeof destination4.octet);
        nonnet_checksum_add_ipv4_pseudo(c, &source4, &destination4, protocol, (uint16_t)len);
    } else {
        __builtin_memcpy(source6.octet, source->octet, sizeof source6.octet);
        __builtin_memcpy(destination6.octet, destination->octet, sizeof destination6.octet);
        nonnet_checksum_add_ipv6_pseudo(c, &source6, &destination6, protocol, (uint32_t)len);
    }
}

struct address *nonnet_address_find(const struct nonnet_stack *stack,
                                    const struct nonnet_address *ip, uint8_t interface)
{
    for (uint16_t i = 0; i < stack->config.naddresses; i++) {
        struct address *a = &stack->addresses[i];
        if (a->used && (interface == NO_INTERFACE || a->interface == interface) &&
            address_equal(&a->ip, ip))
            return a;
    }
    return NULL;
}

/* All bits after the prefix are 1; /31 and /32 have no broadcast (RFC 3021). */
static bool is_broadcast_of(const struct nonnet_address *ip, const struct nonnet_address *member,
                            uint8_t prefix_len)
{
    if (ip->version != 4 || prefix_len >= 31 || !address_in_prefix(ip, member, prefix_len))
        return false;
    uint32_t host = UINT32_MAX >> prefix_len;
    uint32_t value = (uint32_t)ip->octet[0] << 24 | (uint32_t)ip->octet[1] << 16 |
                     (uint32_t)ip->octet[2] << 8 | ip->octet[3];
    return (value & host) == host;
}

bool nonnet_address_is_subnet_broadcast(const struct nonnet_stack *stack,
                                        const struct nonnet_address *ip, uint8_t interface)
{
    for (uint16_t i = 0; i < stack->config.naddresses; i++) {
        const struct address *a = &stack->addresses[i];
        if (a->used && a->interface == interface && a->ip.version == 4 &&
            is_broadcast_of(ip, &a->ip, a->prefix_len))
            return true;
    }
    return false;
}

/* Begins the life of an address on a link that is up. */
static void address_begin(struct nonnet_stack *stack, struct address *a)
{
    a->sent = 0;
    a->defended = false;
    if (!a->probe) {
        nonnet_address_ready(stack, a);
        a->phase = ADDRESS_READY;
        a->due = NONNET_NEVER;
        return;
    }
    a->phase = ADDRESS_PROBING;
    /* RFC 5227 section 1.1 PROBE_WAIT; RFC 4861 section 10 MAX_RTR_SOLICITATION_DELAY. */
    a->due = stack_after(stack, nonnet_stack_random(stack, US_PER_S));
}

struct address *nonnet_address_new(struct nonnet_stack *stack, const struct address_wish *wish)
{
    for (uint16_t i = 0; i < stack->config.naddresses; i++) {
        struct address *a = &stack->addresses[i];
        if (a->used)
            continue;
        *a = (struct address){
            .used = true,
            .probe = wish->probe,
            .interface = wish->interface,
            .prefix_len = wish->prefix_len,
            .phase = ADDRESS_PROBING,
            .origin = (uint8_t)wish->origin,
            .attempt = wish->attempt,
            .ip = wish->ip,
            .due = NONNET_NEVER,
            .created_at = stack->now,
            .preferred_until = wish->preferred_until,
            .valid_until = wish->valid_until,
        };
        struct interface *interface = &stack->interfaces[wish->interface];
        nonnet_paths_changed(stack);
        interface->events |= NONNET_EVENT_ADDRESS_CHANGED;
        if (interface->up) {
            address_begin(stack, a);
            nonnet_mld_groups_changed(stack, interface);
        }
        return a;
    }
    return NULL;
}

void nonnet_address_drop(struct nonnet_stack *stack, struct address *a, enum address_loss loss)
{
    struct interface *interface = &stack->interfaces[a->interface];

    if (loss == ADDRESS_AWAY)
        nonnet_tcp_address_away(stack, a);
    else
        nonnet_tcp_address_gone(stack, a, loss == ADDRESS_REMOVED && address_is_usable(a));
    a->used = false;
    nonnet_paths_changed(stack);
    interface->events |= NONNET_EVENT_ADDRESS_CHANGED;
    if (interface->up && a->ip.version == 6)
        nonnet_mld_groups_changed(stack, interface);
}

void nonnet_address_conflict(struct nonnet_stack *stack, struct address *a)
{
    struct address lost = *a;

    stack_count(stack, NONNET_COUNT_ADDRESS_CONFLICTS);
    stack->interfaces[a->interface].events |= NONNET_EVENT_ADDRESS_CONFLICT;
    nonnet_address_drop(stack, a,
                        ADDRESS_REMOVED); /* RFC 5227 section 2.4: connections are reset */
    if (lost.origin == ADDRESS_LEASED && lost.ip.version == 6)
        nonnet_dhcpv6_conflict(stack, &stack->interfaces[lost.interface]);
    else if (lost.origin == ADDRESS_LEASED)
        nonnet_dhcpv4_conflict(stack, &stack->interfaces[lost.interface], &lost.ip);
    else if (lost.ip.version == 6)
        nonnet_slaac_conflict(stack, &lost);
}

void nonnet_address_ready(struct nonnet_stack *stack, struct address *a)
{
    struct interface *interface = &stack->interfaces[a->interface];

    nonnet_paths_changed(stack);
    interface->events |= NONNET_EVENT_ADDRESS_READY;
    if (a->origin == ADDRESS_LINK_LOCAL) /* RFC 4861 section 6.3.7: after a random while */
        interface->solicit_at = stack_after(stack, nonnet_stack_random(stack, US_PER_S));
}

void nonnet_addresses_link_changed(struct nonnet_stack *stack, const struct interface *interface)
{
    for (uint16_t i = 0; i < stack->config.naddresses; i++) {
        struct address *a = &stack->addresses[i];
        if (!a->used || a->interface != interface->index)
            continue;
        if (interface->up) {
            address_begin(stack, a);
        } else if (a->origin != ADDRESS_MANUAL) {
            /* A temporary address is never made again. */
            nonnet_address_drop(stack, a,
                                a->origin == ADDRESS_TEMPORARY ? ADDRESS_OVER : ADDRESS_AWAY);
        } else {
            a->phase = ADDRESS_PROBING;
            a->due = NONNET_NEVER;
        }
    }
}

static void address_tick(struct nonnet_stack *stack, struct address *a)
{
    if (a->valid_until <= stack->now) {
        nonnet_address_drop(stack, a, a->origin == ADDRESS_LEASED ? ADDRESS_AWAY : ADDRESS_OVER);
        return;
    }
    if (!a->deprecated && a->preferred_until <= stack->now) {
        a->deprecated = true;
        stack->interfaces[a->interface].events |= NONNET_EVENT_ADDRESS_CHANGED;
    }
    if (a->due > stack->now)
        return;
    if (a->ip.version == 4)
        nonnet_arp_address_step(stack, a);
    else
        nonnet_dad_step(stack, a);
}

void nonnet_addresses_tick(struct nonnet_stack *stack)
{
    for (uint16_t i = 0; i < stack->config.naddresses; i++) {
        if (stack->addresses[i].used)
            address_tick(stack, &stack->addresses[i]);
    }
}

uint64_t nonnet_addresses_deadline(const struct nonnet_stack *stack)
{
    uint64_t due = NONNET_NEVER;

    for (uint16_t i = 0; i < stack->config.naddresses; i++) {
        const struct address *a = &stack->addresses[i];
        if (!a->used)
            continue;
        due = earlier(due, earlier(a->due, a->valid_until));
        if (!a->deprecated)
            due = earlier(due, a->preferred_until);
    }
    return due;
}
