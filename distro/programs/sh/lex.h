/* Tokens of the shell's grammar (XCU 2.3). */
#ifndef PROGRAMS_SH_LEX_H
#define PROGRAMS_SH_LEX_H

#include "ast.h"
#include "parse.h"

enum token_kind {
    TOKEN_END,
    TOKEN_NEWLINE,
    TOKEN_WORD,
    TOKEN_IO_NUMBER, /* text: the digits */
    TOKEN_SEMICOLON,
    TOKEN_AMPERSAND,
    TOKEN_PIPE,
    TOKEN_AND,
    TOKEN_OR,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_CASE_END, /* ;; */
    TOKEN_REDIRECT, /* op */
    TOKEN_HERE,     /* << */
    TOKEN_HERE_STRIP,
};

struct parser {
    struct source *s;
    struct arena *arena;
    const char *error;
    unsigned depth;
    enum token_kind token; /* the next token */
    enum redirect_op op;
    char *text; /* of a word */
    size_t token_start;
    struct redirect *pending[32]; /* here-documents whose bodies start at the next new line */
    unsigned npending;
};

/* Reads the next token into p->token. At an error it is TOKEN_END. */
void lex_next(struct parser *p);

/* Sets the error, if none is set, and makes the next token TOKEN_END. */
void lex_fail(struct parser *p, const char *message);

/* Counts one level of nesting; false (and an error) if there are too many. */
bool lex_enter(struct parser *p);

/* The byte at the position plus `offset`, or -1 at the end of all text. */
int lex_peek(struct parser *p, size_t offset);

/*
 * The length in bytes of the character, quoted part or expansion at the start of `text`, as the parser put it into a word; `quoted`: inside of double quotes. All of `len` (> 0)
 * if it does not end.
 */
size_t lex_skip(const char *text, size_t len, bool quoted);

/* Parses the list after "$(" up to and with ")"; in parse.c, because it needs the grammar. */
void parse_substitution(struct parser *outer);

#endif
