/* Where the areas of the kernel half lie, and the secrets of the allocators: all from one boot
 * secret. */
#include "cpu.h"
#include "start.h"

#include <arch/arch.h>
#include <mm/kernel_map.h>
#include <noncrypto/blake3.h>
#include <noncrypto/memory.h>

/*
 * Each area has a range of its own, and the image one between them ([0xffffc00000000000,
 * 0xfffff00000000000), boot_info.h). Granules are the page sizes that the areas are mapped with,
 * and stacks need twice their size.
 */
#define DIRECT_MAP_BASE 0xffff800000000000ull
#define DIRECT_MAP_END  0xffffa00000000000ull
#define HEAP_BASE       0xffffa00000000000ull
#define HEAP_END        0xffffb00000000000ull
#define STACKS_BASE     0xffffb00000000000ull
#define STACKS_END      0xffffc00000000000ull
#define DEVICES_BASE    0xfffff00000000000ull
#define DEVICES_END     0xffffff0000000000ull

#define DIRECT_MAP_GRANULE 0x200000ull
#define HEAP_GRANULE       0x10000ull
#define STACK_GRANULE      0x8000ull
#define DEVICE_GRANULE     0x1000ull

static uint8_t boot_secret[NONCRYPTO_BLAKE3_KEY_LEN] RO_AFTER_START;

static size_t text_len(const char *text)
{
    size_t len = 0;

    while (text[len])
        len++;
    return len;
}

void layout_secret(const char *purpose, void *out, size_t len)
{
    struct noncrypto_blake3 hash;

    noncrypto_blake3_init_keyed(&hash, boot_secret);
    noncrypto_blake3_update(&hash, purpose, text_len(purpose));
    noncrypto_blake3_final(&hash, out, len);
    noncrypto_wipe(&hash, sizeof(hash));
}

static void secret_make(const struct nonos_boot_info *info)
{
    static const char context[] = "NONOS 2026 kernel layout and allocator secrets";
    struct noncrypto_blake3 hash;

    noncrypto_blake3_init_derive_key(&hash, context, sizeof(context) - 1);
    noncrypto_blake3_update(&hash, info->entropy, sizeof(info->entropy));
    for (unsigned i = 0; i < 4; i++) {
        uint64_t random[2] = {tsc_read(), 0};
        (void)arch_random(&random[1]); /* without it the loader's entropy and the clock must do */
        noncrypto_blake3_update(&hash, random, sizeof(random));
    }
    noncrypto_blake3_final(&hash, boot_secret, sizeof(boot_secret));
    noncrypto_wipe(&hash, sizeof(hash));
}

static uint64_t place(const char *purpose, uint64_t base, uint64_t end, uint64_t size,
                      uint64_t granule)
{
    uint64_t choices = (end - base - size) / granule, random;

    layout_secret(purpose, &random, sizeof(random));
    return base + random % choices * granule;
}

void layout_init(const struct nonos_boot_info *info)
{
    uint64_t top = 0;

    secret_make(info);
    for (uint32_t i = 0; i < info->nmemory; i++)
        if (info->memory[i].type != NONOS_MEMORY_RESERVED)
            top = info->memory[i].base + info->memory[i].len;
    kernel_layout.direct_map =
        place("direct map", DIRECT_MAP_BASE, DIRECT_MAP_END, top, DIRECT_MAP_GRANULE);
    kernel_layout.heap = place("heap", HEAP_BASE, HEAP_END, HEAP_AREA_SIZE, HEAP_GRANULE);
    kernel_layout.stacks = place("stacks", STACKS_BASE, STACKS_END, STACK_AREA_SIZE, STACK_GRANULE);
    kernel_layout.devices =
        place("devices", DEVICES_BASE, DEVICES_END, DEVICE_AREA_SIZE, DEVICE_GRANULE);
}
