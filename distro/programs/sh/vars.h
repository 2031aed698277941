/* Variables: a hash table of names. */
#ifndef PROGRAMS_SH_VARS_H
#define PROGRAMS_SH_VARS_H

#include "arena.h"

#include <stdbool.h>

struct variable {
    struct variable *next;
    char *value; /* NULL: has attributes but is not set */
    bool exported, readonly;
    char name[];
};

/* Takes over the environment. */
void vars_init(char **environment);

/* The value, or NULL. */
const char *var_get(const char *name);

/* Sets a variable; false, after a message, if it is read-only. */
bool var_set(const char *name, const char *value);
bool var_unset(const char *name);

/* Marks it; makes it if it is not there. */
struct variable *var_make(const char *name);
struct variable *var_find(const char *name);

/* All that are exported, "NAME=value", ending with NULL; in the arena. */
char **vars_environment(struct arena *a);

/* Calls `use` for each variable in order of the names. */
void vars_each(void (*use)(const struct variable *v, void *context), void *context);

/* A variable's state, to put back after a command with assignments of its own. */
struct var_saved {
    struct var_saved *next;
    char *name, *value;
    bool existed, exported;
};

struct var_saved *var_save(struct var_saved *list, const char *name);
void vars_restore(struct var_saved *list);

#endif
