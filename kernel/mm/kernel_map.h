/*
 * The kernel half of every address space: image, direct map, heap, stacks and devices, each at a
 * random place. Its top-level entries are made once, before the first address space, so that all
 * spaces share what comes later.
 */
#ifndef KERNEL_MM_KERNEL_MAP_H
#define KERNEL_MM_KERNEL_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonos/result.h>

struct nonos_boot_info;

#define KERNEL_HALF_FIRST 256u /* entry of the top table */

#define HEAP_AREA_SIZE   (2ull << 30)
#define STACK_AREA_SIZE  (2ull << 30)
#define DEVICE_AREA_SIZE (1ull << 30)

/* Where the areas lie; chosen by layout_init(). */
struct kernel_layout {
    uint64_t direct_map;
    uint64_t heap;
    uint64_t stacks;
    uint64_t devices;
};

extern struct kernel_layout kernel_layout;

/* Top page table of the kernel alone. */
extern uint64_t kernel_root;

/* Protections of kernel_map(): never WRITE with EXECUTE. All kernel pages are global. */
#define KERNEL_READ     0u
#define KERNEL_WRITE    1u
#define KERNEL_EXECUTE  2u
#define KERNEL_UNCACHED 4u
#define KERNEL_COMBINE  8u /* write-combining */

/* Maps `npages` consecutive frames at `address`, where nothing is mapped. NO_MEMORY: nothing is
 * mapped. */
NONOS_MUST_CHECK int kernel_map(uint64_t address, uint64_t physical, size_t npages, unsigned flags);
/* Takes `npages` translations away on all processors; the caller owns the frames. */
void kernel_unmap(uint64_t address, size_t npages);
/* The same in three steps, so that one shootdown serves many ranges, and the frames are freed: hide
 * every range, flush, free every range. */
void kernel_unmap_hide(uint64_t address, size_t npages);
void kernel_unmap_flush(void);
void kernel_unmap_free(uint64_t address, size_t npages);
/* Changes the protection of mapped pages, on all processors. */
void kernel_protect(uint64_t address, size_t npages, unsigned flags);
/* The frame behind a kernel address; false if nothing is mapped there. */
bool kernel_lookup(uint64_t address, uint64_t *physical);

/* Builds the tables of the kernel half for the image and the direct map and the empty areas. Panics
 * without memory. */
void kernel_map_start(const struct nonos_boot_info *info);

/* Maps `len` bytes of device memory or firmware tables in the device area, for good. NULL without
 * memory. */
void *device_map(uint64_t physical, uint64_t len, unsigned flags);

#endif
