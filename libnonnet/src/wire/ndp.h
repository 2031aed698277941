/*
 * Messages of neighbour discovery: RFC 4861 section 4, RFC 4191 section 2.2, RFC 3971 section 5.3.2
 * (nonce).
 *
 * Decoding checks what a message says by itself; who may say it is judged where it is acted on.
 */
#ifndef NONNET_WIRE_NDP_H
#define NONNET_WIRE_NDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonnet/address.h>
#include <nonnet/result.h>

#define NDP_NONCE_LEN    6
#define NDP_LIFETIME_MAX UINT32_MAX /* of prefixes: for ever */

struct ndp_message {
    uint8_t type;                      /* ICMPV6_ROUTER_SOLICITATION to ICMPV6_REDIRECT */
    struct nonnet_address target;      /* of all but router messages */
    struct nonnet_address destination; /* of a redirect */
    bool router, solicited, override;  /* of a neighbour advertisement */
    /* Of a router advertisement. */
    uint8_t hop_limit;  /* 0: not said; likewise below */
    uint8_t preference; /* RFC 4191: 0 low, 1 medium, 2 high */
    bool managed, other_configuration;
    uint16_t lifetime_s;
    uint32_t reachable_ms;
    uint32_t retransmit_ms;
    uint32_t mtu;
    /* Options of any message. */
    bool has_source_mac, has_target_mac, has_nonce;
    struct nonnet_mac source_mac;
    struct nonnet_mac target_mac;
    uint8_t nonce[NDP_NONCE_LEN];
    const uint8_t *options; /* in the message, sound */
    size_t options_len;
};

/*
 * Decodes a message, `data` being all of its ICMPv6 bytes. The checksum is not looked at.
 *
 * Returns 0; NONNET_E_UNSUPPORTED for other types; NONNET_E_TRUNCATED if the message or an option
 * is cut off; NONNET_E_MALFORMED for another code than 0, an option of length 0, a link-layer
 * address that is a group's, or a target that is one. On error `*m` is unchanged.
 */
NONNET_MUST_CHECK int nonnet_ndp_decode(struct ndp_message *m, const uint8_t *data, size_t len);

struct ndp_prefix {
    struct nonnet_address prefix; /* bits after prefix_len are 0 */
    uint8_t prefix_len;
    bool on_link;
    bool autonomous;
    uint32_t valid_s;
    uint32_t preferred_s;
};

/*
 * The prefix at or after byte `*at` of the options, which are those of a decoded message; 0 starts.
 * Prefixes that contradict themselves are passed over. Returns false when there is none.
 */
bool nonnet_ndp_prefix_next(const struct ndp_message *m, size_t *at, struct ndp_prefix *prefix);

/* The most that nonnet_ndp_encode() writes. */
#define NDP_ENCODED_MAX 40

/*
 * Writes a router or neighbour solicitation, or a neighbour advertisement, with those of the
 * options source address, target address and nonce that `m` has, and 0 as its checksum. `out` has
 * room for NDP_ENCODED_MAX bytes. Returns the length.
 */
size_t nonnet_ndp_encode(const struct ndp_message *m, uint8_t *out);

#endif
