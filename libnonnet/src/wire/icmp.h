/*
 * What the messages of ICMP (RFC 792, RFC 1122 section 3.2.2) and ICMPv6 (RFC 4443) have in common:
 * type, code, checksum, and a word whose meaning depends on the type.
 */
#ifndef NONNET_WIRE_ICMP_H
#define NONNET_WIRE_ICMP_H

#include <nonnet/result.h>

#include "wire/bytes.h"

#define ICMP_HEADER_LEN      8
#define ICMP_CHECKSUM_OFFSET 2

/* Types of ICMP. */
enum icmpv4_type {
    ICMPV4_ECHO_REPLY = 0,
    ICMPV4_UNREACHABLE = 3,
    ICMPV4_SOURCE_QUENCH = 4,
    ICMPV4_REDIRECT = 5,
    ICMPV4_ECHO_REQUEST = 8,
    ICMPV4_TIME_EXCEEDED = 11,
    ICMPV4_PARAMETER_PROBLEM = 12,
};

/* Codes of ICMPV4_UNREACHABLE. */
enum icmpv4_unreachable {
    ICMPV4_PROTOCOL_UNREACHABLE = 2,
    ICMPV4_PORT_UNREACHABLE = 3,
    ICMPV4_FRAGMENTATION_NEEDED = 4,
};

/* Types of ICMPv6. Those below 128 are errors. */
enum icmpv6_type {
    ICMPV6_UNREACHABLE = 1,
    ICMPV6_PACKET_TOO_BIG = 2,
    ICMPV6_TIME_EXCEEDED = 3,
    ICMPV6_PARAMETER_PROBLEM = 4,
    ICMPV6_ECHO_REQUEST = 128,
    ICMPV6_ECHO_REPLY = 129,
    ICMPV6_MLD_QUERY = 130,
    ICMPV6_ROUTER_SOLICITATION = 133,
    ICMPV6_ROUTER_ADVERTISEMENT = 134,
    ICMPV6_NEIGHBOUR_SOLICITATION = 135,
    ICMPV6_NEIGHBOUR_ADVERTISEMENT = 136,
    ICMPV6_REDIRECT = 137,
    ICMPV6_MLD2_REPORT = 143,
};

#define ICMPV6_FIRST_INFORMATIONAL 128
#define ICMPV6_PORT_UNREACHABLE    4 /* code of ICMPV6_UNREACHABLE */
/* Code of both TIME_EXCEEDED types: the fragments did not all come in time. */
#define ICMP_REASSEMBLY_TIME       1

struct icmp_header {
    uint8_t type;
    uint8_t code;
    uint16_t checksum;
    uint32_t word; /* identifier and sequence number, MTU, or pointer */
};

/* Returns 0, or NONNET_E_TRUNCATED for fewer than ICMP_HEADER_LEN bytes; then `*h` is unchanged. */
static inline int icmp_decode(struct icmp_header *h, const uint8_t *data, size_t len)
{
    struct byte_reader r = byte_reader(data, len);
    struct icmp_header got;

    got.type = byte_reader_u8(&r);
    got.code = byte_reader_u8(&r);
    got.checksum = byte_reader_u16(&r);
    got.word = byte_reader_u32(&r);
    if (r.failed)
        return NONNET_E_TRUNCATED;
    *h = got;
    return NONNET_OK;
}

/* Writes ICMP_HEADER_LEN bytes. */
static inline void icmp_encode(const struct icmp_header *h, uint8_t *out)
{
    struct byte_writer w = byte_writer(out, ICMP_HEADER_LEN);

    byte_writer_u8(&w, h->type);
    byte_writer_u8(&w, h->code);
    byte_writer_u16(&w, h->checksum);
    byte_writer_u32(&w, h->word);
}

#endif
