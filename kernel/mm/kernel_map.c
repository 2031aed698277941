#include "kernel_map.h"

#include "frame.h"
#include "pagetable.h"
#include "tlb.h"

#include <debug/lock.h>
#include <debug/log.h>
#include <nonos/boot_info.h>

struct kernel_layout kernel_layout;
uint64_t kernel_root;

static struct lock kernel_map_lock = LOCK_INIT(LOCK_RANK_KERNEL_MAP);
static uint64_t device_next; /* offset in the device area */

static uint64_t pte_flags(unsigned flags)
{
    uint64_t pte = PTE_PRESENT | PTE_GLOBAL;

    KERNEL_ASSERT(!(flags & KERNEL_WRITE) || !(flags & KERNEL_EXECUTE));
    if (flags & KERNEL_WRITE)
        pte |= PTE_WRITE;
    if (!(flags & KERNEL_EXECUTE))
        pte |= PTE_NO_EXEC;
    if (flags & KERNEL_UNCACHED)
        pte |= PTE_UNCACHED;
    if (flags & KERNEL_COMBINE)
        pte |= PTE_WRITE_COMBINING;
    return pte;
}

static void clear_locked(uint64_t address, size_t npages)
{
    for (; npages; npages--, address += FRAME_SIZE) {
        uint64_t *entry = pagetable_find(kernel_root, address, 1, NULL);
        KERNEL_ASSERT(entry && (*entry & PTE_PRESENT));
        *entry = 0;
    }
}

int kernel_map(uint64_t address, uint64_t physical, size_t npages, unsigned flags)
{
    uint64_t pte = pte_flags(flags), *entry;
    size_t ntables = 0;

    lock_acquire(&kernel_map_lock);
    for (size_t i = 0; i < npages; i++) {
        uint64_t offset = i * FRAME_SIZE;
        if (pagetable_make(kernel_root, address + offset, 1, 0, &entry, &ntables) < 0) {
            clear_locked(address, i);
            lock_release(&kernel_map_lock);
            return NONOS_E_NO_MEMORY;
        }
        KERNEL_ASSERT(!*entry);
        *entry = (physical + offset) | pte;
    }
    lock_release(&kernel_map_lock);
    return 0;
}

void kernel_unmap(uint64_t address, size_t npages)
{
    lock_acquire(&kernel_map_lock);
    clear_locked(address, npages);
    lock_release(&kernel_map_lock);
    tlb_shootdown_kernel(address, npages);
}

/* The entry keeps the frame, for the last step. */
void kernel_unmap_hide(uint64_t address, size_t npages)
{
    lock_acquire(&kernel_map_lock);
    for (size_t i = 0; i < npages; i++) {
        uint64_t *entry = pagetable_find(kernel_root, address + i * FRAME_SIZE, 1, NULL);
        KERNEL_ASSERT(entry && (*entry & PTE_PRESENT));
        *entry &= ~PTE_PRESENT;
    }
    lock_release(&kernel_map_lock);
}

void kernel_unmap_flush(void)
{
    tlb_shootdown_kernel(0, SIZE_MAX);
}

void kernel_unmap_free(uint64_t address, size_t npages)
{
    lock_acquire(&kernel_map_lock);
    for (size_t i = 0; i < npages; i++) {
        uint64_t *entry = pagetable_find(kernel_root, address + i * FRAME_SIZE, 1, NULL);
        KERNEL_ASSERT(entry && *entry && !(*entry & PTE_PRESENT));
        frame_free(*entry & PTE_ADDRESS);
        *entry = 0;
    }
    lock_release(&kernel_map_lock);
}

void kernel_protect(uint64_t address, size_t npages, unsigned flags)
{
    uint64_t pte = pte_flags(flags);

    lock_acquire(&kernel_map_lock);
    for (size_t i = 0; i < npages; i++) {
        uint64_t *entry = pagetable_find(kernel_root, address + i * FRAME_SIZE, 1, NULL);
        KERNEL_ASSERT(entry && (*entry & PTE_PRESENT));
        *entry = (*entry & PTE_ADDRESS) | pte;
    }
    lock_release(&kernel_map_lock);
    tlb_shootdown_kernel(address, npages);
}

bool kernel_lookup(uint64_t address, uint64_t *physical)
{
    unsigned missing = 0;
    uint64_t *entry = pagetable_find(kernel_root, address, 1, &missing);
    uint64_t span = FRAME_SIZE;

    if (!entry && missing == 2) { /* perhaps a large page of the direct map */
        entry = pagetable_find(kernel_root, address, 2, NULL);
        span = LARGE_PAGE_SIZE;
    }
    if (!entry || !(*entry & PTE_PRESENT))
        return false;
    *physical = (*entry & PTE_ADDRESS & ~(span - 1)) + (address & (span - 1));
    return true;
}

void *device_map(uint64_t physical, uint64_t len, unsigned flags)
{
    uint64_t first = physical & ~(uint64_t)(FRAME_SIZE - 1);
    size_t npages = (size_t)((physical - first + len + FRAME_SIZE - 1) / FRAME_SIZE);
    uint64_t offset;

    if (len > DEVICE_AREA_SIZE)
        return NULL;
    lock_acquire(&kernel_map_lock);
    offset = device_next;
    if (npages + 1 > (DEVICE_AREA_SIZE - offset) / FRAME_SIZE) {
        lock_release(&kernel_map_lock);
        return NULL;
    }
    device_next += (npages + 1) * (uint64_t)FRAME_SIZE; /* an empty page between two mappings */
    lock_release(&kernel_map_lock);
    if (kernel_map(kernel_layout.devices + offset, first, npages, flags) < 0)
        return NULL;
    return (void *)(uintptr_t)(kernel_layout.devices + offset + (physical - first));
}

/* ---- while the kernel starts ---- */

static uint64_t *entry_make(uint64_t address, unsigned level)
{
    size_t ntables = 0;
    uint64_t *entry;

    if (pagetable_make(kernel_root, address, level, 0, &entry, &ntables) < 0)
        panic("no memory for the kernel's page tables");
    return entry;
}

/* Large pages where they fit, so that the direct map costs few tables. */
static void direct_map_range(uint64_t physical, uint64_t len)
{
    uint64_t pte = pte_flags(KERNEL_WRITE), end = physical + len;

    while (physical < end) {
        uint64_t address = kernel_layout.direct_map + physical;
        bool large = physical % LARGE_PAGE_SIZE == 0 && end - physical >= LARGE_PAGE_SIZE;

        *entry_make(address, large ? 2 : 1) = physical | pte | (large ? PTE_LARGE : 0);
        physical += large ? LARGE_PAGE_SIZE : FRAME_SIZE;
    }
}

static void area_prepare(uint64_t base, uint64_t size)
{
    (void)entry_make(base, PAGETABLE_LEVELS - 1);
    (void)entry_make(base + size - 1, PAGETABLE_LEVELS - 1);
}

void kernel_map_start(const struct nonos_boot_info *info)
{
    if (frame_alloc(&kernel_root) < 0)
        panic("no memory for the kernel's page tables");
    for (uint32_t i = 0; i < info->nmemory; i++) {
        const struct nonos_boot_memory *m = &info->memory[i];
        /* The kernel image has no second, writable mapping. */
        if (m->type != NONOS_MEMORY_KERNEL && m->type != NONOS_MEMORY_RESERVED)
            direct_map_range(m->base, m->len);
    }
    area_prepare(kernel_layout.heap, HEAP_AREA_SIZE);
    area_prepare(kernel_layout.stacks, STACK_AREA_SIZE);
    area_prepare(kernel_layout.devices, DEVICE_AREA_SIZE);
}
