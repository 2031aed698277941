/*
 * A leftist heap: the way down to the right is never longer than the one to the left, so right
 * spines have at most log2(n + 1) timers, and merging walks right spines only.
 */
#include <sched/timer.h>

#include <stddef.h>

static uint32_t rank_of(const struct timer *timer)
{
    return timer ? timer->rank : 0;
}

/* Restores order below one timer; returns whether its rank changed. */
static bool balance(struct timer *timer)
{
    if (rank_of(timer->left) < rank_of(timer->right)) {
        struct timer *left = timer->left;
        timer->left = timer->right;
        timer->right = left;
    }
    uint32_t rank = rank_of(timer->right) + 1;
    bool changed = rank != timer->rank;
    timer->rank = rank;
    return changed;
}

static struct timer *merge(struct timer *a, struct timer *b)
{
    struct timer *root = NULL, *bottom = NULL;
    while (a || b) {
        bool take_a = a && (!b || a->deadline_ns <= b->deadline_ns);
        struct timer *first = take_a ? a : b, *other = take_a ? b : a;
        first->parent = bottom;
        if (bottom)
            bottom->right = first;
        else
            root = first;
        if (!other)
            break;
        bottom = first;
        a = first->right;
        b = other;
    }
    for (; bottom; bottom = bottom->parent)
        balance(bottom);
    return root;
}

void timer_insert(struct timer_heap *heap, struct timer *timer)
{
    timer->heap = heap;
    timer->parent = timer->left = timer->right = NULL;
    timer->rank = 1;
    heap->first = merge(heap->first, timer);
}

void timer_remove(struct timer *timer)
{
    struct timer_heap *heap = timer->heap;
    if (!heap)
        return;
    struct timer *parent = timer->parent;
    struct timer *rest = merge(timer->left, timer->right);
    if (rest)
        rest->parent = parent;
    if (!parent)
        heap->first = rest;
    else if (parent->left == timer)
        parent->left = rest;
    else
        parent->right = rest;
    while (parent && balance(parent))
        parent = parent->parent;
    timer->heap = NULL;
}

struct timer *timer_take_due(struct timer_heap *heap, uint64_t now_ns)
{
    struct timer *timer = heap->first;
    if (!timer || timer->deadline_ns > now_ns)
        return NULL;
    timer_remove(timer);
    return timer;
}
