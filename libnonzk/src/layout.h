/*
 * Arrays in lent memory: where each begins. Private to libnonzk.
 */
#ifndef NONZK_SRC_LAYOUT_H
#define NONZK_SRC_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Adds an array to a layout: returns where it starts and moves `*end`, which becomes SIZE_MAX for
 * good if it is full. The most strictly aligned arrays are to come first.
 */
static inline size_t layout_add(size_t *end, size_t count, size_t size)
{
    size_t start = *end, len;

    if (__builtin_mul_overflow(count, size, &len) || __builtin_add_overflow(start, len, end))
        *end = SIZE_MAX;
    return start;
}

#endif
