#include <sched/task.h>

#include <audit/audit.h>
#include <cap/account.h>
#include <debug/log.h>
#include <ipc/ipc.h>
#include <sched/sched.h>

static struct lock list_lock = LOCK_INIT(LOCK_RANK_OBJECT);
static struct task *list_first, *list_last;
static unsigned list_count;

struct task *task_current(void)
{
    return arch_current()->task;
}

unsigned task_count(void)
{
    return __atomic_load_n(&list_count, __ATOMIC_RELAXED);
}

int task_create(struct account *account, uint64_t parent_id, uint64_t grants, const char *name,
                struct task **task)
{
    struct task *t;
    int error = object_alloc(account, NONOS_OBJECT_TASK, sizeof(*t), &t);
    if (error)
        return error;
    error = space_init(&t->space);
    if (error) {
        object_put(&t->object);
        return error;
    }
    cap_table_init(&t->table);
    region_table_init(&t->regions);
    t->parent_id = parent_id;
    t->grants = grants;
    t->start_ns = arch_clock_ns();
    t->state = NONOS_TASK_RUNNING;
    for (unsigned i = 0; i + 1 < NONOS_MODULE_NAME_SIZE && name[i]; i++)
        t->name[i] = name[i];
    *task = t;
    return 0;
}

/*
 * Ids ascend, but two processors may publish in the other order: the place is looked for from the
 * end.
 */
void task_publish(struct task *task)
{
    lock_acquire(&list_lock);
    struct task *before = list_last;
    while (before && before->object.id > task->object.id)
        before = before->previous;
    task->previous = before;
    task->next = before ? before->next : list_first;
    *(before ? &before->next : &list_first) = task;
    *(task->next ? &task->next->previous : &list_last) = task;
    task->listed = true;
    list_count++;
    lock_release(&list_lock);
}

static void task_unlist(struct task *task)
{
    lock_acquire(&list_lock);
    if (task->listed) {
        *(task->previous ? &task->previous->next : &list_first) = task->next;
        *(task->next ? &task->next->previous : &list_last) = task->previous;
        task->listed = false;
        list_count--;
    }
    lock_release(&list_lock);
}

struct task *task_find(uint64_t after)
{
    lock_acquire(&list_lock);
    struct task *task = list_first;
    while (task && task->object.id <= after)
        task = task->next;
    if (task)
        object_get(&task->object);
    lock_release(&list_lock);
    return task;
}

void task_destroy(struct task *task)
{
    if (!task->space.root)
        return; /* it never became whole */
    KERNEL_ASSERT(!task->nthreads && !task->table.npages && !task->regions.count);
    region_table_free(task);
    space_free(&task->space);
}

/* Tells everybody who waits for the end. */
static void end_announce(struct task *task)
{
    struct thread *waiter;
    struct watch *watches;

    lock_acquire(&sched_lock);
    task->state = task->end_state;
    watches = task->watches;
    task->watches = NULL;
    for (struct watch *w = watches; w; w = w->next)
        notification_signal_locked(w->notification, w->bits);
    while ((waiter = queue_first(&task->waiters))) {
        queue_remove(waiter);
        sched_wake(waiter, 0);
    }
    sched_unlock();
    while (watches) {
        struct watch *w = watches;
        watches = w->next;
        watch_free(w);
    }
}

void task_teardown(struct task *task)
{
    lock_acquire(&sched_lock);
    if (!task->end_state)
        task->end_state = NONOS_TASK_KILLED;
    sched_unlock();
    lock_acquire(&task->table.lock);
    task->table.closed = true;
    lock_release(&task->table.lock);
    region_table_close(task);
    cap_table_destroy(task);
    task_unlist(task);
    audit_record_text(
        task->end_state == NONOS_TASK_FAULTED ? NONOS_AUDIT_TASK_FAULT : NONOS_AUDIT_TASK_END, 0,
        task->object.id, task->object.id, (uint64_t)(uint32_t)task->status, 0, task->name);
    defer_run();
    if (task->essential)
        panic("the first task (%s) has ended, state %u, status %d", task->name, task->end_state,
              (int)task->status);
    end_announce(task);
}

void task_end(struct task *task, enum nonos_task_state state, int32_t status)
{
    unsigned priority = arch_current()->priority;
    lock_acquire(&sched_lock);
    if (!task->end_state) {
        task->end_state = state;
        task->status = status;
    }
    for (struct thread *t = task->threads; t; t = t->task_next)
        if (!t->kill)
            thread_kill_locked(t, priority);
    sched_unlock();
}

void task_describe(struct task *task, struct nonos_task_info *info)
{
    *info = (struct nonos_task_info){
        .id = task->object.id,
        .parent_id = task->parent_id,
        .grants = task->grants,
        .start_ns = task->start_ns,
        .memory = task->regions.bytes,
        .ncaps = task->table.used,
        .priority = task->priority,
    };
    for (unsigned i = 0; i < NONOS_MODULE_NAME_SIZE; i++)
        info->name[i] = task->name[i];
    lock_acquire(&sched_lock);
    info->state = task->state;
    info->status = task->status;
    info->cpu_ns = task->cpu_ns;
    info->nthreads = task->nthreads;
    sched_unlock();
}

/* A fault of user mode ends the task. */
void task_fault(struct trap_frame *frame, enum nonos_fault fault, uint64_t address)
{
    struct task *task = task_current();
    log_print("task %llu (%s): fault %d at %llx, address %llx\n",
              (unsigned long long)task->object.id, task->name, (int)fault,
              (unsigned long long)frame->rip, (unsigned long long)address);
    audit_record_text(NONOS_AUDIT_TASK_FAULT, 0, task->object.id, task->object.id, fault, address,
                      task->name);
    task_end(task, NONOS_TASK_FAULTED, fault);
}
