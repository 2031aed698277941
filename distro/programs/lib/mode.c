#include "mode.h"

#include <stdio.h>
#include <string.h>

void mode_text(char out[11], mode_t mode)
{
    char type = '?';
    if (S_ISREG(mode))
        type = '-';
    else if (S_ISDIR(mode))
        type = 'd';
    else if (S_ISLNK(mode))
        type = 'l';
    else if (S_ISFIFO(mode))
        type = 'p';
    else if (S_ISCHR(mode))
        type = 'c';
    else if (S_ISBLK(mode))
        type = 'b';
    else if (S_ISSOCK(mode))
        type = 's';
    out[0] = type;
    for (int i = 0; i < 9; i++)
        out[1 + i] = mode & (0400u >> i) ? "rwx"[i % 3] : '-';
    if (mode & 04000)
        out[3] = mode & 0100 ? 's' : 'S';
    if (mode & 02000)
        out[6] = mode & 0010 ? 's' : 'S';
    if (mode & 01000)
        out[9] = mode & 0001 ? 't' : 'T';
    out[10] = '\0';
}

void mode_time(char *out, size_t size, time_t t)
{
    struct tm tm;
    if (!gmtime_r(&t, &tm) || strftime(out, size, "%Y-%m-%d %H:%M:%S", &tm) == 0)
        snprintf(out, size, "%lld", (long long)t);
}

static bool octal(const char *text, mode_t *bits)
{
    mode_t value = 0;
    size_t len = strspn(text, "01234567");
    if (len == 0 || text[len] != '\0')
        return false;
    for (; *text; text++) {
        value = value << 3 | (mode_t)(*text - '0');
        if (value > 07777)
            return false;
    }
    *bits = value;
    return true;
}

/* The bits that u, g, o and a stand for, with the special ones of u, g and a. */
static mode_t whose(char c)
{
    switch (c) {
    case 'u':
        return 04700;
    case 'g':
        return 02070;
    case 'o':
        return 01007;
    default:
        return 07777;
    }
}

static mode_t which(char c, mode_t before, bool executable)
{
    switch (c) {
    case 'r':
        return 0444;
    case 'w':
        return 0222;
    case 'x':
        return 0111;
    case 'X':
        return S_ISDIR(before) || executable ? 0111 : 0;
    case 's':
        return 06000;
    default:
        return 01000;
    }
}

/* One clause, up to its end: [ugoa]*([-+=][rwxXst]*)+. NULL if it is none. The sticky bit is nobody's own. */
static const char *clause(const char *text, mode_t before, mode_t *bits)
{
    mode_t who = 0;
    while (*text && strchr("ugoa", *text))
        who |= whose(*text++);
    if (!who)
        who = 07777;
    if (!*text || !strchr("+-=", *text))
        return NULL;
    while (*text && strchr("+-=", *text)) {
        char operation = *text++;
        mode_t what = 0, executable = *bits & 0111;
        while (*text && strchr("rwxXst", *text))
            what |= which(*text++, before, executable);
        what &= who;
        /* Of a directory, the set-ID bits go only when they are named. */
        mode_t cleared = S_ISDIR(before) ? who & ~(mode_t)06000 : who;
        if (operation == '=')
            *bits &= ~cleared;
        *bits = operation == '-' ? *bits & ~what : *bits | what;
    }
    return *text == ',' || *text == '\0' ? text : NULL;
}

static bool changes(const char *text, mode_t before, mode_t *bits)
{
    for (;;) {
        text = clause(text, before, bits);
        if (!text || *text == '\0')
            return text != NULL;
        text++;
    }
}

bool mode_is_valid(const char *text)
{
    mode_t bits = 0;
    return octal(text, &bits) || changes(text, 0, &bits);
}

mode_t mode_change(const char *text, mode_t before)
{
    mode_t bits = before & 07777;
    if (!octal(text, &bits))
        (void)changes(text, before, &bits);
    return bits;
}
