/* Kernel stacks of threads, what lies on them, and the switch from one to another. */
#include "cpu.h"
#include "percpu.h"
#include "start.h"
#include "trap.h"

#include <arch/arch.h>
#include <debug/log.h>
#include <mm/kernel_map.h>
#include <mm/space.h>
#include <mm/stack.h>

#include <string.h>

void switch_stacks(uint64_t *save, uint64_t load);
void user_return(void);
void thread_start_kernel(void);

/* What switch_stacks() pops. */
struct switch_frame {
    uint64_t r15, r14, r13, r12, rbx, rbp;
    void (*rip)(void);
};

/*
 * The top of a user thread's stack, downwards: the XSAVE area, the trap frame of its last entry,
 * and what the kernel pushes. Of a kernel thread it is only the last.
 */
static uint64_t stack_top(const struct arch_thread *thread)
{
    return thread->fpu ? (uint64_t)thread->fpu : (uint64_t)thread->stack + KERNEL_STACK_SIZE;
}

/* ---- floating-point and vector registers: saved and restored at every switch, so that none leak
 * by speculation ---- */

/* The state after reset: x87 control word 0x37f, all exceptions masked in MXCSR. */
static void fpu_init(void *area)
{
    memset(area, 0, features.fpu_size);
    *(uint16_t *)area = 0x37f;
    *(uint32_t *)((uint8_t *)area + 24) = 0x1f80;
}

static void fpu_save(void *area)
{
    if (features.xsave)
        __asm__ volatile("xsave64 (%0)" : : "r"(area), "a"(~0u), "d"(~0u) : "memory");
    else
        __asm__ volatile("fxsave64 (%0)" : : "r"(area) : "memory");
}

static void fpu_restore(const void *area)
{
    if (features.xsave)
        __asm__ volatile("xrstor64 (%0)" : : "r"(area), "a"(~0u), "d"(~0u) : "memory");
    else
        __asm__ volatile("fxrstor64 (%0)" : : "r"(area) : "memory");
}

/* ---- FS and GS base: user mode may change them without the kernel where FSGSBASE is on ---- */

static void bases_save(struct arch_thread *thread)
{
    if (!features.fsgsbase)
        return; /* then they change only by arch_regs_load() */
    __asm__ volatile("rdfsbase %0" : "=r"(thread->fs_base));
    thread->gs_base = msr_read(MSR_KERNEL_GS_BASE);
}

static void bases_load(const struct arch_thread *thread)
{
    if (features.fsgsbase)
        __asm__ volatile("wrfsbase %0" : : "r"(thread->fs_base));
    else
        msr_write(MSR_FS_BASE, thread->fs_base);
    msr_write(MSR_KERNEL_GS_BASE, thread->gs_base);
}

/* ---- life ---- */

static int thread_init(struct arch_thread *a, bool user)
{
    memset(a, 0, sizeof(*a));
    a->stack = stack_alloc();
    if (!a->stack)
        return NONOS_E_NO_MEMORY;
    if (user) {
        uint64_t area = (uint64_t)a->stack + KERNEL_STACK_SIZE - features.fpu_size;
        a->fpu = (void *)(area & ~63ull);
        fpu_init(a->fpu);
    }
    return 0;
}

static struct switch_frame *switch_frame_push(struct arch_thread *a, uint64_t top,
                                              void (*rip)(void))
{
    struct switch_frame *s = (struct switch_frame *)(top - sizeof(*s));

    memset(s, 0, sizeof(*s));
    s->rip = rip;
    a->kernel_rsp = (uint64_t)s;
    return s;
}

int arch_thread_init_user(struct thread *thread, const struct nonos_thread_regs *regs)
{
    struct arch_thread *a = thread_arch(thread);
    int result = thread_init(a, true);

    if (result < 0)
        return result;
    memset(arch_user_frame(thread), 0, sizeof(struct trap_frame));
    result = arch_regs_load(thread, regs);
    if (result < 0) {
        arch_thread_free(thread);
        return result;
    }
    (void)switch_frame_push(a, (uint64_t)arch_user_frame(thread), user_return);
    return 0;
}

int arch_thread_init_kernel(struct thread *thread, void (*entry)(void *), void *argument)
{
    struct arch_thread *a = thread_arch(thread);
    int result = thread_init(a, false);
    struct switch_frame *s;

    if (result < 0)
        return result;
    /* thread_start_kernel finds the stack aligned to 16. */
    s = switch_frame_push(a, stack_top(a), thread_start_kernel);
    s->r12 = (uint64_t)entry;
    s->r13 = (uint64_t)argument;
    return 0;
}

void arch_thread_adopt(struct thread *idle)
{
    struct cpu *cpu = cpu_this();
    struct arch_thread *a = thread_arch(idle);

    KERNEL_ASSERT(!cpu->current);
    memset(a, 0, sizeof(*a));
    a->stack = cpu->boot_stack;
    cpu->current = idle;
}

void arch_thread_free(struct thread *thread)
{
    struct arch_thread *a = thread_arch(thread);

    KERNEL_ASSERT(thread != arch_current());
    if (!a->stack)
        return;
    if (a->fpu)
        memset(a->fpu, 0, features.fpu_size); /* it may hold keys */
    stack_free(a->stack);
    memset(a, 0, sizeof(*a));
}

/* ---- the switch ---- */

/* A kernel thread runs in whatever space is loaded, so that an idle processor comes back to its
 * last space for nothing. */
static void space_switch(struct cpu *cpu, struct space *to)
{
    struct space *from = cpu->space;
    uint64_t bit = 1ull << cpu->id;

    if (!to || to == from)
        return;
    /* First the bit, then the tables: see tlb_shootdown_space(). */
    __atomic_fetch_or(&to->cpus, bit, __ATOMIC_SEQ_CST);
    cr3_write(to->root);
    cpu->space = to;
    cpu->root = to->root;
    if (from)
        __atomic_fetch_and(&from->cpus, ~bit, __ATOMIC_SEQ_CST);
}

void arch_switch(struct thread *from, struct thread *to)
{
    struct cpu *cpu = cpu_this();
    struct arch_thread *a = thread_arch(from), *b = thread_arch(to);

    KERNEL_ASSERT(from == cpu->current);
    if (a->fpu) {
        fpu_save(a->fpu);
        bases_save(a);
    }
    space_switch(cpu, thread_space(to));
    if (b->fpu) {
        fpu_restore(b->fpu);
        bases_load(b);
        cpu->kernel_rsp = stack_top(b);
        cpu->tss.rsp[0] = cpu->kernel_rsp;
    }
    cpu->current = to;
    cpu->previous = from;
    switch_stacks(&a->kernel_rsp, b->kernel_rsp);
}

/* ---- user registers ---- */

struct trap_frame *arch_user_frame(struct thread *thread)
{
    return (struct trap_frame *)stack_top(thread_arch(thread)) - 1;
}

static bool is_user_address(uint64_t address)
{
    return address < NONOS_USER_END;
}

int arch_regs_load(struct thread *thread, const struct nonos_thread_regs *r)
{
    struct trap_frame *f = arch_user_frame(thread);
    struct arch_thread *a = thread_arch(thread);
    const uint64_t free_flags = 0xcd5 | RFLAGS_AC; /* CF PF AF ZF SF DF OF and AC */

    if (!is_user_address(r->rip) || !is_user_address(r->rsp) || !is_user_address(r->fs_base) ||
        !is_user_address(r->gs_base))
        return NONOS_E_INVALID;
    *f = (struct trap_frame){
        .r15 = r->r15,
        .r14 = r->r14,
        .r13 = r->r13,
        .r12 = r->r12,
        .r11 = r->r11,
        .r10 = r->r10,
        .r9 = r->r9,
        .r8 = r->r8,
        .rbp = r->rbp,
        .rdi = r->rdi,
        .rsi = r->rsi,
        .rdx = r->rdx,
        .rcx = r->rcx,
        .rbx = r->rbx,
        .rax = r->rax,
        .vector = VECTOR_RESTORE,
        .rip = r->rip,
        .cs = SELECTOR_USER_CODE,
        .rsp = r->rsp,
        .ss = SELECTOR_USER_DATA,
        .rflags = (r->rflags & free_flags) | RFLAGS_FIXED | RFLAGS_IF,
    };
    a->fs_base = r->fs_base;
    a->gs_base = r->gs_base;
    if (thread == arch_current())
        bases_load(a);
    return 0;
}

void arch_regs_store(struct thread *thread, struct nonos_thread_regs *r)
{
    const struct trap_frame *f = arch_user_frame(thread);
    struct arch_thread *a = thread_arch(thread);

    if (thread == arch_current())
        bases_save(a);
    *r = (struct nonos_thread_regs){
        .rax = f->rax,
        .rbx = f->rbx,
        .rcx = f->rcx,
        .rdx = f->rdx,
        .rsi = f->rsi,
        .rdi = f->rdi,
        .rbp = f->rbp,
        .rsp = f->rsp,
        .r8 = f->r8,
        .r9 = f->r9,
        .r10 = f->r10,
        .r11 = f->r11,
        .r12 = f->r12,
        .r13 = f->r13,
        .r14 = f->r14,
        .r15 = f->r15,
        .rip = f->rip,
        .rflags = f->rflags,
        .fs_base = a->fs_base,
        .gs_base = a->gs_base,
    };
}
