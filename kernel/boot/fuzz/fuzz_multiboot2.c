/* GRUB's boot information and the memory map in it. */
#include "multiboot2/tags.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct boot_ranges ranges;
static struct nonos_boot_memory map[NONOS_BOOT_MEMORY_MAX];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct multiboot2_info info;
    uint32_t count = NONOS_BOOT_MEMORY_MAX;

    if (multiboot2_decode(&info, &ranges, data, size) != 0)
        return 0;
    for (size_t i = 0; i < info.nmodules; i++)
        if (strlen(info.module[i].name) >= size)
            abort();
    if (boot_ranges_normalize(&ranges, map, &count) != 0)
        return 0;
    for (uint32_t i = 1; i < count; i++)
        if (map[i].base < map[i - 1].base + map[i - 1].len)
            abort();
    return 0;
}
