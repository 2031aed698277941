/* Notifications: 64 bits to signal and to wait for, and a timer that signals. */
#include <ipc/ipc.h>

#include <cap/account.h>
#include <cap/syscall.h>
#include <debug/log.h>
#include <sched/sched.h>
#include <sched/task.h>

static void timer_signal(struct timer *timer)
{
    struct notification *n = container_of(timer, struct notification, timer);
    notification_signal_locked(n, n->timer_bits);
}

int notification_create(struct account *account, struct notification **notification)
{
    int error =
        object_alloc(account, NONOS_OBJECT_NOTIFICATION, sizeof(**notification), notification);
    if (!error)
        (*notification)->timer.fire = timer_signal;
    return error;
}

void notification_destroy(struct notification *notification)
{
    lock_acquire(&sched_lock);
    KERNEL_ASSERT(!notification->waiters.used && !notification->bound);
    timer_remove(&notification->timer);
    sched_unlock();
}

/* Wakes the bound thread from ipc_reply_wait with all bits. */
static void bound_wake(struct notification *notification)
{
    struct thread *thread = notification->bound;
    if (!notification->bits || !thread || thread->state != THREAD_BLOCKED ||
        thread->wait != WAIT_RECV)
        return;
    struct trap_frame *frame = arch_user_frame(thread);
    frame->rdi = notification->bits;
    frame->rsi = frame->rbx = frame->rbp = 0;
    notification->bits = 0;
    queue_remove(thread);
    sched_wake(thread, 0);
}

void notification_signal_locked(struct notification *notification, uint64_t bits)
{
    struct thread *next;
    notification->bits |= bits;
    for (struct thread *t = queue_first(&notification->waiters); t && notification->bits;
         t = next) {
        uint64_t got = notification->bits & t->wait_mask;
        next = queue_next(t);
        if (!got)
            continue;
        notification->bits &= ~got;
        t->wait_bits = got;
        queue_remove(t);
        sched_wake(t, 0);
    }
    bound_wake(notification);
}

void notification_signal(struct notification *notification, uint64_t bits)
{
    lock_acquire(&sched_lock);
    notification_signal_locked(notification, bits);
    sched_unlock();
}

int sys_notify_signal(struct syscall *call, nonos_handle handle, uint64_t bits)
{
    (void)handle;
    notification_signal(object_of(notification, call->caps[0].object), bits);
    return 0;
}

/* Takes the bits of `mask` that are set; the lock is held. */
static uint64_t bits_take(struct notification *notification, uint64_t mask)
{
    uint64_t got = notification->bits & mask;
    notification->bits &= ~got;
    return got;
}

int sys_notify_wait(struct syscall *call, nonos_handle handle, uint64_t mask, uint64_t deadline)
{
    const struct cap_ref *ref = &call->caps[0];
    struct notification *n = object_of(notification, ref->object);
    struct thread *thread = call->thread;
    int error;

    (void)handle;
    if (!mask)
        return NONOS_E_INVALID;
    lock_acquire(&cap_tree_lock);
    if (!cap_ref_valid(ref)) {
        lock_release(&cap_tree_lock);
        return NONOS_E_BAD_HANDLE;
    }
    lock_acquire(&sched_lock);
    thread->wait_bits = bits_take(n, mask);
    if (thread->wait_bits || thread->kill || deadline <= arch_clock_ns()) {
        error = thread->wait_bits ? 0 : thread->kill ? NONOS_E_CANCELLED : NONOS_E_TIMED_OUT;
        sched_unlock();
        lock_release(&cap_tree_lock);
    } else {
        thread->notification = n;
        thread->wait_mask = mask;
        thread->wait_slot = ref->slot;
        ref->slot->flags |= SLOT_WAITED;
        queue_insert(&n->waiters, thread, false);
        lock_release(&cap_tree_lock);
        error = sched_block_until(WAIT_NOTIFY, deadline);
    }
    call->out = error ? 0 : thread->wait_bits;
    return error;
}

int sys_notify_timer(struct syscall *call, nonos_handle handle, uint64_t deadline, uint64_t bits)
{
    struct notification *n = object_of(notification, call->caps[0].object);
    (void)handle;
    lock_acquire(&sched_lock);
    n->timer_bits = bits;
    sched_timer_arm(&n->timer, deadline);
    sched_unlock();
    return 0;
}

/* ---- binding to a thread ---- */

/* Both locks are held. */
static struct notification *unbind_locked(struct thread *thread)
{
    struct notification *n = thread->bound;
    if (n)
        n->bound = NULL;
    thread->bound = NULL;
    return n;
}

static void bound_capability_gone(struct deferred *deferred)
{
    struct thread *thread = container_of(deferred, struct thread, bound_link.deferred);
    lock_acquire(&sched_lock);
    struct notification *n = unbind_locked(thread);
    sched_unlock();
    if (n)
        object_put(&n->object);
    object_put(&thread->object);
}

static void unbind(struct thread *thread)
{
    lock_acquire(&cap_tree_lock);
    bool linked = binding_detach(&thread->bound_link);
    lock_acquire(&sched_lock);
    struct notification *n = linked ? unbind_locked(thread) : NULL;
    sched_unlock();
    lock_release(&cap_tree_lock);
    if (n)
        object_put(&n->object);
    if (linked)
        object_put(&thread->object);
}

static int bind(struct thread *thread, const struct cap_ref *ref)
{
    struct notification *n = object_of(notification, ref->object);
    int error = 0;
    lock_acquire(&cap_tree_lock);
    lock_acquire(&sched_lock);
    if (!cap_ref_valid(ref))
        error = NONOS_E_BAD_HANDLE;
    else if (n->bound || thread->bound || thread->bound_link.link || thread->state == THREAD_DEAD ||
             thread->kill)
        error = NONOS_E_BUSY;
    if (!error) {
        n->bound = thread;
        thread->bound = n;
        object_get(&n->object);
        object_get(&thread->object);
        binding_attach(&thread->bound_link, &n->object, ref->slot, bound_capability_gone);
        ref->slot->flags |= SLOT_BOUND;
        bound_wake(n);
    }
    sched_unlock();
    lock_release(&cap_tree_lock);
    return error;
}

int sys_notify_bind(struct syscall *call, nonos_handle thread, nonos_handle notification)
{
    struct thread *t = object_of(thread, call->caps[0].object);
    (void)thread;
    if (notification)
        return bind(t, &call->caps[1]);
    unbind(t);
    return 0;
}

/* ---- watching ---- */

void watch_free(struct watch *watch)
{
    struct account *account = watch->account;
    object_put(&watch->notification->object);
    charged_free(account, watch, sizeof(*watch));
    object_put(&account->object);
}

static int watch_task(struct task *task, struct notification *n, uint64_t bits,
                      struct account *account)
{
    int error;
    struct watch *w = charged_alloc(account, sizeof(*w), &error);
    if (!w)
        return error;
    *w = (struct watch){.notification = n, .account = account, .bits = bits};
    object_get(&n->object);
    object_get(&account->object);
    lock_acquire(&sched_lock);
    bool ended = task->state != NONOS_TASK_RUNNING;
    if (ended) {
        notification_signal_locked(n, bits);
    } else {
        w->next = task->watches;
        task->watches = w;
    }
    sched_unlock();
    if (ended)
        watch_free(w);
    return 0;
}

static int watch_endpoint(struct endpoint *endpoint, uint32_t rights, struct notification *n,
                          uint64_t bits)
{
    if (!(rights & NONOS_ENDPOINT_RECV))
        return NONOS_E_INVALID;
    object_get(&n->object);
    lock_acquire(&sched_lock);
    struct notification *before = endpoint->watcher;
    endpoint->watcher = n;
    endpoint->watcher_bits = bits;
    sched_unlock();
    if (before)
        object_put(&before->object);
    return 0;
}

int sys_notify_watch(struct syscall *call, nonos_handle object, nonos_handle notification,
                     uint64_t bits)
{
    struct object *o = call->caps[0].object;
    struct notification *n = object_of(notification, call->caps[1].object);
    (void)object;
    (void)notification;
    if (o->type == NONOS_OBJECT_TASK)
        return watch_task(object_of(task, o), n, bits, call->task->object.account);
    if (o->type == NONOS_OBJECT_ENDPOINT)
        return watch_endpoint(object_of(endpoint, o), call->caps[0].rights, n, bits);
    return NONOS_E_INVALID;
}
