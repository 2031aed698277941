/* Inside of expansion: how a word's parts come together. */
#ifndef PROGRAMS_SH_EXPAND_PARTS_H
#define PROGRAMS_SH_EXPAND_PARTS_H

#include "expand.h"

#include <stdbool.h>

/* What a byte of an expanded word is. */
enum mark {
    MARK_LITERAL = 'l', /* written so: patterns are special, no splitting */
    MARK_QUOTED = 'q',  /* nothing is special */
    MARK_SPLIT = 's',   /* came from an unquoted expansion: is split and may be a pattern */
    MARK_BREAK = 'b',   /* no byte: a field ends here ("$@") */
    MARK_EMPTY = 'e',   /* no byte: there is a field here even if it is empty ("") */
};

struct expansion {
    struct text bytes, marks; /* of the same length */
    bool single;              /* one string is wanted: "$@" is joined */
    bool no_parameters;       /* a quoted "$@" gave nothing */
    struct arena *arena;
};

void expansion_add(struct expansion *e, const char *s, size_t len, enum mark mark);

/* Expands raw word text. `quoted`: inside of double quotes. */
void expand_raw(struct expansion *e, const char *text, size_t len, bool quoted);

/* Expands "${...}" (the content, without braces) or a parameter's name. */
void expand_parameter(struct expansion *e, const char *text, size_t len, bool quoted);

/* The expansion's bytes as one string, or as a pattern. Frees it. */
char *expansion_string(struct expansion *e);
char *expansion_pattern(struct expansion *e);

#endif
