/* sh: the shell. How it is started, and where its commands come from. */
#include "edit.h"
#include "exec.h"
#include "history.h"
#include "parse.h"
#include "shell.h"
#include "vars.h"

#include "../lib/program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static const struct program about = {
    "sh",
    "usage: sh [-eufx] [FILE [ARGUMENT]...]\n"
    "       sh [-eufx] -c COMMANDS [NAME [ARGUMENT]...]\n\n"
    "Runs the commands in FILE, in COMMANDS, or of standard input; on a terminal it prompts for "
    "them.\n"
    "Type help for the commands of the shell itself.\n\n"
    "  -c   run COMMANDS\n"
    "  -e   end when a command fails\n"
    "  -u   a parameter that is not set is an error\n"
    "  -f   * ? [ in words are nothing special\n"
    "  -x   show commands before they run\n\n"
    "Exit status: that of the last command; 2 for a syntax error, 126 if a program could not be "
    "run, 127 if it was not found.\n",
    2,
};

static const char *prompt(bool continued)
{
    static char text[512];
    char directory[256];
    const char *own = var_get(continued ? "PS2" : "PS1");
    if (own)
        return own;
    if (continued)
        return "> ";
    snprintf(text, sizeof(text), "%s $ ", getcwd(directory, sizeof(directory)) ? directory : "?");
    return text;
}

/* A line from the editor. ^C in the middle of a command drops what was typed of it. */
static bool more_from_terminal(struct source *s, bool continued)
{
    struct text line = {0};
    enum edit_result result = edit_line(prompt(continued), &line);
    if (result == EDIT_LINE) {
        history_add(line.data);
        text_add(&s->text, line.data, line.len);
        text_add_char(&s->text, '\n');
    } else if (result == EDIT_CANCELLED) {
        shell.flow = FLOW_ABORT;
        shell.status = 130;
    }
    text_free(&line);
    return result == EDIT_LINE;
}

/* A line of standard input, byte by byte: what follows may be meant for a command. */
static bool more_from_input(struct source *s, bool continued)
{
    char c;
    bool any = false;
    (void)continued;
    for (;;) {
        ssize_t n = read(STDIN_FILENO, &c, 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return any;
        any = true;
        if (c)
            text_add_char(&s->text, c);
        if (c == '\n')
            return true;
    }
}

/* One command of an interactive shell; false at the end. */
static bool step(struct source *s)
{
    struct arena a = {0};
    struct node *n;
    const char *error;
    if (shell.interactive)
        jobs_announce();
    source_discard_read(s);
    enum parse_result result = parse_command(s, &a, &n, &error);
    if (shell.interactive && shell.flow == FLOW_ABORT) {
        /* The line was given up: nothing of it is left, and the terminal is not at its end. */
        s->at = s->text.len;
        s->ended = false;
        result = PARSE_NOTHING;
    } else if (result == PARSE_ERROR) {
        shell_error("%s", error);
    } else if (result == PARSE_COMMAND) {
        exec_node(n);
    }
    if (shell.interactive && shell.flow == FLOW_ABORT) {
        shell.flow = FLOW_NONE;
        s->at = s->text.len;
    }
    arena_free(&a);
    return result != PARSE_END && shell.flow == FLOW_NONE;
}

static int run_input(void)
{
    struct source s = {.line = 1, .more = more_from_input};
    shell.interactive = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
    if (shell.interactive) {
        platform_interactive();
        s.more = more_from_terminal;
    }
    while (step(&s))
        ;
    source_free(&s);
    return shell.status;
}

static int run_file(const char *path)
{
    struct text t = {0};
    char buffer[4096];
    ssize_t n;
    int fd = open(path, O_RDONLY);
    if (fd < 0) {
        shell_message("%s: %s", path, program_strerror(errno));
        return 127;
    }
    while ((n = read(fd, buffer, sizeof(buffer))) > 0 || (n < 0 && errno == EINTR))
        if (n > 0)
            text_add(&t, buffer, (size_t)n);
    int error = n < 0 ? errno : 0;
    close(fd);
    if (error) {
        shell_message("%s: %s", path, program_strerror(error));
        return 126;
    }
    shell.location = path;
    text_add(&t, "", 0);
    int status = shell_run_text(t.data, t.len, path);
    text_free(&t);
    return status;
}

/*
 * A subshell: --subshell "PID BACKGROUND STATUS CONDITION" STATE COMMANDS NAME [ARGUMENT]... The first shell starts it with all that it must
 * know; there is no fork.
 */
static int run_subshell(int argc, char **argv)
{
    if (argc < 6)
        program_misuse("--subshell is not for people");
    char *numbers = argv[2];
    shell.pid = (pid_t)strtol(numbers, &numbers, 10);
    shell.last_background = (pid_t)strtol(numbers, &numbers, 10);
    int status = (int)strtol(numbers, &numbers, 10);
    shell.name = argv[5];
    shell_run_text(argv[3], strlen(argv[3]), NULL);
    shell_parameters_set(argv + 6, argc - 6);
    shell.conditions = strtol(numbers, &numbers, 10) != 0;
    shell.status = status;
    return shell_run_text(argv[4], strlen(argv[4]), NULL);
}

static int run(int argc, char **argv)
{
    const char *commands = NULL;
    if (argc > 1 && strcmp(argv[1], "--subshell") == 0)
        return run_subshell(argc, argv);
    struct options o = options_begin(argc, argv, "+c:eufxs", NULL);
    for (int c; (c = options_next(&o)) != 0;) {
        if (c == 'c')
            commands = o.value;
        shell.exit_on_error |= c == 'e';
        shell.no_unset |= c == 'u';
        shell.no_glob |= c == 'f';
        shell.trace |= c == 'x';
    }
    if (o.noperands > 0) {
        shell.name = o.operands[0];
        shell_parameters_set(o.operands + 1, o.noperands - 1);
    }
    if (commands)
        return shell_run_text(commands, strlen(commands), NULL);
    return o.noperands > 0 ? run_file(o.operands[0]) : run_input();
}

int main(int argc, char **argv)
{
    char directory[4096];
    program_start(&about);
    shell.name = "sh";
    shell.pid = getpid();
    shell.substitution_status = -1;
    vars_init(environ);
    /* Not from outside: it would change what a script means. */
    var_set("IFS", " \t\n");
    if (!var_get("PATH"))
        var_set("PATH", "/bin");
    if (getcwd(directory, sizeof(directory)))
        var_set("PWD", directory);
    int status = run(argc, argv);
    fflush(stdout);
    shell_parameters_free(&shell.parameters);
    return status;
}
