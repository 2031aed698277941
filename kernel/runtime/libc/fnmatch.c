/*
 * Shell patterns. Matching is iterative: after a '*' only the last one is ever tried again, so the time is at most the product
 * of the two lengths.
 */
#include <fnmatch.h>
#include <stdbool.h>
#include <stddef.h>

#include <ctype.h>
#include <string.h>

static bool in_class(const char *name, size_t len, unsigned char c)
{
    static const struct {
        const char *name;
        int (*is)(int);
    } classes[] = {
        {"alnum", isalnum}, {"alpha", isalpha}, {"blank", isblank}, {"cntrl", iscntrl},
        {"digit", isdigit}, {"graph", isgraph}, {"lower", islower}, {"print", isprint},
        {"punct", ispunct}, {"space", isspace}, {"upper", isupper}, {"xdigit", isxdigit},
    };
    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
        if (strlen(classes[i].name) == len && memcmp(classes[i].name, name, len) == 0)
            return classes[i].is(c);
    return false;
}

/* Matches the set after a '[' at `pattern` against `c`; returns the place after its ']', or NULL if there is none (then '[' is plain). */
static const char *match_set(const char *pattern, unsigned char c, int flags, bool *matches)
{
    bool negated = *pattern == '!' || *pattern == '^', found = false, first = true;
    pattern += negated;
    for (; *pattern && (first || *pattern != ']'); first = false) {
        if (pattern[0] == '[' && pattern[1] == ':') {
            const char *end = strstr(pattern + 2, ":]");
            if (end) {
                found |= in_class(pattern + 2, (size_t)(end - pattern - 2), c);
                pattern = end + 2;
                continue;
            }
        }
        if (*pattern == '\\' && !(flags & FNM_NOESCAPE) && pattern[1])
            pattern++;
        unsigned char from = (unsigned char)*pattern++, to = from;
        if (pattern[0] == '-' && pattern[1] && pattern[1] != ']') {
            pattern++;
            if (*pattern == '\\' && !(flags & FNM_NOESCAPE) && pattern[1])
                pattern++;
            to = (unsigned char)*pattern++;
        }
        found |= from <= c && c <= to;
    }
    *matches = found != negated && !(flags & FNM_PATHNAME && c == '/');
    return *pattern ? pattern + 1 : NULL;
}

/* Matches one element of the pattern, which is not '*', against one character; returns the place after it, or NULL. */
static const char *match_one(const char *pattern, unsigned char c, int flags)
{
    bool matches;
    const char *after;
    switch (*pattern) {
    case 0:
        return NULL;
    case '?':
        return flags & FNM_PATHNAME && c == '/' ? NULL : pattern + 1;
    case '[':
        after = match_set(pattern + 1, c, flags, &matches);
        if (after)
            return matches ? after : NULL;
        break;
    case '\\':
        if (!(flags & FNM_NOESCAPE) && pattern[1])
            pattern++;
        break;
    default:
        break;
    }
    return (unsigned char)*pattern == c ? pattern + 1 : NULL;
}

int fnmatch(const char *pattern, const char *text, int flags)
{
    const char *star = NULL, *retry = NULL, *start = text;
    while (*text || *pattern) {
        bool hidden = flags & FNM_PERIOD && *text == '.' &&
                      (text == start || (flags & FNM_PATHNAME && text[-1] == '/'));
        if (*pattern == '*' && !hidden) {
            star = ++pattern;
            retry = text;
            continue;
        }
        const char *after = NULL;
        if (*text && !(hidden && (*pattern == '?' || *pattern == '[')))
            after = match_one(pattern, (unsigned char)*text, flags);
        if (after) {
            pattern = after;
            text++;
            continue;
        }
        /* Let the last '*' take one character more. */
        bool stuck = !star || !*retry || (flags & FNM_PATHNAME && *retry == '/');
        if (stuck)
            return FNM_NOMATCH;
        text = ++retry;
        pattern = star;
    }
    return 0;
}
