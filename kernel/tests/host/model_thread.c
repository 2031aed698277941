/* The threads of the modelled machine: coroutines, and how their "user mode" calls the kernel. */
#include "model_private.h"

#include <ucontext.h>

#include <debug/log.h>
#include <mm/heap.h>

#define STACK_LEN (256u << 10)

struct context {
    ucontext_t ucontext;
    struct trap_frame frame;
    struct nonos_thread_regs regs;
    void (*kernel_entry)(void *);
    void *argument;
};

static struct context *context_of(struct thread *thread)
{
    return (struct context *)thread->arch.fpu;
}

static void context_run(void)
{
    struct context *c = context_of(arch_current());
    if (c->kernel_entry) {
        c->kernel_entry(c->argument);
        panic("a kernel thread returned");
    }
    sched_user_return();
    ((void (*)(void *))(uintptr_t)c->regs.rip)((void *)(uintptr_t)c->regs.rdi);
    lock_acquire(&sched_lock);
    arch_current()->kill = true;
    lock_release(&sched_lock);
    sched_user_return();
    panic("a thread came back from its end");
}

static int context_make(struct thread *thread)
{
    struct context *c = heap_alloc(sizeof(*c));
    void *stack = c ? heap_alloc(STACK_LEN) : NULL;
    if (!stack) {
        heap_free(c);
        return NONOS_E_NO_MEMORY;
    }
    getcontext(&c->ucontext);
    c->ucontext.uc_stack.ss_sp = stack;
    c->ucontext.uc_stack.ss_size = STACK_LEN;
    makecontext(&c->ucontext, context_run, 0);
    thread->arch.fpu = c;
    thread->arch.stack = stack;
    return 0;
}

int arch_thread_init_user(struct thread *thread, const struct nonos_thread_regs *regs)
{
    int error = regs->rip >= NONOS_USER_END ? NONOS_E_INVALID : context_make(thread);
    if (!error)
        context_of(thread)->regs = *regs;
    return error;
}

int arch_thread_init_kernel(struct thread *thread, void (*entry)(void *), void *argument)
{
    int error = context_make(thread);
    if (!error) {
        context_of(thread)->kernel_entry = entry;
        context_of(thread)->argument = argument;
    }
    return error;
}

void arch_thread_free(struct thread *thread)
{
    ck_assert_ptr_ne(thread, arch_current());
    heap_free(thread->arch.stack);
    heap_free(thread->arch.fpu);
}

void arch_thread_adopt(struct thread *idle)
{
    struct context *c = calloc(1, sizeof(*c));
    idle->arch.fpu = c;
    model_processor()->current = idle;
}

void arch_switch(struct thread *from, struct thread *to)
{
    struct processor *p = model_processor();
    p->previous = from;
    p->current = to;
    swapcontext(&context_of(from)->ucontext, &context_of(to)->ucontext);
}

struct thread *arch_switched_from(void)
{
    return model_processor()->previous;
}

struct trap_frame *arch_user_frame(struct thread *thread)
{
    return &context_of(thread)->frame;
}

int arch_regs_load(struct thread *thread, const struct nonos_thread_regs *regs)
{
    if (regs->rip >= NONOS_USER_END)
        return NONOS_E_INVALID;
    context_of(thread)->regs = *regs;
    return 0;
}

void arch_regs_store(struct thread *thread, struct nonos_thread_regs *regs)
{
    *regs = context_of(thread)->regs;
}

/* ---- system calls ---- */

int model_call(unsigned number, const uint64_t args[6], uint64_t *out)
{
    model_user_mode();
    struct trap_frame *f = arch_user_frame(arch_current());
    *f = (struct trap_frame){.rax = number,
                             .rdi = args[0],
                             .rsi = args[1],
                             .rdx = args[2],
                             .r10 = args[3],
                             .r8 = args[4],
                             .r9 = args[5]};
    syscall_enter(f);
    sched_user_return();
    if (out)
        *out = f->rdx;
    return (int)f->rax;
}

static int message_call(unsigned number, uint64_t rdi, struct nonos_message *m)
{
    model_user_mode();
    struct trap_frame *f = arch_user_frame(arch_current());
    *f = (struct trap_frame){.rax = number,
                             .rdi = rdi,
                             .rsi = m->label | (uint64_t)m->ncaps << 32,
                             .rbx = m->caps[0] | (uint64_t)m->caps[1] << 32,
                             .rbp = m->caps[2] | (uint64_t)m->caps[3] << 32,
                             .rdx = m->words[0],
                             .r10 = m->words[1],
                             .r8 = m->words[2],
                             .r9 = m->words[3],
                             .r12 = m->words[4],
                             .r13 = m->words[5],
                             .r14 = m->words[6],
                             .r15 = m->words[7]};
    syscall_enter(f);
    sched_user_return();
    *m = (struct nonos_message){
        .label = (uint32_t)f->rsi,
        .ncaps = (uint32_t)(f->rsi >> 32),
        .badge = f->rdi,
        .words = {f->rdx, f->r10, f->r8, f->r9, f->r12, f->r13, f->r14, f->r15},
        .caps = {(uint32_t)f->rbx, (uint32_t)(f->rbx >> 32), (uint32_t)f->rbp,
                 (uint32_t)(f->rbp >> 32)},
    };
    return (int)f->rax;
}

int model_ipc_call(nonos_handle endpoint, struct nonos_message *message)
{
    return message_call(NONOS_SYS_IPC_CALL, endpoint, message);
}

int model_ipc_reply_wait(nonos_handle endpoint, nonos_handle reply, struct nonos_message *message)
{
    return message_call(NONOS_SYS_IPC_REPLY_WAIT, endpoint | (uint64_t)reply << 32, message);
}
