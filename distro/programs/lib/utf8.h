/*
 * UTF-8 (RFC 3629), one code point at a time. A byte that does not start a valid sequence stands for itself: it decodes to
 * UTF8_INVALID + byte with length 1, so that any bytes can be walked through.
 */
#ifndef PROGRAMS_LIB_UTF8_H
#define PROGRAMS_LIB_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define UTF8_INVALID 0x110000u

/* Decodes the character at `s` (`len` > 0 bytes) and returns its length in bytes. */
size_t utf8_decode(uint32_t *out, const char *s, size_t len);

/* Columns that a code point takes on a terminal: 0 (combining), 1, or 2 (East Asian wide). */
unsigned utf8_width(uint32_t c);

/* Columns of a whole string. */
size_t utf8_columns(const char *s, size_t len);

#endif
