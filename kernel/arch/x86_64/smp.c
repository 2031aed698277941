#include "smp.h"

#include "acpi.h"
#include "apic.h"
#include "clock.h"
#include "cpu.h"
#include "percpu.h"
#include "selftest.h"
#include "start.h"
#include "trap.h"

#include <arch/arch.h>
#include <debug/log.h>
#include <mm/frame.h>
#include <mm/kernel_map.h>
#include <mm/pagetable.h>
#include <mm/stack.h>

#include <string.h>

#define LOW_MEMORY       0x100000ull
#define FOUR_GIB         (1ull << 32)
#define INIT_WAIT_NS     100000ull
#define STARTUP_RETRY_NS 20000000ull
#define STARTUP_LIMIT_NS 5000000000ull /* a loaded emulator may be slow */
#define NOBODY           0xffffffffu
#define SYNC_ROUNDS      4u

extern const uint8_t trampoline_start[], trampoline_end[], trampoline_32[], trampoline_64[];
extern const uint8_t trampoline_gdt[], trampoline_gdt_base[], trampoline_far32[];
extern const uint8_t trampoline_far64[], trampoline_root[], trampoline_entry[];

void smp_entry(void);
_Noreturn void smp_secondary(void);

/* What smp_entry looks at. */
uint32_t smp_expected_apic_id = NOBODY;
void *smp_expected_stack;

/* The two processors look at their counters in turn: each must be past what the other saw. */
static struct {
    uint32_t phase;
    uint64_t tsc;
    bool backwards;
} sync;

static bool released; /* kernel_secondary() may run */

static void sync_look(uint32_t phase)
{
    uint64_t now;

    while (__atomic_load_n(&sync.phase, __ATOMIC_ACQUIRE) != phase)
        cpu_relax();
    now = tsc_read();
    if (now < sync.tsc)
        sync.backwards = true;
    sync.tsc = now;
    __atomic_store_n(&sync.phase, phase + 1, __ATOMIC_RELEASE);
}

_Noreturn void smp_secondary(void)
{
    struct cpu *cpu = &cpus[cpu_count];

    cpu_tables_load(cpu);
    features_enable();
    cr3_write(kernel_root);
    apic_enable();
    __atomic_store_n(&cpu->online, 1, __ATOMIC_RELEASE);
    for (uint32_t i = 0; i < SYNC_ROUNDS; i++)
        sync_look(2 * i + 1);
    while (__atomic_load_n(&cpu->online, __ATOMIC_ACQUIRE) != 2)
        cpu_relax();
    if (arch_option("selftest") || arch_option("selftest-only"))
        selftest_secondary();
    /* Asleep, as on an emulator a spinning processor takes time from the one that works. */
    while (!__atomic_load_n(&released, __ATOMIC_ACQUIRE))
        arch_idle_wait();
    kernel_secondary();
    panic("kernel_secondary returned");
}

void arch_start_others(void)
{
    __atomic_store_n(&released, true, __ATOMIC_RELEASE);
    for (unsigned i = 0; i < cpu_count; i++)
        if (i != arch_cpu_id())
            apic_send(i, VECTOR_TLB); /* any interrupt wakes */
}

static int cpu_prepare(struct cpu *cpu, uint32_t apic)
{
    cpu->id = cpu_count;
    cpu->apic_id = apic;
    cpu->root = kernel_root;
    cpu->timer_deadline = NONOS_NEVER;
    cpu->boot_stack = stack_alloc();
    if (!cpu->boot_stack)
        return NONOS_E_NO_MEMORY;
    return cpu_stacks_init(cpu);
}

static bool online_within(const struct cpu *cpu, uint64_t ns)
{
    uint64_t end = arch_clock_ns() + ns;

    while (!__atomic_load_n(&cpu->online, __ATOMIC_ACQUIRE))
        if (arch_clock_ns() > end)
            return false;
        else
            cpu_relax();
    return true;
}

static bool cpu_start(struct cpu *cpu, unsigned page)
{
    smp_expected_stack = (uint8_t *)cpu->boot_stack + KERNEL_STACK_SIZE;
    __atomic_store_n(&smp_expected_apic_id, cpu->apic_id, __ATOMIC_RELEASE);
    apic_send_init(cpu->apic_id);
    clock_wait(INIT_WAIT_NS);
    apic_send_startup(cpu->apic_id, page);
    if (!online_within(cpu, STARTUP_RETRY_NS)) {
        apic_send_startup(cpu->apic_id, page); /* old processors may miss the first */
        if (!online_within(cpu, STARTUP_LIMIT_NS)) {
            apic_send_init(cpu->apic_id); /* back to sleep */
            smp_expected_apic_id = NOBODY;
            return false;
        }
    }
    smp_expected_apic_id = NOBODY;
    sync.phase = 0;
    for (uint32_t i = 0; i < SYNC_ROUNDS; i++)
        sync_look(2 * i);
    while (__atomic_load_n(&sync.phase, __ATOMIC_ACQUIRE) != 2 * SYNC_ROUNDS)
        cpu_relax();
    return true;
}

static void patch(uint8_t *page, const uint8_t *field, uint64_t value, size_t len)
{
    memcpy(page + (field - trampoline_start), &value, len);
}

/* Copies the start code to `page`, with a page table of its own. */
static int trampoline_make(uint64_t page, uint64_t *root)
{
    uint8_t *code = frame_address(page);
    size_t ntables = 0;
    uint64_t *entry;
    int result = frame_alloc_contiguous(1, FOUR_GIB, root);

    if (result < 0)
        return result;
    memcpy(frame_address(*root), frame_address(kernel_root), FRAME_SIZE);
    result = pagetable_make(*root, page, 1, 0, &entry, &ntables);
    if (result < 0)
        return result;
    *entry = page | PTE_PRESENT;
    memcpy(code, trampoline_start, (size_t)(trampoline_end - trampoline_start));
    patch(code, trampoline_gdt_base, page + (uint64_t)(trampoline_gdt - trampoline_start), 4);
    patch(code, trampoline_far32, page + (uint64_t)(trampoline_32 - trampoline_start), 4);
    patch(code, trampoline_far64, page + (uint64_t)(trampoline_64 - trampoline_start), 4);
    patch(code, trampoline_root, *root, 8);
    patch(code, trampoline_entry, (uint64_t)smp_entry, 8);
    return 0;
}

static void others_start(unsigned page)
{
    for (unsigned i = 0; i < acpi.ncpus; i++) {
        struct cpu *cpu = &cpus[cpu_count];

        if (acpi.apic_id[i] == cpus[0].apic_id || cpu_count == CPU_MAX)
            continue;
        if (cpu_prepare(cpu, acpi.apic_id[i]) < 0) {
            log_print("smp: no memory for processor %u\n", cpu_count);
            return;
        }
        if (!cpu_start(cpu, page)) {
            log_print("smp: the processor with APIC ID %u does not start\n", acpi.apic_id[i]);
            continue;
        }
        cpu_count++;
        __atomic_store_n(&cpu->online, 2, __ATOMIC_RELEASE);
    }
}

void smp_start(void)
{
    uint64_t page, root = 0;

    if (acpi.ncpus < 2)
        return;
    if (frame_alloc_contiguous(1, LOW_MEMORY, &page) < 0) {
        log_print("smp: no memory below 1 MiB, one processor only\n");
        return;
    }
    if (trampoline_make(page, &root) == 0)
        others_start((unsigned)(page / FRAME_SIZE));
    else
        log_print("smp: no memory, one processor only\n");
    if (root) {
        (void)pagetable_free(root, 0, KERNEL_HALF_FIRST - 1);
        frame_free(root);
    }
    frame_free(page);
    if (sync.backwards)
        clock_distrust_tsc();
}
