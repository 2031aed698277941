/* grep: lines that match a regular expression. */
#include "../lib/input.h"
#include "../lib/program.h"
#include "../lib/regex.h"
#include "../lib/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct program about = {
    "grep",
    "usage: grep [-EFivwxnclLoqshH] [-m N] PATTERN [FILE]...\n"
    "       grep [OPTION]... -e PATTERN... [FILE]...\n"
    "       grep -r [OPTION]... PATTERN [PATH]...\n\n"
    "Writes the lines that match PATTERN, a basic regular expression.\n\n"
    "  -E   PATTERN is an extended regular expression, -F plain text\n"
    "  -e PATTERN   one of several patterns, or one that starts with -\n"
    "  -i   upper and lower case of ASCII letters are equal\n"
    "  -v   the lines that do not match\n"
    "  -w   only whole words, -x only whole lines\n"
    "  -n   with line numbers\n"
    "  -c   only how many lines of each file\n"
    "  -l   only names of files with such lines, -L of files without (the exit status is as "
    "without -L)\n"
    "  -o   only the matching parts\n"
    "  -m N   at most N lines of each file\n"
    "  -r   all files below the PATHs (.)\n"
    "  -H, -h   always or never with file names; by default if there are several\n"
    "  -q   write nothing, end at the first match\n"
    "  -s   no messages about files that cannot be read\n\n"
    "Back-references (\\1) are refused: no pattern can take exponential time here.\n\n"
    "Exit status: 0 if a line was found, 1 if none, 2 after an error.\n",
    2,
};

static struct {
    struct regex *re;
    bool invert, numbers, count, list, list_without, only, quiet, silent, names;
    uint64_t most;
    bool any, failed;
} g = {.most = UINT64_MAX};

static void name_print(const char *name, char separator)
{
    if (g.names)
        printf("%s%c", name, separator);
}

static void matches_print(const char *name, uint64_t number, const char *line, size_t len,
                          size_t start, size_t end)
{
    for (;;) {
        if (end > start) {
            name_print(name, ':');
            if (g.numbers)
                printf("%llu:", (unsigned long long)number);
            fwrite(line + start, 1, end - start, stdout);
            putchar('\n');
        }
        size_t next = end > start ? end : end + 1;
        if (next > len || !regex_search(g.re, line, len, next, &start, &end))
            return;
    }
}

static void line_print(const char *name, uint64_t number, const char *line, size_t len)
{
    name_print(name, ':');
    if (g.numbers)
        printf("%llu:", (unsigned long long)number);
    fwrite(line, 1, len, stdout);
    putchar('\n');
}

/* Searches one file; returns how many lines were selected. */
static uint64_t search(struct input *in, const char *name)
{
    bool print = !g.quiet && !g.count && !g.list && !g.list_without;
    uint64_t number = 0, selected = 0;
    char *line;

    for (size_t n; selected < g.most && (n = input_line(in, &line)) > 0;) {
        size_t start, end;
        bool binary = memchr(line, '\0', n) != NULL;
        number++;
        if (line[n - 1] == '\n')
            n--;
        if (regex_search(g.re, line, n, 0, &start, &end) == g.invert)
            continue;
        selected++;
        if (g.quiet || g.list || g.list_without)
            break;
        if (print && binary) {
            printf("%s: binary file matches\n", name);
            break;
        }
        if (print && g.only && !g.invert)
            matches_print(name, number, line, n, start, end);
        else if (print && !g.only)
            line_print(name, number, line, n);
    }
    return selected;
}

static void report(struct input *in, const char *name)
{
    uint64_t selected = g.most ? search(in, name) : 0;
    g.failed |= in->failed;
    g.any |= selected > 0;
    if (g.quiet)
        return;
    if (g.count) {
        name_print(name, ':');
        printf("%llu\n", (unsigned long long)selected);
    }
    if ((g.list && selected > 0) || (g.list_without && selected == 0))
        puts(name);
}

static void search_file(const char *path)
{
    static struct input in;
    struct stat st;
    if (strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        if (!g.silent)
            program_error("%s: is a directory", path);
        return;
    }
    if (g.silent && strcmp(path, "-") != 0 && stat(path, &st) != 0) {
        g.failed = true;
        return;
    }
    if (input_open(&in, path) != 0) {
        g.failed = true;
        return;
    }
    report(&in, strcmp(path, "-") == 0 ? "(standard input)" : path);
    input_close(&in);
}

static void search_tree(const char *path)
{
    struct tree t;
    enum tree_event event;
    tree_begin(&t, path, true);
    while ((event = tree_next(&t)) != TREE_END) {
        if (event == TREE_ERROR) {
            g.failed = true;
            if (!g.silent)
                program_errno(t.path);
        } else if (event == TREE_FILE && S_ISREG(t.stat.st_mode)) {
            search_file(t.path);
        }
    }
    tree_end(&t);
}

struct patterns {
    struct regex_pattern *list;
    size_t n, capacity;
};

/* Each line of the text is a pattern. */
static void patterns_add(struct patterns *p, const char *text)
{
    for (const char *end; text; text = end ? end + 1 : NULL) {
        end = strchr(text, '\n');
        p->list = program_grow(p->list, p->n, &p->capacity, sizeof(*p->list));
        p->list[p->n++] = (struct regex_pattern){text, end ? (size_t)(end - text) : strlen(text)};
    }
}

static unsigned option(int c, const char *value, struct patterns *patterns)
{
    g.invert |= c == 'v';
    g.numbers |= c == 'n';
    g.count |= c == 'c';
    g.list |= c == 'l';
    g.list_without |= c == 'L';
    g.only |= c == 'o';
    g.quiet |= c == 'q';
    g.silent |= c == 's';
    if (c == 'e')
        patterns_add(patterns, value);
    if (c == 'm' && !program_number(value, UINT64_MAX, &g.most))
        program_misuse("'%s' is not a number of lines", value);
    return (c == 'E' ? REGEX_EXTENDED : 0) | (c == 'F' ? REGEX_LITERAL : 0) |
           (c == 'i' || c == 'y' ? REGEX_IGNORE_CASE : 0) | (c == 'w' ? REGEX_WORD : 0) |
           (c == 'x' ? REGEX_WHOLE : 0);
}

int main(int argc, char **argv)
{
    struct patterns patterns = {0};
    bool recursive = false;
    int with_names = 0, first = 0;
    unsigned flags = 0;
    const char *error;

    program_start(&about);
    struct options o = options_begin(argc, argv, "EFGivywxnclLoqshHrRe:m:", NULL);
    for (int c; (c = options_next(&o)) != 0;) {
        flags |= option(c, o.value, &patterns);
        recursive |= c == 'r' || c == 'R';
        if (c == 'h' || c == 'H')
            with_names = c == 'H' ? 1 : -1;
    }
    if (!patterns.list) {
        if (o.noperands == 0)
            program_misuse("PATTERN is missing");
        patterns_add(&patterns, o.operands[first++]);
    }
    g.re = regex_compile(patterns.list, patterns.n, flags, &error);
    if (!g.re)
        program_die("the pattern is not valid: %s", error);
    int nfiles = o.noperands - first;
    g.names = with_names ? with_names > 0 : recursive || nfiles > 1;
    if (nfiles == 0 && recursive)
        search_tree(".");
    else if (nfiles == 0)
        search_file("-");
    for (int i = 0; i < nfiles && !(g.quiet && g.any); i++) {
        if (recursive)
            search_tree(o.operands[first + i]);
        else
            search_file(o.operands[first + i]);
    }
    regex_free(g.re);
    free(patterns.list);
    if (g.failed && !(g.quiet && g.any))
        return program_end(2);
    return program_end(g.any ? 0 : 1);
}
