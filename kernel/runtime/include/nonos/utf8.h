/* UTF-8 (RFC 3629): decoding that refuses overlong forms, surrogates and what is above U+10FFFF. */
#ifndef NONOS_UTF8_H
#define NONOS_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define NONOS_UTF8_INVALID 0xfffdu

/* Decodes the first character of `len` > 0 bytes: its length (1 to 4) and value. A byte that starts no valid sequence is one
 * character of length 1 and value NONOS_UTF8_INVALID. */
size_t nonos_utf8_decode(const char *text, size_t len, uint32_t *character);

/* Encodes a character into at most 4 bytes and returns how many; what cannot be encoded becomes U+FFFD. */
size_t nonos_utf8_encode(uint32_t character, char *text);

/* Columns of a terminal that a character takes: 0 combining and control, 2 wide (East Asian), else 1. */
int nonos_utf8_width(uint32_t character);

#endif
