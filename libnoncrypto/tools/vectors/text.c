#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *trim(char *s)
{
    s += strspn(s, " \t");
    char *end = s + strlen(s);
    while (end > s && strchr(" \t\r", end[-1]))
        end--;
    *end = '\0';
    return s;
}

static void keep_head(struct text *text, const char *comment)
{
    const char *from = strchr(comment, '"'), *to = from ? strchr(from + 1, '"') : NULL;

    if (text->head[0] == '\0' && to && (size_t)(to - from) < sizeof text->head)
        snprintf(text->head, sizeof text->head, "%.*s", (int)(to - from - 1), from + 1);
}

/* Divides a line at its first '=' or ':'; one without has no value. */
static struct text_field divide(char *line)
{
    char *at = strpbrk(line, "=:");

    if (!at)
        return (struct text_field){trim(line), ""};
    *at = '\0';
    return (struct text_field){trim(line), trim(at + 1)};
}

static void add_section(struct text *text, char *line)
{
    char *end = strrchr(line, ']');

    if (end)
        *end = '\0';
    struct text_field field = divide(line + 1);
    for (size_t i = 0; i < text->nsections; i++) {
        if (strcmp(text->sections[i].name, field.name) == 0) {
            text->sections[i] = field;
            return;
        }
    }
    if (text->nsections < TEXT_SECTIONS_MAX)
        text->sections[text->nsections++] = field;
}

int text_next(struct text *text)
{
    int after_record = 1; /* sections that follow a record begin a new set of them */

    text->nfields = 0;
    while (*text->rest) {
        char *line = text->rest, *end = strchr(line, '\n');
        text->rest = end ? end + 1 : line + strlen(line);
        if (end)
            *end = '\0';
        text->line++;
        line = trim(line);
        if (line[0] == '#') {
            keep_head(text, line);
        } else if (line[0] == '[') {
            if (text->nfields > 0) {
                /* The section is of what follows: leave it for the next call. */
                *strchr(line, '\0') = '\n';
                text->rest = line;
                text->line--;
                break;
            }
            if (after_record && text->record > 0)
                text->nsections = 0;
            after_record = 0;
            add_section(text, line);
        } else if (line[0] == '\0') {
            if (text->nfields > 0)
                break;
        } else if (text->nfields < TEXT_FIELDS_MAX) {
            text->fields[text->nfields++] = divide(line);
        }
    }
    text->record += text->nfields > 0;
    return text->nfields > 0;
}

static const char *find(const struct text_field *fields, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(fields[i].name, name) == 0)
            return fields[i].value;
    return NULL;
}

const char *text_field(const struct text *text, const char *name)
{
    return find(text->fields, text->nfields, name);
}

const char *text_section(const struct text *text, const char *name)
{
    return find(text->sections, text->nsections, name);
}

int64_t text_number(const struct text *text, const char *name, int64_t otherwise)
{
    const char *value = text_field(text, name);

    if (!value)
        value = text_section(text, name);
    return value ? (int64_t)strtoll(value, NULL, 10) : otherwise;
}

struct bytes text_bytes(struct vectors *v, const struct text *text, const char *name)
{
    const char *value = text_field(text, name);

    if (!value || value[0] != '"')
        return vectors_unhex(v, value);
    size_t len = strlen(value + 1);
    struct bytes b = {vectors_memory(v, len), len > 0 ? len - 1 : 0, 1};
    memcpy(b.data, value + 1, b.len);
    return b;
}
