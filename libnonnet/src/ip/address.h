/*
 * What kinds of addresses there are, and the table of the host's own.
 */
#ifndef NONNET_IP_ADDRESS_H
#define NONNET_IP_ADDRESS_H

#include <nonnet/checksum.h>

#include "stack/state.h"

static inline bool address_equal(const struct nonnet_address *a, const struct nonnet_address *b)
{
    return __builtin_memcmp(a, b, sizeof *a) == 0;
}

static inline size_t address_len(const struct nonnet_address *a)
{
    return a->version == 4 ? 4 : 16;
}

/* 0.0.0.0 or :: */
bool nonnet_address_is_unspecified(const struct nonnet_address *a);
bool nonnet_address_is_multicast(const struct nonnet_address *a);
/* 127.0.0.0/8 or ::1 */
bool nonnet_address_is_loopback(const struct nonnet_address *a);
/* 169.254.0.0/16 or fe80::/10 */
bool nonnet_address_is_link_local(const struct nonnet_address *a);
/* 255.255.255.255 */
bool nonnet_address_is_limited_broadcast(const struct nonnet_address *a);

/*
 * Whether one host can have the address, on some network: RFC 1122 section 3.2.1.3, RFC 6890; RFC
 * 4291 section 2.7 and without the addresses that stand for IPv4's (section 2.5.5).
 */
bool nonnet_address_is_host(const struct nonnet_address *a);

/* Bits that two addresses of one version have in common from the start. */
unsigned nonnet_address_common_bits(const struct nonnet_address *a, const struct nonnet_address *b);

static inline bool address_in_prefix(const struct nonnet_address *a,
                                     const struct nonnet_address *prefix, uint8_t prefix_len)
{
    return a->version == prefix->version && nonnet_address_common_bits(a, prefix) >= prefix_len;
}

/* The address with all bits after the prefix cleared. */
struct nonnet_address nonnet_address_prefix(const struct nonnet_address *a, uint8_t prefix_len);

/* Adds the pseudo-header of a message of `len` bytes. */
void nonnet_address_pseudo_sum(struct nonnet_checksum *c, const struct nonnet_address *source,
                               const struct nonnet_address *destination, uint8_t protocol,
                               size_t len);

/* ff02::1:ffXX:XXXX, RFC 4291 section 2.7.1. */
struct nonnet_address nonnet_address_solicited_node(const struct nonnet_address *a);

/* An address can be a source and a destination: no probe of it is going on. */
static inline bool address_is_usable(const struct address *a)
{
    return a->used && a->phase != ADDRESS_PROBING;
}

/* The entry of an address, usable or not, on one interface or (NO_INTERFACE) on any; or NULL. */
struct address *nonnet_address_find(const struct nonnet_stack *stack,
                                    const struct nonnet_address *ip, uint8_t interface);

/* Whether the address is the broadcast address of a prefix on this interface. */
bool nonnet_address_is_subnet_broadcast(const struct nonnet_stack *stack,
                                        const struct nonnet_address *ip, uint8_t interface);

/* What nonnet_address_new() makes of an address. */
struct address_wish {
    uint8_t interface;
    uint8_t prefix_len;
    enum address_origin origin;
    uint8_t attempt;
    bool probe;
    struct nonnet_address ip;
    uint64_t preferred_until;
    uint64_t valid_until;
};

/* Adds an address and begins its probing if the link is up; NULL when the table is full. */
struct address *nonnet_address_new(struct nonnet_stack *stack, const struct address_wish *wish);

/* Why an address goes, which decides what becomes of connections from it. */
enum address_loss {
    ADDRESS_AWAY,    /* it may be had again soon: they wait */
    ADDRESS_OVER,    /* its time is over: they end */
    ADDRESS_REMOVED, /* likewise, and peers are told from it */
};

void nonnet_address_drop(struct nonnet_stack *stack, struct address *a, enum address_loss loss);

/* Somebody else has it: it goes, and the interface's event says so. IPv6 may try another one. */
void nonnet_address_conflict(struct nonnet_stack *stack, struct address *a);

/* The address can be used from now on. */
void nonnet_address_ready(struct nonnet_stack *stack, struct address *a);

void nonnet_addresses_link_changed(struct nonnet_stack *stack, const struct interface *interface);
void nonnet_addresses_tick(struct nonnet_stack *stack);
uint64_t nonnet_addresses_deadline(const struct nonnet_stack *stack);

#endif
