/*
 * Shell patterns: * ? [...] [!...] [:class:], a backslash takes the special meaning away. Characters are UTF-8. Time is at most
 * the product of the lengths, whatever the pattern.
 */
#ifndef PROGRAMS_LIB_PATTERN_H
#define PROGRAMS_LIB_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Does the pattern match all of the text? */
bool pattern_match(const char *pattern, size_t pattern_len, const char *text, size_t text_len);

/* Is there any of * ? [ without a backslash before it? */
bool pattern_is_special(const char *pattern);

/* Is `c` in the POSIX class `name` ("alpha", ...)? ASCII; false for a class that does not exist. */
bool pattern_class(const char *name, size_t len, uint32_t c);

/* Is there such a class? */
bool pattern_class_known(const char *name, size_t len);

#endif
