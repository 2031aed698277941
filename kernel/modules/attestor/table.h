/* The boot archive's images: what the manifest lists and the archive holds. Being here lets nothing run; `result` does. */
#ifndef ATTESTOR_TABLE_H
#define ATTESTOR_TABLE_H

#include "archive.h"
#include "manifest.h"
#include "mint.h"

#include <nonos/runtime.h>

#define TABLE_MAX (MANIFEST_MODULES + MANIFEST_PROGRAMS)

struct table_entry {
    const struct manifest_image *image;
    struct archive_file file;
    struct minted module;              /* once it was minted */
    struct nonzk_module_report report; /* of its attestation */
    int result;                        /* whether it may run */
    uint32_t generation;               /* of the rule that `result` is by */
};

struct table {
    struct table_entry entries[TABLE_MAX];
    uint32_t n;
};

/* Fills the table. What the archive does not hold is left out, with a line on the console. */
void table_fill(struct table *table, const struct manifest *manifest,
                const struct archive *archive);

/* By the BLAKE3 and length of the image, or by its name in the archive; NULL if it is not listed. */
struct table_entry *table_find_hash(struct table *table, const uint8_t hash[32], size_t len);
struct table_entry *table_find_name(struct table *table, const char *name);

#endif
