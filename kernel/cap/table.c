/*
 * A task's capability table: pages of slots, found by index. The table lock guards which slots are
 * used; pages are added and never taken away while the task lives.
 */
#include <cap/account.h>
#include <cap/cap.h>
#include <cap/tree.h>
#include <cap/types.h>

#include <arch/arch.h>
#include <debug/log.h>
#include <mm/frame.h>
#include <mm/heap.h>
#include <sched/task.h>

#define PLACES_PER_PAGE (SLOTS_PER_PAGE + 1)
#define PAGES_MAX       (NONOS_CAP_SLOTS_MAX / PLACES_PER_PAGE)

void cap_table_init(struct cap_table *table)
{
    lock_init(&table->lock, LOCK_RANK_TABLE);
    table->next_expiry_ms = SLOT_EXPIRY_NEVER;
}

static struct slot_page *slot_page(const struct slot *slot)
{
    return (struct slot_page *)((uintptr_t)slot & ~(uintptr_t)(sizeof(struct slot_page) - 1));
}

nonos_handle slot_handle(const struct slot *slot)
{
    struct slot_page *page = slot_page(slot);
    uint32_t index = page->first + 1 + (uint32_t)(slot - page->slots);
    return (nonos_handle)slot->generation << 16 | index;
}

struct task *slot_task(const struct slot *slot)
{
    return slot_page(slot)->task;
}

uint64_t cap_now_ms(void)
{
    return arch_clock_ns() / 1000000;
}

/* The slot at an index, used or not; NULL if there is none. */
static struct slot *slot_at(const struct cap_table *table, uint32_t index)
{
    uint32_t page = index / PLACES_PER_PAGE, place = index % PLACES_PER_PAGE;
    return page < table->npages && place ? &table->pages[page]->slots[place - 1] : NULL;
}

static int slot_of_handle(const struct cap_table *table, nonos_handle handle, struct slot **slot)
{
    struct slot *s = slot_at(table, NONOS_HANDLE_INDEX(handle));
    if (!s || !s->object || s->generation != NONOS_HANDLE_GENERATION(handle))
        return NONOS_E_BAD_HANDLE;
    if (s->expiry_ms != SLOT_EXPIRY_NEVER && s->expiry_ms <= cap_now_ms())
        return NONOS_E_EXPIRED;
    *slot = s;
    return 0;
}

static int lookup_locked(struct task *task, nonos_handle handle, struct cap_ref *ref)
{
    struct slot *slot;
    int error = slot_of_handle(&task->table, handle, &slot);
    if (error)
        return error;
    ref->slot = slot;
    ref->object = slot->object;
    ref->badge = slot->badge;
    ref->rights = slot->rights;
    ref->generation = slot->generation;
    object_get(slot->object);
    return 0;
}

int cap_lookup(struct task *task, nonos_handle handle, struct cap_ref *ref)
{
    struct slot *slot;
    int error;

    /*
     * Sequentially consistent with the mark of a revocation: who reads 0 here looked before the
     * revocation began.
     */
    if (__atomic_load_n(&cap_revocations, __ATOMIC_SEQ_CST) == 0) {
        lock_acquire(&task->table.lock);
        error = lookup_locked(task, handle, ref);
        lock_release(&task->table.lock);
        return error;
    }
    lock_acquire(&cap_tree_lock);
    error = cap_find(task, handle, &slot);
    if (!error)
        error = lookup_locked(task, handle, ref);
    lock_release(&cap_tree_lock);
    return error;
}

void cap_ref_put(struct cap_ref *ref)
{
    object_put(ref->object);
    ref->object = NULL;
}

int cap_find(struct task *task, nonos_handle handle, struct slot **slot)
{
    int error = slot_of_handle(&task->table, handle, slot);
    return !error && cap_under_revocation(*slot) ? NONOS_E_BAD_HANDLE : error;
}

bool cap_ref_valid(const struct cap_ref *ref)
{
    const struct slot *slot = ref->slot;
    return slot->object == ref->object && slot->generation == ref->generation &&
           (slot->expiry_ms == SLOT_EXPIRY_NEVER || slot->expiry_ms > cap_now_ms()) &&
           !cap_under_revocation(slot);
}

/* ---- growing ---- */

static int pages_grow(struct cap_table *table, struct account *account)
{
    if (table->npages < table->capacity)
        return 0;
    uint32_t capacity = table->capacity ? table->capacity * 2 : 4;
    int error;
    struct slot_page **pages = charged_alloc(account, capacity * sizeof(*pages), &error);
    if (!pages)
        return error;
    for (uint32_t i = 0; i < table->npages; i++)
        pages[i] = table->pages[i];
    charged_free(account, table->pages, table->capacity * sizeof(*pages));
    table->pages = pages;
    table->capacity = capacity;
    return 0;
}

static int page_add(struct cap_table *table, struct task *task)
{
    uint64_t frame;
    int error = frame_alloc(&frame);
    if (error)
        return error;
    struct slot_page *page = frame_address(frame);
    page->task = task;
    page->first = table->npages * PLACES_PER_PAGE;
    for (unsigned i = SLOTS_PER_PAGE; i-- > 0;) {
        page->slots[i].next = table->free;
        table->free = &page->slots[i];
    }
    table->pages[table->npages++] = page;
    return 0;
}

/* Adds a page of free slots, charged as slots and as memory. */
static int table_grow(struct cap_table *table, struct task *task)
{
    struct account *account = task->object.account;
    if (table->npages == PAGES_MAX)
        return NONOS_E_NO_SLOTS;
    int error = pages_grow(table, account);
    if (error)
        return error;
    error = account_charge(account, ACCOUNT_SLOTS, SLOTS_PER_PAGE);
    if (error)
        return error;
    error = account_charge_memory(account, sizeof(struct slot_page));
    if (!error) {
        error = page_add(table, task);
        if (error)
            account_uncharge_memory(account, sizeof(struct slot_page));
    }
    if (error)
        account_uncharge(account, ACCOUNT_SLOTS, SLOTS_PER_PAGE);
    return error;
}

/* ---- slots ---- */

static int slot_take(struct task *task, struct slot **slot)
{
    struct cap_table *table = &task->table;
    if (table->closed)
        return NONOS_E_PEER_GONE;
    if (!table->free) {
        int error = table_grow(table, task);
        if (error)
            return error;
    }
    *slot = table->free;
    table->free = (*slot)->next;
    table->used++;
    return 0;
}

int cap_enter_check(const struct task *task, const struct cap *cap)
{
    if (type_grants(cap->object, cap->rights) & ~task->grants)
        return NONOS_E_CEILING;
    if (cap->parent && cap->parent->depth + 1 > NONOS_CAP_DEPTH_MAX)
        return NONOS_E_DEPTH;
    if (cap->parent && (cap->parent->flags & SLOT_REVOKING))
        return NONOS_E_BUSY;
    return 0;
}

int cap_enter(struct task *task, const struct cap *cap, struct slot **slot)
{
    struct slot *s;
    int error = cap_enter_check(task, cap);
    if (error)
        return error;
    lock_acquire(&task->table.lock);
    error = slot_take(task, &s);
    if (!error) {
        s->badge = cap->badge;
        s->expiry_ms = cap->expiry_ms > SLOT_EXPIRY_NEVER ? SLOT_EXPIRY_NEVER : cap->expiry_ms;
        s->flags = cap->flags;
        s->rights = (uint16_t)cap->rights;
        s->object = cap->object;
        object_get(cap->object);
    }
    lock_release(&task->table.lock);
    if (error)
        return error;
    tree_link(s, cap->parent);
    capability_entered(s);
    if (s->expiry_ms != SLOT_EXPIRY_NEVER)
        expiry_add(task, s->expiry_ms);
    *slot = s;
    return 0;
}

int cap_reserve(struct task *task, unsigned count)
{
    struct cap_table *table = &task->table;
    int error = 0;
    lock_acquire(&table->lock);
    while (!error && table->npages * SLOTS_PER_PAGE - table->used < count)
        error = table_grow(table, task);
    if (table->closed)
        error = NONOS_E_PEER_GONE;
    lock_release(&table->lock);
    return error;
}

void slot_release(struct slot *slot)
{
    struct cap_table *table = &slot_task(slot)->table;
    lock_acquire(&table->lock);
    struct object *object = slot->object;
    slot->object = NULL;
    slot->generation = (slot->generation + 1) & 0x7fff;
    slot->next = table->free;
    slot->previous = slot->parent = slot->child = NULL;
    table->free = slot;
    table->used--;
    lock_release(&table->lock);
    object_put(object);
}

struct slot *cap_next(struct task *task, uint64_t cursor)
{
    struct cap_table *table = &task->table;
    for (; cursor < (uint64_t)table->npages * PLACES_PER_PAGE; cursor++) {
        struct slot *slot = slot_at(table, (uint32_t)cursor);
        if (slot && slot->object)
            return slot;
    }
    return NULL;
}

/* ---- end of a task ---- */

void cap_table_destroy(struct task *task)
{
    struct cap_table *table = &task->table;
    struct account *account = task->object.account;

    for (uint32_t index = 0; index < table->npages * PLACES_PER_PAGE; index++) {
        struct slot *slot = slot_at(table, index);
        if (!slot)
            continue;
        if (slot->object)
            cap_delete(slot, slot->generation);
        if (index % 64 == 63)
            preemption_point();
    }
    /* Somebody may be looking at the table of a task that ends: task_info, the expiry thread. */
    lock_acquire(&cap_tree_lock);
    struct slot_page **pages = table->pages;
    uint32_t npages = table->npages, capacity = table->capacity;
    table->pages = NULL;
    table->npages = table->capacity = 0;
    table->free = NULL;
    lock_release(&cap_tree_lock);
    for (uint32_t page = 0; page < npages; page++)
        frame_free(frame_physical(pages[page]));
    account_uncharge(account, ACCOUNT_SLOTS, (uint64_t)npages * SLOTS_PER_PAGE);
    account_uncharge_memory(account, (uint64_t)npages * sizeof(struct slot_page));
    charged_free(account, pages, capacity * sizeof(struct slot_page *));
}
