#include "header.h"

#include <string.h>

/* Section 5.1.6. */
enum header_at {
    AT_FLAGS = 0,
    AT_GSO_TYPE = 1,
    AT_HEADER_LEN = 2,
    AT_GSO_SIZE = 4,
    AT_CHECKSUM_START = 6,
    AT_CHECKSUM_OFFSET = 8,
    AT_BUFFERS = 10,
};

#define FLAG_NEEDS_CHECKSUM 1u
#define FLAG_DATA_VALID     2u

#define GSO_NONE  0u
#define GSO_TCPV4 1u
#define GSO_TCPV6 4u

static void put16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

void vnet_header_write(uint8_t header[VNET_HEADER_LEN], const struct nonos_nic_buffer *b)
{
    memset(header, 0, VNET_HEADER_LEN);
    if (b->flags & NONOS_NIC_FRAME_PARTIAL) {
        header[AT_FLAGS] = FLAG_NEEDS_CHECKSUM;
        put16(header + AT_CHECKSUM_START, b->checksum_start);
        put16(header + AT_CHECKSUM_OFFSET, b->checksum_offset);
    }
    if (b->flags & NONOS_NIC_FRAME_SEGMENTS) {
        header[AT_GSO_TYPE] =
            b->flags & NONOS_NIC_FRAME_SEGMENTS_IPV4 ? (uint8_t)GSO_TCPV4 : (uint8_t)GSO_TCPV6;
        put16(header + AT_HEADER_LEN, b->header_len);
        put16(header + AT_GSO_SIZE, b->segment_len);
    }
}

uint16_t vnet_header_buffers(const uint8_t header[VNET_HEADER_LEN])
{
    return get16(header + AT_BUFFERS);
}

/* Section 5.1.6.4: a checksum that is not finished has a field in the frame. */
static bool checksum_read(const uint8_t *header, uint32_t len, struct nonos_nic_buffer *b)
{
    uint32_t start = get16(header + AT_CHECKSUM_START), offset = get16(header + AT_CHECKSUM_OFFSET);
    if (header[AT_FLAGS] & FLAG_DATA_VALID)
        b->flags |= NONOS_NIC_FRAME_VERIFIED;
    if (!(header[AT_FLAGS] & FLAG_NEEDS_CHECKSUM))
        return true;
    if (start < NONOS_NIC_HEADER_LEN || start + offset + 2 > len)
        return false;
    b->flags |= NONOS_NIC_FRAME_PARTIAL;
    b->checksum_start = (uint16_t)start;
    b->checksum_offset = (uint16_t)offset;
    return true;
}

bool vnet_header_read(const uint8_t header[VNET_HEADER_LEN], uint32_t len, uint32_t offloads,
                      struct nonos_nic_buffer *b)
{
    *b = (struct nonos_nic_buffer){0};
    if (offloads & NONOS_NIC_OFFLOAD_VERIFIED && !checksum_read(header, len, b))
        return false;
    switch (header[AT_GSO_TYPE]) {
    case GSO_NONE:
        return true;
    case GSO_TCPV4:
        b->flags |= NONOS_NIC_FRAME_SEGMENTS_IPV4;
        break;
    case GSO_TCPV6:
        b->flags |= NONOS_NIC_FRAME_SEGMENTS_IPV6;
        break;
    default:
        return false; /* what was not negotiated: segments of UDP, ECN */
    }
    b->segment_len = get16(header + AT_GSO_SIZE);
    return offloads & NONOS_NIC_OFFLOAD_JOINED && b->segment_len > 0;
}
