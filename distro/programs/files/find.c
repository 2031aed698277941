/* find: names everything below a directory that fits. */
#include "../lib/pattern.h"
#include "../lib/program.h"
#include "../lib/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct program about = {
    "find",
    "usage: find [PATH]... [TEST]...\n\n"
    "Writes the path of everything at and below each PATH (.) for which all tests hold. Links are "
    "not followed.\n\n"
    "  -name PATTERN    the name matches: * ? [...]\n"
    "  -path PATTERN    the whole path matches\n"
    "  -type C          f file, d directory, l symbolic link\n"
    "  -size [+-]N[ck]  more than, less than or exactly N bytes (c), KiB (k) or blocks of 512, "
    "rounded up\n"
    "  -maxdepth N      at most N levels below PATH\n"
    "  -mindepth N      at least N levels below PATH\n"
    "  ! TEST           the test does not hold\n"
    "  -print0          end each path with a NUL byte instead of a new line\n\n"
    "Exit status: 0, 1 if something could not be read, 2 for wrong usage.\n",
    PROGRAM_FAILED,
};

enum kind { NAME, PATH, TYPE, SIZE };

struct test {
    enum kind kind;
    bool negated;
    const char *text; /* pattern, or type letter */
    int order;        /* SIZE: +1 more, -1 less, 0 equal */
    uint64_t size, unit;
};

static struct {
    struct test *tests;
    size_t n, capacity;
    uint64_t least, most;
    char end;
} query = {.most = UINT64_MAX, .end = '\n'};

static const char *last_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

static bool holds(const struct test *t, const struct tree *at)
{
    switch (t->kind) {
    case NAME: {
        const char *name = last_name(at->path);
        return pattern_match(t->text, strlen(t->text), name, strlen(name));
    }
    case PATH:
        return pattern_match(t->text, strlen(t->text), at->path, strlen(at->path));
    case TYPE:
        return (t->text[0] == 'f' && S_ISREG(at->stat.st_mode)) ||
               (t->text[0] == 'd' && S_ISDIR(at->stat.st_mode)) ||
               (t->text[0] == 'l' && S_ISLNK(at->stat.st_mode));
    case SIZE: {
        uint64_t len = (uint64_t)at->stat.st_size;
        uint64_t units = len / t->unit + (len % t->unit != 0);
        return t->order > 0 ? units > t->size : t->order < 0 ? units < t->size : units == t->size;
    }
    }
    return false;
}

static int walk(const char *path)
{
    struct tree t;
    enum tree_event event;
    int status = PROGRAM_OK;

    tree_begin(&t, path, false);
    while ((event = tree_next(&t)) != TREE_END) {
        if (event == TREE_ERROR) {
            program_errno(t.path);
            status = PROGRAM_FAILED;
        }
        if (event != TREE_FILE && event != TREE_ENTER)
            continue;
        t.skip = event == TREE_ENTER && t.depth >= query.most;
        bool wanted = t.depth >= query.least && t.depth <= query.most;
        for (size_t i = 0; i < query.n && wanted; i++)
            wanted = holds(&query.tests[i], &t) != query.tests[i].negated;
        if (wanted) {
            fputs(t.path, stdout);
            putchar(query.end);
        }
    }
    tree_end(&t);
    return status;
}

static void size_parse(struct test *t)
{
    char *copy = program_strdup(t->text), *digits = copy + (*copy == '+' || *copy == '-');
    size_t len = strlen(digits);
    t->order = *copy == '+' ? 1 : *copy == '-' ? -1 : 0;
    t->unit = 512;
    if (len > 0 && (digits[len - 1] == 'c' || digits[len - 1] == 'k')) {
        t->unit = digits[len - 1] == 'c' ? 1 : 1024;
        digits[len - 1] = '\0';
    }
    if (!program_number(digits, UINT64_MAX, &t->size))
        program_misuse("'%s' is not a size", t->text);
    free(copy);
}

static void test_parse(const char *word, const char *value, bool negated)
{
    struct test t = {.text = value, .negated = negated};
    if (!value)
        program_misuse("%s needs a value", word);
    if (strcmp(word, "-maxdepth") == 0 || strcmp(word, "-mindepth") == 0) {
        if (!program_number(value, UINT64_MAX, word[2] == 'a' ? &query.most : &query.least))
            program_misuse("'%s' is not a depth", value);
        return;
    }
    if (strcmp(word, "-name") == 0)
        t.kind = NAME;
    else if (strcmp(word, "-path") == 0)
        t.kind = PATH;
    else if (strcmp(word, "-type") == 0)
        t.kind = TYPE;
    else if (strcmp(word, "-size") == 0)
        t.kind = SIZE;
    else
        program_misuse("unknown test %s", word);
    if (t.kind == TYPE && (strlen(value) != 1 || !strchr("fdl", value[0])))
        program_misuse("unknown type '%s'", value);
    if (t.kind == SIZE)
        size_parse(&t);
    query.tests = program_grow(query.tests, query.n, &query.capacity, sizeof(*query.tests));
    query.tests[query.n++] = t;
}

int main(int argc, char **argv)
{
    int npaths = 1, status = PROGRAM_OK;
    bool negated = false;

    program_start(&about);
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(about.help, stdout);
        return program_end(PROGRAM_OK);
    }
    while (npaths < argc && argv[npaths][0] != '-' && strcmp(argv[npaths], "!") != 0)
        npaths++;
    for (int i = npaths; i < argc; i++) {
        if (strcmp(argv[i], "!") == 0) {
            negated = !negated;
            continue;
        }
        if (strcmp(argv[i], "-print0") == 0) {
            query.end = '\0';
        } else if (strcmp(argv[i], "-print") != 0) {
            test_parse(argv[i], i + 1 < argc ? argv[i + 1] : NULL, negated);
            i++;
        }
        negated = false;
    }
    if (negated)
        program_misuse("a test is missing after !");
    if (npaths == 1)
        status = walk(".");
    for (int i = 1; i < npaths; i++)
        status |= walk(argv[i]);
    free(query.tests);
    return program_end(status);
}
