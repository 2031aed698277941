/*
 * Physical memory in frames of 4 KiB. One bitmap, with a checksum for every region of it, verified
 * at every operation: double free, use after free (poison) and damage of the bitmap stop the
 * machine with a diagnostic.
 */
#ifndef KERNEL_MM_FRAME_H
#define KERNEL_MM_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include <nonos/result.h>

#define FRAME_SIZE 4096u

/* Gives a frame, filled with zeros. NO_MEMORY or 0. Safe on every processor; takes a leaf lock. */
NONOS_MUST_CHECK int frame_alloc(uint64_t *physical);
/* Gives `count` frames in a row, zeroed, below `limit` (a physical address; UINT64_MAX:
 * anywhere). */
NONOS_MUST_CHECK int frame_alloc_contiguous(size_t count, uint64_t limit, uint64_t *physical);
/* Takes a frame back, and poisons it. */
void frame_free(uint64_t physical);
size_t frame_free_count(void);
size_t frame_total_count(void);

/* The direct map: all RAM is mapped, read-write, never executable, at a random base. */
void *frame_address(uint64_t physical);
uint64_t frame_physical(const void *address);

#endif
