/*
 * Bytes as hexadecimal digits, for the commands of all libraries.
 */
#ifndef NONCRYPTO_TOOLS_HEX_H
#define NONCRYPTO_TOOLS_HEX_H

#include <stddef.h>
#include <stdint.h>

/* The value of a hexadecimal digit of either case, or -1. */
int hex_digit(char c);

/* Reads exactly `len` bytes from all of `text`; returns 0, or -1 if it is anything else. */
int parse_hex(uint8_t *out, size_t len, const char *text);

/* Writes bytes as lower-case digits to standard output. */
void print_hex(const uint8_t *bytes, uint64_t len);

#endif
