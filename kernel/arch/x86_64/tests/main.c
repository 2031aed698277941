/*
 * Stands in for the portable kernel, to try the machine-dependent half alone: on each processor two
 * user threads of one address space take turns, by time slices; one more tries what user mode must
 * not do.
 */
#include "user.h"

#include <arch/arch.h>
#include <arch/x86_64/cpu.h>
#include <arch/x86_64/start.h>
#include <debug/log.h>
#include <mm/frame.h>
#include <mm/heap.h>
#include <mm/space.h>

#include <string.h>

#define USER_CODE  0x400000ull
#define USER_STACK 0x800000ull
#define WORKERS    2u
#define SLICE_NS   1000000ull
#define FAULTS     15u

struct thread {
    struct arch_thread arch;
    struct space *space;
    bool over;
};

extern const uint8_t user_start[], user_worker[], user_faults[], user_end[], user_has_fsgsbase[];

static struct space space;
static struct thread idle[CPU_MAX], workers[CPU_MAX][WORKERS];
static bool resched[CPU_MAX];
static uint32_t finished, failed, nfaults, slices;

struct arch_thread *thread_arch(struct thread *thread)
{
    return &thread->arch;
}

struct space *thread_space(struct thread *thread)
{
    return thread->space;
}

static void switch_to(struct thread *to)
{
    struct thread *from = arch_current();

    if (to == from)
        return;
    arch_switch(from, to);
    if (arch_current() != from || arch_switched_from() == from)
        panic("arch_switch() came back wrong");
}

static void next_run(void)
{
    unsigned cpu = arch_cpu_id();

    for (unsigned i = 0; i < WORKERS; i++) {
        struct thread *t = &workers[cpu][i];
        if (!t->over && t->arch.stack && t != arch_current()) {
            switch_to(t);
            return;
        }
    }
    if (arch_current()->over)
        switch_to(&idle[cpu]);
}

static void worker_end(uint64_t status)
{
    if (status) {
        log_print("user thread on processor %u failed: %llu\n", arch_cpu_id(),
                  (unsigned long long)status);
        __atomic_fetch_add(&failed, 1, __ATOMIC_SEQ_CST);
    }
    arch_current()->over = true;
    __atomic_fetch_add(&finished, 1, __ATOMIC_SEQ_CST);
    next_run();
    panic("a thread ran on after its end");
}

void syscall_enter(struct trap_frame *frame)
{
    if (rflags_read() & (RFLAGS_AC | RFLAGS_IF | RFLAGS_DF))
        panic("system call entered with flags 0x%llx", (unsigned long long)rflags_read());
    if (frame->rax == TEST_CALL_EXIT)
        worker_end(frame->rdi);
    frame->rax = frame->rdi;
}

void task_fault(struct trap_frame *frame, enum nonos_fault fault, uint64_t address)
{
    if (frame->r12 != (uint64_t)fault) {
        log_print("user mode at 0x%llx: fault %d at 0x%llx, expected %d\n",
                  (unsigned long long)frame->rip, (int)fault, (unsigned long long)address,
                  (int)frame->r12);
        worker_end(0x200);
    }
    __atomic_fetch_add(&nfaults, 1, __ATOMIC_SEQ_CST);
    frame->rflags &= ~(uint64_t)RFLAGS_TF;
    frame->rip = frame->rbx;
}

void sched_timer_interrupt(void)
{
    if (features.smap && (rflags_read() & RFLAGS_AC))
        panic("interrupt entered with AC set");
    resched[arch_cpu_id()] = true;
    __atomic_fetch_add(&slices, 1, __ATOMIC_RELAXED);
    arch_timer_set(arch_clock_ns() + SLICE_NS);
}

void sched_reschedule_interrupt(void)
{
}

void sched_user_return(void)
{
    unsigned cpu = arch_cpu_id();

    if (!resched[cpu])
        return;
    resched[cpu] = false;
    next_run();
}

void irq_interrupt(unsigned irq)
{
    panic("device interrupt %u", irq);
}

static void thread_make(struct thread *t, const uint8_t *entry, uint64_t number)
{
    struct nonos_thread_regs regs = {
        .rip = USER_CODE + (uint64_t)(entry - user_start),
        .rsp = USER_STACK + (number + 1) * FRAME_SIZE,
        .rdi = number,
    };
    uint64_t frame;

    t->space = &space;
    if (frame_alloc(&frame) < 0 ||
        space_map(&space, USER_STACK + number * FRAME_SIZE, frame,
                  NONOS_PROT_READ | NONOS_PROT_WRITE, SPACE_CACHED) < 0 ||
        arch_thread_init_user(t, &regs) < 0)
        panic("no memory for a thread");
}

static void threads_run(void)
{
    arch_timer_set(arch_clock_ns() + SLICE_NS);
    next_run();
    arch_timer_set(NONOS_NEVER);
}

void kernel_secondary(void)
{
    arch_thread_adopt(&idle[arch_cpu_id()]);
    threads_run();
    for (;;)
        arch_idle_wait();
}

static void code_map(void)
{
    uint64_t frame;
    uint8_t *code;

    if (space_init(&space) < 0 || frame_alloc(&frame) < 0 ||
        space_map(&space, USER_CODE, frame, NONOS_PROT_READ | NONOS_PROT_EXECUTE, SPACE_CACHED) < 0)
        panic("no memory for user code");
    code = frame_address(frame);
    memcpy(code, user_start, (size_t)(user_end - user_start));
    code[user_has_fsgsbase - user_start] = features.fsgsbase;
}

/* A thread that ran is freed, and its stack and the space are gone with it. */
static void threads_free(unsigned ncpus)
{
    for (unsigned cpu = 0; cpu < ncpus; cpu++)
        for (unsigned i = 0; i < WORKERS; i++)
            if (workers[cpu][i].arch.stack)
                arch_thread_free(&workers[cpu][i]);
    for (unsigned number = 0; number < ncpus * WORKERS; number++) {
        uint64_t frame;
        uint32_t prot;
        if (space_lookup(&space, USER_STACK + number * FRAME_SIZE, &frame, &prot)) {
            space_unmap(&space, USER_STACK + number * FRAME_SIZE, 1);
            frame_free(frame);
        }
    }
    space_unmap(&space, USER_CODE, 1);
    space_free(&space);
}

void kernel_main(const struct nonos_boot_info *info)
{
    unsigned ncpus = arch_cpu_count();

    log_print("kernel_main reached: %u memory ranges, archive of %llu bytes\n", info->nmemory,
              (unsigned long long)info->archive_len);
    if (arch_option("test-panic"))
        *(volatile uint64_t *)(uintptr_t)info = 0; /* read-only by now */
    arch_thread_adopt(&idle[0]);
    code_map();
    for (unsigned cpu = 0; cpu < ncpus; cpu++)
        for (unsigned i = 0; i < WORKERS; i++)
            thread_make(&workers[cpu][i], cpu == 0 && i == 0 ? user_faults : user_worker,
                        cpu * WORKERS + i);
    arch_start_others();
    threads_run();
    while (__atomic_load_n(&finished, __ATOMIC_ACQUIRE) < ncpus * WORKERS) {
        arch_timer_set(arch_clock_ns() + SLICE_NS);
        arch_idle_wait();
    }
    arch_timer_set(NONOS_NEVER);
    threads_free(ncpus);
    if (nfaults != FAULTS)
        failed++;
    log_print("usertest: %u threads, %u time slices, %u faults, %u failed\n", finished, slices,
              nfaults, failed);
    arch_power_off(failed ? 1 : 0);
}
