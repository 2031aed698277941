/*
 * A tree as text that parses to the same tree. This is how a subshell, which is a process of its own, learns what to run, how a
 * function is kept, and what jobs shows.
 */
#ifndef PROGRAMS_SH_PRINT_H
#define PROGRAMS_SH_PRINT_H

#include "arena.h"
#include "ast.h"

void print_node(struct text *out, const struct node *n);

/* 'text', with each ' inside written '\'' */
void print_quoted(struct text *out, const char *s);

#endif
