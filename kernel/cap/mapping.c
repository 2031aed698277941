#include <cap/mapping.h>

#include <cap/account.h>
#include <cap/memory.h>
#include <cap/random.h>
#include <cap/tree.h>
#include <debug/log.h>
#include <irq/io.h>
#include <mm/heap.h>
#include <sched/sched.h>
#include <sched/task.h>

#define PIECE 64 /* pages */

enum region_state { REGION_BUILDING, REGION_READY, REGION_ENDING, REGION_GONE };

/*
 * References: one of the table, one of whoever maps it still, one of the binding while it is in its
 * object's list; who takes the binding out of the list takes that one over.
 */
struct region {
    struct binding binding;
    uint32_t refs; /* atomic */
    uint32_t state;
    uint64_t address;
    uint64_t npages;
    uint64_t mapped; /* pages mapped so far */
    uint32_t prot;
    struct region_source source; /* holds a reference to the object */
    struct task *task;           /* holds a reference */
    struct account *account;     /* that the structure is charged to; holds a reference */
};

void region_table_init(struct region_table *table)
{
    lock_init(&table->lock, LOCK_RANK_TASK);
}

static void region_put(struct region *region)
{
    if (__atomic_sub_fetch(&region->refs, 1, __ATOMIC_ACQ_REL) != 0)
        return;
    struct account *account = region->account;
    object_put(region->source.object);
    object_put(&region->task->object);
    charged_free(account, region, sizeof(*region));
    object_put(&account->object);
}

static void region_get(struct region *region)
{
    __atomic_add_fetch(&region->refs, 1, __ATOMIC_RELAXED);
}

static uint64_t region_end_address(const struct region *region)
{
    return region->address + region->npages * NONOS_PAGE_SIZE;
}

/* ---- the table; its lock is held ---- */

/* Index of the first region that ends after `address`. */
static uint32_t index_after(const struct region_table *table, uint64_t address)
{
    uint32_t low = 0, high = table->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (region_end_address(table->regions[middle]) > address)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static bool range_is_user(uint64_t address, uint64_t npages)
{
    uint64_t pages_in_space = NONOS_USER_END / NONOS_PAGE_SIZE;
    return address % NONOS_PAGE_SIZE == 0 && address >= NONOS_USER_MIN &&
           address < NONOS_USER_END && npages > 0 &&
           npages <= pages_in_space - address / NONOS_PAGE_SIZE;
}

static bool range_is_free(const struct region_table *table, uint64_t address, uint64_t npages)
{
    uint32_t index = index_after(table, address);
    return index == table->count ||
           table->regions[index]->address >= address + npages * NONOS_PAGE_SIZE;
}

/* The lowest gap from `from` on that is large enough and leaves a page unmapped on either side. */
static bool gap_find(const struct region_table *table, uint64_t from, uint64_t npages,
                     uint64_t *address)
{
    uint64_t at = from;
    for (uint32_t i = index_after(table, from); i <= table->count; i++) {
        uint64_t end = i < table->count ? table->regions[i]->address : NONOS_USER_END;
        if (end > at && (end - at) / NONOS_PAGE_SIZE >= npages + 2) {
            *address = at + NONOS_PAGE_SIZE;
            return true;
        }
        if (i < table->count)
            at = region_end_address(table->regions[i]);
    }
    return false;
}

/*
 * A free place: the first above a random base that the task keeps. A random place each time would
 * cost page tables for each, and those go only with the task.
 */
static bool place_find(struct region_table *table, uint64_t npages, uint64_t *address)
{
    uint64_t pages = (NONOS_USER_END - NONOS_USER_MIN) / NONOS_PAGE_SIZE;
    if (npages == 0 || npages > pages)
        return false;
    if (!table->base)
        table->base = NONOS_USER_MIN + random_below(pages / 2) * NONOS_PAGE_SIZE;
    return gap_find(table, table->base, npages, address) ||
           gap_find(table, NONOS_USER_MIN, npages, address);
}

static int table_grow(struct region_table *table, struct account *account)
{
    if (table->count < table->capacity)
        return 0;
    if (table->count == REGIONS_MAX)
        return NONOS_E_QUOTA;
    uint32_t capacity = table->capacity ? table->capacity * 2 : 16;
    int error;
    struct region **regions = charged_alloc(account, capacity * sizeof(struct region *), &error);
    if (!regions)
        return error;
    for (uint32_t i = 0; i < table->count; i++)
        regions[i] = table->regions[i];
    charged_free(account, table->regions, table->capacity * sizeof(struct region *));
    table->regions = regions;
    table->capacity = capacity;
    return 0;
}

static int table_insert(struct region_table *table, struct region *region)
{
    if (table->closed)
        return NONOS_E_PEER_GONE;
    int error = table_grow(table, region->task->object.account);
    if (error)
        return error;
    if (region->address == 0) {
        if (!place_find(table, region->npages, &region->address))
            return NONOS_E_NO_MEMORY;
    } else if (!range_is_free(table, region->address, region->npages)) {
        return NONOS_E_BAD_ADDRESS;
    }
    uint32_t index = index_after(table, region->address);
    for (uint32_t i = table->count; i > index; i--)
        table->regions[i] = table->regions[i - 1];
    table->regions[index] = region;
    table->count++;
    if (region->source.object)
        table->bytes += region->npages * NONOS_PAGE_SIZE;
    return 0;
}

static void table_remove(struct region_table *table, struct region *region)
{
    uint32_t index = index_after(table, region->address);
    KERNEL_ASSERT(table->regions[index] == region);
    table->count--;
    for (uint32_t i = index; i < table->count; i++)
        table->regions[i] = table->regions[i + 1];
    if (region->source.object)
        table->bytes -= region->npages * NONOS_PAGE_SIZE;
}

/* ---- ending ---- */

/*
 * Ends a region whose binding is in no list, or is being taken out by the caller. The caller has a
 * reference.
 */
static void region_end(struct region *region)
{
    struct task *task = region->task;
    struct region_table *table = &task->regions;

    lock_acquire(&table->lock);
    if (region->state != REGION_GONE)
        region->state = REGION_ENDING;
    for (uint64_t page = 0; region->state == REGION_ENDING; page += PIECE) {
        if (page >= region->mapped) {
            table_remove(table, region);
            region->state = REGION_GONE;
            region_put(region); /* the table's */
            break;
        }
        uint64_t n = region->mapped - page < PIECE ? region->mapped - page : PIECE;
        space_unmap(&task->space, region->address + page * NONOS_PAGE_SIZE, n);
        lock_release(&table->lock);
        if (arch_preempt_pending())
            sched_preempt();
        lock_acquire(&table->lock);
    }
    lock_release(&table->lock);
}

static void region_capability_gone(struct deferred *deferred)
{
    struct region *region = container_of(deferred, struct region, binding.deferred);
    region_end(region);
    region_put(region);
}

/* Takes the region away from its capability, if it still has one. No lock is held. */
static void region_detach(struct region *region)
{
    lock_acquire(&cap_tree_lock);
    bool detached = binding_detach(&region->binding);
    lock_release(&cap_tree_lock);
    if (detached)
        region_put(region);
}

/* ---- mapping ---- */

static int region_new(struct task *task, const struct region_source *source, uint32_t prot,
                      uint64_t npages, uint64_t address, struct region **region)
{
    struct account *account = task->object.account;
    int error;
    struct region *r = charged_alloc(account, sizeof(*r), &error);
    if (!r)
        return error;
    r->refs = 2; /* the table's and the caller's */
    r->address = address;
    r->npages = npages;
    r->prot = prot;
    r->source = *source;
    r->task = task;
    r->account = account;
    if (source->object)
        object_get(source->object);
    object_get(&task->object);
    object_get(&account->object);
    *region = r;
    return 0;
}

static int region_bind(struct region *region, const struct cap_ref *ref)
{
    int error = 0;
    if (!ref)
        return 0;
    lock_acquire(&cap_tree_lock);
    if (cap_ref_valid(ref)) {
        binding_attach(&region->binding, ref->object, ref->slot, region_capability_gone);
        ref->slot->flags |= SLOT_BOUND;
        region_get(region);
    } else {
        error = NONOS_E_BAD_HANDLE;
    }
    lock_release(&cap_tree_lock);
    return error;
}

static uint64_t source_frame(const struct region_source *source, uint64_t page)
{
    if (source->object->type == NONOS_OBJECT_MEMORY)
        return memory_frame(object_of(memory, source->object), source->first_page + page);
    return io_region_frame(object_of(io_region, source->object), source->first_page + page);
}

/* Page tables that mapping has added are charged to the task. */
static int tables_charge(struct task *task)
{
    struct region_table *table = &task->regions;
    uint64_t added = task->space.ntables - table->tables_charged;
    int error = account_charge_memory(task->object.account, added * NONOS_PAGE_SIZE);
    if (!error)
        table->tables_charged += added;
    return error;
}

/* The table's lock is held. */
static int piece_map(struct region *region)
{
    struct task *task = region->task;
    uint64_t end =
        region->npages - region->mapped > PIECE ? region->mapped + PIECE : region->npages;
    while (region->mapped < end) {
        int error = space_map(&task->space, region->address + region->mapped * NONOS_PAGE_SIZE,
                              source_frame(&region->source, region->mapped), region->prot,
                              region->source.cache);
        if (error)
            return error;
        region->mapped++;
    }
    return tables_charge(task);
}

static int pages_map(struct region *region)
{
    struct region_table *table = &region->task->regions;
    int error = 0;

    lock_acquire(&table->lock);
    while (!error && region->state == REGION_BUILDING && region->mapped < region->npages) {
        error = piece_map(region);
        if (region->mapped < region->npages) {
            lock_release(&table->lock);
            if (arch_preempt_pending())
                sched_preempt();
            lock_acquire(&table->lock);
        }
    }
    if (!error && region->state == REGION_BUILDING)
        region->state = REGION_READY;
    else if (!error)
        error = NONOS_E_BAD_HANDLE;
    lock_release(&table->lock);
    return error;
}

int region_map(struct task *task, const struct region_source *source, const struct cap_ref *ref,
               uint32_t prot, uint64_t npages, uint64_t *address)
{
    struct region *region = NULL;
    if (*address && !range_is_user(*address, npages))
        return NONOS_E_BAD_ADDRESS;
    int error = region_new(task, source, prot, npages, *address, &region);
    if (error)
        return error;

    lock_acquire(&task->regions.lock);
    error = table_insert(&task->regions, region);
    if (!error && !source->object)
        region->state = REGION_READY; /* a guard */
    lock_release(&task->regions.lock);
    if (error) {
        region_put(region); /* the table's, which it never was in */
        region_put(region);
        return error;
    }
    error = region_bind(region, ref);
    if (!error && source->object)
        error = pages_map(region);
    if (error) {
        region_detach(region);
        region_end(region);
    } else {
        *address = region->address;
    }
    region_put(region);
    return error;
}

/* ---- unmapping and protecting ---- */

/* Whether the range covers regions whole; the table's lock is held. */
static bool range_is_whole(const struct region_table *table, uint64_t address, uint64_t end)
{
    uint32_t first = index_after(table, address);
    if (first < table->count && table->regions[first]->address < end &&
        table->regions[first]->address < address)
        return false;
    uint32_t last = index_after(table, end - 1);
    return last == table->count || table->regions[last]->address >= end ||
           region_end_address(table->regions[last]) == end;
}

/*
 * The first region in the range that nobody ends yet, with a reference. Also the address after it.
 */
static struct region *region_take(struct region_table *table, uint64_t *address, uint64_t end)
{
    struct region *region = NULL;
    lock_acquire(&table->lock);
    for (uint32_t i = index_after(table, *address); i < table->count && !region; i++) {
        struct region *r = table->regions[i];
        if (r->address >= end)
            break;
        *address = region_end_address(r);
        if (r->state < REGION_ENDING)
            region = r;
    }
    if (region)
        region_get(region);
    lock_release(&table->lock);
    return region;
}

int region_unmap(struct task *task, uint64_t address, uint64_t npages)
{
    struct region_table *table = &task->regions;
    struct region *region;
    if (!range_is_user(address, npages))
        return NONOS_E_BAD_ADDRESS;
    uint64_t end = address + npages * NONOS_PAGE_SIZE;
    lock_acquire(&table->lock);
    bool whole = range_is_whole(table, address, end);
    lock_release(&table->lock);
    if (!whole)
        return NONOS_E_INVALID;
    while ((region = region_take(table, &address, end))) {
        region_detach(region);
        region_end(region);
        region_put(region);
        preemption_point();
    }
    return 0;
}

/* The table's lock is held. */
static int protect_check(const struct region_table *table, uint64_t address, uint64_t end,
                         uint32_t prot)
{
    if (!range_is_whole(table, address, end))
        return NONOS_E_INVALID;
    for (uint32_t i = index_after(table, address);
         i < table->count && table->regions[i]->address < end; i++) {
        const struct region *region = table->regions[i];
        if (region->state != REGION_READY || !region->source.object)
            return NONOS_E_INVALID;
        if (prot & ~region->source.allowed)
            return NONOS_E_DENIED;
    }
    return 0;
}

/* Changes up to one piece of a region from `*page` on; the table's lock is held. */
static void piece_protect(struct region *region, uint32_t prot, uint64_t *page)
{
    uint64_t n = region->npages - *page < PIECE ? region->npages - *page : PIECE;
    region->prot = prot;
    space_protect(&region->task->space, region->address + *page * NONOS_PAGE_SIZE, n, prot);
    *page += n;
}

int region_protect(struct task *task, uint64_t address, uint64_t npages, uint32_t prot)
{
    struct region_table *table = &task->regions;
    struct region *region;
    if (!range_is_user(address, npages))
        return NONOS_E_BAD_ADDRESS;
    uint64_t end = address + npages * NONOS_PAGE_SIZE;
    lock_acquire(&table->lock);
    int error = protect_check(table, address, end, prot);
    lock_release(&table->lock);
    if (error)
        return error;
    while ((region = region_take(table, &address, end))) {
        for (uint64_t page = 0; page < region->npages;) {
            lock_acquire(&table->lock);
            bool ready = region->state == REGION_READY && !(prot & ~region->source.allowed);
            if (ready)
                piece_protect(region, prot, &page);
            lock_release(&table->lock);
            if (!ready)
                break;
            if (arch_preempt_pending())
                sched_preempt();
        }
        region_put(region);
    }
    return 0;
}

/* ---- end of the task ---- */

void region_table_close(struct task *task)
{
    struct region_table *table = &task->regions;
    struct region *region;

    lock_acquire(&table->lock);
    table->closed = true;
    lock_release(&table->lock);
    for (;;) {
        lock_acquire(&table->lock);
        region = table->count ? table->regions[table->count - 1] : NULL;
        if (region)
            region_get(region);
        lock_release(&table->lock);
        if (!region)
            return;
        region_detach(region);
        region_end(region);
        region_put(region);
        preemption_point();
    }
}

void region_table_free(struct task *task)
{
    struct region_table *table = &task->regions;
    account_uncharge_memory(task->object.account, table->tables_charged * NONOS_PAGE_SIZE);
    charged_free(task->object.account, table->regions, table->capacity * sizeof(struct region *));
}
