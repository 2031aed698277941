/* Opens the input as a boot archive, with the root hash made to fit, and reads every file. */
#include <stdlib.h>
#include <string.h>

#include <noncrypto/blake3.h>

#include "../archive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fix_root(uint8_t *bytes, size_t size)
{
    struct nonos_archive_header header;
    memcpy(&header, bytes, sizeof(header));
    size_t table = (size_t)header.nentries * sizeof(struct nonos_archive_entry);
    if (table <= size - sizeof(header))
        noncrypto_blake3(header.root, bytes + sizeof(header), table);
    memcpy(bytes, &header, sizeof(header));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct archive archive;
    uint8_t *bytes = malloc(size ? size : 1);
    memcpy(bytes, data, size);
    if (size >= sizeof(struct nonos_archive_header))
        fix_root(bytes, size);
    if (archive_open(&archive, bytes, size) >= 0)
        for (uint32_t i = 0; i < archive.nentries; i++) {
            struct archive_file file;
            const char *name = (const char *)bytes + sizeof(struct nonos_archive_header) +
                               i * sizeof(struct nonos_archive_entry);
            if (archive_find(&archive, name, &file) < 0)
                abort();
            (void)!archive_check(&file);
        }
    free(bytes);
    return 0;
}
