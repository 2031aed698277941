/* Little-endian numbers at any alignment. */
#ifndef BOOT_BYTES_H
#define BOOT_BYTES_H

#include <stdint.h>

static inline uint16_t bytes_u16le(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t bytes_u32le(const uint8_t *p)
{
    return bytes_u16le(p) | (uint32_t)bytes_u16le(p + 2) << 16;
}

static inline uint64_t bytes_u64le(const uint8_t *p)
{
    return bytes_u32le(p) | (uint64_t)bytes_u32le(p + 4) << 32;
}

#endif
