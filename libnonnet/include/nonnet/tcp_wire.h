/*
 * The TCP header and its options: RFC 9293 section 3.1, RFC 7323 (window scale, timestamps), RFC
 * 2018 and RFC 2883 (selective acknowledgement).
 *
 * Decoding checks the header against the segment and each option against its definition, so that
 * what follows may trust the structure. Options that are not known are skipped, as RFC 9293 section
 * 3.1 wants. The checksum covers addresses and is the business of who has them: see
 * NONNET_TCP_CHECKSUM_OFFSET and <nonnet/checksum.h>.
 */
#ifndef NONNET_TCP_WIRE_H
#define NONNET_TCP_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonnet/result.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONNET_TCP_PROTOCOL        6 /* in the protocol field of IPv4 and the next header of IPv6 */
#define NONNET_TCP_HEADER_MIN      20
#define NONNET_TCP_HEADER_MAX      60
#define NONNET_TCP_CHECKSUM_OFFSET 16 /* bytes from the start of the header; two bytes */
#define NONNET_TCP_SACK_MAX        4  /* blocks that fit the options of a header */
#define NONNET_TCP_WINDOW_SHIFT    14 /* the largest window scale, RFC 7323 section 2.3 */

/* Control bits (RFC 9293 section 3.1, RFC 3168). */
enum nonnet_tcp_flag {
    NONNET_TCP_FIN = 0x01,
    NONNET_TCP_SYN = 0x02,
    NONNET_TCP_RST = 0x04,
    NONNET_TCP_PSH = 0x08,
    NONNET_TCP_ACK = 0x10,
    NONNET_TCP_URG = 0x20,
    NONNET_TCP_ECE = 0x40,
    NONNET_TCP_CWR = 0x80,
};

/* Bytes from `start` up to but not including `end` have arrived (RFC 2018 section 3). */
struct nonnet_tcp_sack_block {
    uint32_t start;
    uint32_t end;
};

struct nonnet_tcp_header {
    uint32_t seq;
    uint32_t ack; /* of meaning only with NONNET_TCP_ACK, and so with `urgent` and NONNET_TCP_URG */
    uint16_t source_port;
    uint16_t destination_port;
    uint16_t window; /* as in the header: not scaled */
    uint16_t urgent;
    uint8_t flags;      /* bits of enum nonnet_tcp_flag */
    uint8_t header_len; /* bytes, with options; a multiple of 4. Set by decoding only. */

    /* Options; what stands behind an absent one is zero after decoding. */
    bool has_mss;
    bool has_window_scale;
    bool has_timestamps;
    bool sack_permitted;
    uint16_t mss;
    uint8_t window_scale; /* as in the option: a value above NONNET_TCP_WINDOW_SHIFT means that */
    uint8_t nsack;        /* used elements of `sack` */
    uint32_t timestamp;   /* TSval */
    uint32_t timestamp_echo; /* TSecr; of meaning only with NONNET_TCP_ACK */
    struct nonnet_tcp_sack_block sack[NONNET_TCP_SACK_MAX];
};

/*
 * Decodes the header at the start of a segment of `len` bytes. The payload is the bytes from
 * header_len to the end. Reserved bits are ignored. Where an option comes twice, the last one
 * counts.
 *
 * Returns 0, or
 *   NONNET_E_TRUNCATED  the segment ends before the header
 *   NONNET_E_MALFORMED  the header is shorter than 20 bytes; an option runs out of it, is shorter
 *                       than its own two bytes, or is one of those above and has another length
 *                       than its definition says. (RFC 9293 section 3.1, MUST-7: no option may
 *                       hang or crash a host.)
 * On error `*h` is unchanged.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_tcp_header_decode(struct nonnet_tcp_header *h,
                                                          const uint8_t *segment, size_t len);

/*
 * Bytes that the header takes with its options, a multiple of 4, at most NONNET_TCP_HEADER_MAX for
 * any combination of options that nonnet_tcp_header_encode() accepts; more for others.
 */
NONNET_API size_t nonnet_tcp_header_len(const struct nonnet_tcp_header *h);

/*
 * Writes the header to `out`, nonnet_tcp_header_len() bytes, with a checksum field of zero.
 * `h->header_len` is not looked at.
 *
 * Returns 0; NONNET_E_INVALID if the options need more than 40 bytes or there are more blocks than
 * `sack` holds; NONNET_E_NO_SPACE if `size` is too small. On error nothing is written.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_tcp_header_encode(const struct nonnet_tcp_header *h,
                                                          uint8_t *out, size_t size);

#ifdef __cplusplus
}
#endif

#endif
