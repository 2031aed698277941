#include <cap/account.h>

#include <debug/lock.h>
#include <debug/log.h>

static struct lock account_lock = LOCK_INIT(LOCK_RANK_ACCOUNT);

static int memory_charge_locked(struct account *account, uint64_t bytes)
{
    if (account->memory_used > account->memory_limit ||
        bytes > account->memory_limit - account->memory_used)
        return NONOS_E_QUOTA;
    account->memory_used += bytes;
    return 0;
}

/*
 * Gives back, and hands on what the reservation shrinks by. The depth of the tree bounds the loop.
 */
static void memory_uncharge_locked(struct account *account, uint64_t bytes)
{
    while (account && bytes) {
        KERNEL_ASSERT(account->memory_used >= bytes);
        account->memory_used -= bytes;
        uint64_t reserved = account->memory_used > account->memory_limit ? account->memory_used
                                                                         : account->memory_limit;
        bytes = account->memory_reserved - reserved;
        account->memory_reserved = reserved;
        account = account->parent;
    }
}

int account_charge_memory(struct account *account, uint64_t bytes)
{
    if (!account)
        return 0;
    lock_acquire(&account_lock);
    int error = memory_charge_locked(account, bytes);
    lock_release(&account_lock);
    return error;
}

void account_uncharge_memory(struct account *account, uint64_t bytes)
{
    if (!account)
        return;
    lock_acquire(&account_lock);
    memory_uncharge_locked(account, bytes);
    lock_release(&account_lock);
}

int account_charge(struct account *account, enum account_kind kind, uint64_t amount)
{
    int error = 0;
    lock_acquire(&account_lock);
    for (struct account *a = account; a && !error; a = a->parent)
        if (a->used[kind] > a->limit[kind] || amount > a->limit[kind] - a->used[kind])
            error = NONOS_E_QUOTA;
    for (struct account *a = account; a && !error; a = a->parent)
        a->used[kind] += amount;
    lock_release(&account_lock);
    return error;
}

void account_uncharge(struct account *account, enum account_kind kind, uint64_t amount)
{
    lock_acquire(&account_lock);
    for (struct account *a = account; a; a = a->parent) {
        KERNEL_ASSERT(a->used[kind] >= amount);
        a->used[kind] -= amount;
    }
    lock_release(&account_lock);
}

int account_create(struct account *parent, uint64_t memory, struct account **account)
{
    if (parent && parent->depth + 1 >= ACCOUNT_DEPTH_MAX)
        return NONOS_E_INVALID;
    struct account *a;
    int error = object_alloc(parent, NONOS_OBJECT_ACCOUNT, sizeof(*a), &a);
    if (error)
        return error;
    error = account_charge_memory(parent, memory);
    if (error) {
        object_put(&a->object);
        return error;
    }
    a->memory_limit = a->memory_reserved = memory;
    a->parent = parent;
    if (parent) {
        object_get(&parent->object);
        a->depth = parent->depth + 1;
    }
    lock_acquire(&account_lock);
    for (unsigned kind = 0; kind < ACCOUNT_KINDS; kind++)
        a->limit[kind] = parent ? parent->limit[kind] : UINT64_MAX;
    lock_release(&account_lock);
    *account = a;
    return 0;
}

/* All that was charged is gone: everything that was charged held a reference. */
void account_destroy(struct account *account)
{
    KERNEL_ASSERT(account->memory_used == 0);
    account_uncharge_memory(account->parent, account->memory_reserved);
    if (account->parent)
        object_put(&account->parent->object);
}

static int limit_check(const struct account *account, enum account_kind kind, uint64_t limit)
{
    return account->parent && limit > account->parent->limit[kind] ? NONOS_E_INVALID : 0;
}

static int memory_limit_set_locked(struct account *account, uint64_t limit)
{
    uint64_t reserved = limit > account->memory_used ? limit : account->memory_used;
    if (reserved > account->memory_reserved) {
        int error = account->parent
                        ? memory_charge_locked(account->parent, reserved - account->memory_reserved)
                        : NONOS_E_INVALID;
        if (error)
            return error;
    } else {
        memory_uncharge_locked(account->parent, account->memory_reserved - reserved);
    }
    account->memory_limit = limit;
    account->memory_reserved = reserved;
    return 0;
}

int account_set_limits(struct account *account, const struct nonos_account_limits *limits)
{
    const uint64_t asked[ACCOUNT_KINDS] = {
        [ACCOUNT_DMA] = limits->dma,
        [ACCOUNT_SLOTS] = limits->slots == UINT32_MAX ? UINT64_MAX : limits->slots,
        [ACCOUNT_THREADS] = limits->threads == UINT32_MAX ? UINT64_MAX : limits->threads,
    };
    int error = 0;

    if (limits->cpu_permille != UINT32_MAX && limits->cpu_permille > 1000 * 64)
        return NONOS_E_INVALID;
    lock_acquire(&account_lock);
    for (unsigned kind = 0; kind < ACCOUNT_KINDS && !error; kind++)
        if (asked[kind] != UINT64_MAX)
            error = limit_check(account, kind, asked[kind]);
    if (!error && limits->memory != UINT64_MAX)
        error = memory_limit_set_locked(account, limits->memory);
    for (unsigned kind = 0; kind < ACCOUNT_KINDS && !error; kind++)
        if (asked[kind] != UINT64_MAX)
            account->limit[kind] = asked[kind];
    if (!error && limits->cpu_permille != UINT32_MAX)
        account->cpu_permille = limits->cpu_permille;
    lock_release(&account_lock);
    return error;
}
