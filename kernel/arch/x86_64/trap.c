/* What comes in through the interrupt table, sorted. */
#include "trap.h"

#include "apic.h"
#include "clock.h"
#include "cpu.h"
#include "panic.h"
#include "percpu.h"
#include "start.h"

#include <arch/arch.h>
#include <debug/log.h>
#include <mm/frame.h>
#include <mm/space.h>
#include <mm/tlb.h>

_Static_assert(offsetof(struct trap_frame, r11) == FRAME_R11, "trap_entry.S");
_Static_assert(offsetof(struct trap_frame, rcx) == FRAME_RCX, "trap_entry.S");
_Static_assert(offsetof(struct trap_frame, rax) == FRAME_RAX, "trap_entry.S");
_Static_assert(offsetof(struct trap_frame, vector) == FRAME_VECTOR, "trap_entry.S");
_Static_assert(offsetof(struct trap_frame, error) == FRAME_ERROR, "trap_entry.S");
_Static_assert(offsetof(struct trap_frame, rip) == FRAME_RIP, "trap_entry.S");
_Static_assert(offsetof(struct trap_frame, cs) == FRAME_CS, "trap_entry.S");
_Static_assert(offsetof(struct trap_frame, rflags) == FRAME_RFLAGS, "trap_entry.S");
_Static_assert(offsetof(struct trap_frame, rsp) == FRAME_RSP, "trap_entry.S");
_Static_assert(KERNEL_STACK_SIZE - 1 == 0x3fff, "trap_anywhere in trap_entry.S");

/* Places in trap_entry.S that get CLAC (0) or STAC (1). */
struct smap_site {
    int32_t offset; /* from this field to the place */
    uint32_t stac;
};

extern const struct smap_site smap_sites[], smap_sites_end[];
extern const uint8_t user_copy_words[], user_copy_bytes[], user_copy_fault[];

bool trap_probe_call(uint64_t *resume, void (*function)(void *), void *argument);

/* Text is never writable where it is executed; the loader's identity mapping is, once. */
void smap_patch(uint64_t kernel_physical)
{
    for (const struct smap_site *s = smap_sites; s < smap_sites_end && features.smap; s++) {
        uint64_t offset =
            (uint64_t)&s->offset + (uint64_t)(int64_t)s->offset - (uint64_t)image_start;
        volatile uint8_t *code = (volatile uint8_t *)(kernel_physical + offset);
        code[0] = 0x0f;
        code[1] = 0x01;
        code[2] = s->stac ? 0xcb : 0xca;
    }
    (void)cpuid(0, 0); /* forgets what was fetched before */
}

const char *trap_name(uint64_t vector)
{
    static const char *const names[] = {
        [0] = "division error",
        [1] = "debug exception",
        [2] = "non-maskable interrupt",
        [3] = "breakpoint",
        [4] = "overflow",
        [5] = "bound range exceeded",
        [6] = "invalid instruction",
        [7] = "floating-point unit not available",
        [8] = "double fault",
        [10] = "invalid task state",
        [11] = "segment not present",
        [12] = "stack segment fault",
        [13] = "general protection fault",
        [14] = "page fault",
        [16] = "x87 floating-point error",
        [17] = "misaligned access",
        [18] = "machine check",
        [19] = "SIMD floating-point error",
        [20] = "virtualisation exception",
        [21] = "control protection fault",
    };

    if (vector < sizeof(names) / sizeof(names[0]) && names[vector])
        return names[vector];
    return "unknown exception";
}

/* Whether the instruction at `address` is one that user mode may not execute, as opposed to one
 * with a bad operand. */
static bool instruction_is_privileged(uint64_t address)
{
    static const uint8_t one_byte[] = {0x6c, 0x6d, 0x6e, 0x6f, 0xe4, 0xe5, 0xe6, 0xe7,
                                       0xec, 0xed, 0xee, 0xef, 0xf4, 0xfa, 0xfb};
    static const uint8_t two_bytes[] = {0x00, 0x01, 0x06, 0x07, 0x08, 0x09, 0x20,
                                        0x21, 0x22, 0x23, 0x30, 0x32, 0x33, 0x35};
    const uint8_t *list = one_byte;
    size_t count = sizeof(one_byte);
    uint8_t byte = 0;

    for (unsigned i = 0; i < 15; i++) {
        if (user_read(&byte, address + i, 1) < 0)
            return false;
        if (byte == 0x0f && list == one_byte) {
            list = two_bytes;
            count = sizeof(two_bytes);
            continue;
        }
        /* operand size, REP and REX prefixes */
        if (byte != 0x66 && byte != 0xf2 && byte != 0xf3 && (byte & 0xf0) != 0x40)
            break;
    }
    for (size_t i = 0; i < count; i++)
        if (list[i] == byte)
            return true;
    return false;
}

static void fault_of_user(struct trap_frame *f)
{
    switch (f->vector) {
    case VECTOR_PAGE_FAULT:
        task_fault(f, NONOS_FAULT_ACCESS, cr2_read());
        break;
    case 1:
    case 3:
        task_fault(f, NONOS_FAULT_DEBUG, f->rip);
        break;
    case 0:
    case 4:
    case 5:
    case 16:
    case 19:
        task_fault(f, NONOS_FAULT_ARITHMETIC, f->rip);
        break;
    case 6:
    case 7:
        task_fault(f, NONOS_FAULT_INSTRUCTION, f->rip);
        break;
    case 13:
        if (instruction_is_privileged(f->rip)) {
            task_fault(f, NONOS_FAULT_INSTRUCTION, f->rip);
            break;
        }
        /* fall through */
    default:
        task_fault(f, NONOS_FAULT_PROTECTION, f->rip);
    }
}

/* Sends the processor back to trap_probe_call(), as if the function had returned. */
static void probe_resume(struct trap_probe *p, struct trap_frame *f)
{
    p->vector = f->vector;
    p->address = cr2_read();
    f->rbx = p->resume[0];
    f->rbp = p->resume[1];
    f->r12 = p->resume[2];
    f->r13 = p->resume[3];
    f->r14 = p->resume[4];
    f->r15 = p->resume[5];
    f->rsp = p->resume[6];
    f->rip = p->resume[7];
    f->rflags &= ~(uint64_t)(RFLAGS_AC | RFLAGS_TF);
}

bool trap_probe(struct trap_probe *probe, void (*function)(void *), void *argument)
{
    bool faulted;

    cpu_this()->probe = probe;
    faulted = trap_probe_call(probe->resume, function, argument);
    cpu_this()->probe = NULL;
    return faulted;
}

static void fault_of_kernel(struct trap_frame *f)
{
    struct cpu *cpu = cpu_this();

    /* Only these two instructions touch user memory; outside the lower half they are not asked
     * to. */
    if (f->vector == VECTOR_PAGE_FAULT && cr2_read() < NONOS_USER_END &&
        (f->rip == (uint64_t)user_copy_words || f->rip == (uint64_t)user_copy_bytes)) {
        f->rip = (uint64_t)user_copy_fault;
        return;
    }
    if (cpu->probe && f->vector != VECTOR_NMI && f->vector != VECTOR_MACHINE_CHECK) {
        probe_resume(cpu->probe, f);
        return;
    }
    if (f->vector == VECTOR_DEBUG) {
        /* User mode can make one arrive just behind its system call (MOV SS before it): nothing
         * that we asked for. */
        f->rflags &= ~(uint64_t)RFLAGS_TF;
        return;
    }
    panic_trap(f);
}

static void interrupt(uint64_t vector)
{
    tlb_wake(); /* if it woke the processor: before anything else */
    switch (vector) {
    case VECTOR_TIMER:
        apic_eoi();
        clock_timer_interrupt();
        break;
    case VECTOR_RESCHEDULE:
        apic_eoi();
        if (cpu_this()->current) /* or it has nothing to schedule yet */
            sched_reschedule_interrupt();
        break;
    case VECTOR_TLB:
        apic_eoi();
        tlb_poll();
        break;
    case VECTOR_SPURIOUS:
        break;
    default:
        if (vector < VECTOR_DEVICE + ARCH_IRQ_VECTORS)
            irq_interrupt((unsigned)vector - VECTOR_DEVICE);
        apic_eoi();
    }
}

void trap_handle(struct trap_frame *f)
{
    if (f->vector >= VECTOR_EXCEPTIONS)
        interrupt(f->vector);
    else if (f->vector == VECTOR_NMI)
        panic_nmi(f);
    else if (f->vector == VECTOR_MACHINE_CHECK)
        panic_trap(f);
    else if ((f->cs & 3) == 0)
        fault_of_kernel(f);
    else
        fault_of_user(f);
}
