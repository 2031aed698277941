#include <ipc/ipc.h>

#include <audit/audit.h>
#include <cap/account.h>
#include <cap/syscall.h>
#include <debug/log.h>
#include <sched/sched.h>
#include <sched/task.h>

int endpoint_create(struct account *account, uint64_t grants, struct endpoint **endpoint)
{
    int error = object_alloc(account, NONOS_OBJECT_ENDPOINT, sizeof(**endpoint), endpoint);
    if (!error) {
        (*endpoint)->object.grants = grants;
        (*endpoint)->lent = -1;
    }
    return error;
}

/* ---- lending ---- */

/* The endpoint's queue has changed: what its server is lent follows. */
static void endpoint_lend(struct endpoint *endpoint)
{
    int before = endpoint->lent, now = queue_priority(&endpoint->senders);
    if (before == now)
        return;
    endpoint->lent = now;
    if (endpoint->server && now >= 0)
        lend_begin(endpoint->server, (unsigned)now);
    if (endpoint->server && before >= 0)
        lend_end(endpoint->server, (unsigned)before);
}

static void endpoint_serve(struct endpoint *endpoint, struct thread *server)
{
    struct thread *before = endpoint->server;
    if (before == server)
        return;
    if (server && server->serves)
        endpoint_serve(server->serves, NULL);
    if (before) {
        before->serves = NULL;
        if (endpoint->lent >= 0)
            lend_end(before, (unsigned)endpoint->lent);
    }
    endpoint->server = server;
    if (server) {
        server->serves = endpoint;
        if (endpoint->lent >= 0)
            lend_begin(server, (unsigned)endpoint->lent);
    }
}

struct thread *ipc_lend_again(struct thread *thread, unsigned before)
{
    struct thread *to = NULL;
    if (thread->state != THREAD_BLOCKED)
        return NULL;
    if (thread->wait == WAIT_REPLY) {
        to = thread->reply->server;
        if (to) {
            lend_count_remove(to, before);
            lend_count_add(to, thread->priority);
        }
    } else if (thread->wait == WAIT_SEND) {
        struct endpoint *endpoint = thread->endpoint;
        int now = queue_priority(&endpoint->senders), was = endpoint->lent;
        to = now != was ? endpoint->server : NULL;
        endpoint->lent = now;
        if (to) {
            lend_count_remove(to, (unsigned)was);
            lend_count_add(to, (unsigned)now);
        }
    }
    return to;
}

/* ---- replies ---- */

static void payer_set(struct thread *thread, struct account *payer)
{
    if (thread->payer == payer)
        return;
    object_get(&payer->object);
    object_put(&thread->payer->object);
    thread->payer = payer;
}

/* The caller waits for `server` now. */
static void reply_begin(struct reply *reply, struct thread *caller, struct thread *server)
{
    reply->caller = caller;
    reply->server = server;
    reply->previous = NULL;
    reply->next = server->served;
    if (reply->next)
        reply->next->previous = reply;
    server->served = reply;
    lend_begin(server, caller->priority);
    payer_set(server, caller->payer);
}

/* The call is over, whoever ended it. The caller is not woken here. */
static void reply_unlink(struct reply *reply)
{
    struct thread *server = reply->server;
    unsigned priority = reply->caller->priority;
    reply->caller = NULL;
    reply->server = NULL;
    if (!server)
        return;
    *(reply->previous ? &reply->previous->next : &server->served) = reply->next;
    if (reply->next)
        reply->next->previous = reply->previous;
    lend_end(server, priority);
}

/* A Reply that no capability from an earlier call names. */
static int reply_prepare(struct thread *thread)
{
    if (thread->reply && __atomic_load_n(&thread->reply->object.refs, __ATOMIC_ACQUIRE) == 1)
        return 0;
    struct reply *reply;
    int error = object_alloc(thread->object.account, NONOS_OBJECT_REPLY, sizeof(*reply), &reply);
    if (error)
        return error;
    if (thread->reply)
        object_put(&thread->reply->object);
    thread->reply = reply;
    return 0;
}

void reply_capability_gone(struct slot *slot)
{
    struct reply *reply = object_of(reply, slot->object);
    if (--reply->ncaps)
        return;
    lock_acquire(&sched_lock);
    struct thread *caller = reply->caller;
    if (caller) {
        reply_unlink(reply);
        sched_wake(caller, NONOS_E_PEER_GONE);
    }
    sched_unlock();
}

/* ---- messages ---- */

#define LABEL_AND_COUNT(label, count) ((uint64_t)(uint32_t)(label) | (uint64_t)(count) << 32)

/* Capabilities on their way: found and checked, so that moving them cannot fail. */
struct transfer {
    unsigned count;
    struct slot *slots[NONOS_IPC_CAPS];
};

static nonos_handle message_handle(const struct trap_frame *frame, unsigned i)
{
    uint64_t pair = i < 2 ? frame->rbx : frame->rbp;
    return (nonos_handle)(i % 2 ? pair >> 32 : pair);
}

/* Finds what a message sends; the tree lock is held. */
static int transfer_find(struct task *from, const struct trap_frame *frame,
                         struct transfer *transfer)
{
    uint64_t count = frame->rsi >> 32;
    if (count > NONOS_IPC_CAPS)
        return NONOS_E_INVALID;
    transfer->count = (unsigned)count;
    for (unsigned i = 0; i < transfer->count; i++) {
        struct slot **slot = &transfer->slots[i];
        int error = cap_find(from, message_handle(frame, i), slot);
        if (error)
            return error;
        if (!((*slot)->rights & NONOS_RIGHT_GRANT))
            return NONOS_E_DENIED;
    }
    return 0;
}

/* Whether `to` can take it, with `extra` slots more. */
static int transfer_check(const struct transfer *transfer, struct task *to, unsigned extra)
{
    for (unsigned i = 0; i < transfer->count; i++) {
        const struct cap cap = cap_child(transfer->slots[i], NONOS_RIGHTS_ALL);
        int error = cap_enter_check(to, &cap);
        if (error)
            return error;
    }
    return cap_reserve(to, transfer->count + extra);
}

static void transfer_commit(const struct transfer *transfer, struct thread *from, struct thread *to,
                            nonos_handle *handles)
{
    for (unsigned i = 0; i < NONOS_IPC_CAPS; i++)
        handles[i] = 0;
    for (unsigned i = 0; i < transfer->count; i++) {
        struct slot *slot;
        int error = cap_enter_child(to->task, transfer->slots[i], NONOS_RIGHTS_ALL, &slot);
        KERNEL_ASSERT(!error);
        handles[i] = slot_handle(slot);
        audit_record(NONOS_AUDIT_CAP_TRANSFER, 0, from->task->object.id, slot->object->id,
                     to->task->object.id, slot->rights);
    }
}

static void message_move(const struct transfer *transfer, struct thread *from, struct thread *to,
                         uint64_t badge)
{
    const struct trap_frame *f = arch_user_frame(from);
    struct trap_frame *t = arch_user_frame(to);
    nonos_handle handles[NONOS_IPC_CAPS];

    transfer_commit(transfer, from, to, handles);
    t->rdi = badge;
    t->rsi = LABEL_AND_COUNT(f->rsi, transfer->count);
    t->rbx = handles[0] | (uint64_t)handles[1] << 32;
    t->rbp = handles[2] | (uint64_t)handles[3] << 32;
    t->rdx = f->rdx;
    t->r10 = f->r10;
    t->r8 = f->r8;
    t->r9 = f->r9;
    t->r12 = f->r12;
    t->r13 = f->r13;
    t->r14 = f->r14;
    t->r15 = f->r15;
}

/* What a receiver sees of a notification. */
static void message_bits(struct thread *to, uint64_t bits)
{
    struct trap_frame *t = arch_user_frame(to);
    t->rdi = bits;
    t->rsi = t->rbx = t->rbp = 0;
}

/*
 * Hands a caller's message to `server`; both locks are held, and the transfer was checked. Returns
 * the Reply's handle.
 */
static int message_deliver(const struct transfer *transfer, struct endpoint *endpoint,
                           struct thread *caller, uint64_t badge, struct thread *server)
{
    const struct cap cap = {
        .object = &caller->reply->object, .expiry_ms = SLOT_EXPIRY_NEVER, .rights = REPLY_RIGHTS};
    struct slot *slot;
    int error = cap_enter(server->task, &cap, &slot);
    KERNEL_ASSERT(!error);
    message_move(transfer, caller, server, badge);
    endpoint_serve(endpoint, server);
    reply_begin(caller->reply, caller, server);
    return (int)slot_handle(slot);
}

/* ---- ipc_call ---- */

/* Both locks are held, and released. */
static int call_block(enum thread_wait wait)
{
    lock_release(&cap_tree_lock);
    return sched_block(wait);
}

static int call_receiver(const struct transfer *transfer, struct endpoint *endpoint,
                         struct thread *caller, uint64_t badge, struct thread *server)
{
    int error = transfer_check(transfer, server->task, 1);
    if (error) {
        sched_unlock();
        lock_release(&cap_tree_lock);
        return error;
    }
    queue_remove(server);
    int handle = message_deliver(transfer, endpoint, caller, badge, server);
    sched_hand_over(server, handle);
    return call_block(WAIT_REPLY);
}

static int call_queue(struct endpoint *endpoint, struct thread *caller, const struct cap_ref *ref)
{
    caller->endpoint = endpoint;
    caller->badge = ref->badge;
    caller->wait_slot = ref->slot;
    ref->slot->flags |= SLOT_WAITED;
    queue_insert(&endpoint->senders, caller, false);
    endpoint_lend(endpoint);
    return call_block(WAIT_SEND);
}

int sys_ipc_call(struct syscall *call, nonos_handle handle)
{
    struct thread *caller = call->thread;
    const struct cap_ref *ref = &call->caps[0];
    struct endpoint *endpoint = object_of(endpoint, ref->object);
    struct transfer transfer;

    (void)handle;
    int error = reply_prepare(caller);
    if (error)
        return error;
    lock_acquire(&cap_tree_lock);
    error =
        cap_ref_valid(ref) ? transfer_find(call->task, call->frame, &transfer) : NONOS_E_BAD_HANDLE;
    if (!error && !endpoint->nrecv)
        error = NONOS_E_PEER_GONE;
    if (error) {
        lock_release(&cap_tree_lock);
        return error;
    }
    lock_acquire(&sched_lock);
    if (caller->kill) {
        sched_unlock();
        lock_release(&cap_tree_lock);
        return NONOS_E_CANCELLED;
    }
    struct thread *server = queue_first(&endpoint->receivers);
    return server ? call_receiver(&transfer, endpoint, caller, ref->badge, server)
                  : call_queue(endpoint, caller, ref);
}

/* ---- ipc_reply_wait ---- */

/* Whether the thread will block when it waits on the endpoint. */
static bool will_block(const struct thread *thread, const struct endpoint *endpoint)
{
    return endpoint && !endpoint->senders.used && !(thread->bound && thread->bound->bits);
}

/* Answers, and uses up the Reply. */
static int answer(struct syscall *call, const struct cap_ref *ref, const struct endpoint *endpoint)
{
    struct reply *reply = object_of(reply, ref->object);
    struct transfer transfer;
    int error = 0;

    lock_acquire(&cap_tree_lock);
    if (!cap_ref_valid(ref)) {
        lock_release(&cap_tree_lock);
        return NONOS_E_BAD_HANDLE;
    }
    lock_acquire(&sched_lock);
    struct thread *caller = reply->caller;
    if (caller) {
        error = transfer_find(call->task, call->frame, &transfer);
        if (!error)
            error = transfer_check(&transfer, caller->task, 0);
        if (!error)
            message_move(&transfer, call->thread, caller, 0);
        reply_unlink(reply);
        if (!error && will_block(call->thread, endpoint))
            sched_hand_over(caller, error);
        else
            sched_wake(caller, error);
    }
    sched_unlock();
    cap_remove_leaf(ref->slot);
    lock_release(&cap_tree_lock);
    return error;
}

/*
 * Takes the first caller whose message can be delivered. Returns the Reply's handle, or 0 if nobody
 * waits.
 */
static int take_sender(struct syscall *call, struct endpoint *endpoint)
{
    struct thread *sender;
    while ((sender = queue_first(&endpoint->senders))) {
        struct transfer transfer;
        int handle, error = transfer_find(sender->task, arch_user_frame(sender), &transfer);
        if (!error)
            error = transfer_check(&transfer, call->task, 1);
        if (error == NONOS_E_PEER_GONE)
            return error; /* the receiver itself is ending */
        queue_remove(sender);
        endpoint_lend(endpoint);
        if (error) {
            sched_wake(sender, error);
            continue;
        }
        sender->wait = WAIT_REPLY;
        handle = message_deliver(&transfer, endpoint, sender, sender->badge, call->thread);
        return handle;
    }
    return 0;
}

/* Both locks are held, and released. */
static int wait_locked(struct syscall *call, struct endpoint *endpoint, const struct cap_ref *ref)
{
    struct thread *thread = call->thread;
    struct notification *bound = thread->bound;
    int result = 0;

    payer_set(thread, thread->object.account); /* until it takes a message */
    if (thread->kill) {
        result = NONOS_E_CANCELLED;
    } else if (bound && bound->bits) {
        message_bits(thread, bound->bits);
        bound->bits = 0;
    } else {
        result = take_sender(call, endpoint);
        if (result == 0) {
            endpoint_serve(endpoint, thread);
            thread->endpoint = endpoint;
            thread->wait_slot = ref->slot;
            ref->slot->flags |= SLOT_WAITED;
            queue_insert(&endpoint->receivers, thread, false);
            return call_block(WAIT_RECV);
        }
    }
    sched_unlock();
    lock_release(&cap_tree_lock);
    return result;
}

int sys_ipc_reply_wait(struct syscall *call, nonos_handle handle, nonos_handle reply)
{
    const struct cap_ref *ref = &call->caps[0];
    struct endpoint *endpoint = handle ? object_of(endpoint, ref->object) : NULL;
    int error = 0;

    if (!handle && !reply)
        return NONOS_E_INVALID;
    if (reply)
        error = answer(call, &call->caps[1], endpoint);
    if (error || !endpoint)
        return error;
    lock_acquire(&cap_tree_lock);
    if (!cap_ref_valid(ref)) {
        lock_release(&cap_tree_lock);
        return NONOS_E_BAD_HANDLE;
    }
    lock_acquire(&sched_lock);
    return wait_locked(call, endpoint, ref);
}

/* ---- ends ---- */

void ipc_wait_undo(struct thread *thread)
{
    if (thread->wait == WAIT_REPLY) {
        reply_unlink(thread->reply);
    } else if (thread->wait == WAIT_SEND) {
        queue_remove(thread);
        endpoint_lend(thread->endpoint);
    }
}

void endpoint_capability_entered(struct slot *slot)
{
    if (slot->rights & NONOS_ENDPOINT_RECV)
        object_of(endpoint, slot->object)->nrecv++;
}

void endpoint_capability_gone(struct slot *slot)
{
    struct endpoint *endpoint = object_of(endpoint, slot->object);
    struct thread *sender;
    if (!(slot->rights & NONOS_ENDPOINT_RECV) || --endpoint->nrecv)
        return;
    lock_acquire(&sched_lock);
    while ((sender = queue_first(&endpoint->senders)))
        thread_cancel_locked(sender, NONOS_E_PEER_GONE);
    sched_unlock();
}

static void queue_cancel(struct thread_queue *queue, const struct slot *slot)
{
    struct thread *next;
    for (struct thread *t = queue_first(queue); t; t = next) {
        next = queue_next(t);
        if (t->wait_slot == slot)
            thread_cancel_locked(t, NONOS_E_PEER_GONE);
    }
}

void ipc_capability_gone(struct slot *slot)
{
    struct object *object = slot->object;
    lock_acquire(&sched_lock);
    if (object->type == NONOS_OBJECT_ENDPOINT) {
        queue_cancel(&object_of(endpoint, object)->senders, slot);
        queue_cancel(&object_of(endpoint, object)->receivers, slot);
    } else if (object->type == NONOS_OBJECT_NOTIFICATION) {
        queue_cancel(&object_of(notification, object)->waiters, slot);
    }
    sched_unlock();
}

void ipc_children_gone(struct slot *slot)
{
    struct endpoint *endpoint = object_of(endpoint, slot->object);
    lock_acquire(&sched_lock);
    if (endpoint->watcher)
        notification_signal_locked(endpoint->watcher, endpoint->watcher_bits);
    sched_unlock();
}

/* No capability and no waiting thread refers to it; its last server may still. */
void endpoint_destroy(struct endpoint *endpoint)
{
    lock_acquire(&sched_lock);
    KERNEL_ASSERT(!endpoint->senders.used && !endpoint->receivers.used);
    endpoint_serve(endpoint, NULL);
    sched_unlock();
    if (endpoint->watcher)
        object_put(&endpoint->watcher->object);
}

void ipc_thread_gone(struct thread *thread)
{
    lock_acquire(&cap_tree_lock);
    bool bound = binding_detach(&thread->bound_link);
    lock_release(&cap_tree_lock);
    lock_acquire(&sched_lock);
    struct notification *notification = thread->bound;
    if (notification)
        notification->bound = NULL;
    thread->bound = NULL;
    if (thread->serves)
        endpoint_serve(thread->serves, NULL);
    while (thread->served) {
        struct reply *reply = thread->served;
        thread->served = reply->next;
        reply->server = NULL;
    }
    struct reply *own = thread->reply;
    thread->reply = NULL;
    sched_unlock();
    if (notification)
        object_put(&notification->object);
    if (own)
        object_put(&own->object);
    if (bound)
        object_put(&thread->object); /* the binding's */
}
