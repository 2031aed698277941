/*
 * without NAME[,NAME]... -- PROGRAM    and    with PATH[:ro|:rw]... -- PROGRAM
 *
 * Starts a program with less than the shell has: without some of the named capabilities, or with a root directory that shows only some paths. The
 * verbs can follow each other. What was taken away cannot be had back by the program or by what it starts.
 */
#include "arena.h"
#include "builtins.h"
#include "exec.h"
#include "functions.h"
#include "shell.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int misuse(const char *verb, const char *problem)
{
    shell_message("%s: %s", verb, problem);
    shell_message("usage: %s", strcmp(verb, "with") == 0
                                   ? "with PATH[:ro|:rw]... -- PROGRAM [ARGUMENT]..."
                                   : "without NAME[,NAME]... -- PROGRAM [ARGUMENT]...");
    return 2;
}

/* Adds the comma-separated names to the list. They are cut in place. */
static bool add_names(struct narrowing *n, char *names)
{
    while (names) {
        char *comma = strchr(names, ',');
        if (comma)
            *comma = '\0';
        if (*names == '\0' || n->nwithout == sizeof(n->without) / sizeof(n->without[0]))
            return false;
        n->without[n->nwithout++] = names;
        names = comma ? comma + 1 : NULL;
    }
    return true;
}

/* Adds a line for PATH[:ro|:rw]; read-only if nothing is said. A relative path is taken from the working directory. */
static bool add_path(struct text *view, const char *arg)
{
    char directory[4096];
    size_t len = strlen(arg);
    const char *mode = "ro";
    if (len > 3 && (strcmp(arg + len - 3, ":ro") == 0 || strcmp(arg + len - 3, ":rw") == 0)) {
        mode = arg + len - 2;
        len -= 3;
    }
    if (len == 0 || memchr(arg, '\n', len))
        return false;
    if (arg[0] != '/') {
        if (!getcwd(directory, sizeof(directory)))
            return false;
        text_add_string(view, directory);
        text_add_char(view, '/');
    }
    text_add(view, arg, len);
    text_add_char(view, ' ');
    text_add_string(view, mode);
    text_add_char(view, '\n');
    return true;
}

static int run_narrowed(int argc, char **argv)
{
    struct narrowing n = {0};
    struct text view = {0};
    int at = 0, status = 0;
    while (at < argc && !status &&
           (strcmp(argv[at], "with") == 0 || strcmp(argv[at], "without") == 0)) {
        const char *verb = argv[at++];
        bool paths = verb[4] == '\0';
        int first = at;
        for (; at < argc && strcmp(argv[at], "--") != 0 && !status; at++)
            if (!(paths ? add_path(&view, argv[at]) : add_names(&n, argv[at])))
                status = misuse(verb, paths ? "a path cannot be used"
                                            : "a name is empty, or there are too many");
        if (!status && at == first)
            status = misuse(verb, paths ? "no path is named" : "no capability is named");
        if (!status && at + 1 >= argc)
            status = misuse(verb, "-- and a program are missing");
        at++;
    }
    if (!status && (builtin_find(argv[at]) || function_find(argv[at]))) {
        shell_message("%s: is a command of the shell, no program; use: sh -c '...'", argv[at]);
        status = 2;
    }
    n.view = view.data;
    if (!status)
        status = exec_program(argv + at, &n);
    text_free(&view);
    return status;
}

int builtin_without(int argc, char **argv)
{
    return run_narrowed(argc, argv);
}

int builtin_with(int argc, char **argv)
{
    return run_narrowed(argc, argv);
}
