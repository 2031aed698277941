/*
 * Regular expressions: from text to a tree of nodes, from the tree to instructions. Nodes lie in one array and name each other by
 * index; lists of alternatives and of parts are chained by `next`, so recursion goes as deep as parentheses do and no deeper.
 */
#include "pattern.h"
#include "program.h"
#include "regex_program.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX  100u
#define REPEAT_MAX 255u
#define UNLIMITED  0xffffffffu

enum node_kind {
    NODE_EMPTY,
    NODE_CHAR,
    NODE_ANY,
    NODE_SET,
    NODE_ASSERT,
    NODE_LIST,
    NODE_ALT,
    NODE_REPEAT
};

struct node {
    enum node_kind kind;
    uint32_t x;           /* CHAR, SET, ASSERT; REPEAT: least */
    uint32_t y;           /* REPEAT: most */
    uint32_t child, next; /* indexes; 0: none */
    uint32_t depth;
};

struct compiler {
    struct regex *re;
    const char *p, *end;
    bool extended;
    struct node *nodes;
    uint32_t nnodes;
    size_t capacity;
    uint32_t depth;
    uint32_t work; /* nodes visited by generate(): copies of nothing must end too */
    const char *error;
};

static uint32_t node_new(struct compiler *c, enum node_kind kind, uint32_t x)
{
    c->nodes = program_grow(c->nodes, c->nnodes, &c->capacity, sizeof(*c->nodes));
    c->nodes[c->nnodes] = (struct node){.kind = kind, .x = x};
    return c->nnodes++;
}

static uint32_t fail(struct compiler *c, const char *error)
{
    if (!c->error)
        c->error = error;
    c->p = c->end;
    return 0;
}

static bool at(const struct compiler *c, const char *text)
{
    size_t len = strlen(text);
    return (size_t)(c->end - c->p) >= len && memcmp(c->p, text, len) == 0;
}

/* Is the operator `letter` next, in the form that this syntax gives it? */
static bool at_operator(const struct compiler *c, char letter)
{
    return c->extended ? at(c, (char[]){letter, 0}) : at(c, (char[]){'\\', letter, 0});
}

static void skip_operator(struct compiler *c)
{
    c->p += c->extended ? 1 : 2;
}

static void set_add(struct compiler *c, struct regex_set *set, uint32_t first, uint32_t last)
{
    if (first > last) {
        fail(c, "a range ends before it starts");
        return;
    }
    for (uint32_t b = first; b <= last && b < 128; b++)
        set->ascii[b / 8] |= (uint8_t)(1u << b % 8);
    if (last >= 128) {
        set->ranges = program_grow(set->ranges, set->nranges, &set->capacity, sizeof(*set->ranges));
        set->ranges[set->nranges++] = (struct regex_range){first, last};
    }
}

static void set_add_class(struct compiler *c, struct regex_set *set, const char *name, size_t len)
{
    if (!pattern_class_known(name, len)) {
        fail(c, "unknown character class");
        return;
    }
    bool letters =
        c->re->fold && len == 5 && (memcmp(name, "upper", 5) == 0 || memcmp(name, "lower", 5) == 0);
    for (uint32_t b = 0; b < 128; b++)
        if (pattern_class(letters ? "alpha" : name, len, b))
            set_add(c, set, b, b);
}

static uint32_t set_new(struct compiler *c, const struct regex_set *set)
{
    struct regex *re = c->re;
    re->sets = program_grow(re->sets, re->nsets, &re->sets_capacity, sizeof(*re->sets));
    re->sets[re->nsets] = *set;
    return node_new(c, NODE_SET, (uint32_t)re->nsets++);
}

/* Reads [.x.], [=x=] or one character of a bracket expression. */
static uint32_t bracket_element(struct compiler *c)
{
    uint32_t value;
    if (at(c, "[.") || at(c, "[=")) {
        char close = c->p[1];
        c->p += 2;
        if (c->p == c->end)
            return fail(c, "a bracket expression does not end");
        c->p += utf8_decode(&value, c->p, (size_t)(c->end - c->p));
        if (!at(c, (char[]){close, ']', 0}))
            return fail(c, "unknown collating element");
        c->p += 2;
        return value;
    }
    c->p += utf8_decode(&value, c->p, (size_t)(c->end - c->p));
    return value;
}

static void bracket_item(struct compiler *c, struct regex_set *set)
{
    if (at(c, "[:")) {
        const char *name = c->p + 2, *close = name;
        while (close + 1 < c->end && !(close[0] == ':' && close[1] == ']'))
            close++;
        if (close + 1 >= c->end) {
            fail(c, "a bracket expression does not end");
            return;
        }
        c->p = close + 2;
        set_add_class(c, set, name, (size_t)(close - name));
        return;
    }
    uint32_t first = bracket_element(c), last = first;
    if (c->p + 1 < c->end && c->p[0] == '-' && c->p[1] != ']') {
        c->p++;
        last = bracket_element(c);
    }
    if (!c->error)
        set_add(c, set, first, last);
}

/* With case ignored, a letter stands for both of its forms. */
static void set_fold(struct regex_set *set)
{
    for (unsigned b = 'A'; b <= 'Z'; b++) {
        unsigned lower = b - 'A' + 'a';
        bool has = (set->ascii[b / 8] >> b % 8 & 1) || (set->ascii[lower / 8] >> lower % 8 & 1);
        if (has) {
            set->ascii[b / 8] |= (uint8_t)(1u << b % 8);
            set->ascii[lower / 8] |= (uint8_t)(1u << lower % 8);
        }
    }
}

static uint32_t parse_bracket(struct compiler *c)
{
    struct regex_set set = {0};
    c->p++;
    if (at(c, "^")) {
        set.invert = true;
        c->p++;
    }
    for (bool first = true; !c->error; first = false) {
        if (c->p == c->end) {
            fail(c, "a bracket expression does not end");
            break;
        }
        if (*c->p == ']' && !first)
            break;
        bracket_item(c, &set);
    }
    if (c->error) {
        free(set.ranges);
        return 0;
    }
    c->p++;
    if (c->re->fold)
        set_fold(&set);
    return set_new(c, &set);
}

static uint32_t word_set(struct compiler *c, bool invert)
{
    struct regex_set set = {.invert = invert};
    set_add_class(c, &set, "alnum", 5);
    set_add(c, &set, '_', '_');
    return set_new(c, &set);
}

/* What follows a backslash and is no operator. */
static uint32_t parse_escape(struct compiler *c)
{
    c->p++;
    if (c->p == c->end)
        return fail(c, "a backslash at the end");
    switch (*c->p) {
    case '<':
        c->p++;
        return node_new(c, NODE_ASSERT, ASSERT_WORD_START);
    case '>':
        c->p++;
        return node_new(c, NODE_ASSERT, ASSERT_WORD_END);
    case 'b':
        c->p++;
        return node_new(c, NODE_ASSERT, ASSERT_WORD_EDGE);
    case 'B':
        c->p++;
        return node_new(c, NODE_ASSERT, ASSERT_NO_WORD_EDGE);
    case 'w':
    case 'W':
        c->p++;
        return word_set(c, c->p[-1] == 'W');
    }
    if (*c->p >= '1' && *c->p <= '9')
        return fail(c, "back-references are not supported");
    uint32_t value;
    c->p += utf8_decode(&value, c->p, (size_t)(c->end - c->p));
    return node_new(c, NODE_CHAR, c->re->fold ? regex_fold(value) : value);
}

static uint32_t parse_alternatives(struct compiler *c);

static uint32_t parse_group(struct compiler *c)
{
    skip_operator(c);
    if (++c->depth > DEPTH_MAX)
        return fail(c, "nested too deeply");
    uint32_t node = parse_alternatives(c);
    c->depth--;
    if (c->error)
        return 0;
    if (!at_operator(c, ')'))
        return fail(c, "a parenthesis does not end");
    skip_operator(c);
    return node;
}

/* Is '$' an anchor here? In basic expressions only at the end of one. */
static bool dollar_is_anchor(const struct compiler *c)
{
    struct compiler after = *c;
    after.p++;
    return c->extended || after.p == after.end || at(&after, "\\)") || at(&after, "\\|");
}

/* One part without what repeats it. `start`: it begins an alternative. */
static uint32_t parse_atom(struct compiler *c, bool start)
{
    char letter = *c->p;
    if (at_operator(c, '('))
        return parse_group(c);
    if (letter == '[')
        return parse_bracket(c);
    if (letter == '.') {
        c->p++;
        return node_new(c, NODE_ANY, 0);
    }
    if ((letter == '^' && (c->extended || start)) || (letter == '$' && dollar_is_anchor(c))) {
        c->p++;
        return node_new(c, NODE_ASSERT, letter == '^' ? ASSERT_START : ASSERT_END);
    }
    if (c->extended && strchr("*+?{", letter) && letter)
        return fail(c, "nothing to repeat");
    if (!c->extended && at(c, "\\{"))
        return fail(c, "nothing to repeat");
    if (letter == '\\')
        return parse_escape(c);
    uint32_t value;
    c->p += utf8_decode(&value, c->p, (size_t)(c->end - c->p));
    return node_new(c, NODE_CHAR, c->re->fold ? regex_fold(value) : value);
}

static uint32_t parse_count(struct compiler *c, uint32_t missing)
{
    uint32_t value = 0;
    if (c->p == c->end || *c->p < '0' || *c->p > '9')
        return missing;
    while (c->p < c->end && *c->p >= '0' && *c->p <= '9') {
        value = value * 10 + (uint32_t)(*c->p++ - '0');
        if (value > REPEAT_MAX) {
            fail(c, "a repetition of more than 255");
            return 0;
        }
    }
    return value;
}

static void parse_interval(struct compiler *c, uint32_t *least, uint32_t *most)
{
    skip_operator(c);
    const char *start = c->p;
    *least = parse_count(c, 0);
    bool none = c->p == start;
    *most = *least;
    if (at(c, ",")) {
        c->p++;
        *most = parse_count(c, UNLIMITED);
        none = false;
    }
    if (c->error)
        return;
    if (none || !at_operator(c, '}') || *least > *most) {
        fail(c, "not a valid interval");
        return;
    }
    skip_operator(c);
}

/* Reads a repetition if there is one. */
static bool parse_repetition(struct compiler *c, uint32_t *least, uint32_t *most)
{
    *least = 0;
    *most = UNLIMITED;
    if (at(c, "*")) {
        c->p++;
        return true;
    }
    if (at_operator(c, '+')) {
        *least = 1;
        skip_operator(c);
        return true;
    }
    if (at_operator(c, '?')) {
        *most = 1;
        skip_operator(c);
        return true;
    }
    if (at_operator(c, '{')) {
        parse_interval(c, least, most);
        return true;
    }
    return false;
}

static uint32_t repeat(struct compiler *c, uint32_t node, uint32_t least, uint32_t most)
{
    struct node *n = &c->nodes[node];
    /* a** is a*: the usual way to pile up repetitions costs nothing. */
    if (n->kind == NODE_REPEAT && n->x == 0 && n->y == UNLIMITED && least <= 1 && most > 0)
        return node;
    uint32_t depth = n->depth + 1;
    if (depth > DEPTH_MAX)
        return fail(c, "nested too deeply");
    uint32_t r = node_new(c, NODE_REPEAT, least);
    c->nodes[r].y = most;
    c->nodes[r].child = node;
    c->nodes[r].depth = depth;
    return r;
}

/* One alternative: parts one after the other. */
static uint32_t parse_list(struct compiler *c)
{
    uint32_t list = node_new(c, NODE_LIST, 0), last = 0, depth = 0;
    bool start = true, anchored = true; /* nothing, or an anchor, comes before: no repetition */
    while (c->p < c->end && !at_operator(c, '|') &&
           !(at_operator(c, ')') && (c->depth || !c->extended))) {
        uint32_t least, most, part;
        if (!c->extended && anchored && *c->p == '*') {
            c->p++;
            part = node_new(c, NODE_CHAR, '*');
        } else {
            part = parse_atom(c, start);
        }
        start = false;
        anchored = !c->error && c->nodes[part].kind == NODE_ASSERT;
        while (!c->error && !anchored && parse_repetition(c, &least, &most) && !c->error)
            part = repeat(c, part, least, most);
        if (c->error)
            return 0;
        if (last)
            c->nodes[last].next = part;
        else
            c->nodes[list].child = part;
        last = part;
        if (c->nodes[part].depth > depth)
            depth = c->nodes[part].depth;
    }
    c->nodes[list].depth = depth + 1;
    return list;
}

static uint32_t parse_alternatives(struct compiler *c)
{
    uint32_t alt = node_new(c, NODE_ALT, 0), last = parse_list(c);
    c->nodes[alt].child = last;
    uint32_t depth = c->error ? 0 : c->nodes[last].depth;
    while (!c->error && at_operator(c, '|')) {
        skip_operator(c);
        uint32_t list = parse_list(c);
        if (c->error)
            break;
        c->nodes[last].next = list;
        last = list;
        if (c->nodes[list].depth > depth)
            depth = c->nodes[list].depth;
    }
    if (depth > 2 * DEPTH_MAX)
        return fail(c, "nested too deeply");
    c->nodes[alt].depth = depth + 1;
    return alt;
}

static uint32_t emit(struct compiler *c, uint32_t op, uint32_t x)
{
    struct regex *re = c->re;
    if (re->ncode >= REGEX_PROGRAM_MAX) {
        fail(c, "the expression is too large");
        return 0;
    }
    re->code = program_grow(re->code, re->ncode, &re->capacity, sizeof(*re->code));
    re->code[re->ncode] = (struct regex_instruction){op, x, 0};
    return re->ncode++;
}

static void generate(struct compiler *c, uint32_t node);

static void generate_repeat(struct compiler *c, const struct node *n)
{
    struct regex *re = c->re;
    for (uint32_t i = 0; i < n->x && !c->error; i++)
        generate(c, n->child);
    if (n->y == UNLIMITED) {
        uint32_t split = emit(c, OP_SPLIT, 0);
        generate(c, n->child);
        uint32_t jump = emit(c, OP_JUMP, split);
        if (c->error)
            return;
        re->code[split].x = split + 1;
        re->code[split].y = jump + 1;
        return;
    }
    /* Each further copy may be left out with all that follow it: the splits' ends are patched at the end. */
    uint32_t previous = 0;
    for (uint32_t i = n->x; i < n->y && !c->error; i++) {
        uint32_t split = emit(c, OP_SPLIT, 0);
        if (c->error)
            return;
        re->code[split].x = split + 1;
        re->code[split].y = previous;
        previous = split;
        generate(c, n->child);
    }
    while (previous && !c->error) {
        uint32_t before = re->code[previous].y;
        re->code[previous].y = re->ncode;
        previous = before;
    }
}

static void generate_alternatives(struct compiler *c, const struct node *n)
{
    struct regex *re = c->re;
    uint32_t jumps = 0;
    for (uint32_t child = n->child; child && !c->error;) {
        uint32_t next = c->nodes[child].next;
        if (!next) {
            generate(c, child);
            break;
        }
        uint32_t split = emit(c, OP_SPLIT, 0);
        generate(c, child);
        uint32_t jump = emit(c, OP_JUMP, 0);
        if (c->error)
            return;
        re->code[split].x = split + 1;
        re->code[split].y = jump + 1;
        re->code[jump].y = jumps;
        jumps = jump;
        child = next;
    }
    while (jumps && !c->error) {
        uint32_t before = re->code[jumps].y;
        re->code[jumps].x = re->ncode;
        re->code[jumps].y = 0;
        jumps = before;
    }
}

/* Recursion is as deep as the nodes are nested: bounded by DEPTH_MAX. Instruction 0 is never a split or jump (see compile). */
static void generate(struct compiler *c, uint32_t node)
{
    if (c->error)
        return;
    if (++c->work > 8 * REGEX_PROGRAM_MAX) {
        fail(c, "the expression is too large");
        return;
    }
    const struct node n = c->nodes[node];
    switch (n.kind) {
    case NODE_EMPTY:
        break;
    case NODE_CHAR:
        emit(c, OP_CHAR, n.x);
        break;
    case NODE_ANY:
        emit(c, OP_ANY, 0);
        break;
    case NODE_SET:
        emit(c, OP_SET, n.x);
        break;
    case NODE_ASSERT:
        emit(c, OP_ASSERT, n.x);
        break;
    case NODE_LIST:
        for (uint32_t child = n.child; child && !c->error; child = c->nodes[child].next)
            generate(c, child);
        break;
    case NODE_ALT:
        generate_alternatives(c, &n);
        break;
    case NODE_REPEAT:
        generate_repeat(c, &n);
        break;
    }
}

static uint32_t literal(struct compiler *c)
{
    uint32_t list = node_new(c, NODE_LIST, 0), last = 0;
    while (c->p < c->end) {
        uint32_t value;
        c->p += utf8_decode(&value, c->p, (size_t)(c->end - c->p));
        uint32_t part = node_new(c, NODE_CHAR, c->re->fold ? regex_fold(value) : value);
        if (last)
            c->nodes[last].next = part;
        else
            c->nodes[list].child = part;
        last = part;
    }
    return list;
}

static uint32_t parse_pattern(struct compiler *c, const struct regex_pattern *pattern,
                              unsigned flags)
{
    c->p = pattern->text;
    c->end = pattern->text + pattern->len;
    c->depth = 0;
    if (flags & REGEX_LITERAL)
        return literal(c);
    uint32_t node = parse_alternatives(c);
    if (!c->error && c->p < c->end)
        return fail(c, "a parenthesis does not begin");
    return node;
}

static void compile(struct compiler *c, const struct regex_pattern *patterns, size_t npatterns,
                    unsigned flags)
{
    node_new(c, NODE_EMPTY, 0); /* index 0 means none */
    uint32_t alt = node_new(c, NODE_ALT, 0), last = 0;
    for (size_t i = 0; i < npatterns && !c->error; i++) {
        uint32_t node = parse_pattern(c, &patterns[i], flags);
        if (last)
            c->nodes[last].next = node;
        else
            c->nodes[alt].child = node;
        last = node;
    }
    /* An instruction that always holds comes first, so that index 0 can end the chains of splits and jumps. */
    emit(c, OP_JUMP, 1);
    if (flags & REGEX_WHOLE)
        emit(c, OP_ASSERT, ASSERT_START);
    if (flags & REGEX_WORD)
        emit(c, OP_ASSERT, ASSERT_NO_WORD_BEFORE);
    if (npatterns == 0)
        emit(c, OP_JUMP, 0); /* no pattern matches nothing */
    else
        generate(c, alt);
    if (flags & REGEX_WORD)
        emit(c, OP_ASSERT, ASSERT_NO_WORD_AFTER);
    if (flags & REGEX_WHOLE)
        emit(c, OP_ASSERT, ASSERT_END);
    emit(c, OP_MATCH, 0);
}

struct regex *regex_compile(const struct regex_pattern *patterns, size_t npatterns, unsigned flags,
                            const char **error)
{
    struct regex *re = program_alloc(sizeof(*re));
    memset(re, 0, sizeof(*re));
    re->fold = (flags & REGEX_IGNORE_CASE) != 0;
    struct compiler c = {.re = re, .extended = (flags & REGEX_EXTENDED) != 0};
    compile(&c, patterns, npatterns, flags);
    free(c.nodes);
    if (c.error) {
        *error = c.error;
        regex_free(re);
        return NULL;
    }
    regex_prepare(re);
    return re;
}

void regex_free(struct regex *re)
{
    if (!re)
        return;
    for (size_t i = 0; i < re->nsets; i++)
        free(re->sets[i].ranges);
    free(re->sets);
    free(re->code);
    free(re->now.list);
    free(re->next.list);
    free(re->stack);
    free(re->seen);
    free(re);
}
