/* Functions that scripts define. Each is kept as text and has a tree of its own, so that it outlives the script's. */
#ifndef PROGRAMS_SH_FUNCTIONS_H
#define PROGRAMS_SH_FUNCTIONS_H

#include "arena.h"
#include "ast.h"

#include <stdbool.h>

struct function {
    struct function *next;
    char *name, *text;
    struct arena arena;
    struct node *body;
    unsigned calls; /* running now */
    bool removed;   /* freed when the last call returns */
};

struct function *function_find(const char *name);
void function_define(const char *name, const struct node *body);
bool function_remove(const char *name);

/* Brackets a call. */
void function_enter(struct function *f);
void function_leave(struct function *f);

/* Adds the definitions of all functions. */
void functions_print(struct text *out);

#endif
