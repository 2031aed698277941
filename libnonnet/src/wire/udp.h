/*
 * The UDP header: RFC 768.
 */
#ifndef NONNET_WIRE_UDP_H
#define NONNET_WIRE_UDP_H

#include <nonnet/result.h>

#include "wire/bytes.h"

#define UDP_HEADER_LEN      8
#define UDP_CHECKSUM_OFFSET 6

struct udp_header {
    uint16_t source;
    uint16_t destination;
    uint16_t len;      /* bytes, header included */
    uint16_t checksum; /* 0: the sender made none */
};

/*
 * Decodes the header of a datagram in `len` bytes of payload, which may be more than the datagram
 * has.
 *
 * Returns 0; NONNET_E_TRUNCATED if the header or the datagram is longer than the payload;
 * NONNET_E_MALFORMED if the datagram is shorter than its header (so are those of jumbograms, RFC
 * 2675). On error `*h` is unchanged.
 */
static inline int udp_decode(struct udp_header *h, const uint8_t *data, size_t len)
{
    struct byte_reader r = byte_reader(data, len);
    struct udp_header got;

    got.source = byte_reader_u16(&r);
    got.destination = byte_reader_u16(&r);
    got.len = byte_reader_u16(&r);
    got.checksum = byte_reader_u16(&r);
    if (r.failed || got.len > len)
        return NONNET_E_TRUNCATED;
    if (got.len < UDP_HEADER_LEN)
        return NONNET_E_MALFORMED;
    *h = got;
    return NONNET_OK;
}

/* Writes UDP_HEADER_LEN bytes. */
static inline void udp_encode(const struct udp_header *h, uint8_t *out)
{
    struct byte_writer w = byte_writer(out, UDP_HEADER_LEN);

    byte_writer_u16(&w, h->source);
    byte_writer_u16(&w, h->destination);
    byte_writer_u16(&w, h->len);
    byte_writer_u16(&w, h->checksum);
}

#endif
