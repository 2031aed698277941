#include "space.h"

#include "frame.h"
#include "kernel_map.h"
#include "pagetable.h"
#include "tlb.h"

#include <debug/log.h>

#define PAGE_SIZE FRAME_SIZE

/* Pages whose entries change before their translations are shot down together. */
static bool range_is_user(uint64_t address, size_t npages)
{
    return address % PAGE_SIZE == 0 && address >= NONOS_USER_MIN && address < NONOS_USER_END &&
           npages <= (NONOS_USER_END - address) / PAGE_SIZE;
}

/* An entry without any protection is kept, but not present: the processor may not use it. */
static uint64_t pte_protection(uint32_t prot)
{
    uint64_t pte = PTE_MAPPED | PTE_USER;

    KERNEL_ASSERT(!(prot & NONOS_PROT_WRITE) || !(prot & NONOS_PROT_EXECUTE));
    if (prot)
        pte |= PTE_PRESENT;
    if (prot & NONOS_PROT_WRITE)
        pte |= PTE_WRITE;
    if (!(prot & NONOS_PROT_EXECUTE))
        pte |= PTE_NO_EXEC;
    return pte;
}

static uint64_t pte_cache(enum space_cache cache)
{
    switch (cache) {
    case SPACE_UNCACHED:
        return PTE_UNCACHED;
    case SPACE_WRITE_COMBINING:
        return PTE_WRITE_COMBINING;
    default:
        return 0;
    }
}

int space_init(struct space *space)
{
    uint64_t root;
    int result = frame_alloc(&root);

    if (result < 0)
        return result;
    lock_init(&space->lock, LOCK_RANK_SPACE);
    space->root = root;
    space->ntables = 1;
    space->cpus = 0;
    /* Complete since the kernel started: what is mapped there later goes into tables that all
     * share. */
    for (size_t i = KERNEL_HALF_FIRST; i < PAGETABLE_ENTRIES; i++)
        ((uint64_t *)frame_address(root))[i] = ((const uint64_t *)frame_address(kernel_root))[i];
    return 0;
}

void space_free(struct space *space)
{
    tlb_leave_space(
        space); /* processors that run a kernel thread may still have the tables loaded */
    (void)pagetable_free(space->root, 0, KERNEL_HALF_FIRST - 1);
    frame_free(space->root);
    space->root = 0;
    space->ntables = 0;
}

int space_map(struct space *space, uint64_t address, uint64_t physical, uint32_t prot,
              enum space_cache cache)
{
    uint64_t *entry;
    int result;

    KERNEL_ASSERT(range_is_user(address, 1) && physical % PAGE_SIZE == 0);
    lock_acquire(&space->lock);
    result = pagetable_make(space->root, address, 1, PTE_USER, &entry, &space->ntables);
    if (result == 0 && *entry)
        result = NONOS_E_BUSY;
    if (result == 0)
        *entry = physical | pte_protection(prot) | pte_cache(cache);
    lock_release(&space->lock);
    return result;
}

/* Calls for each mapped page of the range; `change` returns the new entry. Returns whether a
 * processor may hold an old one. */
static bool range_change_locked(struct space *space, uint64_t address, size_t npages,
                                uint64_t (*change)(uint64_t entry, uint32_t prot), uint32_t prot)
{
    uint64_t end = address + npages * (uint64_t)PAGE_SIZE;
    bool stale = false;

    while (address < end) {
        unsigned missing = 0;
        uint64_t *entry = pagetable_find(space->root, address, 1, &missing);

        if (!entry) {
            address = (address | (pagetable_span(missing) - 1)) + 1;
            continue;
        }
        if (*entry) {
            stale |= *entry & PTE_PRESENT;
            *entry = change(*entry, prot);
        }
        address += PAGE_SIZE;
    }
    return stale;
}

static uint64_t entry_clear(uint64_t entry, uint32_t prot)
{
    (void)entry;
    (void)prot;
    return 0;
}

static uint64_t entry_protect(uint64_t entry, uint32_t prot)
{
    return (entry & (PTE_ADDRESS | PTE_PWT | PTE_PCD)) | pte_protection(prot);
}

void space_unmap(struct space *space, uint64_t address, size_t npages)
{
    bool stale;

    KERNEL_ASSERT(range_is_user(address, npages));
    lock_acquire(&space->lock);
    stale = range_change_locked(space, address, npages, entry_clear, 0);
    lock_release(&space->lock);
    if (stale)
        tlb_shootdown_space(space, address, npages);
}

void space_protect(struct space *space, uint64_t address, size_t npages, uint32_t prot)
{
    bool stale;

    KERNEL_ASSERT(range_is_user(address, npages));
    lock_acquire(&space->lock);
    stale = range_change_locked(space, address, npages, entry_protect, prot);
    lock_release(&space->lock);
    if (stale)
        tlb_shootdown_space(space, address, npages);
}

bool space_lookup(struct space *space, uint64_t address, uint64_t *physical, uint32_t *prot)
{
    uint64_t *entry, value = 0;

    if (address < NONOS_USER_MIN || address >= NONOS_USER_END)
        return false;
    lock_acquire(&space->lock);
    entry = pagetable_find(space->root, address, 1, NULL);
    if (entry)
        value = *entry;
    lock_release(&space->lock);
    if (!value)
        return false;
    *physical = (value & PTE_ADDRESS) + address % PAGE_SIZE;
    *prot = 0;
    if (value & PTE_PRESENT)
        *prot = NONOS_PROT_READ | (value & PTE_WRITE ? NONOS_PROT_WRITE : 0) |
                (value & PTE_NO_EXEC ? 0 : NONOS_PROT_EXECUTE);
    return true;
}
