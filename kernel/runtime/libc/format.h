/* What printf writes to: streams and strings. */
#ifndef LIBC_FORMAT_H
#define LIBC_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

struct format_sink {
    void (*write)(struct format_sink *sink, const char *text, size_t len);
};

/* A va_list in a structure, so that it can be passed on by address. */
struct format_args {
    va_list ap;
};

/* Formats into `sink`. Returns the number of bytes, or -1 with errno EINVAL (a conversion that does not exist) or EOVERFLOW. */
int format_write(struct format_sink *sink, const char *format, va_list ap);

#endif
