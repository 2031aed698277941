/* Running trees. */
#ifndef PROGRAMS_SH_EXEC_H
#define PROGRAMS_SH_EXEC_H

#include "ast.h"
#include "jobs.h"

/* Runs a tree and leaves its status in shell.status. */
void exec_node(const struct node *n);

/*
 * Is it a program, surely, whose words can be expanded in this shell without anything to be seen of it after? Then it can be started directly
 * as part of a pipeline or job, without a subshell around it.
 */
bool exec_is_direct(const struct node *n);

/* Starts such a command. Returns false if it does not run: then `status` says how it ended (127: not found). */
bool exec_spawn_direct(struct job *job, const struct node *n, bool background, int *status);

/* Runs a program in the foreground and returns its status. */
int exec_program(char **argv, const struct narrowing *narrowing);

/* Where `name` is found: itself if it has a slash, else along PATH. NULL if it is not; in the arena. */
char *exec_find(const char *name, struct arena *a);

#endif
