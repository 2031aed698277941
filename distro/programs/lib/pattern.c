#include "pattern.h"
#include "utf8.h"

#include <string.h>

enum {
    UPPER = 1,
    LOWER = 2,
    DIGIT = 4,
    HEX = 8,
    SPACE = 16,
    BLANK = 32,
    CONTROL = 64,
    PUNCT = 128,
    PRINT = 256
};

static unsigned traits(uint32_t c)
{
    if (c >= 128)
        return 0;
    if (c < ' ' || c == 127)
        return CONTROL | (c >= '\t' && c <= '\r' ? SPACE : 0) | (c == '\t' ? BLANK : 0);
    if (c == ' ')
        return SPACE | BLANK | PRINT;
    if (c >= '0' && c <= '9')
        return DIGIT | HEX | PRINT;
    if (c >= 'A' && c <= 'Z')
        return UPPER | PRINT | (c <= 'F' ? HEX : 0);
    if (c >= 'a' && c <= 'z')
        return LOWER | PRINT | (c <= 'f' ? HEX : 0);
    return PUNCT | PRINT;
}

static const struct {
    char name[7];
    unsigned short traits;
} classes[] = {
    {"alpha", UPPER | LOWER},
    {"digit", DIGIT},
    {"alnum", UPPER | LOWER | DIGIT},
    {"upper", UPPER},
    {"lower", LOWER},
    {"space", SPACE},
    {"blank", BLANK},
    {"punct", PUNCT},
    {"print", PRINT},
    {"graph", UPPER | LOWER | DIGIT | PUNCT},
    {"cntrl", CONTROL},
    {"xdigit", HEX},
};

static unsigned class_traits(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
        if (strlen(classes[i].name) == len && memcmp(classes[i].name, name, len) == 0)
            return classes[i].traits;
    return 0;
}

bool pattern_class_known(const char *name, size_t len)
{
    return class_traits(name, len) != 0;
}

bool pattern_class(const char *name, size_t len, uint32_t c)
{
    return (traits(c) & class_traits(name, len)) != 0;
}

bool pattern_is_special(const char *p)
{
    for (; *p; p++) {
        if (*p == '\\' && p[1])
            p++;
        else if (*p == '*' || *p == '?' || *p == '[')
            return true;
    }
    return false;
}

/* One literal of a bracket expression; a backslash quotes. */
static size_t bracket_char(uint32_t *c, const char *p, size_t len)
{
    if (len > 1 && p[0] == '\\')
        return 1 + utf8_decode(c, p + 1, len - 1);
    return utf8_decode(c, p, len);
}

/*
 * Matches `c` against the bracket expression that follows '['. Returns its length up to and with ']', or 0 if it does not end: then the
 * '[' is an ordinary character.
 */
static size_t bracket_match(const char *p, size_t len, uint32_t c, bool *matched)
{
    size_t at = 0;
    bool invert = len > 0 && (p[0] == '!' || p[0] == '^'), found = false;
    at += invert;
    for (bool first = true;; first = false) {
        uint32_t low, high;
        if (at >= len)
            return 0;
        if (p[at] == ']' && !first)
            break;
        if (p[at] == '[' && at + 1 < len && p[at + 1] == ':') {
            size_t end = at + 2;
            while (end + 1 < len && !(p[end] == ':' && p[end + 1] == ']') && p[end] != ']')
                end++;
            if (end + 1 < len && p[end] == ':') {
                found |= pattern_class(p + at + 2, end - at - 2, c);
                at = end + 2;
                continue;
            }
        }
        at += bracket_char(&low, p + at, len - at);
        high = low;
        if (at + 1 < len && p[at] == '-' && p[at + 1] != ']') {
            at++;
            at += bracket_char(&high, p + at, len - at);
        }
        found |= c >= low && c <= high;
    }
    *matched = found != invert;
    return at + 1;
}

/* Matches one pattern element that is not '*' against the character `c`. Returns its length, 0 if it does not match. */
static size_t element_match(const char *p, size_t len, uint32_t c)
{
    uint32_t literal;
    bool matched = false;
    if (p[0] == '?')
        return 1;
    if (p[0] == '[') {
        size_t n = bracket_match(p + 1, len - 1, c, &matched);
        if (n > 0)
            return matched ? n + 1 : 0;
    }
    size_t n = bracket_char(&literal, p, len);
    return literal == c ? n : 0;
}

bool pattern_match(const char *pattern, size_t pattern_len, const char *text, size_t text_len)
{
    size_t p = 0, t = 0, star = SIZE_MAX, star_text = 0;
    /* Only the last star needs to be taken back: what matched before it can stay. */
    for (;;) {
        if (p < pattern_len && pattern[p] == '*') {
            star = ++p;
            star_text = t;
            continue;
        }
        if (t == text_len)
            return p == pattern_len;
        uint32_t c;
        size_t n = utf8_decode(&c, text + t, text_len - t);
        size_t element = p < pattern_len ? element_match(pattern + p, pattern_len - p, c) : 0;
        if (element > 0) {
            p += element;
            t += n;
        } else if (star != SIZE_MAX) {
            star_text += utf8_decode(&c, text + star_text, text_len - star_text);
            t = star_text;
            p = star;
        } else {
            return false;
        }
    }
}
