#include <cap/types.h>

#include <cap/account.h>
#include <cap/memory.h>
#include <cap/tree.h>
#include <debug/log.h>
#include <ipc/ipc.h>
#include <irq/io.h>
#include <irq/irq.h>
#include <module/module.h>
#include <sched/task.h>

#define COMMON (NONOS_RIGHT_INSPECT | NONOS_RIGHT_GRANT | NONOS_RIGHT_REVOKE)

void type_destroy(struct object *object)
{
    switch (object->type) {
    case NONOS_OBJECT_TASK:
        task_destroy(object_of(task, object));
        break;
    case NONOS_OBJECT_THREAD:
        thread_destroy(object_of(thread, object));
        break;
    case NONOS_OBJECT_ACCOUNT:
        account_destroy(object_of(account, object));
        break;
    case NONOS_OBJECT_MEMORY:
        memory_destroy(object_of(memory, object));
        break;
    case NONOS_OBJECT_ENDPOINT:
        endpoint_destroy(object_of(endpoint, object));
        break;
    case NONOS_OBJECT_NOTIFICATION:
        notification_destroy(object_of(notification, object));
        break;
    case NONOS_OBJECT_IRQ:
        irq_destroy(object_of(irq, object));
        break;
    case NONOS_OBJECT_MODULE:
        module_destroy(object_of(module, object));
        break;
    case NONOS_OBJECT_DMA_DOMAIN:
        dma_domain_destroy(object_of(dma_domain, object));
        break;
    default: /* nothing beside the structure: Reply, IoRegion, Audit, System */
        break;
    }
}

uint32_t type_rights(const struct object *object)
{
    switch (object->type) {
    case NONOS_OBJECT_TASK:
        return COMMON | NONOS_TASK_MAP | NONOS_TASK_CONTROL | NONOS_TASK_KILL;
    case NONOS_OBJECT_THREAD:
        return COMMON | NONOS_THREAD_CONTROL | NONOS_THREAD_SCHED;
    case NONOS_OBJECT_ACCOUNT:
        return COMMON | NONOS_ACCOUNT_CREATE | NONOS_ACCOUNT_LIMIT;
    case NONOS_OBJECT_MEMORY: {
        const struct memory *memory = (const struct memory *)object;
        uint32_t rights = COMMON | NONOS_MEMORY_READ;
        rights |= memory->flags & MEMORY_FIXED ? 0 : NONOS_MEMORY_WRITE;
        return rights | (memory->flags & NONOS_MEMORY_FLAG_DMA ? NONOS_MEMORY_DMA : 0);
    }
    case NONOS_OBJECT_ENDPOINT:
        return COMMON | NONOS_ENDPOINT_SEND | NONOS_ENDPOINT_RECV | NONOS_ENDPOINT_BADGE;
    case NONOS_OBJECT_REPLY:
        return REPLY_RIGHTS;
    case NONOS_OBJECT_NOTIFICATION:
        return COMMON | NONOS_NOTIFICATION_SIGNAL | NONOS_NOTIFICATION_WAIT;
    case NONOS_OBJECT_IRQ:
        return COMMON | NONOS_IRQ_BIND;
    case NONOS_OBJECT_IO_REGION:
        return COMMON | NONOS_IO_READ | NONOS_IO_WRITE;
    case NONOS_OBJECT_DMA_DOMAIN:
        return COMMON | NONOS_DMA_MAP | NONOS_DMA_SETTLE;
    case NONOS_OBJECT_MODULE:
        return COMMON | NONOS_MODULE_LOAD;
    case NONOS_OBJECT_AUDIT:
        return COMMON | NONOS_AUDIT_READ | NONOS_AUDIT_APPEND;
    case NONOS_OBJECT_SYSTEM:
        return COMMON | NONOS_SYSTEM_CLOCK | NONOS_SYSTEM_RANDOM | NONOS_SYSTEM_CONSOLE |
               NONOS_SYSTEM_POWER | NONOS_SYSTEM_CLOCK_SET | NONOS_SYSTEM_TASKS |
               NONOS_SYSTEM_KILL | NONOS_SYSTEM_TERMINAL;
    default:
        panic("object of type %u", object->type);
    }
}

/* Of Module, Audit and System, what a capability allows decides, not the object alone. */
uint64_t type_grants(const struct object *object, uint32_t rights)
{
    static const struct {
        uint32_t type, rights;
        uint64_t grants;
    } by_right[] = {
        {NONOS_OBJECT_MODULE, NONOS_MODULE_MINT, NONOS_GRANT_MINT},
        {NONOS_OBJECT_AUDIT, NONOS_AUDIT_READ, NONOS_GRANT_AUDIT_READ},
        {NONOS_OBJECT_SYSTEM, NONOS_SYSTEM_POWER, NONOS_GRANT_POWER},
        {NONOS_OBJECT_SYSTEM, NONOS_SYSTEM_CLOCK_SET, NONOS_GRANT_CLOCK_SET},
        {NONOS_OBJECT_SYSTEM, NONOS_SYSTEM_TASKS | NONOS_SYSTEM_KILL, NONOS_GRANT_TASKS},
        {NONOS_OBJECT_SYSTEM, NONOS_SYSTEM_CONSOLE, NONOS_GRANT_CONSOLE},
        {NONOS_OBJECT_SYSTEM, NONOS_SYSTEM_TERMINAL, NONOS_GRANT_DEVICE},
    };
    uint64_t grants = object->grants;
    for (unsigned i = 0; i < sizeof(by_right) / sizeof(by_right[0]); i++)
        if (by_right[i].type == object->type && (by_right[i].rights & rights))
            grants |= by_right[i].grants;
    return grants;
}

uint64_t type_size(const struct object *object)
{
    switch (object->type) {
    case NONOS_OBJECT_MEMORY:
        return ((const struct memory *)object)->npages * NONOS_PAGE_SIZE;
    case NONOS_OBJECT_IO_REGION:
        return ((const struct io_region *)object)->len;
    case NONOS_OBJECT_ACCOUNT:
        return ((const struct account *)object)->memory_used;
    default:
        return 0;
    }
}

/* ---- the number of capabilities matters to some types; the tree lock is held ---- */

void capability_entered(struct slot *slot)
{
    if (slot->object->type == NONOS_OBJECT_ENDPOINT)
        endpoint_capability_entered(slot);
    else if (slot->object->type == NONOS_OBJECT_REPLY)
        object_of(reply, slot->object)->ncaps++;
}

void capability_gone(struct slot *slot)
{
    if (slot->object->type == NONOS_OBJECT_ENDPOINT)
        endpoint_capability_gone(slot);
    else if (slot->object->type == NONOS_OBJECT_REPLY)
        reply_capability_gone(slot);
}
