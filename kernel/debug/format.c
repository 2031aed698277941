#include "format.h"

#include <stdbool.h>
#include <stdint.h>

struct output {
    char *text;
    size_t size;
    size_t len;
};

struct conversion {
    size_t width;
    size_t precision;
    unsigned longs; /* number of l, z counts as one */
    bool zero;
    bool left;
};

static void put(struct output *out, char c)
{
    if (out->len + 1 < out->size)
        out->text[out->len++] = c;
}

static void put_padded(struct output *out, const struct conversion *c, const char *text, size_t len)
{
    size_t padding = c->width > len ? c->width - len : 0;

    if (!c->left)
        for (; padding; padding--)
            put(out, c->zero ? '0' : ' ');
    for (size_t i = 0; i < len; i++)
        put(out, text[i]);
    for (; padding; padding--)
        put(out, ' ');
}

static void put_number(struct output *out, struct conversion *c, uint64_t value, unsigned base,
                       bool negative)
{
    char digits[24];
    size_t at = sizeof(digits);

    do {
        digits[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    if (negative && c->zero) { /* the sign comes before the zeros */
        put(out, '-');
        c->width -= c->width > 0;
    } else if (negative) {
        digits[--at] = '-';
    }
    put_padded(out, c, digits + at, sizeof(digits) - at);
}

static size_t bounded_len(const char *text, size_t limit)
{
    size_t len = 0;

    while (len < limit && text[len])
        len++;
    return len;
}

/* Reads digits, or '*' for the next argument. */
#define TAKE_COUNT(format, args, count)                          \
    do {                                                         \
        if (*(format) == '*') {                                  \
            int asked = va_arg(args, int);                       \
            (count) = asked > 0 ? (size_t)asked : 0;             \
            (format)++;                                          \
        }                                                        \
        for (; *(format) >= '0' && *(format) <= '9'; (format)++) \
            (count) = (count)*10 + (size_t)(*(format) - '0');    \
    } while (0)

#define TAKE_NUMBER(args, c, type)                  \
    ((c)->longs >= 2 ? va_arg(args, type long long) \
                     : ((c)->longs ? va_arg(args, type long) : va_arg(args, type int)))

size_t format_text(char *text, size_t size, const char *format, va_list args)
{
    struct output out = {text, size, 0};

    while (*format) {
        struct conversion c = {.precision = SIZE_MAX};
        const char *start = format;

        if (*format != '%') {
            put(&out, *format++);
            continue;
        }
        for (format++; *format == '0' || *format == '-'; format++) {
            c.zero |= *format == '0';
            c.left |= *format == '-';
        }
        TAKE_COUNT(format, args, c.width);
        if (*format == '.') {
            c.precision = 0;
            format++;
            TAKE_COUNT(format, args, c.precision);
        }
        for (; *format == 'l' || *format == 'z'; format++)
            c.longs++;

        switch (*format) {
        case 's': {
            const char *s = va_arg(args, const char *);
            if (!s)
                s = "(null)";
            put_padded(&out, &c, s, bounded_len(s, c.precision));
            break;
        }
        case 'c':
            put(&out, (char)va_arg(args, int));
            break;
        case 'd':
        case 'i': {
            long long value = TAKE_NUMBER(args, &c, signed);
            put_number(&out, &c, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10, value < 0);
            break;
        }
        case 'u':
            put_number(&out, &c, TAKE_NUMBER(args, &c, unsigned), 10, false);
            break;
        case 'x':
            put_number(&out, &c, TAKE_NUMBER(args, &c, unsigned), 16, false);
            break;
        case 'p':
            put(&out, '0');
            put(&out, 'x');
            put_number(&out, &c, (uintptr_t)va_arg(args, void *), 16, false);
            break;
        case '%':
            put(&out, '%');
            break;
        default:
            while (start < format)
                put(&out, *start++);
            continue;
        }
        format++;
    }
    text[out.len] = '\0';
    return out.len;
}

size_t format_line(char *out, size_t size, const char *format, ...)
{
    va_list args;
    size_t len;

    va_start(args, format);
    len = format_text(out, size, format, args);
    va_end(args);
    return len;
}
