#include <cap/object.h>

#include <arch/arch.h>
#include <cap/account.h>
#include <cap/types.h>
#include <debug/log.h>
#include <mm/heap.h>
#include <sched/thread.h>

static uint64_t last_id;

uint64_t object_new_id(void)
{
    return __atomic_add_fetch(&last_id, 1, __ATOMIC_RELAXED);
}

void *charged_alloc(struct account *account, size_t size, int *error)
{
    *error = account_charge_memory(account, size);
    if (*error)
        return NULL;
    void *block = heap_alloc(size);
    if (!block) {
        account_uncharge_memory(account, size);
        *error = NONOS_E_NO_MEMORY;
    }
    return block;
}

void charged_free(struct account *account, void *block, size_t size)
{
    if (!block)
        return;
    heap_free(block);
    account_uncharge_memory(account, size);
}

int object_alloc(struct account *account, enum nonos_object_type type, size_t size, void *object)
{
    int error;
    struct object *o = charged_alloc(account, size, &error);
    if (!o)
        return error;
    o->type = type;
    o->refs = 1;
    o->id = object_new_id();
    o->account = account;
    o->charged = size;
    if (account)
        object_get(&account->object);
    *(struct object **)object = o;
    return 0;
}

void object_get(struct object *object)
{
    KERNEL_ASSERT(__atomic_fetch_add(&object->refs, 1, __ATOMIC_RELAXED) != UINT32_MAX);
}

/* Each type's own part; what it holds is put, which queues more work instead of recursing. */
static void object_destroy(struct deferred *deferred)
{
    struct object *object = container_of(deferred, struct object, deferred);
    struct account *account = object->account;
    uint64_t charged = object->charged;

    KERNEL_ASSERT(!object->bindings);
    type_destroy(object);
    charged_free(account, object, charged);
    if (account)
        object_put(&account->object);
}

void object_put(struct object *object)
{
    if (!object)
        return;
    /*
     * Release: what others did to the object happened before it is destroyed; acquire: so that the
     * last one sees it.
     */
    uint32_t refs = __atomic_fetch_sub(&object->refs, 1, __ATOMIC_ACQ_REL);
    KERNEL_ASSERT(refs != 0);
    if (refs == 1)
        defer(&object->deferred, object_destroy);
}

void defer(struct deferred *deferred, void (*run)(struct deferred *deferred))
{
    struct thread *thread = arch_current();
    deferred->run = run;
    deferred->next = thread->deferred;
    thread->deferred = deferred;
}

void defer_run(void)
{
    struct thread *thread = arch_current();
    while (thread->deferred) {
        struct deferred *deferred = thread->deferred;
        thread->deferred = deferred->next;
        deferred->run(deferred);
    }
}

void binding_attach(struct binding *binding, struct object *object, struct slot *slot,
                    void (*end)(struct deferred *deferred))
{
    binding->slot = slot;
    binding->end = end;
    binding->next = object->bindings;
    binding->link = &object->bindings;
    if (binding->next)
        binding->next->link = &binding->next;
    object->bindings = binding;
}

int binding_detach(struct binding *binding)
{
    if (!binding->link)
        return 0;
    *binding->link = binding->next;
    if (binding->next)
        binding->next->link = binding->link;
    binding->link = NULL;
    return 1;
}
