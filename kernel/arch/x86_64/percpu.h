/*
 * What each processor has for itself. In ring 0 the GS base points to the processor's struct cpu;
 * user mode has a GS base of its own, swapped at every entry and exit.
 */
#ifndef KERNEL_ARCH_X86_64_PERCPU_H
#define KERNEL_ARCH_X86_64_PERCPU_H

/* Offsets that assembly uses; percpu.c asserts them. */
#define CPU_SELF       0
#define CPU_USER_RSP   8
#define CPU_KERNEL_RSP 16

/* Selectors. SYSRET wants user data just below user code. */
#define SELECTOR_KERNEL_CODE 0x08
#define SELECTOR_KERNEL_DATA 0x10
#define SELECTOR_USER_DATA   0x23
#define SELECTOR_USER_CODE   0x2b
#define SELECTOR_TSS         0x30

#ifndef __ASSEMBLER__

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <arch/arch.h>

/* Exceptions that may strike where the stack or the GS base cannot be trusted, on stacks of their
 * own. */
enum cpu_ist {
    CPU_IST_DOUBLE_FAULT = 1,
    CPU_IST_NMI,
    CPU_IST_MACHINE_CHECK,
    CPU_IST_DEBUG,
    CPU_IST_END
};

#define GDT_ENTRIES 8

/* Task-state segment, SDM volume 3 section 8.7. */
struct tss {
    uint32_t reserved0;
    uint64_t rsp[3];
    uint64_t ist[8]; /* ist[0] is reserved, so that the index is the IST number */
    uint16_t reserved1[5];
    uint16_t io_map;
} __attribute__((packed, aligned(4)));

_Static_assert(sizeof(struct tss) == 104, "as the processor reads it");

struct trap_probe;

struct cpu {
    struct cpu *self;
    uint64_t user_rsp;   /* scratch of the system-call entry */
    uint64_t kernel_rsp; /* where an entry from user mode starts to push */

    unsigned id;
    uint32_t apic_id;
    struct thread *current;
    struct thread *previous; /* arch_switched_from() */
    uint64_t root;           /* physical address of the top page table in CR3 */
    struct space *space;     /* whose tables those are; NULL: the kernel's own */
    uint64_t timer_deadline;
    void *boot_stack;                  /* idle thread's stack */
    uint64_t stopped_rip, stopped_rbp; /* where a panic found this processor */
    struct trap_probe *probe;          /* a fault that is expected */
    uint32_t online;
    uint64_t gdt[GDT_ENTRIES] __attribute__((aligned(16)));
    struct tss tss;
};

extern struct cpu cpus[CPU_MAX];
extern unsigned cpu_count;

static inline struct cpu *cpu_this(void)
{
    struct cpu *cpu;
    __asm__ volatile("movq %%gs:0, %0" : "=r"(cpu));
    return cpu;
}

/* Loads the processor's own GDT, the IDT, the task register and the GS base. */
void cpu_tables_load(struct cpu *cpu);
/* Gives the processor its interrupt stacks. NO_MEMORY or 0. */
NONOS_MUST_CHECK int cpu_stacks_init(struct cpu *cpu);
/* Fills the interrupt table; once. */
void idt_init(void);

#endif
#endif
