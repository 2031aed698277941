#include "common/plan.h"

#include "common/cpu.h"
#include "common/page.h"

#include <string.h>

enum { STACK_SIZE = 32 << 10 };

/* The code that survives the change of address space (gate.S). It is copied into the block. */
extern const uint8_t boot_gate_start[], boot_gate_end[];
typedef void boot_gate(struct nonos_boot_info *info, uint64_t entry, uint64_t root,
                       void *stack_top);

int boot_plan_check(struct boot_plan *plan, const char **subject)
{
    *subject = "processor";
    int result = boot_cpu_check();
    if (result)
        return result;
    *subject = "kernel.elf";
    result = boot_elf_check(&plan->elf, plan->kernel_file, plan->kernel_file_len);
    if (result)
        return result;
    *subject = "boot.archive";
    return boot_archive_check(&plan->archive, plan->archive_file, plan->archive_file_len);
}

static size_t info_len(void)
{
    return boot_page_up(sizeof(struct nonos_boot_info));
}

size_t boot_plan_block_len(const struct boot_plan *plan, uint64_t memory_top)
{
    size_t tables = boot_tables_frames(memory_top, plan->elf.image_len, boot_cpu_has_huge_pages());
    return info_len() + STACK_SIZE + BOOT_PAGE_SIZE + tables * BOOT_PAGE_SIZE;
}

static void block_divide(struct boot_plan *plan, void *block, size_t block_len)
{
    uint8_t *p = block;
    uint8_t *end = p + block_len;

    plan->info = block;
    p += info_len();
    plan->stack_top = p += STACK_SIZE;
    plan->gate = p;
    p += BOOT_PAGE_SIZE;
    boot_tables_init(&plan->tables, p, (uintptr_t)p, (size_t)(end - p) / BOOT_PAGE_SIZE,
                     boot_cpu_has_huge_pages());
}

static void info_fill(struct boot_plan *plan, const void *image)
{
    struct nonos_boot_info *info = plan->info;

    *info = (struct nonos_boot_info){
        .magic = NONOS_BOOT_MAGIC,
        .version = NONOS_BOOT_VERSION,
        .size = sizeof *info,
        .firmware = plan->firmware,
        .kernel_physical = (uintptr_t)image,
        .kernel_virtual = boot_entropy_slide(&plan->entropy, plan->elf.image_len),
        .kernel_len = plan->elf.image_len,
        .archive_physical = (uintptr_t)plan->archive.data,
        .archive_len = plan->archive.len,
        .rsdp_physical = plan->rsdp_physical,
        .loader_tsc = plan->loader_tsc,
        .unix_time = plan->unix_time,
        .entropy_sources = plan->entropy.sources,
        .framebuffer = plan->framebuffer,
    };
    memcpy(info->cmdline, plan->cmdline, sizeof info->cmdline);
    boot_entropy_derive(&plan->entropy, "NONOS 2026 loader: kernel seed", info->entropy,
                        sizeof info->entropy);
}

void boot_plan_load(struct boot_plan *plan, void *image, void *block, size_t block_len)
{
    memset(block, 0, block_len);
    block_divide(plan, block, block_len);
    /* Both are labels of one piece of assembly. */
    // cppcheck-suppress comparePointers
    memcpy(plan->gate, boot_gate_start, (size_t)(boot_gate_end - boot_gate_start));
    boot_elf_load(&plan->elf, image);
    info_fill(plan, image);
}

static int memory_finish(struct boot_plan *plan, struct boot_ranges *ranges)
{
    struct nonos_boot_info *info = plan->info;
    uint64_t block_len =
        plan->tables.pool_physical + plan->tables.frames * BOOT_PAGE_SIZE - (uintptr_t)plan->info;
    int result =
        boot_ranges_add(ranges, info->kernel_physical, info->kernel_len, NONOS_MEMORY_KERNEL);
    if (result == 0)
        result = boot_ranges_add(ranges, info->archive_physical, info->archive_len,
                                 NONOS_MEMORY_ARCHIVE);
    if (result == 0)
        result = boot_ranges_add(ranges, (uintptr_t)info, block_len, NONOS_MEMORY_LOADER);
    if (result)
        return result;
    info->nmemory = NONOS_BOOT_MEMORY_MAX;
    return boot_ranges_normalize(ranges, info->memory, &info->nmemory);
}

/* One to one: everything below 4 GiB, and above it what the map lists as memory. */
static int identity_map(struct boot_plan *plan)
{
    const struct nonos_boot_info *info = plan->info;
    uint64_t done = 4 * BOOT_HUGE_PAGE_SIZE;
    int result = boot_tables_map(&plan->tables, 0, 0, done, BOOT_MAP_WRITE);

    for (uint32_t i = 0; result == 0 && i < info->nmemory; i++) {
        const struct nonos_boot_memory *m = &info->memory[i];
        uint64_t base = boot_align_down(m->base, BOOT_LARGE_PAGE_SIZE);
        uint64_t end = boot_align_up(m->base + m->len, BOOT_LARGE_PAGE_SIZE);
        if (base < done)
            base = done;
        if (m->type == NONOS_MEMORY_RESERVED || base >= end)
            continue;
        result = boot_tables_map(&plan->tables, base, base, end - base, BOOT_MAP_WRITE);
        done = end;
    }
    if (result)
        return result;
    uint64_t gate = (uintptr_t)plan->gate;
    return boot_tables_map(&plan->tables, gate, gate, BOOT_PAGE_SIZE, BOOT_MAP_EXECUTE);
}

/* The image page by page as its segments say; pages between them stay unmapped. */
static int image_map(struct boot_plan *plan)
{
    const struct nonos_boot_info *info = plan->info;
    int result = 0;

    for (size_t i = 0; result == 0 && i < plan->elf.nsegments; i++) {
        const struct boot_elf_segment *s = &plan->elf.segment[i];
        uint64_t first = boot_page_down(s->address);
        uint64_t end = boot_page_up(s->address + s->memory_len);
        unsigned flags = s->executable ? BOOT_MAP_EXECUTE : s->writable ? BOOT_MAP_WRITE : 0;
        result = boot_tables_map(&plan->tables, info->kernel_virtual + first,
                                 info->kernel_physical + first, end - first, flags);
    }
    return result;
}

int boot_plan_finish(struct boot_plan *plan, struct boot_ranges *ranges)
{
    int result = memory_finish(plan, ranges);
    if (result)
        return result;
    boot_tables_init(&plan->tables, plan->tables.pool, plan->tables.pool_physical,
                     plan->tables.frames, plan->tables.huge_pages);
    result = identity_map(plan);
    return result ? result : image_map(plan);
}

void boot_plan_enter(const struct boot_plan *plan)
{
    boot_gate *gate = (boot_gate *)plan->gate;

    boot_cpu_prepare();
    gate(plan->info, plan->info->kernel_virtual + plan->elf.entry, plan->tables.pool_physical,
         plan->stack_top);
    boot_cpu_stop();
}
