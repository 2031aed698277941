#include <string.h>

#include "block/device.h"
#include "divide.h"
#include "gpt/table.h"

int nonfs_gpt_create(struct nonfs_gpt *gpt, const struct nonfs_block_device *dev,
                     const uint8_t disk_guid[16], uint32_t entry_count)
{
    uint64_t nblocks;

    if (nonfs_device_check(dev) != 0 || gpt->entries == NULL ||
        entry_count < NONFS_GPT_ENTRIES_MIN || entry_count > NONFS_GPT_ENTRIES_MAX)
        return NONFS_E_INVALID;
    if (gpt->capacity < entry_count)
        return NONFS_E_NO_SPACE;
    nblocks = gpt_entry_blocks(entry_count, GPT_ENTRY_SIZE, dev->block_size);
    /* Block 0, two headers, twice the entries, and a block to use. */
    if (dev->block_count < 2 * nblocks + 4)
        return NONFS_E_RANGE;
    memset(gpt->entries, 0, entry_count * sizeof(gpt->entries[0]));
    gpt->entry_count = entry_count;
    gpt->entry_size = GPT_ENTRY_SIZE;
    gpt->block_size = dev->block_size;
    gpt->block_count = dev->block_count;
    gpt->entries_first = 2;
    gpt->first_usable = 2 + nblocks;
    gpt->last_usable = dev->block_count - nblocks - 2;
    memcpy(gpt->disk_guid, disk_guid, sizeof(gpt->disk_guid));
    return 0;
}

int nonfs_gpt_add(struct nonfs_gpt *gpt, const struct nonfs_gpt_entry *entry, uint32_t *index)
{
    static const uint8_t none[16] = {0};
    uint32_t unused = gpt->entry_count;

    if (!gpt_entry_used(entry) || memcmp(entry->guid, none, sizeof(none)) == 0 ||
        entry->first > entry->last)
        return NONFS_E_INVALID;
    if (entry->first < gpt->first_usable || entry->last > gpt->last_usable)
        return NONFS_E_RANGE;
    for (uint32_t i = 0; i < gpt->entry_count; i++) {
        const struct nonfs_gpt_entry *other = &gpt->entries[i];

        if (!gpt_entry_used(other)) {
            unused = i < unused ? i : unused;
            continue;
        }
        if (memcmp(entry->guid, other->guid, sizeof(entry->guid)) == 0)
            return NONFS_E_INVALID;
        if (entry->first <= other->last && other->first <= entry->last)
            return NONFS_E_RANGE;
    }
    if (unused == gpt->entry_count)
        return NONFS_E_NO_SPACE;
    gpt->entries[unused] = *entry;
    *index = unused;
    return 0;
}

int nonfs_gpt_delete(struct nonfs_gpt *gpt, uint32_t index)
{
    if (index >= gpt->entry_count || !gpt_entry_used(&gpt->entries[index]))
        return NONFS_E_NOT_FOUND;
    memset(&gpt->entries[index], 0, sizeof(gpt->entries[index]));
    return 0;
}

/*
 * The first gap at or behind `from`: its first block, moved up to the alignment, and its last. Returns 0 when there is
 * none. A gap may be empty after it was aligned; then *first is behind *last.
 */
static int next_gap(const struct nonfs_gpt *gpt, uint64_t from, uint64_t alignment, uint64_t *first,
                    uint64_t *last)
{
    int moved = 1;

    /* Partitions are in no order: skip each that covers `from` until none does. */
    while (moved) {
        moved = 0;
        for (uint32_t i = 0; i < gpt->entry_count; i++) {
            const struct nonfs_gpt_entry *e = &gpt->entries[i];

            if (gpt_entry_used(e) && e->first <= from && from <= e->last) {
                from = e->last + 1;
                moved = 1;
            }
        }
    }
    if (from > gpt->last_usable)
        return 0;
    *last = gpt->last_usable;
    for (uint32_t i = 0; i < gpt->entry_count; i++) {
        const struct nonfs_gpt_entry *e = &gpt->entries[i];

        if (gpt_entry_used(e) && e->first > from && e->first - 1 < *last)
            *last = e->first - 1;
    }
    *first = from + alignment - 1 < from ? UINT64_MAX : (from + alignment - 1) & ~(alignment - 1);
    return 1;
}

int nonfs_gpt_find_space(const struct nonfs_gpt *gpt, uint64_t nblocks, uint64_t alignment,
                         uint64_t *first, uint64_t *last)
{
    uint64_t from = gpt->first_usable;
    uint64_t best = 0;
    uint64_t gap_first;
    uint64_t gap_last;

    if ((alignment & (alignment - 1)) != 0)
        return NONFS_E_INVALID;
    if (alignment == 0)
        alignment = NONFS_GPT_ALIGNMENT >> shift_of(gpt->block_size);
    while (next_gap(gpt, from, alignment, &gap_first, &gap_last)) {
        uint64_t room = gap_first > gap_last ? 0 : gap_last - gap_first + 1;

        if (nblocks != 0 && room >= nblocks) {
            *first = gap_first;
            *last = gap_first + nblocks - 1;
            return 0;
        }
        if (nblocks == 0 && room > best) {
            best = room;
            *first = gap_first;
            *last = gap_last;
        }
        from = gap_last + 1;
    }
    return best > 0 ? 0 : NONFS_E_NO_SPACE;
}
