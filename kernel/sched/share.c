/*
 * The processor share of accounts, in thousandths of one processor over windows of 100 ms. Time is
 * charged to the payer and its ancestors: a server that works for a caller uses the caller's share.
 * A thread that others wait for is never held back, since that would hold back its other callers
 * too: the caller pays when it runs itself.
 */
#include <sched/sched.h>

#include <cap/account.h>

static uint64_t used_in_window(const struct account *account, uint64_t window)
{
    return account->cpu_window == window ? account->cpu_used : 0;
}

void share_charge(struct thread *thread, uint64_t now_ns, uint64_t used_ns)
{
    uint64_t window = now_ns / SCHED_WINDOW_NS;
    for (struct account *a = thread->payer; a; a = a->parent) {
        a->cpu_used = used_in_window(a, window) + used_ns;
        a->cpu_window = window;
    }
}

uint64_t share_left_ns(const struct thread *thread, uint64_t now_ns)
{
    uint64_t window = now_ns / SCHED_WINDOW_NS, left = NONOS_NEVER;
    if (thread->lent_used || thread->kill)
        return NONOS_NEVER;
    for (const struct account *a = thread->payer; a; a = a->parent) {
        if (!a->cpu_permille)
            continue;
        uint64_t budget = SCHED_WINDOW_NS / 1000 * a->cpu_permille;
        uint64_t used = used_in_window(a, window);
        uint64_t here = used < budget ? budget - used : 0;
        left = here < left ? here : left;
    }
    return left;
}
