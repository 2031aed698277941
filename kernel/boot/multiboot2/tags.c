#include "multiboot2/tags.h"

#include "common/bytes.h"

#include <stdbool.h>
#include <string.h>

enum {
    HEADER_SIZE = 8,
    TAG_HEADER_SIZE = 8,
    TAG_ALIGN = 8,
    TAG_END = 0,
    TAG_MODULE = 3,
    TAG_MEMORY_MAP = 6,
    TAG_FRAMEBUFFER = 8,
    FRAMEBUFFER_RGB = 1,
    FRAMEBUFFER_TAG_SIZE = 38,
    MEMORY_ENTRY_SIZE = 24,
};

static int module_decode(struct multiboot2_info *info, const uint8_t *tag, size_t size)
{
    if (size < 17 || tag[size - 1] != '\0' || info->nmodules == MULTIBOOT2_MODULES_MAX)
        return BOOT_E_FIRMWARE;
    struct multiboot2_module m = {
        .start = bytes_u32le(tag + 8),
        .end = bytes_u32le(tag + 12),
        .name = (const char *)tag + 16,
    };
    if (m.end < m.start)
        return BOOT_E_FIRMWARE;
    info->module[info->nmodules++] = m;
    return 0;
}

/*
 * Types of ACPI 6.4 table 15-1: 1 memory, 3 ACPI tables, 4 ACPI non-volatile storage; all others
 * are not for us.
 */
static uint32_t memory_type(uint32_t type)
{
    return type == 1                ? NONOS_MEMORY_USABLE
           : type == 3 || type == 4 ? NONOS_MEMORY_ACPI
                                    : NONOS_MEMORY_RESERVED;
}

static int memory_decode(struct boot_ranges *ranges, const uint8_t *tag, size_t size)
{
    if (size < 16)
        return BOOT_E_FIRMWARE;
    size_t step = bytes_u32le(tag + 8);
    if (step < MEMORY_ENTRY_SIZE)
        return BOOT_E_FIRMWARE;
    for (size_t at = 16; size - at >= step; at += step) {
        int result = boot_ranges_add(ranges, bytes_u64le(tag + at), bytes_u64le(tag + at + 8),
                                     memory_type(bytes_u32le(tag + at + 16)));
        if (result)
            return result;
    }
    return 0;
}

/* A framebuffer that the kernel cannot use is as good as none: that is no error. */
static void framebuffer_decode(struct nonos_boot_framebuffer *fb, const uint8_t *tag, size_t size)
{
    if (size < FRAMEBUFFER_TAG_SIZE || tag[28] != 32 || tag[29] != FRAMEBUFFER_RGB)
        return;
    const uint8_t *channel = tag + 32; /* position and size of red, green, blue */
    for (int i = 0; i < 6; i += 2)
        if (channel[i] % 8 != 0 || channel[i] > 24 || channel[i + 1] != 8)
            return;
    *fb = (struct nonos_boot_framebuffer){
        .base = bytes_u64le(tag + 8),
        .pitch = bytes_u32le(tag + 16),
        .width = bytes_u32le(tag + 20),
        .height = bytes_u32le(tag + 24),
        .red_shift = channel[0],
        .green_shift = channel[2],
        .blue_shift = channel[4],
    };
}

int multiboot2_decode(struct multiboot2_info *info, struct boot_ranges *ranges, const void *data,
                      size_t size)
{
    const uint8_t *raw = data;

    *info = (struct multiboot2_info){.len = size >= HEADER_SIZE ? bytes_u32le(raw) : 0};
    ranges->count = 0;
    if (info->len < HEADER_SIZE || info->len > size)
        return BOOT_E_FIRMWARE;

    for (size_t at = HEADER_SIZE; info->len - at >= TAG_HEADER_SIZE;) {
        const uint8_t *tag = raw + at;
        uint32_t type = bytes_u32le(tag);
        size_t tag_size = bytes_u32le(tag + 4);
        int result = 0;
        if (tag_size < TAG_HEADER_SIZE || tag_size > info->len - at)
            return BOOT_E_FIRMWARE;
        if (type == TAG_END)
            return ranges->count > 0 ? 0 : BOOT_E_FIRMWARE;
        if (type == TAG_MODULE)
            result = module_decode(info, tag, tag_size);
        else if (type == TAG_MEMORY_MAP)
            result = memory_decode(ranges, tag, tag_size);
        else if (type == TAG_FRAMEBUFFER)
            framebuffer_decode(&info->framebuffer, tag, tag_size);
        if (result)
            return result;
        size_t step = (tag_size + TAG_ALIGN - 1) / TAG_ALIGN * TAG_ALIGN;
        if (step > info->len - at)
            return BOOT_E_FIRMWARE;
        at += step;
    }
    return BOOT_E_FIRMWARE;
}

const struct multiboot2_module *multiboot2_module_find(const struct multiboot2_info *info,
                                                       const char *name)
{
    for (size_t i = 0; i < info->nmodules; i++)
        if (strcmp(info->module[i].name, name) == 0)
            return &info->module[i];
    return NULL;
}
