/* read: a line of standard input into variables. */
#include "arena.h"
#include "builtins.h"
#include "parse.h"
#include "shell.h"
#include "vars.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A line with, for each byte, whether a backslash quoted it. */
struct read_line {
    struct text bytes, quoted;
    bool ended; /* by a new line, not by the end of the file */
};

/* Byte by byte: what follows the line belongs to the next reader. */
static int next_byte(void)
{
    char c;
    ssize_t n;
    do
        n = read(STDIN_FILENO, &c, 1);
    while (n < 0 && errno == EINTR && !shell.interactive);
    return n == 1 ? (unsigned char)c : -1;
}

static void line_read(struct read_line *l, bool raw)
{
    for (int c; (c = next_byte()) >= 0;) {
        bool quoted = c == '\\' && !raw;
        if (quoted) {
            c = next_byte();
            if (c == '\n')
                continue;
            if (c < 0)
                return;
        } else if (c == '\n') {
            l->ended = true;
            return;
        }
        if (c == '\0')
            continue;
        text_add_char(&l->bytes, (char)c);
        text_add_char(&l->quoted, quoted ? 'q' : ' ');
    }
}

struct splitting {
    const struct read_line *line;
    const char *ifs;
    size_t at;
};

static bool separates(const struct splitting *s, size_t at, bool space)
{
    char c = s->line->bytes.data[at];
    bool is_space = c == ' ' || c == '\t' || c == '\n';
    return s->line->quoted.data[at] != 'q' && strchr(s->ifs, c) && (is_space || !space);
}

static void skip_spaces(struct splitting *s)
{
    while (s->at < s->line->bytes.len && separates(s, s->at, true))
        s->at++;
}

/* The next field; its end, and the position behind what separates it from the rest. */
static size_t field_end(struct splitting *s)
{
    while (s->at < s->line->bytes.len && !separates(s, s->at, false))
        s->at++;
    size_t end = s->at;
    skip_spaces(s);
    if (s->at < s->line->bytes.len && separates(s, s->at, false)) {
        s->at++;
        skip_spaces(s);
    }
    return end;
}

static bool set(const char *name, const struct read_line *l, size_t start, size_t end)
{
    char *value = program_strndup(l->bytes.data ? l->bytes.data + start : "", end - start);
    bool good = var_set(name, value);
    free(value);
    return good;
}

static bool assign_fields(const struct read_line *l, char **names, int n)
{
    const char *ifs = var_get("IFS");
    struct splitting s = {.line = l, .ifs = ifs ? ifs : " \t\n"};
    skip_spaces(&s);
    for (int i = 0; i < n - 1; i++) {
        size_t start = s.at, end = field_end(&s);
        if (!set(names[i], l, start, end))
            return false;
    }
    /* The last name gets the rest, without a separator that only ends it. */
    size_t start = s.at, end = field_end(&s);
    if (s.at < l->bytes.len) {
        end = l->bytes.len;
        while (end > start && separates(&s, end - 1, true))
            end--;
    }
    return set(names[n - 1], l, start, end);
}

int builtin_read(int argc, char **argv)
{
    static char reply[] = "REPLY";
    char *only[] = {reply};
    struct read_line l = {0};
    bool raw = false;
    int first = 1;
    for (; first < argc && argv[first][0] == '-' && argv[first][1]; first++) {
        if (strcmp(argv[first], "-r") == 0) {
            raw = true;
        } else if (strcmp(argv[first], "-p") == 0 && first + 1 < argc) {
            fputs(argv[++first], stderr);
        } else {
            shell_message("read: %s: unknown option", argv[first]);
            return 2;
        }
    }
    for (int i = first; i < argc; i++) {
        if (!parse_is_name(argv[i], strlen(argv[i]))) {
            shell_message("read: %s: is not a name", argv[i]);
            return 2;
        }
    }
    fflush(stdout);
    line_read(&l, raw);
    bool good =
        assign_fields(&l, first < argc ? argv + first : only, first < argc ? argc - first : 1);
    text_free(&l.bytes);
    text_free(&l.quoted);
    return good && l.ended ? 0 : 1;
}
