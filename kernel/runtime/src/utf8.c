/* UTF-8. */
#include <nonos/utf8.h>

size_t nonos_utf8_decode(const char *text, size_t len, uint32_t *character)
{
    static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)text;
    size_t n = bytes[0] < 0x80   ? 1
               : bytes[0] < 0xc2 ? 0
               : bytes[0] < 0xe0 ? 2
               : bytes[0] < 0xf0 ? 3
               : bytes[0] < 0xf5 ? 4
                                 : 0;
    uint32_t value = n == 1 ? bytes[0] : bytes[0] & (0xffu >> (n + 1));
    *character = NONOS_UTF8_INVALID;
    if (n == 0 || n > len)
        return 1;
    for (size_t i = 1; i < n; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return 1;
        value = value << 6 | (bytes[i] & 0x3f);
    }
    if (value < smallest[n] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
        return 1;
    *character = value;
    return n;
}

size_t nonos_utf8_encode(uint32_t character, char *text)
{
    if (character > 0x10ffff || (character >= 0xd800 && character < 0xe000))
        character = NONOS_UTF8_INVALID;
    if (character < 0x80) {
        text[0] = (char)character;
        return 1;
    }
    size_t n = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, character >>= 6)
        text[i] = (char)(0x80 | (character & 0x3f));
    text[0] = (char)((0xf00u >> n & 0xf0) | character);
    return n;
}

struct range {
    uint32_t first, last;
};

static int in_ranges(const struct range *ranges, size_t n, uint32_t character)
{
    for (size_t i = 0; i < n; i++)
        if (character >= ranges[i].first && character <= ranges[i].last)
            return 1;
    return 0;
}

int nonos_utf8_width(uint32_t character)
{
    static const struct range combining[] = {
        {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f},
        {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x2064},
        {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff},
    };
    static const struct range wide[] = {
        {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0x33ff}, {0x3400, 0x4dbf},
        {0x4e00, 0x9fff},   {0xa000, 0xa4cf},   {0xac00, 0xd7a3}, {0xf900, 0xfaff},
        {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6}, {0x1f300, 0x1f64f},
        {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
    };
    if (character < 0x20 || (character >= 0x7f && character < 0xa0))
        return 0;
    if (in_ranges(combining, sizeof(combining) / sizeof(combining[0]), character))
        return 0;
    return in_ranges(wide, sizeof(wide) / sizeof(wide[0]), character) ? 2 : 1;
}
