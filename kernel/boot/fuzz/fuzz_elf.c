/* The kernel's file: whatever the bytes are, an accepted image loads inside its memory. */
#include "common/elf.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct boot_elf elf;
    if (boot_elf_check(&elf, data, size) != 0 || elf.image_len > 1 << 20)
        return 0;
    uint8_t *image = malloc(elf.image_len);
    if (image != NULL)
        boot_elf_load(&elf, image);
    free(image);
    return 0;
}
