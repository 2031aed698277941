/* System calls on threads and tasks. */
#include <audit/audit.h>
#include <cap/account.h>
#include <cap/syscall.h>
#include <cap/types.h>
#include <sched/sched.h>
#include <sched/task.h>

static struct thread *named_thread(const struct syscall *call)
{
    return object_of(thread, call->caps[0].object);
}

int sys_thread_create(struct syscall *call, nonos_handle task, nonos_handle account, uint64_t regs)
{
    struct nonos_thread_regs r;
    struct thread *thread;
    nonos_handle handle;
    (void)task;
    (void)account;
    int error = user_read(&r, regs, sizeof(r));
    if (error)
        return error;
    error = thread_create_user(object_of(task, call->caps[0].object),
                               object_of(account, call->caps[1].object), &r,
                               call->thread->base_priority, &thread);
    if (error)
        return error;
    error = cap_create(call->task, &thread->object, type_rights(&thread->object), &handle);
    if (error) {
        /* It never ran: it ends by running its own end. */
        lock_acquire(&sched_lock);
        thread_kill_locked(thread, call->thread->priority);
        sched_unlock();
    } else {
        call->out = handle;
        call->audit_object = thread->object.id;
        call->audit_a = handle;
        call->audit_b = NONOS_OBJECT_THREAD;
    }
    object_put(&thread->object);
    return error;
}

int sys_thread_start(struct syscall *call, nonos_handle thread)
{
    (void)thread;
    return thread_start(named_thread(call));
}

int sys_thread_stop(struct syscall *call, nonos_handle handle)
{
    struct thread *thread = named_thread(call);
    int result = 0;
    (void)handle;
    lock_acquire(&sched_lock);
    if (thread->state == THREAD_DEAD || thread->state == THREAD_STOPPED) {
        sched_unlock();
        return 0;
    }
    thread->stop = true;
    if (thread == call->thread) {
        sched_unlock(); /* stops on its way back to user mode */
        return 0;
    }
    thread_cancel_locked(thread, NONOS_E_CANCELLED);
    sched_kick(thread);
    queue_insert(&thread->stop_waiters, call->thread, false);
    result = sched_block(WAIT_THREAD);
    return result == NONOS_E_CANCELLED ? 0 : result;
}

/* Bases of the calling thread, which has no saved state to change otherwise. */
static int regs_write_own(struct thread *thread, const struct nonos_thread_regs *r)
{
    struct nonos_thread_regs now;
    arch_regs_store(thread, &now);
    now.fs_base = r->fs_base;
    now.gs_base = r->gs_base;
    return arch_regs_load(thread, &now);
}

int sys_thread_regs(struct syscall *call, nonos_handle handle, uint32_t write, uint64_t regs)
{
    struct thread *thread = named_thread(call);
    struct nonos_thread_regs r = {0};
    int error = write ? user_read(&r, regs, sizeof(r)) : 0;
    (void)handle;
    if (error)
        return error;
    lock_acquire(&sched_lock);
    if (thread == call->thread)
        error = write ? regs_write_own(thread, &r) : 0;
    else if (thread->state != THREAD_STOPPED)
        error = thread->state == THREAD_DEAD ? NONOS_E_INVALID : NONOS_E_BUSY;
    else if (write)
        error = arch_regs_load(thread, &r);
    if (!error && !write)
        arch_regs_store(thread, &r);
    sched_unlock();
    return error || write ? error : user_write(regs, &r, sizeof(r));
}

int sys_thread_sched(struct syscall *call, nonos_handle handle, uint32_t priority, uint32_t cpu)
{
    struct thread *thread = named_thread(call);
    (void)handle;
    if (priority < NONOS_PRIORITY_MIN || priority > NONOS_PRIORITY_MAX ||
        (cpu != CPU_ANY && cpu >= arch_cpu_count()))
        return NONOS_E_INVALID;
    if (priority > call->thread->base_priority)
        return NONOS_E_DENIED;
    lock_acquire(&sched_lock);
    if (thread->state == THREAD_DEAD || thread->kill) {
        sched_unlock();
        return NONOS_E_INVALID;
    }
    priority_set_base(thread, priority);
    sched_pin(thread, cpu);
    sched_unlock();
    return 0;
}

int sys_thread_exit(struct syscall *call, nonos_handle thread, uint32_t status)
{
    (void)thread;
    if (named_thread(call) != call->thread)
        return NONOS_E_DENIED;
    lock_acquire(&sched_lock);
    call->thread->exit_status = status;
    call->thread->kill = true; /* ends on its way back to user mode */
    sched_unlock();
    return 0;
}

int sys_thread_sleep(struct syscall *call, nonos_handle thread, uint64_t deadline)
{
    (void)thread;
    if (named_thread(call) != call->thread)
        return NONOS_E_DENIED;
    if (deadline <= arch_clock_ns()) {
        sched_give_way();
        return 0;
    }
    lock_acquire(&sched_lock);
    if (call->thread->kill || call->thread->stop) {
        sched_unlock();
        return NONOS_E_CANCELLED;
    }
    return sched_block_until(WAIT_SLEEP, deadline);
}

/* ---- tasks ---- */

int sys_task_find(struct syscall *call, nonos_handle system, uint64_t after)
{
    uint32_t rights = NONOS_RIGHT_INSPECT;
    nonos_handle handle;
    (void)system;
    if (call->caps[0].rights & NONOS_SYSTEM_KILL)
        rights |= NONOS_TASK_KILL;
    struct task *task = task_find(after);
    if (!task)
        return NONOS_E_NOT_FOUND;
    int error = cap_create(call->task, &task->object, rights, &handle);
    if (!error) {
        call->out = handle;
        call->audit_object = task->object.id;
        call->audit_a = handle;
        call->audit_b = NONOS_OBJECT_TASK;
    }
    object_put(&task->object);
    return error;
}

static int info_cap(struct task *task, uint64_t cursor, uint64_t buffer, size_t len)
{
    struct nonos_cap_info info;
    if (len < sizeof(info))
        return NONOS_E_INVALID;
    lock_acquire(&cap_tree_lock);
    struct slot *slot = cap_next(task, cursor);
    if (slot)
        cap_describe(slot, &info);
    lock_release(&cap_tree_lock);
    return slot ? user_write(buffer, &info, sizeof(info)) : NONOS_E_NOT_FOUND;
}

int sys_task_info(struct syscall *call, nonos_handle handle, uint32_t selector, uint64_t cursor,
                  uint64_t buffer, size_t len)
{
    struct task *task = object_of(task, call->caps[0].object);
    struct nonos_task_info info;
    (void)handle;
    if (selector == NONOS_INFO_CAP)
        return info_cap(task, cursor, buffer, len);
    if (selector != NONOS_INFO_TASK || len < sizeof(info))
        return NONOS_E_INVALID;
    task_describe(task, &info);
    return user_write(buffer, &info, sizeof(info));
}

int sys_task_kill(struct syscall *call, nonos_handle handle, uint32_t status)
{
    struct task *task = object_of(task, call->caps[0].object);
    (void)handle;
    task_end(task, NONOS_TASK_KILLED, (int32_t)status);
    if (task == call->task)
        return 0; /* dies on its way back to user mode */
    lock_acquire(&sched_lock);
    while (task->state == NONOS_TASK_RUNNING && !call->thread->kill) {
        queue_insert(&task->waiters, call->thread, false);
        (void)sched_block(WAIT_TASK);
        lock_acquire(&sched_lock);
    }
    sched_unlock();
    return 0;
}
