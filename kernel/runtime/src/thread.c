/* Threads, mutexes and conditions. */
#include <nonos/thread.h>
#include <string.h>

#include "start.h"

#define STACK_LEN (64u << 10)

struct nonos_thread thread_first;
uint32_t thread_count = 1;

/*
 * A stack and the block of its thread, which lies at the stack's top. Stacks of threads that ended are kept for new ones: a
 * thread cannot unmap what it stands on. It clears `busy` when only the system call that ends it is left (entry.S).
 */
struct stack {
    struct nonos_thread thread;
    struct stack *next;
    size_t len;
    uint32_t busy;
};

static struct stack *stacks;
static struct nonos_mutex stacks_lock;

static struct stack *stack_reuse(size_t len)
{
    nonos_mutex_lock(&stacks_lock);
    struct stack *stack = stacks;
    while (stack && (stack->len != len || __atomic_load_n(&stack->busy, __ATOMIC_ACQUIRE)))
        stack = stack->next;
    if (stack) {
        stack->busy = 1;
        (void)nonos_cap_delete(stack->thread.handle);
    }
    nonos_mutex_unlock(&stacks_lock);
    return stack;
}

/* Maps a stack where the kernel finds room; its lowest page stays unmapped when the kernel leaves gaps between mappings. */
static int stack_create(size_t len, struct stack **stack)
{
    nonos_handle handle;
    void *base;
    *stack = stack_reuse(len);
    if (*stack)
        return NONOS_OK;
    int result = nonos_memory_create(len, 0, &handle, &base);
    if (result < 0)
        return result;
    *stack = (struct stack *)((char *)base + len - sizeof(struct stack));
    (*stack)->len = len;
    (*stack)->busy = 1;
    (*stack)->thread.stack_memory = handle;
    nonos_mutex_lock(&stacks_lock);
    (*stack)->next = stacks;
    stacks = *stack;
    nonos_mutex_unlock(&stacks_lock);
    return NONOS_OK;
}

static int thread_launch(struct nonos_thread *thread)
{
    struct nonos_thread_regs regs;
    memset(&regs, 0, sizeof(regs));
    regs.rip = (uint64_t)(uintptr_t)nonos_thread_entry;
    regs.rdi = (uint64_t)(uintptr_t)thread;
    regs.rsp = (uint64_t)(uintptr_t)thread;
    regs.fs_base = (uint64_t)(uintptr_t)thread;
    int result = nonos_thread_create(NONOS_SLOT_TASK, NONOS_SLOT_ACCOUNT, &regs, &thread->handle);
    if (result < 0)
        return result;
    __atomic_add_fetch(&thread_count, 1, __ATOMIC_RELAXED);
    result = nonos_thread_start(thread->handle);
    if (result < 0)
        __atomic_sub_fetch(&thread_count, 1, __ATOMIC_RELAXED);
    return result;
}

int nonos_thread_spawn(void (*entry)(void *argument), void *argument, size_t stack_len)
{
    struct stack *stack;
    int result = nonos_malloc_threads();
    if (result >= 0 && !stacks_lock.notification)
        result = nonos_mutex_init(&stacks_lock);
    if (result >= 0)
        result = stack_create(nonos_page_round(stack_len ? stack_len : STACK_LEN), &stack);
    if (result < 0)
        return result;
    struct nonos_thread *thread = &stack->thread;
    thread->self = thread;
    thread->handle = 0;
    thread->error = 0;
    thread->entry = entry;
    thread->argument = argument;
    result = thread_launch(thread);
    if (result < 0)
        __atomic_store_n(&stack->busy, 0, __ATOMIC_RELEASE);
    return result < 0 ? result : NONOS_OK;
}

_Noreturn void nonos_thread_run(struct nonos_thread *thread)
{
    struct stack *stack = (struct stack *)thread;
    thread->entry(thread->argument);
    __atomic_sub_fetch(&thread_count, 1, __ATOMIC_RELAXED);
    nonos_thread_leave(thread->handle, &stack->busy);
}

int nonos_mutex_init(struct nonos_mutex *mutex)
{
    mutex->state = 0;
    return nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_NOTIFICATION, 0, 0, 0,
                               &mutex->notification);
}

/*
 * State 2 means that somebody may sleep: who takes the mutex after sleeping leaves it at 2, so that no sleeper is forgotten. A
 * signal that comes before the wait stays in the notification, so none is lost; a stale one costs one more round.
 */
void nonos_mutex_lock(struct nonos_mutex *mutex)
{
    uint32_t expected = 0;
    uint64_t bits;
    if (__atomic_compare_exchange_n(&mutex->state, &expected, 1, false, __ATOMIC_ACQUIRE,
                                    __ATOMIC_RELAXED))
        return;
    while (__atomic_exchange_n(&mutex->state, 2, __ATOMIC_ACQUIRE) != 0) {
        if (!mutex->notification ||
            nonos_notify_wait(mutex->notification, 1, NONOS_NEVER, &bits) < 0)
            (void)nonos_sleep_until(0);
    }
}

void nonos_mutex_unlock(struct nonos_mutex *mutex)
{
    if (__atomic_exchange_n(&mutex->state, 0, __ATOMIC_RELEASE) == 2 && mutex->notification)
        (void)nonos_notify_signal(mutex->notification, 1);
}

int nonos_condition_init(struct nonos_condition *condition)
{
    condition->waiting = 0;
    return nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_NOTIFICATION, 0, 0, 0,
                               &condition->notification);
}

/*
 * Each waits for a bit of its own, so one signal reaches all of them. A signal that comes before the wait stays; one that comes when
 * the thread is up but not back in the mutex stays too, and wakes the next owner of the bit for no reason.
 */
void nonos_condition_wait(struct nonos_condition *condition, struct nonos_mutex *mutex)
{
    uint64_t bit = ~condition->waiting & (condition->waiting + 1), got;
    condition->waiting |= bit;
    nonos_mutex_unlock(mutex);
    if (!bit || nonos_notify_wait(condition->notification, bit, NONOS_NEVER, &got) < 0)
        (void)nonos_sleep_until(0);
    nonos_mutex_lock(mutex);
    condition->waiting &= ~bit;
}

void nonos_condition_wake(struct nonos_condition *condition)
{
    if (condition->waiting)
        (void)nonos_notify_signal(condition->notification, condition->waiting);
}
