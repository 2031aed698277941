/* Formatted output: one pass over the format, into whatever takes bytes. */
#include "format.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct spec {
    bool left, plus, space, alternate, zero;
    int width;
    int precision; /* -1: none */
    enum { SIZE_INT, SIZE_CHAR, SIZE_SHORT, SIZE_LONG } size;
    char conversion;
};

struct output {
    struct format_sink *sink;
    size_t total;
};

static void put(struct output *out, const char *text, size_t len)
{
    out->sink->write(out->sink, text, len);
    out->total += len;
}

static void pad(struct output *out, char c, long n)
{
    char block[32];
    memset(block, c, sizeof(block));
    for (; n > 0; n -= (long)sizeof(block))
        put(out, block, n < (long)sizeof(block) ? (size_t)n : sizeof(block));
}

/* Reads decimal digits; -1 if the number is beyond INT_MAX. */
static int number_read(const char **format)
{
    long n = 0;
    for (; **format >= '0' && **format <= '9'; (*format)++)
        if (n <= INT_MAX)
            n = n * 10 + (**format - '0');
    return n > INT_MAX ? -1 : (int)n;
}

static void flags_read(struct spec *spec, const char **format)
{
    for (;; (*format)++) {
        switch (**format) {
        case '-':
            spec->left = true;
            break;
        case '+':
            spec->plus = true;
            break;
        case ' ':
            spec->space = true;
            break;
        case '#':
            spec->alternate = true;
            break;
        case '0':
            spec->zero = true;
            break;
        default:
            return;
        }
    }
}

static void size_read(struct spec *spec, const char **format)
{
    spec->size = SIZE_INT;
    switch (**format) {
    case 'h':
        spec->size = (*format)[1] == 'h' ? SIZE_CHAR : SIZE_SHORT;
        *format += spec->size == SIZE_CHAR ? 2 : 1;
        break;
    case 'l':
        spec->size = SIZE_LONG;
        *format += (*format)[1] == 'l' ? 2 : 1;
        break;
    case 'j':
    case 'z':
    case 't':
        spec->size = SIZE_LONG;
        (*format)++;
        break;
    default:
        break;
    }
}

/* Reads one conversion after its '%'; false if it is none that exists here. */
static bool spec_read(struct spec *spec, const char **format, struct format_args *args)
{
    memset(spec, 0, sizeof(*spec));
    flags_read(spec, format);
    if (**format == '*') {
        (*format)++;
        spec->width = va_arg(args->ap, int);
        if (spec->width < 0) {
            spec->left = true;
            spec->width = spec->width == INT_MIN ? -1 : -spec->width;
        }
    } else {
        spec->width = number_read(format);
    }
    spec->precision = -1;
    if (**format == '.') {
        (*format)++;
        if (**format == '*') {
            (*format)++;
            int precision = va_arg(args->ap, int);
            spec->precision = precision < 0 ? -1 : precision;
        } else {
            spec->precision = number_read(format);
            if (spec->precision < 0)
                return false;
        }
    }
    size_read(spec, format);
    spec->conversion = **format;
    return spec->width >= 0 && spec->conversion && (*format)++;
}

static int64_t signed_argument(const struct spec *spec, struct format_args *args)
{
    if (spec->size == SIZE_LONG)
        return va_arg(args->ap, long);
    int n = va_arg(args->ap, int);
    return spec->size == SIZE_CHAR ? (signed char)n : spec->size == SIZE_SHORT ? (short)n : n;
}

static uint64_t unsigned_argument(const struct spec *spec, struct format_args *args)
{
    if (spec->size == SIZE_LONG)
        return va_arg(args->ap, unsigned long);
    unsigned n = va_arg(args->ap, unsigned);
    return spec->size == SIZE_CHAR    ? (unsigned char)n
           : spec->size == SIZE_SHORT ? (unsigned short)n
                                      : n;
}

/* Writes prefix and digits, filled up to precision and width. */
static void put_number(struct output *out, const struct spec *spec, const char *prefix,
                       const char *digits, size_t ndigits)
{
    long zeros = spec->precision > (long)ndigits ? spec->precision - (long)ndigits : 0;
    long used = (long)strlen(prefix) + zeros + (long)ndigits;
    long fill = spec->width > used ? spec->width - used : 0;
    if (spec->zero && !spec->left && spec->precision < 0) {
        zeros += fill;
        fill = 0;
    }
    if (!spec->left)
        pad(out, ' ', fill);
    put(out, prefix, strlen(prefix));
    pad(out, '0', zeros);
    put(out, digits, ndigits);
    if (spec->left)
        pad(out, ' ', fill);
}

static void format_number(struct output *out, const struct spec *spec, uint64_t magnitude,
                          unsigned base, const char *prefix)
{
    const char *alphabet = spec->conversion == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    char digits[23]; /* 64 bits in octal and a leading zero */
    size_t at = sizeof(digits);
    for (uint64_t n = magnitude; n; n /= base)
        digits[--at] = alphabet[n % base];
    size_t ndigits = sizeof(digits) - at;
    if (base == 8 && spec->alternate && spec->precision <= (int)ndigits &&
        (magnitude || spec->precision == 0))
        digits[--at] = '0';
    else if (!magnitude && spec->precision != 0)
        digits[--at] = '0';
    put_number(out, spec, prefix, digits + at, sizeof(digits) - at);
}

static void format_signed(struct output *out, const struct spec *spec, int64_t n)
{
    const char *sign = n < 0 ? "-" : spec->plus ? "+" : spec->space ? " " : "";
    format_number(out, spec, n < 0 ? -(uint64_t)n : (uint64_t)n, 10, sign);
}

static void format_text(struct output *out, const struct spec *spec, const char *text, size_t len)
{
    long fill = spec->width > (long)len ? spec->width - (long)len : 0;
    if (!spec->left)
        pad(out, ' ', fill);
    put(out, text, len);
    if (spec->left)
        pad(out, ' ', fill);
}

static void format_string(struct output *out, const struct spec *spec, const char *text)
{
    if (!text)
        text = spec->precision < 0 || spec->precision >= 6 ? "(null)" : "";
    size_t max = spec->precision < 0 ? SIZE_MAX : (size_t)spec->precision;
    format_text(out, spec, text, strnlen(text, max));
}

static void format_pointer(struct output *out, const struct spec *spec, void *pointer)
{
    if (pointer)
        format_number(out, spec, (uint64_t)(uintptr_t)pointer, 16, "0x");
    else
        format_text(out, spec, "(nil)", 5);
}

/* Formats one conversion; false if it does not exist here. */
static bool convert(struct output *out, const struct spec *spec, struct format_args *args)
{
    uint64_t n;
    char c;
    switch (spec->conversion) {
    case 'd':
    case 'i':
        format_signed(out, spec, signed_argument(spec, args));
        return true;
    case 'u':
        format_number(out, spec, unsigned_argument(spec, args), 10, "");
        return true;
    case 'o':
        format_number(out, spec, unsigned_argument(spec, args), 8, "");
        return true;
    case 'x':
    case 'X':
        n = unsigned_argument(spec, args);
        format_number(out, spec, n, 16,
                      !spec->alternate || !n    ? ""
                      : spec->conversion == 'x' ? "0x"
                                                : "0X");
        return true;
    case 'c':
        c = (char)va_arg(args->ap, int);
        format_text(out, spec, &c, 1);
        return spec->size == SIZE_INT;
    case 's':
        format_string(out, spec, va_arg(args->ap, const char *));
        return spec->size == SIZE_INT;
    case 'p':
        format_pointer(out, spec, va_arg(args->ap, void *));
        return true;
    case '%':
        put(out, "%", 1);
        return true;
    default:
        return false;
    }
}

int format_write(struct format_sink *sink, const char *format, va_list ap)
{
    struct output out = {sink, 0};
    struct format_args args;
    int error = 0;
    va_copy(args.ap, ap);
    while (*format && !error) {
        const char *end = strchrnul(format, '%');
        put(&out, format, (size_t)(end - format));
        format = end;
        if (*format) {
            struct spec spec;
            format++;
            if (!spec_read(&spec, &format, &args) || !convert(&out, &spec, &args))
                error = EINVAL;
        }
    }
    va_end(args.ap);
    if (!error && out.total > INT_MAX)
        error = EOVERFLOW;
    if (error)
        errno = error;
    return error ? -1 : (int)out.total;
}

struct string_sink {
    struct format_sink sink;
    char *to;
    size_t room; /* for text, without the NUL */
};

static void string_write(struct format_sink *sink, const char *text, size_t len)
{
    struct string_sink *string = (struct string_sink *)sink;
    size_t part = len < string->room ? len : string->room;
    memcpy(string->to, text, part);
    string->to += part;
    string->room -= part;
}

int vsnprintf(char *restrict to, size_t size, const char *restrict format, va_list ap)
{
    char nothing;
    struct string_sink string = {{string_write}, size ? to : &nothing, size ? size - 1 : 0};
    int len = format_write(&string.sink, format, ap);
    *string.to = 0;
    return len;
}

int vsprintf(char *restrict to, const char *restrict format, va_list ap)
{
    return vsnprintf(to, (size_t)INT_MAX + 1, format, ap);
}

int snprintf(char *restrict to, size_t size, const char *restrict format, ...)
{
    va_list ap;
    va_start(ap, format);
    int len = vsnprintf(to, size, format, ap);
    va_end(ap);
    return len;
}

int sprintf(char *restrict to, const char *restrict format, ...)
{
    va_list ap;
    va_start(ap, format);
    int len = vsprintf(to, format, ap);
    va_end(ap);
    return len;
}

int vasprintf(char **restrict to, const char *restrict format, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    *to = len < 0 ? NULL : malloc((size_t)len + 1);
    return *to ? vsnprintf(*to, (size_t)len + 1, format, ap) : -1;
}

int asprintf(char **restrict to, const char *restrict format, ...)
{
    va_list ap;
    va_start(ap, format);
    int len = vasprintf(to, format, ap);
    va_end(ap);
    return len;
}
