#include "common/paging.h"

#include "common/page.h"

#include <string.h>

#define ENTRY_PRESENT 1ull
#define ENTRY_WRITE   2ull
#define ENTRY_LARGE   0x80ull
#define ENTRY_NX      (1ull << 63)
#define ENTRY_ADDRESS 0x000ffffffffff000ull

enum { ENTRIES = 512, LEVELS = 4 };

/* Bytes that one entry of a level maps; level 0 has pages of 4 KiB. */
static uint64_t level_span(int level)
{
    return BOOT_PAGE_SIZE << 9 * level;
}

static size_t level_index(uint64_t address, int level)
{
    return address / level_span(level) % ENTRIES;
}

size_t boot_tables_frames(uint64_t top, uint64_t image_len, bool huge_pages)
{
    size_t identity = top / level_span(3) + 1;
    size_t gibibytes = top / BOOT_HUGE_PAGE_SIZE + 1;
    /*
     * Below 4 GiB always pages of 2 MiB; with huge pages above, each end of the few ranges may need
     * a table.
     */
    identity += huge_pages && gibibytes > 4 + 64 ? 4 + 64 : gibibytes;
    /* The image may cross a boundary at each level. The gate's page splits up to two pages. */
    size_t image = 2 + 2 + image_len / BOOT_LARGE_PAGE_SIZE + 2;
    return 1 + identity + image + 2;
}

void boot_tables_init(struct boot_tables *tables, void *pool, uint64_t pool_physical, size_t frames,
                      bool huge_pages)
{
    *tables = (struct boot_tables){pool, pool_physical, frames, 1, huge_pages};
    memset(pool, 0, BOOT_PAGE_SIZE);
}

static uint64_t *table_at(const struct boot_tables *t, uint64_t physical)
{
    return t->pool + (physical - t->pool_physical) / sizeof(uint64_t);
}

/* Fills a fresh table with the pages that the large page `entry` of `level` + 1 consisted of. */
static void table_split(uint64_t *table, uint64_t entry, int level)
{
    uint64_t page = entry;
    if (level == 0)
        page &= ~ENTRY_LARGE;
    for (size_t i = 0; i < ENTRIES; i++)
        table[i] = page + i * level_span(level);
}

/* The table of `level` below `*entry`, made if there is none; NULL if the pool is used up. */
static uint64_t *table_below(struct boot_tables *t, uint64_t *entry, int level)
{
    if ((*entry & ENTRY_PRESENT) && !(*entry & ENTRY_LARGE))
        return table_at(t, *entry & ENTRY_ADDRESS);
    if (t->used == t->frames)
        return NULL;

    uint64_t physical = t->pool_physical + t->used++ * BOOT_PAGE_SIZE;
    uint64_t *table = table_at(t, physical);
    if (*entry & ENTRY_PRESENT)
        table_split(table, *entry, level);
    else
        memset(table, 0, BOOT_PAGE_SIZE);
    *entry = physical | ENTRY_PRESENT | ENTRY_WRITE;
    return table;
}

/* The highest level whose pages fit at the start of the range. */
static int level_choose(const struct boot_tables *t, uint64_t address, uint64_t physical,
                        uint64_t len)
{
    /* Below 4 GiB devices lie between RAM: a page of 1 GiB would mix their memory types. */
    int level = t->huge_pages && physical >= 4 * BOOT_HUGE_PAGE_SIZE ? 2 : 1;
    while (level > 0 && ((address | physical) % level_span(level) != 0 || len < level_span(level)))
        level--;
    return level;
}

static int page_map(struct boot_tables *t, uint64_t address, uint64_t page, int level)
{
    uint64_t *table = t->pool;
    for (int l = LEVELS - 1; l > level; l--) {
        table = table_below(t, &table[level_index(address, l)], l - 1);
        if (table == NULL)
            return BOOT_E_NO_MEMORY;
    }
    table[level_index(address, level)] = page | (level > 0 ? ENTRY_LARGE : 0);
    return 0;
}

int boot_tables_map(struct boot_tables *tables, uint64_t address, uint64_t physical, uint64_t len,
                    unsigned flags)
{
    uint64_t bits = ENTRY_PRESENT;
    if (flags & BOOT_MAP_WRITE)
        bits |= ENTRY_WRITE;
    if (!(flags & BOOT_MAP_EXECUTE))
        bits |= ENTRY_NX;

    while (len > 0) {
        int level = level_choose(tables, address, physical, len);
        int result = page_map(tables, address, physical | bits, level);
        if (result)
            return result;
        address += level_span(level);
        physical += level_span(level);
        len -= level_span(level);
    }
    return 0;
}
