#include "json.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Length of the valid UTF-8 sequence at `p` (RFC 3629 section 4), 0 if there is none. The text ends in a zero byte. */
static size_t utf8_sequence(const uint8_t *p)
{
    size_t len;
    uint32_t c, least;

    if (p[0] < 0x80)
        return 1;
    if (p[0] >= 0xc2 && p[0] <= 0xdf) {
        len = 2, c = p[0] & 0x1f, least = 0x80;
    } else if (p[0] >= 0xe0 && p[0] <= 0xef) {
        len = 3, c = p[0] & 0x0f, least = 0x800;
    } else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
        len = 4, c = p[0] & 0x07, least = 0x10000;
    } else {
        return 0;
    }
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3f);
    }
    return c >= least && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff) ? len : 0;
}

void json_print_string(const char *text)
{
    const uint8_t *p = (const uint8_t *)text;

    putchar('"');
    while (*p) {
        size_t len = utf8_sequence(p);
        if (len == 0)
            printf("\\udc%02x", *p);
        else if (*p < 0x20 || *p == '"' || *p == '\\' || *p == 0x7f)
            printf("\\u%04x", *p);
        else
            fwrite(p, 1, len, stdout);
        p += len ? len : 1;
    }
    putchar('"');
}
