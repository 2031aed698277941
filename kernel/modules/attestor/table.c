/* The table of images that may run. */
#include "table.h"

#include <string.h>

#include <noncrypto/memory.h>

static void table_add(struct table *table, const struct manifest_image *image,
                      const struct archive *archive)
{
    struct table_entry *entry = &table->entries[table->n];
    if (archive_find(archive, image->image, &entry->file) < 0) {
        nonos_logf("attestor: the boot archive has no %s\n", image->image);
        return;
    }
    entry->image = image;
    table->n++;
}

void table_fill(struct table *table, const struct manifest *manifest, const struct archive *archive)
{
    for (uint32_t i = 0; i < manifest->nmodules; i++)
        table_add(table, &manifest->modules[i].image, archive);
    for (uint32_t i = 0; i < manifest->nprograms; i++)
        table_add(table, &manifest->programs[i], archive);
}

struct table_entry *table_find_hash(struct table *table, const uint8_t hash[32], size_t len)
{
    for (uint32_t i = 0; i < table->n; i++) {
        struct table_entry *entry = &table->entries[i];
        if (entry->file.len == len && noncrypto_compare(entry->file.hash, hash, 32) == 0)
            return entry;
    }
    return NULL;
}

struct table_entry *table_find_name(struct table *table, const char *name)
{
    for (uint32_t i = 0; i < table->n; i++)
        if (strcmp(table->entries[i].image->image, name) == 0)
            return &table->entries[i];
    return NULL;
}
