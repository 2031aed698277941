#include "symbols.h"

#include "start.h"

#include <stddef.h>

/* Made by kernel/tools/symbols.py: a count, that many entries in ascending order, then the names.
 * The first link has none. */
struct symbol {
    uint32_t offset; /* in the image */
    uint32_t name;   /* from the start of the table */
};

struct symbol_table {
    uint32_t count;
    uint32_t reserved;
    struct symbol entries[];
};

const char *symbol_find(uint64_t address, uint64_t *offset)
{
    const struct symbol_table *table = (const struct symbol_table *)symbols_start;
    uint64_t at = address - (uint64_t)image_start;
    size_t low = 0, high;

    if (&image_end[0] == &symbols_start[0] || address < (uint64_t)image_start ||
        address >= (uint64_t)rodata_start)
        return NULL;
    for (high = table->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (table->entries[middle].offset <= at)
            low = middle + 1;
        else
            high = middle;
    }
    if (!low)
        return NULL;
    *offset = at - table->entries[low - 1].offset;
    return (const char *)symbols_start + table->entries[low - 1].name;
}
