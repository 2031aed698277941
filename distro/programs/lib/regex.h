/*
 * POSIX regular expressions, basic and extended (IEEE Std 1003.1 chapter 9), over UTF-8, with GNU's \| \+ \? in basic ones and
 * \< \> \b \B \w \W in both. The match found is the leftmost, and of those the longest.
 *
 * Matching simulates the nondeterministic automaton, so its time is at most the length of the text times the size of the
 * compiled expression, whatever both are. Back-references (\1) cannot be matched that way and are refused.
 */
#ifndef PROGRAMS_LIB_REGEX_H
#define PROGRAMS_LIB_REGEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REGEX_EXTENDED    1u
#define REGEX_IGNORE_CASE 2u  /* of ASCII letters */
#define REGEX_LITERAL     4u  /* no character is special */
#define REGEX_WHOLE       8u  /* matches only all of the text */
#define REGEX_WORD        16u /* matches only what has no word character before and after it */

struct regex;

/* One of several expressions that are searched together. */
struct regex_pattern {
    const char *text;
    size_t len;
};

/*
 * Compiles expressions: the result matches what any of them matches. Returns NULL and a reason in `*error` if one is not
 * valid, is nested deeper than 100 levels, or needs more than 50,000 instructions. Free with regex_free().
 */
struct regex *regex_compile(const struct regex_pattern *patterns, size_t npatterns, unsigned flags,
                            const char **error);

/*
 * Searches `text` (`len` bytes, a line without its new line) from byte `from` on; what lies before still counts for ^ and word
 * boundaries. Returns whether there is a match, and where: bytes [*start, *end).
 */
bool regex_search(struct regex *re, const char *text, size_t len, size_t from, size_t *start,
                  size_t *end);

void regex_free(struct regex *re);

#endif
