/* System calls on capabilities, accounts and memory. */
#include <cap/account.h>
#include <cap/memory.h>
#include <cap/syscall.h>
#include <cap/types.h>
#include <ipc/ipc.h>
#include <irq/io.h>
#include <irq/irq.h>
#include <sched/task.h>

/* ---- capabilities ---- */

/* What cap_derive asks for; the tree lock is held. */
static int derive_decode(const struct cap_ref *ref, uint32_t rights, uint64_t badge,
                         uint64_t expiry_ms, uint32_t flags, struct cap *cap)
{
    struct slot *parent = ref->slot;
    if (!cap_ref_valid(ref))
        return NONOS_E_BAD_HANDLE;
    *cap = cap_child(parent, rights);
    cap->expiry_ms = expiry_ms < parent->expiry_ms ? expiry_ms : parent->expiry_ms;
    if (flags & ~NONOS_DERIVE_WATCH)
        return NONOS_E_INVALID;
    if (flags && (parent->object->type != NONOS_OBJECT_ENDPOINT))
        return NONOS_E_INVALID;
    cap->flags = flags ? SLOT_WATCH : 0;
    if (!badge)
        return 0;
    if (parent->object->type != NONOS_OBJECT_ENDPOINT || parent->badge)
        return NONOS_E_INVALID;
    if (!(parent->rights & NONOS_ENDPOINT_BADGE))
        return NONOS_E_DENIED;
    cap->badge = badge;
    cap->rights &= ~(NONOS_ENDPOINT_BADGE | NONOS_ENDPOINT_RECV);
    return 0;
}

int sys_cap_derive(struct syscall *call, nonos_handle handle, uint32_t rights, uint64_t badge,
                   uint64_t expiry_ms, uint32_t flags)
{
    struct cap cap;
    struct slot *slot;
    (void)handle;
    lock_acquire(&cap_tree_lock);
    int error = derive_decode(&call->caps[0], rights, badge, expiry_ms, flags, &cap);
    if (!error)
        error = cap_enter(call->task, &cap, &slot);
    if (!error) {
        call->out = slot_handle(slot);
        call->audit_a = call->out;
        call->audit_b = slot->rights;
    }
    lock_release(&cap_tree_lock);
    return error;
}

int sys_cap_delete(struct syscall *call, nonos_handle handle)
{
    call->audit_a = handle;
    cap_delete(call->caps[0].slot, call->caps[0].generation);
    return 0;
}

int sys_cap_revoke(struct syscall *call, nonos_handle handle)
{
    call->audit_a = handle;
    cap_revoke(call->caps[0].slot, call->caps[0].generation);
    return 0;
}

int sys_cap_info(struct syscall *call, nonos_handle handle, uint64_t info)
{
    struct nonos_cap_info description;
    struct slot *slot;
    lock_acquire(&cap_tree_lock);
    int error = cap_find(call->task, handle, &slot);
    if (!error)
        cap_describe(slot, &description);
    lock_release(&cap_tree_lock);
    return error ? error : user_write(info, &description, sizeof(description));
}

/* ---- object_create ---- */

struct creation {
    struct account *account;
    struct task *task;
    uint64_t arg0, arg1;
    const struct cap_ref *root;
};

static int create_account(const struct creation *c, struct object **object)
{
    struct account *account;
    int error = account_create(c->account, c->arg0, &account);
    if (!error)
        *object = &account->object;
    return error;
}

static int create_memory(const struct creation *c, struct object **object)
{
    struct memory *memory;
    if (c->arg1 & ~(uint64_t)(NONOS_MEMORY_FLAG_DMA | NONOS_MEMORY_FLAG_CONTIGUOUS))
        return NONOS_E_INVALID;
    if ((c->arg1 & NONOS_MEMORY_FLAG_DMA) && !(c->task->grants & NONOS_GRANT_DMA))
        return NONOS_E_CEILING;
    int error = memory_create(c->account, c->arg0, (uint32_t)c->arg1, &memory);
    if (!error)
        *object = &memory->object;
    return error;
}

static int create_endpoint(const struct creation *c, struct object **object)
{
    struct endpoint *endpoint;
    if (c->arg0 & ~c->task->grants)
        return NONOS_E_CEILING;
    int error = endpoint_create(c->account, c->arg0, &endpoint);
    if (!error)
        *object = &endpoint->object;
    return error;
}

static int create_notification(const struct creation *c, struct object **object)
{
    struct notification *notification;
    int error = notification_create(c->account, &notification);
    if (!error)
        *object = &notification->object;
    return error;
}

static int create_irq(const struct creation *c, struct object **object)
{
    return irq_create(c->account, c->arg0, c->arg1, object);
}

static int create_io_region(const struct creation *c, struct object **object)
{
    return io_region_carve(c->account, object_of(io_region, c->root->object), c->arg0, c->arg1,
                           object);
}

static int create_dma_domain(const struct creation *c, struct object **object)
{
    return dma_domain_create(c->account, c->arg0, object);
}

static const struct {
    int (*create)(const struct creation *c, struct object **object);
    uint32_t carve; /* right that `root` needs; 0: there is no root */
} creators[NONOS_OBJECT_TYPES] = {
    [NONOS_OBJECT_ACCOUNT] = {create_account, 0},
    [NONOS_OBJECT_MEMORY] = {create_memory, 0},
    [NONOS_OBJECT_ENDPOINT] = {create_endpoint, 0},
    [NONOS_OBJECT_NOTIFICATION] = {create_notification, 0},
    [NONOS_OBJECT_IRQ] = {create_irq, NONOS_IRQ_CARVE},
    [NONOS_OBJECT_IO_REGION] = {create_io_region, NONOS_IO_CARVE},
    [NONOS_OBJECT_DMA_DOMAIN] = {create_dma_domain, NONOS_DMA_CARVE},
};

int sys_object_create(struct syscall *call, nonos_handle account, uint32_t type, uint64_t arg0,
                      uint64_t arg1, nonos_handle root)
{
    struct cap_ref ref = {0};
    struct object *object;
    nonos_handle handle;
    (void)account;
    if (type >= NONOS_OBJECT_TYPES || !creators[type].create || (root && !creators[type].carve))
        return NONOS_E_INVALID;
    int error =
        creators[type].carve ? syscall_capability(call, root, type, creators[type].carve, &ref) : 0;
    if (error)
        return error;
    const struct creation c = {object_of(account, call->caps[0].object), call->task, arg0, arg1,
                               &ref};
    error = creators[type].create(&c, &object);
    cap_ref_put(&ref);
    if (error)
        return error;
    error = cap_create(call->task, object, type_rights(object), &handle);
    if (!error) {
        call->out = handle;
        call->audit_object = object->id;
        call->audit_a = handle;
        call->audit_b = type;
    }
    object_put(object);
    return error;
}

int sys_account_set(struct syscall *call, nonos_handle account, uint64_t limits)
{
    struct nonos_account_limits l;
    (void)account;
    int error = user_read(&l, limits, sizeof(l));
    return error ? error : account_set_limits(object_of(account, call->caps[0].object), &l);
}

/* ---- memory ---- */

#define PROT_ALL (NONOS_PROT_READ | NONOS_PROT_WRITE | NONOS_PROT_EXECUTE)

/* A page that can be written or executed can be read; never both of the first. */
static int prot_check(uint32_t prot)
{
    bool wx = (prot & NONOS_PROT_WRITE) && (prot & NONOS_PROT_EXECUTE);
    return (prot & ~PROT_ALL) || !(prot & NONOS_PROT_READ) || wx ? NONOS_E_INVALID : 0;
}

static uint32_t memory_prot(uint32_t rights)
{
    return (rights & NONOS_MEMORY_READ ? NONOS_PROT_READ : 0) |
           (rights & NONOS_MEMORY_WRITE ? NONOS_PROT_WRITE : 0) |
           (rights & NONOS_MEMORY_EXECUTE ? NONOS_PROT_EXECUTE : 0);
}

/* Whether [offset, offset + len) is whole pages inside `total` bytes. */
static int pages_check(uint64_t offset, uint64_t len, uint64_t total)
{
    if (len == 0 || len % NONOS_PAGE_SIZE || offset % NONOS_PAGE_SIZE)
        return NONOS_E_INVALID;
    return offset > total || len > total - offset ? NONOS_E_RANGE : 0;
}

int sys_mem_map(struct syscall *call, nonos_handle task, nonos_handle memory, uint64_t address,
                uint64_t offset, uint64_t len, uint32_t prot)
{
    const struct cap_ref *ref = &call->caps[1];
    (void)task;
    (void)memory;
    int error = prot_check(prot);
    if (!error)
        error = pages_check(offset, len, type_size(ref->object));
    if (!error && (prot & ~memory_prot(ref->rights)))
        error = NONOS_E_DENIED;
    if (error)
        return error;
    const struct region_source source = {ref->object, offset / NONOS_PAGE_SIZE, SPACE_CACHED,
                                         memory_prot(ref->rights)};
    error = region_map(object_of(task, call->caps[0].object), &source, ref, prot,
                       len / NONOS_PAGE_SIZE, &address);
    call->out = error ? 0 : address;
    return error;
}

int sys_mem_unmap(struct syscall *call, nonos_handle task, uint64_t address, uint64_t len)
{
    (void)task;
    if (len % NONOS_PAGE_SIZE)
        return NONOS_E_INVALID;
    return region_unmap(object_of(task, call->caps[0].object), address, len / NONOS_PAGE_SIZE);
}

int sys_mem_protect(struct syscall *call, nonos_handle task, uint64_t address, uint64_t len,
                    uint32_t prot)
{
    (void)task;
    int error = len % NONOS_PAGE_SIZE ? NONOS_E_INVALID : prot_check(prot);
    if (error)
        return error;
    return region_protect(object_of(task, call->caps[0].object), address, len / NONOS_PAGE_SIZE,
                          prot);
}

int sys_io_map(struct syscall *call, nonos_handle task, nonos_handle region, uint64_t offset,
               uint64_t len, uint32_t prot, uint32_t cache)
{
    const struct cap_ref *ref = &call->caps[1];
    const struct io_region *io = object_of(io_region, ref->object);
    uint32_t allowed = (ref->rights & NONOS_IO_READ ? NONOS_PROT_READ : 0) |
                       (ref->rights & NONOS_IO_WRITE ? NONOS_PROT_WRITE : 0);
    uint64_t address = 0;
    (void)task;
    (void)region;
    int error = prot_check(prot);
    if (!error && (io->kind != NONOS_IO_MMIO || cache > NONOS_IO_WRITE_COMBINING))
        error = NONOS_E_INVALID;
    if (!error)
        error = pages_check(offset, len, io->len);
    if (!error && (prot & ~allowed))
        error = NONOS_E_DENIED;
    if (error)
        return error;
    const struct region_source source = {
        ref->object, offset / NONOS_PAGE_SIZE,
        cache == NONOS_IO_UNCACHED ? SPACE_UNCACHED : SPACE_WRITE_COMBINING, allowed};
    error = region_map(object_of(task, call->caps[0].object), &source, ref, prot,
                       len / NONOS_PAGE_SIZE, &address);
    call->out = error ? 0 : address;
    call->audit_object = ref->object->id;
    call->audit_a = io->base + offset;
    call->audit_b = len;
    return error;
}
