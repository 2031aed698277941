/* Four-level page tables of x86-64 (SDM volume 3 section 4.5), seen as arrays in the direct map. No
 * function here flushes a TLB. */
#ifndef KERNEL_MM_PAGETABLE_H
#define KERNEL_MM_PAGETABLE_H

#include <stddef.h>
#include <stdint.h>

#include <nonos/result.h>

#define PTE_PRESENT 0x1ull
#define PTE_WRITE   0x2ull
#define PTE_USER    0x4ull
#define PTE_PWT     0x8ull
#define PTE_PCD     0x10ull
#define PTE_LARGE   0x80ull /* level 2: a page of 2 MiB */
#define PTE_GLOBAL  0x100ull
#define PTE_MAPPED  0x200ull /* ours: the entry holds a mapping, present or not */
#define PTE_NO_EXEC (1ull << 63)
#define PTE_ADDRESS 0x000ffffffffff000ull

/* With the PAT that features_init() loads. */
#define PTE_UNCACHED        (PTE_PCD | PTE_PWT)
#define PTE_WRITE_COMBINING PTE_PWT

#define PAGETABLE_ENTRIES 512u
#define PAGETABLE_LEVELS  4u
#define LARGE_PAGE_SIZE   0x200000ull

/* Bytes that one entry of a level covers; level 1 is the lowest. */
static inline uint64_t pagetable_span(unsigned level)
{
    return 1ull << (12 + 9 * (level - 1));
}

static inline size_t pagetable_index(uint64_t address, unsigned level)
{
    return (size_t)(address >> (12 + 9 * (level - 1)) & (PAGETABLE_ENTRIES - 1));
}

/*
 * The entry for `address` in the table of `level`, or NULL if a table above it is missing; then
 * `*missing`, if not NULL, is the level of the empty entry, all of whose span holds nothing.
 */
uint64_t *pagetable_find(uint64_t root, uint64_t address, unsigned level, unsigned *missing);

/*
 * The same, making the missing tables with the bits `table_flags`; `*ntables` grows by their
 * number. NO_MEMORY: what was made stays, empty.
 */
NONOS_MUST_CHECK int pagetable_make(uint64_t root, uint64_t address, unsigned level,
                                    uint64_t table_flags, uint64_t **entry, size_t *ntables);

/* Frees the tables under entries [first, last] of the top table, not what they map. Returns how
 * many. */
size_t pagetable_free(uint64_t root, size_t first, size_t last);

#endif
