#include "vars.h"

#include "parse.h"
#include "shell.h"

#include "../lib/program.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS 128

static struct variable *table[BUCKETS];
static size_t count;

static struct variable **bucket(const char *name)
{
    uint32_t h = 2166136261u;
    for (; *name; name++)
        h = (h ^ (uint8_t)*name) * 16777619u;
    return &table[h % BUCKETS];
}

struct variable *var_find(const char *name)
{
    struct variable *v = *bucket(name);
    while (v && strcmp(v->name, name) != 0)
        v = v->next;
    return v;
}

struct variable *var_make(const char *name)
{
    struct variable *v = var_find(name), **at = bucket(name);
    if (v)
        return v;
    size_t len = strlen(name);
    v = program_alloc(sizeof(*v) + len + 1);
    *v = (struct variable){.next = *at};
    memcpy(v->name, name, len + 1);
    *at = v;
    count++;
    return v;
}

void vars_init(char **environment)
{
    for (; environment && *environment; environment++) {
        size_t len = parse_assignment_name(*environment);
        if (len == 0)
            continue;
        char *name = program_strndup(*environment, len);
        struct variable *v = var_make(name);
        free(v->value);
        v->value = program_strdup(*environment + len + 1);
        v->exported = true;
        free(name);
    }
}

const char *var_get(const char *name)
{
    const struct variable *v = var_find(name);
    return v ? v->value : NULL;
}

bool var_set(const char *name, const char *value)
{
    struct variable *v = var_make(name);
    if (v->readonly) {
        shell_error("%s: is read-only", name);
        return false;
    }
    char *old = v->value;
    v->value = program_strdup(value);
    free(old);
    return true;
}

bool var_unset(const char *name)
{
    struct variable **at = bucket(name), *v;
    while (*at && strcmp((*at)->name, name) != 0)
        at = &(*at)->next;
    v = *at;
    if (!v)
        return true;
    if (v->readonly) {
        shell_error("%s: is read-only", name);
        return false;
    }
    *at = v->next;
    free(v->value);
    free(v);
    count--;
    return true;
}

static int variable_compare(const void *a, const void *b)
{
    return strcmp((*(struct variable *const *)a)->name, (*(struct variable *const *)b)->name);
}

void vars_each(void (*use)(const struct variable *v, void *context), void *context)
{
    struct variable **all = program_alloc((count + 1) * sizeof(struct variable *));
    size_t n = 0;
    for (size_t i = 0; i < BUCKETS; i++)
        for (struct variable *v = table[i]; v; v = v->next)
            all[n++] = v;
    qsort(all, n, sizeof(*all), variable_compare);
    for (size_t i = 0; i < n; i++)
        use(all[i], context);
    free(all);
}

char **vars_environment(struct arena *a)
{
    char **environment = arena_alloc(a, (count + 1) * sizeof(char *));
    size_t n = 0;
    for (size_t i = 0; i < BUCKETS; i++) {
        for (struct variable *v = table[i]; v; v = v->next) {
            if (!v->exported || !v->value)
                continue;
            size_t name_len = strlen(v->name), len = strlen(v->value);
            char *e = arena_alloc(a, name_len + len + 2);
            memcpy(e, v->name, name_len);
            e[name_len] = '=';
            memcpy(e + name_len + 1, v->value, len + 1);
            environment[n++] = e;
        }
    }
    return environment;
}

struct var_saved *var_save(struct var_saved *list, const char *name)
{
    const struct variable *v = var_find(name);
    struct var_saved *s = program_alloc(sizeof(*s));
    *s = (struct var_saved){.next = list, .name = program_strdup(name), .existed = v != NULL};
    if (v) {
        s->exported = v->exported;
        s->value = v->value ? program_strdup(v->value) : NULL;
    }
    return s;
}

void vars_restore(struct var_saved *list)
{
    while (list) {
        struct var_saved *next = list->next;
        if (!list->existed) {
            var_unset(list->name);
            free(list->value);
        } else {
            struct variable *v = var_make(list->name);
            free(v->value);
            v->value = list->value;
            v->exported = list->exported;
        }
        free(list->name);
        free(list);
        list = next;
    }
}
