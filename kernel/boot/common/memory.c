#include "common/memory.h"

#include "common/page.h"

#include <stdbool.h>

enum { TYPES = NONOS_MEMORY_RESERVED + 1, LOW_MEMORY_END = 1 << 20 };

/* Which type an address has that several ranges claim: the first one here that claims it. */
static const uint8_t precedence[] = {
    NONOS_MEMORY_KERNEL,   NONOS_MEMORY_ARCHIVE, NONOS_MEMORY_LOADER,
    NONOS_MEMORY_RESERVED, NONOS_MEMORY_ACPI,    NONOS_MEMORY_USABLE,
};

int boot_ranges_add(struct boot_ranges *ranges, uint64_t base, uint64_t len, uint32_t type)
{
    if (base >= BOOT_PHYSICAL_END || len == 0)
        return 0;
    if (type < NONOS_MEMORY_USABLE || type > NONOS_MEMORY_RESERVED)
        type = NONOS_MEMORY_RESERVED;

    uint64_t end = len > BOOT_PHYSICAL_END - base ? BOOT_PHYSICAL_END : base + len;
    if (type == NONOS_MEMORY_USABLE) {
        base = boot_page_up(base);
        end = boot_page_down(end);
    } else {
        base = boot_page_down(base);
        end = boot_page_up(end);
    }
    if (base >= end)
        return 0;
    if (ranges->count == BOOT_RANGES_MAX)
        return BOOT_E_MAP_TOO_LONG;
    ranges->range[ranges->count++] = (struct boot_range){base, end - base, type};
    return 0;
}

static void edges_sift_down(struct boot_range_edge *edge, size_t root, size_t count)
{
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && edge[child + 1].address > edge[child].address)
            child++;
        if (edge[root].address >= edge[child].address)
            return;
        struct boot_range_edge swap = edge[root];
        edge[root] = edge[child];
        edge[child] = swap;
    }
}

/* Heap sort: no recursion, no worst case. */
static void edges_sort(struct boot_range_edge *edge, size_t count)
{
    for (size_t i = count / 2; i-- > 0;)
        edges_sift_down(edge, i, count);
    for (size_t i = count; i-- > 1;) {
        struct boot_range_edge swap = edge[0];
        edge[0] = edge[i];
        edge[i] = swap;
        edges_sift_down(edge, 0, i);
    }
}

static size_t edges_make(struct boot_ranges *ranges)
{
    size_t n = 0;
    for (size_t i = 0; i < ranges->count; i++) {
        const struct boot_range *r = &ranges->range[i];
        ranges->edge[n++] = (struct boot_range_edge){r->base, 1, (uint8_t)r->type};
        ranges->edge[n++] = (struct boot_range_edge){r->base + r->len, -1, (uint8_t)r->type};
    }
    edges_sort(ranges->edge, n);
    return n;
}

/* The type of an address that `claims[type]` ranges of each type cover; 0 if none does. */
static uint32_t type_resolve(const int *claims)
{
    for (size_t i = 0; i < sizeof precedence; i++)
        if (claims[precedence[i]] > 0)
            return precedence[i];
    return 0;
}

/* Appends [base, end) to the map or lengthens its last range. */
static bool map_append(struct nonos_boot_memory *map, uint32_t *n, uint32_t capacity, uint64_t base,
                       uint64_t end, uint32_t type)
{
    if (*n > 0 && map[*n - 1].type == type && map[*n - 1].base + map[*n - 1].len == base) {
        map[*n - 1].len += end - base;
        return true;
    }
    if (*n == capacity)
        return false;
    map[(*n)++] = (struct nonos_boot_memory){.base = base, .len = end - base, .type = type};
    return true;
}

int boot_ranges_normalize(struct boot_ranges *ranges, struct nonos_boot_memory *map,
                          uint32_t *count)
{
    int claims[TYPES] = {0};
    size_t nedges = edges_make(ranges);
    uint32_t n = 0;

    for (size_t i = 0; i < nedges; i++) {
        const struct boot_range_edge *e = &ranges->edge[i];
        claims[e->type] += e->step;
        uint64_t base = e->address;
        uint64_t end = i + 1 < nedges ? e[1].address : base;
        uint32_t type = type_resolve(claims);
        /* The first frame holds the real-mode vectors, and a physical address 0 means "none". */
        if (base == 0 && type == NONOS_MEMORY_USABLE && end > 0) {
            if (!map_append(map, &n, *count, 0, BOOT_PAGE_SIZE, NONOS_MEMORY_RESERVED))
                return BOOT_E_MAP_TOO_LONG;
            base = BOOT_PAGE_SIZE;
        }
        if (type != 0 && base < end && !map_append(map, &n, *count, base, end, type))
            return BOOT_E_MAP_TOO_LONG;
    }
    *count = n;
    return 0;
}

int boot_memory_find(const struct nonos_boot_memory *map, uint32_t count, uint64_t len,
                     uint64_t align, uint64_t end, uint64_t *base)
{
    for (uint32_t i = count; i-- > 0;) {
        uint64_t first = map[i].base;
        uint64_t last = first + map[i].len < end ? first + map[i].len : end;
        if (first < LOW_MEMORY_END)
            first = LOW_MEMORY_END;
        if (map[i].type != NONOS_MEMORY_USABLE || last < first || last - first < len)
            continue;
        uint64_t found = boot_align_down(last - len, align);
        if (found >= first) {
            *base = found;
            return 0;
        }
    }
    return BOOT_E_NO_MEMORY;
}

uint64_t boot_memory_top(const struct nonos_boot_memory *map, uint32_t count)
{
    uint64_t top = 4ull << 30;
    for (uint32_t i = 0; i < count; i++)
        if (map[i].type != NONOS_MEMORY_RESERVED && map[i].base + map[i].len > top)
            top = map[i].base + map[i].len;
    return top;
}
