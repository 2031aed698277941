#include "expand_parts.h"
#include "jobs.h"
#include "lex.h"
#include "shell.h"
#include "vars.h"

#include "../lib/pattern.h"
#include "../lib/program.h"

#include <string.h>

void expansion_add(struct expansion *e, const char *s, size_t len, enum mark mark)
{
    text_add(&e->bytes, s, len);
    for (size_t i = 0; i < len; i++)
        text_add_char(&e->marks, (char)mark);
}

static void mark_add(struct expansion *e, enum mark mark)
{
    text_add_char(&e->bytes, ' ');
    text_add_char(&e->marks, (char)mark);
}

static void substitute(struct expansion *e, const char *command, size_t len, bool quoted)
{
    struct text output = {0};
    shell.substitution_status = job_substitute(command, len, &output);
    while (output.len > 0 && output.data[output.len - 1] == '\n')
        output.len--;
    if (output.len > 0)
        expansion_add(e, output.data, output.len, quoted ? MARK_QUOTED : MARK_SPLIT);
    text_free(&output);
}

/* In backquotes a backslash quotes $ ` \ only, and " inside of double quotes. */
static void substitute_backquoted(struct expansion *e, const char *s, size_t len, bool quoted)
{
    struct text command = {0};
    for (size_t i = 0; i < len; i++) {
        if (s[i] == '\\' && i + 1 < len &&
            (strchr("$`\\", s[i + 1]) || (quoted && s[i + 1] == '"')))
            i++;
        text_add_char(&command, s[i]);
    }
    substitute(e, command.data ? command.data : "", command.len, quoted);
    text_free(&command);
}

static void expand_arithmetic(struct expansion *e, const char *s, size_t len, bool quoted)
{
    struct expansion inner = {.single = true, .arena = e->arena};
    expand_raw(&inner, s, len, true);
    char *text = expansion_string(&inner);
    if (shell.flow != FLOW_NONE)
        return;
    struct text digits = {0};
    text_add_number(&digits, arith_evaluate(text));
    expansion_add(e, digits.data, digits.len, quoted ? MARK_QUOTED : MARK_SPLIT);
    text_free(&digits);
}

static bool is_special_parameter(char c)
{
    return c != '\0' && strchr("@*#?-$!0123456789", c) != NULL;
}

/* Expands what starts with '$' at `s`; returns its length. */
static size_t expand_dollar(struct expansion *e, const char *s, size_t len, bool quoted)
{
    size_t n = 1;
    if (len > 1 && (s[1] == '{' || s[1] == '(')) {
        n = lex_skip(s, len, quoted);
        if (s[1] == '{')
            expand_parameter(e, s + 2, n - 3, quoted);
        else if (n > 4 && s[2] == '(')
            expand_arithmetic(e, s + 3, n - 5, quoted);
        else
            substitute(e, s + 2, n - 3, quoted);
        return n;
    }
    if (len > 1 && is_special_parameter(s[1])) {
        n = 2;
    } else {
        while (n < len && parse_is_name(s + 1, n))
            n++;
        n -= n > 1 && !parse_is_name(s + 1, n - 1);
    }
    if (n > 1)
        expand_parameter(e, s + 1, n - 1, quoted);
    else
        expansion_add(e, s, 1, quoted ? MARK_QUOTED : MARK_LITERAL);
    return n;
}

/* "...": the content of double quotes. */
static void expand_double(struct expansion *e, const char *s, size_t len)
{
    size_t before = e->bytes.len;
    bool outer = e->no_parameters;
    e->no_parameters = false;
    expand_raw(e, s, len, true);
    /* "$@" without parameters is no field at all; every other pair of quotes is one. */
    if (e->bytes.len == before && !e->no_parameters)
        mark_add(e, MARK_EMPTY);
    e->no_parameters = outer;
}

static size_t expand_part(struct expansion *e, const char *s, size_t len, bool quoted)
{
    switch (s[0]) {
    case '\\':
        if (len == 1 || (quoted && !strchr("$`\"\\", s[1]))) {
            expansion_add(e, s, 1, MARK_QUOTED);
            return 1;
        }
        expansion_add(e, s + 1, 1, MARK_QUOTED);
        return 2;
    case '\'':
        if (!quoted) {
            size_t n = lex_skip(s, len, quoted);
            if (n == 2)
                mark_add(e, MARK_EMPTY);
            expansion_add(e, s + 1, n - 2, MARK_QUOTED);
            return n;
        }
        break;
    case '"': {
        size_t n = lex_skip(s, len, quoted);
        if (quoted)
            expand_raw(e, s + 1, n - 2, true);
        else
            expand_double(e, s + 1, n - 2);
        return n;
    }
    case '$':
        return expand_dollar(e, s, len, quoted);
    case '`': {
        size_t n = lex_skip(s, len, quoted);
        substitute_backquoted(e, s + 1, n - 2, quoted);
        return n;
    }
    }
    expansion_add(e, s, 1, quoted ? MARK_QUOTED : MARK_LITERAL);
    return 1;
}

void expand_raw(struct expansion *e, const char *text, size_t len, bool quoted)
{
    for (size_t at = 0; at < len && shell.flow == FLOW_NONE;)
        at += expand_part(e, text + at, len - at, quoted);
}

/* ~ and ~/... at the start of a word. Returns how many bytes of it were used. */
static size_t expand_tilde(struct expansion *e, const char *word)
{
    const char *home = var_get("HOME");
    if (word[0] != '~' || (word[1] != '\0' && word[1] != '/') || !home)
        return 0;
    expansion_add(e, home, strlen(home), MARK_QUOTED);
    return 1;
}

char *expansion_string(struct expansion *e)
{
    struct text out = {0};
    for (size_t i = 0; i < e->bytes.len; i++)
        if (e->marks.data[i] != MARK_EMPTY)
            text_add_char(&out, e->bytes.data[i]);
    text_free(&e->bytes);
    text_free(&e->marks);
    return text_finish(&out, e->arena);
}

static void pattern_add(struct text *out, char c, char mark)
{
    if (mark == MARK_QUOTED && strchr("*?[]!-^\\:", c))
        text_add_char(out, '\\');
    text_add_char(out, c);
}

char *expansion_pattern(struct expansion *e)
{
    struct text out = {0};
    for (size_t i = 0; i < e->bytes.len; i++)
        if (e->marks.data[i] != MARK_EMPTY)
            pattern_add(&out, e->bytes.data[i], e->marks.data[i]);
    text_free(&e->bytes);
    text_free(&e->marks);
    return text_finish(&out, e->arena);
}

char *expand_string(const char *word, struct arena *a)
{
    struct expansion e = {.single = true, .arena = a};
    size_t used = expand_tilde(&e, word);
    expand_raw(&e, word + used, strlen(word + used), false);
    return expansion_string(&e);
}

char *expand_pattern(const char *word, struct arena *a)
{
    struct expansion e = {.single = true, .arena = a};
    size_t used = expand_tilde(&e, word);
    expand_raw(&e, word + used, strlen(word + used), false);
    return expansion_pattern(&e);
}

char *expand_here(const char *body, struct arena *a)
{
    struct expansion e = {.single = true, .arena = a};
    size_t len = strlen(body), n;
    for (size_t at = 0; at < len && shell.flow == FLOW_NONE; at += n) {
        n = 1;
        /* As in double quotes, but " is nothing special, not even after a backslash. */
        if (body[at] == '"' || (body[at] == '\\' && body[at + 1] == '"'))
            expansion_add(&e, body + at, 1, MARK_QUOTED);
        else
            n = expand_part(&e, body + at, len - at, true);
    }
    return expansion_string(&e);
}

/* A field that is being put together: its bytes with marks. */
struct splitter {
    struct text bytes, marks;
    bool in_field;    /* there is one, even if it is empty */
    bool after_space; /* a field was just ended by white space */
    struct fields *fields;
    size_t *capacity;
    struct arena *arena;
};

static void field_end(struct splitter *s)
{
    struct text plain = {0}, pattern = {0};
    int before = s->fields->count;
    for (size_t i = 0; i < s->bytes.len; i++) {
        text_add_char(&plain, s->bytes.data[i]);
        pattern_add(&pattern, s->bytes.data[i], s->marks.data[i]);
    }
    if (!shell.no_glob && pattern.data && pattern_is_special(pattern.data))
        glob_expand(pattern.data, s->arena, s->fields, s->capacity);
    if (s->fields->count == before)
        fields_add(s->fields, s->capacity, text_finish(&plain, s->arena), s->arena);
    text_free(&plain);
    text_free(&pattern);
    s->bytes.len = s->marks.len = 0;
    s->in_field = false;
}

void fields_add(struct fields *f, size_t *capacity, char *value, struct arena *a)
{
    if ((size_t)f->count + 1 >= *capacity) {
        size_t more = *capacity ? 2 * *capacity : 16;
        char **values = arena_alloc(a, more * sizeof(*values));
        if (f->count > 0)
            memcpy(values, f->values, (size_t)f->count * sizeof(*values));
        f->values = values;
        *capacity = more;
    }
    f->values[f->count++] = value;
}

static void split_byte(struct splitter *s, char c, char mark, const char *ifs)
{
    bool separates = mark == MARK_SPLIT && c && strchr(ifs, c);
    bool space = c == ' ' || c == '\t' || c == '\n';
    if (mark == MARK_BREAK) {
        if (s->in_field)
            field_end(s);
    } else if (separates && space) {
        if (s->in_field) {
            field_end(s);
            s->after_space = true;
        }
    } else if (separates) {
        /* White space around a separator belongs to it; a separator alone ends an empty field. */
        if (s->in_field || !s->after_space)
            field_end(s);
        s->after_space = false;
    } else {
        s->in_field = true;
        s->after_space = false;
        if (mark != MARK_EMPTY) {
            text_add_char(&s->bytes, c);
            text_add_char(&s->marks, mark);
        }
    }
}

static void split(struct expansion *e, struct fields *f, size_t *capacity)
{
    const char *ifs = var_get("IFS");
    struct splitter s = {.fields = f, .capacity = capacity, .arena = e->arena};
    if (!ifs)
        ifs = " \t\n";
    for (size_t i = 0; i < e->bytes.len; i++)
        split_byte(&s, e->bytes.data[i], e->marks.data[i], ifs);
    if (s.in_field)
        field_end(&s);
    text_free(&s.bytes);
    text_free(&s.marks);
    text_free(&e->bytes);
    text_free(&e->marks);
}

struct fields expand_words(const struct word *words, struct arena *a)
{
    struct fields f = {0};
    size_t capacity = 0;
    fields_add(&f, &capacity, NULL, a);
    f.count = 0;
    for (const struct word *w = words; w && shell.flow == FLOW_NONE; w = w->next) {
        struct expansion e = {.arena = a};
        size_t used = expand_tilde(&e, w->text);
        expand_raw(&e, w->text + used, strlen(w->text + used), false);
        split(&e, &f, &capacity);
    }
    f.values[f.count] = NULL;
    return f;
}
