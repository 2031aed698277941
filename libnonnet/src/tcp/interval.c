#include "interval.h"

#include <string.h>

#include "arithmetic.h"

/* Index of the first interval that ends at or after `seq`. */
static uint16_t first_reaching(const struct tcp_intervals *set, uint32_t seq)
{
    uint16_t low = 0;
    uint16_t high = set->count;

    /* Most segments belong to the last interval. */
    if (high > 0 && seq_after(seq, set->items[high - 1].end))
        return high;
    while (low < high) {
        uint16_t middle = (uint16_t)((low + high) / 2);
        if (seq_before(set->items[middle].end, seq))
            low = (uint16_t)(middle + 1);
        else
            high = middle;
    }
    return low;
}

static void remove_items(struct tcp_intervals *set, uint16_t at, uint16_t count)
{
    if (count == 0)
        return;
    memmove(set->items + at, set->items + at + count,
            (size_t)(set->count - at - count) * sizeof *set->items);
    set->count = (uint16_t)(set->count - count);
}

bool nonnet_tcp_intervals_add(struct tcp_intervals *set, uint32_t start, uint32_t end, bool *known,
                              struct tcp_interval *duplicate)
{
    uint16_t first = first_reaching(set, start);
    uint16_t last = first; /* behind the last one that touches */

    *known = false;
    while (last < set->count && !seq_after(set->items[last].start, end)) {
        uint32_t from = seq_max(start, set->items[last].start);
        uint32_t to = seq_min(end, set->items[last].end);
        if (!*known && seq_before(from, to)) {
            *known = true;
            *duplicate = (struct tcp_interval){from, to};
        }
        last++;
    }
    if (first == last) {
        if (set->count == set->size)
            return false;
        memmove(set->items + first + 1, set->items + first,
                (size_t)(set->count - first) * sizeof *set->items);
        set->items[first] = (struct tcp_interval){start, end};
        set->count++;
        return true;
    }
    set->items[first].start = seq_min(set->items[first].start, start);
    set->items[first].end = seq_max(set->items[last - 1].end, end);
    remove_items(set, (uint16_t)(first + 1), (uint16_t)(last - first - 1));
    return true;
}

const struct tcp_interval *nonnet_tcp_intervals_find(const struct tcp_intervals *set, uint32_t seq)
{
    uint16_t i = first_reaching(set, seq + 1);

    if (i == set->count || seq_after(set->items[i].start, seq))
        return NULL;
    return &set->items[i];
}

uint32_t nonnet_tcp_intervals_advance(struct tcp_intervals *set, uint32_t next)
{
    uint16_t n = 0;

    while (n < set->count && !seq_after(set->items[n].start, next)) {
        next = seq_max(next, set->items[n].end);
        n++;
    }
    remove_items(set, 0, n);
    return next;
}
