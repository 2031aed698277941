/* printf: formatted output (XCU printf), without floating point. */
#include "arena.h"
#include "builtins.h"
#include "shell.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct printf_state {
    char **args;
    int nargs, at;
    bool failed, stop;
};

static const char *next_arg(struct printf_state *s)
{
    return s->at < s->nargs ? s->args[s->at++] : NULL;
}

/* Writes the escape at `p` (behind the backslash) and returns its length. `b`: in an argument of %b. */
static size_t escape(struct printf_state *s, const char *p, bool b)
{
    static const char letters[] = "abfnrtv\\", values[] = "\a\b\f\n\r\t\v\\";
    const char *at = *p ? strchr(letters, *p) : NULL;
    if (at) {
        putchar(values[at - letters]);
        return 1;
    }
    if (b && *p == 'c') {
        s->stop = true;
        return 1;
    }
    size_t n = 0, most = b && *p == '0' ? 4 : 3;
    unsigned value = 0;
    while (n < most && p[n] >= '0' && p[n] <= '7')
        value = value * 8 + (unsigned)(p[n++] - '0');
    if (n > 0) {
        putchar((int)(value & 255));
        return n;
    }
    putchar('\\');
    if (*p == '\0')
        return 0;
    putchar(*p);
    return 1;
}

static void escaped_string(struct printf_state *s, const char *text)
{
    for (size_t i = 0; text[i] && !s->stop; i++) {
        if (text[i] == '\\')
            i += escape(s, text + i + 1, true);
        else
            putchar(text[i]);
    }
}

static long long number_arg(struct printf_state *s, bool is_signed)
{
    const char *text = next_arg(s);
    char *end;
    if (!text)
        return 0;
    /* 'x is the code of x. */
    if (*text == '\'' || *text == '"')
        return (unsigned char)text[1];
    long long n = is_signed ? strtoll(text, &end, 0) : (long long)strtoull(text, &end, 0);
    if (end == text || *end) {
        shell_message("printf: %s: is not a number", text);
        s->failed = true;
    }
    return n;
}

/* Width or precision: digits or *. */
static int count(struct printf_state *s, const char **p, int missing)
{
    uint64_t n = 0;
    if (**p == '*') {
        ++*p;
        long long value = number_arg(s, true);
        return value > 4096 || value < -4096 ? 0 : (int)value;
    }
    if (**p < '0' || **p > '9')
        return missing;
    for (; **p >= '0' && **p <= '9'; ++*p)
        n = n < 4096 ? n * 10 + (uint64_t)(**p - '0') : n;
    return n > 4096 ? 4096 : (int)n;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
/* The specification is put together here from checked parts only. */
static void print_conversion(struct printf_state *s, const char *flags, int width, int precision,
                             char kind)
{
    char format[32];
    if (kind == 's' || kind == 'c') {
        const char *text = next_arg(s);
        snprintf(format, sizeof(format), "%%%s*.*s", flags);
        printf(format, width, kind == 'c' ? 1 : precision, text ? text : "");
        return;
    }
    snprintf(format, sizeof(format), "%%%s*.*ll%c", flags, kind);
    bool is_signed = kind == 'd' || kind == 'i';
    printf(format, width, precision, number_arg(s, is_signed));
}
#pragma GCC diagnostic pop

/* A % and what follows; returns behind it. */
static const char *conversion(struct printf_state *s, const char *p)
{
    char flags[6] = "";
    size_t nflags = 0;
    for (; *p && strchr("-+ #0", *p); p++)
        if (nflags + 1 < sizeof(flags) && !strchr(flags, *p))
            flags[nflags++] = *p;
    int width = count(s, &p, 0), precision = -1;
    if (*p == '.') {
        p++;
        precision = count(s, &p, 0);
    }
    if (*p == '%') {
        putchar('%');
    } else if (*p == 'b') {
        const char *text = next_arg(s);
        escaped_string(s, text ? text : "");
    } else if (*p && strchr("diouxXsc", *p)) {
        print_conversion(s, flags, width, precision, *p);
    } else {
        shell_message("printf: %%%c: unknown conversion", *p ? *p : ' ');
        s->failed = s->stop = true;
    }
    return *p ? p + 1 : p;
}

int builtin_printf(int argc, char **argv)
{
    int first = argc > 1 && strcmp(argv[1], "--") == 0 ? 2 : 1;
    if (argc <= first) {
        shell_message("printf: a format is missing");
        return 2;
    }
    struct printf_state s = {.args = argv + first + 1, .nargs = argc - first - 1};
    /* The format is used again as long as arguments are left. */
    do {
        int before = s.at;
        for (const char *p = argv[first]; *p && !s.stop;) {
            if (*p == '\\')
                p += 1 + escape(&s, p + 1, false);
            else if (*p == '%')
                p = conversion(&s, p + 1);
            else
                putchar(*p++);
        }
        if (s.at == before)
            break;
    } while (s.at < s.nargs && !s.stop);
    return s.failed;
}
