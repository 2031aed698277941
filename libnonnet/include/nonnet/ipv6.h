/*
 * The IPv6 header and its chain of extension headers: RFC 8200.
 *
 * The header is decoded and encoded by itself. The chain behind it is walked in one bounded pass
 * that says where the upper-layer header begins, what the packet is a fragment of, and, when the
 * chain is bad, which ICMPv6 Parameter Problem the specification wants in answer.
 */
#ifndef NONNET_IPV6_H
#define NONNET_IPV6_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonnet/address.h>
#include <nonnet/result.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONNET_IPV6_HEADER_LEN   40
#define NONNET_IPV6_FRAGMENT_LEN 8

/*
 * Bounds that RFC 8504 section 5.3 lets a host set, at its default values: extension headers of a
 * packet, options of a header other than padding, and bytes of padding in a row (no more are ever
 * needed to align).
 */
#define NONNET_IPV6_EXTENSIONS_MAX 8
#define NONNET_IPV6_OPTIONS_MAX    8
#define NONNET_IPV6_PADDING_MAX    7

/* Next-header values of the extension headers (RFC 8200 section 4), and "nothing follows". */
enum nonnet_ipv6_next_header {
    NONNET_IPV6_HOP_BY_HOP = 0,
    NONNET_IPV6_ROUTING = 43,
    NONNET_IPV6_FRAGMENT = 44,
    NONNET_IPV6_NO_NEXT_HEADER = 59,
    NONNET_IPV6_DESTINATION_OPTIONS = 60,
};

struct nonnet_ipv6_header {
    struct nonnet_ipv6_address source;
    struct nonnet_ipv6_address destination;
    uint32_t flow_label;  /* 20 bits */
    uint16_t payload_len; /* bytes after this header, extension headers included */
    uint8_t dscp;         /* 6 bits */
    uint8_t ecn;          /* 2 bits */
    uint8_t next_header;
    uint8_t hop_limit;
};

/*
 * Decodes the header at the start of a frame of `len` bytes. The frame may be longer than the
 * packet.
 *
 * Returns 0, or
 *   NONNET_E_TRUNCATED    the frame ends before the header or before the payload does
 *   NONNET_E_UNSUPPORTED  the version is not 6, or the packet is a jumbogram (RFC 2675: a payload
 *                         length of 0 before a hop-by-hop header)
 * On error `*h` is unchanged.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_ipv6_decode(struct nonnet_ipv6_header *h,
                                                    const uint8_t *frame, size_t len);

/*
 * Writes the header to `out`, NONNET_IPV6_HEADER_LEN bytes.
 *
 * Returns 0; NONNET_E_NO_SPACE if `size` is less; NONNET_E_INVALID if a field does not fit into its
 * bits. On error nothing is written.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_ipv6_encode(const struct nonnet_ipv6_header *h,
                                                    uint8_t *out, size_t size);

/* The fragment header, RFC 8200 section 4.5. */
struct nonnet_ipv6_fragment {
    uint32_t id;
    uint16_t offset; /* bytes, a multiple of 8 */
    bool more;
    uint8_t next_header; /* of the first header after the unfragmentable part */
};

/*
 * Writes a fragment header to `out`, NONNET_IPV6_FRAGMENT_LEN bytes.
 *
 * Returns 0; NONNET_E_NO_SPACE if `size` is less; NONNET_E_INVALID if the offset is not a multiple
 * of 8, or if offset and `more` make it an atomic fragment (RFC 8021: those are not to be sent). On
 * error nothing is written.
 */
NONNET_MUST_CHECK NONNET_API int
nonnet_ipv6_fragment_encode(const struct nonnet_ipv6_fragment *fragment, uint8_t *out, size_t size);

/* Codes of the ICMPv6 Parameter Problem message (RFC 4443 section 3.4, RFC 7112 section 5). */
enum nonnet_ipv6_problem {
    NONNET_IPV6_PROBLEM_FIELD = 0,          /* erroneous header field */
    NONNET_IPV6_PROBLEM_NEXT_HEADER = 1,    /* unrecognized next header */
    NONNET_IPV6_PROBLEM_OPTION = 2,         /* unrecognized option */
    NONNET_IPV6_PROBLEM_FIRST_FRAGMENT = 3, /* the first fragment lacks a part of the chain */
    NONNET_IPV6_PROBLEM_NONE = 255,         /* none: the packet is dropped in silence */
};

/* What the walk found. Offsets are bytes from the start of the IPv6 header. */
struct nonnet_ipv6_chain {
    struct nonnet_ipv6_fragment fragment; /* if is_fragment */
    uint32_t upper_offset;    /* of the upper-layer header; in a later fragment, of its data */
    uint32_t upper_len;       /* bytes from there to the end of the payload */
    uint32_t fragment_offset; /* of the fragment header, if is_fragment */
    uint32_t problem_pointer; /* on error: what the ICMPv6 message points at */
    enum nonnet_ipv6_problem problem; /* on error: which one to send, or NONE */
    uint8_t
        protocol; /* upper-layer protocol; in a later fragment, the fragment header's next header */
    uint8_t nextensions; /* extension headers seen */
    bool is_fragment;    /* there is a fragment header */
    bool is_atomic;      /* it says that this is the whole packet: RFC 6946, process it alone */
    bool router_alert;   /* RFC 2711, in the hop-by-hop header */
};

/*
 * Walks the extension headers of a decoded packet. `packet` begins with the IPv6 header that `h`
 * was decoded from and holds at least 40 + h->payload_len bytes.
 *
 * Hop-by-hop options, routing, fragment and destination options headers are walked over; whatever
 * comes after is the upper layer, including AH, ESP and the headers of mobility and HIP. The walk
 * ends at the fragment header of a fragment that is not the first one, as what follows is its data.
 * In a first fragment the whole chain with the upper-layer header must be there (RFC 7112). A
 * hop-by-hop header that is not the first is an unrecognized next header, a second fragment header
 * is an error, and a routing header is passed over only when no segment is left to visit (RFC 8200
 * section 4.4; RFC 5095).
 *
 * Returns 0, or
 *   NONNET_E_INVALID      `len` is less than 40 + h->payload_len
 *   NONNET_E_TRUNCATED    a header runs out of the packet
 *   NONNET_E_MALFORMED    a header or an option breaks its specification or one of the bounds above
 *   NONNET_E_UNSUPPORTED  a routing header with segments left, or an option that says to discard
 *                         the packet by hosts that do not know it
 * After every error but NONNET_E_INVALID, `chain->problem` and `chain->problem_pointer` say how to
 * answer. An answer to a multicast packet was already left out where RFC 8200 section 4.2 says so;
 * the source address is still to be looked at (RFC 4443 section 2.4 e.6).
 */
NONNET_MUST_CHECK NONNET_API int nonnet_ipv6_chain_walk(struct nonnet_ipv6_chain *chain,
                                                        const struct nonnet_ipv6_header *h,
                                                        const uint8_t *packet, size_t len);

#ifdef __cplusplus
}
#endif

#endif
