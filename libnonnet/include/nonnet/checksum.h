/*
 * The Internet checksum (RFC 1071), its incremental update (RFC 1624), and the pseudo-headers of
 * IPv4 (RFC 793 section 3.1, RFC 768) and IPv6 (RFC 8200 section 8.1).
 *
 * A checksum is a number here: the 16-bit field read in network byte order. All functions give the
 * same numbers on little-endian and big-endian machines.
 *
 *     struct nonnet_checksum c;
 *     nonnet_checksum_init(&c);
 *     nonnet_checksum_add_ipv4_pseudo(&c, &source, &destination, 17, udp_len);
 *     nonnet_checksum_add(&c, udp, udp_len);
 *     field = nonnet_checksum_finish(&c);           0 on receive means: intact
 */
#ifndef NONNET_CHECKSUM_H
#define NONNET_CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonnet/address.h>
#include <nonnet/result.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A sum in progress. Its members are private. */
struct nonnet_checksum {
    uint32_t sum;
    bool odd; /* an odd number of bytes went in: the next one is the low half of a word */
};

/* Starts a sum over no bytes. */
NONNET_API void nonnet_checksum_init(struct nonnet_checksum *c);

/*
 * Adds `len` bytes. The bytes count as one string over all calls: a call may end in the middle of a
 * 16-bit word. `data` needs no alignment, and may be NULL when `len` is 0.
 */
NONNET_API void nonnet_checksum_add(struct nonnet_checksum *c, const void *data, size_t len);

/*
 * Adds the pseudo-header of a segment of `len` bytes (header and data). To be called first, or
 * after an even number of bytes.
 */
NONNET_API void nonnet_checksum_add_ipv4_pseudo(struct nonnet_checksum *c,
                                                const struct nonnet_ipv4_address *source,
                                                const struct nonnet_ipv4_address *destination,
                                                uint8_t protocol, uint16_t len);
NONNET_API void nonnet_checksum_add_ipv6_pseudo(struct nonnet_checksum *c,
                                                const struct nonnet_ipv6_address *source,
                                                const struct nonnet_ipv6_address *destination,
                                                uint8_t next_header, uint32_t len);

/*
 * The checksum of all that was added: the complement of the sum. When the bytes held a checksum
 * field, 0 means that it matches. UDP sends 0xffff in place of 0 (RFC 768); that is left to the
 * caller.
 */
NONNET_API uint16_t nonnet_checksum_finish(const struct nonnet_checksum *c);

/* The checksum of one buffer. */
NONNET_API uint16_t nonnet_checksum_of(const void *data, size_t len);

/*
 * The checksum after one 16-bit word under it changed from `before` to `after` (RFC 1624 section 3,
 * equation 3, which unlike RFC 1141 never turns 0x0000 into 0xffff).
 */
NONNET_API uint16_t nonnet_checksum_update(uint16_t checksum, uint16_t before, uint16_t after);

/* The same for a 32-bit field that begins at an even offset, such as an IPv4 address. */
NONNET_API uint16_t nonnet_checksum_update32(uint16_t checksum, uint32_t before, uint32_t after);

#ifdef __cplusplus
}
#endif

#endif
