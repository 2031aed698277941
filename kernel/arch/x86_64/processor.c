/* The calling processor: who it is, what it runs, its interrupts and its TLB. */
#include "apic.h"
#include "cpu.h"
#include "percpu.h"
#include "start.h"
#include "trap.h"

#include <arch/arch.h>
#include <mm/frame.h>
#include <mm/kernel_map.h>
#include <mm/space.h>
#include <mm/tlb.h>

/* More pages than this are cheaper to forget all at once. */
#define FLUSH_PAGES_MAX 32u

unsigned arch_cpu_id(void)
{
    return cpu_this()->id;
}

unsigned arch_cpu_count(void)
{
    return cpu_count;
}

struct thread *arch_current(void)
{
    return cpu_this()->current;
}

struct thread *arch_switched_from(void)
{
    return cpu_this()->previous;
}

bool arch_is_virtual(void)
{
    return features.hypervisor;
}

/* Whoever spins with interrupts off must go on answering: the one it waits for may be waiting for
 * its answer. */
void arch_pause(void)
{
    cpu_relax();
    tlb_poll();
}

bool arch_irq_disable(void)
{
    bool on = rflags_read() & RFLAGS_IF;

    __asm__ volatile("cli" : : : "memory");
    return on;
}

void arch_irq_restore(bool on)
{
    if (on)
        __asm__ volatile("sti" : : : "memory");
}

/* STI takes effect after the instruction that follows it, so no interrupt is lost before HLT. */
void arch_idle_wait(void)
{
    tlb_sleep();
    __asm__ volatile("sti; hlt; cli" : : : "memory");
    tlb_wake();
}

void arch_interrupt_window(void)
{
    __asm__ volatile("sti; nop; cli" : : : "memory");
}

bool arch_preempt_pending(void)
{
    return apic_interrupt_waits();
}

void arch_send_reschedule(unsigned cpu)
{
    apic_send(cpu, VECTOR_RESCHEDULE);
}

/* ---- what mm/tlb.c asks for ---- */

void tlb_interrupt(unsigned cpu)
{
    apic_send(cpu, VECTOR_TLB);
}

uint64_t tlb_online(void)
{
    uint64_t online = 0;

    for (unsigned i = 0; i < CPU_MAX; i++)
        if (__atomic_load_n(&cpus[i].online, __ATOMIC_ACQUIRE))
            online |= 1ull << i;
    return online;
}

/* A processor that only idles on the tables of its last thread leaves them at the first request,
 * and is not asked again. */
static bool tables_are_left_over(const struct cpu *cpu)
{
    return cpu->space && cpu->current && thread_space(cpu->current) != cpu->space;
}

void tlb_flush_user(uint64_t address, size_t npages)
{
    const struct cpu *cpu = cpu_this();

    if (tables_are_left_over(cpu)) {
        tlb_drop_root(cpu->root);
        return;
    }
    if (npages > FLUSH_PAGES_MAX) {
        cr3_write(cr3_read());
        return;
    }
    for (; npages; npages--, address += FRAME_SIZE)
        page_invalidate(address);
}

void tlb_flush_kernel(uint64_t address, size_t npages)
{
    if (npages > FLUSH_PAGES_MAX) {
        uint64_t cr4 = cr4_read(); /* global pages go when PGE changes */
        cr4_write(cr4 & ~(uint64_t)CR4_PGE);
        cr4_write(cr4);
        return;
    }
    for (; npages; npages--, address += FRAME_SIZE)
        page_invalidate(address);
}

void tlb_drop_root(uint64_t root)
{
    struct cpu *cpu = cpu_this();

    if (!cpu->space || cpu->root != root)
        return;
    cr3_write(kernel_root);
    __atomic_fetch_and(&cpu->space->cpus, ~(1ull << cpu->id), __ATOMIC_SEQ_CST);
    cpu->space = NULL;
    cpu->root = kernel_root;
}
