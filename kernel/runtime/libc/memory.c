/*
 * The four memory functions that compilers and the libraries call, and searching in memory.
 *
 * Copies go by 8-byte words: under an emulator, which is where this runs most, that beats both SSE and "rep movsb".
 */
#include <stdint.h>
#include <string.h>

/* gcc must not turn the loops below into calls of the functions that they implement. */
#pragma GCC optimize("no-tree-loop-distribute-patterns")

/* A word at any address. */
struct word {
    uint64_t value;
} __attribute__((packed, may_alias));

void *memcpy(void *restrict to, const void *restrict from, size_t len)
{
    unsigned char *t = to;
    const unsigned char *f = from;
    for (; len >= 32; t += 32, f += 32, len -= 32) {
        uint64_t a = ((const struct word *)f)[0].value, b = ((const struct word *)f)[1].value;
        uint64_t c = ((const struct word *)f)[2].value, d = ((const struct word *)f)[3].value;
        ((struct word *)t)[0].value = a;
        ((struct word *)t)[1].value = b;
        ((struct word *)t)[2].value = c;
        ((struct word *)t)[3].value = d;
    }
    for (; len >= 8; t += 8, f += 8, len -= 8)
        ((struct word *)t)->value = ((const struct word *)f)->value;
    for (; len; len--)
        *t++ = *f++;
    return to;
}

void *memmove(void *to, const void *from, size_t len)
{
    unsigned char *t = to;
    const unsigned char *f = from;
    if ((uintptr_t)to - (uintptr_t)from >= len) {
        /* Forward: each word is read before anything at or above it is written. */
        for (; len >= 8; t += 8, f += 8, len -= 8)
            ((struct word *)t)->value = ((const struct word *)f)->value;
        for (; len; len--)
            *t++ = *f++;
        return to;
    }
    for (; len >= 8; len -= 8)
        ((struct word *)(t + len - 8))->value = ((const struct word *)(f + len - 8))->value;
    for (; len; len--)
        t[len - 1] = f[len - 1];
    return to;
}

void *memset(void *to, int byte, size_t len)
{
    unsigned char *t = to;
    uint64_t word = 0x0101010101010101ull * (unsigned char)byte;
    for (; len >= 8; t += 8, len -= 8)
        ((struct word *)t)->value = word;
    for (; len; len--)
        *t++ = (unsigned char)byte;
    return to;
}

int memcmp(const void *a, const void *b, size_t len)
{
    const unsigned char *x = a, *y = b;
    for (; len >= 8; x += 8, y += 8, len -= 8)
        if (((const struct word *)x)->value != ((const struct word *)y)->value)
            break;
    for (; len; x++, y++, len--)
        if (*x != *y)
            return *x < *y ? -1 : 1;
    return 0;
}

void *mempcpy(void *restrict to, const void *restrict from, size_t len)
{
    return (char *)memcpy(to, from, len) + len;
}

void *memchr(const void *data, int byte, size_t len)
{
    const unsigned char *at = data;
    for (; len; at++, len--)
        if (*at == (unsigned char)byte)
            return (void *)(uintptr_t)at;
    return NULL;
}

void *memrchr(const void *data, int byte, size_t len)
{
    const unsigned char *at = data;
    while (len--)
        if (at[len] == (unsigned char)byte)
            return (void *)(uintptr_t)(at + len);
    return NULL;
}

/*
 * Crochemore and Perrin's two-way search ("Two-way string-matching", 1991): linear time, constant space, for any input.
 * `order` turns the comparison round; the start of the maximal suffix comes back, its period in `*period`.
 */
static size_t maximal_suffix(const unsigned char *part, size_t len, int order, size_t *period)
{
    size_t suffix = (size_t)-1, at = 0, k = 1, p = 1;
    while (at + k < len) {
        int a = part[at + k], b = part[suffix + k];
        if (order ? a > b : a < b) {
            at += k;
            k = 1;
            p = at - suffix;
        } else if (a == b) {
            if (k != p) {
                k++;
            } else {
                at += p;
                k = 1;
            }
        } else {
            suffix = at++;
            k = p = 1;
        }
    }
    *period = p;
    return suffix + 1;
}

void *memmem(const void *data, size_t len, const void *part, size_t part_len)
{
    const unsigned char *h = data, *n = part;
    size_t p1, p2, period, memory = 0;
    if (!part_len)
        return (void *)(uintptr_t)h;
    size_t s1 = maximal_suffix(n, part_len, 0, &p1);
    size_t s2 = maximal_suffix(n, part_len, 1, &p2);
    size_t split = s1 > s2 ? s1 : s2;
    period = s1 > s2 ? p1 : p2;
    int periodic = split + period <= part_len && memcmp(n, n + period, split) == 0;
    if (!periodic)
        period = (split > part_len - split ? split : part_len - split) + 1;
    for (size_t at = 0; len >= part_len && at <= len - part_len;) {
        size_t i = split > memory ? split : memory;
        while (i < part_len && n[i] == h[at + i])
            i++;
        if (i < part_len) {
            at += i - split + 1;
            memory = 0;
            continue;
        }
        i = split;
        while (i > memory && n[i - 1] == h[at + i - 1])
            i--;
        if (i <= memory)
            return (void *)(uintptr_t)(h + at);
        at += period;
        memory = periodic ? part_len - period : 0;
    }
    return NULL;
}
