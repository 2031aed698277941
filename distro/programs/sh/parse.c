#include "parse.h"

#include "lex.h"

#include "../lib/program.h"

#include <stdlib.h>
#include <string.h>

bool parse_is_name(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bool letter = (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') || s[i] == '_';
        if (!letter && (i == 0 || s[i] < '0' || s[i] > '9'))
            return false;
    }
    return len > 0;
}

size_t parse_assignment_name(const char *word)
{
    const char *equals = strchr(word, '=');
    size_t len = equals ? (size_t)(equals - word) : 0;
    return len > 0 && parse_is_name(word, len) ? len : 0;
}

static const char *const reserved_words[] = {"if",    "then", "elif", "else", "fi",   "while",
                                             "until", "do",   "done", "for",  "case", "in",
                                             "esac",  "{",    "}",    "!"};

bool parse_is_reserved(const char *word)
{
    for (size_t i = 0; i < sizeof(reserved_words) / sizeof(reserved_words[0]); i++)
        if (strcmp(word, reserved_words[i]) == 0)
            return true;
    return false;
}

static bool is_reserved(const struct parser *p)
{
    return p->token == TOKEN_WORD && parse_is_reserved(p->text);
}

static bool at_word(const struct parser *p, const char *word)
{
    return p->token == TOKEN_WORD && strcmp(p->text, word) == 0;
}

static void unexpected(struct parser *p)
{
    struct text t = {0};
    if (p->error)
        return;
    if (p->token == TOKEN_END) {
        text_add_string(&t, "the text ends in the middle of a command");
    } else if (p->token == TOKEN_NEWLINE) {
        text_add_string(&t, "unexpected end of the line");
    } else {
        size_t len = p->s->at - p->token_start;
        text_add_string(&t, "unexpected '");
        text_add(&t, p->s->text.data + p->token_start, len < 60 ? len : 60);
        text_add_char(&t, '\'');
    }
    lex_fail(p, text_finish(&t, p->arena));
}

static void expect(struct parser *p, const char *word)
{
    if (at_word(p, word))
        lex_next(p);
    else
        unexpected(p);
}

static void skip_newlines(struct parser *p)
{
    while (p->token == TOKEN_NEWLINE)
        lex_next(p);
}

static struct node *node_new(struct parser *p, enum node_kind kind)
{
    struct node *n = arena_alloc(p->arena, sizeof(*n));
    n->kind = kind;
    return n;
}

static struct word *word_take(struct parser *p)
{
    struct word *w = arena_alloc(p->arena, sizeof(*w));
    w->text = p->text;
    lex_next(p);
    return w;
}

/* The delimiter of a here-document without its quotes. */
static char *unquote(struct parser *p, const char *s, bool *quoted)
{
    struct text out = {0};
    char quote = '\0';
    for (; *s; s++) {
        if (quote ? *s == quote : (*s == '\'' || *s == '"')) {
            quote = quote ? '\0' : *s;
            *quoted = true;
        } else if (*s == '\\' && quote != '\'' && s[1]) {
            *quoted = true;
            text_add_char(&out, *++s);
        } else {
            text_add_char(&out, *s);
        }
    }
    return text_finish(&out, p->arena);
}

static void parse_redirect(struct parser *p, struct node *n)
{
    struct redirect *r = arena_alloc(p->arena, sizeof(*r)), **end = &n->redirects;
    r->fd = -1;
    if (p->token == TOKEN_IO_NUMBER) {
        uint64_t fd;
        /* Three digits at most, by the lexer. */
        r->fd = program_number(p->text, 999, &fd) ? (int)fd : 0;
        lex_next(p);
    }
    enum token_kind kind = p->token;
    r->op = p->op;
    if (r->fd < 0)
        r->fd = r->op == REDIRECT_READ || r->op == REDIRECT_DUP_READ || r->op == REDIRECT_HERE ||
                        r->op == REDIRECT_READ_WRITE
                    ? 0
                    : 1;
    lex_next(p);
    if (p->token != TOKEN_WORD) {
        unexpected(p);
        return;
    }
    r->target = p->text;
    if (kind != TOKEN_REDIRECT) {
        r->strip = kind == TOKEN_HERE_STRIP;
        r->target = unquote(p, p->text, &r->quoted);
        if (strchr(r->target, '\n')) {
            lex_fail(p, "the word that ends a here-document must be on one line");
            return;
        }
        if (p->npending == sizeof(p->pending) / sizeof(p->pending[0])) {
            lex_fail(p, "too many here-documents on a line");
            return;
        }
        p->pending[p->npending++] = r;
    }
    while (*end)
        end = &(*end)->next;
    *end = r;
    lex_next(p);
}

static bool at_redirect(const struct parser *p)
{
    return p->token == TOKEN_REDIRECT || p->token == TOKEN_HERE || p->token == TOKEN_HERE_STRIP ||
           p->token == TOKEN_IO_NUMBER;
}

static void parse_redirects(struct parser *p, struct node *n)
{
    while (!p->error && at_redirect(p))
        parse_redirect(p, n);
}

static struct node *parse_list(struct parser *p, bool lines);
static struct node *parse_command_node(struct parser *p);

/* A list that must not be empty. */
static struct node *parse_body(struct parser *p)
{
    struct node *n = parse_list(p, true);
    if (!n)
        unexpected(p);
    return n;
}

static struct node *parse_if(struct parser *p)
{
    struct node *first = NULL, **link = &first;
    /* elif parts are chained through `otherwise`, without recursion. */
    do {
        struct node *n = node_new(p, NODE_IF);
        lex_next(p);
        n->child = parse_body(p);
        expect(p, "then");
        n->then = parse_body(p);
        *link = n;
        link = &n->otherwise;
    } while (!p->error && at_word(p, "elif"));
    if (at_word(p, "else")) {
        lex_next(p);
        *link = parse_body(p);
    }
    expect(p, "fi");
    return first;
}

static struct node *parse_loop(struct parser *p, enum node_kind kind)
{
    struct node *n = node_new(p, kind);
    lex_next(p);
    n->child = parse_body(p);
    expect(p, "do");
    n->then = parse_body(p);
    expect(p, "done");
    return n;
}

static struct node *parse_for(struct parser *p)
{
    struct node *n = node_new(p, NODE_FOR);
    lex_next(p);
    if (p->token != TOKEN_WORD || !parse_is_name(p->text, strlen(p->text))) {
        unexpected(p);
        return n;
    }
    n->name = p->text;
    lex_next(p);
    skip_newlines(p);
    if (at_word(p, "in")) {
        struct word **end = &n->words;
        n->has_in = true;
        for (lex_next(p); p->token == TOKEN_WORD; end = &(*end)->next)
            *end = word_take(p);
        if (p->token != TOKEN_SEMICOLON && p->token != TOKEN_NEWLINE)
            unexpected(p);
    }
    if (p->token == TOKEN_SEMICOLON)
        lex_next(p);
    skip_newlines(p);
    expect(p, "do");
    n->then = parse_body(p);
    expect(p, "done");
    return n;
}

static struct case_item *parse_case_item(struct parser *p)
{
    struct case_item *item = arena_alloc(p->arena, sizeof(*item));
    struct word **end = &item->patterns;
    if (p->token == TOKEN_OPEN)
        lex_next(p);
    for (;;) {
        if (p->token != TOKEN_WORD) {
            unexpected(p);
            return item;
        }
        *end = word_take(p);
        end = &(*end)->next;
        if (p->token != TOKEN_PIPE)
            break;
        lex_next(p);
    }
    if (p->token != TOKEN_CLOSE) {
        unexpected(p);
        return item;
    }
    lex_next(p);
    item->body = parse_list(p, true);
    if (p->token == TOKEN_CASE_END) {
        lex_next(p);
        skip_newlines(p);
    } else if (!at_word(p, "esac")) {
        unexpected(p);
    }
    return item;
}

static struct node *parse_case(struct parser *p)
{
    struct node *n = node_new(p, NODE_CASE);
    struct case_item **end = &n->items;
    lex_next(p);
    if (p->token != TOKEN_WORD) {
        unexpected(p);
        return n;
    }
    n->words = word_take(p);
    skip_newlines(p);
    expect(p, "in");
    skip_newlines(p);
    while (!p->error && !at_word(p, "esac")) {
        *end = parse_case_item(p);
        end = &(*end)->next;
    }
    expect(p, "esac");
    return n;
}

static struct node *parse_subshell(struct parser *p)
{
    struct node *n = node_new(p, NODE_SUBSHELL);
    lex_next(p);
    n->child = parse_body(p);
    if (p->token == TOKEN_CLOSE)
        lex_next(p);
    else
        unexpected(p);
    return n;
}

static struct node *parse_group(struct parser *p)
{
    struct node *n = node_new(p, NODE_GROUP);
    lex_next(p);
    n->child = parse_body(p);
    expect(p, "}");
    return n;
}

static struct node *parse_function(struct parser *p, char *name)
{
    struct node *n = node_new(p, NODE_FUNCTION);
    n->name = name;
    lex_next(p); /* ( */
    if (p->token != TOKEN_CLOSE) {
        unexpected(p);
        return n;
    }
    lex_next(p);
    skip_newlines(p);
    bool compound = p->token == TOKEN_OPEN || (is_reserved(p) && !at_word(p, "!"));
    if (!compound)
        unexpected(p);
    else
        n->then = parse_command_node(p);
    return n;
}

static struct node *parse_simple(struct parser *p)
{
    struct node *n = node_new(p, NODE_COMMAND);
    struct word **assignment = &n->assignments, **word = &n->words;
    while (!p->error) {
        if (at_redirect(p)) {
            parse_redirect(p, n);
        } else if (p->token != TOKEN_WORD) {
            break;
        } else if (!n->words && parse_assignment_name(p->text)) {
            *assignment = word_take(p);
            assignment = &(*assignment)->next;
        } else {
            *word = word_take(p);
            /* name() defines a function. */
            if (p->token == TOKEN_OPEN && word == &n->words && !n->assignments && !n->redirects &&
                parse_is_name((*word)->text, strlen((*word)->text)))
                return parse_function(p, (*word)->text);
            word = &(*word)->next;
        }
    }
    if (!n->words && !n->assignments && !n->redirects)
        unexpected(p);
    return n;
}

static struct node *parse_compound(struct parser *p)
{
    if (p->token == TOKEN_OPEN)
        return parse_subshell(p);
    if (at_word(p, "if"))
        return parse_if(p);
    if (at_word(p, "while"))
        return parse_loop(p, NODE_WHILE);
    if (at_word(p, "until"))
        return parse_loop(p, NODE_UNTIL);
    if (at_word(p, "for"))
        return parse_for(p);
    if (at_word(p, "case"))
        return parse_case(p);
    if (at_word(p, "{"))
        return parse_group(p);
    unexpected(p);
    return NULL;
}

static struct node *parse_command_node(struct parser *p)
{
    struct node *n = NULL;
    if (!lex_enter(p))
        return NULL;
    if (p->token == TOKEN_OPEN || is_reserved(p)) {
        n = parse_compound(p);
        if (n)
            parse_redirects(p, n);
    } else {
        n = parse_simple(p);
    }
    p->depth--;
    return n;
}

static struct node *parse_pipe(struct parser *p)
{
    bool negated = false;
    if (at_word(p, "!")) {
        negated = true;
        lex_next(p);
    }
    struct node *first = parse_command_node(p), *last = first;
    if (p->token != TOKEN_PIPE && !negated)
        return first;
    struct node *n = node_new(p, NODE_PIPE);
    n->child = first;
    n->negated = negated;
    while (!p->error && p->token == TOKEN_PIPE) {
        lex_next(p);
        skip_newlines(p);
        last->next = parse_command_node(p);
        last = last->next;
    }
    return n;
}

static struct node *parse_and_or(struct parser *p)
{
    struct node *first = parse_pipe(p), *last = first;
    if (p->token != TOKEN_AND && p->token != TOKEN_OR)
        return first;
    struct node *n = node_new(p, NODE_AND_OR);
    n->child = first;
    while (!p->error && (p->token == TOKEN_AND || p->token == TOKEN_OR)) {
        bool or_else = p->token == TOKEN_OR;
        lex_next(p);
        skip_newlines(p);
        last->next = parse_pipe(p);
        last = last->next;
        if (last)
            last->or_else = or_else;
    }
    return n;
}

static bool at_list_end(const struct parser *p)
{
    static const char *const ends[] = {"then", "elif", "else", "fi", "do", "done", "esac", "}"};
    if (p->token == TOKEN_END || p->token == TOKEN_CLOSE || p->token == TOKEN_CASE_END)
        return true;
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        if (at_word(p, ends[i]))
            return true;
    return false;
}

/* Commands up to what ends a list; `lines`: over several lines, else to the end of the line. NULL if there is none. */
static struct node *parse_list(struct parser *p, bool lines)
{
    struct node *list = NULL, *last = NULL;
    if (lines)
        skip_newlines(p);
    while (!p->error && !at_list_end(p)) {
        struct node *n = parse_and_or(p);
        if (p->error || !n)
            return NULL;
        if (last)
            last->next = n;
        else
            (list = node_new(p, NODE_LIST))->child = n;
        last = n;
        bool separated = p->token == TOKEN_SEMICOLON || p->token == TOKEN_AMPERSAND;
        if (separated) {
            n->background = p->token == TOKEN_AMPERSAND;
            lex_next(p);
        }
        if (p->token == TOKEN_NEWLINE) {
            if (!lines)
                break;
            skip_newlines(p);
        } else if (!separated) {
            break;
        }
    }
    return list;
}

void parse_substitution(struct parser *outer)
{
    struct parser p = {.s = outer->s, .arena = outer->arena, .depth = outer->depth};
    if (!lex_enter(&p)) {
        lex_fail(outer, p.error);
        return;
    }
    lex_next(&p);
    parse_list(&p, true);
    /* The lexer stands right behind the parenthesis: no token after it was read. */
    if (!p.error && p.token != TOKEN_CLOSE)
        unexpected(&p);
    if (!p.error && p.npending)
        lex_fail(&p, "a here-document has no lines");
    if (p.error)
        lex_fail(outer, p.error);
}

static const char *located(struct parser *p)
{
    struct text t = {0};
    if (p->s->name) {
        text_add_string(&t, p->s->name);
        text_add_string(&t, ": ");
    }
    text_add_string(&t, "line ");
    text_add_number(&t, p->s->line);
    text_add_string(&t, ": syntax error: ");
    text_add_string(&t, p->error);
    return text_finish(&t, p->arena);
}

enum parse_result parse_command(struct source *s, struct arena *arena, struct node **out,
                                const char **error)
{
    struct parser p = {.s = s, .arena = arena};
    *out = NULL;
    /* The first line of a command is asked for without "continued". */
    if (s->at >= s->text.len && !s->ended && (!s->more || !s->more(s, false)))
        s->ended = true;
    if (s->at >= s->text.len && s->ended)
        return PARSE_END;
    lex_next(&p);
    if (!p.error && p.token == TOKEN_NEWLINE)
        return PARSE_NOTHING;
    if (!p.error && p.token == TOKEN_END)
        return PARSE_END;
    struct node *n = p.error ? NULL : parse_list(&p, false);
    if (!p.error && (!n || (p.token != TOKEN_NEWLINE && p.token != TOKEN_END)))
        unexpected(&p);
    if (p.error) {
        *error = located(&p);
        while (s->at < s->text.len && s->text.data[s->at++] != '\n')
            ;
        return PARSE_ERROR;
    }
    *out = n;
    return PARSE_COMMAND;
}

enum parse_result parse_text(const char *text, size_t len, struct arena *arena, struct node **out,
                             const char **error)
{
    struct source s;
    source_from_text(&s, text, len);
    struct parser p = {.s = &s, .arena = arena};
    lex_next(&p);
    *out = p.error ? NULL : parse_list(&p, true);
    if (!p.error && p.token != TOKEN_END)
        unexpected(&p);
    if (p.error)
        *error = located(&p);
    source_free(&s);
    return p.error ? PARSE_ERROR : *out ? PARSE_COMMAND : PARSE_NOTHING;
}
