/* The boot archive. Its root is made right first, or no input would ever get past it. */
#include "common/archive.h"

#include <noncrypto/blake3.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER = sizeof(struct nonos_archive_header), ENTRY = sizeof(struct nonos_archive_entry) };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Gives the copy the right magic, length and root. */
static void header_mend(uint8_t *copy, size_t size)
{
    struct nonos_archive_header h;
    memcpy(&h, copy, sizeof h);
    h.magic = NONOS_ARCHIVE_MAGIC;
    h.version = 1;
    h.len = size;
    h.reserved = 0;
    h.nentries %= (size - HEADER) / ENTRY + 1;
    noncrypto_blake3(h.root, copy + HEADER, (size_t)h.nentries * ENTRY);
    memcpy(copy, &h, sizeof h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct boot_archive archive;
    size_t padded = (size + 4095) / 4096 * 4096;
    uint8_t *copy = calloc(1, padded + !padded);

    if (copy == NULL)
        return 0;
    memcpy(copy, data, size);
    if (padded > 0)
        header_mend(copy, padded);
    if (boot_archive_check(&archive, copy, padded) == 0) {
        for (uint32_t i = 0; i < archive.nentries; i++) {
            struct nonos_archive_entry e;
            boot_archive_entry(&archive, i, &e);
            if (e.offset > padded || e.len > padded - e.offset || strlen(e.name) >= sizeof e.name)
                abort();
        }
    }
    free(copy);
    return 0;
}
