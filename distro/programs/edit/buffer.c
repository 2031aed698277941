#include "buffer.h"

#include <stdlib.h>
#include <string.h>

#include "../lib/program.h"
#include "../lib/utf8.h"

#define CHARACTER_MAX 4u /* bytes */

void buffer_free(struct buffer *b)
{
    free(b->bytes);
    *b = (struct buffer){0};
}

size_t buffer_len(const struct buffer *b)
{
    return b->capacity - b->gap_len;
}

char buffer_at(const struct buffer *b, size_t at)
{
    return b->bytes[at < b->gap ? at : at + b->gap_len];
}

void buffer_copy(const struct buffer *b, size_t at, size_t len, char *out)
{
    size_t before = at < b->gap ? b->gap - at : 0;
    if (before > len)
        before = len;
    if (before > 0)
        memcpy(out, b->bytes + at, before);
    if (len > before)
        memcpy(out + before, b->bytes + at + before + b->gap_len, len - before);
}

static void gap_move(struct buffer *b, size_t to)
{
    if (to < b->gap)
        memmove(b->bytes + to + b->gap_len, b->bytes + to, b->gap - to);
    else if (to > b->gap)
        memmove(b->bytes + b->gap, b->bytes + b->gap + b->gap_len, to - b->gap);
    b->gap = to;
}

static void gap_reserve(struct buffer *b, size_t len)
{
    if (b->gap_len >= len)
        return;
    size_t used = buffer_len(b), capacity;
    if (__builtin_add_overflow(used, len, &capacity) ||
        __builtin_add_overflow(capacity, capacity / 2 + 256, &capacity))
        program_die("out of memory");
    gap_move(b, used);
    b->bytes = program_resize(b->bytes, capacity, 1);
    b->capacity = capacity;
    b->gap_len = capacity - used;
}

void buffer_insert(struct buffer *b, size_t at, const char *text, size_t len)
{
    if (len == 0)
        return;
    gap_reserve(b, len);
    gap_move(b, at);
    memcpy(b->bytes + b->gap, text, len);
    b->gap += len;
    b->gap_len -= len;
}

void buffer_delete(struct buffer *b, size_t at, size_t len)
{
    if (len == 0)
        return;
    gap_move(b, at);
    b->gap_len += len;
}

size_t buffer_line_start(const struct buffer *b, size_t at)
{
    while (at > 0 && buffer_at(b, at - 1) != '\n')
        at--;
    return at;
}

size_t buffer_line_end(const struct buffer *b, size_t at)
{
    size_t len = buffer_len(b);
    while (at < len && buffer_at(b, at) != '\n')
        at++;
    return at;
}

size_t buffer_next(const struct buffer *b, size_t at)
{
    char bytes[CHARACTER_MAX];
    size_t left = buffer_len(b) - at;
    uint32_t c;
    if (left == 0)
        return at;
    if (left > sizeof(bytes))
        left = sizeof(bytes);
    buffer_copy(b, at, left, bytes);
    return at + utf8_decode(&c, bytes, left);
}

/* The longest valid character that ends here, or the byte. */
size_t buffer_previous(const struct buffer *b, size_t at)
{
    for (size_t len = at < CHARACTER_MAX ? at : CHARACTER_MAX; len > 1; len--)
        if (buffer_next(b, at - len) == at)
            return at - len;
    return at > 0 ? at - 1 : 0;
}
