#include <nonnet/ipv6.h>

#include "wire/bytes.h"

#define FLOW_LABEL_MASK 0xfffffu

int nonnet_ipv6_decode(struct nonnet_ipv6_header *h, const uint8_t *frame, size_t len)
{
    struct byte_reader r = byte_reader(frame, len);
    struct nonnet_ipv6_header got;

    if (len < 1)
        return NONNET_E_TRUNCATED;
    uint32_t first = byte_reader_u32(&r);
    if (frame[0] >> 4 != 6)
        return NONNET_E_UNSUPPORTED;
    uint8_t traffic_class = (uint8_t)(first >> 20);
    got.dscp = traffic_class >> 2;
    got.ecn = traffic_class & 3;
    got.flow_label = first & FLOW_LABEL_MASK;
    got.payload_len = byte_reader_u16(&r);
    got.next_header = byte_reader_u8(&r);
    got.hop_limit = byte_reader_u8(&r);
    byte_reader_copy(&r, got.source.octet, sizeof got.source.octet);
    byte_reader_copy(&r, got.destination.octet, sizeof got.destination.octet);
    if (r.failed)
        return NONNET_E_TRUNCATED;
    if (got.payload_len == 0 && got.next_header == NONNET_IPV6_HOP_BY_HOP)
        return NONNET_E_UNSUPPORTED;
    if (got.payload_len > r.left)
        return NONNET_E_TRUNCATED;
    *h = got;
    return NONNET_OK;
}

int nonnet_ipv6_encode(const struct nonnet_ipv6_header *h, uint8_t *out, size_t size)
{
    if (h->dscp > 63 || h->ecn > 3 || h->flow_label > FLOW_LABEL_MASK)
        return NONNET_E_INVALID;
    if (h->payload_len == 0 && h->next_header == NONNET_IPV6_HOP_BY_HOP)
        return NONNET_E_INVALID;
    if (size < NONNET_IPV6_HEADER_LEN)
        return NONNET_E_NO_SPACE;

    struct byte_writer w = byte_writer(out, NONNET_IPV6_HEADER_LEN);
    byte_writer_u32(&w, (uint32_t)6 << 28 | (uint32_t)h->dscp << 22 | (uint32_t)h->ecn << 20 |
                            h->flow_label);
    byte_writer_u16(&w, h->payload_len);
    byte_writer_u8(&w, h->next_header);
    byte_writer_u8(&w, h->hop_limit);
    byte_writer_copy(&w, h->source.octet, sizeof h->source.octet);
    byte_writer_copy(&w, h->destination.octet, sizeof h->destination.octet);
    return NONNET_OK;
}

int nonnet_ipv6_fragment_encode(const struct nonnet_ipv6_fragment *fragment, uint8_t *out,
                                size_t size)
{
    if (fragment->offset % 8 != 0 || (fragment->offset == 0 && !fragment->more))
        return NONNET_E_INVALID;
    if (size < NONNET_IPV6_FRAGMENT_LEN)
        return NONNET_E_NO_SPACE;

    struct byte_writer w = byte_writer(out, NONNET_IPV6_FRAGMENT_LEN);
    byte_writer_u8(&w, fragment->next_header);
    byte_writer_u8(&w, 0);
    byte_writer_u16(&w, (uint16_t)(fragment->offset | (fragment->more ? 1 : 0)));
    byte_writer_u32(&w, fragment->id);
    return NONNET_OK;
}
