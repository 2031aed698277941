/* env: shows the environment, or runs a program with another one. */
#include "../lib/program.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const struct program about = {
    "env",
    "usage: env [-i] [-u NAME]... [NAME=VALUE]... [PROGRAM [ARGUMENT]...]\n\n"
    "Runs PROGRAM with a changed environment; without PROGRAM writes the environment.\n\n"
    "  -i        start from an empty environment\n"
    "  -u NAME   without NAME\n\n"
    "Exit status: that of PROGRAM; 126 if it could not be run, 127 if it was not found, 1 for "
    "other errors.\n",
    PROGRAM_FAILED,
};

static int run(char **argv)
{
    pid_t pid;
    int status;
    int error = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);
    if (error) {
        program_error("%s: %s", argv[0], program_strerror(error));
        return error == ENOENT ? 127 : 126;
    }
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            program_errno(argv[0]);
            return PROGRAM_FAILED;
        }
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void clear(void)
{
    while (environ && environ[0]) {
        char *name = program_strndup(environ[0], strcspn(environ[0], "="));
        if (unsetenv(name) != 0)
            program_die("%s: %s", name, program_strerror(errno));
        free(name);
    }
}

int main(int argc, char **argv)
{
    int i = 0;
    program_start(&about);
    struct options o = options_begin(argc, argv, "+iu:", NULL);
    for (int c; (c = options_next(&o)) != 0;) {
        if (c == 'i')
            clear();
        else if (unsetenv(o.value) != 0)
            program_die("%s: %s", o.value, program_strerror(errno));
    }
    for (char *equals; i < o.noperands && (equals = strchr(o.operands[i], '=')) != NULL; i++) {
        *equals = '\0';
        if (setenv(o.operands[i], equals + 1, 1) != 0)
            program_die("%s: %s", o.operands[i], program_strerror(errno));
    }
    if (i < o.noperands)
        return run(o.operands + i);
    for (char **e = environ; e && *e; e++)
        puts(*e);
    return program_end(PROGRAM_OK);
}
