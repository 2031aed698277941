/* Text from numbers: what log_print() and panic() understand. */
#ifndef KERNEL_DEBUG_FORMAT_H
#define KERNEL_DEBUG_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/*
 * Writes the text of `format` and a NUL to `out`, cut to `size` bytes (at least 1). Returns the
 * bytes before the NUL. Understands %s %c %d %i %u %x %p and %%, the lengths l, ll and z, a width,
 * zero padding, '-' and, for %s, a precision; `*` takes either from an argument. An unknown
 * conversion is copied as it stands.
 */
size_t format_text(char *out, size_t size, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

/* The same with the arguments in a row. */
size_t format_line(char *out, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
