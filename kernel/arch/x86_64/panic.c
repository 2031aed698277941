#include "panic.h"

#include "apic.h"
#include "cpu.h"
#include "percpu.h"
#include "start.h"
#include "symbols.h"
#include "trap.h"

#include <arch/arch.h>
#include <debug/log.h>
#include <debug/log_private.h>
#include <mm/kernel_map.h>
#include <mm/stack.h>
#include <mm/tlb.h>

#include <stdarg.h>

#define BACKTRACE_MAX    32u
#define STOP_PATIENCE_NS 200000000ull

static unsigned panicking; /* processor + 1 */
static uint64_t stopped;   /* bit n: processor n has stopped */

/* First come, first served; a panic inside a panic only stops. */
static void panic_claim(void)
{
    unsigned self = cpu_this()->id + 1, nobody = 0;

    __asm__ volatile("cli");
    if (!__atomic_compare_exchange_n(&panicking, &nobody, self, false, __ATOMIC_SEQ_CST,
                                     __ATOMIC_SEQ_CST)) {
        if (nobody == self)
            arch_power_off(PANIC_STATUS);
        for (;;)
            cpu_relax(); /* the NMI of the other one comes */
    }
    cpu_this()->probe = NULL;
}

static void others_stop(void)
{
    uint64_t others = tlb_online() & ~(1ull << cpu_this()->id);
    uint64_t start = arch_clock_ns();

    if (!others)
        return;
    apic_stop_others();
    /* Without a clock, or with a processor that is stuck, go on all the same. */
    for (uint64_t i = 0; (__atomic_load_n(&stopped, __ATOMIC_ACQUIRE) & others) != others; i++) {
        if (arch_clock_ns() - start > STOP_PATIENCE_NS || i > 1000000000u)
            break;
        cpu_relax();
    }
}

static void address_print(const char *what, uint64_t address)
{
    uint64_t offset = 0;
    const char *name = symbol_find(address, &offset);

    if (name)
        log_print("  %s 0x%016llx  %s+0x%llx\n", what, (unsigned long long)address, name,
                  (unsigned long long)offset);
    else
        log_print("  %s 0x%016llx\n", what, (unsigned long long)address);
}

/* Follows the frame pointers as long as they go up within mapped kernel memory. */
static void backtrace(uint64_t rip, uint64_t rbp)
{
    address_print("at", rip);
    for (unsigned i = 0; i < BACKTRACE_MAX; i++) {
        const uint64_t *frame = (const uint64_t *)rbp;
        uint64_t physical;

        if (rbp % 8 || rbp < NONOS_USER_END || !kernel_lookup(rbp, &physical) ||
            !kernel_lookup(rbp + 8, &physical) || !frame[1])
            break;
        address_print("by", frame[1]);
        if (frame[0] <= rbp)
            break;
        rbp = frame[0];
    }
}

static void others_print(void)
{
    for (unsigned i = 0; i < cpu_count; i++)
        if (stopped >> i & 1) {
            log_print("processor %u was\n", i);
            address_print("at", cpus[i].stopped_rip);
        }
}

static void registers_print(const struct trap_frame *f)
{
    log_print("  rax %016llx  rbx %016llx  rcx %016llx  rdx %016llx\n", (unsigned long long)f->rax,
              (unsigned long long)f->rbx, (unsigned long long)f->rcx, (unsigned long long)f->rdx);
    log_print("  rsi %016llx  rdi %016llx  rbp %016llx  rsp %016llx\n", (unsigned long long)f->rsi,
              (unsigned long long)f->rdi, (unsigned long long)f->rbp, (unsigned long long)f->rsp);
    log_print("  r8  %016llx  r9  %016llx  r10 %016llx  r11 %016llx\n", (unsigned long long)f->r8,
              (unsigned long long)f->r9, (unsigned long long)f->r10, (unsigned long long)f->r11);
    log_print("  r12 %016llx  r13 %016llx  r14 %016llx  r15 %016llx\n", (unsigned long long)f->r12,
              (unsigned long long)f->r13, (unsigned long long)f->r14, (unsigned long long)f->r15);
    log_print("  cr2 %016llx  cr3 %016llx  flags %08llx  cs %llx  error %llx\n",
              (unsigned long long)cr2_read(), (unsigned long long)cr3_read(),
              (unsigned long long)f->rflags, (unsigned long long)f->cs,
              (unsigned long long)f->error);
}

/* SDM volume 3 section 4.7: what the error code of a page fault says. */
static void page_fault_print(uint64_t error, uint64_t address)
{
    const char *access = error & 16 ? "execute" : (error & 2 ? "write" : "read");
    const char *place = address < NONOS_USER_END ? "user" : "kernel";
    unsigned number;
    bool guard;

    log_print("tried to %s %s address 0x%llx, %s\n", access, place, (unsigned long long)address,
              error & 8
                  ? "with a damaged page table"
                  : (error & 1 ? "which its page does not allow" : "where nothing is mapped"));
    if (stack_find(address, &number, &guard) && guard)
        log_print("that is the guard below kernel stack %u\n", number);
}

static _Noreturn void panic_end(void)
{
    others_print();
    log_print("The system has stopped.\n");
    if (arch_option("debug-exit"))
        arch_power_off(PANIC_STATUS);
    cpu_halt_for_ever();
}

void panic(const char *format, ...)
{
    va_list args;

    panic_claim();
    others_stop();
    log_panic_begin();
    log_print("PANIC on processor %u: ", cpu_this()->id);
    va_start(args, format);
    log_vprint(format, args);
    va_end(args);
    log_print("\n");
    backtrace((uint64_t)__builtin_return_address(0), *(uint64_t *)__builtin_frame_address(0));
    panic_end();
}

void panic_trap(const struct trap_frame *f)
{
    uint64_t address = cr2_read();
    unsigned number;
    bool guard;

    panic_claim();
    others_stop();
    log_panic_begin();
    log_print("PANIC on processor %u: %s in ring %u\n", cpu_this()->id, trap_name(f->vector),
              (unsigned)(f->cs & 3));
    if (f->vector == VECTOR_PAGE_FAULT)
        page_fault_print(f->error, address);
    if (f->vector == VECTOR_DOUBLE_FAULT && stack_find(f->rsp, &number, &guard) &&
        (guard || f->rsp % KERNEL_STACK_SIZE < sizeof(*f)))
        log_print("kernel stack %u overflowed (the fault before this one was at 0x%llx)\n", number,
                  (unsigned long long)address);
    registers_print(f);
    backtrace(f->rip, f->rbp);
    panic_end();
}

void panic_nmi(const struct trap_frame *f)
{
    struct cpu *cpu = cpu_this();

    if (!__atomic_load_n(&panicking, __ATOMIC_SEQ_CST))
        panic_trap(f);
    if (panicking == cpu->id + 1)
        return;
    cpu->stopped_rip = f->rip;
    cpu->stopped_rbp = f->rbp;
    __atomic_fetch_or(&stopped, 1ull << cpu->id, __ATOMIC_RELEASE);
    cpu_halt_for_ever();
}
