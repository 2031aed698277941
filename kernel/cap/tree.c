/*
 * The derivation tree: derive, delete, revoke.
 *
 * Revocation deletes leaf by leaf, downwards along first children, so that a descendant is gone
 * before its parent is and the walk needs no memory of its own. Every 64 steps it lets go of the
 * tree lock; the slot's generation says afterwards whether the root is still there. Who deletes a
 * slot that is being revoked finishes the revocation first, or its descendants would escape to its
 * parent.
 */
#include <cap/tree.h>
#include <cap/types.h>

#include <arch/arch.h>
#include <audit/audit.h>
#include <debug/log.h>
#include <ipc/ipc.h>
#include <sched/sched.h>
#include <sched/task.h>

#define STEPS 64

struct lock cap_tree_lock = LOCK_INIT(LOCK_RANK_TREE);
uint32_t cap_revocations;

void preemption_point(void)
{
    defer_run();
    if (arch_preempt_pending())
        sched_preempt();
}

void tree_link(struct slot *slot, struct slot *parent)
{
    slot->parent = parent;
    slot->child = slot->previous = slot->next = NULL;
    slot->nchildren = 0;
    slot->depth = 0;
    if (!parent)
        return;
    slot->depth = parent->depth + 1;
    slot->next = parent->child;
    if (slot->next)
        slot->next->previous = slot;
    parent->child = slot;
    parent->nchildren++;
}

static void tree_unlink(struct slot *slot)
{
    struct slot *parent = slot->parent;
    if (!parent)
        return;
    if (slot->previous)
        slot->previous->next = slot->next;
    else
        parent->child = slot->next;
    if (slot->next)
        slot->next->previous = slot->previous;
    slot->parent = slot->next = slot->previous = NULL;
    parent->nchildren--;
}

bool cap_under_revocation(const struct slot *slot)
{
    if (__atomic_load_n(&cap_revocations, __ATOMIC_SEQ_CST) == 0)
        return false;
    for (const struct slot *s = slot->parent; s; s = s->parent)
        if (s->flags & SLOT_REVOKING)
            return true;
    return false;
}

struct cap cap_child(struct slot *parent, uint32_t rights)
{
    return (struct cap){
        .object = parent->object,
        .parent = parent,
        .badge = parent->badge,
        .expiry_ms = parent->expiry_ms,
        .rights = rights & parent->rights,
    };
}

int cap_enter_child(struct task *task, struct slot *parent, uint32_t rights, struct slot **slot)
{
    const struct cap cap = cap_child(parent, rights);
    return cap_enter(task, &cap, slot);
}

int cap_create(struct task *task, struct object *object, uint32_t rights, nonos_handle *handle)
{
    const struct cap cap = {.object = object, .expiry_ms = SLOT_EXPIRY_NEVER, .rights = rights};
    struct slot *slot;
    lock_acquire(&cap_tree_lock);
    int error = cap_enter(task, &cap, &slot);
    if (!error)
        *handle = slot_handle(slot);
    lock_release(&cap_tree_lock);
    return error;
}

/* Queues the end of all that was made under the capability. */
static void bindings_end(struct slot *slot)
{
    struct binding *next;
    for (struct binding *b = slot->object->bindings; b; b = next) {
        next = b->next;
        if (b->slot == slot) {
            binding_detach(b);
            defer(&b->deferred, b->end);
        }
    }
    slot->flags &= ~SLOT_BOUND;
}

static void effects_end(struct slot *slot)
{
    if (slot->flags & SLOT_BOUND)
        bindings_end(slot);
    if (slot->flags & SLOT_WAITED)
        ipc_capability_gone(slot);
    slot->flags &= ~SLOT_WAITED;
}

void cap_remove_leaf(struct slot *slot)
{
    struct slot *parent = slot->parent;
    KERNEL_ASSERT(!slot->child);
    effects_end(slot);
    tree_unlink(slot);
    if (parent && parent->nchildren == 0 && (parent->flags & SLOT_WATCH))
        ipc_children_gone(parent);
    capability_gone(slot);
    slot_release(slot);
}

static bool slot_is(const struct slot *slot, uint32_t generation)
{
    return slot->object && slot->generation == generation;
}

/* Deletes up to `budget` descendants, leaf by leaf; true when none is left. */
static bool descendants_remove(struct slot *root, unsigned budget)
{
    struct slot *at = root;
    while (budget--) {
        while (at->child)
            at = at->child;
        if (at == root)
            return true;
        struct slot *parent = at->parent;
        cap_remove_leaf(at);
        at = parent;
    }
    return root->child == NULL;
}

/* The tree lock is held, and let go of between steps. */
static void descendants_remove_all(struct slot *slot, uint32_t generation)
{
    while (slot_is(slot, generation) && !descendants_remove(slot, STEPS)) {
        lock_release(&cap_tree_lock);
        preemption_point();
        lock_acquire(&cap_tree_lock);
    }
}

void cap_revoke(struct slot *slot, uint32_t generation)
{
    lock_acquire(&cap_tree_lock);
    if (slot_is(slot, generation)) {
        slot->flags |= SLOT_REVOKING;
        __atomic_fetch_add(&cap_revocations, 1, __ATOMIC_SEQ_CST);
        descendants_remove_all(slot, generation);
        if (slot_is(slot, generation))
            slot->flags &= ~SLOT_REVOKING;
        __atomic_fetch_sub(&cap_revocations, 1, __ATOMIC_SEQ_CST);
    }
    lock_release(&cap_tree_lock);
    defer_run();
}

/* Hands up to `budget` children to the parent. */
static void children_hand_up(struct slot *slot, unsigned budget)
{
    while (slot->child && budget--) {
        struct slot *child = slot->child, *parent = slot->parent;
        uint64_t depth = child->depth;
        tree_unlink(child);
        child->parent = parent;
        if (parent) {
            child->next = parent->child;
            if (child->next)
                child->next->previous = child;
            parent->child = child;
            parent->nchildren++;
        }
        child->depth = depth; /* it has been passed on as often as before */
    }
}

void cap_delete(struct slot *slot, uint32_t generation)
{
    lock_acquire(&cap_tree_lock);
    while (slot_is(slot, generation) && slot->child) {
        if (slot->flags & SLOT_REVOKING) {
            descendants_remove_all(slot, generation);
            continue;
        }
        children_hand_up(slot, STEPS);
        if (!slot->child)
            break;
        lock_release(&cap_tree_lock);
        preemption_point();
        lock_acquire(&cap_tree_lock);
    }
    if (slot_is(slot, generation))
        cap_remove_leaf(slot);
    lock_release(&cap_tree_lock);
    defer_run();
}

uint64_t cap_sweep(struct task *task, uint64_t now_ms)
{
    uint64_t next = SLOT_EXPIRY_NEVER;
    uint64_t cursor = 0;
    unsigned budget = STEPS;

    lock_acquire(&cap_tree_lock);
    task->table.next_expiry_ms = SLOT_EXPIRY_NEVER;
    for (struct slot *slot; (slot = cap_next(task, cursor));) {
        cursor = NONOS_HANDLE_INDEX(slot_handle(slot)) + 1ull;
        if (slot->expiry_ms <= now_ms && !(slot->flags & SLOT_SWEPT)) {
            slot->flags |= SLOT_SWEPT;
            effects_end(slot);
            audit_record(NONOS_AUDIT_CAP_EXPIRE, 0, task->object.id, slot->object->id,
                         slot_handle(slot), slot->rights);
        } else if (slot->expiry_ms > now_ms && slot->expiry_ms < next) {
            next = slot->expiry_ms;
        }
        if (--budget == 0) {
            budget = STEPS;
            lock_release(&cap_tree_lock);
            preemption_point();
            lock_acquire(&cap_tree_lock);
        }
    }
    if (next < task->table.next_expiry_ms)
        task->table.next_expiry_ms = next;
    next = task->table.next_expiry_ms;
    lock_release(&cap_tree_lock);
    defer_run();
    return next;
}

void cap_describe(struct slot *slot, struct nonos_cap_info *info)
{
    *info = (struct nonos_cap_info){
        .handle = slot_handle(slot),
        .type = slot->object->type,
        .rights = slot->rights,
        .depth = (uint32_t)slot->depth,
        .badge = slot->badge,
        .expiry_ms = slot->expiry_ms == SLOT_EXPIRY_NEVER ? NONOS_NEVER : slot->expiry_ms,
        .object_id = slot->object->id,
        .grants = type_grants(slot->object, slot->rights),
        .size = type_size(slot->object),
        .nchildren = slot->nchildren,
    };
}
