#include "hex.h"

#include <stdio.h>
#include <string.h>

int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int parse_hex(uint8_t *out, size_t len, const char *text)
{
    if (strlen(text) != 2 * len)
        return -1;
    for (size_t i = 0; i < len; i++, text += 2) {
        if (hex_digit(text[0]) < 0 || hex_digit(text[1]) < 0)
            return -1;
        out[i] = (uint8_t)(hex_digit(text[0]) << 4 | hex_digit(text[1]));
    }
    return 0;
}

void print_hex(const uint8_t *bytes, uint64_t len)
{
    for (uint64_t i = 0; i < len; i++)
        printf("%02x", bytes[i]);
}
