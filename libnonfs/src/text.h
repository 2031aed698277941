/*
 * Text under construction in a caller's buffer; what does not fit is cut.
 */
#ifndef NONFS_TEXT_H
#define NONFS_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "divide.h"

struct text {
    char *at;
    size_t len;
    size_t size; /* at least 1 */
};

static inline void text_add(struct text *t, const char *s)
{
    while (*s != '\0' && t->len + 1 < t->size)
        t->at[t->len++] = *s++;
}

static inline void text_add_number(struct text *t, uint64_t n)
{
    char digits[21];
    size_t i = sizeof(digits) - 1;

    digits[i] = '\0';
    do {
        uint64_t tenth = divide_u64(n, 10);
        digits[--i] = (char)('0' + (n - tenth * 10));
        n = tenth;
    } while (n != 0);
    text_add(t, digits + i);
}

#endif
