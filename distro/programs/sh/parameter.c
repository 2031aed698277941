/* Parameter expansion (XCU 2.6.2). */
#include "expand_parts.h"
#include "lex.h"
#include "shell.h"
#include "vars.h"

#include "../lib/pattern.h"
#include "../lib/program.h"
#include "../lib/utf8.h"

#include <string.h>

/* $- */
static void option_letters(struct text *t)
{
    if (shell.exit_on_error)
        text_add_char(t, 'e');
    if (shell.no_glob)
        text_add_char(t, 'f');
    if (shell.interactive)
        text_add_char(t, 'i');
    if (shell.no_unset)
        text_add_char(t, 'u');
    if (shell.trace)
        text_add_char(t, 'x');
}

/* The value of a parameter other than @ and *, in the arena; NULL if it is not set. */
static const char *value_of(struct expansion *e, const char *name, size_t len)
{
    struct text t = {0};
    uint64_t position;
    char *copy = arena_strndup(e->arena, name, len);
    switch (len == 1 ? name[0] : 0) {
    case '#':
        text_add_number(&t, shell.parameters.count);
        break;
    case '?':
        text_add_number(&t, shell.status);
        break;
    case '$':
        text_add_number(&t, shell.pid);
        break;
    case '!':
        if (shell.last_background == 0)
            return NULL;
        text_add_number(&t, shell.last_background);
        break;
    case '-':
        option_letters(&t);
        break;
    default:
        if (!program_number(copy, 1u << 30, &position))
            return var_get(copy);
        if (position == 0)
            return shell.name;
        return position <= (uint64_t)shell.parameters.count ? shell.parameters.values[position - 1]
                                                            : NULL;
    }
    return text_finish(&t, e->arena);
}

/* $@ and $*: all positional parameters. */
static void expand_all(struct expansion *e, char which, bool quoted)
{
    const char *ifs = var_get("IFS");
    char separator = ifs ? ifs[0] : ' ';
    enum mark mark = quoted ? MARK_QUOTED : MARK_SPLIT;
    bool joined = e->single || (quoted && which == '*');
    if (which == '@' && joined)
        separator = ' ';
    for (int i = 0; i < shell.parameters.count; i++) {
        if (i > 0 && joined && separator)
            expansion_add(e, &separator, 1, mark);
        else if (i > 0 && !joined)
            expansion_add(e, " ", 1, MARK_BREAK);
        if (quoted && !joined)
            expansion_add(e, " ", 1, MARK_EMPTY);
        expansion_add(e, shell.parameters.values[i], strlen(shell.parameters.values[i]), mark);
    }
    if (shell.parameters.count == 0 && which == '@')
        e->no_parameters = true;
}

static void add_value(struct expansion *e, const char *value, size_t len, bool quoted)
{
    expansion_add(e, value, len, quoted ? MARK_QUOTED : MARK_SPLIT);
}

/* The word of ${x-word}: as it stands, but where it is not quoted its bytes are split as if they came from a variable. */
static void add_word(struct expansion *e, const char *word, size_t len, bool quoted)
{
    size_t before = e->marks.len;
    expand_raw(e, word, len, quoted);
    for (size_t i = before; i < e->marks.len && !quoted; i++)
        if (e->marks.data[i] == MARK_LITERAL)
            e->marks.data[i] = MARK_SPLIT;
}

static char *word_string(struct expansion *e, const char *word, size_t len)
{
    struct expansion inner = {.single = true, .arena = e->arena};
    expand_raw(&inner, word, len, false);
    return expansion_string(&inner);
}

/* ${x#pattern} and its kin. */
static void add_trimmed(struct expansion *e, const char *value, const char *op, const char *word,
                        size_t len, bool quoted)
{
    struct expansion inner = {.single = true, .arena = e->arena};
    expand_raw(&inner, word, len, false);
    char *pattern = expansion_pattern(&inner);
    size_t pattern_len = strlen(pattern), total = strlen(value);
    bool longest = op[1] == op[0], prefix = op[0] == '#';
    /* The part that is cut off: from short to long or from long to short. */
    for (size_t i = 0; i <= total; i++) {
        size_t part = longest ? total - i : i;
        const char *start = prefix ? value : value + total - part;
        /* Only whole characters are cut. */
        const char *edge = prefix ? value + part : start;
        if (((unsigned char)*edge & 0xc0) == 0x80)
            continue;
        if (pattern_match(pattern, pattern_len, start, part)) {
            add_value(e, prefix ? value + part : value, total - part, quoted);
            return;
        }
    }
    add_value(e, value, total, quoted);
}

static void add_length(struct expansion *e, const char *value, bool quoted)
{
    size_t characters = 0, len = strlen(value), n;
    struct text t = {0};
    for (size_t i = 0; i < len; i += n, characters++) {
        uint32_t unused;
        n = utf8_decode(&unused, value + i, len - i);
    }
    text_add_number(&t, (long long)characters);
    add_value(e, t.data, t.len, quoted);
    text_free(&t);
}

static void assign_default(struct expansion *e, const char *name, size_t name_len, const char *word,
                           size_t len, bool quoted)
{
    char *value = word_string(e, word, len);
    if (shell.flow != FLOW_NONE)
        return;
    if (!parse_is_name(name, name_len)) {
        shell_error("%.*s: cannot be assigned to in this way", (int)name_len, name);
        return;
    }
    if (var_set(arena_strndup(e->arena, name, name_len), value))
        add_value(e, value, strlen(value), quoted);
}

static size_t name_length(const char *s, size_t len)
{
    size_t n = 0;
    if (len == 0)
        return 0;
    if (strchr("@*#?-$!", s[0]))
        return 1;
    if (s[0] >= '0' && s[0] <= '9') {
        while (n < len && s[n] >= '0' && s[n] <= '9')
            n++;
        return n;
    }
    while (n < len && parse_is_name(s, n + 1))
        n++;
    return n;
}

/* One of - = ? + after an optional colon. */
static void expand_default(struct expansion *e, const char *name, size_t name_len,
                           const char *value, char op, const char *word, size_t len, bool quoted)
{
    bool all = name_len == 1 && (name[0] == '@' || name[0] == '*');
    if (op == '+') {
        if (value)
            add_word(e, word, len, quoted);
        return;
    }
    if (value) {
        if (all)
            expand_all(e, name[0], quoted);
        else
            add_value(e, value, strlen(value), quoted);
        return;
    }
    if (op == '-') {
        add_word(e, word, len, quoted);
    } else if (op == '=') {
        assign_default(e, name, name_len, word, len, quoted);
    } else {
        const char *message = len ? word_string(e, word, len) : "parameter not set";
        if (shell.flow == FLOW_NONE)
            shell_error("%.*s: %s", (int)name_len, name, message);
    }
}

static bool check_set(const char *value, const char *name, size_t len)
{
    if (!value && shell.no_unset)
        shell_error("%.*s: parameter not set", (int)len, name);
    return shell.flow == FLOW_NONE;
}

void expand_parameter(struct expansion *e, const char *text, size_t len, bool quoted)
{
    size_t n = name_length(text, len);
    /* ${#x} is a length; ${#} and ${#-word} are about the number of parameters. */
    if (len > 1 && text[0] == '#' && name_length(text + 1, len - 1) == len - 1) {
        bool every = len == 2 && (text[1] == '@' || text[1] == '*');
        const char *value = value_of(e, every ? "#" : text + 1, len - 1);
        if (every)
            add_value(e, value, strlen(value), quoted);
        else if (check_set(value, text + 1, len - 1))
            add_length(e, value ? value : "", quoted);
        return;
    }
    const char *op = text + n;
    bool all = n == 1 && (text[0] == '@' || text[0] == '*');
    if (n == 0) {
        shell_error("${%.*s}: bad substitution", (int)(len < 40 ? len : 40), text);
        return;
    }
    if (all && n == len) {
        expand_all(e, text[0], quoted);
        return;
    }
    const char *value =
        all ? (shell.parameters.count ? shell.parameters.values[0] : NULL) : value_of(e, text, n);
    if (n == len) {
        if (check_set(value, text, n) && value)
            add_value(e, value, strlen(value), quoted);
        return;
    }
    size_t colon = *op == ':' && n + 1 < len;
    if (strchr("-=?+", op[colon]) && n + colon < len) {
        if (colon && value && *value == '\0')
            value = NULL;
        expand_default(e, text, n, value, op[colon], op + colon + 1, len - n - colon - 1, quoted);
    } else if (*op == '#' || *op == '%') {
        size_t op_len = 1 + (n + 1 < len && op[1] == op[0]);
        if (check_set(value, text, n))
            add_trimmed(e, value ? value : "", op_len == 2 ? op : (char[]){*op, 0}, op + op_len,
                        len - n - op_len, quoted);
    } else {
        shell_error("${%.*s}: bad substitution", (int)(len < 40 ? len : 40), text);
    }
}
