/*
 * DHCPv6 messages: RFC 8415 sections 8 and 21, the name servers of RFC 3646.
 */
#ifndef NONNET_WIRE_DHCPV6_H
#define NONNET_WIRE_DHCPV6_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonnet/address.h>
#include <nonnet/result.h>

#define DHCPV6_SERVER_PORT   547
#define DHCPV6_CLIENT_PORT   546
#define DHCPV6_SERVERS_MAX   3
#define DHCPV6_ADDRESSES_MAX 4
#define DHCPV6_DUID_LEN_MAX  130 /* section 11.1: 128 octets behind the type */
#define DHCPV6_DUID_LL_LEN   10
#define DHCPV6_FOREVER       UINT32_MAX

enum dhcpv6_type {
    DHCPV6_SOLICIT = 1,
    DHCPV6_ADVERTISE = 2,
    DHCPV6_REQUEST = 3,
    DHCPV6_RENEW = 5,
    DHCPV6_REBIND = 6,
    DHCPV6_REPLY = 7,
    DHCPV6_RELEASE = 8,
    DHCPV6_DECLINE = 9,
    DHCPV6_INFORMATION_REQUEST = 11,
};

/* Section 21.13. */
enum dhcpv6_status {
    DHCPV6_SUCCESS = 0,
    DHCPV6_UNSPEC_FAIL = 1,
    DHCPV6_NO_ADDRESSES = 2,
    DHCPV6_NO_BINDING = 3,
    DHCPV6_NOT_ON_LINK = 4,
};

#define DHCPV6_OPTION_DNS             23
#define DHCPV6_OPTION_REFRESH_TIME    32
#define DHCPV6_OPTION_SOLICIT_MAX     82
#define DHCPV6_OPTION_INFORMATION_MAX 83

struct dhcpv6_address {
    struct nonnet_address ip;
    uint32_t preferred_s; /* not more than valid_s */
    uint32_t valid_s;
};

/* What a server said, as far as a client uses it. */
struct dhcpv6_reply {
    uint8_t type;             /* DHCPV6_ADVERTISE or DHCPV6_REPLY */
    uint32_t xid;             /* 24 bits */
    const uint8_t *client_id; /* in the message; NULL: not said */
    size_t client_id_len;
    const uint8_t *server_id; /* likewise, but always there: 3 to DHCPV6_DUID_LEN_MAX octets */
    size_t server_id_len;
    uint8_t preference;
    uint16_t status;
    /* The identity association that was asked about. */
    bool has_ia;
    uint16_t ia_status;
    uint32_t renew_s; /* T1, and below T2; 0: not said. In order if both were said. */
    uint32_t rebind_s;
    struct dhcpv6_address addresses[DHCPV6_ADDRESSES_MAX];
    uint8_t naddresses;
    struct nonnet_address name_servers[DHCPV6_SERVERS_MAX];
    uint8_t nname_servers;
    bool has_refresh;
    uint32_t refresh_s;
    uint32_t solicit_max_s; /* 0: not said, or outside of what section 21.24 allows; likewise: */
    uint32_t information_max_s;
};

/*
 * Decodes an Advertise or a Reply, of whose identity associations only the one named `iaid` counts.
 * An association whose times contradict each other, and an address whose lifetimes do, are passed
 * over (sections 21.4 and 21.6); so is what is more than the structure holds.
 *
 * Returns 0; NONNET_E_TRUNCATED if the header or an option is cut off; NONNET_E_UNSUPPORTED for
 * other messages; NONNET_E_MALFORMED for an option of a wrong length, an identifier or association
 * that is there twice, or no server identifier. On error `*r` is unchanged.
 */
NONNET_MUST_CHECK int nonnet_dhcpv6_decode(struct dhcpv6_reply *r, uint32_t iaid,
                                           const uint8_t *data, size_t len);

/* What a client says. */
struct dhcpv6_request {
    uint8_t type;
    uint32_t xid;
    uint16_t elapsed_cs;      /* hundredths of a second */
    const uint8_t *client_id; /* NULL: not said; likewise below */
    size_t client_id_len;
    const uint8_t *server_id;
    size_t server_id_len;
    bool has_ia;
    uint32_t iaid;
    const struct nonnet_address *address; /* in the association */
    const uint16_t *options;              /* codes of those that are asked for */
    size_t noptions;                      /* at most 8 */
};

/* The most that nonnet_dhcpv6_encode() writes. */
#define DHCPV6_REQUEST_MAX (4 + 6 + 2 * (4 + DHCPV6_DUID_LEN_MAX) + 16 + 28 + 4 + 16)

/* Writes the message; `out` has room for DHCPV6_REQUEST_MAX bytes. Returns its length. */
size_t nonnet_dhcpv6_encode(const struct dhcpv6_request *r, uint8_t *out);

/* Section 11.4: the identifier made of a link-layer address, and nothing else. */
void nonnet_dhcpv6_duid_ll(const struct nonnet_mac *mac, uint8_t out[DHCPV6_DUID_LL_LEN]);

#endif
