/* Page sizes of x86-64 and rounding to them. */
#ifndef BOOT_PAGE_H
#define BOOT_PAGE_H

#include <stdint.h>

#define BOOT_PAGE_SIZE       4096ull
#define BOOT_LARGE_PAGE_SIZE (2ull << 20)
#define BOOT_HUGE_PAGE_SIZE  (1ull << 30)

/* `align` is a power of two. */
static inline uint64_t boot_align_down(uint64_t n, uint64_t align)
{
    return n & ~(align - 1);
}

/* Wraps to 0 for the last, incomplete unit of the number range. */
static inline uint64_t boot_align_up(uint64_t n, uint64_t align)
{
    return boot_align_down(n + align - 1, align);
}

static inline uint64_t boot_page_down(uint64_t n)
{
    return boot_align_down(n, BOOT_PAGE_SIZE);
}

static inline uint64_t boot_page_up(uint64_t n)
{
    return boot_align_up(n, BOOT_PAGE_SIZE);
}

#endif
