#include "lex.h"

#include <stdint.h>
#include <string.h>

void lex_fail(struct parser *p, const char *message)
{
    if (!p->error)
        p->error = message;
    p->token = TOKEN_END;
}

bool lex_enter(struct parser *p)
{
    if (++p->depth <= NESTING_MAX)
        return true;
    lex_fail(p, "nested too deeply");
    return false;
}

int lex_peek(struct parser *p, size_t offset)
{
    struct source *s = p->s;
    while (s->at + offset >= s->text.len) {
        if (s->ended || !s->more || !s->more(s, true)) {
            s->ended = true;
            return -1;
        }
    }
    return (unsigned char)s->text.data[s->at + offset];
}

static void take(struct parser *p, struct text *out)
{
    char c = p->s->text.data[p->s->at++];
    if (c == '\n')
        p->s->line++;
    if (out)
        text_add_char(out, c);
}

static void scan_dollar(struct parser *p, struct text *out, bool quoted);

static void scan_single(struct parser *p, struct text *out)
{
    take(p, out);
    for (int c; (c = lex_peek(p, 0)) != '\'';) {
        if (c < 0) {
            lex_fail(p, "a ' has no partner");
            return;
        }
        take(p, out);
    }
    take(p, out);
}

/* A backslash and what it quotes. A continued line leaves nothing. */
static void scan_backslash(struct parser *p, struct text *out)
{
    int next = lex_peek(p, 1);
    if (next == '\n') {
        take(p, NULL);
        take(p, NULL);
        return;
    }
    take(p, out);
    if (next >= 0)
        take(p, out);
    else
        text_add_char(out, '\\'); /* at the very end it means itself */
}

static void scan_backquote(struct parser *p, struct text *out)
{
    take(p, out);
    for (int c; (c = lex_peek(p, 0)) != '`';) {
        if (c < 0) {
            lex_fail(p, "a ` has no partner");
            return;
        }
        if (c == '\\' && lex_peek(p, 1) >= 0)
            take(p, out);
        take(p, out);
    }
    take(p, out);
}

static void scan_double(struct parser *p, struct text *out)
{
    if (!lex_enter(p))
        return;
    take(p, out);
    for (int c; !p->error && (c = lex_peek(p, 0)) != '"';) {
        if (c < 0)
            lex_fail(p, "a \" has no partner");
        else if (c == '\\')
            scan_backslash(p, out);
        else if (c == '$')
            scan_dollar(p, out, true);
        else if (c == '`')
            scan_backquote(p, out);
        else
            take(p, out);
    }
    if (!p->error)
        take(p, out);
    p->depth--;
}

/* One character, quoted part or expansion of a word. `quoted`: inside of double quotes ' is nothing special. */
static void scan_part(struct parser *p, struct text *out, bool quoted)
{
    switch (lex_peek(p, 0)) {
    case '\\':
        scan_backslash(p, out);
        break;
    case '\'':
        if (quoted)
            take(p, out);
        else
            scan_single(p, out);
        break;
    case '"':
        scan_double(p, out);
        break;
    case '$':
        scan_dollar(p, out, quoted);
        break;
    case '`':
        scan_backquote(p, out);
        break;
    default:
        take(p, out);
    }
}

/* Is this "${name#" or "${name%"? The pattern that follows has quotes of its own even inside of double quotes. */
static bool brace_has_pattern(struct parser *p)
{
    size_t n = 2;
    int c = lex_peek(p, n);
    do
        c = lex_peek(p, ++n);
    while (c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
    return c == '#' || c == '%';
}

static void scan_brace(struct parser *p, struct text *out, bool quoted)
{
    if (!lex_enter(p))
        return;
    quoted = quoted && !brace_has_pattern(p);
    take(p, out);
    take(p, out);
    for (int c; !p->error && (c = lex_peek(p, 0)) != '}';) {
        if (c < 0)
            lex_fail(p, "a ${ does not end");
        else
            scan_part(p, out, quoted);
    }
    if (!p->error)
        take(p, out);
    p->depth--;
}

/* "$((" always starts arithmetic; a subshell in a substitution is written "$( (". */
static void scan_arithmetic(struct parser *p, struct text *out)
{
    size_t open = 0;
    if (!lex_enter(p))
        return;
    take(p, out);
    take(p, out);
    take(p, out);
    while (!p->error) {
        int c = lex_peek(p, 0);
        if (c == ')' && open == 0)
            break;
        if (c < 0) {
            lex_fail(p, "a $(( does not end");
            return;
        }
        open += c == '(';
        open -= c == ')';
        scan_part(p, out, true);
    }
    p->depth--;
    if (p->error)
        return;
    take(p, out);
    if (lex_peek(p, 0) == ')')
        take(p, out);
    else
        lex_fail(p, "a $(( does not end with ))");
}

static void scan_dollar(struct parser *p, struct text *out, bool quoted)
{
    int next = lex_peek(p, 1);
    if (next == '{') {
        scan_brace(p, out, quoted);
    } else if (next == '(' && lex_peek(p, 2) == '(') {
        scan_arithmetic(p, out);
    } else if (next == '(') {
        size_t start = p->s->at;
        take(p, NULL);
        take(p, NULL);
        parse_substitution(p);
        if (!p->error)
            text_add(out, p->s->text.data + start, p->s->at - start);
    } else {
        take(p, out);
    }
}

static bool is_blank(int c)
{
    return c == ' ' || c == '\t';
}

static bool ends_word(int c)
{
    return c < 0 || is_blank(c) || c == '\n' || strchr(";&|<>()", c) != NULL;
}

static void scan_word(struct parser *p)
{
    struct text out = {0};
    while (!p->error && !ends_word(lex_peek(p, 0)))
        scan_part(p, &out, false);
    bool digits = out.len > 0 && out.len < 4 && !p->error;
    for (size_t i = 0; i < out.len && digits; i++)
        digits = out.data[i] >= '0' && out.data[i] <= '9';
    int c = p->error ? -1 : lex_peek(p, 0);
    if (!p->error)
        p->token = digits && (c == '<' || c == '>') ? TOKEN_IO_NUMBER : TOKEN_WORD;
    p->text = text_finish(&out, p->arena);
}

/* A line of a here-document, without its new line. Returns false at the end of the text. */
static bool here_line(struct parser *p, struct text *line, bool quoted)
{
    bool any = false;
    line->len = 0;
    for (int c; (c = lex_peek(p, 0)) >= 0; any = true) {
        if (c == '\n') {
            take(p, NULL);
            return true;
        }
        /* A continued line is one line, unless nothing in the document is special. */
        if (c == '\\' && !quoted && lex_peek(p, 1) == '\n') {
            take(p, NULL);
            take(p, NULL);
            continue;
        }
        take(p, line);
        if (c == '\\' && !quoted && lex_peek(p, 0) < 0)
            text_add_char(line, '\\');
        else if (c == '\\' && !quoted && lex_peek(p, 0) != '\n')
            take(p, line);
    }
    return any;
}

static void here_body(struct parser *p, struct redirect *r)
{
    struct text body = {0}, line = {0};
    while (here_line(p, &line, r->quoted)) {
        size_t skip = 0;
        while (r->strip && skip < line.len && line.data[skip] == '\t')
            skip++;
        const char *start = line.len ? line.data + skip : "";
        if (line.len - skip == strlen(r->target) && memcmp(start, r->target, line.len - skip) == 0)
            break;
        text_add(&body, start, line.len - skip);
        text_add_char(&body, '\n');
    }
    text_free(&line);
    r->body = text_finish(&body, p->arena);
}

static void newline(struct parser *p)
{
    take(p, NULL);
    for (unsigned i = 0; i < p->npending && !p->error; i++)
        here_body(p, p->pending[i]);
    p->npending = 0;
    p->token = TOKEN_NEWLINE;
}

static void skip_blanks(struct parser *p)
{
    for (;;) {
        int c = lex_peek(p, 0);
        if (is_blank(c)) {
            take(p, NULL);
        } else if (c == '\\' && lex_peek(p, 1) == '\n') {
            take(p, NULL);
            take(p, NULL);
        } else if (c == '#') {
            while (lex_peek(p, 0) >= 0 && lex_peek(p, 0) != '\n')
                take(p, NULL);
        } else {
            return;
        }
    }
}

struct operator
{
    char text[4];
    enum token_kind token;
    enum redirect_op op;
};

/* Longer ones first. */
static const struct operator operators[] = {
    {"<<-", TOKEN_HERE_STRIP, REDIRECT_HERE},   {"<<", TOKEN_HERE, REDIRECT_HERE},
    {"<&", TOKEN_REDIRECT, REDIRECT_DUP_READ},  {"<>", TOKEN_REDIRECT, REDIRECT_READ_WRITE},
    {"<", TOKEN_REDIRECT, REDIRECT_READ},       {">>", TOKEN_REDIRECT, REDIRECT_APPEND},
    {">&", TOKEN_REDIRECT, REDIRECT_DUP_WRITE}, {">|", TOKEN_REDIRECT, REDIRECT_CLOBBER},
    {">", TOKEN_REDIRECT, REDIRECT_WRITE},      {";;", TOKEN_CASE_END, REDIRECT_READ},
    {";", TOKEN_SEMICOLON, REDIRECT_READ},      {"&&", TOKEN_AND, REDIRECT_READ},
    {"&", TOKEN_AMPERSAND, REDIRECT_READ},      {"||", TOKEN_OR, REDIRECT_READ},
    {"|", TOKEN_PIPE, REDIRECT_READ},           {"(", TOKEN_OPEN, REDIRECT_READ},
    {")", TOKEN_CLOSE, REDIRECT_READ},
};

static bool scan_operator(struct parser *p)
{
    for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
        const struct operator* o = & operators[i];
        size_t n = 0;
        while (o->text[n] && lex_peek(p, n) == o->text[n])
            n++;
        if (o->text[n])
            continue;
        p->s->at += n;
        p->token = o->token;
        p->op = o->op;
        return true;
    }
    return false;
}

void lex_next(struct parser *p)
{
    if (p->error)
        return;
    p->text = NULL;
    skip_blanks(p);
    p->token_start = p->s->at;
    int c = lex_peek(p, 0);
    if (c < 0) {
        p->token = TOKEN_END;
        /* A here-document may be missing its end, but not its command. */
        for (unsigned i = 0; i < p->npending; i++)
            here_body(p, p->pending[i]);
        p->npending = 0;
    } else if (c == '\n') {
        newline(p);
    } else if (!strchr(";&|<>()", c)) {
        scan_word(p);
    } else {
        scan_operator(p);
    }
}

size_t lex_skip(const char *text, size_t len, bool quoted)
{
    struct arena arena = {0};
    struct text unused = {0};
    /* The text is only read: `data` is not const because other sources own theirs. */
    struct source s = {.text = {.data = (char *)(uintptr_t)text, .len = len}, .ended = true};
    struct parser p = {.s = &s, .arena = &arena};
    scan_part(&p, &unused, quoted);
    text_free(&unused);
    arena_free(&arena);
    return p.error ? len : s.at;
}
