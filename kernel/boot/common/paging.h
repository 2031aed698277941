/*
 * Four-level page tables (Intel SDM volume 3, section 4.5; AMD64 APM volume 2, section 5.3).
 *
 * The tables come out of one pool of frames that the caller gives, contiguous in physical memory.
 * Each mapping uses the largest pages that fit; a large page that a later mapping overlaps in part
 * is split.
 */
#ifndef BOOT_PAGING_H
#define BOOT_PAGING_H

#include "common/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BOOT_MAP_WRITE   1u
#define BOOT_MAP_EXECUTE 2u

struct boot_tables {
    uint64_t *pool;         /* where the loader sees the frames */
    uint64_t pool_physical; /* where the processor sees them */
    size_t frames;
    size_t used;
    bool huge_pages; /* the processor has pages of 1 GiB */
};

/*
 * Frames that suffice to map [0, top) one to one and an image of `image_len` bytes anywhere else.
 */
size_t boot_tables_frames(uint64_t top, uint64_t image_len, bool huge_pages);

/*
 * Starts an empty address space; the root table is the pool's first frame. `frames` is at least 1.
 */
void boot_tables_init(struct boot_tables *tables, void *pool, uint64_t pool_physical, size_t frames,
                      bool huge_pages);

/*
 * Maps `len` bytes from `address` to `physical`, all three multiples of the page size, the range
 * inside one canonical half. What was mapped there is replaced. `flags` is 0 for read-only data or
 * BOOT_MAP_WRITE or BOOT_MAP_EXECUTE.
 *
 * Returns 0, or BOOT_E_NO_MEMORY when the pool is used up; then a part of the range is mapped.
 */
BOOT_MUST_CHECK
int boot_tables_map(struct boot_tables *tables, uint64_t address, uint64_t physical, uint64_t len,
                    unsigned flags);

#endif
