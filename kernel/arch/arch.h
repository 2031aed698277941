/*
 * What the portable kernel needs of the processor. kernel/arch/x86_64 implements it; host tests
 * implement it with a model.
 *
 * Ring 0 runs with interrupts off, except in the idle loop and at preemption points: a system call
 * that may run long asks arch_preempt_pending() every 64 steps and, holding no lock, lets
 * interrupts in by sched_preempt(). Every thread has a kernel stack of its own, so a handler may
 * block in the middle.
 */
#ifndef KERNEL_ARCH_ARCH_H
#define KERNEL_ARCH_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonos/objects.h>
#include <nonos/result.h>

#define CPU_MAX 64

struct space;
struct thread;

/* ---- processors ---- */

/* Number of the calling processor, below arch_cpu_count(), which is fixed before kernel_main()
 * runs. */
unsigned arch_cpu_id(void);
unsigned arch_cpu_count(void);
/* The thread that runs on this processor; NULL before arch_thread_adopt(). */
struct thread *arch_current(void);
/* Lets the other processors, which sleep until then, into kernel_secondary(). */
void arch_start_others(void);
/* Whether the processors are those of an emulator or hypervisor, which may stop any of them at any
 * time. */
bool arch_is_virtual(void);
/* To be called in every loop that waits for another processor: answers what the others ask
 * meanwhile. */
void arch_pause(void);
/* Returns whether interrupts were on. */
bool arch_irq_disable(void);
void arch_irq_restore(bool on);
/* Makes `cpu` call sched_reschedule_interrupt() soon. */
void arch_send_reschedule(unsigned cpu);
/* Turns interrupts on and sleeps until one was handled; returns with them off. */
void arch_idle_wait(void);
/* Whether an interrupt waits; and takes those that wait. */
bool arch_preempt_pending(void);
void arch_interrupt_window(void);
/* `status` reaches an emulator that was told to listen (command line: debug-exit). */
_Noreturn void arch_power_off(unsigned status);
_Noreturn void arch_reboot(void);
bool arch_option(const char *word); /* whether the command line has this word */

/* ---- clocks ---- */

/* Nanoseconds since boot: monotonic, the same on all processors. */
uint64_t arch_clock_ns(void);
/* Wall clock when the monotonic clock was 0, as the firmware says; 0 if it does not. */
uint64_t arch_wall_at_boot_ns(void);
/* This processor calls sched_timer_interrupt() at that time, never earlier; NONOS_NEVER: not at
 * all. Replaces the time set before. */
void arch_timer_set(uint64_t deadline_ns);

/* ---- threads ---- */

#define KERNEL_STACK_SIZE 16384

/* Registers of user mode as the entry code saves them at the top of the kernel stack. */
struct trap_frame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
    uint64_t rbp, rdi, rsi, rdx, rcx, rbx, rax;
    uint64_t vector, error;
    uint64_t rip, cs, rflags, rsp, ss;
};

/* Part of struct thread that belongs to the architecture. */
struct arch_thread {
    void *stack;         /* kernel stack, KERNEL_STACK_SIZE bytes above a guard page */
    uint64_t kernel_rsp; /* while not running */
    void *fpu;           /* XSAVE area, 64-byte aligned; NULL for kernel threads */
    uint64_t fs_base;
    uint64_t gs_base;
};

/* Makes the context that booted this processor, and its stack, those of `idle`, which becomes
 * arch_current(). Each processor calls it once, before anything switches. */
void arch_thread_adopt(struct thread *idle);
/* Makes a thread that enters user mode with `regs` when it is first switched to. NO_MEMORY, or
 * INVALID as arch_regs_load(). */
NONOS_MUST_CHECK int arch_thread_init_user(struct thread *thread,
                                           const struct nonos_thread_regs *regs);
/* Makes a thread that runs entry(argument) in ring 0 when it is first switched to; entry never
 * returns. NO_MEMORY. */
NONOS_MUST_CHECK int arch_thread_init_kernel(struct thread *thread, void (*entry)(void *),
                                             void *argument);
/* Undoes a successful init. Not for the thread that runs. */
void arch_thread_free(struct thread *thread);
/* Saves the caller's state in `from` and goes on in `to`, in to's address space. Returns when
 * `from` is switched to again; the thread that was left on this processor is then
 * arch_switched_from(). Interrupts are off. A new kernel thread's entry and sched_user_return() of
 * a new user thread run as if arch_switch() had just returned. */
void arch_switch(struct thread *from, struct thread *to);
struct thread *arch_switched_from(void);
/* User registers of a thread that is stopped at the boundary to user mode. */
struct trap_frame *arch_user_frame(struct thread *thread);
/* Copies between the public structure and the frame; loading masks flags and segments and refuses
 * non-canonical addresses (INVALID). */
NONOS_MUST_CHECK int arch_regs_load(struct thread *thread, const struct nonos_thread_regs *regs);
void arch_regs_store(struct thread *thread, struct nonos_thread_regs *regs);

/* ---- interrupts of devices ---- */

#define ARCH_IRQ_VECTORS 128 /* numbered from 0; the architecture adds its own base */

/*
 * Lets a global system interrupt arrive as irq_interrupt(irq) on `cpu`; it starts masked. What the
 * firmware says about an ISA interrupt overrides `level` and `active_low`. INVALID: there is no
 * such line.
 */
NONOS_MUST_CHECK int arch_irq_route_gsi(uint32_t gsi, unsigned irq, unsigned cpu, bool level,
                                        bool active_low);
void arch_irq_mask(uint32_t gsi);
void arch_irq_unmask(uint32_t gsi);
/* What a device must write, and where to, to raise irq_interrupt(irq) on `cpu`. */
void arch_irq_msi(unsigned irq, unsigned cpu, uint64_t *address, uint64_t *data);

/* ---- ports: `width` is 1, 2 or 4 bytes ---- */

uint32_t arch_port_read(uint16_t port, unsigned width);
void arch_port_write(uint16_t port, unsigned width, uint32_t value);

/* ---- random ---- */

/* The processor's generator; false if there is none or it failed. */
bool arch_random(uint64_t *value);

/* ---- console of last resort: the serial port, polled ---- */

void arch_console_write(const char *text, size_t len);

/* ---- what the architecture calls (kernel/sched, kernel/cap, kernel/irq, kernel/main.c) ---- */

struct nonos_boot_info;

/* The boot processor; never returns. */
void kernel_main(const struct nonos_boot_info *info);
/* Each other processor, on its idle thread's stack, after arch_start_others(); never returns. */
void kernel_secondary(void);
/* The architecture's part of a thread. */
struct arch_thread *thread_arch(struct thread *thread);
/* A thread's address space; NULL for a kernel thread, which runs in any. */
struct space *thread_space(struct thread *thread);
/* A system call of the current thread. */
void syscall_enter(struct trap_frame *frame);
/* A fault of user mode. The thread does not go on where it faulted. */
void task_fault(struct trap_frame *frame, enum nonos_fault fault, uint64_t address);
/* The time set by arch_timer_set() has come. */
void sched_timer_interrupt(void);
/* Another processor called arch_send_reschedule(). */
void sched_reschedule_interrupt(void);
/* Last thing before every return to user mode: reschedules and stops if asked to. */
void sched_user_return(void);
/* An interrupt of a device; a level-triggered line must be masked before this returns. */
void irq_interrupt(unsigned irq);

#endif
