/* Where commands come from: text that can grow while it is being parsed. */
#ifndef PROGRAMS_SH_SOURCE_H
#define PROGRAMS_SH_SOURCE_H

#include "arena.h"

#include <stdbool.h>

struct source {
    struct text text;
    size_t at;        /* next byte to read */
    unsigned line;    /* of `at`, from 1 */
    const char *name; /* for messages; NULL: none */
    /*
     * Adds text, usually a line. `continued`: the command that is being read is not complete. Returns false at the end.
     * NULL if all text is there from the start.
     */
    bool (*more)(struct source *s, bool continued);
    void *context;
    bool ended;
};

/* A source of `len` bytes of given text. NUL bytes are dropped. */
void source_from_text(struct source *s, const char *text, size_t len);
void source_free(struct source *s);

/* Forgets what was read, so that a long session does not grow. */
void source_discard_read(struct source *s);

#endif
