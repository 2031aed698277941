/* From the loader's hands to kernel_main(). */
#include "start.h"

#include "acpi.h"
#include "apic.h"
#include "clock.h"
#include "cpu.h"
#include "ioapic.h"
#include "panic.h"
#include "percpu.h"
#include "selftest.h"
#include "smp.h"
#include "trap.h"

#include <arch/arch.h>
#include <debug/log.h>
#include <mm/frame.h>
#include <mm/frame_private.h>
#include <mm/heap_private.h>
#include <mm/kernel_map.h>
#include <mm/stack.h>
#include <noncrypto/memory.h>

struct nonos_boot_info boot_info RO_AFTER_START;

/* Elf64_Rela */
struct relocation {
    uint64_t offset;
    uint64_t info;
    uint64_t addend;
};

#define R_X86_64_RELATIVE 8u

extern const struct relocation rela_start[], rela_end[];

/* Until this has run no static pointer is valid; the compiler reaches code and data relative to
 * RIP. */
static void relocate(void)
{
    uint64_t base = (uint64_t)image_start;

    for (const struct relocation *r = rela_start; r < rela_end; r++) {
        if ((uint32_t)r->info != R_X86_64_RELATIVE)
            cpu_halt_for_ever(); /* the build refuses such an image */
        *(uint64_t *)(base + r->offset) = base + r->addend;
    }
}

bool arch_option(const char *word)
{
    const char *at = boot_info.cmdline;

    while (*at) {
        size_t n = 0;
        while (word[n] && at[n] == word[n])
            n++;
        if (!word[n] && (!at[n] || at[n] == ' '))
            return true;
        while (*at && *at != ' ')
            at++;
        while (*at == ' ')
            at++;
    }
    return false;
}

/* The loader is ours and was measured; what is wrong here is a bug in it, and the machine stops. */
static void boot_info_take(const struct nonos_boot_info *info)
{
    uint64_t end = 0;

    if (info->magic != NONOS_BOOT_MAGIC || info->version != NONOS_BOOT_VERSION ||
        info->size != sizeof(*info))
        panic("the loader speaks another version of the boot protocol");
    boot_info = *info;
    boot_info.cmdline[NONOS_BOOT_CMDLINE_SIZE - 1] = '\0';
    if (!boot_info.nmemory || boot_info.nmemory > NONOS_BOOT_MEMORY_MAX)
        panic("the loader gives %u memory ranges", boot_info.nmemory);
    for (uint32_t i = 0; i < boot_info.nmemory; i++) {
        const struct nonos_boot_memory *m = &boot_info.memory[i];
        if (m->base < end || m->base % FRAME_SIZE || m->len % FRAME_SIZE || !m->len ||
            m->len > UINT64_MAX - m->base)
            panic("the loader's memory range %u is not in order", i);
        end = m->base + m->len;
    }
    if (boot_info.kernel_virtual != (uint64_t)image_start ||
        boot_info.kernel_len != (uint64_t)(image_end - image_start))
        panic("the loader put the kernel elsewhere than it says");
}

static void image_map_part(const void *from, const void *to, unsigned flags)
{
    uint64_t offset = (uint64_t)from - (uint64_t)image_start;

    if (kernel_map((uint64_t)from, boot_info.kernel_physical + offset,
                   ((uint64_t)to - (uint64_t)from) / FRAME_SIZE, flags) < 0)
        panic("no memory for the kernel's page tables");
}

static void tables_switch(void)
{
    kernel_map_start(&boot_info);
    image_map_part(image_start, rodata_start, KERNEL_EXECUTE);
    image_map_part(rodata_start, data_start, KERNEL_READ);
    image_map_part(data_start, symbols_start, KERNEL_WRITE);
    image_map_part(symbols_start, image_end, KERNEL_READ);
    cr3_write(kernel_root);
    cpu_this()->root = kernel_root;
    frame_set_direct_map(kernel_layout.direct_map);
}

/* On a stack with a guard, in our own tables; the loader's memory is free. */
static void start_on_stack(void)
{
    struct cpu *cpu = cpu_this();
    uint8_t key[HEAP_KEY_LEN];

    if (cpu_stacks_init(cpu) < 0)
        panic("no memory for interrupt stacks");
    layout_secret("heap canaries", key, sizeof(key));
    heap_init(key);
    noncrypto_wipe(key, sizeof(key));
    acpi_init(boot_info.rsdp_physical);
    apic_init();
    ioapic_init();
    clock_init(boot_info.unix_time);
    smp_start();
    kernel_protect((uint64_t)data_start, (size_t)(ro_after_start_end - data_start) / FRAME_SIZE,
                   KERNEL_READ);
    log_print("machine: %u processor%s, %zu MiB of RAM, %s clock\n", cpu_count,
              cpu_count == 1 ? "" : "s", frame_total_count() / (1048576 / FRAME_SIZE),
              clock_name());
    if (arch_option("selftest") || arch_option("selftest-only"))
        selftest_run();
    kernel_main(&boot_info);
    panic("kernel_main returned");
}

void kernel_start(const struct nonos_boot_info *info)
{
    uint64_t secret;
    uint8_t *stack;

    relocate();
    serial_init();
    idt_init();
    cpu_tables_load(&cpus[0]);
    boot_info_take(info);
    features_detect();
    smap_patch(boot_info.kernel_physical);
    features_enable();
    layout_init(&boot_info);
    frame_start(&boot_info);
    tables_switch();
    layout_secret("frame bitmap", &secret, sizeof(secret));
    frame_init(&boot_info, secret);
    panic_screen_init(&boot_info.framebuffer);

    log_print("NONOS kernel at 0x%llx, %s boot\n", (unsigned long long)boot_info.kernel_virtual,
              boot_info.firmware == NONOS_FIRMWARE_UEFI ? "UEFI" : "BIOS");
    stack = stack_alloc();
    if (!stack)
        panic("no memory for a stack");
    cpus[0].boot_stack = stack;
    cpus[0].kernel_rsp = (uint64_t)stack + KERNEL_STACK_SIZE;
    cpus[0].tss.rsp[0] = cpus[0].kernel_rsp;
    cpus[0].online = 1;
    stack_call(stack + KERNEL_STACK_SIZE, start_on_stack);
}
