#include <string.h>

#include "jbd2/journal.h"

uint32_t nonfs_revoke_hash(uint64_t block)
{
    return (uint32_t)((block * 0x9e3779b97f4a7c15u) >> 32);
}

void nonfs_revoke_init(struct revoke_table *table, void *memory, size_t size)
{
    uint32_t n = 1;

    while (n < (1u << 24) && (size_t)n * 2 * sizeof(struct revoke_entry) <= size)
        n *= 2;
    memset(memory, 0, (size_t)n * sizeof(struct revoke_entry));
    *table = (struct revoke_table){.entries = memory, .mask = n - 1};
}

/* The entry of the block, or the free one where it would stand. */
static struct revoke_entry *revoke_find(const struct revoke_table *table, uint64_t block)
{
    uint32_t i = nonfs_revoke_hash(block) & table->mask;

    while (table->entries[i].used && table->entries[i].block != block)
        i = (i + 1) & table->mask;
    return &table->entries[i];
}

int nonfs_revoke_add(struct revoke_table *table, uint64_t block, uint32_t sequence)
{
    struct revoke_entry *e = revoke_find(table, block);

    if (e->used) {
        if ((int32_t)(sequence - e->sequence) > 0)
            e->sequence = sequence;
        return 0;
    }
    /* One entry always stays free: it ends the search. */
    if (table->count >= table->mask - table->mask / 4)
        return NONFS_E_NO_MEMORY;
    *e = (struct revoke_entry){block, sequence, 1};
    table->count++;
    return 0;
}

int nonfs_revoke_covers(const struct revoke_table *table, uint64_t block, uint32_t sequence)
{
    const struct revoke_entry *e = revoke_find(table, block);

    return e->used && (int32_t)(e->sequence - sequence) >= 0;
}
