/*
 * The source address of a packet: for IPv4 one on the next hop's prefix, for IPv6 by the rules of
 * RFC 6724 section 5. Only addresses of the outgoing interface are candidates, which is rule 5 made
 * strict.
 */
#include "ip/address.h"
#include "ip/route.h"

/* RFC 6724 section 3.1; multicast addresses carry theirs. */
#define SCOPE_LINK_LOCAL 0x2u
#define SCOPE_SITE_LOCAL 0x5u
#define SCOPE_GLOBAL     0xeu

static unsigned scope_of(const struct nonnet_address *a)
{
    if (nonnet_address_is_multicast(a))
        return a->octet[1] & 0x0f;
    if (nonnet_address_is_link_local(a) || nonnet_address_is_loopback(a))
        return SCOPE_LINK_LOCAL;
    if (a->octet[0] == 0xfe && (a->octet[1] & 0xc0) == 0xc0)
        return SCOPE_SITE_LOCAL;
    return SCOPE_GLOBAL;
}

/* The policy table of RFC 6724 section 2.1, longest prefix first; ::/0 has label 1. */
static const struct policy {
    uint8_t prefix[16];
    uint8_t prefix_len;
    uint8_t label;
} policies[] = {
    {{[15] = 1}, 128, 0},                /* ::1 */
    {{[10] = 0xff, [11] = 0xff}, 96, 4}, /* ::ffff:0:0/96 */
    {{0}, 96, 3},                        /* ::/96 */
    {{0x20, 0x01}, 32, 5},               /* 2001::/32, Teredo */
    {{0x20, 0x02}, 16, 2},               /* 2002::/16, 6to4 */
    {{0x3f, 0xfe}, 16, 12},              /* 3ffe::/16 */
    {{0xfe, 0xc0}, 10, 11},              /* fec0::/10 */
    {{0xfc}, 7, 13},                     /* fc00::/7, unique local */
};

static unsigned label_of(const struct nonnet_address *a)
{
    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
        struct nonnet_address prefix = {.version = 6};
        memcpy(prefix.octet, policies[i].prefix, sizeof prefix.octet);
        if (address_in_prefix(a, &prefix, policies[i].prefix_len))
            return policies[i].label;
    }
    return 1;
}

/* Rule 2: the smallest scope that still reaches; above it smaller is better, below it larger. */
static bool scope_is_better(unsigned a, unsigned b, unsigned destination)
{
    return a < b ? a >= destination : b < destination;
}

/* Whether `a` is a better source for `destination` than `b`, by the rules in their order. */
static bool is_better(const struct address *a, const struct address *b,
                      const struct nonnet_address *destination)
{
    if (address_equal(&a->ip, destination) != address_equal(&b->ip, destination)) /* 1 */
        return address_equal(&a->ip, destination);
    unsigned scope_a = scope_of(&a->ip);
    unsigned scope_b = scope_of(&b->ip);
    if (scope_a != scope_b) /* 2 */
        return scope_is_better(scope_a, scope_b, scope_of(destination));
    if (a->deprecated != b->deprecated) /* 3 */
        return b->deprecated;
    unsigned label = label_of(destination);
    bool label_a = label_of(&a->ip) == label;
    bool label_b = label_of(&b->ip) == label;
    if (label_a != label_b) /* 6 */
        return label_a;
    bool temporary_a = a->origin == ADDRESS_TEMPORARY;
    bool temporary_b = b->origin == ADDRESS_TEMPORARY;
    if (temporary_a != temporary_b) /* 7 */
        return temporary_a;
    unsigned bits_a = nonnet_address_common_bits(&a->ip, destination);
    unsigned bits_b = nonnet_address_common_bits(&b->ip, destination);
    /* 8: the bits after the source's prefix say nothing. */
    bits_a = bits_a < a->prefix_len ? bits_a : a->prefix_len;
    bits_b = bits_b < b->prefix_len ? bits_b : b->prefix_len;
    if (bits_a != bits_b)
        return bits_a > bits_b;
    return a->created_at > b->created_at; /* the younger temporary address lives longer */
}

static bool is_better_ipv4(const struct address *a, const struct address *b,
                           const struct nonnet_address *next_hop)
{
    return address_in_prefix(next_hop, &a->ip, a->prefix_len) &&
           !address_in_prefix(next_hop, &b->ip, b->prefix_len);
}

const struct address *nonnet_source_select(const struct nonnet_stack *stack,
                                           const struct nonnet_address *destination,
                                           const struct nonnet_address *next_hop, uint8_t interface)
{
    const struct address *best = NULL;

    for (uint16_t i = 0; i < stack->config.naddresses; i++) {
        const struct address *a = &stack->addresses[i];
        if (!address_is_usable(a) || a->interface != interface ||
            a->ip.version != destination->version)
            continue;
        if (!best || (a->ip.version == 4 ? is_better_ipv4(a, best, next_hop)
                                         : is_better(a, best, destination)))
            best = a;
    }
    return best;
}
