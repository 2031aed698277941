/*
 * The memory map.
 *
 * Firmware gives ranges in any order, with odd bounds and sometimes overlapping. A loader collects
 * them, adds the ranges that it took itself, and normalises the lot into what boot_info.h promises:
 * sorted, page aligned, without overlap, neighbours of one type joined. Where ranges overlap the
 * most careful type wins; what the loader took wins over everything.
 */
#ifndef BOOT_MEMORY_H
#define BOOT_MEMORY_H

#include "common/result.h"

#include <nonos/boot_info.h>
#include <stddef.h>
#include <stdint.h>

#define BOOT_RANGES_MAX 1024

/* Four-level paging can map no more than this one to one; RAM above it is left out. */
#define BOOT_PHYSICAL_END (1ull << 47)

struct boot_range {
    uint64_t base;
    uint64_t len;
    uint32_t type; /* enum nonos_memory_type */
};

struct boot_range_edge {
    uint64_t address;
    int8_t step; /* +1 a range starts, -1 it ends */
    uint8_t type;
};

struct boot_ranges {
    size_t count;
    struct boot_range range[BOOT_RANGES_MAX];
    struct boot_range_edge edge[2 * BOOT_RANGES_MAX]; /* work space of boot_ranges_normalize() */
};

/*
 * Adds one range. Bytes beyond BOOT_PHYSICAL_END are cut off; an empty rest, or a USABLE rest
 * without one whole page, is dropped. Free memory is rounded inwards to pages, everything else
 * outwards. A type outside the enumeration counts as RESERVED. Returns 0 or BOOT_E_MAP_TOO_LONG.
 */
BOOT_MUST_CHECK
int boot_ranges_add(struct boot_ranges *ranges, uint64_t base, uint64_t len, uint32_t type);

/*
 * Writes the normalised map: `*count` holds the capacity of `map` on entry, the number of ranges on
 * return. The frame at address 0 is never USABLE. O(n log n). Returns 0 or BOOT_E_MAP_TOO_LONG;
 * then `*count` is unchanged.
 */
BOOT_MUST_CHECK
int boot_ranges_normalize(struct boot_ranges *ranges, struct nonos_boot_memory *map,
                          uint32_t *count);

/*
 * Finds the highest `len` bytes of USABLE memory in a normalised map that start at a multiple of
 * `align` (a power of two, at least a page), at or above 1 MiB (real mode's memory is left to the
 * kernel), and end at or below `end`. Returns 0 with `*base` set, or BOOT_E_NO_MEMORY.
 */
BOOT_MUST_CHECK
int boot_memory_find(const struct nonos_boot_memory *map, uint32_t count, uint64_t len,
                     uint64_t align, uint64_t end, uint64_t *base);

/*
 * The end of the highest range that is not RESERVED, and at least 4 GiB: the bytes to map one to
 * one.
 */
uint64_t boot_memory_top(const struct nonos_boot_memory *map, uint32_t count);

#endif
