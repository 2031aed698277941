#include "pagetable.h"

#include "frame.h"

#include <debug/log.h>

static uint64_t *table_at(uint64_t physical)
{
    return frame_address(physical & PTE_ADDRESS);
}

uint64_t *pagetable_find(uint64_t root, uint64_t address, unsigned level, unsigned *missing)
{
    uint64_t *table = table_at(root);

    for (unsigned l = PAGETABLE_LEVELS; l > level; l--) {
        uint64_t entry = table[pagetable_index(address, l)];
        if (!(entry & PTE_PRESENT) || (entry & PTE_LARGE)) {
            if (missing)
                *missing = l;
            return NULL;
        }
        table = table_at(entry);
    }
    return &table[pagetable_index(address, level)];
}

int pagetable_make(uint64_t root, uint64_t address, unsigned level, uint64_t table_flags,
                   uint64_t **entry, size_t *ntables)
{
    uint64_t *table = table_at(root);

    for (unsigned l = PAGETABLE_LEVELS; l > level; l--) {
        uint64_t *slot = &table[pagetable_index(address, l)];
        uint64_t frame;

        if (!(*slot & PTE_PRESENT)) {
            int result = frame_alloc(&frame);
            if (result < 0)
                return result;
            *slot = frame | table_flags | PTE_PRESENT | PTE_WRITE;
            ++*ntables;
        }
        KERNEL_ASSERT(!(*slot & PTE_LARGE));
        table = table_at(*slot);
    }
    *entry = &table[pagetable_index(address, level)];
    return 0;
}

/* Not recursive: the depth is fixed, one loop a level. */
size_t pagetable_free(uint64_t root, size_t first, size_t last)
{
    uint64_t *top = table_at(root);
    size_t count = 0;

    for (size_t i = first; i <= last; i++) {
        if (!(top[i] & PTE_PRESENT))
            continue;
        uint64_t *third = table_at(top[i]);
        for (size_t j = 0; j < PAGETABLE_ENTRIES; j++) {
            if (!(third[j] & PTE_PRESENT) || (third[j] & PTE_LARGE))
                continue;
            uint64_t *second = table_at(third[j]);
            for (size_t k = 0; k < PAGETABLE_ENTRIES; k++)
                if ((second[k] & PTE_PRESENT) && !(second[k] & PTE_LARGE)) {
                    frame_free(second[k] & PTE_ADDRESS);
                    count++;
                }
            frame_free(third[j] & PTE_ADDRESS);
            count++;
        }
        frame_free(top[i] & PTE_ADDRESS);
        top[i] = 0;
        count++;
    }
    return count;
}
