/* Descriptor tables: one GDT and TSS for each processor, one interrupt table for all. */
#include "percpu.h"

#include "cpu.h"
#include "trap.h"

#include <mm/stack.h>

_Static_assert(offsetof(struct cpu, self) == CPU_SELF, "trap_entry.S");
_Static_assert(offsetof(struct cpu, user_rsp) == CPU_USER_RSP, "trap_entry.S");
_Static_assert(offsetof(struct cpu, kernel_rsp) == CPU_KERNEL_RSP, "trap_entry.S");

struct cpu cpus[CPU_MAX];
unsigned cpu_count = 1;

/* Descriptors for 64-bit segments: present, non-system, and L or D as they need. */
#define GDT_KERNEL_CODE 0x00209b0000000000ull
#define GDT_KERNEL_DATA 0x0000930000000000ull
#define GDT_USER_DATA   0x0000f30000000000ull
#define GDT_USER_CODE   0x0020fb0000000000ull

struct table_register {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

/* Interrupt gate, SDM volume 3 section 6.14.1. */
struct gate {
    uint16_t offset_low;
    uint16_t selector;
    uint8_t ist;
    uint8_t type;
    uint16_t offset_middle;
    uint32_t offset_high;
    uint32_t reserved;
};

static struct gate idt[256] __attribute__((section(".ro_after_start"), aligned(16)));

static uint8_t vector_ist(unsigned vector)
{
    switch (vector) {
    case VECTOR_DEBUG:
        return CPU_IST_DEBUG;
    case VECTOR_NMI:
        return CPU_IST_NMI;
    case VECTOR_DOUBLE_FAULT:
        return CPU_IST_DOUBLE_FAULT;
    case VECTOR_MACHINE_CHECK:
        return CPU_IST_MACHINE_CHECK;
    default:
        return 0;
    }
}

void idt_init(void)
{
    for (unsigned v = 0; v < 256; v++) {
        uint64_t entry = (uint64_t)(trap_stubs + (size_t)v * TRAP_STUB_SIZE);

        idt[v] = (struct gate){
            .offset_low = (uint16_t)entry,
            .offset_middle = (uint16_t)(entry >> 16),
            .offset_high = (uint32_t)(entry >> 32),
            .selector = SELECTOR_KERNEL_CODE,
            .ist = vector_ist(v),
            /* Present interrupt gate; user mode may raise only the breakpoint by an instruction. */
            .type = v == VECTOR_BREAKPOINT ? 0xee : 0x8e,
        };
    }
}

static void gdt_init(struct cpu *cpu)
{
    uint64_t tss = (uint64_t)&cpu->tss;

    cpu->gdt[SELECTOR_KERNEL_CODE / 8] = GDT_KERNEL_CODE;
    cpu->gdt[SELECTOR_KERNEL_DATA / 8] = GDT_KERNEL_DATA;
    cpu->gdt[SELECTOR_USER_DATA / 8] = GDT_USER_DATA;
    cpu->gdt[SELECTOR_USER_CODE / 8] = GDT_USER_CODE;
    cpu->gdt[SELECTOR_TSS / 8] =
        (sizeof(cpu->tss) - 1) | (tss & 0xffffff) << 16 | 0x89ull << 40 | (tss >> 24 & 0xff) << 56;
    cpu->gdt[SELECTOR_TSS / 8 + 1] = tss >> 32;
    cpu->tss.io_map = sizeof(cpu->tss); /* no bitmap: user mode reaches no port */
}

void cpu_tables_load(struct cpu *cpu)
{
    struct table_register gdtr = {sizeof(cpu->gdt) - 1, (uint64_t)cpu->gdt};
    struct table_register idtr = {sizeof(idt) - 1, (uint64_t)idt};
    uint64_t scratch;

    cpu->self = cpu;
    gdt_init(cpu);
    __asm__ volatile(
        "lgdt %[gdtr]\n\t"
        "mov %[data], %%ds\n\t"
        "mov %[data], %%es\n\t"
        "mov %[data], %%ss\n\t"
        "mov %[zero], %%fs\n\t"
        "mov %[zero], %%gs\n\t"
        "pushq %[code]\n\t"
        "lea 1f(%%rip), %[scratch]\n\t"
        "pushq %[scratch]\n\t"
        "lretq\n"
        "1:\tlidt %[idtr]\n\t"
        "ltr %[tss]"
        : [scratch] "=&r"(scratch)
        : [gdtr] "m"(gdtr), [idtr] "m"(idtr), [data] "r"(SELECTOR_KERNEL_DATA), [zero] "r"(0),
          [code] "i"(SELECTOR_KERNEL_CODE), [tss] "r"((uint16_t)SELECTOR_TSS)
        : "memory");
    msr_write(MSR_GS_BASE, (uint64_t)cpu);
    msr_write(MSR_KERNEL_GS_BASE, 0);
    msr_write(MSR_FS_BASE, 0);
}

int cpu_stacks_init(struct cpu *cpu)
{
    for (unsigned ist = 1; ist < CPU_IST_END; ist++) {
        uint8_t *stack = stack_alloc();

        if (!stack)
            return NONOS_E_NO_MEMORY;
        /* trap_anywhere finds the processor in the last word of its interrupt stacks. */
        *(struct cpu **)(stack + KERNEL_STACK_SIZE - 8) = cpu;
        cpu->tss.ist[ist] = (uint64_t)stack + KERNEL_STACK_SIZE - 16;
    }
    return 0;
}
