/* cut: selected fields, characters or bytes of each line. */
#include "../lib/input.h"
#include "../lib/program.h"
#include "../lib/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct program about = {
    "cut",
    "usage: cut -f LIST [-d C] [-s] [FILE]...\n"
    "       cut -c LIST | -b LIST [FILE]...\n\n"
    "Writes parts of each line. LIST is numbers and ranges from 1: 1,3-5,7-\n\n"
    "  -f LIST   fields\n"
    "  -d C      the byte between fields; a tab by default\n"
    "  -s        leave out lines that have no such byte\n"
    "  -c LIST   characters (UTF-8)\n"
    "  -b LIST   bytes\n\n"
    "Exit status: 0, 1 if a file could not be read or written, 2 for wrong usage.\n",
    PROGRAM_FAILED,
};

struct range {
    uint64_t first, last;
};

struct cut {
    struct range *ranges; /* sorted, disjoint */
    size_t nranges;
    char unit; /* 'f', 'c' or 'b' */
    char delimiter;
    bool only_delimited;
};

static int range_compare(const void *a, const void *b)
{
    const struct range *x = a, *y = b;
    return x->first < y->first ? -1 : x->first > y->first;
}

static void list_parse(struct cut *c, const char *list)
{
    size_t capacity = 0;
    char *copy = program_strdup(list), *rest = copy;
    while (rest) {
        char *item = rest, *dash;
        rest = strchr(item, ',');
        if (rest)
            *rest++ = '\0';
        struct range r = {1, UINT64_MAX};
        dash = strchr(item, '-');
        if (dash)
            *dash = '\0';
        bool ok = (dash && *item == '\0') || program_number(item, UINT64_MAX, &r.first);
        if (!dash)
            r.last = r.first;
        else if (dash[1])
            ok = ok && program_number(dash + 1, UINT64_MAX, &r.last);
        if (!ok || r.first == 0 || r.last < r.first || (dash && *item == '\0' && !dash[1]))
            program_misuse("'%s' is not a list of ranges", list);
        c->ranges = program_grow(c->ranges, c->nranges, &capacity, sizeof(*c->ranges));
        c->ranges[c->nranges++] = r;
    }
    free(copy);
    qsort(c->ranges, c->nranges, sizeof(*c->ranges), range_compare);
    size_t n = 0;
    for (size_t i = 1; i < c->nranges; i++) {
        if (c->ranges[n].last >= c->ranges[i].first) {
            if (c->ranges[i].last > c->ranges[n].last)
                c->ranges[n].last = c->ranges[i].last;
        } else {
            c->ranges[++n] = c->ranges[i];
        }
    }
    c->nranges = n + 1;
}

/* Positions come in rising order: `*at` is the first range that is not yet past. */
static bool selected(const struct cut *c, size_t *at, uint64_t position)
{
    while (*at < c->nranges && c->ranges[*at].last < position)
        ++*at;
    return *at < c->nranges && c->ranges[*at].first <= position;
}

static void line_units(const struct cut *c, const char *line, size_t len)
{
    size_t at = 0, n;
    uint64_t position = 0;
    for (size_t i = 0; i < len; i += n) {
        uint32_t unused;
        n = c->unit == 'c' ? utf8_decode(&unused, line + i, len - i) : 1;
        if (selected(c, &at, ++position))
            fwrite(line + i, 1, n, stdout);
    }
    putchar('\n');
}

static void line_fields(const struct cut *c, const char *line, size_t len)
{
    size_t at = 0;
    uint64_t position = 0;
    bool printed = false;
    if (!memchr(line, c->delimiter, len)) {
        if (!c->only_delimited) {
            fwrite(line, 1, len, stdout);
            putchar('\n');
        }
        return;
    }
    for (const char *end = line + len, *field = line; field <= end;) {
        const char *next = memchr(field, c->delimiter, (size_t)(end - field));
        if (!next)
            next = end;
        if (selected(c, &at, ++position)) {
            if (printed)
                putchar(c->delimiter);
            fwrite(field, 1, (size_t)(next - field), stdout);
            printed = true;
        }
        field = next + 1;
    }
    putchar('\n');
}

static int filter(struct input *in, void *context)
{
    const struct cut *c = context;
    char *line;
    for (size_t n; (n = input_line(in, &line)) > 0;) {
        if (line[n - 1] == '\n')
            n--;
        if (c->unit == 'f')
            line_fields(c, line, n);
        else
            line_units(c, line, n);
    }
    return PROGRAM_OK;
}

int main(int argc, char **argv)
{
    static struct cut cut_state = {.delimiter = '\t'};
    struct cut *c = &cut_state;
    program_start(&about);
    struct options o = options_begin(argc, argv, "f:c:b:d:sn", NULL);
    for (int letter; (letter = options_next(&o)) != 0;) {
        if (letter == 'd') {
            if (strlen(o.value) != 1)
                program_misuse("the delimiter must be a single byte");
            c->delimiter = o.value[0];
        } else if (letter == 's') {
            c->only_delimited = true;
        } else if (letter != 'n') {
            if (c->unit)
                program_misuse("only one of -f, -c and -b can be given");
            c->unit = (char)letter;
            list_parse(c, o.value);
        }
    }
    if (!c->unit)
        program_misuse("one of -f, -c and -b must be given");
    int status = input_each(o.noperands, o.operands, filter, c);
    free(c->ranges);
    return program_end(status);
}
