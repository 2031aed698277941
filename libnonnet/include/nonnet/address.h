/*
 * Network addresses, in network byte order (RFC 791 section 3.1, RFC 4291).
 */
#ifndef NONNET_ADDRESS_H
#define NONNET_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct nonnet_ipv4_address {
    uint8_t octet[4];
};

struct nonnet_ipv6_address {
    uint8_t octet[16];
};

/* A link-layer address of Ethernet, IEEE 802. */
struct nonnet_mac {
    uint8_t octet[6];
};

/*
 * An address of either version. IPv4 uses the first four octets and the others are 0, so that equal
 * addresses are equal bytes; the structure has no padding. Version 0 is no address.
 */
struct nonnet_address {
    uint8_t version; /* 4, 6, or 0 */
    uint8_t octet[16];
};

/* An address and a port of UDP or TCP, in host byte order. */
struct nonnet_endpoint {
    struct nonnet_address address;
    uint16_t port;
};

static inline struct nonnet_address nonnet_address_ipv4(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
    struct nonnet_address address = {4, {a, b, c, d}};
    return address;
}

static inline struct nonnet_address nonnet_address_from_ipv4(struct nonnet_ipv4_address a)
{
    return nonnet_address_ipv4(a.octet[0], a.octet[1], a.octet[2], a.octet[3]);
}

static inline struct nonnet_address nonnet_address_from_ipv6(const struct nonnet_ipv6_address *a)
{
    struct nonnet_address address = {6, {0}};
    for (int i = 0; i < 16; i++)
        address.octet[i] = a->octet[i];
    return address;
}

/* Whether packets to this address reach a group: 224.0.0.0/4, RFC 1112 section 4. */
static inline bool nonnet_ipv4_address_is_multicast(struct nonnet_ipv4_address a)
{
    return (a.octet[0] & 0xf0) == 0xe0;
}

/* Whether packets to this address reach a group: ff00::/8, RFC 4291 section 2.7. */
static inline bool nonnet_ipv6_address_is_multicast(const struct nonnet_ipv6_address *a)
{
    return a->octet[0] == 0xff;
}

#ifdef __cplusplus
}
#endif

#endif
