#include "checksum/crc.h"

#include "bytes.h"
#include "checksum/crc32c_table.h"

uint32_t nonfs_crc32c(uint32_t crc, const void *data, size_t len)
{
    const uint8_t *p = data;

    while (len >= 8) {
        uint32_t lo = crc ^ load_le32(p);
        uint32_t hi = load_le32(p + 4);

        crc = crc32c_table[7][lo & 0xff] ^ crc32c_table[6][lo >> 8 & 0xff] ^
              crc32c_table[5][lo >> 16 & 0xff] ^ crc32c_table[4][lo >> 24] ^
              crc32c_table[3][hi & 0xff] ^ crc32c_table[2][hi >> 8 & 0xff] ^
              crc32c_table[1][hi >> 16 & 0xff] ^ crc32c_table[0][hi >> 24];
        p += 8;
        len -= 8;
    }
    while (len-- > 0)
        crc = crc >> 8 ^ crc32c_table[0][(crc ^ *p++) & 0xff];
    return crc;
}
