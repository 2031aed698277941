#include <string.h>

#include "gpt/table.h"

/* Adds one character; every UTF-16 code unit makes at most three bytes. */
static size_t utf8_add(char *text, size_t len, uint32_t c)
{
    if (c < 0x80) {
        text[len++] = (char)c;
    } else if (c < 0x800) {
        text[len++] = (char)(0xc0 | c >> 6);
        text[len++] = (char)(0x80 | (c & 63));
    } else if (c < 0x10000) {
        text[len++] = (char)(0xe0 | c >> 12);
        text[len++] = (char)(0x80 | (c >> 6 & 63));
        text[len++] = (char)(0x80 | (c & 63));
    } else {
        text[len++] = (char)(0xf0 | c >> 18);
        text[len++] = (char)(0x80 | (c >> 12 & 63));
        text[len++] = (char)(0x80 | (c >> 6 & 63));
        text[len++] = (char)(0x80 | (c & 63));
    }
    return len;
}

size_t nonfs_gpt_name_format(const uint16_t name[NONFS_GPT_NAME_UNITS],
                             char text[NONFS_GPT_NAME_SIZE])
{
    size_t len = 0;

    for (unsigned i = 0; i < NONFS_GPT_NAME_UNITS && name[i] != 0; i++) {
        uint32_t c = name[i];
        int high = c >= 0xd800 && c < 0xdc00;

        if (high && i + 1 < NONFS_GPT_NAME_UNITS && (name[i + 1] & 0xfc00) == 0xdc00)
            c = 0x10000 + ((c & 0x3ff) << 10) + (name[++i] & 0x3ffu);
        else if (high || (c >= 0xdc00 && c < 0xe000))
            c = 0xfffd;
        len = utf8_add(text, len, c);
    }
    text[len] = '\0';
    return len;
}

/* Decodes one character of valid UTF-8 (RFC 3629); returns its length, or 0 if it is not valid. */
static size_t utf8_decode(const uint8_t *p, size_t left, uint32_t *c)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t len;

    if (p[0] < 0x80) {
        *c = p[0];
        return p[0] != 0;
    }
    len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    if (p[0] < 0xc2 || p[0] > 0xf4 || left < len)
        return 0;
    *c = p[0] & (0xffu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        *c = *c << 6 | (p[i] & 0x3fu);
    }
    return *c >= least[len] && *c <= 0x10ffff && (*c & 0xfffff800u) != 0xd800 ? len : 0;
}

int nonfs_gpt_name_parse(uint16_t name[NONFS_GPT_NAME_UNITS], const char *text, size_t len)
{
    uint16_t units[NONFS_GPT_NAME_UNITS] = {0};
    const uint8_t *p = (const uint8_t *)text;
    unsigned n = 0;

    while (len > 0) {
        uint32_t c;
        size_t used = utf8_decode(p, len, &c);

        if (used == 0)
            return NONFS_E_INVALID;
        if (n + (c >= 0x10000) >= NONFS_GPT_NAME_UNITS)
            return NONFS_E_NAME_TOO_LONG;
        if (c >= 0x10000) {
            units[n++] = (uint16_t)(0xd800 | (c - 0x10000) >> 10);
            units[n++] = (uint16_t)(0xdc00 | (c & 0x3ff));
        } else {
            units[n++] = (uint16_t)c;
        }
        p += used;
        len -= used;
    }
    memcpy(name, units, sizeof(units));
    return 0;
}

/* Which byte on disk each pair of digits shows: the first three fields are little-endian. */
static const uint8_t guid_order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

/* Whether a dash stands in front of this pair. */
static int guid_dash(unsigned pair)
{
    return pair == 4 || pair == 6 || pair == 8 || pair == 10;
}

void nonfs_gpt_guid_format(const uint8_t guid[16], char text[NONFS_GPT_GUID_SIZE])
{
    static const char digits[] = "0123456789ABCDEF";
    size_t len = 0;

    for (unsigned i = 0; i < 16; i++) {
        if (guid_dash(i))
            text[len++] = '-';
        text[len++] = digits[guid[guid_order[i]] >> 4];
        text[len++] = digits[guid[guid_order[i]] & 15];
    }
    text[len] = '\0';
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int nonfs_gpt_guid_parse(uint8_t guid[16], const char *text, size_t len)
{
    uint8_t bytes[16];
    size_t at = 0;

    if (len != NONFS_GPT_GUID_SIZE - 1)
        return NONFS_E_INVALID;
    for (unsigned i = 0; i < 16; i++) {
        int high;
        int low;

        if (guid_dash(i) && text[at++] != '-')
            return NONFS_E_INVALID;
        high = hex_digit(text[at]);
        low = hex_digit(text[at + 1]);
        if (high < 0 || low < 0)
            return NONFS_E_INVALID;
        bytes[guid_order[i]] = (uint8_t)(high << 4 | low);
        at += 2;
    }
    memcpy(guid, bytes, sizeof(bytes));
    return 0;
}
