#include "utf8.h"

size_t utf8_decode(uint32_t *out, const char *s, size_t len)
{
    const uint8_t *p = (const uint8_t *)s;
    uint32_t c = p[0], least;
    size_t n;

    *out = UTF8_INVALID + c;
    if (c < 0x80) {
        *out = c;
        return 1;
    }
    if (c >= 0xc2 && c < 0xe0)
        n = 2, c &= 0x1f, least = 0x80;
    else if (c >= 0xe0 && c < 0xf0)
        n = 3, c &= 0x0f, least = 0x800;
    else if (c >= 0xf0 && c < 0xf5)
        n = 4, c &= 0x07, least = 0x10000;
    else
        return 1;
    if (len < n)
        return 1;
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 1;
        c = c << 6 | (p[i] & 0x3f);
    }
    if (c < least || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
        return 1;
    *out = c;
    return n;
}

struct range {
    uint32_t first, last;
};

/* Unicode: general categories Mn and Me, and zero-width format characters, in the blocks that fonts here know. */
static const struct range zero_width[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f},
    {0x0e31, 0x0e31}, {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
    {0x200b, 0x200f}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff},
};

/* East Asian Width W and F (UAX #11). */
static const struct range wide[] = {
    {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},
    {0x4e00, 0x9fff},   {0xa000, 0xa4cf},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
    {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f},
    {0x1f900, 0x1f9ff}, {0x20000, 0x2fffd}, {0x30000, 0x3fffd},
};

static int within(const struct range *table, size_t n, uint32_t c)
{
    for (size_t i = 0; i < n && table[i].first <= c; i++)
        if (c <= table[i].last)
            return 1;
    return 0;
}

unsigned utf8_width(uint32_t c)
{
    if (c < 0x300)
        return 1;
    if (within(zero_width, sizeof(zero_width) / sizeof(zero_width[0]), c))
        return 0;
    return within(wide, sizeof(wide) / sizeof(wide[0]), c) ? 2 : 1;
}

size_t utf8_columns(const char *s, size_t len)
{
    size_t columns = 0;
    while (len > 0) {
        uint32_t c;
        size_t n = utf8_decode(&c, s, len);
        columns += utf8_width(c);
        s += n;
        len -= n;
    }
    return columns;
}
