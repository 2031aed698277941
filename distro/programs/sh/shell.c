#include "shell.h"

#include "exec.h"
#include "functions.h"
#include "parse.h"
#include "print.h"
#include "vars.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct shell shell;

static void message_print(const char *format, va_list args)
{
    fflush(stdout);
    fprintf(stderr, "%s: ", shell.location ? shell.location : "sh");
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
}

void shell_message(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    message_print(format, args);
    va_end(args);
}

void shell_error(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    message_print(format, args);
    va_end(args);
    shell.status = 2;
    shell.flow = shell.interactive ? FLOW_ABORT : FLOW_EXIT;
}

void shell_parameters_free(struct parameters *p)
{
    for (int i = 0; i < p->count && p->owned; i++)
        free(p->values[i]);
    if (p->owned)
        free(p->values);
    *p = (struct parameters){0};
}

void shell_parameters_set(char *const *values, int count)
{
    struct parameters old = shell.parameters;
    char **copy = program_alloc(((size_t)count + 1) * sizeof(*copy));
    for (int i = 0; i < count; i++)
        copy[i] = program_strdup(values[i]);
    copy[count] = NULL;
    shell.parameters = (struct parameters){.values = copy, .count = count, .owned = true};
    shell_parameters_free(&old);
}

int shell_run_text(const char *text, size_t len, const char *name)
{
    struct source s;
    enum parse_result result = PARSE_NOTHING;
    /* A parser on the stack as well: this counts for more than a command. */
    if (shell.depth > SHELL_DEPTH_MAX / 2) {
        shell_error("texts run each other too deeply");
        return shell.status;
    }
    shell.depth += 12;
    source_from_text(&s, text, len);
    s.name = name;
    while (shell.flow == FLOW_NONE && result != PARSE_END) {
        struct arena a = {0};
        struct node *n;
        const char *error;
        result = parse_command(&s, &a, &n, &error);
        if (result == PARSE_ERROR)
            shell_error("%s", error);
        else if (result == PARSE_COMMAND)
            exec_node(n);
        arena_free(&a);
    }
    source_free(&s);
    shell.depth -= 12;
    return shell.status;
}

static void variable_print(const struct variable *v, void *context)
{
    struct text *out = context;
    if (v->value && !v->exported) {
        text_add_string(out, v->name);
        text_add_char(out, '=');
        print_quoted(out, v->value);
        text_add_char(out, '\n');
    }
    if (v->readonly) {
        text_add_string(out, "readonly ");
        text_add_string(out, v->name);
        text_add_char(out, '\n');
    }
    if (v->exported && !v->value) {
        text_add_string(out, "export ");
        text_add_string(out, v->name);
        text_add_char(out, '\n');
    }
}

void shell_state(struct text *out)
{
    vars_each(variable_print, out);
    functions_print(out);
    if (shell.no_unset)
        text_add_string(out, "set -u\n");
    if (shell.no_glob)
        text_add_string(out, "set -f\n");
    if (shell.exit_on_error)
        text_add_string(out, "set -e\n");
    if (shell.trace)
        text_add_string(out, "set -x\n");
}
