/*
 * Expiry by timer. A capability that has expired is refused at its next use; what was made under it
 * (mappings, interrupt bindings, DMA windows, waiting threads) ends by a kernel thread that sleeps
 * until the first expiry of all tasks. It looks at most once in 10 ms, so that a task with many
 * expiring capabilities cannot keep it busy.
 */
#include <cap/cap.h>

#include <arch/arch.h>
#include <debug/log.h>
#include <sched/sched.h>
#include <sched/task.h>

#define INTERVAL_MS 10

static struct thread *sweeper;
static uint64_t due_ms = SLOT_EXPIRY_NEVER; /* the scheduler's lock */

void expiry_add(struct task *task, uint64_t expiry_ms)
{
    if (expiry_ms < task->table.next_expiry_ms)
        task->table.next_expiry_ms = expiry_ms;
    lock_acquire(&sched_lock);
    if (expiry_ms < due_ms) {
        due_ms = expiry_ms;
        if (sweeper && sweeper->state == THREAD_BLOCKED)
            sched_wake(sweeper, 0);
    }
    sched_unlock();
}

/* Sweeps every task that is due; returns when the next one is. */
static uint64_t sweep_all(uint64_t now_ms)
{
    uint64_t next = SLOT_EXPIRY_NEVER, id = 0;
    struct task *task;
    while ((task = task_find(id))) {
        uint64_t due = task->table.next_expiry_ms;
        if (due <= now_ms)
            due = cap_sweep(task, now_ms);
        next = due < next ? due : next;
        id = task->object.id;
        object_put(&task->object);
        defer_run();
    }
    return next;
}

static void sweeper_run(void *argument)
{
    (void)argument;
    sched_kernel_begin();
    for (;;) {
        uint64_t now_ms = cap_now_ms();
        lock_acquire(&sched_lock);
        uint64_t due = due_ms;
        if (due <= now_ms) {
            due_ms = SLOT_EXPIRY_NEVER;
            sched_unlock();
            uint64_t next = sweep_all(now_ms);
            lock_acquire(&sched_lock);
            due_ms = next < due_ms ? next : due_ms;
            due = due_ms > now_ms + INTERVAL_MS ? due_ms : now_ms + INTERVAL_MS;
            if (due_ms == SLOT_EXPIRY_NEVER)
                due = SLOT_EXPIRY_NEVER;
        }
        (void)sched_block_until(WAIT_SLEEP, due == SLOT_EXPIRY_NEVER ? NONOS_NEVER : due * 1000000);
    }
}

void expiry_start(void)
{
    int error = thread_create_kernel(sweeper_run, NULL, NONOS_PRIORITY_MAX, &sweeper);
    if (!error)
        error = thread_start(sweeper);
    if (error)
        panic("cannot start the expiry thread: %s", nonos_strerror(error));
}
