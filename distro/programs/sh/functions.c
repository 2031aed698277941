#include "functions.h"

#include "parse.h"
#include "print.h"
#include "shell.h"

#include "../lib/program.h"

#include <stdlib.h>
#include <string.h>

static struct function *functions;

static void release(struct function *f)
{
    free(f->name);
    free(f->text);
    arena_free(&f->arena);
    free(f);
}

struct function *function_find(const char *name)
{
    struct function *f = functions;
    while (f && strcmp(f->name, name) != 0)
        f = f->next;
    return f;
}

bool function_remove(const char *name)
{
    struct function **at = &functions, *f;
    while (*at && strcmp((*at)->name, name) != 0)
        at = &(*at)->next;
    f = *at;
    if (!f)
        return false;
    *at = f->next;
    f->removed = true;
    if (f->calls == 0)
        release(f);
    return true;
}

void function_define(const char *name, const struct node *body)
{
    struct text t = {0};
    const char *error;
    struct function *f = program_alloc(sizeof(*f));
    *f = (struct function){.name = program_strdup(name)};
    print_node(&t, body);
    if (parse_text(t.data, t.len, &f->arena, &f->body, &error) != PARSE_COMMAND) {
        shell_error("%s: the function cannot be kept: %s", name, error);
        text_free(&t);
        release(f);
        return;
    }
    f->text = t.data;
    function_remove(name);
    f->next = functions;
    functions = f;
}

void function_enter(struct function *f)
{
    f->calls++;
}

void function_leave(struct function *f)
{
    if (--f->calls == 0 && f->removed)
        release(f);
}

void functions_print(struct text *out)
{
    for (const struct function *f = functions; f; f = f->next) {
        text_add_string(out, f->name);
        text_add_string(out, "() ");
        text_add_string(out, f->text);
        text_add_char(out, '\n');
    }
}
