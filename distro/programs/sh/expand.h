/*
 * Expansion of words (XCU 2.6): tilde, parameters, command substitution, arithmetic, field splitting, pathnames, quotes.
 *
 * Errors set shell.flow; the caller checks it before it uses a result. Everything lies in the given arena.
 */
#ifndef PROGRAMS_SH_EXPAND_H
#define PROGRAMS_SH_EXPAND_H

#include "arena.h"
#include "ast.h"

struct fields {
    char **values; /* values[count] is NULL */
    int count;
};

/* Words as a command's arguments: any number of fields. */
struct fields expand_words(const struct word *words, struct arena *a);

/* A word as one string: of an assignment, a redirection, the subject of case. */
char *expand_string(const char *word, struct arena *a);

/* A word as a pattern: what was quoted is escaped by backslashes. */
char *expand_pattern(const char *word, struct arena *a);

/* The body of a here-document. */
char *expand_here(const char *body, struct arena *a);

/* Adds a value, which lies in the arena. */
void fields_add(struct fields *f, size_t *capacity, char *value, struct arena *a);

/* Names that match a pattern, sorted, added to `f`; nothing if there are none. */
void glob_expand(const char *pattern, struct arena *a, struct fields *f, size_t *capacity);

/* Value of an arithmetic expression whose parameters have been expanded. Errors as above. */
long long arith_evaluate(const char *text);

#endif
