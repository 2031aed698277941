/*
 * The BIOS loader: GRUB starts it by multiboot2 with three modules named kernel.elf, boot.archive
 * and cmdline. GRUB has set the video mode already. This code runs 64-bit with the first 4 GiB
 * mapped one to one, and takes no memory above them.
 */
#include "common/cpu.h"
#include "common/options.h"
#include "common/page.h"
#include "common/plan.h"
#include "common/serial.h"
#include "multiboot2/bios.h"
#include "multiboot2/tags.h"

#define MULTIBOOT2_LOADER_MAGIC 0x36d76289u
#define REACH                   (4ull << 30)

enum { INFO_MAX = 1 << 20 };

static struct boot_plan plan;
static struct boot_ranges ranges;
static struct multiboot2_info info;
static struct nonos_boot_memory map[NONOS_BOOT_MEMORY_MAX];

extern const uint8_t loader_start[], loader_end[];

void multiboot2_main(uint32_t magic, uint32_t address);

static const void *physical(uint64_t address)
{
    return (const void *)(uintptr_t)address;
}

/* Each step returns 0 or an error and then names its subject. */
static int module_get(const char *name, const void **data, size_t *len, const char **subject)
{
    const struct multiboot2_module *m = multiboot2_module_find(&info, name);

    *subject = name;
    if (m == NULL)
        return BOOT_E_NOT_FOUND;
    *data = physical(m->start);
    *len = m->end - m->start;
    return 0;
}

static int modules_read(const char **subject)
{
    const void *text;
    size_t len;

    int result = module_get("kernel.elf", &plan.kernel_file, &plan.kernel_file_len, subject);
    if (result == 0)
        result = module_get("boot.archive", &plan.archive_file, &plan.archive_file_len, subject);
    if (result)
        return result;
    if (module_get("cmdline", &text, &len, subject) == 0)
        result = boot_options_read(plan.cmdline, text, len);
    return result ? result : boot_plan_check(&plan, subject);
}

static void facts_gather(void)
{
    plan.firmware = NONOS_FIRMWARE_BIOS;
    plan.rsdp_physical = bios_rsdp_find();
    plan.unix_time = bios_time_read();
    plan.framebuffer = info.framebuffer;
    boot_entropy_add(&plan.entropy, 0, &plan.unix_time, sizeof plan.unix_time);
    boot_entropy_add(&plan.entropy, 0, &plan.loader_tsc, sizeof plan.loader_tsc);
    boot_cpu_gather(&plan.entropy);
}

/* Marks what GRUB put into free memory: this program, the boot information and the modules. */
static int ranges_mark(uint64_t info_address)
{
    int result =
        boot_ranges_add(&ranges, (uintptr_t)loader_start,
                        (uintptr_t)loader_end - (uintptr_t)loader_start, NONOS_MEMORY_LOADER);
    if (result == 0)
        result = boot_ranges_add(&ranges, info_address, info.len, NONOS_MEMORY_LOADER);
    for (size_t i = 0; result == 0 && i < info.nmodules; i++)
        result = boot_ranges_add(&ranges, info.module[i].start,
                                 info.module[i].end - info.module[i].start, NONOS_MEMORY_LOADER);
    return result;
}

/* Takes free memory; `map` and `*count` are brought up to date. */
static int memory_take(uint64_t len, uint64_t align, uint32_t *count, void **memory)
{
    uint64_t base;

    int result = boot_memory_find(map, *count, len, align, REACH, &base);
    if (result)
        return result;
    *memory = (void *)(uintptr_t)base;
    result = boot_ranges_add(&ranges, base, len, NONOS_MEMORY_LOADER);
    *count = NONOS_BOOT_MEMORY_MAX;
    return result ? result : boot_ranges_normalize(&ranges, map, count);
}

static int memory_prepare(uint64_t info_address, const char **subject)
{
    uint32_t count = NONOS_BOOT_MEMORY_MAX;
    void *block, *image;

    *subject = "memory";
    int result = ranges_mark(info_address);
    if (result == 0)
        result = boot_ranges_normalize(&ranges, map, &count);
    if (result)
        return result;
    size_t block_len = boot_plan_block_len(&plan, boot_memory_top(map, count));
    result = memory_take(plan.elf.image_len, BOOT_LARGE_PAGE_SIZE, &count, &image);
    if (result == 0)
        result = memory_take(block_len, BOOT_PAGE_SIZE, &count, &block);
    if (result)
        return result;
    boot_plan_load(&plan, image, block, block_len);
    return boot_plan_finish(&plan, &ranges);
}

static int prepare(uint32_t magic, uint32_t address, const char **subject)
{
    *subject = "multiboot2";
    if (magic != MULTIBOOT2_LOADER_MAGIC)
        return BOOT_E_FIRMWARE;
    int result = multiboot2_decode(&info, &ranges, physical(address), INFO_MAX);
    if (result == 0)
        result = modules_read(subject);
    if (result)
        return result;
    facts_gather();
    return memory_prepare(address, subject);
}

void multiboot2_main(uint32_t magic, uint32_t address)
{
    const char *subject;

    plan.loader_tsc = boot_cpu_tsc();
    boot_entropy_init(&plan.entropy);
    int result = prepare(magic, address, &subject);
    if (result == 0)
        boot_plan_enter(&plan);

    boot_serial_write("\nNONOS cannot start: ");
    boot_serial_write(subject);
    boot_serial_write(": ");
    boot_serial_write(boot_strerror(result));
    boot_serial_write(".\n");
    boot_cpu_stop();
}
