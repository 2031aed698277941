/*
 * The four functions that gcc calls by itself. Words of eight bytes in a plain loop: under
 * emulation that is several times faster than the string instructions, on hardware it keeps up for
 * the sizes that ring 0 copies.
 */
#include <stddef.h>
#include <stdint.h>

/* A declaration for each, as no C library is there to give one. */
void *memcpy(void *restrict to, const void *restrict from, size_t len);
void *memmove(void *to, const void *from, size_t len);
void *memset(void *to, int value, size_t len);
int memcmp(const void *a, const void *b, size_t len);

typedef uint64_t word __attribute__((may_alias, aligned(1)));

/* Or gcc would make of each loop a call to the function itself. */
#define NO_PATTERNS __attribute__((optimize("no-tree-loop-distribute-patterns")))

NO_PATTERNS void *memcpy(void *restrict to, const void *restrict from, size_t len)
{
    uint8_t *t = to;
    const uint8_t *f = from;

    for (; len >= 32; len -= 32, t += 32, f += 32) {
        ((word *)t)[0] = ((const word *)f)[0];
        ((word *)t)[1] = ((const word *)f)[1];
        ((word *)t)[2] = ((const word *)f)[2];
        ((word *)t)[3] = ((const word *)f)[3];
    }
    for (; len >= 8; len -= 8, t += 8, f += 8)
        *(word *)t = *(const word *)f;
    while (len--)
        *t++ = *f++;
    return to;
}

NO_PATTERNS void *memmove(void *to, const void *from, size_t len)
{
    uint8_t *t = to;
    const uint8_t *f = from;

    if ((uintptr_t)t - (uintptr_t)f >= len) /* `to` is below `from`, or behind its end */
        return memcpy(to, from, len);
    for (t += len, f += len; len >= 8; len -= 8) {
        t -= 8;
        f -= 8;
        *(word *)t = *(const word *)f;
    }
    while (len--)
        *--t = *--f;
    return to;
}

NO_PATTERNS void *memset(void *to, int value, size_t len)
{
    uint64_t pattern = (uint8_t)value * 0x0101010101010101ull;
    uint8_t *t = to;

    for (; len >= 32; len -= 32, t += 32) {
        ((word *)t)[0] = pattern;
        ((word *)t)[1] = pattern;
        ((word *)t)[2] = pattern;
        ((word *)t)[3] = pattern;
    }
    for (; len >= 8; len -= 8, t += 8)
        *(word *)t = pattern;
    while (len--)
        *t++ = (uint8_t)value;
    return to;
}

NO_PATTERNS int memcmp(const void *a, const void *b, size_t len)
{
    const uint8_t *x = a, *y = b;

    for (; len >= 8 && *(const word *)x == *(const word *)y; len -= 8, x += 8, y += 8)
        ;
    for (; len; len--, x++, y++)
        if (*x != *y)
            return *x < *y ? -1 : 1;
    return 0;
}
