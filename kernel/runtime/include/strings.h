/* Comparison without case (ASCII only). */
#ifndef NONOS_LIBC_STRINGS_H
#define NONOS_LIBC_STRINGS_H

#include <stddef.h>

int strcasecmp(const char *a, const char *b);
int strncasecmp(const char *a, const char *b, size_t max);

#endif
