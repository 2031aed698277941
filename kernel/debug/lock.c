#include "lock.h"
#include "log.h"

#include <arch/arch.h>

#include <stdbool.h>

#define HELD_MAX  12
#define LOOKS_MAX 100u /* at a lock between two pauses */

/* What each processor holds, in the order in which it was taken. Only the processor itself looks at
 * its row. */
struct held {
    struct lock *lock;
    const void *place; /* the caller that took it */
};

static struct {
    struct held held[HELD_MAX];
    unsigned count;
} processors[CPU_MAX];

void lock_init(struct lock *lock, enum lock_rank rank)
{
    *lock = (struct lock){.rank = rank};
}

static void held_check(const struct lock *lock, const void *place, unsigned cpu, bool second)
{
    unsigned n = processors[cpu].count;

    if (!lock->rank)
        panic("lock %p, taken at %p, was never initialised", (const void *)lock, place);
    if (n == HELD_MAX)
        panic("processor %u holds %u locks", cpu, n);
    for (unsigned i = 0; i < n; i++) {
        const struct held *h = &processors[cpu].held[i];
        if (h->lock == lock)
            panic("lock %p (rank %u) taken at %p is held already since %p", (const void *)lock,
                  lock->rank, place, h->place);
        if (h->lock->rank > lock->rank || (h->lock->rank == lock->rank && !second))
            panic("lock order: rank %u taken at %p while rank %u is held since %p", lock->rank,
                  place, h->lock->rank, h->place);
    }
}

static bool is_free(const struct lock *lock)
{
    return __atomic_load_n(&lock->next, __ATOMIC_RELAXED) ==
           __atomic_load_n(&lock->owner, __ATOMIC_RELAXED);
}

/* Takes the next ticket if it is called already, so without waiting. */
static bool take_free(struct lock *lock)
{
    uint32_t owner = __atomic_load_n(&lock->owner, __ATOMIC_ACQUIRE);

    return __atomic_load_n(&lock->next, __ATOMIC_RELAXED) == owner &&
           __atomic_compare_exchange_n(&lock->next, &owner, owner + 1, false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

static void wait_for_turn(struct lock *lock)
{
    uint32_t ticket = __atomic_fetch_add(&lock->next, 1, __ATOMIC_RELAXED);

    while (__atomic_load_n(&lock->owner, __ATOMIC_ACQUIRE) != ticket)
        arch_pause();
}

/*
 * A virtual processor may have been taken off its real one just when its turn comes, and all behind it would wait for that: there whoever
 * runs takes the lock. To pause may leave the virtual machine, which costs more than most waits are long and, in QEMU, the others their
 * way to its devices.
 */
static void wait_until_free(struct lock *lock)
{
    while (!take_free(lock)) {
        unsigned looks = 0;
        while (looks < LOOKS_MAX && !is_free(lock))
            looks++;
        if (looks == LOOKS_MAX)
            arch_pause();
    }
}

static void acquire(struct lock *lock, const void *place, bool second)
{
    unsigned cpu = arch_cpu_id();

    held_check(lock, place, cpu, second);
    if (arch_is_virtual())
        wait_until_free(lock);
    else
        wait_for_turn(lock);
    __atomic_store_n(&lock->holder, cpu + 1, __ATOMIC_RELAXED);
    processors[cpu].held[processors[cpu].count++] = (struct held){lock, place};
}

void lock_acquire(struct lock *lock)
{
    acquire(lock, __builtin_return_address(0), false);
}

void lock_release(struct lock *lock)
{
    unsigned cpu = arch_cpu_id();
    unsigned n = processors[cpu].count;
    unsigned at = n;

    if (__atomic_load_n(&lock->holder, __ATOMIC_RELAXED) != cpu + 1)
        panic("lock %p (rank %u) released at %p by processor %u, held by %d", (void *)lock,
              lock->rank, __builtin_return_address(0), cpu, (int)lock->holder - 1);
    while (at > 0 && processors[cpu].held[at - 1].lock != lock)
        at--;
    KERNEL_ASSERT(at > 0);
    for (; at < n; at++)
        processors[cpu].held[at - 1] = processors[cpu].held[at];
    processors[cpu].count = n - 1;
    __atomic_store_n(&lock->holder, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&lock->owner, lock->owner + 1, __ATOMIC_RELEASE);
}

void lock_acquire_two(struct lock *a, struct lock *b)
{
    const void *place = __builtin_return_address(0);
    struct lock *first = (uintptr_t)a < (uintptr_t)b ? a : b;
    struct lock *second = first == a ? b : a;

    if (a->rank != b->rank)
        panic("lock order: ranks %u and %u taken together at %p", a->rank, b->rank, place);
    acquire(first, place, false);
    acquire(second, place, true);
}

void lock_release_two(struct lock *a, struct lock *b)
{
    lock_release(a);
    lock_release(b);
}
