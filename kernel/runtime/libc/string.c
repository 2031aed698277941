/* Strings. */
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#pragma GCC optimize("no-tree-loop-distribute-patterns")

/* A set of bytes. */
struct byte_set {
    uint64_t bits[4];
};

static struct byte_set byte_set_make(const char *bytes)
{
    struct byte_set set = {{0}};
    for (const unsigned char *at = (const unsigned char *)bytes; *at; at++)
        set.bits[*at / 64] |= 1ull << *at % 64;
    return set;
}

static int byte_set_has(const struct byte_set *set, char c)
{
    unsigned char byte = (unsigned char)c;
    return set->bits[byte / 64] >> byte % 64 & 1;
}

size_t strlen(const char *text)
{
    const char *at = text;
    while (*at)
        at++;
    return (size_t)(at - text);
}

size_t strnlen(const char *text, size_t max)
{
    size_t len = 0;
    while (len < max && text[len])
        len++;
    return len;
}

int strncmp(const char *a, const char *b, size_t max)
{
    for (; max; a++, b++, max--) {
        if (*a != *b)
            return (unsigned char)*a - (unsigned char)*b;
        if (!*a)
            break;
    }
    return 0;
}

int strcmp(const char *a, const char *b)
{
    return strncmp(a, b, SIZE_MAX);
}

int strcoll(const char *a, const char *b)
{
    return strcmp(a, b);
}

int strncasecmp(const char *a, const char *b, size_t max)
{
    for (; max; a++, b++, max--) {
        int x = tolower((unsigned char)*a), y = tolower((unsigned char)*b);
        if (x != y)
            return x - y;
        if (!x)
            break;
    }
    return 0;
}

int strcasecmp(const char *a, const char *b)
{
    return strncasecmp(a, b, SIZE_MAX);
}

char *stpcpy(char *restrict to, const char *restrict from)
{
    while ((*to = *from++))
        to++;
    return to;
}

char *strcpy(char *restrict to, const char *restrict from)
{
    stpcpy(to, from);
    return to;
}

char *strncpy(char *restrict to, const char *restrict from, size_t len)
{
    size_t n = strnlen(from, len);
    memcpy(to, from, n);
    memset(to + n, 0, len - n);
    return to;
}

char *strcat(char *restrict to, const char *restrict from)
{
    strcpy(to + strlen(to), from);
    return to;
}

char *strncat(char *restrict to, const char *restrict from, size_t max)
{
    size_t n = strnlen(from, max);
    char *end = to + strlen(to);
    memcpy(end, from, n);
    end[n] = 0;
    return to;
}

char *strchrnul(const char *text, int c)
{
    while (*text && *text != (char)c)
        text++;
    return (char *)(uintptr_t)text;
}

char *strchr(const char *text, int c)
{
    char *at = strchrnul(text, c);
    return *at == (char)c ? at : NULL;
}

char *strrchr(const char *text, int c)
{
    return memrchr(text, c, strlen(text) + 1);
}

char *strstr(const char *text, const char *part)
{
    return memmem(text, strlen(text), part, strlen(part));
}

size_t strspn(const char *text, const char *set)
{
    struct byte_set bytes = byte_set_make(set);
    size_t len = 0;
    while (text[len] && byte_set_has(&bytes, text[len]))
        len++;
    return len;
}

size_t strcspn(const char *text, const char *set)
{
    struct byte_set bytes = byte_set_make(set);
    size_t len = 0;
    while (text[len] && !byte_set_has(&bytes, text[len]))
        len++;
    return len;
}

char *strpbrk(const char *text, const char *set)
{
    const char *at = text + strcspn(text, set);
    return *at ? (char *)(uintptr_t)at : NULL;
}

char *strsep(char **text, const char *set)
{
    char *start = *text;
    if (!start)
        return NULL;
    char *end = start + strcspn(start, set);
    *text = *end ? end + 1 : NULL;
    *end = 0;
    return start;
}

char *strtok_r(char *restrict text, const char *restrict set, char **restrict state)
{
    if (!text)
        text = *state;
    if (text)
        text += strspn(text, set);
    if (!text || !*text) {
        *state = NULL;
        return NULL;
    }
    *state = text;
    return strsep(state, set);
}

char *strndup(const char *text, size_t max)
{
    size_t len = strnlen(text, max);
    char *copy = malloc(len + 1);
    if (!copy)
        return NULL;
    memcpy(copy, text, len);
    copy[len] = 0;
    return copy;
}

char *strdup(const char *text)
{
    return strndup(text, SIZE_MAX);
}
