#include "arena.h"

#include "../lib/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
    struct arena_block *next;
    size_t size;
    _Alignas(16) char data[];
};

#define BLOCK_SIZE 4064

void *arena_alloc(struct arena *a, size_t len)
{
    if (len > SIZE_MAX / 2)
        program_die("out of memory");
    len = (len + 15) & ~(size_t)15;
    if (!a->blocks || a->blocks->size - a->used < len) {
        size_t size = len > BLOCK_SIZE ? len : BLOCK_SIZE;
        struct arena_block *b = program_alloc(sizeof(*b) + size);
        b->next = a->blocks;
        b->size = size;
        a->blocks = b;
        a->used = 0;
    }
    void *p = a->blocks->data + a->used;
    a->used += len;
    return memset(p, 0, len);
}

char *arena_strndup(struct arena *a, const char *s, size_t len)
{
    char *copy = arena_alloc(a, len + 1);
    memcpy(copy, s, len);
    return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return arena_strndup(a, s, strlen(s));
}

void arena_free(struct arena *a)
{
    while (a->blocks) {
        struct arena_block *b = a->blocks;
        a->blocks = b->next;
        free(b);
    }
    a->used = 0;
}

void text_add(struct text *t, const char *s, size_t len)
{
    if (len >= SIZE_MAX / 4 - t->len)
        program_die("out of memory");
    if (t->len + len + 1 > t->capacity) {
        t->capacity = 2 * (t->len + len) + 32;
        t->data = program_resize(t->data, t->capacity, 1);
    }
    memcpy(t->data + t->len, s, len);
    t->len += len;
    t->data[t->len] = '\0';
}

void text_add_string(struct text *t, const char *s)
{
    text_add(t, s, strlen(s));
}

void text_add_char(struct text *t, char c)
{
    text_add(t, &c, 1);
}

void text_add_number(struct text *t, long long n)
{
    char digits[24];
    snprintf(digits, sizeof(digits), "%lld", n);
    text_add_string(t, digits);
}

void text_free(struct text *t)
{
    free(t->data);
    *t = (struct text){0};
}

char *text_finish(struct text *t, struct arena *a)
{
    char *s = arena_strndup(a, t->data ? t->data : "", t->len);
    text_free(t);
    return s;
}
