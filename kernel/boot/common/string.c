/*
 * The four memory functions that compiler and libraries call, and the string functions that the
 * loader uses. Loaders run once: `rep` string instructions are fast enough and small.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

void *memcpy(void *restrict out, const void *restrict in, size_t len)
{
    void *result = out;
    __asm__ volatile("rep movsb" : "+D"(out), "+S"(in), "+c"(len) : : "memory");
    return result;
}

void *memmove(void *out, const void *in, size_t len)
{
    uint8_t *to = out;
    const uint8_t *from = in;

    if ((uintptr_t)to - (uintptr_t)from >= len)
        return memcpy(out, in, len);
    while (len-- > 0)
        to[len] = from[len];
    return out;
}

void *memset(void *out, int byte, size_t len)
{
    void *result = out;
    __asm__ volatile("rep stosb" : "+D"(out), "+c"(len) : "a"(byte) : "memory");
    return result;
}

int memcmp(const void *a, const void *b, size_t len)
{
    const uint8_t *x = a, *y = b;
    for (size_t i = 0; i < len; i++)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    return 0;
}

size_t strlen(const char *s)
{
    size_t n = 0;
    while (s[n] != '\0')
        n++;
    return n;
}

int strncmp(const char *a, const char *b, size_t len)
{
    for (; len > 0; len--, a++, b++)
        if (*a != *b || *a == '\0')
            return (unsigned char)*a - (unsigned char)*b;
    return 0;
}

int strcmp(const char *a, const char *b)
{
    return strncmp(a, b, SIZE_MAX);
}
