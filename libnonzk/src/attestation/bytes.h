/*
 * Numbers in files, little-endian. Private to libnonzk.
 */
#ifndef NONZK_SRC_ATTESTATION_BYTES_H
#define NONZK_SRC_ATTESTATION_BYTES_H

#include <stdint.h>

static inline uint32_t load_u32le(const uint8_t *p)
{
    return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static inline uint64_t load_u64le(const uint8_t *p)
{
    return (uint64_t)load_u32le(p + 4) << 32 | load_u32le(p);
}

static inline void store_u32le(uint8_t *p, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(value >> 8 * i);
}

static inline void store_u64le(uint8_t *p, uint64_t value)
{
    store_u32le(p, (uint32_t)value);
    store_u32le(p + 4, (uint32_t)(value >> 32));
}

#endif
