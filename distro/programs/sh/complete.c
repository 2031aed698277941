#include "complete.h"

#include "arena.h"
#include "builtins.h"
#include "vars.h"

#include "../lib/program.h"
#include "../lib/tree.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Start of the word at the cursor, and whether it is where a command's name is expected. */
static size_t word_start(const char *line, size_t cursor, bool *command)
{
    size_t start = 0;
    bool first = true;
    for (size_t i = 0; i < cursor; i++) {
        if (line[i] == '\\' && i + 1 < cursor) {
            i++;
        } else if (strchr(" \t", line[i])) {
            first = first && start == i;
            start = i + 1;
        } else if (strchr(";|&(`{", line[i])) {
            first = true;
            start = i + 1;
        } else if (strchr("<>=:", line[i])) {
            first = false;
            start = i + 1;
        }
    }
    *command = first;
    return start;
}

static char *unescaped(const char *s, size_t len)
{
    struct text t = {0};
    for (size_t i = 0; i < len; i++) {
        if (s[i] == '\\' && i + 1 < len)
            i++;
        if (!strchr("'\"", s[i]) || (i > 0 && s[i - 1] == '\\'))
            text_add_char(&t, s[i]);
    }
    text_add(&t, "", 0);
    return t.data;
}

static void add(struct completion *c, const char *name, bool directory)
{
    size_t len = strlen(name);
    char *copy = program_alloc(len + 2);
    memcpy(copy, name, len + 1);
    if (directory)
        memcpy(copy + len, "/", 2);
    c->names = program_grow(c->names, c->n, &c->capacity, sizeof(*c->names));
    c->names[c->n++] = copy;
}

static bool is_directory(const char *where, const char *name)
{
    struct stat st;
    char *path = program_join(*where ? where : ".", name);
    bool directory = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
    free(path);
    return directory;
}

/* Names in a directory that start with `prefix`. `programs`: only what can be run, and no directories. */
static void add_names(struct completion *c, const char *where, const char *prefix, bool programs)
{
    char **names;
    size_t n, len = strlen(prefix);
    if (tree_names(*where ? where : ".", &names, &n) != 0)
        return;
    for (size_t i = 0; i < n; i++) {
        if (strncmp(names[i], prefix, len) != 0 || (names[i][0] == '.' && prefix[0] != '.'))
            continue;
        bool directory = is_directory(where, names[i]);
        if (programs) {
            char *path = program_join(where, names[i]);
            if (!directory && access(path, X_OK) == 0)
                add(c, names[i], false);
            free(path);
        } else {
            add(c, names[i], directory);
        }
    }
    tree_names_free(names, n);
}

static void add_commands(struct completion *c, const char *prefix)
{
    const char *path = var_get("PATH");
    size_t len = strlen(prefix);
    for (const struct builtin *b = builtins; b->name; b++)
        if (strncmp(b->name, prefix, len) == 0)
            add(c, b->name, false);
    while (path) {
        size_t part = strcspn(path, ":");
        char *where = program_strndup(part ? path : ".", part ? part : 1);
        add_names(c, where, prefix, true);
        free(where);
        path = path[part] ? path + part + 1 : NULL;
    }
}

static int name_compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort_unique(struct completion *c)
{
    size_t kept = 0;
    if (c->n > 0)
        qsort(c->names, c->n, sizeof(*c->names), name_compare);
    for (size_t i = 0; i < c->n; i++) {
        if (kept > 0 && strcmp(c->names[kept - 1], c->names[i]) == 0)
            free(c->names[i]);
        else
            c->names[kept++] = c->names[i];
    }
    c->n = kept;
}

/* A backslash before each byte that the shell would not take for itself. */
static char *escaped(const char *s, size_t len)
{
    struct text t = {0};
    for (size_t i = 0; i < len; i++) {
        if (strchr(" \t\n\\'\"$`*?[]&;|<>(){}#!~", s[i]))
            text_add_char(&t, '\\');
        text_add_char(&t, s[i]);
    }
    text_add(&t, "", 0);
    return t.data;
}

static void common_prefix(struct completion *c)
{
    size_t len = strlen(c->names[0]);
    for (size_t i = 1; i < c->n; i++) {
        size_t same = 0;
        while (same < len && c->names[i][same] == c->names[0][same])
            same++;
        len = same;
    }
    /* Not in the middle of a character. */
    while (len > 0 && ((unsigned char)c->names[0][len] & 0xc0) == 0x80)
        len--;
    c->common = escaped(c->names[0], len);
}

void complete(struct completion *c, const char *line, size_t cursor)
{
    bool command;
    *c = (struct completion){0};
    size_t start = word_start(line, cursor, &command);
    /* Only what follows the last slash is completed; what comes before says where. */
    size_t name = start;
    for (size_t i = start; i < cursor; i++)
        if (line[i] == '/')
            name = i + 1;
    char *where = unescaped(line + start, name - start);
    char *prefix = unescaped(line + name, cursor - name);
    const char *home = var_get("HOME");
    c->start = name;
    if (where[0] == '~' && where[1] == '/' && home) {
        char *path = program_join(home, where + 2);
        free(where);
        where = path;
    }
    if (command && name == start)
        add_commands(c, prefix);
    else
        add_names(c, where, prefix, false);
    sort_unique(c);
    if (c->n > 0)
        common_prefix(c);
    free(where);
    free(prefix);
}

void complete_free(struct completion *c)
{
    for (size_t i = 0; i < c->n; i++)
        free(c->names[i]);
    free(c->names);
    free(c->common);
}
