#include <irq/irq.h>

#include <arch/arch.h>
#include <cap/syscall.h>
#include <debug/log.h>
#include <ipc/ipc.h>
#include <mm/space.h>
#include <sched/sched.h>

#define GSI_MAX        0xffffffffull
#define GSI_LEVEL      (1ull << 32)
#define GSI_ACTIVE_LOW (1ull << 33)

static struct irq *vectors[ARCH_IRQ_VECTORS];

int irq_create_root(struct object **object)
{
    int error = object_alloc(NULL, NONOS_OBJECT_IRQ, sizeof(struct irq), object);
    if (!error)
        (*object)->grants = NONOS_GRANT_DEVICE;
    return error;
}

/* Takes a free vector; two objects for one GSI would each mask the other's. */
static int vector_take(struct irq *irq)
{
    int error = NONOS_E_BUSY;
    lock_acquire(&sched_lock);
    for (unsigned v = 0; v < ARCH_IRQ_VECTORS; v++)
        if (irq->kind == NONOS_IRQ_GSI && vectors[v] && vectors[v]->kind == NONOS_IRQ_GSI &&
            vectors[v]->gsi == irq->gsi)
            goto out;
    for (unsigned v = 0; v < ARCH_IRQ_VECTORS && error; v++)
        if (!vectors[v]) {
            vectors[v] = irq;
            irq->vector = v;
            error = 0;
        }
out:
    sched_unlock();
    return error;
}

int irq_create(struct account *account, uint64_t kind, uint64_t argument, struct object **object)
{
    struct irq *irq;
    if ((kind != NONOS_IRQ_GSI && kind != NONOS_IRQ_MSI) ||
        (argument & ~(GSI_MAX | GSI_LEVEL | GSI_ACTIVE_LOW)))
        return NONOS_E_INVALID;
    int error = object_alloc(account, NONOS_OBJECT_IRQ, sizeof(*irq), &irq);
    if (error)
        return error;
    irq->kind = (uint32_t)kind;
    irq->gsi = (uint32_t)argument;
    irq->level = kind == NONOS_IRQ_GSI && (argument & GSI_LEVEL);
    irq->active_low = argument & GSI_ACTIVE_LOW;
    irq->object.grants = NONOS_GRANT_DEVICE;
    error = vector_take(irq);
    if (error) {
        irq->kind = 0; /* it has no vector to give back */
        object_put(&irq->object);
        return error;
    }
    *object = &irq->object;
    return 0;
}

void irq_destroy(struct irq *irq)
{
    if (!irq->kind)
        return;
    lock_acquire(&sched_lock);
    KERNEL_ASSERT(!irq->notification);
    vectors[irq->vector] = NULL;
    sched_unlock();
}

/* The scheduler's lock is held. Returns the notification, whose reference is the caller's now. */
static struct notification *unbind_locked(struct irq *irq)
{
    struct notification *n = irq->notification;
    if (n && irq->kind == NONOS_IRQ_GSI)
        arch_irq_mask(irq->gsi);
    irq->notification = NULL;
    return n;
}

static void bound_capability_gone(struct deferred *deferred)
{
    struct irq *irq = container_of(deferred, struct irq, binding.deferred);
    lock_acquire(&sched_lock);
    struct notification *n = unbind_locked(irq);
    sched_unlock();
    if (n)
        object_put(&n->object);
    object_put(&irq->object);
}

static void unbind(struct irq *irq)
{
    lock_acquire(&cap_tree_lock);
    bool linked = binding_detach(&irq->binding);
    lock_release(&cap_tree_lock);
    if (linked)
        bound_capability_gone(&irq->binding.deferred);
}

static int route_locked(struct irq *irq, uint64_t msi[2])
{
    unsigned cpu = irq->vector % arch_cpu_count();
    if (irq->kind == NONOS_IRQ_MSI) {
        arch_irq_msi(irq->vector, cpu, &msi[0], &msi[1]);
        return 0;
    }
    /* The line comes masked. */
    int error = arch_irq_route_gsi(irq->gsi, irq->vector, cpu, irq->level, irq->active_low);
    if (!error)
        arch_irq_unmask(irq->gsi);
    return error;
}

static int bind(struct irq *irq, const struct cap_ref *ref, struct notification *n, uint64_t bits,
                uint64_t msi[2])
{
    int error = 0;
    lock_acquire(&cap_tree_lock);
    lock_acquire(&sched_lock);
    if (!cap_ref_valid(ref))
        error = NONOS_E_BAD_HANDLE;
    else if (irq->notification || irq->binding.link)
        error = NONOS_E_BUSY;
    if (!error) {
        irq->notification = n;
        irq->bits = bits;
        irq->masked = false;
        error = route_locked(irq, msi);
        if (error)
            irq->notification = NULL;
    }
    if (!error) {
        object_get(&n->object);
        object_get(&irq->object);
        binding_attach(&irq->binding, &irq->object, ref->slot, bound_capability_gone);
        ref->slot->flags |= SLOT_BOUND;
    }
    sched_unlock();
    lock_release(&cap_tree_lock);
    return error;
}

int sys_irq_bind(struct syscall *call, nonos_handle handle, nonos_handle notification,
                 uint64_t bits, uint64_t msi_address)
{
    struct irq *irq = object_of(irq, call->caps[0].object);
    uint64_t msi[2] = {0, 0};
    (void)handle;
    if (!irq->kind)
        return NONOS_E_INVALID;
    if (!notification) {
        unbind(irq);
        return 0;
    }
    int error = user_write(msi_address, msi, sizeof(msi));
    if (!error)
        error = bind(irq, &call->caps[0], object_of(notification, call->caps[1].object), bits, msi);
    if (error)
        return error;
    call->audit_a = irq->kind;
    call->audit_b = irq->gsi;
    return user_write(msi_address, msi, sizeof(msi));
}

int sys_irq_ack(struct syscall *call, nonos_handle handle)
{
    struct irq *irq = object_of(irq, call->caps[0].object);
    (void)handle;
    lock_acquire(&sched_lock);
    if (irq->masked && irq->notification) {
        irq->masked = false;
        arch_irq_unmask(irq->gsi);
    }
    sched_unlock();
    return 0;
}

/* A level-triggered line stays masked until its driver has made the device let go of it. */
void irq_interrupt(unsigned vector)
{
    lock_acquire(&sched_lock);
    struct irq *irq = vector < ARCH_IRQ_VECTORS ? vectors[vector] : NULL;
    if (irq && irq->notification) {
        if (irq->level) {
            arch_irq_mask(irq->gsi);
            irq->masked = true;
        }
        notification_signal_locked(irq->notification, irq->bits);
    }
    sched_unlock();
}
