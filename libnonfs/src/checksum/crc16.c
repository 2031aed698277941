#include "checksum/crc.h"

/* Four bits at a time: it runs over 50 bytes a group, so a table of 16 entries is enough. */
static const uint16_t crc16_table[16] = {
    0x0000, 0xcc01, 0xd801, 0x1400, 0xf001, 0x3c00, 0x2800, 0xe401,
    0xa001, 0x6c00, 0x7800, 0xb401, 0x5000, 0x9c01, 0x8801, 0x4400,
};

uint16_t nonfs_crc16(uint16_t crc, const void *data, size_t len)
{
    const uint8_t *p = data;

    for (; len > 0; len--, p++) {
        crc = (uint16_t)(crc >> 4 ^ crc16_table[(crc ^ *p) & 15]);
        crc = (uint16_t)(crc >> 4 ^ crc16_table[(crc ^ *p >> 4) & 15]);
    }
    return crc;
}
