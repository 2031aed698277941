/*
 * The grammar of the shell: POSIX XCU chapter 2 without aliases.
 *
 * Commands may be nested NESTING_MAX deep, counting compound commands, $( ) and quotes in expansions; deeper is a syntax error. So
 * the stack that parsing and running need is bounded.
 */
#ifndef PROGRAMS_SH_PARSE_H
#define PROGRAMS_SH_PARSE_H

#include "arena.h"
#include "ast.h"
#include "source.h"

#define NESTING_MAX 100

enum parse_result {
    PARSE_COMMAND,
    PARSE_NOTHING, /* an empty line */
    PARSE_END,
    PARSE_ERROR, /* `error` says what; the rest of the line has been skipped */
};

/* Parses one complete command, up to the end of its line, into `arena`. `error` is in the arena too. */
enum parse_result parse_command(struct source *s, struct arena *arena, struct node **out,
                                const char **error);

/* Parses all of a text as one list. Returns PARSE_COMMAND, PARSE_NOTHING or PARSE_ERROR. */
enum parse_result parse_text(const char *text, size_t len, struct arena *arena, struct node **out,
                             const char **error);

/* Is it a name: letters, digits and _, no digit first? `len` bytes. */
bool parse_is_name(const char *s, size_t len);

/* Does the word mean something to the grammar where a command's name is expected? */
bool parse_is_reserved(const char *word);

/* The length of the name at the start of "NAME=...", or 0. */
size_t parse_assignment_name(const char *word);

#endif
