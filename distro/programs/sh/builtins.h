/* Commands that the shell runs itself. */
#ifndef PROGRAMS_SH_BUILTINS_H
#define PROGRAMS_SH_BUILTINS_H

#include <stdbool.h>

struct builtin {
    const char *name;
    /* Returns the status. Output goes to stdout, which the caller flushes. */
    int (*run)(int argc, char **argv);
    bool special;     /* POSIX: assignments before it stay, its errors end a script */
    const char *help; /* arguments, and what it does after a tab */
};

const struct builtin *builtin_find(const char *name);

/* All of them; the last has no name. */
extern const struct builtin builtins[];

/* In files of their own. */
int builtin_test(int argc, char **argv);
int builtin_printf(int argc, char **argv);
int builtin_read(int argc, char **argv);
int builtin_jobs(int argc, char **argv);
int builtin_fg(int argc, char **argv);
int builtin_wait(int argc, char **argv);
int builtin_kill(int argc, char **argv);
int builtin_without(int argc, char **argv);
int builtin_with(int argc, char **argv);

#endif
