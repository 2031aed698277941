#include "checksum/crc.h"

/* Four bits at a time: it runs over a partition table, 16 KiB, so a table of 16 entries is enough. */
static const uint32_t crc32_table[16] = {
    0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

uint32_t nonfs_crc32(uint32_t crc, const void *data, size_t len)
{
    const uint8_t *p = data;

    for (; len > 0; len--, p++) {
        crc = crc >> 4 ^ crc32_table[(crc ^ *p) & 15];
        crc = crc >> 4 ^ crc32_table[(crc ^ *p >> 4) & 15];
    }
    return crc;
}
