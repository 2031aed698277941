/* uniq: drops lines that repeat the line before. */
#include "../lib/input.h"
#include "../lib/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct program about = {
    "uniq",
    "usage: uniq [-c] [-d | -u] [FILE [OUTPUT]]\n\n"
    "Writes each line that differs from the line before it.\n\n"
    "  -c   before each line how often it came in a row\n"
    "  -d   only lines that came more than once\n"
    "  -u   only lines that came once\n\n"
    "Exit status: 0, or 1 if a file could not be read or written.\n",
    PROGRAM_FAILED,
};

struct uniq {
    char *line;
    size_t len, size;
    unsigned long count;
    bool counts, repeated, single;
};

static void flush(const struct uniq *u)
{
    if (u->count == 0 || (u->repeated && u->count == 1) || (u->single && u->count > 1))
        return;
    if (u->counts)
        printf("%7lu ", u->count);
    fwrite(u->line, 1, u->len, stdout);
    putchar('\n');
}

static int filter(struct input *in, void *context)
{
    struct uniq *u = context;
    char *line;
    for (size_t n; (n = input_line(in, &line)) > 0;) {
        if (line[n - 1] == '\n')
            n--;
        if (u->count > 0 && n == u->len && memcmp(line, u->line, n) == 0) {
            u->count++;
            continue;
        }
        flush(u);
        if (n > u->size || !u->line) {
            u->size = 2 * n + 64;
            u->line = program_resize(u->line, u->size, 1);
        }
        memcpy(u->line, line, n);
        u->len = n;
        u->count = 1;
    }
    flush(u);
    free(u->line);
    return PROGRAM_OK;
}

int main(int argc, char **argv)
{
    static struct uniq u;
    program_start(&about);
    struct options o = options_begin(argc, argv, "cdu", NULL);
    for (int c; (c = options_next(&o)) != 0;) {
        u.counts |= c == 'c';
        u.repeated |= c == 'd';
        u.single |= c == 'u';
    }
    if (o.noperands > 2)
        program_misuse("too many operands");
    if (o.noperands == 2 && !freopen(o.operands[1], "w", stdout)) {
        program_errno(o.operands[1]);
        return PROGRAM_FAILED;
    }
    return program_end(input_each(o.noperands > 0, o.operands, filter, &u));
}
