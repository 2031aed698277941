/*
 * The IPv4 header: RFC 791, with DSCP and ECN of RFC 2474 and RFC 3168 in place of the type of
 * service.
 *
 * Decoding checks every field against the others and against the frame, so that what follows may
 * trust the structure: nothing in a decoded header points outside of the frame. What a host thinks
 * of an address or of an option is not decided here.
 */
#ifndef NONNET_IPV4_H
#define NONNET_IPV4_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonnet/address.h>
#include <nonnet/result.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONNET_IPV4_HEADER_MIN  20
#define NONNET_IPV4_HEADER_MAX  60
#define NONNET_IPV4_OPTIONS_MAX 40

/* Option types (RFC 791 section 3.1, RFC 2113), with the copied bit. */
enum nonnet_ipv4_option_type {
    NONNET_IPV4_OPTION_END = 0,
    NONNET_IPV4_OPTION_NOP = 1,
    NONNET_IPV4_OPTION_RECORD_ROUTE = 7,
    NONNET_IPV4_OPTION_TIMESTAMP = 68,
    NONNET_IPV4_OPTION_LOOSE_ROUTE = 131,
    NONNET_IPV4_OPTION_STRICT_ROUTE = 137,
    NONNET_IPV4_OPTION_ROUTER_ALERT = 148,
};

struct nonnet_ipv4_header {
    struct nonnet_ipv4_address source;
    struct nonnet_ipv4_address destination;
    uint16_t total_len; /* bytes, header and payload */
    uint16_t id;
    uint16_t fragment_offset; /* bytes, a multiple of 8 */
    bool dont_fragment;
    bool more_fragments;
    uint8_t header_len; /* bytes, with options; a multiple of 4. The payload begins here. */
    uint8_t dscp;       /* 6 bits */
    uint8_t ecn;        /* 2 bits */
    uint8_t ttl;
    uint8_t protocol;
    uint8_t options[NONNET_IPV4_OPTIONS_MAX]; /* header_len - 20 bytes of it are used */
};

/*
 * Decodes the header at the start of a frame of `len` bytes. The frame may be longer than the
 * packet (a link pads short frames): the payload is the bytes from header_len to total_len, and
 * nothing after.
 *
 * Returns 0, or
 *   NONNET_E_TRUNCATED    the frame ends before the header or before total_len
 *   NONNET_E_UNSUPPORTED  the version is not 4
 *   NONNET_E_MALFORMED    the header is shorter than 20 bytes or longer than total_len; the
 *                         reserved flag is set; a fragment is empty, reaches past byte 65535 of its
 *                         datagram, or is not the last one and not a
 *                         multiple of 8 bytes; an option runs out of the header, or contradicts its
 *                         own definition
 *   NONNET_E_CHECKSUM     the header checksum does not match
 * On error `*h` is unchanged.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_ipv4_decode(struct nonnet_ipv4_header *h,
                                                    const uint8_t *frame, size_t len);

/*
 * Writes the header with its checksum to `out`, header_len bytes.
 *
 * Returns 0; NONNET_E_NO_SPACE if `size` is less than header_len; NONNET_E_INVALID if a header of
 * these values would not decode. On error nothing is written.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_ipv4_encode(const struct nonnet_ipv4_header *h,
                                                    uint8_t *out, size_t size);

/* One option other than end and no-operation. `data` points into the header's options. */
struct nonnet_ipv4_option {
    uint8_t type;
    uint8_t len; /* bytes of data: without type and length */
    const uint8_t *data;
};

/*
 * The option at or after byte `*position` of the options; 0 starts. Moves `*position` past it.
 *
 * Returns false when there is none. A header that was decoded holds only complete options; in one
 * that was not, the walk ends at the first incomplete one.
 */
NONNET_API bool nonnet_ipv4_option_next(const struct nonnet_ipv4_header *h, size_t *position,
                                        struct nonnet_ipv4_option *option);

/*
 * Whether the packet asks to be source-routed. RFC 7126 sections 4.3 and 4.4: a host drops such
 * packets by default.
 */
NONNET_API bool nonnet_ipv4_is_source_routed(const struct nonnet_ipv4_header *h);

#ifdef __cplusplus
}
#endif

#endif
