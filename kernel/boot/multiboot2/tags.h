/*
 * What GRUB tells the loader: the boot information of Multiboot2 specification 2.0, section 3.6.
 */
#ifndef BOOT_MULTIBOOT2_TAGS_H
#define BOOT_MULTIBOOT2_TAGS_H

#include "common/memory.h"
#include "common/result.h"

#include <nonos/boot_info.h>
#include <stddef.h>
#include <stdint.h>

#define MULTIBOOT2_MODULES_MAX 8

struct multiboot2_module {
    uint32_t start; /* physical */
    uint32_t end;
    const char *name; /* in the boot information, NUL-terminated */
};

struct multiboot2_info {
    size_t len; /* of the boot information */
    size_t nmodules;
    struct multiboot2_module module[MULTIBOOT2_MODULES_MAX];
    struct nonos_boot_framebuffer framebuffer; /* width 0 if there is none with 32-bit pixels */
};

/*
 * Decodes the boot information in the `size` bytes at `data`: modules and framebuffer into `*info`,
 * which keeps pointers to the names, the memory map into `ranges`, emptied first. Unknown tags are
 * passed over.
 *
 * Returns 0; BOOT_E_FIRMWARE if the structure is malformed, has too many modules or no memory map;
 * or BOOT_E_MAP_TOO_LONG.
 */
BOOT_MUST_CHECK
int multiboot2_decode(struct multiboot2_info *info, struct boot_ranges *ranges, const void *data,
                      size_t size);

/* The module of that name, or NULL. */
const struct multiboot2_module *multiboot2_module_find(const struct multiboot2_info *info,
                                                       const char *name);

#endif
