/*
 * DHCP messages: RFC 2131 section 2, the options of RFC 2132 and the routes of RFC 3442.
 */
#ifndef NONNET_WIRE_DHCPV4_H
#define NONNET_WIRE_DHCPV4_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonnet/address.h>
#include <nonnet/result.h>

#define DHCPV4_SERVER_PORT 67
#define DHCPV4_CLIENT_PORT 68
#define DHCPV4_SERVERS_MAX 3
#define DHCPV4_ROUTES_MAX  4

enum dhcpv4_type {
    DHCPV4_DISCOVER = 1,
    DHCPV4_OFFER = 2,
    DHCPV4_REQUEST = 3,
    DHCPV4_DECLINE = 4,
    DHCPV4_ACK = 5,
    DHCPV4_NAK = 6,
    DHCPV4_RELEASE = 7,
};

struct dhcpv4_route {
    struct nonnet_address prefix; /* bits after prefix_len are 0 */
    uint8_t prefix_len;
    struct nonnet_address gateway; /* 0.0.0.0: the prefix is on the link */
};

/* What a server said, as far as a client uses it. Addresses of version 0 were not said. */
struct dhcpv4_reply {
    uint8_t type; /* DHCPV4_OFFER, DHCPV4_ACK or DHCPV4_NAK */
    uint32_t xid;
    struct nonnet_mac client;
    struct nonnet_address address; /* yiaddr */
    struct nonnet_address server;
    uint8_t prefix_len; /* 0: not said */
    uint32_t lease_s;   /* likewise */
    uint32_t renew_s;
    uint32_t rebind_s;
    struct nonnet_address name_servers[DHCPV4_SERVERS_MAX];
    uint8_t nname_servers;
    struct dhcpv4_route
        routes[DHCPV4_ROUTES_MAX]; /* those of RFC 3442, or one for the first router */
    uint8_t nroutes;
};

/*
 * Decodes a reply. Options may lie in the fields of file and server name as well (RFC 2132 section
 * 9.3), and be cut into several (RFC 3396).
 *
 * Returns 0; NONNET_E_TRUNCATED if the fixed part, or an option that is used, is cut off;
 * NONNET_E_UNSUPPORTED for what is not a reply of DHCP over Ethernet; NONNET_E_MALFORMED for an
 * option that contradicts its definition, or a reply without a type or server. On error `*r` is
 * unchanged.
 */
NONNET_MUST_CHECK int nonnet_dhcpv4_decode(struct dhcpv4_reply *r, const uint8_t *data, size_t len);

/* What a client says. */
struct dhcpv4_request {
    uint8_t type;
    uint32_t xid;
    bool broadcast;
    struct nonnet_mac client;
    struct nonnet_address ciaddr; /* the address it has, or version 0; likewise below */
    struct nonnet_address wanted; /* option 50 */
    struct nonnet_address server; /* option 54 */
    const uint8_t *parameters;    /* codes of the options that it asks for */
    size_t nparameters;           /* at most 16; 0 sends no such option */
};

/* The length of every message: the least that RFC 1542 section 2.1 lets a relay expect. */
#define DHCPV4_REQUEST_LEN 300

/* Writes DHCPV4_REQUEST_LEN bytes. */
void nonnet_dhcpv4_encode(const struct dhcpv4_request *r, uint8_t *out);

#endif
