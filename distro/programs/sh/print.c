#include "print.h"

#include "parse.h"

#include <string.h>

struct printer {
    struct text *out;
    const struct redirect *pending[64]; /* here-documents that follow the next new line */
    unsigned npending;
};

static void print_command(struct printer *p, const struct node *n);

static void add(struct printer *p, const char *s)
{
    text_add_string(p->out, s);
}

void print_quoted(struct text *out, const char *s)
{
    text_add_char(out, '\'');
    for (; *s; s++) {
        if (*s == '\'')
            text_add_string(out, "'\\''");
        else
            text_add_char(out, *s);
    }
    text_add_char(out, '\'');
}

static void newline(struct printer *p)
{
    add(p, "\n");
    for (unsigned i = 0; i < p->npending; i++) {
        add(p, p->pending[i]->body ? p->pending[i]->body : "");
        add(p, p->pending[i]->target);
        add(p, "\n");
    }
    p->npending = 0;
}

static void print_words(struct printer *p, const struct word *w, const char *separator)
{
    for (; w; w = w->next) {
        add(p, w->text);
        if (w->next)
            add(p, separator);
    }
}

static void print_redirect(struct printer *p, const struct redirect *r)
{
    static const char *const operators[] = {"<", ">", ">|", ">>", "<>", "<&", ">&", "<< "};
    add(p, " ");
    text_add_number(p->out, r->fd);
    add(p, operators[r->op]);
    if (r->op != REDIRECT_HERE) {
        add(p, r->target);
        return;
    }
    /* Quoted whenever needed: an unquoted delimiter holds no special character. */
    if (r->quoted)
        print_quoted(p->out, r->target);
    else
        add(p, r->target);
    if (p->npending < sizeof(p->pending) / sizeof(p->pending[0]))
        p->pending[p->npending++] = r;
}

static void print_redirects(struct printer *p, const struct node *n)
{
    for (const struct redirect *r = n->redirects; r; r = r->next)
        print_redirect(p, r);
}

/* A list, each command on its own line(s). */
static void print_list(struct printer *p, const struct node *list)
{
    if (!list)
        return;
    for (const struct node *n = list->kind == NODE_LIST ? list->child : list; n; n = n->next) {
        print_command(p, n);
        if (list->kind != NODE_LIST)
            break;
        if (n->background)
            add(p, " &");
        if (n->next)
            newline(p);
    }
}

static void print_block(struct printer *p, const char *begin, const struct node *body,
                        const char *end)
{
    add(p, begin);
    newline(p);
    print_list(p, body);
    newline(p);
    add(p, end);
}

static void print_chain(struct printer *p, const struct node *n)
{
    if (n->negated)
        add(p, "! ");
    for (const struct node *c = n->child; c; c = c->next) {
        if (c != n->child)
            add(p, n->kind == NODE_PIPE ? " | " : c->or_else ? " || " : " && ");
        print_command(p, c);
    }
}

static void print_if(struct printer *p, const struct node *n)
{
    print_block(p, "if", n->child, "then");
    newline(p);
    print_list(p, n->then);
    for (n = n->otherwise; n && n->kind == NODE_IF; n = n->otherwise) {
        newline(p);
        print_block(p, "elif", n->child, "then");
        newline(p);
        print_list(p, n->then);
    }
    newline(p);
    if (n) {
        print_block(p, "else", n, "fi");
        return;
    }
    add(p, "fi");
}

static void print_case(struct printer *p, const struct node *n)
{
    add(p, "case ");
    print_words(p, n->words, " ");
    add(p, " in");
    newline(p);
    for (const struct case_item *i = n->items; i; i = i->next) {
        add(p, "(");
        print_words(p, i->patterns, "|");
        print_block(p, ")", i->body, ";;");
        newline(p);
    }
    add(p, "esac");
}

static void print_for(struct printer *p, const struct node *n)
{
    add(p, "for ");
    add(p, n->name);
    if (n->has_in) {
        add(p, " in ");
        print_words(p, n->words, " ");
    }
    newline(p);
    print_block(p, "do", n->then, "done");
}

static void print_command(struct printer *p, const struct node *n)
{
    switch (n->kind) {
    case NODE_COMMAND:
        /* ">x if": behind a redirection the word is a name like others, and must stay there. */
        if (n->words && !n->assignments && n->redirects && parse_is_reserved(n->words->text)) {
            print_redirects(p, n);
            add(p, " ");
            print_words(p, n->words, " ");
            return;
        }
        print_words(p, n->assignments, " ");
        if (n->assignments && n->words)
            add(p, " ");
        print_words(p, n->words, " ");
        break;
    case NODE_PIPE:
    case NODE_AND_OR:
        print_chain(p, n);
        break;
    case NODE_LIST:
        print_list(p, n);
        break;
    case NODE_SUBSHELL:
        print_block(p, "(", n->child, ")");
        break;
    case NODE_GROUP:
        print_block(p, "{", n->child, "}");
        break;
    case NODE_IF:
        print_if(p, n);
        break;
    case NODE_WHILE:
    case NODE_UNTIL:
        print_block(p, n->kind == NODE_WHILE ? "while" : "until", n->child, "do");
        newline(p);
        print_list(p, n->then);
        newline(p);
        add(p, "done");
        break;
    case NODE_FOR:
        print_for(p, n);
        break;
    case NODE_CASE:
        print_case(p, n);
        break;
    case NODE_FUNCTION:
        add(p, n->name);
        add(p, "() ");
        print_command(p, n->then);
        break;
    }
    print_redirects(p, n);
}

void print_node(struct text *out, const struct node *n)
{
    struct printer p = {.out = out};
    print_command(&p, n);
    if (p.npending > 0)
        newline(&p);
}
