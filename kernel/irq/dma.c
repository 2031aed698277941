/*
 * DMA windows: which pages of which Memory a domain's device may reach. A window lives as long as
 * the capability to the Memory and the capability to the domain under which it was made, and keeps
 * the Memory's frames until it ends.
 *
 * Without an IOMMU its end does not stop a device. Who takes a window away by dma_unmap knows that the
 * device has; but a driver may be killed, or its client take its Memory back, in the middle of a
 * transfer. Such a window is over, and its frames are still held until somebody says that the
 * device has stopped (dma_settle): by its domain, or, when that is gone, too, as an orphan.
 */
#include <irq/io.h>

#include <arch/arch.h>
#include <cap/account.h>
#include <cap/memory.h>
#include <cap/syscall.h>
#include <cap/tree.h>
#include <mm/space.h>
#include <sched/task.h>

struct window {
    struct binding domain; /* each binding that is in a list holds a reference to the window */
    struct binding memory;
    uint32_t refs; /* the tree lock */
    bool stopped;  /* the device does not reach it; the tree lock */
    uint64_t first_page, npages;
    struct dma_domain *device; /* holds a reference, until the window is over */
    struct memory *pages;      /* holds a reference */
    struct account *account;   /* holds a reference */
    struct window *next;       /* of those that are over; the tree lock */
};

/* Windows of domains that are gone: the tree lock. */
static struct window *orphans;

int dma_domain_create(struct account *account, uint64_t requester, struct object **object)
{
    struct dma_domain *domain;
    if (requester > 0xffff)
        return NONOS_E_INVALID;
    int error = object_alloc(account, NONOS_OBJECT_DMA_DOMAIN, sizeof(*domain), &domain);
    if (error)
        return error;
    domain->requester = requester;
    domain->object.grants = NONOS_GRANT_DEVICE;
    *object = &domain->object;
    return 0;
}

int dma_domain_create_root(struct object **object)
{
    int error = dma_domain_create(NULL, 0, object);
    if (!error)
        object_of(dma_domain, *object)->is_root = true;
    return error;
}

static void window_free(struct window *window)
{
    struct account *account = window->account;
    object_put(&window->pages->object);
    charged_free(account, window, sizeof(*window));
    object_put(&account->object);
}

/* Frees a list of windows, taken out of where it was. May preempt. */
static void windows_free(struct window **list)
{
    lock_acquire(&cap_tree_lock);
    struct window *first = *list;
    *list = NULL;
    lock_release(&cap_tree_lock);
    while (first) {
        struct window *next = first->next;
        window_free(first);
        first = next;
        preemption_point();
    }
}

/*
 * Gives up one reference, and takes the window out of whatever list it is still in. No lock is
 * held.
 */
static void window_end(struct window *window, bool stopped)
{
    lock_acquire(&cap_tree_lock);
    window->refs -= (unsigned)binding_detach(&window->domain);
    window->refs -= (unsigned)binding_detach(&window->memory);
    window->stopped |= stopped;
    bool last = --window->refs == 0;
    bool held = last && !window->stopped;
    struct dma_domain *device = window->device;
    if (held) {
        window->next = device->held;
        device->held = window;
    }
    lock_release(&cap_tree_lock);
    if (!last)
        return;
    if (!held)
        window_free(window);
    object_put(&device->object);
}

/* What the domain still holds nobody can release by it any more. */
void dma_domain_destroy(struct dma_domain *domain)
{
    struct window **end = &domain->held;
    lock_acquire(&cap_tree_lock);
    while (*end)
        end = &(*end)->next;
    *end = orphans;
    orphans = domain->held;
    lock_release(&cap_tree_lock);
}

static void domain_gone(struct deferred *deferred)
{
    window_end(container_of(deferred, struct window, domain.deferred), false);
}

static void memory_gone(struct deferred *deferred)
{
    window_end(container_of(deferred, struct window, memory.deferred), false);
}

static int window_new(struct task *task, struct dma_domain *device, struct memory *memory,
                      uint64_t first, uint64_t npages, struct window **window)
{
    struct account *account = task->object.account;
    int error;
    struct window *w = charged_alloc(account, sizeof(*w), &error);
    if (!w)
        return error;
    w->refs = 1;
    w->first_page = first;
    w->npages = npages;
    w->device = device;
    w->pages = memory;
    w->account = account;
    object_get(&device->object);
    object_get(&memory->object);
    object_get(&account->object);
    *window = w;
    return 0;
}

static int window_bind(struct window *window, const struct cap_ref *domain,
                       const struct cap_ref *memory)
{
    int error = NONOS_E_BAD_HANDLE;
    lock_acquire(&cap_tree_lock);
    if (cap_ref_valid(domain) && cap_ref_valid(memory)) {
        binding_attach(&window->domain, domain->object, domain->slot, domain_gone);
        binding_attach(&window->memory, memory->object, memory->slot, memory_gone);
        domain->slot->flags |= SLOT_BOUND;
        memory->slot->flags |= SLOT_BOUND;
        window->refs += 2;
        error = 0;
    }
    lock_release(&cap_tree_lock);
    return error;
}

static int addresses_write(const struct memory *memory, uint64_t first, uint64_t npages,
                           uint64_t user)
{
    uint64_t addresses[64];
    for (uint64_t done = 0; done < npages;) {
        uint64_t n = npages - done < 64 ? npages - done : 64;
        for (uint64_t i = 0; i < n; i++)
            addresses[i] = memory_frame(memory, first + done + i);
        int error = user_write(user + done * sizeof(uint64_t), addresses, n * sizeof(uint64_t));
        if (error)
            return error;
        done += n;
        preemption_point();
    }
    return 0;
}

/* Whether [offset, offset + len) is whole pages of the memory. */
static int range_check(const struct memory *memory, uint64_t offset, uint64_t len)
{
    uint64_t total = memory->npages * NONOS_PAGE_SIZE;
    if (len == 0 || (offset | len) % NONOS_PAGE_SIZE)
        return NONOS_E_INVALID;
    return offset > total || len > total - offset ? NONOS_E_RANGE : 0;
}

int sys_dma_map(struct syscall *call, nonos_handle domain, nonos_handle handle, uint64_t offset,
                uint64_t len, uint64_t addresses)
{
    struct memory *memory = object_of(memory, call->caps[1].object);
    struct window *window = NULL;
    (void)domain;
    (void)handle;
    int error = range_check(memory, offset, len);
    if (error)
        return error;
    uint64_t first = offset / NONOS_PAGE_SIZE, npages = len / NONOS_PAGE_SIZE;
    error = window_new(call->task, object_of(dma_domain, call->caps[0].object), memory, first,
                       npages, &window);
    if (error)
        return error;
    error = addresses_write(memory, first, npages, addresses);
    if (!error)
        error = window_bind(window, &call->caps[0], &call->caps[1]);
    if (error) {
        window_end(window, true);
        return error;
    }
    lock_acquire(&cap_tree_lock);
    window->refs--; /* the lists keep it */
    bool gone = window->refs == 0;
    window->refs += gone;
    lock_release(&cap_tree_lock);
    if (gone)
        window_end(window, false);
    call->audit_a = call->caps[1].object->id;
    call->audit_b = len;
    return 0;
}

/* A window of just this range; the tree lock is held. */
static struct window *window_find(struct object *domain, const struct object *memory,
                                  uint64_t first, uint64_t npages)
{
    for (struct binding *b = domain->bindings; b; b = b->next) {
        struct window *w = container_of(b, struct window, domain);
        if (&w->pages->object == memory && w->first_page == first && w->npages == npages)
            return w;
    }
    return NULL;
}

int sys_dma_unmap(struct syscall *call, nonos_handle domain, nonos_handle handle, uint64_t offset,
                  uint64_t len)
{
    struct cap_ref ref;
    (void)domain;
    int error = syscall_capability(call, handle, NONOS_OBJECT_MEMORY, 0, &ref);
    if (error)
        return error;
    error = range_check(object_of(memory, ref.object), offset, len);
    struct window *window = NULL;
    if (!error) {
        lock_acquire(&cap_tree_lock);
        window = window_find(call->caps[0].object, ref.object, offset / NONOS_PAGE_SIZE,
                             len / NONOS_PAGE_SIZE);
        if (window)
            window->refs++;
        lock_release(&cap_tree_lock);
        error = window ? 0 : NONOS_E_RANGE;
    }
    if (window)
        window_end(window, true);
    cap_ref_put(&ref);
    return error;
}

int sys_dma_settle(struct syscall *call, nonos_handle domain)
{
    struct dma_domain *device = object_of(dma_domain, call->caps[0].object);
    (void)domain;
    windows_free(device->is_root ? &orphans : &device->held);
    return 0;
}
