#include "builtins.h"

#include "exec.h"
#include "functions.h"
#include "history.h"
#include "parse.h"
#include "print.h"
#include "redirect.h"
#include "shell.h"
#include "vars.h"

#include "../lib/program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int run_true(int argc, char **argv)
{
    (void)argc, (void)argv;
    return 0;
}

static int run_false(int argc, char **argv)
{
    (void)argc, (void)argv;
    return 1;
}

static int run_echo(int argc, char **argv)
{
    int first = argc > 1 && strcmp(argv[1], "-n") == 0 ? 2 : 1;
    for (int i = first; i < argc; i++)
        printf("%s%s", i > first ? " " : "", argv[i]);
    if (first == 1)
        putchar('\n');
    return 0;
}

static int run_cd(int argc, char **argv)
{
    char directory[4096];
    bool back = argc > 1 && strcmp(argv[1], "-") == 0;
    const char *to = back ? var_get("OLDPWD") : argc > 1 ? argv[1] : var_get("HOME");
    if (!to) {
        shell_message("cd: %s is not set", back ? "OLDPWD" : "HOME");
        return 2;
    }
    const char *old = getcwd(directory, sizeof(directory)) ? directory : NULL;
    if (chdir(to) != 0) {
        shell_message("cd: %s: %s", to, program_strerror(errno));
        return 2;
    }
    if (old)
        var_set("OLDPWD", old);
    if (getcwd(directory, sizeof(directory)))
        var_set("PWD", directory);
    if (back)
        puts(directory);
    return 0;
}

static int run_pwd(int argc, char **argv)
{
    char directory[4096];
    (void)argc, (void)argv;
    if (!getcwd(directory, sizeof(directory))) {
        shell_message("pwd: %s", program_strerror(errno));
        return 1;
    }
    puts(directory);
    return 0;
}

static void print_variable(const struct variable *v, void *prefix)
{
    struct text t = {0};
    const char *which = prefix;
    bool wanted = *which == 'e' ? v->exported : *which == 'r' ? v->readonly : v->value != NULL;
    if (!wanted)
        return;
    text_add_string(&t, which);
    text_add_string(&t, v->name);
    if (v->value) {
        text_add_char(&t, '=');
        print_quoted(&t, v->value);
    }
    puts(t.data);
    text_free(&t);
}

/* export and readonly: NAME[=VALUE]... */
static int mark(int argc, char **argv, bool exported)
{
    static char export_prefix[] = "export ", readonly_prefix[] = "readonly ";
    int first = argc > 1 && strcmp(argv[1], "-p") == 0 ? 2 : 1;
    if (first >= argc)
        vars_each(print_variable, exported ? export_prefix : readonly_prefix);
    for (int i = first; i < argc; i++) {
        size_t len = parse_assignment_name(argv[i]);
        char *name = program_strndup(argv[i], len ? len : strlen(argv[i]));
        bool good = parse_is_name(name, strlen(name));
        if (!good)
            shell_error("%s: %s: is not a name", argv[0], name);
        else if (len)
            good = var_set(name, argv[i] + len + 1);
        if (good && exported)
            var_make(name)->exported = true;
        else if (good)
            var_make(name)->readonly = true;
        free(name);
        if (!good)
            return 2;
    }
    return 0;
}

static int run_export(int argc, char **argv)
{
    return mark(argc, argv, true);
}

static int run_readonly(int argc, char **argv)
{
    return mark(argc, argv, false);
}

static int run_unset(int argc, char **argv)
{
    bool functions = argc > 1 && strcmp(argv[1], "-f") == 0;
    int first = functions || (argc > 1 && strcmp(argv[1], "-v") == 0) ? 2 : 1;
    for (int i = first; i < argc; i++) {
        if (functions)
            function_remove(argv[i]);
        else if (!var_unset(argv[i]))
            return 2;
    }
    return 0;
}

/* A number of an argument of exit, return, break, continue, shift; -1 after an error. */
static int count_argument(int argc, char **argv, int missing)
{
    uint64_t n;
    if (argc < 2)
        return missing;
    if (program_number(argv[1], INT32_MAX, &n))
        return (int)n;
    shell_error("%s: %s: is not a number", argv[0], argv[1]);
    return -1;
}

static int run_exit(int argc, char **argv)
{
    int status = count_argument(argc, argv, shell.status);
    if (status < 0)
        return 2;
    shell.flow = FLOW_EXIT;
    return status & 255;
}

static int run_return(int argc, char **argv)
{
    int status = count_argument(argc, argv, shell.status);
    if (status < 0)
        return 2;
    /* Outside of functions and . files it ends the script, as in other shells. */
    shell.flow = shell.functions || shell.sources ? FLOW_RETURN : FLOW_EXIT;
    return status & 255;
}

static int leave_loops(int argc, char **argv, enum flow flow)
{
    int count = count_argument(argc, argv, 1);
    if (count < 0)
        return 2;
    if (count == 0) {
        shell_error("%s: loops are counted from 1", argv[0]);
        return 2;
    }
    if (shell.loops == 0)
        return 0;
    shell.flow_count = (unsigned)count < shell.loops ? (unsigned)count : shell.loops;
    shell.flow = flow;
    return 0;
}

static int run_break(int argc, char **argv)
{
    return leave_loops(argc, argv, FLOW_BREAK);
}

static int run_continue(int argc, char **argv)
{
    return leave_loops(argc, argv, FLOW_CONTINUE);
}

static int run_shift(int argc, char **argv)
{
    int count = count_argument(argc, argv, 1);
    if (count < 0)
        return 2;
    if (count > shell.parameters.count) {
        shell_error("shift: there are only %d parameters", shell.parameters.count);
        return 2;
    }
    shell_parameters_set(shell.parameters.values + count, shell.parameters.count - count);
    return 0;
}

static bool set_option(char letter, bool on)
{
    switch (letter) {
    case 'e':
        shell.exit_on_error = on;
        return true;
    case 'f':
        shell.no_glob = on;
        return true;
    case 'u':
        shell.no_unset = on;
        return true;
    case 'x':
        shell.trace = on;
        return true;
    default:
        shell_error("set: -%c: unknown option", letter);
        return false;
    }
}

static int run_set(int argc, char **argv)
{
    static char no_prefix[] = "";
    int i = 1;
    if (argc == 1)
        vars_each(print_variable, no_prefix);
    for (; i < argc && (argv[i][0] == '-' || argv[i][0] == '+') && argv[i][1]; i++) {
        if (strcmp(argv[i], "--") == 0) {
            shell_parameters_set(argv + i + 1, argc - i - 1);
            return 0;
        }
        for (const char *letter = argv[i] + 1; *letter; letter++)
            if (!set_option(*letter, argv[i][0] == '-'))
                return 2;
    }
    if (i < argc)
        shell_parameters_set(argv + i, argc - i);
    return 0;
}

static int run_type(int argc, char **argv)
{
    struct arena a = {0};
    int status = 0;
    for (int i = 1; i < argc; i++) {
        const char *path;
        if (function_find(argv[i])) {
            printf("%s is a function\n", argv[i]);
        } else if (builtin_find(argv[i])) {
            printf("%s is a command of the shell\n", argv[i]);
        } else if ((path = exec_find(argv[i], &a)) != NULL && access(path, X_OK) == 0) {
            printf("%s is %s\n", argv[i], path);
        } else {
            shell_message("type: %s: not found", argv[i]);
            status = 127;
        }
    }
    arena_free(&a);
    return status;
}

/* NONOS has no exec that replaces a program: the shell waits for it and ends with its status. */
static int run_exec(int argc, char **argv)
{
    if (argc < 2)
        return 0;
    int status = exec_program(argv + 1, NULL);
    if (!shell.interactive || status != 127)
        shell.flow = FLOW_EXIT;
    return status;
}

/* All of a file, NULL after a message. */
static char *file_read(const char *path, size_t *len)
{
    struct text t = {0};
    char buffer[4096];
    ssize_t n;
    int fd = open(path, O_RDONLY);
    if (fd < 0) {
        shell_error("%s: %s", path, program_strerror(errno));
        return NULL;
    }
    while ((n = read(fd, buffer, sizeof(buffer))) > 0)
        text_add(&t, buffer, (size_t)n);
    close(fd);
    if (n < 0) {
        shell_error("%s: %s", path, program_strerror(errno));
        text_free(&t);
        return NULL;
    }
    text_add(&t, "", 0);
    *len = t.len;
    return t.data;
}

static int run_source(int argc, char **argv)
{
    struct arena a = {0};
    size_t len;
    if (argc < 2) {
        shell_error("%s: a file is missing", argv[0]);
        return 2;
    }
    if (shell.sources >= 50) {
        shell_error("%s: files read each other too deeply", argv[0]);
        return 2;
    }
    char *text = file_read(argv[1], &len);
    if (!text)
        return 2;
    shell.sources++;
    shell.status = 0;
    int status = shell_run_text(text, len, argv[1]);
    shell.sources--;
    if (shell.flow == FLOW_RETURN)
        shell.flow = FLOW_NONE;
    free(text);
    arena_free(&a);
    return status;
}

static int run_eval(int argc, char **argv)
{
    struct text t = {0};
    for (int i = 1; i < argc; i++) {
        if (i > 1)
            text_add_char(&t, ' ');
        text_add_string(&t, argv[i]);
    }
    shell.status = 0;
    int status = t.len ? shell_run_text(t.data, t.len, NULL) : 0;
    text_free(&t);
    return status;
}

/* command NAME: as if there were no function of the name. command -v NAME: what it is. */
static int run_command_builtin(int argc, char **argv)
{
    struct arena a = {0};
    int status = 0;
    if (argc > 2 && strcmp(argv[1], "-v") == 0) {
        const char *path = NULL;
        bool own = builtin_find(argv[2]) || function_find(argv[2]);
        if (!own)
            path = exec_find(argv[2], &a);
        if (own || (path && access(path, X_OK) == 0))
            puts(own ? argv[2] : path);
        else
            status = 127;
    } else if (argc > 1) {
        const struct builtin *b = builtin_find(argv[1]);
        status = b ? b->run(argc - 1, argv + 1) : exec_program(argv + 1, NULL);
    }
    arena_free(&a);
    return status;
}

static int run_history(int argc, char **argv)
{
    (void)argc, (void)argv;
    history_print();
    return 0;
}

static int run_help(int argc, char **argv)
{
    bool found = argc < 2;
    if (argc < 2)
        puts("Commands of the shell itself (help NAME tells more; every program has --help):\n");
    for (const struct builtin *b = builtins; b->name; b++) {
        if (argc > 1 && strcmp(argv[1], b->name) != 0)
            continue;
        const char *text = strchr(b->help, '\t');
        char usage[64];
        snprintf(usage, sizeof(usage), "%s %.*s", b->name, (int)(text - b->help), b->help);
        printf(argc < 2 ? "  %-34s %s\n" : "%s\n%s\n", usage, text + 1);
        found = true;
    }
    if (!found)
        shell_message("help: %s: is no command of the shell; try: %s --help", argv[1], argv[1]);
    return !found;
}

const struct builtin builtins[] = {
    {".", run_source, true, "FILE\trun the commands in FILE here"},
    {":", run_true, true, "\tdo nothing"},
    {"[", builtin_test, false, "EXPRESSION ]\tas test"},
    {"break", run_break, true, "[N]\tleave N loops"},
    {"cd", run_cd, false, "[DIRECTORY | -]\tchange the working directory"},
    {"command", run_command_builtin, false,
     "[-v] NAME...\trun NAME even if a function has the name"},
    {"continue", run_continue, true, "[N]\tgo on with the next round of the Nth loop"},
    {"echo", run_echo, false, "[-n] [WORD]...\twrite the words"},
    {"eval", run_eval, true, "[WORD]...\trun the words as a command"},
    {"exec", run_exec, true, "[PROGRAM]...\tend with PROGRAM, or keep the redirections"},
    {"exit", run_exit, true, "[STATUS]\tend the shell"},
    {"export", run_export, true, "[NAME[=VALUE]]...\tgive variables to programs"},
    {"false", run_false, false, "\tfail"},
    {"fg", builtin_fg, false, "[%JOB]\twait for a job; ^C ends it"},
    {"help", run_help, false, "[NAME]\tthis text"},
    {"history", run_history, false, "\tthe lines that were typed"},
    {"jobs", builtin_jobs, false, "\twhat runs in the background"},
    {"kill", builtin_kill, false, "[-SIGNAL] PID|%JOB...\tend processes of this shell"},
    {"printf", builtin_printf, false, "FORMAT [ARGUMENT]...\twrite with a format"},
    {"pwd", run_pwd, false, "\tthe working directory"},
    {"read", builtin_read, false, "[-r] [-p TEXT] [NAME]...\ta line of the input into variables"},
    {"readonly", run_readonly, true, "[NAME[=VALUE]]...\tmake variables unchangeable"},
    {"return", run_return, true, "[STATUS]\tleave a function or . file"},
    {"set", run_set, true, "[-efux] [--] [WORD]...\toptions, positional parameters"},
    {"shift", run_shift, true, "[N]\tdrop the first N parameters"},
    {"source", run_source, true, "FILE\tas ."},
    {"test", builtin_test, false, "EXPRESSION\tcompare strings, numbers, files"},
    {"true", run_true, false, "\tsucceed"},
    {"type", run_type, false, "NAME...\twhat a name stands for"},
    {"unset", run_unset, true, "[-f] NAME...\tforget variables or functions"},
    {"wait", builtin_wait, false, "[PID|%JOB]...\twait for background jobs"},
    {"with", builtin_with, false, "PATH[:ro|:rw]... -- PROGRAM...\trun it seeing only these paths"},
    {"without", builtin_without, false,
     "NAME[,NAME]... -- PROGRAM...\trun it without capabilities"},
    {NULL, NULL, false, NULL},
};

const struct builtin *builtin_find(const char *name)
{
    for (const struct builtin *b = builtins; b->name; b++)
        if (strcmp(b->name, name) == 0)
            return b;
    return NULL;
}
