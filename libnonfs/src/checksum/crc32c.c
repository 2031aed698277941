#include "checksum/crc.h"

#include "bytes.h"
#include "checksum/crc32c_table.h"

/* The part of four bytes that have `k` bytes behind them. */
static inline uint32_t fold(uint32_t word, unsigned k)
{
    return crc32c_table[k + 3][word & 0xff] ^ crc32c_table[k + 2][word >> 8 & 0xff] ^
           crc32c_table[k + 1][word >> 16 & 0xff] ^ crc32c_table[k][word >> 24];
}

/* The product of two remainders, whose highest bits are the coefficients of x^0. */
static uint32_t multiply(uint32_t a, uint32_t b)
{
    uint32_t product = 0;

    for (; a != 0; a <<= 1) {
        product ^= b & (0u - (a >> 31));
        b = b >> 1 ^ (0x82f63b78u & (0u - (b & 1)));
    }
    return product;
}

uint32_t nonfs_crc32c_power(size_t len)
{
    uint32_t power = 0x80000000u;
    uint32_t square = 0x00800000u; /* x^8 */

    for (; len > 0; len >>= 1) {
        if (len & 1)
            power = multiply(power, square);
        square = multiply(square, square);
    }
    return power;
}

uint32_t nonfs_crc32c_restart(uint32_t sum, uint32_t start, uint32_t other, uint32_t power)
{
    return sum ^ multiply(start ^ other, power);
}

/* Only the first of four words waits for the sum of what is before it. */
uint32_t nonfs_crc32c(uint32_t crc, const void *data, size_t len)
{
    const uint8_t *p = data;

    while (len >= 16) {
        crc = fold(crc ^ load_le32(p), 12) ^ fold(load_le32(p + 4), 8) ^ fold(load_le32(p + 8), 4) ^
              fold(load_le32(p + 12), 0);
        p += 16;
        len -= 16;
    }
    while (len >= 4) {
        crc = fold(crc ^ load_le32(p), 0);
        p += 4;
        len -= 4;
    }
    while (len-- > 0)
        crc = crc >> 8 ^ crc32c_table[0][(crc ^ *p++) & 0xff];
    return crc;
}
