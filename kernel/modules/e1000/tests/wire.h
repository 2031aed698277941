/*
 * Frames of TCP and UDP over IPv4 and IPv6 for the tests: made as a client leaves them to a card, finished, and judged as a receiver does
 * (RFC 791, 768, 8200, 9293). Nothing here knows of the driver or of the model.
 */
#ifndef E1000_TESTS_WIRE_H
#define E1000_TESTS_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#define WIRE_TCP      6u
#define WIRE_UDP      17u
#define WIRE_ETHERNET 14u
#define WIRE_FIN      0x01u
#define WIRE_PSH      0x08u

struct wire_kind {
    bool ipv6;
    uint8_t protocol;
};

/* Where the header of TCP or UDP begins, and where the payload. */
uint32_t wire_transport_at(struct wire_kind kind);
uint32_t wire_payload_at(struct wire_kind kind);

/* Where the checksum lies in the header of TCP or UDP. */
uint16_t wire_checksum_offset(uint8_t protocol);

/*
 * Makes a frame of `len` bytes with a payload drawn from `seed`. Its checksum field holds the sum of the pseudo-header; of TCP, it has PSH and a
 * sequence number near its end.
 */
void wire_make(uint8_t *frame, uint32_t len, struct wire_kind kind, uint32_t seed);

/* Finishes the checksum of such a frame. */
void wire_finish(uint8_t *frame, uint32_t len, struct wire_kind kind);

/* The folded sum of bytes, as 16-bit words. */
uint16_t wire_sum(const uint8_t *bytes, uint32_t len, uint32_t sum);

/* Whether lengths and checksums are those of the frame. */
bool wire_ip_right(const uint8_t *frame, uint32_t len, struct wire_kind kind);
bool wire_transport_right(const uint8_t *frame, uint32_t len, struct wire_kind kind);

uint32_t wire_get16(const uint8_t *at);
void wire_put16(uint8_t *at, uint32_t value);

#endif
