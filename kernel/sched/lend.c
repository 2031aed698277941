/*
 * Priority lending. A thread runs at the highest of its base priority and the priorities of those
 * who wait for it: callers whose message it has taken, and callers in the queue of the endpoint
 * that it serves. A thread counts what is lent to it by priority, so that one lender more or less
 * costs constant time however many there are.
 *
 * What a waiting caller has added to its server is always its present effective priority; what an
 * endpoint has added is always the highest priority in its queue.
 */
#include <sched/sched.h>

#include <debug/log.h>
#include <ipc/ipc.h>

/*
 * Longest chain of calls along which a change is handed on at once. A longer one keeps the priority
 * it has.
 */
#define CHAIN_MAX 64

static unsigned priority_due(const struct thread *thread)
{
    unsigned lent = thread->lent_used ? 31 - (unsigned)__builtin_clz(thread->lent_used) : 0;
    return lent > thread->base_priority ? lent : thread->base_priority;
}

void lend_count_add(struct thread *to, unsigned priority)
{
    to->lent[priority]++;
    to->lent_used |= 1u << priority;
}

void lend_count_remove(struct thread *to, unsigned priority)
{
    KERNEL_ASSERT(to->lent[priority]);
    if (--to->lent[priority] == 0)
        to->lent_used &= ~(1u << priority);
}

static void priority_update(struct thread *thread)
{
    for (unsigned length = 0; thread && length < CHAIN_MAX; length++) {
        unsigned before = thread->priority, due = priority_due(thread);
        if (due == before)
            return;
        sched_set_priority(thread, due);
        thread = ipc_lend_again(thread, before);
    }
}

void lend_begin(struct thread *to, unsigned priority)
{
    if (!to)
        return;
    lend_count_add(to, priority);
    priority_update(to);
}

void lend_end(struct thread *to, unsigned priority)
{
    if (!to)
        return;
    lend_count_remove(to, priority);
    priority_update(to);
}

void priority_set_base(struct thread *thread, unsigned priority)
{
    thread->base_priority = (uint8_t)priority;
    priority_update(thread);
}
