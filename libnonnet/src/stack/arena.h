/*
 * Laying objects out in one block of memory. The same sequence of calls measures (no memory given)
 * and places, so that size and layout cannot disagree.
 */
#ifndef NONNET_STACK_ARENA_H
#define NONNET_STACK_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARENA_ALIGN 16

struct arena {
    uint8_t *base; /* NULL: measure */
    size_t used;
    bool overflow; /* the sum does not fit into a size_t */
};

/* Room for `count` objects of `each` bytes; NULL when measuring. */
static inline void *arena_take(struct arena *a, size_t count, size_t each)
{
    size_t len;
    size_t at = a->used;

    if (__builtin_mul_overflow(count, each, &len) ||
        __builtin_add_overflow(len, (size_t)ARENA_ALIGN - 1, &len) ||
        __builtin_add_overflow(at, len & ~(size_t)(ARENA_ALIGN - 1), &a->used)) {
        a->overflow = true;
        return NULL;
    }
    return a->base ? a->base + at : NULL;
}

#endif
