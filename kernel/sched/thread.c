/*
 * Life of a thread: made, started, stopped, killed. What it waits for is undone by
 * thread_cancel_locked(), whoever wants it to end.
 */
#include <sched/thread.h>

#include <cap/account.h>
#include <debug/log.h>
#include <ipc/ipc.h>
#include <sched/sched.h>
#include <sched/task.h>

static uint32_t nthreads;

unsigned thread_count(void)
{
    return __atomic_load_n(&nthreads, __ATOMIC_RELAXED);
}

static int thread_alloc(struct account *account, unsigned priority, struct thread **thread)
{
    struct thread *t;
    int error = account ? account_charge(account, ACCOUNT_THREADS, 1) : 0;
    if (error)
        return error;
    error = object_alloc(account, NONOS_OBJECT_THREAD, sizeof(*t), &t);
    if (error) {
        if (account)
            account_uncharge(account, ACCOUNT_THREADS, 1);
        return error;
    }
    t->priority = t->base_priority = (uint8_t)priority;
    t->state = THREAD_DEAD; /* until it is complete */
    t->payer = account;
    if (account)
        object_get(&account->object);
    sched_thread_init(t);
    __atomic_add_fetch(&nthreads, 1, __ATOMIC_RELAXED);
    *thread = t;
    return 0;
}

/* Kernel stack and register area, charged as memory. */
#define THREAD_MEMORY (KERNEL_STACK_SIZE + NONOS_PAGE_SIZE)

static int thread_join_task(struct thread *thread, struct task *task)
{
    lock_acquire(&sched_lock);
    bool ending = task->end_state != 0;
    if (!ending) {
        thread->task = task;
        object_get(&task->object);
        thread->task_next = task->threads;
        if (task->threads)
            task->threads->task_previous = thread;
        task->threads = thread;
        task->nthreads++;
        thread->state = THREAD_STOPPED;
        object_get(&thread->object); /* the task's, until thread_die() */
    }
    sched_unlock();
    return ending ? NONOS_E_PEER_GONE : 0;
}

int thread_create_user(struct task *task, struct account *account,
                       const struct nonos_thread_regs *regs, unsigned priority,
                       struct thread **thread)
{
    struct thread *t;
    int error = thread_alloc(account, priority, &t);
    if (error)
        return error;
    error = account_charge_memory(account, THREAD_MEMORY);
    if (!error) {
        error = arch_thread_init_user(t, regs);
        if (error) {
            t->arch.stack = NULL;
            account_uncharge_memory(account, THREAD_MEMORY);
        }
    }
    if (!error)
        error = thread_join_task(t, task);
    if (error) {
        object_put(&t->object);
        return error;
    }
    *thread = t;
    return 0;
}

int thread_create_kernel(void (*entry)(void *), void *argument, unsigned priority,
                         struct thread **thread)
{
    struct thread *t;
    int error = thread_alloc(NULL, priority, &t);
    if (error)
        return error;
    error = arch_thread_init_kernel(t, entry, argument);
    if (error) {
        object_put(&t->object);
        return error;
    }
    t->state = THREAD_STOPPED;
    *thread = t;
    return 0;
}

/* No lock is held. The thread is dead, or never became whole. */
void thread_destroy(struct thread *thread)
{
    struct account *account = thread->object.account;
    KERNEL_ASSERT(!thread->queue && !thread->deferred);
    if (thread->arch.stack) {
        arch_thread_free(thread);
        account_uncharge_memory(account, THREAD_MEMORY);
    }
    if (account)
        account_uncharge(account, ACCOUNT_THREADS, 1);
    if (thread->payer)
        object_put(&thread->payer->object);
    if (thread->task)
        object_put(&thread->task->object);
    __atomic_sub_fetch(&nthreads, 1, __ATOMIC_RELAXED);
}

int thread_start(struct thread *thread)
{
    int error = 0;
    lock_acquire(&sched_lock);
    if (thread->state == THREAD_DEAD || thread->kill) {
        error = NONOS_E_INVALID;
    } else {
        thread->stop = false;
        if (thread->state == THREAD_STOPPED)
            sched_make_ready(thread);
    }
    sched_unlock();
    return error;
}

void thread_cancel_locked(struct thread *thread, int result)
{
    if (thread->state != THREAD_BLOCKED)
        return;
    ipc_wait_undo(thread);
    if (thread->queue)
        queue_remove(thread);
    sched_wake(thread, result);
}

void thread_kill_locked(struct thread *thread, unsigned priority)
{
    thread->kill = true;
    if (thread->base_priority < priority)
        priority_set_base(thread, priority);
    if (thread->state == THREAD_BLOCKED)
        thread_cancel_locked(thread, NONOS_E_CANCELLED);
    else if (thread->state == THREAD_STOPPED)
        sched_make_ready(thread); /* to run its own end */
    else
        sched_kick(thread);
}

/* Takes the current thread out of its task; true if it was the last. */
static bool leave_task(struct thread *thread)
{
    struct task *task = thread->task;
    lock_acquire(&sched_lock);
    if (thread->task_previous)
        thread->task_previous->task_next = thread->task_next;
    else
        task->threads = thread->task_next;
    if (thread->task_next)
        thread->task_next->task_previous = thread->task_previous;
    bool last = --task->nthreads == 0;
    if (last && !task->end_state) {
        task->end_state = NONOS_TASK_EXITED;
        task->status = (int32_t)thread->exit_status;
    }
    sched_unlock();
    return last;
}

void thread_die(void)
{
    struct thread *thread = arch_current();
    struct thread *waiter;

    if (leave_task(thread))
        task_teardown(thread->task);
    ipc_thread_gone(thread);
    defer_run();
    lock_acquire(&sched_lock);
    while ((waiter = queue_first(&thread->stop_waiters))) {
        queue_remove(waiter);
        sched_wake(waiter, 0);
    }
    KERNEL_ASSERT(!thread->deferred);
    thread->state = THREAD_DEAD;
    sched_switch();
    panic("a dead thread runs");
}
