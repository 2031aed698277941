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
