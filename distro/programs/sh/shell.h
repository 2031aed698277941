/* The state of the shell, and what all parts of it may call. */
#ifndef PROGRAMS_SH_SHELL_H
#define PROGRAMS_SH_SHELL_H

#include "arena.h"
#include "ast.h"

#include "../lib/program.h"

#include <stdbool.h>
#include <sys/types.h>

/* How deeply trees, functions and texts may run each other: what a stack of 256 KiB holds. */
#define SHELL_DEPTH_MAX 500

/* Why the commands that follow are not run. */
enum flow {
    FLOW_NONE,
    FLOW_BREAK,
    FLOW_CONTINUE,
    FLOW_RETURN,
    FLOW_ABORT, /* back to the prompt: an error or ^C in an interactive shell */
    FLOW_EXIT,
};

struct parameters {
    char **values;
    int count;
    bool owned; /* free them when others take their place */
};

struct shell {
    const char *name;      /* $0 */
    const char *location;  /* script, for messages; NULL: none */
    int status;            /* $? */
    pid_t pid;             /* $$: of the first shell, in subshells too */
    pid_t last_background; /* $! */
    struct parameters parameters;
    bool interactive;
    bool exit_on_error;  /* set -e */
    bool trace;          /* set -x */
    bool no_unset;       /* set -u */
    bool no_glob;        /* set -f */
    unsigned conditions; /* > 0: a command's failure is being looked at, set -e does not apply */
    enum flow flow;
    unsigned flow_count;     /* loops that BREAK and CONTINUE still have to leave */
    unsigned loops;          /* around the running command */
    unsigned functions;      /* calls around it */
    unsigned sources;        /* . files around it */
    unsigned depth;          /* of nested execution */
    int substitution_status; /* of the last $( ) in the command that is being expanded; -1: none */
};

extern struct shell shell;

/* Prints "sh: ..." (or "SCRIPT: ...") on standard error. */
void shell_message(const char *format, ...) PROGRAM_PRINTF(1, 2);

/*
 * An error that ends the script (status 2), or in an interactive shell the line. Sets flow.
 */
void shell_error(const char *format, ...) PROGRAM_PRINTF(1, 2);

/* Runs a text: a script, an -c argument, a . file. Returns the status. */
int shell_run_text(const char *text, size_t len, const char *name);

/* Replaces $1... by copies of `count` values. */
void shell_parameters_set(char *const *values, int count);
void shell_parameters_free(struct parameters *p);

/* All that a subshell has to know, as commands. */
void shell_state(struct text *out);

#endif
